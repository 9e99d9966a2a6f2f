import { startOfLocalDay } from '@mach/base';
import {
  Button,
  Chip,
  Empty,
  FinishBar,
  formatTime,
  ListFrame,
  openPatient,
  ScanField,
  type ScanRoute,
  toast,
  useAway,
  useCan,
  useDrawer,
  useNow,
  useRoute,
  useTexts,
  useView,
  type ViewFilters,
  type Workspace,
} from '@mach/ui';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { CashierQueueRow, InvoiceRow, SettleResult } from '../contract.ts';
import { AwayTill } from './away/till.tsx';
import './cashier.css';
import { awayTexts } from './away/texts.ts';
import { deskTexts } from './desk/texts.ts';
import { Person } from './person.tsx';
import { QueueRow } from './queue-row.tsx';
import { RefundList } from './refund-list.tsx';
import { SettledVisit } from './settled.tsx';
import { SHIFT_DRAWER, ShiftDrawer, useShift } from './shift.tsx';
import { texts } from './texts.ts';
import { JustSettled, OpenVisit } from './visit.tsx';
import { useWork, WorkList, WorkPage } from './work.tsx';

type Which = 'waiting' | 'inExam' | 'settledToday';
type Shown = Which | 'refunds' | 'work';
const STATES: Readonly<Record<Which, readonly string[]>> = {
  waiting: ['awaiting-payment', 'concluded', 'left'],
  inExam: ['waiting', 'in-exam', 'awaiting-results', 'results-ready'],
  settledToday: ['settled', 'closed', 'transferred', 'died'],
};
const EMPTY = { waiting: 'noneWaiting', inExam: 'noneInExam', settledToday: 'noneSettled' } as const;

const isOpen = (row: CashierQueueRow): boolean => row.rank < 4;

/** The cashier's desk (journeys a15): who waits, one number, one key. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const now = useNow();
  const [shown, setShown] = useState<Shown>('waiting');
  const which: Which = shown === 'refunds' || shown === 'work' ? 'waiting' : shown;
  const desk = useTexts(deskTexts);
  const awaySaid = useTexts(awayTexts);
  const can = useCan();
  const { down, away } = useAway();
  const shift = useShift();
  const shiftDrawer = useDrawer(SHIFT_DRAWER);
  const work = useWork();
  const refunds = useView<InvoiceRow>('cashier.invoices', { refund: 'due' }, { sort: 'date', limit: 200 });
  const [typed, setTyped] = useState('');
  const [done, setDone] = useState<SettleResult | null>(null);
  const scanField = useRef<HTMLInputElement>(null);
  const filters: ViewFilters = {
    state: STATES[which],
    ...(which === 'settledToday' ? { 'endedAt.from': startOfLocalDay(now) } : {}),
  };
  const list = useView<CashierQueueRow>('cashier.queue', filters, {
    sort: which === 'waiting' ? 'endedAt' : which === 'inExam' ? 'arrivedAt' : '-endedAt',
    limit: 500,
  });
  // Followed though nobody looks at it: a desk that loses its server takes cash from whoever is in the house.
  useView<CashierQueueRow>('cashier.queue', { state: STATES.inExam }, { sort: 'arrivedAt', limit: 500 });
  // Who left without a cost has nothing to settle.
  const rows = list.rows.filter((row) => row.state !== 'left' || row.openLines > 0);

  const open = path[0] === 'visit' ? path[1] : undefined;
  const inList = rows.find((one) => one.key === open);
  // The one visit that is open is followed by itself: it leaves the list when it is settled.
  const single = useView<CashierQueueRow>(
    'cashier.queue',
    { visitCode: [path[2] ?? inList?.visitCode ?? ''] },
    { sort: 'visitCode', enabled: open !== undefined },
  );
  const row = single.rows.find((one) => one.key === open) ?? inList;

  useEffect(() => {
    if (row)
      openPatient({
        key: row.patient,
        name: row.name,
        place: row.queueNumber ?? '',
        workspace: 'cashier',
        path: ['visit', row.key, row.visitCode],
      });
  }, [row]);

  function show(one: CashierQueueRow): void {
    setDone(null);
    setTyped('');
    go(['visit', one.key, one.visitCode]);
  }
  function next(): void {
    const waiting = rows.find((one) => isOpen(one) && one.key !== open);
    setDone(null);
    if (waiting) show(waiting);
    else go([]);
  }
  function look(text: string): void {
    const scan = scanRouter(text);
    const code = text.trim().toUpperCase();
    const number = scan.kind === 'cccd' ? text.split('|')[0] : code;
    const found = list.rows.find((one) => [one.visitCode, one.patientCode, one.cccd].includes(number ?? code));
    if (found) show(found);
    else toast({ text: t('notFound', { text: number ?? code }) });
    setTyped('');
  }

  const routes: ScanRoute[] = [
    {
      label: { vi: texts.vi.scanVisit, en: texts.en.scanVisit },
      accepts: (code) => ['visit', 'patient'].includes(scanRouter(code).kind),
      run: look,
    },
    {
      label: { vi: texts.vi.scanCccd, en: texts.en.scanCccd },
      accepts: (code) => scanRouter(code).kind === 'cccd',
      run: look,
    },
  ];

  const frame = (page: ReactElement, finish?: ReactElement): ReactElement => (
    <ListFrame
      listTitle={t('listTitle')}
      view={list}
      rows={rows}
      choices={[
        ...(Object.keys(STATES) as Which[]).map((one) => ({ key: one, label: t(one) })),
        { key: 'refunds', label: t('refunds'), count: refunds.rows.length },
        { key: 'work', label: desk('work'), count: work.items.length },
      ]}
      choice={shown}
      onChoice={(one) => setShown(one as Shown)}
      tools={
        down &&
        away && (
          <Chip pressed={path[0] === 'paper'} onClick={() => go(['paper'])}>
            {awaySaid('paperPerson')}
          </Chip>
        )
      }
      instead={
        shown === 'work'
          ? { list: <WorkList work={work} open={path[1]} onOpen={go} />, count: work.items.length }
          : shown === 'refunds'
            ? {
                list: (
                  <RefundList
                    view={refunds}
                    open={open}
                    onOpen={(one) => {
                      setDone(null);
                      go(['visit', one.encounter, one.visitCode ?? '']);
                    }}
                  />
                ),
                count: refunds.rows.length,
              }
            : undefined
      }
      worklist={{
        label: t(which),
        keyOf: (one) => one.key,
        textOf: (one) => one.name,
        selected: open ?? null,
        onOpen: show,
        autoFocus: open === undefined,
        empty: <Empty title={t(EMPTY[which])} hint={which === 'waiting' ? t('noneWaitingHint') : undefined} />,
        render: (one) => <QueueRow row={one} />,
      }}
      open={path.length > 0}
      onBack={() => go([])}
      banner={
        <>
          <div className="m-scanbar">
            <ScanField
              label={t('scan')}
              placeholder={t('scanPlaceholder')}
              routes={routes}
              value={typed}
              onType={setTyped}
              onSubmit={look}
              inputRef={scanField}
            />
            {can('cashier.shift') && shift !== undefined && (
              <Button
                size="small"
                look={shift ? 'quiet' : 'secondary'}
                icon={shift ? 'clock' : 'cash'}
                chord="F10"
                onClick={shiftDrawer.open}
              >
                {shift ? desk('shiftSince', { time: formatTime(shift.openedAt) }) : desk('openShift')}
              </Button>
            )}
          </div>
          <ShiftDrawer shift={shift} />
          {row && <Person row={row} />}
        </>
      }
      finish={finish}
      keys={[
        { chord: 'F3', label: { vi: texts.vi.scan, en: texts.en.scan }, run: () => scanField.current?.focus() },
        { chord: 'F2', label: { vi: texts.vi.next, en: texts.en.next }, run: next },
        {
          chord: 'F10',
          label: { vi: deskTexts.vi.shift, en: deskTexts.en.shift },
          enabled: can('cashier.shift') && shift !== undefined,
          run: shiftDrawer.open,
        },
      ]}
    >
      {page}
    </ListFrame>
  );

  if (down && away) return frame(<AwayTill key={open ?? 'paper'} row={row} />);
  const workPage = path[0] !== undefined && path[1] !== undefined && path[0] !== 'visit';
  if (workPage) return frame(<WorkPage kind={path[0] ?? ''} id={path[1] ?? ''} />);
  if (!row) return frame(<Empty icon="cash" title={t('chooseOne')} />);
  if (done?.encounter === row.key)
    return frame(
      <div className="m-page">
        <JustSettled done={done} />
        <SettledVisit row={row} />
      </div>,
      <FinishBar finish={{ label: { vi: texts.vi.next, en: texts.en.next }, icon: 'right', run: next }} />,
    );
  if (!isOpen(row)) return frame(<SettledVisit key={row.key} row={row} />);
  return (
    <OpenVisit key={row.key} row={row} onSettled={setDone}>
      {frame}
    </OpenVisit>
  );
}

export default { Home } satisfies Workspace;
