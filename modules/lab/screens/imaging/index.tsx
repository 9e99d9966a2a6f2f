import { startOfLocalDay } from '@mach/base';
import { ORDER_LABELS } from '@mach/encounter/contract.ts';
import {
  age,
  Chip,
  Empty,
  formatTime,
  openPatient,
  useLanguage,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
  Worklist,
  WorkRow,
  type Workspace,
  WorkspaceFrame,
  waited,
} from '@mach/ui';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useEffect, useState } from 'react';
import type { ImagingRow } from '../../contract.ts';
import { parseLabelCode } from '../../rules/label-code.ts';
import { Banner } from '../banner.tsx';
import '../lab.css';
import { texts } from '../texts.ts';
import { DoneReport } from './done.tsx';
import { ReportPage } from './report.tsx';

type Which = 'waiting' | 'reported';
const STATES: Readonly<Record<Which, readonly string[]>> = {
  waiting: ['signed', 'accepted', 'in-progress', 'performed', 'preliminary'],
  reported: ['validated', 'seen'],
};

/** Chẩn đoán hình ảnh và thăm dò chức năng: who is next, what was reported today. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const now = useNow();
  const [which, setWhich] = useState<Which>('waiting');
  const [place, setPlace] = useState<string | null>(null);
  const list = useView<ImagingRow>(
    'lab.imaging',
    { state: STATES[which], ...(which === 'reported' ? { 'orderedAt.from': startOfLocalDay(now) } : {}) },
    { sort: which === 'reported' ? '-orderedAt' : 'rank', limit: 500 },
  );
  const places = [...new Set(list.rows.flatMap((r) => r.place ?? []))].sort();
  const rows = list.rows.filter((r) => place === null || r.place === place);
  const [id] = path;
  const single = useView<ImagingRow>('lab.imaging', { key: [id ?? ''] }, { sort: 'rank', enabled: id !== undefined });
  const row = single.rows.find((r) => r.key === id);
  useEffect(() => {
    if (row)
      openPatient({
        key: row.patient,
        name: row.patientName ?? '',
        place: row.queueNumber ?? undefined,
        workspace: 'imaging',
        path: [row.key],
      });
  }, [row]);

  function next(): void {
    const after = which === 'waiting' ? rows.find((one) => one.key !== id) : undefined;
    go(after ? [after.key] : []);
  }
  const scans = [
    {
      label: { vi: texts.vi.personPaper, en: texts.en.personPaper },
      accepts: (code: string) =>
        row === undefined && (scanRouter(code).kind === 'visit' || parseLabelCode(code) !== undefined),
      run: (code: string) => {
        const wanted = code.trim().toUpperCase();
        const found = list.rows.find((r) => r.visitCode === wanted || r.accession === wanted);
        if (found) go([found.key]);
      },
    },
  ];
  const frame = (page: ReactElement, finish?: ReactElement): ReactElement => (
    <WorkspaceFrame
      listTitle={t('imagingTitle')}
      listCount={rows.length}
      listTools={
        <div className="lab-filter">
          <Chip pressed={which === 'waiting'} onClick={() => setWhich('waiting')}>
            {t('waiting')}
          </Chip>
          <Chip pressed={which === 'reported'} onClick={() => setWhich('reported')}>
            {t('reported')}
          </Chip>
          {places.length > 1 &&
            places.map((one) => (
              <Chip key={one} tone="info" pressed={place === one} onClick={() => setPlace(place === one ? null : one)}>
                {one.replace(/^room-/, '').toUpperCase()}
              </Chip>
            ))}
        </div>
      }
      list={
        <Worklist
          label={t('imagingTitle')}
          rows={rows}
          state={list.state}
          error={list.error}
          stale={list.stale}
          loadedAt={list.loadedAt}
          onRetry={list.reload}
          hasMore={list.hasMore}
          onMore={list.loadMore}
          keyOf={(one) => one.key}
          textOf={(one) => one.patientName ?? ''}
          selected={row?.key ?? null}
          onOpen={(one) => go([one.key])}
          autoFocus={id === undefined}
          empty={<Empty title={t(which === 'waiting' ? 'noneToImage' : 'noneReported')} />}
          render={(one) => <Row row={one} />}
        />
      }
      open={id !== undefined}
      onBack={() => go([])}
      banner={row && <Banner row={row} />}
      finish={finish}
      scans={scans}
      keys={[{ chord: 'F2', label: { vi: texts.vi.next, en: texts.en.next }, run: next }]}
    >
      {page}
    </WorkspaceFrame>
  );
  if (!row) return frame(<Empty icon="bone" title={t('chooseOne')} />);
  if (STATES.reported.includes(row.state)) return frame(<DoneReport key={row.key} row={row} />);
  return (
    <ReportPage key={row.key} row={row} onDone={next}>
      {frame}
    </ReportPage>
  );
}

function Row({ row }: { readonly row: ImagingRow }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const now = useNow();
  const done = row.state === 'validated' || row.state === 'seen';
  const since = row.orderedAt;
  const ms = since === null ? 0 : Date.parse(now) - Date.parse(since);
  return (
    <WorkRow
      edge={row.rank === 1 ? 'critical' : row.rank === 2 ? 'warn' : row.state === 'in-progress' ? 'info' : 'none'}
      lead={row.queueNumber ?? ''}
      name={row.patientName ?? t('unknown')}
      age={row.birthDate ? age(row.birthDate, now, language) : undefined}
      mark={
        row.rank === 1
          ? { text: t('stat'), icon: 'warn' }
          : row.rank === 2
            ? { text: t('urgent'), icon: 'up' }
            : undefined
      }
      next={`${row.name} · ${pick(ORDER_LABELS[row.state])}`}
      clock={done ? (row.reportedAt ? formatTime(row.reportedAt) : undefined) : waited(ms, language)}
      clockTitle={since ? t('since', { time: formatTime(since) }) : undefined}
      lateness={done ? undefined : ms > 60 * 60_000 ? 'overdue' : ms > 30 * 60_000 ? 'late' : undefined}
    />
  );
}

export default { Home } satisfies Workspace;
