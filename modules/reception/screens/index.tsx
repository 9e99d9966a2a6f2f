import type { RosterRow } from '@mach/appointment/contract.ts';
import { localDate, startOfLocalDay } from '@mach/base';
import { cancelVisit, type EncounterReasonInput, type VisitResult } from '@mach/encounter/contract.ts';
import {
  Button,
  Chip,
  Empty,
  openPatient,
  ScanField,
  type ScanRoute,
  toast,
  useAway,
  useCommand,
  useDraft,
  useDrawer,
  useNow,
  usePrint,
  useRoute,
  useTexts,
  useView,
  Worklist,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { similarName } from '@mach/vn/names.ts';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import {
  type AddCoverageInput,
  type AddCoverageResult,
  addCoverage,
  type CheckInResult,
  type RegisterPatientInput,
  type RegisterPatientResult,
  type RoomRow,
  registerPatient,
  type TodayRow,
} from '../contract.ts';
import { loads, openRooms, planned, type RoomLoad, sameNames } from '../rooms.ts';
import { ArrivalRow } from './arrivals.tsx';
import { AwayArrival } from './away/arrival.tsx';
import { Banner } from './banner.tsx';
import { Body, CheckInPage, FoundPeople, type TicketOf, ticketOf } from './body.tsx';
import './desk.css';
import { HelpCalls } from './help/calls.tsx';
import { IDENTIFY_DRAWER } from './identify-drawer.tsx';
import { type NewPerson, NewPersonFinish, type NewPersonProps } from './new-person.tsx';
import { NewbornPage } from './newborn/page.tsx';
import { usePeople } from './people-search.ts';
import { draftOf, emptyPerson, fieldsOf } from './person-draft.ts';
import { texts } from './texts.ts';
import { UnknownPage } from './unknown-page.tsx';
import { type Outcome, useDesk } from './use-desk.ts';
import { useQueueRules } from './use-rules.ts';

/** The slip of a visit (80 mm). */
const TICKET = 'reception.ticket';
const PRESENT = ['waiting', 'in-exam', 'awaiting-results', 'results-ready'];
/** Rows drawn at first; the rest on demand. */
const FIRST = 120;
/** A number is taken back by one key for so long (design language §5). */
const UNDO_MS = 10_000;
const NOBODY: NewPerson = { person: emptyPerson, wards: [], notDuplicateOf: [] };

const takes = (kind: 'cccd' | 'bhyt') => (code: string) => scanRouter(code).kind === kind;
const isHouseCode = (code: string): boolean =>
  /^HK\d{10}$/i.test(code) || ['visit', 'patient', 'prescription'].includes(scanRouter(code).kind);

/** The desk (design language W1): scan, look, Enter. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const now = useNow();
  const day = startOfLocalDay(now);
  const today = useView<TodayRow>('reception.today', { 'arrivedAt.from': day }, { sort: '-arrivedAt', limit: 1000 });
  const rooms = useView<RoomRow>('reception.rooms', {}, { sort: 'code', limit: 200 });
  const rules = useQueueRules();
  const rosters = useView<RosterRow>('appointment.rosters', {}, { sort: 'from', limit: 500 });
  const load = useMemo(() => {
    const onDay = localDate(now);
    return rules ? loads(openRooms(rooms.rows, onDay), today.rows, rules, planned(rosters.rows, onDay)) : [];
  }, [rooms.rows, today.rows, rosters.rows, rules, now]);
  const twins = useMemo(() => sameNames(today.rows, similarName), [today.rows]);
  const [all, setAll] = useState(false);
  const [shown, setShown] = useState(FIRST);
  const [typed, setTyped] = useState('');
  // On a phone the scan field comes first; the list is one step back.
  const [listInFront, setListInFront] = useState(false);
  const [given, setGiven] = useState<TicketOf | null>(null);
  const scanField = useRef<HTMLInputElement>(null);
  const draft = useDraft<NewPerson>('reception:new', NOBODY);

  const [where, id] = path;
  const row = where === 'visit' ? today.rows.find((one) => one.key === id) : undefined;
  const patient = where === 'person' || where === 'newborn' ? id : row?.patient;
  const desk = useDesk(outcomeOf);
  const person = patient === undefined ? undefined : desk.known.get(patient);
  const people = usePeople(typed);
  const list = all ? today.rows : today.rows.filter((one) => PRESENT.includes(one.state));

  const { load: loadPerson } = desk;
  useEffect(() => {
    if (patient !== undefined) void loadPerson(patient);
  }, [patient, loadPerson]);
  useEffect(() => {
    if (person && where !== 'newborn')
      openPatient({
        key: person.patient,
        name: person.person.name ?? '',
        place: person.person.birthDate?.slice(0, 4),
        workspace: 'reception',
        path: ['person', person.patient],
      });
  }, [person, where]);

  function open(one: string): void {
    setTyped('');
    setListInFront(false);
    go(['person', one]);
  }
  function outcomeOf(outcome: Outcome): void {
    if (outcome.kind === 'new') {
      const { found, text } = outcome;
      const kind = text.includes('|') ? found.kind : undefined;
      draft.set((before) => ({
        person: draftOf({ ...emptyPerson.fields, ...found.draft }, found.wardText),
        wards: found.wards,
        card: found.card ?? undefined,
        notDuplicateOf: [],
        cccdQr: kind === 'cccd' ? text : undefined,
        bhytQr: kind === 'bhyt' ? text : before.bhytQr,
      }));
      go(['new']);
    } else go([]);
  }
  // A card shown while somebody unidentified is open says who that is.
  const [naming, setNaming] = useState<{ readonly patient: string; readonly text: string } | null>(null);
  const namer = useDrawer(IDENTIFY_DRAWER);
  async function look(text: string): Promise<void> {
    setTyped('');
    if (person?.unidentified && (takes('cccd')(text) || takes('bhyt')(text))) {
      setNaming({ patient: person.patient, text });
      namer.open();
      return;
    }
    if (where === 'new' && takes('bhyt')(text) && text.includes('|') && draft.value.person.fields.name) {
      draft.set((before) => ({ ...before, bhytQr: text }));
      toast({ text: t('cardSaved') });
      return;
    }
    const found = await desk.look(text, person);
    // A card that is shown beside a newborn's form is its mother's.
    if (found && where === 'newborn') go(['newborn', found.patient]);
    else if (found) open(found.patient);
  }

  const routes: ScanRoute[] = [
    { label: { vi: texts.vi.scanCccd, en: texts.en.scanCccd }, accepts: takes('cccd'), run: (code) => void look(code) },
    { label: { vi: texts.vi.scanBhyt, en: texts.en.scanBhyt }, accepts: takes('bhyt'), run: (code) => void look(code) },
    { label: { vi: texts.vi.scanCode, en: texts.en.scanCode }, accepts: isHouseCode, run: (code) => void look(code) },
  ];

  const register = useCommand<RegisterPatientInput, RegisterPatientResult>(registerPatient.name);
  const cover = useCommand<AddCoverageInput, AddCoverageResult>(addCoverage.name);
  async function save(notDuplicateOf: readonly string[]): Promise<void> {
    const { person: form, cccdQr, bhytQr } = draft.value;
    draft.set((before) => ({ ...before, notDuplicateOf }));
    const done = await register.run({
      person: fieldsOf(form),
      ...(cccdQr ? { cccdQr } : {}),
      ...(notDuplicateOf.length > 0 ? { notDuplicateOf: [...notDuplicateOf] } : {}),
    });
    if (!done) return;
    if (bhytQr) await cover.run({ patient: done.patient, bhytQr });
    draft.discard();
    register.reset();
    open(done.patient);
  }
  const onNewborn = (): void => go(['newborn']);
  const newPerson: NewPersonProps = {
    draft,
    register,
    onSave: (cleared) => void save(cleared),
    onOpen: open,
    onNewborn,
  };

  // The caret is back in the empty scan field, where Ctrl+Z would have nothing else to undo.
  const [takeBack, setTakeBack] = useState<(() => void) | null>(null);
  const undo = useCommand<EncounterReasonInput, VisitResult>(cancelVisit.name);
  function onGiven(result: CheckInResult, roomLoad: RoomLoad | undefined): void {
    const name = person?.person.name ?? '';
    const room = roomLoad?.room.name ?? result.room;
    setGiven({ encounter: result.encounter, number: result.queueNumber, room, name });
    const takeBack = (): void => {
      setTakeBack(null);
      setGiven(null);
      void undo.run({ encounter: result.encounter, reason: texts.vi.undoReason });
    };
    toast({ text: t('given', { number: result.queueNumber, room }), undo: takeBack });
    setTakeBack(() => takeBack);
    setTimeout(() => setTakeBack((now) => (now === takeBack ? null : now)), UNDO_MS);
    go([]);
    scanField.current?.focus();
  }

  const ticket = row ? ticketOf(row) : (given ?? undefined);
  const { print: printForm } = usePrint();
  const print = (): void => void (ticket && printForm(TICKET, ticket.encounter));
  const { down, away } = useAway();
  // Without its server the desk gives paper numbers; what was being typed stays a draft.
  const alone = down && away !== undefined;
  return (
    <WorkspaceFrame
      listTitle={t('arrivals')}
      listCount={list.length}
      listTools={
        <>
          <Button size="small" look="quiet" icon="plus" chord="F10" onClick={() => go(['new'])}>
            {t('newShort')}
          </Button>
          <Button
            size="small"
            look="quiet"
            icon="scan"
            className="rec-phone-only"
            onClick={() => setListInFront(false)}
          >
            {t('scanShort')}
          </Button>
          <div className="rec-filter">
            <Chip pressed={!all} onClick={() => setAll(false)}>
              {t('waitingOnly')}
            </Chip>
            <Chip pressed={all} onClick={() => setAll(true)}>
              {t('all')}
            </Chip>
            <Button
              size="small"
              look="quiet"
              icon="warn"
              className="rec-unknown-button"
              onClick={() => go(['unknown'])}
            >
              {t('unknownShort')}
            </Button>
          </div>
        </>
      }
      list={
        <Worklist
          label={t('arrivals')}
          rows={list.slice(0, shown)}
          state={today.state}
          error={today.error}
          stale={today.stale}
          loadedAt={today.loadedAt}
          onRetry={today.reload}
          hasMore={list.length > shown}
          onMore={() => setShown(shown + FIRST)}
          keyOf={(one) => one.key}
          textOf={(one) => one.name ?? ''}
          selected={row?.key ?? null}
          onOpen={(one) => go(['visit', one.key])}
          empty={<Empty title={t('noOne')} hint={t('noOneHint')} />}
          render={(one) => <ArrivalRow row={one} twin={twins.get(one.key)} />}
        />
      }
      open={!listInFront || alone || where !== undefined || typed !== ''}
      onBack={() => {
        setTyped('');
        setListInFront(true);
        go([]);
      }}
      banner={
        <>
          <HelpCalls />
          {!alone && (
            <ScanField
              label={t('scan')}
              placeholder={t('scanPlaceholder')}
              routes={routes}
              value={typed}
              onType={setTyped}
              onSubmit={(text) =>
                people.people.length === 1 && people.people[0] && where !== 'newborn'
                  ? open(people.people[0].id)
                  : void look(text)
              }
              busy={desk.busy || people.searching}
              autoFocus={where === undefined}
              inputRef={scanField}
            />
          )}
          {!alone && person && where !== 'newborn' && typed === '' && (
            <Banner
              person={person}
              reload={() => void desk.load(person.patient)}
              onNewborn={() => go(['newborn', person.patient])}
              onOpen={open}
              scanned={naming?.patient === person.patient ? naming.text : undefined}
              onIdentified={(one) => {
                setNaming(null);
                void desk.load(one);
                open(one);
              }}
            />
          )}
        </>
      }
      finish={!alone && where === 'new' && typed === '' ? <NewPersonFinish {...newPerson} /> : undefined}
      keys={[
        { chord: 'F3', label: { vi: texts.vi.scan, en: texts.en.scan }, run: () => scanField.current?.focus() },
        { chord: 'F10', label: { vi: texts.vi.newPerson, en: texts.en.newPerson }, run: () => go(['new']) },
        { chord: 'Ctrl+Z', inText: true, enabled: takeBack !== null && typed === '', run: () => takeBack?.() },
        { chord: 'F8', label: { vi: texts.vi.print, en: texts.en.print }, enabled: ticket !== undefined, run: print },
      ]}
    >
      {alone ? (
        <AwayArrival rooms={load} known={row} />
      ) : typed !== '' && people.asked !== '' ? (
        <FoundPeople people={people.people} text={people.asked} onOpen={(one) => open(one.id)} />
      ) : where === 'unknown' ? (
        <UnknownPage
          rooms={load}
          onReceived={(done) => {
            const room = load.find((one) => one.room.key === done.room)?.room.name ?? done.room;
            setGiven({ encounter: done.encounter, number: done.queueNumber, room, name: done.code });
            toast({ text: t('unknownGiven', { code: done.code, number: done.queueNumber, room }) });
            go(['visit', done.encounter]);
          }}
        />
      ) : where === 'newborn' ? (
        <NewbornPage mother={person} onOpen={open} />
      ) : where === 'person' && person ? (
        <CheckInPage
          key={person.patient}
          person={person}
          rooms={load}
          reload={() => void desk.load(person.patient)}
          onGiven={onGiven}
        />
      ) : (
        <Body {...{ where, row, desk, given, load, newPerson }} onPrint={print} onDone={() => go([])} onOpen={open} />
      )}
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
