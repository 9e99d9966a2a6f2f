import { z } from 'zod';

/** A FHIR id. */
const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);

/** Whole đồng. */
const dong = z.int().min(0).max(100_000_000_000);

export const PAYMENT_METHODS = ['cash', 'qr', 'card'] as const;

export const quoteInput = z.strictObject({ encounter: recordId });

export const paymentInput = z.strictObject({
  method: z.enum(PAYMENT_METHODS),
  /** Cash: what the patient hands over; the change is given back. QR and card: what was really charged. */
  amount: dong.min(1),
  /** Number of the bank's or terminal's slip. */
  reference: z.string().trim().min(1).max(60).optional(),
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
        /** Decimal, in the unit of the charge. */
        quantity: z.string().regex(/^\d{1,9}(\.\d{1,6})?$/),
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
  reference: z.string().trim().min(1).max(60).optional(),
});

export type QuoteInput = z.input<typeof quoteInput>;
export type PaymentInput = z.input<typeof paymentInput>;
export type SettleInput = z.input<typeof settleInput>;
export type CancelInvoiceInput = z.input<typeof cancelInvoiceInput>;
export type CreditReturnInput = z.input<typeof creditReturnInput>;
export type PayRefundInput = z.input<typeof payRefundInput>;
