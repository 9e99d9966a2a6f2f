import type { OrderState, ServiceGroup, VisitState } from '@mach/encounter/contract.ts';
import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  AcknowledgeCriticalInput,
  CollectSpecimenInput,
  CorrectReportInput,
  CorrectResultInput,
  EnterResultsInput,
  KeepImageInput,
  ReceiveSpecimenInput,
  RejectSpecimenInput,
  ReportImagingInput,
  StartImagingInput,
  ValidateResultsInput,
} from './inputs.ts';

export type * from './inputs.ts';
export * from './read.ts';

/** HL7 interpretation; null: cannot be judged for this person. LL, HH and AA are critical. */
export type ResultFlag = 'N' | 'L' | 'LL' | 'H' | 'HH' | 'A' | 'AA' | null;

export interface CollectedTube {
  /** Id of the Specimen. */
  specimen: string;
  /** On the label: `SID.specimen`. */
  code: string;
  /** Code of the tube in the `lab` pack; null: no tube needed. */
  tube: string | null;
  orders: string[];
}
export interface CollectSpecimenResult {
  encounter: string;
  patient: string;
  /** In the order of draw. */
  tubes: CollectedTube[];
}

export interface ReceiveSpecimenResult {
  specimen: string;
  orders: string[];
}

export interface RejectSpecimenResult {
  /** Orders that wait for a new specimen. */
  orders: string[];
  encounter: string;
}

export interface EnteredResult {
  item: string;
  observation: string;
  /** As shown and printed: `7,20`, `< 0,5`, `Âm tính`. */
  text: string;
  flag: ResultFlag;
  critical: boolean;
  /** Printed range for this person, empty where there is none. */
  range: string;
  /** Against the last result of the same person, where there is one. */
  previous?: { text: string; at: string; difference?: string; exceeds: boolean };
}
export interface EnterResultsResult {
  order: string;
  encounter: string;
  state: OrderState;
  results: EnteredResult[];
  /** Items that still have no result. */
  missing: string[];
  /** Items whose value must be called. */
  critical: string[];
}

export interface ValidateResultsResult {
  order: string;
  encounter: string;
  /** Id of the DiagnosticReport. */
  report: string;
  state: OrderState;
  visitState: VisitState;
  critical: string[];
  /** Task for the ordering doctor, when something is critical. */
  task: string | null;
}

export interface CorrectResultResult {
  observation: string;
  report: string;
  before: string;
  after: string;
  flag: ResultFlag;
  critical: boolean;
}

export interface StartImagingResult {
  order: string;
  encounter: string;
  state: OrderState;
  accession: string;
}

export interface KeepImageResult {
  /** Id of the Media, to be named by the report. */
  media: string;
  width: number;
  height: number;
}

export interface ReportResult {
  order: string;
  encounter: string;
  report: string;
  state: OrderState;
  visitState: VisitState;
  task: string | null;
}

/** Tubes for orders of one visit; both identifiers were checked. */
export const collectSpecimen = commandRef<CollectSpecimenInput, CollectSpecimenResult>('lab.collectSpecimen');
/** The tube has arrived in the laboratory. */
export const receiveSpecimen = commandRef<ReceiveSpecimenInput, ReceiveSpecimenResult>('lab.receiveSpecimen');
/** The order goes back to `signed`; its charge stands, and is not made a second time. */
export const rejectSpecimen = commandRef<RejectSpecimenInput, RejectSpecimenResult>('lab.rejectSpecimen');
/** Preliminary results of some or all items of an order; may be sent again until validated. */
export const enterResults = commandRef<EnterResultsInput, EnterResultsResult>('lab.enterResults');
/** Final results and their report. Critical values need the record of the call. */
export const validateResults = commandRef<ValidateResultsInput, ValidateResultsResult>('lab.validateResults');
/** After validation: a new version with the reason, the old value stays. */
export const correctResult = commandRef<CorrectResultInput, CorrectResultResult>('lab.correctResult');
/** The person lies on the table: identity and safety questions. */
export const startImaging = commandRef<StartImagingInput, StartImagingResult>('lab.startImaging');
/** A picture for the report, sent before it. JPEG or PNG by its bytes; only what draws the picture is kept. */
export const keepImage = commandRef<KeepImageInput, KeepImageResult>('lab.keepImage');
/** Findings and conclusion of an imaging or functional order. */
export const reportImaging = commandRef<ReportImagingInput, ReportResult>('lab.reportImaging');
export const correctReport = commandRef<CorrectReportInput, ReportResult>('lab.correctReport');
/** The ordering doctor has taken note of a critical result. */
export const acknowledgeCritical = commandRef<AcknowledgeCriticalInput, { task: string }>('lab.acknowledgeCritical');

export interface LabEvents {
  'lab.collected': { encounter: string; patient: string; orders: string[] };
  'lab.rejected': { encounter: string; patient: string; orders: string[]; reason: string };
  'lab.validated': { encounter: string; patient: string; order: string; report: string };
  /** `doctor`: Practitioner who ordered, null when unknown. `items`: codes; empty for an imaging finding. */
  'lab.critical': {
    encounter: string;
    patient: string;
    order: string;
    report: string;
    items: string[];
    doctor: string | null;
    task: string;
  };
  'lab.corrected': { encounter: string; patient: string; order: string; report: string; item: string | null };
}

/** `lab.worklist`, live: orders of groups lab and functional. Default order `rank`. */
export interface LabRow {
  /** Id of the ServiceRequest. */
  key: string;
  patient: string;
  encounter: string;
  orderCode: string | null;
  service: string;
  name: string;
  group: ServiceGroup;
  state: OrderState;
  priority: 'routine' | 'urgent' | 'asap' | 'stat' | null;
  /** 1 stat, 2 urgent, 3 routine. */
  rank: number;
  question: string | null;
  orderedAt: string | null;
  requester: string | null;
  requesterName: string | null;
  patientName: string | null;
  birthDate: string | null;
  gender: string | null;
  patientCode: string | null;
  visitCode: string | null;
  queueNumber: string | null;
  visitState: VisitState | null;
  /** Room of the visit. */
  roomName: string | null;
  /** Code on the label of the tube. */
  specimen: string | null;
  tube: string | null;
  collectedAt: string | null;
  receivedAt: string | null;
  /** Why the last specimen was rejected, until a new one is taken. */
  rejected: string | null;
  resultsEntered: number;
  resultsAbnormal: number;
  resultsCritical: number;
}

/** `lab.imaging`, live: orders of groups imaging and functional. */
export interface ImagingRow
  extends Omit<
    LabRow,
    | 'specimen'
    | 'tube'
    | 'collectedAt'
    | 'receivedAt'
    | 'rejected'
    | 'resultsEntered'
    | 'resultsAbnormal'
    | 'resultsCritical'
  > {
  accession: string | null;
  /** Id of the Location where it is done. */
  place: string | null;
  report: string | null;
  reportStatus: string | null;
  findings: string | null;
  conclusion: string | null;
  reportedAt: string | null;
}

/** `lab.results`, live: every laboratory value; filter by `patientId`, `encounter` or `order`. */
export interface ResultRow {
  /** Id of the Observation. */
  key: string;
  patient: string;
  /** The same as `patient`, kept sorted for filters. */
  patientId: string;
  encounter: string | null;
  order: string | null;
  /** Code of the item in the `lab` pack (MA_CHI_SO). */
  item: string | null;
  loinc: string | null;
  name: string | null;
  status: 'preliminary' | 'final' | 'corrected' | 'entered-in-error' | 'cancelled' | string;
  /** As shown. */
  text: string | null;
  /** Number without its comparator, where it is one. */
  number: number | null;
  /** Unit as printed. */
  unit: string | null;
  flag: ResultFlag;
  critical: boolean;
  range: string | null;
  /** When the specimen was taken. */
  at: string | null;
  issued: string | null;
  /** Last value of the same person before it. */
  previous: string | null;
  previousAt: string | null;
  /** Signed change as text, and whether it is more than expected. */
  difference: string | null;
  exceeds: boolean;
  /** What stood here before a correction. */
  correctedFrom: string | null;
  computed: boolean;
  note: string | null;
}

/** `lab.critical`, live: critical results that the ordering doctor has to take note of. */
export interface CriticalRow {
  /** Id of the Task. */
  key: string;
  patient: string;
  encounter: string | null;
  /** Id of the DiagnosticReport. */
  report: string | null;
  status: string;
  text: string | null;
  doctor: string | null;
  at: string | null;
  patientName: string | null;
  queueNumber: string | null;
  roomName: string | null;
}

/** Row of `GET /api/codes/lab-sheet?q=CTM+CREA`: what a result grid needs of the tests with these codes. */
export interface SheetRow {
  code: string;
  display: string;
  displayEn: string;
  specimen: string;
  tube: string | null;
  tubeName: string | null;
  tubeColor: string | null;
  additive: string | null;
  drawOrder: number;
  volumeMl: string | null;
  fasting: boolean;
  turnaroundMinutes: number;
  statMinutes: number | null;
  /** The part of the `lab` pack that this test uses: `readLab(sheet)` makes flags of it in the browser. */
  sheet: unknown;
}

/** Row of `GET /api/codes/imaging-sheet?q=XQ-NGUC`: safety questions and the normal template of a technique. */
export interface ImagingSheetRow {
  code: string;
  display: string;
  displayEn: string;
  kind: 'imaging' | 'functional' | 'endoscopy';
  modality: string;
  minutes: number;
  /** pregnancy, contrast, creatinine, metal, fasting, anticoagulant. */
  safety: string[];
  contrast: string | null;
  findings: string;
  conclusion: string;
}

/** `Task.code` (`CS.document`) of a critical result. */
export const CRITICAL_TASK = 'critical-result';
