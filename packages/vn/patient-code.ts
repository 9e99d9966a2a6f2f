import { checkDigit, hasValidCheckDigit } from './check-digit.ts';

const FORM = /^(\d{2})(\d{2})-?(\d{3})-?(\d{3})$/;
const MAX_SERIAL = 9_999_999;

/**
 * Patient code of a facility (MA_BN): year of first contact, a 7-digit serial and a check digit, written in groups as
 * `2600-123-456`. The dashes belong to the code, so that it is never taken for a phone or an insurance number.
 */
export function patientCode(year: number, serial: number): string {
  if (!Number.isInteger(serial) || serial < 0 || serial > MAX_SERIAL)
    throw new RangeError(`serial out of range: ${serial}`);
  if (!Number.isInteger(year) || year < 2000 || year > 2099) throw new RangeError(`year out of range: ${year}`);
  const body = `${String(year % 100).padStart(2, '0')}${String(serial).padStart(7, '0')}`;
  return grouped(body + checkDigit(body));
}

/** The canonical code for text as typed or scanned (with or without dashes), or nothing where the check digit fails. */
export function parsePatientCode(text: string): string | undefined {
  const digits = FORM.exec(text.trim().replace(/[\s–—]+/g, '-'))
    ?.slice(1)
    .join('');
  return digits !== undefined && hasValidCheckDigit(digits) ? grouped(digits) : undefined;
}

function grouped(digits: string): string {
  return `${digits.slice(0, 4)}-${digits.slice(4, 7)}-${digits.slice(7)}`;
}
