import { join } from 'node:path';
import { Decimal } from '@mach/base/decimal.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import { refuse } from '@mach/base/problem.ts';
import { formatDateTime } from '@mach/base/time.ts';
import type { Basic } from '@mach/fhir/types.ts';
import {
  dayInWords,
  definePrint,
  type Letterhead,
  moneyInWords,
  type PrintForm,
  type PrintSource,
  plainMoney,
} from '@mach/print';
import { amountOf, kindOf, numberOf, textOf } from '../papers.ts';
import type { Counted, TakingRow } from '../rules/shift.ts';
import { requireSum } from './billed.ts';
import { WAYS } from './ways.ts';

/** What a cashier and the treasurer sign at the end of a shift (A5). Money is shown text. */
export type ShiftPaper = {
  title: string;
  letterhead: Letterhead;
  number: string;
  name: string;
  opened: string;
  closed: string;
  day: string;
  takings: { what: string; way: string; amount: string }[];
  count: { note: string; pieces: string; amount: string }[];
  float: string;
  expected: string;
  counted: string;
  words: string;
  difference: string;
  reason: string;
  receivedBy: string;
  receivedAt: string;
};

const WHAT: Readonly<Record<TakingRow['kind'], string>> = {
  payment: 'Thu viện phí',
  deposit: 'Thu tạm ứng',
  'deposit-return': 'Hoàn tạm ứng',
  refund: 'Hoàn tiền',
  cancel: 'Huỷ phiếu thu',
};

const form: PrintForm<ShiftPaper> = {
  name: 'cashier.shift',
  title: { vi: 'Biên bản giao ca thu ngân', en: 'Shift report' },
  papers: ['A5', 'A4'],
  template: join(import.meta.dirname, 'shift.typ'),
};

async function fill(source: PrintSource, id: string) {
  const shift = await source.read<Basic>('Basic', id);
  if (kindOf(shift) !== 'shift' || textOf(shift, 'state') === 'open')
    throw refuse(
      409,
      'shift-open',
      { vi: 'Ca chưa đóng', en: 'The shift is not closed' },
      { remedy: { vi: 'Đóng ca rồi in', en: 'Close it, then print' } },
    );
  const takings = JSON.parse(textOf(shift, 'takings') || '[]') as TakingRow[];
  const count = JSON.parse(textOf(shift, 'count') || '[]') as Counted[];
  const counted = amountOf(shift, 'counted');
  requireSum(
    'tiền đếm',
    count.map((row) => Decimal.of(row.note).mul(row.pieces)),
    Decimal.of(counted),
  );
  const difference = amountOf(shift, 'difference');
  const closed = textOf(shift, 'closedAt');
  const received = textOf(shift, 'receivedAt');
  const paper: ShiftPaper = {
    title: 'BIÊN BẢN GIAO CA THU NGÂN',
    letterhead: source.letterhead,
    number: numberOf(shift),
    name: textOf(shift, 'name'),
    opened: formatDateTime(textOf(shift, 'openedAt')),
    closed: formatDateTime(closed),
    day: dayInWords(closed),
    takings: takings.map((row) => ({
      what: WHAT[row.kind],
      way: WAYS[row.method] ?? row.method,
      amount: plainMoney(row.amount),
    })),
    count: count.map((row) => ({
      note: plainMoney(row.note),
      pieces: String(row.pieces),
      amount: plainMoney(row.note * row.pieces),
    })),
    float: formatMoney(amountOf(shift, 'float')),
    expected: formatMoney(amountOf(shift, 'expected')),
    counted: formatMoney(counted),
    words: moneyInWords(String(counted)),
    difference: difference === 0 ? '' : `${difference > 0 ? '+' : '−'}${formatMoney(Math.abs(difference))}`,
    reason: textOf(shift, 'reason'),
    receivedBy: textOf(shift, 'receivedBy'),
    receivedAt: received === '' ? '' : formatDateTime(received),
  };
  return { data: paper, patient: null, file: `giao-ca-${numberOf(shift)}` };
}

/** The report of a closed shift, by the id of the shift. */
export const shiftPrint = definePrint<ShiftPaper>({ form, permissions: ['cashier.read'], fill });
