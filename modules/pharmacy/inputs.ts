import { z } from 'zod';

/** A FHIR id. */
export const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
export const reasonText = z.string().trim().min(2).max(500);
/** Exact decimal above zero, in the dispensing unit of the formulary: `0.5`, `30`. Never "1.000". */
export const quantityText = z
  .string()
  .regex(/^(?!0+(\.0+)?$)\d{1,9}(\.\d{1,2}|\.\d{4,6})?$/)
  .describe('Exact decimal with a dot, above zero; three digits behind the dot are refused as ambiguous');
/** Exact decimal, zero allowed: a counted stock. */
export const countText = z.string().regex(/^\d{1,9}(\.\d{1,2}|\.\d{4,6})?$/);
/** Price of one unit, đồng. */
export const priceText = z.string().regex(/^\d{1,12}(\.\d{1,4})?$/);
/** Code of a drug in the formulary. */
export const drugCode = z.string().regex(/^[A-Za-z0-9._-]{1,80}$/);
/** As printed on the box; capitals. A colon would break the account's name. */
export const lotCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9._/#-]{0,39}$/);
/** Shelf or store: `KHO-LE`. */
export const placeCode = z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,29}$/);
export const dateText = z.iso.date();

export const receiveStockInput = z.strictObject({
  place: placeCode,
  items: z
    .array(
      z.strictObject({
        drug: drugCode,
        lot: lotCode,
        /** Last day of use. */
        expiry: dateText,
        quantity: quantityText,
        /** Purchase price of one unit. */
        price: priceText,
        supplier: z.string().trim().min(1).max(120).optional(),
      }),
    )
    .min(1)
    .max(200),
  /** Number of the supplier's invoice or delivery note. */
  document: z.string().trim().min(1).max(60).optional(),
});

export const transferStockInput = z.strictObject({
  from: placeCode,
  to: placeCode,
  items: z
    .array(z.strictObject({ drug: drugCode, lot: lotCode, quantity: quantityText }))
    .min(1)
    .max(200),
  reason: reasonText.optional(),
});

export const dispenseInput = z.strictObject({
  /** Id of the DocumentReference. */
  prescription: recordId,
  /** Default: everything that is still to be handed over. */
  lines: z
    .array(
      z.strictObject({
        medicationRequest: recordId,
        /** Less than what is open; default: all of it. */
        quantity: quantityText.optional(),
        /** Lots that were picked by hand; default: first to expire, first out. */
        lots: z
          .array(z.strictObject({ lot: lotCode, quantity: quantityText }))
          .min(1)
          .max(20)
          .optional(),
      }),
    )
    .min(1)
    .max(60)
    .optional(),
  /** Default: setting `pharmacy.dispensingPlace`. */
  place: placeCode.optional(),
  /** The person as scanned at the window: another person than the prescription's is refused. */
  patient: z.string().trim().min(1).max(200).optional(),
  /** Who took the drugs, when not the patient. */
  receiver: z.string().trim().min(2).max(120).optional(),
  /** Taking was explained. */
  counselled: z.boolean().optional(),
});

export const returnDispenseInput = z.strictObject({
  /** Id of the MedicationDispense. */
  dispense: recordId,
  reason: reasonText,
  /** Opened, wet, or out of the house for long: goes to the quarantine store instead of back on the shelf. */
  damaged: z.boolean().optional(),
});

export const stockAdjustInput = z.strictObject({
  place: placeCode,
  items: z
    .array(
      z.strictObject({
        drug: drugCode,
        lot: lotCode,
        /** What really lies there. */
        counted: countText,
      }),
    )
    .min(1)
    .max(200),
  reason: reasonText,
});

export type ReceiveStockInput = z.input<typeof receiveStockInput>;
export type TransferStockInput = z.input<typeof transferStockInput>;
export type DispenseInput = z.input<typeof dispenseInput>;
export type ReturnDispenseInput = z.input<typeof returnDispenseInput>;
export type StockAdjustInput = z.input<typeof stockAdjustInput>;
