import type { VisitState } from '@mach/encounter/contract.ts';
import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  AddCoverageInput,
  AnswerHelpInput,
  AssessBenefitInput,
  CallInput,
  CardFields,
  ChangePayerInput,
  CheckInInput,
  IdentifyInput,
  IdentifyUnknownInput,
  KioskHelpInput,
  KioskLookInput,
  KioskTakeInput,
  MergePeopleInput,
  PersonFields,
  ReceiveUnknownInput,
  RegisterNewbornInput,
  RegisterPatientInput,
  SeparatePeopleInput,
  UpdatePatientInput,
} from './inputs.ts';

export type * from './inputs.ts';
export { birthTimeOf, isNewborn } from './newborn.ts';
export * from './queue/clocks.ts';
export * from './queue/estimate.ts';
export * from './queue/masked.ts';
export * from './queue/order.ts';
export * from './queue/room.ts';
export type * from './queue/rows.ts';
export * from './queue/rules.ts';
export * from './read.ts';

interface Text {
  vi: string;
  en: string;
}
export interface Notice {
  severity: 'error' | 'warning' | 'information';
  code: string;
  field?: string;
  text: Text;
  remedy?: Text;
}

/** A card as the desk sees it. */
export interface CardSummary {
  coverage: string;
  number: string;
  validFrom: string | null;
  validTo: string | null;
  registeredFacility: string | null;
  benefitDigit: string | null;
  livingArea: string | null;
  fiveYearsFrom: string | null;
  exemptFrom: string | null;
  /** Answer of the insurer's portal; null: never asked ("Chưa xác thực"). */
  portal: { status: string; at: string } | null;
}

/** A person as the desk sees one before opening a visit. */
export interface PersonSummary {
  patient: string;
  patientCode: string | null;
  person: Partial<PersonFields>;
  /** "thôn 3, Xã Ea Tul, Đắk Lắk" */
  address: string | null;
  /** Name of the ward with its province, for the form. */
  wardText: string | null;
  deceased: boolean;
  /** Nobody knows who it is: the code name, and what to tell the person by. */
  unidentified: { code: string; marks?: string; broughtBy?: string; estimatedAge?: number } | null;
  /** Of a child whose mother is known: her name, and her record where she has one here. */
  mother: { name: string; patient: string | null } | null;
  /** Hour of birth, while it belongs to the person (28 days). */
  bornAt: string | null;
  /** Records that became part of this one and can still be parted from it. */
  merged: { patient: string; patientCode: string; name: string; at: string; how: string }[];
  cards: CardSummary[];
  /** null: never asked; empty: asked, none known. */
  allergies: { text: string; high: boolean }[] | null;
  /** Visits of today, latest first. */
  today: {
    encounter: string;
    queueNumber: string | null;
    room: string | null;
    roomName: string | null;
    state: VisitState;
  }[];
  lastVisit: { at: string; reason: string | null; room: string | null } | null;
}

export interface WardChoice {
  wardCode: string;
  provinceCode: string;
  text: string;
}

export interface IdentifyResult {
  kind: 'cccd' | 'bhyt' | 'visit' | 'patient' | 'prescription' | 'appointment' | 'phone' | 'unknown';
  people: PersonSummary[];
  /** Fields of the scanned card, for somebody who is not known here yet. */
  draft: Partial<PersonFields> | null;
  /** Name of the draft's ward with its province. */
  wardText: string | null;
  card: Partial<CardFields> | null;
  /** Wards that the address on the card can mean, best first; empty when it is certain. */
  wards: WardChoice[];
  notices: Notice[];
}

export interface RegisterPatientResult {
  patient: string;
  patientCode: string;
  /** The number was known: this is the person's record as it was. */
  existing: boolean;
  notices: Notice[];
}

export interface RegisterNewbornResult {
  patient: string;
  patientCode: string;
  /** `SS-2411-07` */
  code: string;
  /** "Con bà …" until the child has a name. */
  name: string;
  notices: Notice[];
}

export interface AddCoverageResult {
  coverage: string;
  /** The same card was on file: it has been renewed. */
  existing: boolean;
  notices: Notice[];
}

/** The right of one visit, decided and explained. */
export interface BenefitSummary {
  coverage: string;
  state: string;
  /** MUC_HUONG, percent. */
  rate: number;
  /** 100 − rate. */
  patientShare: number;
  /** MA_DOITUONG_KCB. */
  category: string;
  route: CheckInInput['route'];
  properRoute: boolean;
  /** Hash of the rule pack. */
  hash: string;
  reasons: { text: Text; source: string; decisive: boolean }[];
  notices: Notice[];
}

export interface CheckInResult {
  encounter: string;
  state: VisitState;
  visitCode: string;
  queueNumber: string;
  room: string;
  patient: string;
  patientCode: string;
  /** A record was made for somebody new. */
  registered: boolean;
  coverage: string | null;
  benefit: BenefitSummary | null;
}

export interface ReceiveUnknownResult extends Omit<CheckInResult, 'registered' | 'coverage' | 'benefit'> {
  /** Code name, `CC-2411-07`. */
  code: string;
}

export interface IdentifyUnknownResult {
  /** The record that holds everything now. */
  patient: string;
  patientCode: string;
  /** Into the record of somebody known; otherwise the record itself got the name. */
  merged: boolean;
  /** Records that moved. */
  moved: number;
}

export interface MergePeopleResult {
  patient: string;
  patientCode: string;
  moved: number;
}

export interface SeparatePeopleResult {
  /** The record that is open again. */
  patient: string;
  patientCode: string;
  /** The record that it was part of. */
  from: string;
  moved: number;
}

export interface CallResult {
  encounter: string;
  /** Id of the record of this call. */
  call: string;
  /** Absences today, this one among them; 0 for a call. */
  times: number;
  /** Places later at which the person comes back; −1: at the end. */
  places: number;
}

export interface ChangePayerResult {
  encounter: string;
  state: VisitState;
  benefit: BenefitSummary | null;
}

/** Override of `checkIn` and `changePayer`: the portal refuses the card, and the desk has a reason to use it. */
export const CARD_REFUSED = 'card-refused';

/** Looks a person up by a scan, a number, a code or a record id; reads a card of somebody new. Audited, writes nothing. */
export const identify = commandRef<IdentifyInput, IdentifyResult>('reception.identify');
export const registerPatient = commandRef<RegisterPatientInput, RegisterPatientResult>('reception.registerPatient');
/** A newborn: by its mother, with the hour of birth and the weight, and the portal's temporary card where there is one. */
export const registerNewborn = commandRef<RegisterNewbornInput, RegisterNewbornResult>('reception.registerNewborn');
export const updatePatient = commandRef<UpdatePatientInput, RegisterPatientResult>('reception.updatePatient');
export const addCoverage = commandRef<AddCoverageInput, AddCoverageResult>('reception.addCoverage');
/** What BHYT would pay on this visit, with reasons. Writes nothing. */
export const assessBenefit = commandRef<AssessBenefitInput, BenefitSummary>('reception.assessBenefit');
/** Everything of a check-in in one deed: person, card, right, visit, queue number. */
export const checkIn = commandRef<CheckInInput, CheckInResult>('reception.checkIn');

/** The card came later, or does not hold: decides the right anew and lets every open line of the visit follow. */
export const changePayer = commandRef<ChangePayerInput, ChangePayerResult>('reception.changePayer');

/** Calls a number to the door, or again: the board shows and reads it anew. */
export const call = commandRef<CallInput, CallResult>('reception.call');
/** Called and not there: out of the exam, some places later in the queue. */
export const absent = commandRef<CallInput, CallResult>('reception.absent');

/** Emergency: nobody knows who it is. A record under a code name, a visit, a number, in one deed and without a paper. */
export const receiveUnknown = commandRef<ReceiveUnknownInput, ReceiveUnknownResult>('reception.receiveUnknown');
/** The person is known now: the record gets the name, or all of it moves to the record that the person has. */
export const identifyUnknown = commandRef<IdentifyUnknownInput, IdentifyUnknownResult>('reception.identifyUnknown');

/** Two records of one person become one; within seven days they can be parted again. */
export const mergePeople = commandRef<MergePeopleInput, MergePeopleResult>('reception.mergePeople');
/** Takes a merge back: what had moved returns, with what was done since in the visits that return. */
export const separatePeople = commandRef<SeparatePeopleInput, SeparatePeopleResult>('reception.separatePeople');

/** What the kiosk may know of somebody: enough to go on, nothing that a stranger could use. */
export interface KioskLookResult {
  /** ready: a number can be given here · desk: somebody has to look · unknown: nobody is known by this. */
  outcome: 'ready' | 'desk' | 'unknown';
  /** "Trần T. L."; null when nobody is known. */
  name: string | null;
  appointment: { at: string; room: string; roomName: string } | null;
  /** A card is on file and in force, and pays here by the right route. */
  insured: boolean;
  /** Room of the last visit. */
  lastRoom: string | null;
  /** Why the desk has to look. */
  why: Text | null;
}
export interface KioskTakeResult {
  encounter: string;
  queueNumber: string;
  room: string;
  roomName: string;
  door: string;
}
/** Looks somebody up at the kiosk: by the card, the code of an appointment, or the telephone of one of today. */
export const kioskLook = commandRef<KioskLookInput, KioskLookResult>('reception.kioskLook');
/** Takes a number at the kiosk. What a person has to decide is refused, and goes to the desk. */
export const kioskTake = commandRef<KioskTakeInput, KioskTakeResult>('reception.kioskTake');

export interface KioskHelpResult {
  help: string;
  /** Somebody has been called from here already, and has not come yet. */
  waiting: boolean;
}
/** Somebody at the kiosk needs a person. */
export const kioskHelp = commandRef<KioskHelpInput, KioskHelpResult>('reception.kioskHelp');
/** Somebody goes there. */
export const answerHelp = commandRef<AnswerHelpInput, { help: string }>('reception.answerHelp');

/** `reception.help`, live: calls for staff from the kiosks. */
export interface HelpRow {
  key: string;
  state: 'in-progress' | 'completed';
  at: string | null;
  /** Name of the device. */
  from: string | null;
}

export interface ReceptionEvents {
  'reception.identified': { code: string; patient: string; into: string; moved: number };
  'reception.separated': { patient: string; from: string; moved: number };
  'reception.registered': { patient: string; patientCode: string };
  'reception.called': { encounter: string; room: string };
  'reception.absent': { encounter: string; room: string; times: number };
  'reception.covered': { patient: string; coverage: string };
}

/** `GET /api/codes/queue-rules?q=queue+visit-clocks`: rule packs that screens decide with. */
export interface QueueRuleRow {
  code: string;
  display: string;
  edition: string;
  hash: string;
  data: unknown;
}

/** `reception.people`, live: exact look-up by the numbers of a person. */
export interface PersonRow {
  key: string;
  patient: string;
  name: string | null;
  birthDate: string | null;
  gender: string | null;
  patientCode: string | null;
  cccd: string | null;
  phone: string | null;
  address: string | null;
}

/** `reception.cards`, live. */
export interface CardRow {
  key: string;
  patient: string;
  name: string | null;
  number: string | null;
  validFrom: string | null;
  validTo: string | null;
  registeredFacility: string | null;
  portalStatus: string | null;
  portalAt: string | null;
}

/** `reception.rooms`, live: where patients are examined. */
export interface RoomRow {
  key: string;
  code: string | null;
  name: string | null;
  service: string | null;
  specialty: string | null;
  /** First day on which the room takes nobody, yyyy-MM-dd. */
  closedFrom: string | null;
}
