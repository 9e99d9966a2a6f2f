import type { Issue, Text } from '@mach/base/problem.ts';
import type { VisitState } from '@mach/encounter/contract.ts';
import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  ApproveCancelInput,
  AskCancelInput,
  AskTransferInput,
  CancelInvoiceInput,
  CloseShiftInput,
  ConfirmTransferInput,
  CreditReturnInput,
  EInvoiceAnswerInput,
  EInvoiceInput,
  OpenShiftInput,
  PayRefundInput,
  QuoteInput,
  ReceiveCashInput,
  RefundLineInput,
  ResolveTransferInput,
  ReturnDepositInput,
  SettleInput,
  SimulateTransferInput,
  TakeDepositInput,
  TakePaperReceiptInput,
} from './inputs.ts';
import type { TakingRow } from './rules/shift.ts';
import type { TransferState } from './rules/transfer.ts';

export type * from './inputs.ts';
export * from './read.ts';
export type * from './rows.ts';
export { NOTES, type TakingRow } from './rules/shift.ts';
export type { TransferState } from './rules/transfer.ts';

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
  /** Paid in advance for this visit and not used yet, whole đồng. */
  deposit: number;
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
  /** Of the deposit, what is left to give back, whole đồng. */
  depositLeft: number;
}

export interface CancelInvoiceResult {
  encounter: string;
  state: VisitState;
  invoice: string;
  /**
   * Given back to the patient by each way, whole đồng; below zero: a refund that is taken back. `deposit` and `transfer`
   * stay with the house: the advance is held again, the transfer waits for somebody who sends it back.
   */
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

export interface RefundLineResult {
  encounter: string;
  invoice: string | null;
  /** What waits for the patient at the desk, whole đồng. */
  refund: number;
}

export interface DepositResult {
  encounter: string;
  /** The paper. */
  deposit: string;
  number: string;
  amount: number;
  /** Held for the visit after this. */
  held: number;
}

export interface OpenShiftResult {
  shift: string;
  number: string;
  float: number;
}

export interface CloseShiftResult {
  shift: string;
  number: string;
  expected: number;
  counted: number;
  /** counted − expected. */
  difference: number;
  takings: TakingRow[];
}

export interface ReceiveCashResult {
  shift: string;
  number: string;
  amount: number;
}

export interface AskTransferResult {
  transfer: string;
  /** Stands in the transfer; the money is found by it. */
  reference: string;
  amount: number;
  /** The text of the QR code. */
  qr: string;
  bankName: string;
  account: string;
  holder: string;
}

export interface TransferResult {
  transfer: string;
  reference: string;
  state: TransferState;
  received: number;
  left: number;
}

/** pending: sent, not answered · failed: refused, somebody must mend it. */
export type EInvoiceState = 'pending' | 'issued' | 'replaced' | 'cancelled' | 'failed';
export interface EInvoiceResult {
  paper: string | null;
  state: EInvoiceState | null;
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

/** One line back: a service that was not performed, drugs that were not handed over. */
export const refundLine = commandRef<RefundLineInput, RefundLineResult>('cashier.refundLine');
/** A receipt of an earlier day is cancelled by two people: one asks, another one approves. */
export const askCancel = commandRef<AskCancelInput, { invoice: string }>('cashier.askCancel');
export const approveCancel = commandRef<ApproveCancelInput, { invoice: string }>('cashier.approveCancel');

export const takeDeposit = commandRef<TakeDepositInput, DepositResult>('cashier.takeDeposit');
/** Cash that was taken against a numbered paper receipt: an advance of the visit, under the receipt's own number. */
export const takePaperReceipt = commandRef<TakePaperReceiptInput, DepositResult>('cashier.takePaperReceipt');
export const returnDeposit = commandRef<ReturnDepositInput, DepositResult>('cashier.returnDeposit');

export const openShift = commandRef<OpenShiftInput, OpenShiftResult>('cashier.openShift');
export const closeShift = commandRef<CloseShiftInput, CloseShiftResult>('cashier.closeShift');
/** The treasurer has the cash of a closed shift. */
export const receiveCash = commandRef<ReceiveCashInput, ReceiveCashResult>('cashier.receiveCash');

export const askTransfer = commandRef<AskTransferInput, AskTransferResult>('cashier.askTransfer');
/** By the bank's adapter. */
export const confirmTransfer = commandRef<ConfirmTransferInput, TransferResult>('cashier.confirmTransfer');
export const resolveTransfer = commandRef<ResolveTransferInput, TransferResult>('cashier.resolveTransfer');
/** Demo and training houses only. */
export const simulateTransfer = commandRef<SimulateTransferInput, TransferResult>('cashier.simulateTransfer');

/** By the system after a settlement and after a change of it; by a person after a refusal was mended. */
export const issueEInvoice = commandRef<EInvoiceInput, EInvoiceResult>('cashier.issueEInvoice');
export const cancelEInvoice = commandRef<EInvoiceInput, EInvoiceResult>('cashier.cancelEInvoice');
export const takeEInvoiceAnswer = commandRef<EInvoiceAnswerInput, EInvoiceResult>('cashier.takeEInvoiceAnswer');

/** Destination of e-invoices in the outbox. */
export const E_INVOICE = 'e-invoice';

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
  'cashier.depositTaken': { encounter: string; patient: string; deposit: string; amount: number };
  'cashier.depositReturned': { encounter: string; patient: string; deposit: string; amount: number };
  'cashier.transferReceived': { transfer: string; state: string };
  'cashier.shiftClosed': { shift: string; login: string; counted: number; difference: number };
}
