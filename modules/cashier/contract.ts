import type { Issue, Text } from '@mach/base/problem.ts';
import type { VisitState } from '@mach/encounter/contract.ts';
import { commandRef } from '@mach/engine/command-ref.ts';
import type { CancelInvoiceInput, CreditReturnInput, PayRefundInput, QuoteInput, SettleInput } from './inputs.ts';

export type * from './inputs.ts';
export * from './read.ts';

/** One line of the bill. Money is exact decimal text, đồng. */
export interface BillLine {
  chargeItem: string;
  /** House code of the service or drug. */
  code: string;
  of: 'service' | 'drug';
  text: string;
  /** MA_NHOM. */
  costGroup: string;
  quantity: string;
  unitPrice: string;
  total: string;
  /** Recognised by the fund (THANH_TIEN_BH). */
  insured: string;
  /** Paid by the fund (T_BHTT). */
  insurer: string;
  coPayment: string;
  ownPayment: string;
  other: string;
  /** Co-payment + own payment − discount. */
  patientPays: string;
  /** MUC_HUONG, percent. */
  rate: string;
  /** "Vì sao": one reason a row. */
  why: { code: string; text: Text }[];
}

/** The right that the bill was computed with: decided again with the total of the visit. */
export interface BillBenefit {
  coverage: string;
  /** Number on the card. */
  card: string;
  state: string;
  rate: number;
  factor: number;
  effectiveRate: number;
  /** MA_DOITUONG_KCB. */
  category: string;
  properRoute: boolean;
  reasons: { rule: string; text: Text; source: string; decisive: boolean }[];
  /** The insurer's portal has confirmed the card. */
  verified: boolean;
  /** Co-paid in the year before this visit. */
  yearCoPayment: string;
  /** Hash of the rule pack. */
  pack: string;
}

/** Chi phí – BHYT trả – người bệnh trả, with every line and its reasons. */
export interface Bill {
  encounter: string;
  patient: string;
  name: string;
  visitCode: string;
  state: VisitState;
  payer: 'bhyt' | 'fee';
  lines: BillLine[];
  total: string;
  insurerTotal: string;
  coPayment: string;
  ownPayment: string;
  otherSources: string;
  discount: string;
  /** Recognised by the fund (T_TONGCHI_BH). */
  insuredTotal: string;
  /** Exact share of the patient. */
  patientExact: string;
  /** What is taken: whole đồng. */
  patientTotal: number;
  /** patientTotal − patientExact. */
  rounding: string;
  benefit?: BillBenefit;
  /** Cost compared with 15 % of the base salary. */
  threshold?: { total: string; limit: string; below: boolean };
  /** Warnings and errors that the cashier must see; none of them stops the settlement. */
  issues: Issue[];
}

export interface SettleResult {
  encounter: string;
  state: VisitState;
  invoice: string;
  /** Printed number. */
  invoiceNumber: string;
  total: string;
  insurerTotal: string;
  /** Whole đồng. */
  patientTotal: number;
  /** Given back in cash, whole đồng. */
  change: number;
}

export interface CancelInvoiceResult {
  encounter: string;
  state: VisitState;
  invoice: string;
  /** Given back to the patient by each way, whole đồng; below zero: a refund that is taken back. */
  refunds: { method: string; amount: number }[];
}

export interface CreditReturnResult {
  encounter: string;
  /** The adjusted invoice; null while the visit is not settled: the bill is just smaller. */
  invoice: string | null;
  /** What the patient gets at the desk for this, whole đồng. */
  refund: number;
}

export interface PayRefundResult {
  encounter: string;
  invoice: string;
  /** Number of the payment voucher. */
  refundNumber: string;
  amount: number;
}

/** The bill as it stands now, by the same function that settles. Writes nothing. */
export const quote = commandRef<QuoteInput, Bill>('cashier.quote');
export const settle = commandRef<SettleInput, SettleResult>('cashier.settle');
export const cancelInvoice = commandRef<CancelInvoiceInput, CancelInvoiceResult>('cashier.cancelInvoice');

/**
 * Something that was charged came back: called by the module that took it back, in the same transaction. The bill is
 * computed anew without it; on a settled visit the invoice is adjusted and the difference waits at the desk.
 */
export const creditReturn = commandRef<CreditReturnInput, CreditReturnResult>('cashier.creditReturn');
/** Hands out what waits for the patient. */
export const payRefund = commandRef<PayRefundInput, PayRefundResult>('cashier.payRefund');

export interface CashierEvents {
  'cashier.settled': {
    encounter: string;
    patient: string;
    invoice: string;
    patientTotal: number;
    insurerTotal: string;
  };
  'cashier.adjusted': {
    encounter: string;
    patient: string;
    invoice: string;
    payer: 'bhyt' | 'fee';
    /** Whole đồng. */
    refund: number;
  };
  'cashier.refunded': { encounter: string; patient: string; invoice: string; amount: number };
  'cashier.cancelled': { encounter: string; patient: string; invoice: string; reason: string };
}

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
}
