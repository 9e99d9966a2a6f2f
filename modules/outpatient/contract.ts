import type {
  OrderState,
  PlaceOrdersResult,
  PrescriptionState,
  RecordDiagnosesResult,
  SignPrescriptionResult,
  VisitResult,
  VisitState,
} from '@mach/encounter/contract.ts';
import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  CorrectNoteInput,
  DiagnoseInput,
  FinishInput,
  MarkSeenInput,
  OrderInput,
  PrescribeInput,
  RecordAllergiesInput,
  RecordVitalsInput,
  ReplacePrescriptionInput,
  SaveNoteInput,
  SendPrescriptionInput,
  TakeNationalAnswerInput,
  WithdrawVitalsInput,
} from './inputs.ts';
import type { VitalItemCode } from './lists.ts';
import type { EarlyWarning, Scale } from './rules/early-warning.ts';

export type * from './inputs.ts';
export { recordVitalsInput as recordVitalsShape } from './inputs.ts';
export * from './lists.ts';
export * from './numbers.ts';
export { ageDays, ageMonths, ageYears } from './rules/age.ts';
export { EFFORTS, type Effort, REFILLS, type Refill } from './rules/pews.ts';
export { readVitalPacks, VITAL_PACKS, type VitalPacks } from './rules/vital-packs.ts';
export { assessVitals, itemOf } from './rules/vitals.ts';

interface Text {
  vi: string;
  en: string;
}

/** Something worth saying that did not stop the deed. */
export interface Warning {
  code: string;
  field?: string;
  text: Text;
}

export interface News2Result {
  /** Sum of the parameters that are there. */
  score: number;
  /** "7/7"; "5/7" when two are missing. */
  recorded: string;
  missing: string[];
  /** low, low-medium, medium, high; `incomplete`: a low sum of which parameters are missing. */
  risk: string;
  riskText: Text;
  response: Text;
  /** Longest time to the next observation, minutes; 0: continuous. */
  intervalMinutes: number;
}

export interface RecordVitalsResult {
  /** Id of the set: an Observation whose members are the single ones. */
  panel: string;
  observations: Partial<Record<VitalItemCode | 'bp' | 'bmi' | 'acvpu' | 'refill' | 'effort' | Scale, string>>;
  /** Absent when it does not apply (under 16, pregnant) or nothing that it counts was measured. */
  news2?: News2Result;
  /** The score of the table that holds: NEWS2, PEWS of a child, MEOWS in pregnancy. */
  warning?: EarlyWarning;
  /** kg/m², one decimal, as text. */
  bmi?: string;
  /** Items that move the patient to the front, the name of the score among them when it calls for somebody. */
  urgent: string[];
  /** Unusual values that were confirmed. */
  warnings: Warning[];
}

export interface NoteResult {
  composition: string;
  version: string;
  /** False: the content was the same, nothing was written. */
  changed: boolean;
}

/** known: at least one · none: asked, none known. No record at all: never asked (null in views). */
export type AllergyState = 'known' | 'none';
export interface AllergiesResult {
  /** null: what was recorded is refuted, and nobody has said that there is none. */
  state: AllergyState | null;
  /** Active allergies of the patient after this deed. */
  allergies: string[];
}

/** What a check found. `stop` cannot be passed; `warn` needs an override `{ rule, reason }` in the envelope. */
export interface Finding {
  /** Name of this finding for an override: `duplicate-order:GLU`. */
  rule: string;
  severity: 'stop' | 'warn' | 'info';
  /** `lines.2`, `items.0`. */
  field: string;
  text: Text;
  remedy?: Text;
  /** Passed over with a reason, it is looked at by a pharmacist before the drug is handed over. */
  pharmacist?: true;
}

export interface OrderResult extends PlaceOrdersResult {
  /** What was overridden, and what is good to know. */
  findings: Finding[];
}

export interface Prescribed extends SignPrescriptionResult {
  /** C common, N narcotic, H psychotropic and precursor: each on a prescription of its own. */
  kind: 'C' | 'N' | 'H';
}
export interface PrescribeResult {
  prescriptions: Prescribed[];
  findings: Finding[];
}

export interface MarkSeenResult {
  seen: string[];
}

export interface FinishResult extends VisitResult {
  composition: string;
}

export interface SendPrescriptionResult {
  prescription: string;
  /** Id of the message in the outbox; null when it was sent before. */
  message: string | null;
}

export interface NationalAnswerResult {
  prescription: string;
  state: PrescriptionState;
  /** Task for the prescriber when the national system refused. */
  work: string | null;
}

export const recordVitals = commandRef<RecordVitalsInput, RecordVitalsResult>('outpatient.recordVitals');
/** Entered in error: takes a whole set back. */
export const withdrawVitals = commandRef<WithdrawVitalsInput, { panel: string }>('outpatient.withdrawVitals');
/** Draft of the exam note; safe to send every second. */
export const saveNote = commandRef<SaveNoteInput, NoteResult>('outpatient.saveNote');
/** A new version of a note that is signed already. */
export const correctNote = commandRef<CorrectNoteInput, NoteResult>('outpatient.correctNote');
export const recordAllergies = commandRef<RecordAllergiesInput, AllergiesResult>('outpatient.recordAllergies');
export const order = commandRef<OrderInput, OrderResult>('outpatient.order');
export const diagnose = commandRef<DiagnoseInput, RecordDiagnosesResult>('outpatient.diagnose');
export const prescribe = commandRef<PrescribeInput, PrescribeResult>('outpatient.prescribe');
export const replacePrescription = commandRef<ReplacePrescriptionInput, PrescribeResult>(
  'outpatient.replacePrescription',
);
export const markSeen = commandRef<MarkSeenInput, MarkSeenResult>('outpatient.markSeen');
/** Signs the note and concludes the visit. */
export const finish = commandRef<FinishInput, FinishResult>('outpatient.finish');
/** By the system, after `encounter.prescribed`. */
export const sendPrescription = commandRef<SendPrescriptionInput, SendPrescriptionResult>(
  'outpatient.sendPrescription',
);
/** By the system, after `exchange.answered`. */
export const takeNationalAnswer = commandRef<TakeNationalAnswerInput, NationalAnswerResult>(
  'outpatient.takeNationalAnswer',
);

export interface OutpatientEvents {
  'outpatient.vitalsRecorded': { encounter: string; patient: string; panel: string; urgent: string[] };
  'outpatient.noteSigned': { encounter: string; patient: string; composition: string };
  'outpatient.noteCorrected': { encounter: string; patient: string; composition: string };
  'outpatient.allergiesRecorded': { patient: string; state: AllergyState | null };
}

/** Name of the destination of prescriptions in the outbox. */
export const NATIONAL_PRESCRIPTION = 'national-prescription';

/** `GET /api/views/outpatient.queue`, live. Instants are ISO text. */
export interface QueueRow {
  /** Id of the Encounter. */
  key: string;
  /** Id of the Patient. */
  patient: string;
  visitCode: string;
  queueNumber: string | null;
  name: string | null;
  birthDate: string | null;
  gender: string | null;
  patientCode: string | null;
  state: VisitState;
  room: string | null;
  roomName: string | null;
  reason: string | null;
  payer: 'bhyt' | 'fee' | null;
  /** Level; null or 0: none. */
  priority: number | null;
  priorityReason: string | null;
  arrivedAt: string | null;
  doctor: string | null;
  doctorName: string | null;
  news2: number | null;
  /** "5/7": two parameters are missing. */
  news2Recorded: string | null;
  news2Risk: string | null;
  vitalsAt: string | null;
  /** Vital signs call for the front of the queue. */
  vitalsUrgent: boolean;
  /** Diagnostic orders (lab, imaging, functional) that stand. */
  ordersTotal: number;
  ordersDone: number;
  ordersUnseen: number;
  principalDiagnosis: string | null;
  allergyState: AllergyState | null;
}

/** `outpatient.orders`, live: every order of the house with its results. */
export interface OrderRow {
  key: string;
  patient: string;
  encounter: string;
  orderCode: string | null;
  service: string | null;
  name: string | null;
  group: 'exam' | 'lab' | 'imaging' | 'functional' | 'procedure' | null;
  state: OrderState;
  priority: string | null;
  question: string | null;
  orderedAt: string | null;
  requester: string | null;
  requesterName: string | null;
  price: number | null;
  payer: string | null;
  /** Id of the Patient, to look back over all visits. */
  patientId: string;
  patientName: string | null;
  queueNumber: string | null;
  visitState: VisitState | null;
  report: string | null;
  reportStatus: string | null;
  conclusion: string | null;
  issuedAt: string | null;
  results: number;
  abnormal: number;
  critical: number;
}

/** `outpatient.prescriptions`, live. `key` is the Task; `prescription` the DocumentReference. */
export interface PrescriptionRow {
  key: string;
  patient: string;
  encounter: string;
  prescription: string;
  code: string | null;
  kind: string | null;
  state: PrescriptionState;
  prescribedAt: string | null;
  prescriber: string | null;
  prescriberName: string | null;
  patientName: string | null;
  visitState: VisitState | null;
  /** What the national system refused; null when nothing is open. */
  nationalIssue: string | null;
}

/** `outpatient.allergies`, live: what stands now. Filter by `patientId`. */
export interface AllergyRow {
  key: string;
  patient: string;
  patientId: string;
  /** The statement that there is none, instead of an allergy. */
  noneKnown: boolean;
  substance: string | null;
  /** Ingredient key or class code of the prescribing pack, where the substance was recognised. */
  ingredient: string | null;
  category: string | null;
  criticality: 'low' | 'high' | 'unable-to-assess' | null;
  reaction: string | null;
  severity: 'mild' | 'moderate' | 'severe' | null;
  since: string | null;
  recordedAt: string | null;
  recordedBy: string | null;
}

/**
 * `GET /api/codes/clinical-rules?q=vitals+news2`: rule packs for checks that run in the browser. Subjects: vitals,
 * news2, pews, meows, triage, bundles, prescribing, drug-interactions, formulary, lab.
 */
export interface RuleRow {
  code: string;
  display: string;
  edition: string;
  hash: string;
  data: unknown;
}

/** Rows of `GET /api/codes/{list}`. */
export interface IcdCodeRow {
  code: string;
  display: string;
  displayEn: string;
  /** Edition by its first day, and the document. */
  edition: string;
  source: string;
  /** not-principal, discouraged-principal, more-specific-exists, mortality-only, female-only, male-only, dagger, asterisk. */
  flags: string[];
  /** May be recorded at all. */
  usable: boolean;
  principal: 'yes' | 'discouraged' | 'no';
  /** The other name by which it was found. */
  via: string | null;
  matched: [number, number][];
}

export interface ServiceCodeRow {
  code: string;
  display: string;
  displayEn: string;
  /** `bundle` is not ordered itself: its `items` are. */
  kind: 'service' | 'bundle';
  group: 'exam' | 'lab' | 'imaging' | 'functional' | 'procedure' | 'bundle';
  /** Price of one, đồng; of a bundle the sum. */
  price: number;
  /** TYLE_TT_BH, percent; 0: not insured. */
  bhytRatio: number;
  /** Highest price that the fund recognises, đồng; null: the price. */
  ceiling: number | null;
  loinc: string | null;
  claimCode: string | null;
  items: string[];
  /** Usual minutes to a result. */
  minutes: number | null;
  fasting: boolean;
  room: string | null;
  /** Questions to answer before: pregnancy, contrast, creatinine, metal, fasting, anticoagulant. */
  safety: string[];
  via: string | null;
  matched: [number, number][];
}

export interface DrugCodeRow {
  code: string;
  /** Tall-man generic name with strength: "cefTRIAXon 1 g". */
  display: string;
  name: string;
  brand: string | null;
  ingredients: string[];
  strength: string;
  form: string;
  route: string;
  routeText: string;
  /** Reaches the blood: interactions count. */
  systemic: boolean;
  atc: string;
  group: string;
  unit: string;
  doseUnit: string;
  doseUnitsPerUnit: string | null;
  amount: string | null;
  amountUnit: string | null;
  price: number;
  bhytRatio: number;
  /** Needs a prescription. */
  prescription: boolean;
  control: 'N' | 'H' | 'P' | null;
  highAlert: boolean;
  antibiotic: boolean;
  restrictedAntibiotic: boolean;
  /** Names that are easily taken for it. */
  lookAlikes: string[];
  /** Usual doses in `amountUnit`. */
  limits: Record<string, string | number>;
  maxDays: number | null;
  renal: string | null;
  via: string | null;
  matched: [number, number][];
}

export interface UnitCodeRow {
  /** Two digits of a province, five of a ward. */
  code: string;
  /** "Phường Ba Đình, Hà Nội". */
  display: string;
  level: 'province' | 'ward';
  name: string;
  province: string;
  provinceName: string;
  /** Former ward under which it was found. */
  former: string | null;
  matched: [number, number][];
}
