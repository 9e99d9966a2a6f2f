import { startOfLocalDay } from '@mach/base';
import {
  Chip,
  Empty,
  openPatient,
  ScanField,
  type ScanRoute,
  toast,
  useCan,
  useNow,
  useRoute,
  useTexts,
  useTransport,
  useView,
  Worklist,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useEffect, useState } from 'react';
import type { LabRow } from '../contract.ts';
import { parseLabelCode } from '../rules/label-code.ts';
import { Banner } from './banner.tsx';
import { DonePage } from './done-page.tsx';
import './lab.css';
import { ResultPage } from './result-page.tsx';
import { CollectRow, OrderRow } from './rows.tsx';
import { Sampling } from './sampling.tsx';
import { toCollect } from './sheet.ts';
import { texts } from './texts.ts';

type Which = 'collect' | 'bench' | 'done';
const STATES: Readonly<Record<Which, readonly string[]>> = {
  collect: ['signed', 'accepted'],
  bench: ['in-progress', 'performed', 'preliminary'],
  done: ['validated', 'seen'],
};
const NOTHING = { collect: 'noneToCollect', bench: 'noneOnBench', done: 'noneDone' } as const;

/** Xét nghiệm: who waits for the needle, what lies on the bench, what was validated today. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const { path, query, go } = useRoute();
  const transport = useTransport();
  const now = useNow();
  const [chosen, setWhich] = useState<Which>();
  const which: Which = chosen ?? (can('lab.enter') ? 'bench' : 'collect');
  const list = useView<LabRow>(
    'lab.worklist',
    {
      group: 'lab',
      state: STATES[which],
      ...(which === 'done' ? { 'orderedAt.from': startOfLocalDay(now) } : {}),
    },
    { sort: which === 'done' ? '-orderedAt' : 'rank', limit: 500 },
  );
  const people = which === 'collect' ? toCollect(list.rows) : [];

  const [kind, id] = path;
  const single = useView<LabRow>(
    'lab.worklist',
    kind === 'sample' ? { encounter: id ?? '', group: 'lab' } : { key: [id ?? ''] },
    { sort: 'rank', enabled: id !== undefined },
  );
  const rows =
    id === undefined ? [] : single.rows.filter((r) => (kind === 'sample' ? r.encounter === id : r.key === id));
  const row = kind === 'order' ? rows[0] : undefined;
  // Kept while its labels are printed: the orders have left the list by then.
  const [drawn, setDrawn] = useState<ReturnType<typeof toCollect>[number]>();
  const waiting = kind === 'sample' ? toCollect(rows.filter((r) => STATES.collect.includes(r.state)))[0] : undefined;
  const sample = kind === 'sample' ? (drawn?.key === id ? drawn : waiting) : undefined;
  useEffect(() => {
    if (waiting && drawn?.key !== waiting.key) setDrawn(waiting);
    else if (waiting && waiting.orders.length > (drawn?.orders.length ?? 0)) setDrawn(waiting);
  }, [waiting, drawn]);
  const person = row ?? sample?.person;
  useEffect(() => {
    if (person)
      openPatient({
        key: person.patient,
        name: person.patientName ?? '',
        place: person.queueNumber ?? undefined,
        workspace: 'lab',
        path,
      });
  }, [person, path]);

  function openNext(): void {
    setDrawn(undefined);
    if (which === 'collect') {
      const next = people.find((one) => one.key !== id);
      go(next ? ['sample', next.key] : []);
    } else {
      const next = which === 'bench' ? list.rows.find((one) => one.key !== id) : undefined;
      go(next ? ['order', next.key] : []);
    }
  }
  async function look(code: string): Promise<void> {
    const label = parseLabelCode(code);
    const scan = scanRouter(code);
    const filters =
      label !== undefined
        ? { specimen: [label] }
        : scan.kind === 'visit'
          ? { visitCode: [scan.code], group: 'lab' }
          : scan.kind === 'patient'
            ? { patientCode: [scan.code], group: 'lab' }
            : undefined;
    const found = filters
      ? (await transport.view<LabRow>('lab.worklist', { filters, sort: 'rank', limit: 100 })).rows
      : [];
    const toTake = found.find((r) => STATES.collect.includes(r.state));
    const onBench = found.find((r) => STATES.bench.includes(r.state));
    setDrawn(undefined);
    if (label === undefined && toTake) go(['sample', toTake.encounter], { query: { scan: code.trim() } });
    else if (onBench) go(['order', onBench.key], label === undefined ? undefined : { query: { scan: label } });
    else if (found[0]) go(['order', found[0].key]);
    else toast({ text: t('notFound', { code: code.trim().slice(0, 20) }) });
  }
  const routes: ScanRoute[] = [
    {
      label: { vi: texts.vi.label, en: texts.en.label },
      accepts: (code) => parseLabelCode(code) !== undefined,
      run: (code) => void look(code),
    },
    {
      label: { vi: texts.vi.personPaper, en: texts.en.personPaper },
      accepts: (code) => ['visit', 'patient'].includes(scanRouter(code).kind),
      run: (code) => void look(code),
    },
  ];

  const common = {
    label: t(which),
    state: list.state,
    error: list.error,
    stale: list.stale,
    loadedAt: list.loadedAt,
    onRetry: list.reload,
    hasMore: list.hasMore,
    onMore: list.loadMore,
    autoFocus: id === undefined,
    empty: <Empty title={t(NOTHING[which])} hint={which === 'bench' ? t('noneOnBenchHint') : undefined} />,
  };
  const frame = (page: ReactElement, finish?: ReactElement): ReactElement => (
    <WorkspaceFrame
      listTitle={t('listTitle')}
      listCount={which === 'collect' ? people.length : list.rows.length}
      listTools={
        <div className="lab-filter">
          {(Object.keys(STATES) as Which[]).map((one) => (
            <Chip key={one} pressed={which === one} onClick={() => setWhich(one)}>
              {t(one)}
            </Chip>
          ))}
        </div>
      }
      list={
        which === 'collect' ? (
          <Worklist
            {...common}
            rows={people}
            keyOf={(one) => one.key}
            textOf={(one) => one.person.patientName ?? ''}
            selected={kind === 'sample' ? (id ?? null) : null}
            onOpen={(one) => {
              setDrawn(undefined);
              go(['sample', one.key]);
            }}
            render={(one) => <CollectRow one={one} />}
          />
        ) : (
          <Worklist
            {...common}
            rows={list.rows}
            keyOf={(one) => one.key}
            textOf={(one) => one.patientName ?? ''}
            selected={row?.key ?? null}
            onOpen={(one) => go(['order', one.key])}
            render={(one) => <OrderRow row={one} />}
          />
        )
      }
      open={id !== undefined}
      onBack={() => go([])}
      banner={person && <Banner row={person} />}
      finish={finish}
      scans={kind === 'sample' ? [] : routes}
      keys={[{ chord: 'F2', label: { vi: texts.vi.next, en: texts.en.next }, run: openNext }]}
    >
      {page}
    </WorkspaceFrame>
  );

  if (sample)
    return (
      <Sampling key={sample.key} one={sample} scanned={query.scan} onNext={openNext}>
        {frame}
      </Sampling>
    );
  if (!row)
    return frame(
      <div className="lab-page">
        <ScanField label={t('scan')} placeholder={t('scanAny')} routes={routes} />
        <Empty icon="flask" title={t('chooseOne')} />
      </div>,
    );
  if (STATES.done.includes(row.state)) return frame(<DonePage key={row.key} row={row} />);
  if (!can('lab.enter')) return frame(<Empty title={t('onBenchAlready')} />);
  return (
    <ResultPage key={row.key} row={row} specimen={query.scan} onDone={openNext}>
      {frame}
    </ResultPage>
  );
}

export default { Home } satisfies Workspace;
