/**
 * A block of numbers for paper. Every number of it ends as used (with the record that carries it) or void (with the
 * reason), or it is still held by a desk or free for the next: there is no fifth state, so no gap without a word. Pure.
 */
import { type Issue, refuse } from '@mach/base/problem.ts';
import type { Result } from '@mach/base/result.ts';
import type { PaperNumber, Series } from './inputs.ts';

export interface Spent {
  readonly number: string;
  readonly as: 'used' | 'void';
  /** `Encounter/…`, `Basic/…` */
  readonly record?: string;
  readonly reason?: string;
  readonly at: string;
  readonly by: string;
}

export interface Block {
  readonly series: Series;
  readonly prefix: string;
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** `open`: a desk holds it; `free`: given back, for the next desk; `done`: every number is accounted for. */
  readonly state: 'open' | 'free' | 'done';
  readonly spent: readonly Spent[];
}

/** Numbers in a block: an hour of a busy desk, so that a desk that has just come back need not ask at once. */
export const SIZE: Readonly<Record<Series, number>> = { queue: 60, receipt: 30, note: 30 };

/** G0001 · BG26-000001 · PG26-0001 */
export function prefixOf(series: Series, year: number): { prefix: string; width: number } {
  const yy = String(year).slice(2);
  if (series === 'queue') return { prefix: 'G', width: 4 };
  return series === 'receipt' ? { prefix: `BG${yy}-`, width: 6 } : { prefix: `PG${yy}-`, width: 4 };
}

export const written = (block: Pick<Block, 'prefix' | 'width'>, n: number): string =>
  block.prefix + String(n).padStart(block.width, '0');

const numbersOf = (block: Block): Set<string> => new Set(block.spent.map((one) => one.number));

/** The first number of which nothing is known; `to + 1` when there is none. */
export function firstFree(block: Block): number {
  const spent = numbersOf(block);
  for (let n = block.from; n <= block.to; n++) if (!spent.has(written(block, n))) return n;
  return block.to + 1;
}

const conflict = (code: string, text: Issue['text'], remedy: Issue['remedy']): Result<never, Issue> => ({
  ok: false,
  error: { severity: 'error', code, field: 'paper', text, remedy },
});

/** The block with one number accounted for. The same number for the same record again changes nothing. */
export function spend(block: Block, paper: PaperNumber, of: Omit<Spent, 'number'>): Result<Block, Issue> {
  const number = written(block, paper.n);
  if (paper.n < block.from || paper.n > block.to || paper.number !== number)
    return conflict(
      'number-outside',
      { vi: `Số ${paper.number} không thuộc quyển số này`, en: `Number ${paper.number} is not of this block` },
      { vi: 'So lại số ghi trên giấy', en: 'Compare the number on the paper' },
    );
  const before = block.spent.find((one) => one.number === number);
  if (before?.as === of.as && before.record === of.record) return { ok: true, value: block };
  if (before)
    return conflict(
      'number-used',
      {
        vi: `Số ${number} đã ${before.as === 'used' ? 'dùng' : 'huỷ'} bởi ${before.by}`,
        en: `Number ${number} is ${before.as === 'used' ? 'used' : 'void'} already, by ${before.by}`,
      },
      { vi: 'Hai tờ giấy không mang một số: tìm tờ kia', en: 'No two papers carry one number: find the other' },
    );
  const spent = [...block.spent, { number, ...of }];
  const done = spent.length === block.to - block.from + 1;
  return { ok: true, value: { ...block, spent, state: done ? 'done' : block.state } };
}

/** Gives the rest of a block back from `next` on. Refused while a number before it is unaccounted for. */
export function giveBack(block: Block, next: number): Result<Block, Issue> {
  const free = firstFree(block);
  const later = block.spent.some((one) => Number(one.number.slice(block.prefix.length)) >= next);
  if (free < Math.min(next, block.to + 1) || later)
    return conflict(
      'numbers-missing',
      {
        vi: `Số ${written(block, free)} chưa được nhập hay huỷ`,
        en: `Number ${written(block, free)} is neither entered nor void`,
      },
      { vi: 'Nhập tờ giấy mang số đó, hoặc huỷ số kèm lý do', en: 'Enter that paper, or void it with a reason' },
    );
  return { ok: true, value: { ...block, state: free > block.to ? 'done' : 'free' } };
}

/** A desk is lost, a book was burnt: whatever is not accounted for is void, with the reason. */
export function closeAll(block: Block, of: { reason: string; at: string; by: string }): Block {
  const known = numbersOf(block);
  const spent = [...block.spent];
  for (let n = block.from; n <= block.to; n++) {
    const number = written(block, n);
    if (!known.has(number)) spent.push({ number, as: 'void', ...of });
  }
  return { ...block, spent, state: 'done' };
}

export const notHeld = () =>
  refuse(
    409,
    'block-not-held',
    { vi: 'Quyển số này không còn do bạn giữ', en: 'This block of numbers is not held by you' },
    { field: 'paper', remedy: { vi: 'Nhờ người giữ quyển số nhập', en: 'Ask the one who holds it to enter it' } },
  );
