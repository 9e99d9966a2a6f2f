/** A cashier's shift: what was taken by which way, the count of cash by notes, the difference. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';
import type { AccountSpec, Movement } from '@mach/store';

/** What each shift has taken and given back, a row of accounts a shift: kept beside the money itself. */
export const SHIFT_LEDGER = 'shift';

/** Notes and coins in use, đồng, largest first. */
export const NOTES = [500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200] as const;

/** Why money came over the desk or went back. */
export const TAKINGS = ['payment', 'deposit', 'deposit-return', 'refund', 'cancel'] as const;
export type Taking = (typeof TAKINGS)[number];

const account = (name: string): AccountSpec => ({ ledger: SHIFT_LEDGER, account: name, unit: 'VND', floor: null });
/** Prefix of the accounts of one shift. */
export const shiftPrefix = (shift: string): string => `${shift}:`;

/**
 * Notes down for a shift what one way has brought (`payment`, `deposit`) or cost (the others). Below zero: it goes the other
 * way, as when a cancelled bill makes the patient hand a refund back.
 */
export function tally(
  shift: string | undefined,
  kind: Taking,
  ways: readonly { method: string; amount: number }[],
  record: string,
): Omit<Movement, 'id' | 'at'>[] {
  if (shift === undefined) return [];
  return ways
    .filter((way) => way.amount !== 0)
    .map(({ method, amount }) => {
      const [all, own] = [account(kind), account(`${shiftPrefix(shift)}${kind}:${method}`)];
      const forward = amount > 0;
      return {
        ledger: SHIFT_LEDGER,
        from: forward ? all : own,
        to: forward ? own : all,
        amount: Decimal.of(amount).abs(),
        reason: kind,
        record,
      };
    });
}

/** One row of the report: a kind of taking by one way. What goes back is below zero. */
export interface TakingRow {
  kind: Taking;
  method: string;
  amount: number;
}

const INWARD: readonly Taking[] = ['payment', 'deposit'];

/** Rows of a shift out of its balances, in the order of the report. */
export function takingsOf(shift: string, balances: readonly { account: string; balance: Decimal }[]): TakingRow[] {
  const rows = balances.flatMap(({ account: name, balance }): TakingRow[] => {
    const [kind = '', method = ''] = name.slice(shiftPrefix(shift).length).split(':');
    const known = TAKINGS.find((one) => one === kind);
    if (!name.startsWith(shiftPrefix(shift)) || known === undefined) return [];
    const amount = balance.toNumber();
    return [{ kind: known, method, amount: INWARD.includes(known) ? amount : -amount }];
  });
  return rows.sort(
    (a, b) =>
      TAKINGS.indexOf(a.kind) - TAKINGS.indexOf(b.kind) || (a.method < b.method ? -1 : a.method > b.method ? 1 : 0),
  );
}

export interface Counted {
  /** Face value, đồng. */
  note: number;
  pieces: number;
}

export const countedTotal = (count: readonly Counted[]): number =>
  count.reduce((sum, { note, pieces }) => sum + note * pieces, 0);

/** The count against the book. A difference is taken down only with its reason. */
export function compareCount(
  counted: number,
  expected: number,
  reason: string | undefined,
): Result<{ counted: number; expected: number; difference: number }, Issue> {
  const difference = counted - expected;
  if (difference !== 0 && (reason ?? '').trim().length < 2) {
    const [vi, en] = difference < 0 ? ['thiếu', 'missing'] : ['thừa', 'too much'];
    return err({
      severity: 'error',
      code: 'reason-required',
      field: 'reason',
      text: {
        vi: `Đếm được ${formatMoney(counted)}, sổ ghi ${formatMoney(expected)}: ${vi} ${formatMoney(Math.abs(difference))}`,
        en: `Counted ${formatMoney(counted)}, the book says ${formatMoney(expected)}: ${formatMoney(Math.abs(difference))} ${en}`,
      },
      remedy: {
        vi: 'Đếm lại từng loại tiền; nếu đúng là lệch thì ghi lý do',
        en: 'Count again note by note; if it does differ, write down why',
      },
    });
  }
  return ok({ counted, expected, difference });
}
