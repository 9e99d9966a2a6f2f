import { Decimal, type DecimalInput } from './decimal.ts';

export type NumberInput =
  | { ok: true; value: Decimal }
  | { ok: false; reason: 'empty' | 'not-a-number' | 'ambiguous'; choices?: [string, string] };

/** U+202F, the thin space that does not break: "5 000" must never end a line after the 5. */
const THIN = '\u202f';
const SPACES = /[\u0020\u00a0\u2007\u2009\u202f]/g;
const SPACED = /^\d{1,3}(?: \d{3})+$/;
const MAX_LENGTH = 40;

/**
 * Reads a clinical number as people type it. Comma and dot are both decimal marks; where one mark could also be a
 * thousands mark ("1.000", "12,500") the answer is `ambiguous` with both readings as canonical decimals, and the
 * screen must ask. "0,125" and "1000,500" can be read in one way only.
 */
export function parseClinicalNumber(text: string): NumberInput {
  const typed = text.normalize('NFC').replace(SPACES, ' ').trim().replace('\u2212', '-');
  if (typed === '') return { ok: false, reason: 'empty' };
  const match = typed.length <= MAX_LENGTH ? /^([+-]?) ?([\d ]*)((?:[.,]\d+)*)$/.exec(typed) : null;
  if (!match) return { ok: false, reason: 'not-a-number' };
  const [, sign = '', head = '', tail = ''] = match;
  if (head.includes(' ') && !SPACED.test(head)) return { ok: false, reason: 'not-a-number' };
  const readings = readParts(head.replaceAll(' ', ''), tail.match(/[.,]\d+/g) ?? [], head.includes(' '));
  const minus = sign === '-' ? '-' : '';
  const [first, second] = readings.map((reading) => Decimal.of(minus + reading));
  if (first === undefined) return { ok: false, reason: 'not-a-number' };
  if (second === undefined || second.eq(first)) return { ok: true, value: first };
  return { ok: false, reason: 'ambiguous', choices: [first.toString(), second.toString()] };
}

/** All the numbers that the typed text can mean, the smaller (decimal) reading first. */
function readParts(head: string, parts: readonly string[], spaced: boolean): string[] {
  if (parts.length === 0) return head === '' ? [] : [head];
  const marks = parts.map((part) => part.charAt(0));
  const digits = parts.map((part) => part.slice(1));
  const last = digits.at(-1) as string;
  const readings: string[] = [];
  const grouped = /^[1-9]\d{0,2}$/.test(head) && !spaced;
  const before = digits.slice(0, -1);
  const groupMark = marks[0];
  const leadingGroups =
    grouped && before.every((group, i) => group.length === 3 && marks[i] === groupMark) && marks.at(-1) !== groupMark;
  if (parts.length === 1 || leadingGroups) readings.push(`${head || '0'}${before.join('')}.${last}`);
  const uniform = marks.slice(0, -1).every((mark) => mark === groupMark);
  if (grouped && uniform && digits.every((group) => group.length === 3)) readings.push(`${head}${digits.join('')}`);
  return readings;
}

const CANONICAL = /^(?:0|[1-9]\d{0,8})(?:\.\d{0,5}[1-9])?$/;
const READS_TWO_WAYS = /^[1-9]\d{0,2}\.\d{3}$/;

/**
 * Whether a number at a program's door is written as it is stored and reads in one way only: `0.5`, `30`, `1000`, at most six
 * decimals, never negative. "1.000" and "1.125" may mean a thousand times as much, so they do not.
 */
export const isPlainDecimal = (text: string): boolean => CANONICAL.test(text) && !READS_TWO_WAYS.test(text);

/** What to tell whoever sent another one, as a schema's refinement takes it. */
export const PLAIN_DECIMAL = {
  error: 'A decimal with a dot, no thousands mark, no trailing zero: 0.5, 30, 1000',
  params: {
    code: 'number-form',
    vi: 'Số phải viết một cách: dấu chấm cho phần lẻ, không dấu phân cách nghìn, không số 0 thừa ở cuối',
    remedy: { vi: 'Viết lại như 0.5, 30 hay 1000', en: 'Write it like 0.5, 30 or 1000' },
  },
};

/** Screen and print form of a clinical value: comma for decimals, thin space for thousands, never "." */
export function formatClinical(d: DecimalInput): string {
  return grouped(Decimal.of(d), THIN);
}

/** `1.250.000 ₫`. Exact: a fraction of a đồng, where one exists, is shown and not rounded away. */
export function formatMoney(d: DecimalInput): string {
  return `${grouped(Decimal.of(d), '.')}\u00a0₫`;
}

function grouped(d: Decimal, separator: string): string {
  const [whole = '', fraction] = d.abs().toString().split('.');
  const head = whole.replace(/\B(?=(\d{3})+$)/g, separator);
  return `${d.isNegative() ? '-' : ''}${head}${fraction === undefined ? '' : `,${fraction}`}`;
}
