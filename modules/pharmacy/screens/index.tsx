import { addDays, localDate, startOfLocalDay } from '@mach/base';
import {
  Button,
  Empty,
  Icon,
  ListFrame,
  openPatient,
  ScanField,
  type ScanRoute,
  Select,
  toast,
  useDrawer,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
  type ViewFilters,
  type Workspace,
} from '@mach/ui';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { DispenseResult, PharmacyRow } from '../contract.ts';
import { PLACES } from '../rules/places.ts';
import { Banner } from './banner.tsx';
import { Handed } from './line.tsx';
import './pharmacy.css';
import { inOrder } from './pick.ts';
import { QueueRow } from './queue-row.tsx';
import { Rx } from './rx.tsx';
import { STOCK_DRAWER, StockDrawer } from './stock-drawer.tsx';
import { texts } from './texts.ts';

type Which = 'waiting' | 'doneToday';
const RANKS: Readonly<Record<Which, readonly string[]>> = { waiting: ['1', '2'], doneToday: ['3'] };
/** A prescription is collected within five days (the day it was signed included); older ones are found by their code. */
const DAYS = 5;
const SHELVES = PLACES.filter((one) => one.kind !== 'quarantine' && one.kind !== 'store');

/** The pharmacy's window (journeys a16): who may collect, from which lots, one key. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const { path, go } = useRoute();
  const now = useNow();
  const stock = useDrawer(STOCK_DRAWER);
  const [which, setWhich] = useState<Which>('waiting');
  const [place, setPlace] = useState('KHO-LE');
  const [typed, setTyped] = useState('');
  const [scan, setScan] = useState<{ readonly key: string; readonly code: string; readonly known: boolean }>();
  const [done, setDone] = useState<{ readonly key: string; readonly result: DispenseResult }>();
  const scanField = useRef<HTMLInputElement>(null);
  const placeName = pick(PLACES.find((one) => one.code === place)?.name ?? { vi: place, en: place });

  const since = addDays(localDate(now), which === 'waiting' ? 1 - DAYS : 0);
  const filters: ViewFilters = { rank: RANKS[which], 'prescribedAt.from': startOfLocalDay(`${since}T12:00:00+07:00`) };
  const list = useView<PharmacyRow>('pharmacy.queue', filters, {
    sort: which === 'waiting' ? 'prescribedAt' : '-prescribedAt',
    limit: 500,
  });
  const rows = which === 'waiting' ? inOrder(list.rows) : list.rows;

  // The one that is open is followed by itself: it leaves the list when it is handed over.
  const open = path[0] === 'rx' ? path[1] : undefined;
  const single = useView<PharmacyRow>(
    'pharmacy.queue',
    { code: path[1] ?? '' },
    { sort: 'prescribedAt', enabled: open !== undefined },
  );
  const row = single.rows[0] ?? rows.find((one) => one.code === open);

  useEffect(() => {
    if (row)
      openPatient({
        key: row.patient,
        name: row.patientName ?? '',
        place: row.queueNumber ?? '',
        workspace: 'pharmacy',
        path: ['rx', row.code ?? ''],
      });
  }, [row]);

  function show(one: PharmacyRow): void {
    setDone(undefined);
    setTyped('');
    go(['rx', one.code ?? '']);
  }
  function next(): void {
    const waiting = rows.find((one) => one.rank < 3 && one.code !== open);
    setDone(undefined);
    if (waiting) show(waiting);
    else go([]);
  }
  /** A paper of the open person confirms them; any other opens its prescription; a card is compared by the server. */
  function look(text: string): void {
    const read = scanRouter(text);
    const code = (read.kind === 'prescription' || read.kind === 'visit' ? read.code : text.trim()).toUpperCase();
    const names = (one: PharmacyRow): boolean =>
      [one.code, one.visitCode, one.patientCode].some((own) => own?.toUpperCase() === code);
    const found = rows.find(names);
    setTyped('');
    if (row && names(row)) setScan({ key: row.key, code: text, known: true });
    else if (found) {
      setScan({ key: found.key, code: text, known: true });
      show(found);
    } else if (read.kind === 'prescription') go(['rx', read.code]);
    else if (row && (read.kind === 'cccd' || read.kind === 'bhyt'))
      setScan({ key: row.key, code: text.trim().slice(0, 200), known: false });
    else toast({ text: t('notFound', { text: code.split('|')[0] ?? code }) });
  }

  const kinds = ['visit', 'patient', 'prescription'];
  const routes: ScanRoute[] = [
    {
      label: { vi: texts.vi.scanPaper, en: texts.en.scanPaper },
      accepts: (code) => kinds.includes(scanRouter(code).kind),
      run: look,
    },
    {
      label: { vi: texts.vi.scanCard, en: texts.en.scanCard },
      accepts: (code) => row !== undefined && ['cccd', 'bhyt'].includes(scanRouter(code).kind),
      run: look,
    },
  ];
  const scanned = scan && row && scan.key === row.key ? scan : undefined;

  const ended = row && done?.key === row.key ? done.result : undefined;
  const frame = (page: ReactElement, finish?: ReactElement): ReactElement => (
    <ListFrame
      listTitle={t('listTitle')}
      view={list}
      rows={rows}
      choices={(Object.keys(RANKS) as Which[]).map((one) => ({ key: one, label: t(one) }))}
      choice={which}
      onChoice={(one) => setWhich(one as Which)}
      tools={
        <Button size="small" look="quiet" icon="box" onClick={stock.toggle}>
          {t('stock')}
        </Button>
      }
      worklist={{
        label: t(which),
        keyOf: (one) => one.key,
        textOf: (one) => one.patientName ?? '',
        selected: row?.key ?? null,
        onOpen: show,
        autoFocus: open === undefined,
        empty: (
          <Empty
            title={t(which === 'waiting' ? 'noneWaiting' : 'noneDone')}
            hint={which === 'waiting' ? t('noneWaitingHint') : undefined}
          />
        ),
        render: (one) => <QueueRow row={one} />,
      }}
      open={open !== undefined}
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
            <Select
              label={t('place')}
              labelHidden
              value={place}
              onChange={setPlace}
              options={SHELVES.map((one) => ({ value: one.code, label: pick(one.name) }))}
            />
          </div>
          {row && <Banner key={row.patient} row={row} />}
          {row && scanned && (
            <p className={scanned.known ? 'rx-agrees' : 'rx-asked'} role="status">
              <Icon name={scanned.known ? 'check' : 'scan'} size={16} />
              {scanned.known ? t('agrees', { name: row.patientName ?? '' }) : t('serverCompares')}
            </p>
          )}
        </>
      }
      finish={finish}
      keys={[
        ...(ended && row && row.rank > 2
          ? []
          : [{ chord: 'F2', label: { vi: texts.vi.next, en: texts.en.next }, run: next }]),
        { chord: 'F3', label: { vi: texts.vi.scan, en: texts.en.scan }, run: () => scanField.current?.focus() },
        ...(finish
          ? []
          : [{ chord: 'F4', label: { vi: texts.vi.openStock, en: texts.en.openStock }, run: stock.toggle }]),
      ]}
    >
      {page}
      <StockDrawer place={place} placeName={placeName} />
    </ListFrame>
  );

  if (!row)
    return frame(
      <Empty icon="pill" title={open && single.state === 'ready' ? t('notFound', { text: open }) : t('chooseOne')} />,
    );
  return (
    <Rx
      key={`${row.key}/${place}/${ended ? 'done' : 'open'}`}
      row={row}
      place={place}
      placeName={placeName}
      scanned={scanned?.code}
      onDone={(result) => setDone({ key: row.key, result })}
      onReturned={() => setDone(undefined)}
      onStock={stock.toggle}
      // Not Ctrl+Enter: the key that hands over must never run on into the next person.
      next={
        ended ? { label: { vi: texts.vi.next, en: texts.en.next }, chord: 'F2', icon: 'right', run: next } : undefined
      }
    >
      {(page, finish) =>
        frame(
          ended ? (
            <>
              <Handed done={ended} code={row.code ?? ''} />
              {page}
            </>
          ) : (
            page
          ),
          finish,
        )
      }
    </Rx>
  );
}

export default { Home } satisfies Workspace;
