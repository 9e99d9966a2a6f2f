import type { Issue } from '@mach/base';

/**
 * The last letter of the national prescription code: N narcotic (gây nghiện), H psychotropic and precursor (hướng
 * thần), C other, Y traditional medicine.
 */
export type PrescriptionKind = 'C' | 'N' | 'H' | 'Y';

const KINDS = 'CNHY';
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 7;
/** Largest multiple of 36 in a byte: bytes from here on are thrown away, or "0" to "3" would come more often. */
const FAIR_LIMIT = 252;

/**
 * A fresh national prescription code, `xxxxxyyyyyyy-z`: facility (5 characters), 7 random characters of [0-9a-z], kind.
 * 36^7 ≈ 7.8 × 10^10, and the caller still checks that the facility has not used it. `random` must be fit for secrets.
 */
export function prescriptionCode(facility: string, kind: PrescriptionKind, random: (n: number) => Uint8Array): string {
  if (!/^[0-9A-Za-z]{5}$/.test(facility)) throw new RangeError(`not a facility code: ${facility}`);
  let body = '';
  for (let round = 0; body.length < RANDOM_LENGTH; round++) {
    if (round > 100) throw new Error('the random source gives no usable bytes');
    for (const byte of random(RANDOM_LENGTH * 2)) {
      if (byte < FAIR_LIMIT && body.length < RANDOM_LENGTH) body += ALPHABET[byte % 36];
    }
  }
  return `${facility}${body}-${kind}`;
}

export interface PrescriptionCode {
  code: string;
  facility: string;
  kind: PrescriptionKind;
}

/** The parts of a code, or nothing. Facility and random part keep their case, the kind may be typed small. */
export function parsePrescriptionCode(text: string): PrescriptionCode | undefined {
  const match = /^([0-9A-Za-z]{5})([0-9a-z]{7})-([CNHYcnhy])$/.exec(text.trim());
  if (!match) return undefined;
  const [, facility = '', random = '', letter = ''] = match;
  const kind = letter.toUpperCase() as PrescriptionKind;
  return { code: `${facility}${random}-${kind}`, facility, kind };
}

/** Says what is wrong with a code that came from elsewhere; nothing wrong gives an empty list. */
export function checkPrescriptionCode(text: string, field = 'prescriptionCode'): Issue[] {
  const code = text.trim();
  if (parsePrescriptionCode(code)) return [];
  const issue = (name: string, vi: string, en: string): Issue[] => [
    {
      severity: 'error',
      code: name,
      field,
      text: { vi, en },
      remedy: { vi: 'Quét lại mã trên đơn hoặc gõ lại từng ký tự.', en: 'Scan the code again or retype it.' },
    },
  ];
  if (code.length !== 14) {
    return issue(
      'prescription-code-length',
      `Mã đơn thuốc phải có 14 ký tự kể cả dấu gạch, đang có ${code.length}.`,
      `A prescription code has 14 characters with its dash, this has ${code.length}.`,
    );
  }
  if (code[12] === '-' && !KINDS.includes(code.slice(13).toUpperCase())) {
    return issue(
      'prescription-code-kind',
      `Loại đơn "${code.slice(13)}" không có: chỉ có C (thường), N (gây nghiện), H (hướng thần), Y (y học cổ truyền).`,
      `There is no kind "${code.slice(13)}": only C, N, H and Y.`,
    );
  }
  return issue(
    'prescription-code-form',
    'Mã đơn thuốc không đúng dạng: 5 ký tự cơ sở, 7 ký tự thường hoặc số, dấu gạch, loại đơn.',
    'Not a prescription code: 5 characters of the facility, 7 of 0-9 a-z, a dash, the kind.',
  );
}
