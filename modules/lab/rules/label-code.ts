import { checkDigit, hasValidCheckDigit } from '@mach/vn/check-digit.ts';

/** M: tube (mẫu). A: accession number of an examination. They keep apart from the code of an order (C). */
type Letter = 'M' | 'A';
const FORM = /^[MA]\d{12}$/;

/** Letter, day, serial of the day, check digit: 13 characters fit a 25 mm Code 128 label. */
export function labelCode(letter: Letter, day: string, serial: number): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new RangeError(`not a day: ${day}`);
  if (!Number.isInteger(serial) || serial < 1 || serial > 99_999)
    throw new RangeError(`serial out of range: ${serial}`);
  const body = `${letter}${day.slice(2).replaceAll('-', '')}${String(serial).padStart(5, '0')}`;
  return body + checkDigit(body);
}

/** The canonical code, or nothing where form or check digit is wrong. */
export function parseLabelCode(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  return FORM.test(code) && hasValidCheckDigit(code) ? code : undefined;
}
