/** Reading of single cells as people write them. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import { foldText } from '@mach/base/fold.ts';
import { parseClinicalNumber } from '@mach/base/number-input.ts';
import type { Text } from '@mach/base/problem.ts';
import type { SheetCell } from './limits.ts';

/** What a dot means in the numbers of a sheet that were typed as text: somebody must say so where both would do. */
export const NUMBER_STYLES = ['ask', 'dot-groups', 'comma-groups'] as const;
export type NumberStyle = (typeof NUMBER_STYLES)[number];

export interface CellFault {
  code: string;
  text: Text;
  remedy?: Text;
}
export type Read<T> = { ok: true; value: T } | { ok: false; fault: CellFault };

const fail = (code: string, text: Text, remedy?: Text): { ok: false; fault: CellFault } => ({
  ok: false,
  fault: { code, text, ...(remedy ? { remedy } : {}) },
});
const MOST = Decimal.of(10_000_000_000);

/** An amount in đồng with at most `decimals` decimals. */
export function readAmount(cell: SheetCell, style: NumberStyle, decimals: number): Read<number> {
  const text = typeof cell === 'number' ? plain(cell) : cell.replace(/\s*(đ|₫|vnđ|vnd|đồng)\.?$/iu, '').trim();
  const value = typeof cell === 'number' ? { ok: true as const, value: Decimal.of(text) } : readNumber(text, style);
  if (!value.ok) return value;
  if (value.value.isNegative() || value.value.gt(MOST))
    return fail('amount', { vi: `Số tiền "${cell}" không hợp lệ`, en: `"${cell}" is no amount` });
  if (!value.value.round(decimals).eq(value.value))
    return fail(
      'decimals',
      {
        vi: decimals === 0 ? `"${cell}" không phải số đồng chẵn` : `"${cell}" có quá ${decimals} số lẻ`,
        en: decimals === 0 ? `"${cell}" is not whole đồng` : `"${cell}" has more than ${decimals} decimals`,
      },
      { vi: 'Xem lại dấu chấm, dấu phẩy trong tệp', en: 'Look at the dots and commas in the file' },
    );
  return { ok: true, value: value.value.toNumber() };
}

const plain = (value: number): string => (Number.isInteger(value) ? value.toFixed(0) : String(value));

function readNumber(text: string, style: NumberStyle): Read<Decimal> {
  const read = parseClinicalNumber(text);
  const asks = fail(
    'ambiguous',
    { vi: `"${text}" đọc được hai cách`, en: `"${text}" can be read in two ways` },
    {
      vi: 'Chọn "Dấu chấm là hàng nghìn" hoặc "Dấu phẩy là hàng nghìn"',
      en: 'Choose what groups thousands: the dot or the comma',
    },
  );
  if (read.ok) {
    // Certain by itself, but against what was said of the sheet: 12.5 where dots group thousands.
    const mark = /[.,]/.exec(text)?.[0];
    const groups = style === 'dot-groups' ? '.' : style === 'comma-groups' ? ',' : undefined;
    const isFraction = !read.value.round(0).eq(read.value);
    if (isFraction && mark !== undefined && mark === groups && text.split(/[.,]/).length === 2) return asks;
    return { ok: true, value: read.value };
  }
  const [decimal, grouped] = read.choices ?? [];
  if (read.reason !== 'ambiguous' || decimal === undefined || grouped === undefined)
    return fail('not-a-number', { vi: `"${text}" không phải số`, en: `"${text}" is not a number` });
  if (style === 'ask') {
    const { fault } = asks;
    return {
      ok: false,
      fault: {
        ...fault,
        text: { vi: `"${text}" là ${decimal} hay ${grouped}?`, en: `Is "${text}" ${decimal} or ${grouped}?` },
      },
    };
  }
  return { ok: true, value: Decimal.of(text.includes('.') === (style === 'dot-groups') ? grouped : decimal) };
}

/** Day 0 of Excel as it counts since March 1900, and the days 1 January 2000 to 31 December 2099. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
const SERIALS = [36_526, 73_050] as const;

/** `31/12/2026`, `2026-12-31`, and 46387: the number that is left of a date whose format was lost. */
export function readDay(cell: SheetCell): Read<string> {
  const text = String(cell).trim();
  const serial = /^\d{5}$/.test(text) ? Number(text) : 0;
  if (serial >= SERIALS[0] && serial <= SERIALS[1])
    return { ok: true, value: new Date(DAY_ZERO + serial * 86_400_000).toISOString().slice(0, 10) };
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  const iso = local
    ? `${local[3]}-${local[2]?.padStart(2, '0')}-${local[1]?.padStart(2, '0')}`
    : /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? text
      : '';
  const time = Date.parse(`${iso}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso)
    return fail(
      'day',
      { vi: `"${text}" không phải ngày`, en: `"${text}" is not a day` },
      { vi: 'Viết dd/mm/yyyy', en: 'Write dd/mm/yyyy' },
    );
  return { ok: true, value: iso };
}

const YES = new Set(['x', '1', 'co', 'true', 'yes', 'ngung', 'v']);
const NO = new Set(['', '0', 'khong', 'false', 'no', 'dang dung']);
export function readYes(cell: SheetCell): Read<boolean> {
  const text = foldText(String(cell)).trim();
  if (YES.has(text)) return { ok: true, value: true };
  if (NO.has(text)) return { ok: true, value: false };
  return fail(
    'yes-no',
    { vi: `"${cell}" không phải có hoặc không`, en: `"${cell}" is neither yes nor no` },
    { vi: 'Viết x hoặc để trống', en: 'Write x or leave it empty' },
  );
}
