import type { VisitState } from '@mach/encounter/contract.ts';
import type { TransferState } from './rules/transfer.ts';

/** Row of `cashier.queue`: one visit, base Encounter. */
export interface CashierQueueRow {
  key: string;
  patient: string;
  visitCode: string;
  name: string;
  birthDate: string | null;
  gender: string | null;
  patientCode: string | null;
  /** For the scan of a citizen card. */
  cccd: string | null;
  queueNumber: string | null;
  room: string | null;
  roomName: string | null;
  payer: 'bhyt' | 'fee' | null;
  state: VisitState;
  /** 1 waits for payment, 2 left with costs, 3 still being examined, 4 settled: the order of the list. */
  rank: number;
  arrivedAt: string | null;
  endedAt: string | null;
  /** Lines that are not aborted. */
  lines: number;
  /** Lines that are not billed yet. */
  openLines: number;
  /** Each line's factors; `chargesTotal` multiplies them exactly. */
  charges: { id: string; status: string; quantity: string | number; unitPrice: string | number }[] | null;
  /** Full cost and the patient's part of the billed lines, đồng: 0 before settlement. */
  billedTotal: number | null;
  patientPaid: number | null;
}

/** Row of `cashier.lines`: one charge, base ChargeItem. */
export interface CashierLineRow {
  key: string;
  patient: string;
  encounter: string;
  status: 'billable' | 'billed' | 'aborted';
  code: string;
  text: string | null;
  costGroup: string | null;
  quantity: number;
  unitPrice: number;
  ratio: number | null;
  payer: 'bhyt' | 'fee' | null;
  at: string | null;
  /** After settlement. */
  total: number | null;
  insurer: number | null;
  coPayment: number | null;
  ownPayment: number | null;
  patientPays: number | null;
}

/** Row of `cashier.invoices`, base Invoice. */
export interface InvoiceRow {
  key: string;
  patient: string;
  encounter: string;
  number: string;
  name: string | null;
  status: 'balanced' | 'cancelled';
  date: string;
  total: number;
  insurer: number;
  /** Whole đồng. */
  patientTotal: number;
  /** First way of paying; null when nothing was due. */
  method: string | null;
  cashier: string | null;
  unverified: boolean | null;
  cancelledReason: string | null;
  visitCode: string | null;
  /** Why something of it came back after it was paid; null when nothing did. */
  adjustedReason: string | null;
  /** Waits for the patient at the desk, đồng. */
  refundDue: number | null;
  /** `due` while it waits. */
  refund: 'due' | null;
  /** The first refund that was handed out. */
  refundNumber: string | null;
  refundedAt: string | null;
  /** Of an earlier day: why somebody wants to cancel it, who, and who has agreed. */
  cancelAsked: string | null;
  cancelAskedBy: string | null;
  cancelAskedLogin: string | null;
  cancelApprovedBy: string | null;
}

/** Row of `cashier.shifts`, base Basic. */
export interface ShiftRow {
  key: string;
  number: string;
  state: 'open' | 'closed' | 'received';
  login: string;
  name: string;
  openedAt: string;
  closedAt: string | null;
  float: number;
  expected: number | null;
  counted: number | null;
  difference: number | null;
  reason: string | null;
  receivedBy: string | null;
  receivedAt: string | null;
  /** JSON text of `TakingRow[]`; after closing. */
  takings: string | null;
}

/** Row of `cashier.deposits`, base Basic: an advance taken or given back. */
export interface DepositRow {
  key: string;
  patient: string;
  encounter: string;
  kind: 'deposit' | 'deposit-return';
  number: string;
  name: string | null;
  at: string;
  by: string | null;
  method: string;
  amount: number;
  /** Held for the visit after it. */
  held: number;
}

/** Row of `cashier.transfers`, base Basic. */
export interface TransferRow {
  key: string;
  patient: string | null;
  encounter: string | null;
  /** null: nobody asked for this money. */
  reference: string | null;
  name: string | null;
  state: TransferState;
  expected: number;
  received: number;
  /** What is not used for anything yet. */
  left: number;
  content: string | null;
  askedAt: string | null;
  receivedAt: string | null;
  reason: string | null;
}

/** Row of `cashier.e-invoices`, base Basic. */
export interface EInvoiceRow {
  key: string;
  patient: string;
  invoice: string;
  state: 'pending' | 'issued' | 'replaced' | 'cancelled' | 'failed';
  number: string | null;
  series: string | null;
  lookup: string | null;
  at: string;
  amount: number;
  issue: string | null;
}

/** Row of the table `cashier.advances`: visits for which an advance is held. */
export interface AdvanceRow {
  key: string;
  encounter: string;
  /** Whole đồng. */
  held: number;
}
