import { isPlainDecimal, PLAIN_DECIMAL } from '@mach/base/number-input.ts';
import { paperNumber } from '@mach/desk/contract.ts';
import { z } from 'zod';
import { NOTES } from './rules/shift.ts';

/** A FHIR id. */
const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);

/** Whole đồng. */
const dong = z.int().min(0).max(100_000_000_000);

export const PAYMENT_METHODS = ['cash', 'qr', 'card'] as const;

/** In the unit of the charge. */
const quantityText = z.string().refine(isPlainDecimal, PLAIN_DECIMAL);
const reasonText = z.string().trim().min(2).max(500);
/** Number of the bank's or terminal's slip. */
const slipNumber = z.string().trim().min(1).max(60);

export const quoteInput = z.strictObject({ encounter: recordId });

export const paymentInput = z.strictObject({
  /** `deposit`: out of what was paid in advance for this visit. */
  method: z.enum([...PAYMENT_METHODS, 'deposit']),
  /** Cash: what the patient hands over; the change is given back. QR and card: what was really charged. */
  amount: dong.min(1),
  reference: slipNumber.optional(),
  /** QR: the transfer that has come in for it; it pays no more than is left of it. */
  transfer: recordId.optional(),
});

export const settleInput = z.strictObject({
  encounter: recordId,
  /** The one number that the cashier has read out: refused when the bill has changed since. */
  expectedPatientTotal: dong,
  /** Empty when nothing is due. */
  payments: z.array(paymentInput).max(10),
});

export const cancelInvoiceInput = z.strictObject({
  invoice: recordId,
  reason: z.string().trim().min(2).max(500),
});

export const creditReturnInput = z.strictObject({
  encounter: recordId,
  items: z
    .array(
      z.strictObject({
        /** The line that was charged: `MedicationRequest/…`. */
        source: z.string().regex(/^[A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/),
        quantity: quantityText,
      }),
    )
    .min(1)
    .max(200),
  /** The record of what came back: `MedicationDispense/…`. */
  record: z.string().min(3).max(120),
  reason: z.string().trim().min(2).max(500),
});

export const payRefundInput = z.strictObject({
  invoice: recordId,
  /** The amount that was read out: refused when it has changed since. */
  expectedAmount: dong.min(1),
  method: z.enum(PAYMENT_METHODS),
  reference: slipNumber.optional(),
});

export const takeDepositInput = z.strictObject({
  encounter: recordId,
  amount: dong.min(1_000),
  method: z.enum(PAYMENT_METHODS),
  reference: slipNumber.optional(),
  transfer: recordId.optional(),
});

export const takePaperReceiptInput = z.strictObject({
  encounter: recordId,
  amount: dong.min(1_000),
  /** The numbered receipt that the payer was given while the server was away. */
  paper: paperNumber,
});

export const returnDepositInput = z.strictObject({
  encounter: recordId,
  /** All that is held, as it was read out: refused when it has changed since. */
  expectedAmount: dong.min(1),
  method: z.enum(PAYMENT_METHODS),
  reference: slipNumber.optional(),
});

export const refundLineInput = z.strictObject({
  /** A billed line of which something was not performed or not handed over. */
  chargeItem: recordId,
  /** Drugs: how many of those that were not handed over; default: all of them. */
  quantity: quantityText.optional(),
  reason: reasonText,
});

export const askCancelInput = z.strictObject({ invoice: recordId, reason: reasonText });
export const approveCancelInput = z.strictObject({ invoice: recordId });

export const openShiftInput = z.strictObject({
  /** What lies in the drawer at the start, counted. */
  float: dong,
});

export const closeShiftInput = z.strictObject({
  count: z
    .array(z.strictObject({ note: z.literal([...NOTES]), pieces: z.int().min(0).max(100_000) }))
    .max(NOTES.length),
  /** Needed when the count differs from the book. */
  reason: z.string().trim().max(500).optional(),
});

export const receiveCashInput = z.strictObject({ shift: recordId, amount: dong });

export const askTransferInput = z.strictObject({ encounter: recordId, amount: dong.min(1_000) });

/** What a bank tells of money that came in. */
export const confirmTransferInput = z.strictObject({
  /** The bank's own number of the transaction. */
  transaction: z.string().trim().min(1).max(120),
  amount: dong.min(1),
  /** Text of the transfer. */
  content: z.string().max(500),
  /** Account that it came to. */
  account: z.string().trim().min(1).max(30),
  at: z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString()),
});

export const simulateTransferInput = z.strictObject({ transfer: recordId, amount: dong.min(1).optional() });

export const resolveTransferInput = z.strictObject({
  transfer: recordId,
  /** What is left of it, sent back to the payer. */
  expectedAmount: dong.min(1),
  reason: reasonText,
  reference: slipNumber.optional(),
});

export const eInvoiceInput = z.strictObject({ invoice: recordId });

export const eInvoiceAnswerInput = z.strictObject({
  paper: recordId,
  message: z.string(),
  kind: z.enum(['issue', 'replace', 'cancel']),
  outcome: z.enum(['accepted', 'refused']),
  receipt: z.unknown(),
  issues: z.array(z.unknown()),
});

export type QuoteInput = z.input<typeof quoteInput>;
export type PaymentInput = z.input<typeof paymentInput>;
export type SettleInput = z.input<typeof settleInput>;
export type CancelInvoiceInput = z.input<typeof cancelInvoiceInput>;
export type CreditReturnInput = z.input<typeof creditReturnInput>;
export type PayRefundInput = z.input<typeof payRefundInput>;
export type TakeDepositInput = z.input<typeof takeDepositInput>;
export type TakePaperReceiptInput = z.input<typeof takePaperReceiptInput>;
export type ReturnDepositInput = z.input<typeof returnDepositInput>;
export type RefundLineInput = z.input<typeof refundLineInput>;
export type AskCancelInput = z.input<typeof askCancelInput>;
export type ApproveCancelInput = z.input<typeof approveCancelInput>;
export type OpenShiftInput = z.input<typeof openShiftInput>;
export type CloseShiftInput = z.input<typeof closeShiftInput>;
export type ReceiveCashInput = z.input<typeof receiveCashInput>;
export type AskTransferInput = z.input<typeof askTransferInput>;
export type ConfirmTransferInput = z.input<typeof confirmTransferInput>;
export type SimulateTransferInput = z.input<typeof simulateTransferInput>;
export type ResolveTransferInput = z.input<typeof resolveTransferInput>;
export type EInvoiceInput = z.input<typeof eInvoiceInput>;
export type EInvoiceAnswerInput = z.input<typeof eInvoiceAnswerInput>;
