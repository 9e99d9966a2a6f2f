import { isDate } from '@mach/base';
import { checkDigit, hasValidCheckDigit } from './check-digit.ts';

const FORM = /^([0-9A-Z]{5})-(\d{6})-(\d{6})$/;
const MAX_SERIAL = 99_999;

export interface VisitCode {
  facility: string;
  /** Day of the visit's registration, `yyyy-MM-dd`. */
  date: string;
  serial: number;
}

/**
 * Visit code (MA_LK): facility code, day, serial of the day and check digit, `79024-261122-001237`. At most 100
 * characters are allowed, unique for the facility and never changed; codes brought by an import keep their own form.
 */
export function visitCode({ facility, date, serial }: VisitCode): string {
  if (!/^[0-9A-Z]{5}$/.test(facility)) throw new RangeError(`not a facility code: ${facility}`);
  if (date.length !== 10 || !isDate(date)) throw new RangeError(`not a day: ${date}`);
  if (!Number.isInteger(serial) || serial < 1 || serial > MAX_SERIAL)
    throw new RangeError(`serial out of range: ${serial}`);
  const body = `${facility}-${date.slice(2).replaceAll('-', '')}-${String(serial).padStart(5, '0')}`;
  return body + checkDigit(body);
}

/** The parts of a code of our own form, or nothing where form, day or check digit is wrong. */
export function parseVisitCode(text: string): VisitCode | undefined {
  const code = text.trim().toUpperCase();
  const match = FORM.exec(code);
  if (!match || !hasValidCheckDigit(code)) return undefined;
  const [, facility = '', day = '', tail = ''] = match;
  const date = `20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4)}`;
  return isDate(date) ? { facility, date, serial: Number(tail.slice(0, 5)) } : undefined;
}
