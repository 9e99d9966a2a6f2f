import {
  AlertLine,
  Chip,
  Empty,
  openPatient,
  ScanField,
  type ScanRoute,
  scanSound,
  useCan,
  useCommand,
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
import { type LabRow, type ReceiveSpecimenInput, type ReceiveSpecimenResult, receiveSpecimen } from '../contract.ts';
import { parseLabelCode } from '../rules/label-code.ts';
import { Banner } from './banner.tsx';
import { BatchPage } from './batch-page.tsx';
import { DonePage } from './done-page.tsx';
import { Issues } from './issues.tsx';
import './lab.css';
import { ResultPage } from './result-page.tsx';
import { CollectRow, OrderRow } from './rows.tsx';
import { Sampling } from './sampling.tsx';
import { batches, nextOnBench, toCollect } from './sheet.ts';
import { texts } from './texts.ts';
import { useDays } from './use-days.ts';

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
  const [kind, id] = path;
  const [chosen, setWhich] = useState<Which>();
  const which: Which = chosen ?? (kind === 'sample' || !can('lab.enter') ? 'collect' : 'bench');
  const [withOlder, setWithOlder] = useState(false);
  const days = useDays<LabRow>(
    'lab.worklist',
    { group: 'lab', state: STATES[which] },
    which === 'done' ? '-orderedAt' : 'rank',
    withOlder,
  );
  const people = which === 'collect' ? toCollect(days.rows, days.isOld) : [];
  const [unknown, setUnknown] = useState<string>();
  const receive = useCommand<ReceiveSpecimenInput, ReceiveSpecimenResult>(receiveSpecimen.name, {
    onFailed: () => scanSound(false),
  });

  const single = useView<LabRow>(
    'lab.worklist',
    kind === 'sample' ? { encounter: id ?? '', group: 'lab' } : { key: [id ?? ''] },
    { sort: 'rank', enabled: id !== undefined && kind !== 'batch' },
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

  function leave(): void {
    setDrawn(undefined);
    setUnknown(undefined);
    receive.reset();
  }
  /** @param label of the tube in the hand @param without the tube that has just been rejected, with all that hung on it */
  function openNext(label?: string, without?: string): void {
    leave();
    if (which === 'collect') {
      const next = people.find((one) => one.key !== id);
      go(next ? ['sample', next.key] : []);
    } else {
      const next =
        which === 'bench'
          ? nextOnBench(without ? days.rows.filter((one) => one.specimen !== without) : days.rows, row)
          : undefined;
      // The tube that was scanned is still in the hand.
      const same = label !== undefined && next?.specimen === label;
      go(next ? ['order', next.key] : [], same ? { query: { scan: label } } : undefined);
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
    leave();
    if (label === undefined && toTake) go(['sample', toTake.encounter], { query: { scan: code.trim() } });
    else if (onBench) {
      // A tube that is scanned here has arrived.
      if (label !== undefined && onBench.receivedAt === null && can('lab.receive'))
        void receive.run({ specimen: label });
      go(['order', onBench.key], label === undefined ? undefined : { query: { scan: label } });
    } else if (found[0]) go(['order', found[0].key]);
    else {
      go([]);
      // Why nothing hangs on this label, in the words of the server: rejected and for what, or never printed.
      if (label !== undefined && can('lab.receive')) void receive.run({ specimen: label });
      else {
        scanSound(false);
        setUnknown(code.trim().slice(0, 20));
      }
    }
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
    state: days.list.state,
    error: days.list.error,
    stale: days.list.stale,
    loadedAt: days.list.loadedAt,
    onRetry: days.list.reload,
    hasMore: days.list.hasMore,
    onMore: days.list.loadMore,
    autoFocus: id === undefined,
    empty: (
      <Empty
        title={t(NOTHING[which])}
        hint={days.hasOlder ? t('olderLeft', { n: days.older }) : which === 'bench' ? t('noneOnBenchHint') : undefined}
      />
    ),
  };
  // A list of its own for each: the calm one keeps rows that the other cannot show.
  const frame = (page: ReactElement, finish?: ReactElement): ReactElement => (
    <WorkspaceFrame
      listTitle={t('listTitle')}
      listCount={which === 'collect' ? people.length : days.rows.length}
      listTools={
        <div className="lab-filter">
          {(Object.keys(STATES) as Which[]).map((one) => (
            <Chip key={one} pressed={which === one} onClick={() => setWhich(one)}>
              {t(one)}
            </Chip>
          ))}
          {which === 'bench' &&
            can('lab.enter') &&
            batches(days.rows).map(({ service, name, n }) => (
              <Chip
                key={service}
                tone="info"
                pressed={kind === 'batch' && id === service}
                title={t('batchOf', { test: name })}
                onClick={() => {
                  leave();
                  go(['batch', service]);
                }}
              >
                {t('batchChip', { code: service, n })}
              </Chip>
            ))}
          {days.hasOlder && (
            <Chip tone="info" pressed={withOlder} onClick={() => setWithOlder(!withOlder)}>
              {t('olderDays', { n: days.older })}
            </Chip>
          )}
        </div>
      }
      list={
        which === 'collect' ? (
          <Worklist
            key={which}
            {...common}
            rows={people}
            keyOf={(one) => one.key}
            textOf={(one) => one.person.patientName ?? ''}
            selected={kind === 'sample' ? (id ?? null) : null}
            onOpen={(one) => {
              leave();
              go(['sample', one.key]);
            }}
            render={(one) => <CollectRow one={one} />}
          />
        ) : (
          <Worklist
            key={which}
            {...common}
            rows={days.rows}
            keyOf={(one) => one.key}
            textOf={(one) => one.patientName ?? ''}
            selected={row?.key ?? null}
            onOpen={(one) => {
              leave();
              go(['order', one.key]);
            }}
            render={(one) => <OrderRow row={one} old={days.isOld(one.orderedAt)} />}
          />
        )
      }
      open={id !== undefined}
      onBack={() => go([])}
      banner={
        person ? (
          <Banner row={person} />
        ) : kind === 'batch' ? undefined : (
          <ScanField label={t('scan')} placeholder={t('scanAny')} routes={routes} />
        )
      }
      finish={finish}
      scans={kind === 'sample' || kind === 'batch' ? [] : routes}
      keys={[{ chord: 'F2', label: { vi: texts.vi.next, en: texts.en.next }, run: () => openNext() }]}
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
  if (kind === 'batch' && id !== undefined)
    return (
      <BatchPage key={id} service={id} rows={days.rows.filter((one) => one.service === id && one.specimen !== null)}>
        {frame}
      </BatchPage>
    );
  if (!row)
    return frame(
      <>
        <Issues issues={receive.issues} />
        {unknown !== undefined && (
          <AlertLine level="warn" what={t('notFound', { code: unknown })} why={t('notFoundHint')} />
        )}
        <Empty icon="flask" title={t('chooseOne')} />
      </>,
    );
  if (STATES.done.includes(row.state))
    return (
      <DonePage key={row.key} row={row} onNext={() => openNext()}>
        {frame}
      </DonePage>
    );
  if (!can('lab.enter')) return frame(<Empty title={t('onBenchAlready')} />);
  return (
    <ResultPage
      key={row.key}
      row={row}
      specimen={query.scan}
      onDone={openNext}
      onRejected={() => openNext(undefined, row.specimen ?? undefined)}
    >
      {frame}
    </ResultPage>
  );
}

export default { Home } satisfies Workspace;
