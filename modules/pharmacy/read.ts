/** Reading what the pharmacy keeps in records. */
import type { Extension, MedicationDispense } from '@mach/fhir/types.ts';
import { EXT, FHIR_BASE } from '@mach/vn/systems.ts';

/** On a MedicationDispense that came back for good or was never handed over, and is paid back (boolean). */
export const REFUNDED = `${FHIR_BASE}/ext/dispense-refunded`;

export interface DispensedLot {
  lot: string;
  expiry: string;
  /** Decimal text. */
  quantity: string;
  /** Shelf that it was taken from. */
  place: string;
  /** Purchase price of one unit, decimal text. */
  price: string;
}

const part = (of: { extension?: Extension[] } | undefined, url: string): Extension | undefined =>
  of?.extension?.find((e) => e.url === url);

/** The lot of a handing over; undefined for records that this house did not write. */
export function lotOf(dispense: MedicationDispense): DispensedLot | undefined {
  const found = part(dispense, EXT.lot);
  const lot = part(found, 'lot')?.valueString;
  if (!found || lot === undefined) return undefined;
  return {
    lot,
    expiry: part(found, 'expiry')?.valueDate ?? '',
    quantity: String(part(found, 'quantity')?.valueDecimal ?? 0),
    place: part(found, 'place')?.valueString ?? '',
    price: String(part(found, 'price')?.valueDecimal ?? 0),
  };
}

/** Whether a handing over came back for good: its quantity is not handed over again. */
export const isRefunded = (dispense: MedicationDispense): boolean => part(dispense, REFUNDED)?.valueBoolean === true;
