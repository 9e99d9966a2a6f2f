import type { BookingRow } from '@mach/appointment/contract.ts';
import { ageOn, isDate, localDate } from '@mach/base';
import { type CheckCardInput, type CheckCardResult, checkCard } from '@mach/claims/contract.ts';
import {
  PRIORITY_LABELS,
  PRIORITY_REASONS,
  type PriorityReason,
  VISIT_LABELS,
  type VisitState,
} from '@mach/encounter/contract.ts';
import {
  AlertLine,
  Card,
  FinishBar,
  formatDate,
  formatTime,
  Select,
  TextField,
  useCommand,
  useDrawer,
  useNow,
  usePick,
  useRoute,
  useSession,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  type AddCoverageInput,
  type AddCoverageResult,
  type AssessBenefitInput,
  addCoverage,
  assessBenefit,
  type BenefitSummary,
  type CardSummary,
  type CheckInInput,
  type CheckInResult,
  checkIn,
  type PersonSummary,
} from '../contract.ts';
import { offer, type RoomLoad } from '../rooms.ts';
import { CARD_DRAWER, CardDrawer } from './card-drawer.tsx';
import { Insurance, IssueLine, needsTelling, papersOf, payerOf, type Right, undecided } from './insurance.tsx';
import { RoomChoice } from './room-choice.tsx';
import { texts } from './texts.ts';
import { useBookingOf } from './use-bookings.ts';

const PRESENT: readonly VisitState[] = ['arrived', 'waiting', 'in-exam', 'awaiting-results', 'results-ready'];

/** The card in force on a day that lasts longest. */
export function cardInForce(cards: readonly CardSummary[], day: string): CardSummary | undefined {
  const rank = (c: CardSummary): string => `${c.validTo ?? '9999-12-31'} ${c.validFrom ?? ''}`;
  return cards
    .filter((c) => (c.validFrom ?? '') <= day && (c.validTo === null || c.validTo >= day))
    .toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))[0];
}

/** A newborn under the portal's temporary card has come by being born here; the desk may say otherwise. */
const bornJustNow = (person: PersonSummary, card: CardSummary | undefined): boolean =>
  person.bornAt !== null && card !== undefined && /^TE1\d{2}KT\d{8}$/.test(card.number);

export interface CheckInProps {
  readonly person: PersonSummary;
  readonly rooms: readonly RoomLoad[];
  readonly reload: () => void;
  readonly onGiven: (given: CheckInResult, load: RoomLoad | undefined) => void;
}

export interface CheckIn {
  readonly page: ReactElement;
  readonly finish: ReactElement;
}

/** The check-in card of one person: what pays, which room, why; Enter gives the number. */
export function useCheckIn({ person, rooms, reload, onGiven }: CheckInProps): CheckIn {
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const { facility } = useSession();
  const { go } = useRoute();
  const day = localDate(now);
  const card = cardInForce(person.cards, day);
  const { birthDate } = person.person;
  const years = birthDate !== undefined && isDate(birthDate) ? ageOn(birthDate, now).years : undefined;
  const offered = offer(rooms, { years, lastRoom: person.lastVisit?.room ?? null });

  const [right, setRight] = useState<Right>(() => ({
    ...undecided,
    route: bornJustNow(person, card) ? 'newborn' : null,
  }));
  const [chosen, setChosen] = useState<string | null>(null);
  const booking = useBookingOf(person, day);
  const [typedReason, setReason] = useState<string | null>(null);
  const reason = typedReason ?? booking?.reason ?? person.lastVisit?.reason ?? '';
  const [priority, setPriority] = useState<PriorityReason | ''>('');
  const [again, setAgain] = useState('');
  const insured = payerOf(right, card) === 'bhyt';
  const room = chosen ?? bookedRoom(booking, offered) ?? offered[0]?.room.key ?? null;
  const present = person.today.filter((v) => PRESENT.includes(v.state));
  const twice = present.find((v) => v.room === room);

  const benefit = useCommand<AssessBenefitInput, BenefitSummary>(assessBenefit.name);
  const portal = usePortal(person, card, day, reload);
  const papers = papersOf(right);
  const question = card && {
    patient: person.patient,
    coverage: card.coverage,
    ...(right.route ? { route: right.route } : {}),
    ...(papers ? { papers } : {}),
  };
  const asked = question && insured ? JSON.stringify([question, card]) : undefined;
  const assess = useRef(benefit.run);
  assess.current = benefit.run;
  useEffect(() => {
    if (asked !== undefined) void assess.current((JSON.parse(asked) as [AssessBenefitInput])[0]);
  }, [asked]);

  const give = useCommand<CheckInInput, CheckInResult>(checkIn.name, {
    onDone: (given) =>
      onGiven(
        given,
        rooms.find((load) => load.room.key === given.room),
      ),
  });
  const missing = missingOf();

  function missingOf(): { text: string; go?: () => void }[] {
    const list: { text: string; go?: () => void }[] = [];
    if (room === null) list.push({ text: t('missingRoom') });
    if (reason.trim().length < 2) list.push({ text: t('missingReason'), go: () => reasonField.current?.focus() });
    if (insured && !card) list.push({ text: t('cardNone') });
    if (insured && card && !benefit.result) list.push({ text: t('missingRight') });
    if (insured && benefit.result && needsTelling(benefit.result) && !right.told)
      list.push({ text: t('askSelfMissing') });
    return list;
  }

  const reasonField = useRef<HTMLInputElement>(null);
  const firstRoom = useRef<HTMLInputElement>(null);
  // Scan, look, Enter: the caret rests on the rooms, where digits choose; somebody new is asked the reason first.
  const ready = offered.length > 0;
  const typeFirst = useRef(reason === '');
  useEffect(() => {
    // A phone would open its keyboard over the card.
    if (ready && !window.matchMedia('(pointer: coarse)').matches)
      (typeFirst.current ? reasonField : firstRoom).current?.focus();
  }, [ready]);

  function run(overrides: readonly { rule: string; reason: string }[] = []): void {
    if (give.running || room === null || missing.length > 0) {
      missing[0]?.go?.();
      return;
    }
    void give.run(
      {
        patient: person.patient,
        room,
        reason: reason.trim(),
        payer: insured ? 'bhyt' : 'fee',
        ...(insured && card ? { coverage: card.coverage, expectedRate: benefit.result?.rate } : {}),
        ...(insured && right.route ? { route: right.route } : {}),
        ...(insured && papers ? { papers } : {}),
        ...(priority ? { priority: { reason: priority } } : {}),
        ...(again.trim() ? { againReason: again.trim() } : {}),
        ...(booking ? { appointment: booking.key } : {}),
        ...toldOf(offered, room),
      },
      overrides.length > 0 ? { overrides } : undefined,
    );
  }

  const drawer = useDrawer(CARD_DRAWER);
  const page = (
    <div className="rec-grid">
      {present.map((visit) => (
        <AlertLine
          key={visit.encounter}
          level="note"
          what={t('present', {
            number: visit.queueNumber ?? '',
            room: visit.roomName ?? '',
            state: pick(VISIT_LABELS[visit.state]),
          })}
          instead={{ label: t('openVisit'), run: () => go(['visit', visit.encounter]) }}
        />
      ))}
      {booking && (
        <AlertLine
          level="note"
          what={t('appointment', {
            time: formatTime(booking.startAt ?? now),
            room: booking.roomName ?? '',
            code: booking.code,
          })}
        />
      )}
      {give.issues.map((issue) => (
        <IssueLine key={issue.code} issue={issue} onOverride={(rule, reason) => run([{ rule, reason }])} />
      ))}
      <Insurance
        card={card}
        right={right}
        onRight={(change) => setRight((before) => ({ ...before, ...change }))}
        benefit={benefit}
        portal={portal.result}
        checking={portal.running}
        onCheck={portal.check}
        onTake={portal.take}
        day={day}
        onType={drawer.open}
        here={facility.code}
      />
      <Card title={t('room')} side={person.lastVisit && t('lastVisit', { date: formatDate(person.lastVisit.at) })}>
        <div className="rec-stack">
          <RoomChoice rooms={offered} value={room} onChange={setChosen} chosenRef={firstRoom} />
          <TextField
            label={t('reason')}
            required
            value={reason}
            onChange={setReason}
            inputRef={reasonField}
            onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing && run()}
            issues={give.issuesByField.reason}
          />
          {twice && (
            <TextField
              label={t('again')}
              required
              hint={t('againHint', { number: twice.queueNumber ?? '' })}
              value={again}
              onChange={setAgain}
            />
          )}
          <Select<PriorityReason>
            label={t('priority')}
            value={priority}
            empty={t('priorityNone')}
            onChange={setPriority}
            options={PRIORITY_REASONS.map((value) => ({ value, label: pick(PRIORITY_LABELS[value]) }))}
          />
        </div>
      </Card>
      <CardDrawer
        key={card?.coverage ?? 'none'}
        patient={person.patient}
        name={person.person.name ?? ''}
        card={card}
        onSaved={reload}
      />
    </div>
  );
  const finish = (
    <FinishBar
      missing={missing}
      finish={{
        label: { vi: texts.vi.checkIn, en: texts.en.checkIn },
        chord: 'Enter',
        patient: person.person.name,
        busy: give.running,
        run: () => run(),
      }}
    />
  );
  return { page, finish };
}

/** The room of the appointment, where it is open today. */
const bookedRoom = (booking: BookingRow | undefined, rooms: readonly RoomLoad[]): string | undefined =>
  rooms.find((load) => load.room.key === booking?.room)?.room.key;

/** The wait that stands beside the chosen room: told to the person, printed on the slip. */
const toldOf = (rooms: readonly RoomLoad[], room: string): Pick<CheckInInput, 'told'> => {
  const load = rooms.find((one) => one.room.key === room);
  return load ? { told: load.wait } : {};
};

/**
 * The insurer's portal, asked once when a person is opened: about the card on file, or by the personal number when
 * there is none. Care never waits: a silent portal leaves "Chưa xác thực".
 */
function usePortal(
  person: PersonSummary,
  card: CardSummary | undefined,
  day: string,
  reload: () => void,
): { result: CheckCardResult | undefined; running: boolean; check: () => void; take: () => void } {
  const ask = useCommand<CheckCardInput, CheckCardResult>(checkCard.name);
  const keep = useCommand<AddCoverageInput, AddCoverageResult>(addCoverage.name);
  const { name, birthDate, idPaper, idNumber } = person.person;
  const number = card?.number ?? (idPaper === 'cccd' ? idNumber : undefined);
  const known = card?.portal?.status === 'verified' && localDate(card.portal.at) === day;

  async function check(): Promise<void> {
    if (number === undefined || name === undefined || birthDate === undefined) return;
    const told = await ask.run({ card: number, name, birthDate, ...(card ? { coverage: card.coverage } : {}) });
    if (card === undefined && told?.status === 'verified') await put(told);
  }
  /** Puts the card on file as the portal knows it; what only the desk knows of it (a certificate) stays. */
  async function put(told: CheckCardResult): Promise<void> {
    const { holder } = told;
    if (!holder) return;
    const kept = await keep.run({
      patient: person.patient,
      card: {
        number: holder.card,
        validFrom: holder.validFrom,
        registeredFacility: holder.registeredFacility,
        ...(card?.benefitDigit ? { benefitDigit: card.benefitDigit } : {}),
        ...(card?.exemptFrom ? { exemptFrom: card.exemptFrom } : {}),
        ...(holder.validTo ? { validTo: holder.validTo } : {}),
        ...(holder.fiveYearsFrom
          ? { fiveYearsFrom: holder.fiveYearsFrom }
          : card?.fiveYearsFrom
            ? { fiveYearsFrom: card.fiveYearsFrom }
            : {}),
        ...(isArea(holder.livingArea) ? { livingArea: holder.livingArea } : {}),
      },
    });
    if (kept) reload();
  }

  const once = useRef<string | null>(null);
  const latest = useRef(check);
  latest.current = check;
  useEffect(() => {
    const what = `${person.patient}/${number ?? ''}`;
    if (known || once.current === what) return;
    once.current = what;
    void latest.current();
  }, [person.patient, number, known]);
  return {
    result: ask.result,
    running: ask.running || keep.running,
    check: () => void check(),
    take: () => void (ask.result && put(ask.result)),
  };
}

const isArea = (text: string | null): text is 'K1' | 'K2' | 'K3' => text === 'K1' || text === 'K2' || text === 'K3';
