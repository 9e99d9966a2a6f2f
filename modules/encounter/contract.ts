import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  AdvanceOrderInput,
  AdvancePrescriptionInput,
  CancelOrderInput,
  CancelPrescriptionInput,
  ChangePayerInput,
  ChargeDrugInput,
  ConcludeInput,
  EncounterInput,
  EncounterReasonInput,
  OpenVisitInput,
  PlaceOrdersInput,
  RecordDiagnosesInput,
  SettleInput,
  SignPrescriptionInput,
  TransferRoomInput,
  UnsettleInput,
} from './inputs.ts';
import type { OrderState, Outcome, PrescriptionState, VisitState } from './states.ts';

export { isListed } from './catalogue.ts';
export { defined } from './defined.ts';
export { housePriceId } from './house-price.ts';
export type * from './inputs.ts';
export * from './labels.ts';
export * from './read.ts';
export * from './states.ts';

/** What every deed on a visit answers. */
export interface VisitResult {
  encounter: string;
  state: VisitState;
}

export interface OpenVisitResult extends VisitResult {
  visitCode: string;
  queueNumber: string;
  /** Exam order and its charge line. */
  order: string;
  chargeItem: string;
}

export interface PlacedOrder {
  order: string;
  orderCode: string;
  service: string;
  chargeItem: string;
}
export interface PlaceOrdersResult extends VisitResult {
  orders: PlacedOrder[];
}

export interface OrderResult {
  order: string;
  state: OrderState;
  encounter: string;
  visitState: VisitState;
}

export interface RecordDiagnosesResult {
  encounter: string;
  /** In the order of the input; the principal one has rank 1 on the visit. */
  conditions: string[];
  /** What the coding rules warn of: `{ code, text }`. Errors refuse the command. */
  warnings: { code: string; field?: string; text: { vi: string; en: string } }[];
}

export interface SignPrescriptionResult {
  /** Id of the DocumentReference. */
  prescription: string;
  /** 14-character national form. */
  code: string;
  task: string;
  lines: { medicationRequest: string; chargeItem: string; drug: string }[];
}

export interface PrescriptionResult {
  prescription: string;
  state: PrescriptionState;
  encounter: string;
}

export interface ChargeDrugResult {
  encounter: string;
  chargeItem: string;
}

export interface TransferRoomResult extends VisitResult {
  queueNumber: string;
}

export const openVisit = commandRef<OpenVisitInput, OpenVisitResult>('encounter.openVisit');
/** Calls a patient in: waiting, awaiting-results, results-ready → in-exam. */
export const startExam = commandRef<EncounterInput, VisitResult>('encounter.startExam');
/** Called but absent, or sent out again: in-exam → waiting, awaiting-results or results-ready. */
export const returnToQueue = commandRef<EncounterReasonInput, VisitResult>('encounter.returnToQueue');
export const placeOrders = commandRef<PlaceOrdersInput, PlaceOrdersResult>('encounter.placeOrders');
export const cancelOrder = commandRef<CancelOrderInput, OrderResult>('encounter.cancelOrder');
export const advanceOrder = commandRef<AdvanceOrderInput, OrderResult>('encounter.advanceOrder');
/** Replaces the set of diagnoses of the visit. */
export const recordDiagnoses = commandRef<RecordDiagnosesInput, RecordDiagnosesResult>('encounter.recordDiagnoses');
export const signPrescription = commandRef<SignPrescriptionInput, SignPrescriptionResult>('encounter.signPrescription');
export const cancelPrescription = commandRef<CancelPrescriptionInput, PrescriptionResult>(
  'encounter.cancelPrescription',
);
export const advancePrescription = commandRef<AdvancePrescriptionInput, PrescriptionResult>(
  'encounter.advancePrescription',
);
/** Needs a principal diagnosis and a final exam note (Composition exam-note, status final). */
export const conclude = commandRef<ConcludeInput, VisitResult>('encounter.conclude');
/** Takes a conclusion back before settlement: awaiting-payment → in-exam. */
export const reopen = commandRef<EncounterReasonInput, VisitResult>('encounter.reopen');
/** A card shown later, another one, or none: open lines follow. Reception decides the right (`reception.changePayer`). */
export const changePayer = commandRef<ChangePayerInput, VisitResult>('encounter.changePayer');
/** Last step of the cashier: every ChargeItem of the visit is billed or aborted, the Invoice is written. */
export const settle = commandRef<SettleInput, VisitResult>('encounter.settle');
/** The invoice was cancelled: settled or closed → awaiting-payment. */
export const unsettle = commandRef<UnsettleInput, VisitResult>('encounter.unsettle');
export const close = commandRef<EncounterInput, VisitResult>('encounter.close');
/** Closes a settled visit of which nothing is open: no drug to collect, no result to come. Otherwise it stays. */
export const closeWhenDone = commandRef<EncounterInput, VisitResult>('encounter.closeWhenDone');
/** The patient went away before the end; orders not begun are cancelled. */
export const leave = commandRef<EncounterReasonInput, VisitResult>('encounter.leave');
/** Registered by mistake, before the exam. */
export const cancelVisit = commandRef<EncounterReasonInput, VisitResult>('encounter.cancelVisit');
/** A drug that was given without a prescription, called by the module that records it; `cashier.creditReturn` undoes it. */
export const chargeDrug = commandRef<ChargeDrugInput, ChargeDrugResult>('encounter.chargeDrug');
export const transferRoom = commandRef<TransferRoomInput, TransferRoomResult>('encounter.transferRoom');

/** Events, with the payload of each. */
export interface EncounterEvents {
  'encounter.opened': { encounter: string; patient: string; coverage: string | null; visitCode: string };
  'encounter.started': { encounter: string; patient: string };
  'encounter.ordered': { encounter: string; patient: string; orders: string[] };
  'encounter.orderAdvanced': {
    encounter: string;
    order: string;
    from: OrderState;
    to: OrderState;
    visitState: VisitState;
  };
  'encounter.orderCancelled': { encounter: string; order: string; reason: string; visitState: VisitState };
  'encounter.resultsReady': { encounter: string; patient: string };
  'encounter.diagnosed': { encounter: string; patient: string };
  'encounter.prescribed': { encounter: string; patient: string; prescription: string; code: string };
  'encounter.prescriptionAdvanced': { encounter: string; prescription: string; to: PrescriptionState };
  'encounter.prescriptionCancelled': { encounter: string; prescription: string; code: string; reason: string };
  'encounter.payerChanged': {
    encounter: string;
    patient: string;
    from: string;
    to: string;
    coverage: string | null;
    reason: string;
  };
  'encounter.concluded': { encounter: string; patient: string; outcome: Outcome };
  'encounter.reopened': { encounter: string; patient: string; reason: string };
  'encounter.settled': { encounter: string; patient: string; invoice: string | null; payer: string };
  'encounter.unsettled': { encounter: string; patient: string; invoice: string; reason: string };
  'encounter.closed': { encounter: string; patient: string };
  'encounter.left': { encounter: string; patient: string; reason: string };
  'encounter.cancelled': { encounter: string; patient: string; reason: string };
  'encounter.moved': { encounter: string; patient: string; room: string };
}
export type EncounterEvent = keyof EncounterEvents;

/** Codes of the document kinds (`CS.document`) that carry the kernel's machines. */
export const DOCUMENT = { examNote: 'exam-note', prescription: 'prescription' } as const;
/** `Task.code` of a prescription (`CS.document`), the base record of pharmacy views. */
export const PRESCRIPTION_TASK = 'prescription';
