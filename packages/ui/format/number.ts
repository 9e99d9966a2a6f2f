import { type DecimalInput, formatClinical, formatMoney } from '@mach/base';

/** No-break space: a unit or strength never leaves its number. */
export const NBSP = '\u00a0';

/** A clinical value for the screen ("7,2", "12 500"); text that is not a number ("<0,01") passes unchanged. */
export function clinicalNumber(value: DecimalInput): string {
  try {
    return formatClinical(value);
  } catch {
    return String(value);
  }
}

/** A value with its unit, kept on one line. */
export function quantity(value: DecimalInput, unit: string): string {
  return `${clinicalNumber(value)}${NBSP}${unit}`;
}

/** How many things: `1.284`. For counts of records and people only, never for a clinical value. */
export function count(n: number): string {
  return formatMoney(n).slice(0, -2);
}

/** Money in đồng: `1.250.000 ₫`. */
export function money(dong: DecimalInput): string {
  return formatMoney(dong);
}
