import { ORDER_LABELS } from '@mach/encounter/contract.ts';
import type { Location } from '@mach/fhir/types.ts';
import {
  age,
  Chip,
  Empty,
  formatDate,
  formatDateTime,
  formatTime,
  openPatient,
  scanSound,
  toast,
  useLanguage,
  useNow,
  usePick,
  useRecord,
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
import { useDays } from '../use-days.ts';
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
  const [which, setWhich] = useState<Which>('waiting');
  const [place, setPlace] = useState<string | null>(null);
  const [withOlder, setWithOlder] = useState(false);
  const days = useDays<ImagingRow>(
    'lab.imaging',
    { state: STATES[which] },
    which === 'reported' ? '-orderedAt' : 'rank',
    withOlder,
  );
  const places = [...new Set(days.rows.flatMap((r) => r.place ?? []))].sort();
  const rows = days.rows.filter((r) => place === null || r.place === place);
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
        const found = days.rows.find((r) => r.visitCode === wanted || r.accession === wanted);
        if (found) go([found.key]);
        else {
          scanSound(false);
          toast({ text: t('notFound', { code: wanted }) });
        }
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
              <PlaceChip
                key={one}
                id={one}
                pressed={place === one}
                onClick={() => setPlace(place === one ? null : one)}
              />
            ))}
          {days.hasOlder && (
            <Chip tone="info" pressed={withOlder} onClick={() => setWithOlder(!withOlder)}>
              {t('olderDays', { n: days.older })}
            </Chip>
          )}
        </div>
      }
      list={
        <Worklist
          key={which}
          label={t('imagingTitle')}
          rows={rows}
          state={days.list.state}
          error={days.list.error}
          stale={days.list.stale}
          loadedAt={days.list.loadedAt}
          onRetry={days.list.reload}
          hasMore={days.list.hasMore}
          onMore={days.list.loadMore}
          keyOf={(one) => one.key}
          textOf={(one) => one.patientName ?? ''}
          selected={row?.key ?? null}
          onOpen={(one) => go([one.key])}
          autoFocus={id === undefined}
          empty={
            <Empty
              title={t(which === 'waiting' ? 'noneToImage' : 'noneReported')}
              hint={days.hasOlder ? t('olderLeft', { n: days.older }) : undefined}
            />
          }
          render={(one) => <Row row={one} old={days.isOld(one.orderedAt)} />}
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
  if (!row) return frame(<Empty icon="bone" title={t('chooseImaging')} />);
  if (STATES.reported.includes(row.state)) return frame(<DoneReport key={row.key} row={row} />);
  return (
    <ReportPage key={row.key} row={row} onDone={next}>
      {frame}
    </ReportPage>
  );
}

/** Where it is done, by its name. */
function PlaceChip(props: {
  readonly id: string;
  readonly pressed: boolean;
  readonly onClick: () => void;
}): ReactElement {
  const { id, pressed, onClick } = props;
  const { record } = useRecord<Location>('Location', id);
  return (
    <Chip tone="info" pressed={pressed} onClick={onClick}>
      {record?.name ?? '…'}
    </Chip>
  );
}

function Row({ row, old }: { readonly row: ImagingRow; readonly old: boolean }): ReactElement {
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
      clock={
        old && since
          ? formatDate(since).slice(0, 5)
          : done
            ? row.reportedAt
              ? formatTime(row.reportedAt)
              : undefined
            : waited(ms, language)
      }
      clockTitle={since ? t('since', { time: formatDateTime(since) }) : undefined}
      lateness={done || old ? undefined : ms > 60 * 60_000 ? 'overdue' : ms > 30 * 60_000 ? 'late' : undefined}
    />
  );
}

export default { Home } satisfies Workspace;
