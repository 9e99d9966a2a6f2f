import type { PrescriptionState, VisitState } from '@mach/encounter/contract.ts';
import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  DeclineLineInput,
  DispenseInput,
  PutBackInput,
  ReceiveStockInput,
  ReturnDispenseInput,
  StockAdjustInput,
  TransferStockInput,
  UseStockInput,
} from './inputs.ts';

export type * from './inputs.ts';
export * from './read.ts';

interface Text {
  vi: string;
  en: string;
}

export interface StockResult {
  /** Lots that moved. Quantities are exact decimal text in the dispensing unit. */
  moved: { drug: string; lot: string; quantity: string }[];
}

/** One record of handing over: a line and a lot. */
export interface HandedOver {
  /** Id of the MedicationDispense. */
  dispense: string;
  medicationRequest: string;
  drug: string;
  lot: string;
  expiry: string;
  quantity: string;
  unit: string;
}

export interface DispenseWarning {
  /** `expires-in-course`: the lot ends before the days of treatment do. */
  code: string;
  medicationRequest: string;
  text: Text;
}

export interface DispenseResult {
  prescription: string;
  encounter: string;
  state: PrescriptionState;
  handedOver: HandedOver[];
  /** What could not be handed over: stock is short. */
  short: { medicationRequest: string; drug: string; name: string; missing: string; unit: string }[];
  warnings: DispenseWarning[];
}

export interface ReturnDispenseResult {
  dispense: string;
  prescription: string;
  encounter: string;
  state: PrescriptionState;
  /** Where the drugs lie now. */
  place: string;
  /** What waits for the patient at the cashier's desk, whole đồng; null: nothing was to be paid back. */
  refund: number | null;
}

export interface DeclineLineResult {
  prescription: string;
  encounter: string;
  state: PrescriptionState;
  /** The adjusted invoice; null while the visit is not settled. */
  invoice: string | null;
  /** What waits for the patient at the cashier's desk, whole đồng. */
  refund: number;
}

export interface UseStockResult {
  drug: string;
  place: string;
  unit: string;
  /** Taken, first to expire first; quantities and purchase prices are exact decimal text. */
  lots: { lot: string; expiry: string; quantity: string; price: string }[];
  /** Given although the books did not hold it: stands in the discrepancy account of the place. */
  missing: string;
}

export interface PutBackResult {
  record: string;
  /** All that the record had taken. */
  quantity: string;
  /** What lies on a shelf again; the rest is lost, or was missing in the books before. */
  back: { place: string; drug: string; lot: string; quantity: string }[];
}

export interface StockAdjustResult {
  /** `difference` is signed: counted − booked. */
  adjusted: { drug: string; lot: string; booked: string; counted: string; difference: string }[];
}

/** Supplier → shelf. */
export const receiveStock = commandRef<ReceiveStockInput, StockResult>('pharmacy.receiveStock');
/** Shelf → shelf, lots kept. */
export const transferStock = commandRef<TransferStockInput, StockResult>('pharmacy.transferStock');
/** Shelf → patient, first to expire first; overrides: `collection-window`, `not-first-expiry`, `pharmacist-review`. */
export const dispense = commandRef<DispenseInput, DispenseResult>('pharmacy.dispense');
/** Takes one handing over back, whole. */
export const returnDispense = commandRef<ReturnDispenseInput, ReturnDispenseResult>('pharmacy.returnDispense');
/** Drugs that are never going to be handed over: the line is done with that, the bill is lessened by it. */
export const declineLine = commandRef<DeclineLineInput, DeclineLineResult>('pharmacy.declineLine');
/** Stock-taking: the difference goes to the discrepancy account. */
export const stockAdjust = commandRef<StockAdjustInput, StockAdjustResult>('pharmacy.stockAdjust');

/** Cabinet → patient, for a drug that was given there; called by the module that records the giving. */
export const useStock = commandRef<UseStockInput, UseStockResult>('pharmacy.useStock');
/** Undoes `useStock` of a record. */
export const putBack = commandRef<PutBackInput, PutBackResult>('pharmacy.putBack');

export interface PharmacyEvents {
  'pharmacy.dispensed': {
    encounter: string;
    patient: string;
    prescription: string;
    state: PrescriptionState;
    dispenses: string[];
  };
  'pharmacy.returned': {
    encounter: string;
    patient: string;
    prescription: string;
    dispense: string;
    purpose: 'refund' | 'exchange';
    reason: string;
  };
  'pharmacy.short': { encounter: string; prescription: string; drugs: string[] };
  'pharmacy.adjusted': { place: string; reason: string; drugs: string[] };
}

/** Names of the overrides that `dispense` knows. */
export const OVERRIDE = {
  window: 'collection-window',
  notFirst: 'not-first-expiry',
  /** Of all lines, or of one: `pharmacist-review:` and the id of its MedicationRequest. */
  review: 'pharmacist-review',
} as const;

/** `pharmacy.queue`, live: prescriptions. Default order `rank`. */
export interface PharmacyRow {
  /** Id of the Task. */
  key: string;
  patient: string;
  encounter: string;
  /** Id of the DocumentReference. */
  prescription: string;
  code: string | null;
  kind: 'C' | 'N' | 'H' | 'Y' | null;
  state: PrescriptionState;
  /** 1 to hand over, 2 handed over in part, 3 done, 4 cancelled. */
  rank: number;
  payer: 'bhyt' | 'fee' | null;
  prescribedAt: string | null;
  prescriberName: string | null;
  patientName: string | null;
  birthDate: string | null;
  gender: string | null;
  patientCode: string | null;
  visitCode: string | null;
  queueNumber: string | null;
  visitState: VisitState | null;
  priorityReason: string | null;
  roomName: string | null;
}

/** `pharmacy.lines`, live: prescription lines; filter by `encounter` or `code`. */
export interface PharmacyLineRow {
  /** Id of the MedicationRequest. */
  key: string;
  patient: string;
  encounter: string;
  /** Code of the prescription. */
  code: string | null;
  status: 'active' | 'completed' | 'cancelled' | string;
  drug: string;
  name: string | null;
  quantity: number;
  unit: string | null;
  perDose: number | null;
  doseUnit: string | null;
  timesPerDay: number | null;
  days: number | null;
  /** Directions as the doctor signed them. */
  directions: string | null;
  timing: string | null;
  note: string | null;
  /** Last day on which it may be collected. */
  validUntil: string | null;
  dispensed: number;
  /** Came back for good: not handed over again. */
  refunded: number | null;
}

/** `pharmacy.dispenses`, live: what was handed over, a row for a line and lot. */
export interface DispenseRow {
  /** Id of the MedicationDispense. */
  key: string;
  patient: string;
  encounter: string | null;
  medicationRequest: string | null;
  /** completed; cancelled: came back. */
  status: string;
  drug: string | null;
  name: string | null;
  quantity: number;
  unit: string | null;
  lot: string | null;
  expiry: string | null;
  place: string | null;
  at: string | null;
  by: string | null;
  /** Came back for good. */
  refunded: boolean | null;
  /** Why it came back. */
  returnReason: string | null;
}

/**
 * Table `pharmacy.stock` (not live): one row a shelf, drug and lot. Filters: `place`, `drug`, `lot`, `expiry.to`, `q` (words of the
 * name, without tones), `empty=true` (also lots that are used up), `on` (the day that `daysToExpiry` counts from).
 */
export interface StockRow {
  key: string;
  place: string;
  drug: string;
  name: string;
  lot: string;
  expiry: string;
  /** Exact decimal text. */
  quantity: string;
  unit: string;
  /** Purchase price of one unit, decimal text. */
  price: string;
  /** Negative: expired. */
  daysToExpiry: number;
}

/** Ledger of stock; accounts `stock:<place>:<drug>:<lot>`, `supplier:<name>:<drug>`, `patient:<encounter>:<drug>`, `discrepancy:<place>:<drug>`. */
export const STOCK_LEDGER = 'stock';
