/** The ways of paying as they are typed at the desk. Pure. */
import type { PaymentInput } from '../contract.ts';

export interface Way {
  readonly method: Exclude<PaymentInput['method'], 'deposit'>;
  /** Digits; empty means the rest of what is due. */
  readonly amount: string;
  readonly reference: string;
  /** QR: the transfer that has come in. */
  readonly transfer?: string;
}

export const CASH: Way = { method: 'cash', amount: '', reference: '' };

/** What each way pays, the deposit first: an empty amount is the rest. */
export function paymentsOf(ways: readonly Way[], due: number, deposit = 0): PaymentInput[] {
  if (due === 0) return [];
  const used = Math.min(deposit, due);
  const typed = ways.reduce((sum, way) => sum + Number(way.amount || 0), 0);
  let rest = Math.max(0, due - used - typed);
  const advance: PaymentInput[] = used > 0 ? [{ method: 'deposit', amount: used }] : [];
  const paid = ways.flatMap((way): PaymentInput[] => {
    const amount = way.amount === '' ? rest : Number(way.amount);
    if (way.amount === '') rest = 0;
    if (amount === 0) return [];
    const reference = way.method === 'cash' ? '' : way.reference.trim();
    return [
      {
        method: way.method,
        amount,
        ...(reference === '' ? {} : { reference }),
        ...(way.transfer === undefined ? {} : { transfer: way.transfer }),
      },
    ];
  });
  return [...advance, ...paid];
}

/** What is missing or comes back, đồng. */
export function balanceOf(payments: readonly PaymentInput[], due: number): { missing: number; change: number } {
  const given = payments.reduce((sum, p) => sum + p.amount, 0);
  return { missing: Math.max(0, due - given), change: Math.max(0, given - due) };
}

/** Notes that people hand over for an amount: the next tens, fifties, hundreds, five hundreds of thousands. */
export function usualNotes(due: number): number[] {
  if (due <= 0) return [];
  const steps = [10_000, 50_000, 100_000, 200_000, 500_000];
  return [...new Set(steps.map((step) => Math.ceil(due / step) * step))].filter((n) => n > due).slice(0, 4);
}
