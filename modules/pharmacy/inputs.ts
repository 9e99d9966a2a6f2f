import { isPlainDecimal, PLAIN_DECIMAL } from '@mach/base/number-input.ts';
import { z } from 'zod';

/** A FHIR id. */
export const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
export const reasonText = z.string().trim().min(2).max(500);
/** In the dispensing unit of the formulary. Zero allowed: a counted stock. */
export const countText = z.string().refine(isPlainDecimal, PLAIN_DECIMAL);
/** Above zero. */
export const quantityText = countText.refine((text) => text !== '0', { error: 'above zero' });
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
  /** Name and birth date were asked and agree: what stands for the scan where there was none. */
  asked: z.boolean().optional(),
  /** Taking was explained. */
  counselled: z.boolean().optional(),
});

export const returnDispenseInput = z.strictObject({
  /** Id of the MedicationDispense. */
  dispense: recordId,
  reason: reasonText,
  /**
   * `refund`: given back for good; the bill is lessened and what the patient paid waits at the cashier's desk.
   * `exchange`: handed over wrongly; the line is open again for the right drugs, and nothing is paid back.
   */
  purpose: z.enum(['refund', 'exchange']),
  /** Opened, wet, or out of the house for long: goes to the quarantine store instead of back on the shelf. */
  damaged: z.boolean().optional(),
});

export const declineLineInput = z.strictObject({
  medicationRequest: recordId,
  /** Of what was not handed over; default: all of it. */
  quantity: quantityText.optional(),
  reason: reasonText,
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

/** A record that stands for what was taken: `MedicationAdministration/…`. */
const recordReference = z.string().regex(/^MedicationAdministration\/[A-Za-z0-9.-]{1,64}$/);

export const useStockInput = z.strictObject({
  encounter: recordId,
  place: placeCode,
  drug: drugCode,
  quantity: quantityText,
  record: recordReference,
});

export const putBackInput = z.strictObject({
  record: recordReference,
  reason: reasonText,
  /** Opened and not given: it does not lie on the shelf again. */
  wasted: z.boolean().default(false),
});

export type ReceiveStockInput = z.input<typeof receiveStockInput>;
export type TransferStockInput = z.input<typeof transferStockInput>;
export type DispenseInput = z.input<typeof dispenseInput>;
export type ReturnDispenseInput = z.input<typeof returnDispenseInput>;
export type DeclineLineInput = z.input<typeof declineLineInput>;
export type StockAdjustInput = z.input<typeof stockAdjustInput>;
export type UseStockInput = z.input<typeof useStockInput>;
export type PutBackInput = z.input<typeof putBackInput>;
