import {
  age,
  Chip,
  Empty,
  openPatient,
  ScanField,
  type ScanRoute,
  Skeleton,
  toast,
  useCodes,
  useCommand,
  useLanguage,
  useNow,
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
import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import {
  type LabRow,
  type ReceiveSpecimenInput,
  type ReceiveSpecimenResult,
  receiveSpecimen,
  type SheetRow,
} from '../../contract.ts';
import { parseLabelCode } from '../../rules/label-code.ts';
import { Identity, type Match } from '../identity.tsx';
import { Person } from '../person.tsx';
import { texts } from '../texts.ts';
import { Results } from './results.tsx';
import { Sampling } from './sampling.tsx';
import { agrees, OPEN_STATES, type Stage, sheetsOf, stageOf, type VisitWork, visitsOf } from './work.ts';

/** What was scanned on the open page; another page starts with nothing. */
interface Scanned {
  readonly encounter: string;
  readonly ident: string;
  readonly tubes: ReadonlySet<string>;
}
type Mode = 'sample' | 'results';
const NEXT = ['collect', 'enter', 'validate'] as const satisfies readonly Stage[];
/** Minutes from order to result in which nothing is said (journeys a9: routine 90, urgent 60). */
const LATE = { urgent: 45, routine: 75 };
const OVERDUE = { urgent: 60, routine: 90 };

/** The laboratory (journeys a8, a9): specimens, results, validation. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const list = useView<LabRow>('lab.worklist', { group: ['lab'], state: OPEN_STATES }, { sort: 'rank', limit: 500 });
  const [stage, setStage] = useState<Stage | null>(null);
  const every = useMemo(() => visitsOf(list.rows), [list.rows]);
  const visits = stage === null ? every : every.filter((one) => one.counts[stage] > 0);
  const open = path[0] === 'visit' ? path[1] : undefined;
  const single = useView<LabRow>(
    'lab.worklist',
    { group: ['lab'], encounter: [open ?? ''] },
    { sort: 'orderedAt', limit: 100, enabled: open !== undefined },
  );
  const rows = single.rows.filter((row) => row.encounter === open && row.state !== 'cancelled');
  const [first] = rows;
  const codes = [...new Set(rows.map((row) => row.service))].sort().join('+');
  const found = useCodes('lab-sheet', codes, { enabled: codes !== '', limit: 100 });
  const sheets = useMemo(() => sheetsOf(found.rows as unknown as readonly SheetRow[]), [found.rows]);

  const [kept, setKept] = useState<Scanned>({ encounter: '', ident: '', tubes: new Set() });
  const [typed, setTyped] = useState('');
  const scanned: Scanned = kept.encounter === open ? kept : { encounter: open ?? '', ident: '', tubes: new Set() };
  const scanField = useRef<HTMLInputElement>(null);
  const identField = useRef<HTMLInputElement>(null);
  const receive = useCommand<ReceiveSpecimenInput, ReceiveSpecimenResult>(receiveSpecimen.name);

  const key = first?.patient;
  const name = first?.patientName ?? t('unknown');
  const place = first?.queueNumber ?? '';
  useEffect(() => {
    if (key && open) openPatient({ key, name, place, workspace: 'lab', path: ['visit', open] });
  }, [key, name, place, open]);

  function show(one: VisitWork): void {
    go(['visit', one.encounter]);
  }
  function next(): void {
    const following = visits.find((one) => one.encounter !== open);
    if (following) show(following);
    else go([]);
  }

  /** A label opens its order and counts as received; a person's code opens their visit, or compares with who is open. */
  function look(text: string): void {
    setTyped('');
    const label = parseLabelCode(text);
    if (label !== undefined) {
      const row = [...rows, ...list.rows].find((one) => one.specimen === label);
      if (!row) return void toast({ text: t('notFound', { text: label }), tone: 'warn' });
      const before = row.encounter === scanned.encounter ? scanned : { ident: '', tubes: new Set<string>() };
      setKept({ encounter: row.encounter, ident: before.ident, tubes: new Set([...before.tubes, label]) });
      if (row.receivedAt === null) void receive.run({ specimen: label });
      go(['visit', row.encounter, 'results']);
      return;
    }
    const { kind } = scanRouter(text);
    if (first && open) {
      setKept({ ...scanned, ident: text });
      return;
    }
    const visit = every.find((one) => agrees(one.first, text, kind) === true);
    if (!visit) return void toast({ text: t('notFound', { text }), tone: 'warn' });
    setKept({ encounter: visit.encounter, ident: text, tubes: new Set() });
    show(visit);
  }

  const routes: ScanRoute[] = [
    {
      label: { vi: texts.vi.scanLabel, en: texts.en.scanLabel },
      accepts: (code) => parseLabelCode(code) !== undefined,
      run: look,
    },
    {
      label: { vi: texts.vi.scanPerson, en: texts.en.scanPerson },
      accepts: (code) => ['patient', 'visit', 'cccd', 'bhyt'].includes(scanRouter(code).kind),
      run: look,
    },
  ];

  const collect = rows.filter((row) => stageOf(row) === 'collect');
  const work = rows.filter((row) => stageOf(row) !== 'collect');
  const wanted: Mode =
    path[2] === 'results' ? 'results' : path[2] === 'sample' ? 'sample' : collect.length > 0 ? 'sample' : 'results';
  const mode: Mode = collect.length === 0 ? 'results' : work.length === 0 ? 'sample' : wanted;

  const verdict = first && agrees(first, scanned.ident, scanRouter(scanned.ident).kind);
  const match: Match =
    scanned.ident.trim() === '' ? 'none' : verdict === undefined ? 'asked' : verdict ? 'agrees' : 'other';
  const identOk = match === 'agrees' || (match === 'asked' && scanned.ident.trim().length >= 6);
  const other =
    match === 'other'
      ? every.find((one) => agrees(one.first, scanned.ident, scanRouter(scanned.ident).kind) === true)
      : undefined;
  const identity = (
    <Identity
      label={t(mode === 'sample' ? 'scanPersonField' : 'scanSampleField')}
      value={scanned.ident}
      match={match}
      name={name}
      autoFocus
      inputRef={identField}
      onChange={(ident) => setKept({ ...scanned, ident })}
      onSubmit={(text) => {
        if (parseLabelCode(text) !== undefined) {
          setKept({ ...scanned, ident: '' });
          look(text);
        } else if (match === 'agrees' || match === 'asked') focusNext(identField.current);
      }}
      onOther={
        other &&
        (() => {
          setKept({ encounter: other.encounter, ident: scanned.ident, tubes: new Set() });
          show(other);
        })
      }
    />
  );

  const frame = (page: ReactElement, finish?: ReactElement): ReactElement => (
    <WorkspaceFrame
      listTitle={t('listTitle')}
      listCount={visits.length}
      listTools={
        <div className="lab-chips">
          {NEXT.map((one) => (
            <Chip
              key={one}
              pressed={stage === one}
              count={every.filter((visit) => visit.counts[one] > 0).length}
              onClick={() => setStage(stage === one ? null : one)}
            >
              {t(one)}
            </Chip>
          ))}
        </div>
      }
      list={
        <Worklist
          label={t('listTitle')}
          rows={visits}
          state={list.state}
          error={list.error}
          stale={list.stale}
          loadedAt={list.loadedAt}
          onRetry={list.reload}
          hasMore={list.hasMore}
          onMore={list.loadMore}
          keyOf={(one) => one.encounter}
          textOf={(one) => one.first.patientName ?? ''}
          selected={open ?? null}
          onOpen={show}
          autoFocus={open === undefined}
          empty={<Empty icon="flask" title={t('nothingWaits')} hint={t('nothingWaitsHint')} />}
          render={(one) => <VisitRow visit={one} />}
        />
      }
      open={open !== undefined}
      onBack={() => go([])}
      banner={
        <>
          <ScanField
            label={t('scan')}
            placeholder={t('scanPlaceholder')}
            routes={routes}
            value={typed}
            onType={setTyped}
            onSubmit={look}
            inputRef={scanField}
            busy={receive.running}
          />
          {first && (
            <Person
              row={first}
              side={
                collect.length > 0 && work.length > 0 ? (
                  <span className="lab-chips">
                    <Chip pressed={mode === 'sample'} onClick={() => go(['visit', open ?? '', 'sample'])}>
                      {t('collect')}
                    </Chip>
                    <Chip pressed={mode === 'results'} onClick={() => go(['visit', open ?? '', 'results'])}>
                      {t('results')}
                    </Chip>
                  </span>
                ) : undefined
              }
            />
          )}
        </>
      }
      finish={finish}
      keys={[
        { chord: 'F3', label: { vi: texts.vi.scan, en: texts.en.scan }, run: () => scanField.current?.focus() },
        { chord: 'F2', label: { vi: texts.vi.nextPerson, en: texts.en.nextPerson }, run: next },
      ]}
    >
      {page}
    </WorkspaceFrame>
  );

  if (open === undefined) return frame(<Empty icon="flask" title={t('chooseOne')} />);
  if (single.state === 'loading' || (codes !== '' && found.rows.length === 0 && found.searching))
    return frame(<Skeleton shape="table" />);
  if (!first || !open) return frame(<Empty icon="flask" title={t('noOrders')} />);
  const toIdentity = (): void => identField.current?.focus();
  if (mode === 'sample')
    return (
      <Sampling
        key={open}
        rows={collect}
        sheets={sheets}
        name={name}
        ident={scanned.ident}
        identOk={identOk}
        identity={identity}
        toIdentity={toIdentity}
        onDone={({ tubes }) => {
          // The tube in the hand at the bench is scanned anew: the scan at the chair says nothing of it.
          setKept({ encounter: open, ident: '', tubes: new Set() });
          if (tubes.flatMap((tube) => tube.orders).length === collect.length && work.length === 0) next();
        }}
      >
        {frame}
      </Sampling>
    );
  return (
    <Results
      key={open}
      rows={work}
      sheets={sheets}
      name={name}
      ident={scanned.ident}
      identOk={identOk}
      tubes={scanned.tubes}
      identity={identity}
      toIdentity={toIdentity}
      onAllDone={next}
    >
      {frame}
    </Results>
  );
}

/** The caret goes on to the next field of the page. */
function focusNext(from: HTMLElement | null): void {
  const page = from?.closest('[data-frame-page]');
  const fields = [...(page?.querySelectorAll<HTMLElement>('input:not([disabled]), textarea, select') ?? [])];
  const at = from ? fields.indexOf(from) : -1;
  fields[at + 1]?.focus();
}

function VisitRow({ visit }: { readonly visit: VisitWork }): ReactElement {
  const t = useTexts(texts);
  const language = useLanguage();
  const now = useNow();
  const { first, counts, critical } = visit;
  const urgent = first.rank < 3;
  const ms = first.orderedAt ? Math.max(0, Date.parse(now) - Date.parse(first.orderedAt)) : 0;
  const minutes = ms / 60_000;
  const speed = urgent ? 'urgent' : 'routine';
  const rejected = visit.rows.some((row) => row.rejected !== null);
  const mark =
    critical > 0
      ? { text: t('critical'), icon: 'warn' as const }
      : first.rank === 1
        ? { text: t('stat'), icon: 'warn' as const }
        : urgent
          ? { text: t('urgent') }
          : undefined;
  return (
    <WorkRow
      edge={critical > 0 ? 'critical' : first.rank === 1 ? 'critical' : urgent ? 'warn' : 'none'}
      lead={first.queueNumber ?? undefined}
      name={first.patientName ?? t('unknown')}
      age={first.birthDate ? age(first.birthDate, now, language) : undefined}
      mark={mark}
      next={NEXT.filter((stage) => counts[stage] > 0)
        .map((stage) => t('nextCount', { stage: t(stage), n: counts[stage] }))
        .join(' · ')}
      clock={first.orderedAt ? waited(ms, language) : undefined}
      clockTitle={first.roomName ?? undefined}
      lateness={minutes > OVERDUE[speed] ? 'overdue' : minutes > LATE[speed] ? 'late' : undefined}
      chips={
        rejected ? (
          <Chip tone="warn" icon="undo">
            {t('rejectedChip')}
          </Chip>
        ) : undefined
      }
    />
  );
}

export default { Home } satisfies Workspace;
