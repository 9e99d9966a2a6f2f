import { isDate } from '@mach/base';
import { checkDigit, hasValidCheckDigit } from './check-digit.ts';

const FORM = /^C(\d{6})(\d{5})\d$/;
const MAX_SERIAL = 99_999;

/**
 * Order code, also printed on the tube: `C` for chỉ định, day, serial of the day, check digit: `C261122001234`. The
 * letter keeps it apart from a personal number; 13 characters fit a 25 mm Code 128 label.
 */
export function orderCode(date: string, serial: number): string {
  if (date.length !== 10 || !isDate(date)) throw new RangeError(`not a day: ${date}`);
  if (!Number.isInteger(serial) || serial < 1 || serial > MAX_SERIAL)
    throw new RangeError(`serial out of range: ${serial}`);
  const body = `C${date.slice(2).replaceAll('-', '')}${String(serial).padStart(5, '0')}`;
  return body + checkDigit(body);
}

/** The canonical code, or nothing where form or check digit is wrong. */
export function parseOrderCode(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  return FORM.test(code) && hasValidCheckDigit(code) ? code : undefined;
}
