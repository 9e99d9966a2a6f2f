import type { VisitState } from '@mach/encounter/contract.ts';
import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  ArriveInput,
  CancelDoseInput,
  DisposeInput,
  EndBundleInput,
  FollowIdentityInput,
  LogEventInput,
  MarkStepInput,
  OrderSetInput,
  PlaceInput,
  SeeInput,
  StartBundleInput,
  TriageInput,
} from './inputs.ts';
import type { Dose } from './rules/dose.ts';
import type { TriageReason } from './rules/triage.ts';
import type { Level } from './rules/triage-pack.ts';

export type * from './inputs.ts';

export type ArrivalMode = ArriveInput['mode'];
export type Stage = NonNullable<PlaceInput['stage']>;
export type Disposition = DisposeInput['outcome'];

export interface ArriveResult {
  encounter: string;
  patient: string;
  visitCode: string;
  /** Code name of somebody unknown; null for everybody else. */
  code: string | null;
  state: VisitState;
}

export interface TriageResult {
  /** Id of the Observation. */
  triage: string;
  proposed: Level;
  level: Level;
  reasons: TriageReason[];
  /** By when a doctor must see them. */
  seeBy: string;
  recheckAt: string;
  /** Bundles that the signs suggest. */
  bundles: string[];
}

export interface PlaceResult {
  encounter: string;
  state: VisitState;
  bed: string | null;
  stage: Stage | null;
}

export interface BundleResult {
  /** Id of the Task. */
  run: string;
  status: 'in-progress' | 'completed' | 'cancelled';
  nextStep: string | null;
  nextDueAt: string | null;
}

export interface MarkStepResult extends BundleResult {
  /** Of a drug: what was worked out. */
  dose: Dose | null;
  /** Id of the MedicationAdministration. */
  given: string | null;
  /** What it took out of the cabinet and put on the bill; null: nothing was given, or nothing can be counted. */
  used: DrugUse | null;
}

export interface DrugUse {
  drug: string;
  /** Whole units that were opened: ampoules, bottles. */
  quantity: string;
  unit: string;
  lots: string[];
  /** Of them, what the books of the cabinet did not hold. */
  missing: string;
}

export interface CancelDoseResult {
  given: string;
  encounter: string;
  /** Units that went back or were lost; null: none had been counted. */
  quantity: string | null;
  /** What waits for the patient at the cashier's desk, whole đồng. */
  refund: number;
}

export interface OrderSetResult extends BundleResult {
  orders: { order: string; orderCode: string; service: string }[];
  /** Services that stand already on this visit. */
  left: string[];
}

export interface DisposeResult {
  encounter: string;
  state: VisitState;
  /** Id of the Observation that holds the disposition. */
  disposition: string;
}

/** Treat first, name later: a visit at the emergency room without a paper. */
export const arrive = commandRef<ArriveInput, ArriveResult>('emergency.arrive');
/** Five levels: signs, what the rules propose, what the nurse chose. Sent again it is a re-triage. */
export const triage = commandRef<TriageInput, TriageResult>('emergency.triage');
/** A doctor begins: ends the waiting. */
export const see = commandRef<SeeInput, PlaceResult>('emergency.see');
/** Bed, and whether somebody is treated, watched, or waits for a decision. */
export const place = commandRef<PlaceInput, PlaceResult>('emergency.place');
export const startBundle = commandRef<StartBundleInput, BundleResult>('emergency.startBundle');
export const markStep = commandRef<MarkStepInput, MarkStepResult>('emergency.markStep');
/** A dose that was marked as given was not: the drug goes back, the bill is lessened, the step is open again. */
export const cancelDose = commandRef<CancelDoseInput, CancelDoseResult>('emergency.cancelDose');
/** The orders of a bundle, all at once, signed by the doctor who sends them. */
export const orderSet = commandRef<OrderSetInput, OrderSetResult>('emergency.orderSet');
export const endBundle = commandRef<EndBundleInput, BundleResult>('emergency.endBundle');
/** One tap of the resuscitation log. */
export const logEvent = commandRef<LogEventInput, { event: string }>('emergency.logEvent');
/** Home, admitted, transferred or died: note, diagnoses and outcome in one deed. */
export const dispose = commandRef<DisposeInput, DisposeResult>('emergency.dispose');

export interface FollowIdentityResult {
  /** Records that were moved. */
  moved: number;
}

/** By the system, after `reception.identified`. */
export const followIdentity = commandRef<FollowIdentityInput, FollowIdentityResult>('emergency.followIdentity');

export interface EmergencyEvents {
  'emergency.arrived': { encounter: string; patient: string; mode: ArrivalMode };
  'emergency.triaged': { encounter: string; patient: string; level: Level; before: Level | null };
  'emergency.bundleStarted': { encounter: string; patient: string; run: string; bundle: string };
  'emergency.bundleEnded': { encounter: string; patient: string; run: string; bundle: string; complete: boolean };
  'emergency.disposed': { encounter: string; patient: string; outcome: Disposition };
}

/** A running bundle as the board carries it. */
export interface BoardRun {
  run: string;
  bundle: string;
  name: string;
  status: 'in-progress' | 'completed' | 'cancelled';
  startedAt: string;
  /** When somebody last marked a step. */
  changedAt: string | null;
  nextStep: string | null;
  nextDueAt: string | null;
  clock: string | null;
  clockDueAt: string | null;
}

/** `GET /api/views/emergency.board`, live: one row a visit of the emergency room. Instants are ISO text. */
export interface BoardRow {
  /** Id of the Encounter. */
  key: string;
  patient: string;
  visitCode: string;
  name: string | null;
  birthDate: string | null;
  gender: string | null;
  patientCode: string | null;
  /** Nobody knows who it is: the code name. */
  codeName: string | null;
  state: VisitState;
  stage: Stage | null;
  bed: string | null;
  mode: ArrivalMode | null;
  doorAt: string | null;
  complaint: string | null;
  room: string | null;
  roomName: string | null;
  level: number | null;
  triagedAt: string | null;
  seeBy: string | null;
  recheckAt: string | null;
  triages: number;
  /** First call of a doctor. */
  seenAt: string | null;
  doctorName: string | null;
  news2: number | null;
  news2Recorded: string | null;
  news2Risk: string | null;
  pews: number | null;
  pewsRisk: string | null;
  meows: string | null;
  meowsRisk: string | null;
  vitalsAt: string | null;
  weight: number | null;
  /** NEWS2 or PEWS over time, oldest first. */
  trend: { at: string; value: number | string | null; scale?: string }[];
  runs: BoardRun[];
  ordersTotal: number;
  ordersDone: number;
  ordersUnseen: number;
  principalDiagnosis: string | null;
  allergyState: 'known' | 'none' | null;
}
