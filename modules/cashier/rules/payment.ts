/** Taking money: what covers a bill, what is given back, and the movements that it makes. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';
import { ENTITLEMENT_LEDGER } from '@mach/reception/contract.ts';
import type { AccountSpec, Movement } from '@mach/store';
import type { BillTotals } from '@mach/vn/bhyt/visit-bill.ts';
import { SHIFT_LEDGER } from './shift.ts';

/** Ways in which money comes over the desk or goes back. */
export type Method = 'cash' | 'qr' | 'card';

export interface Payment {
  /** `deposit`: out of what was paid in advance. */
  method: Method | 'deposit';
  amount: number;
  reference?: string;
  /** The bank transfer that has come in for it. */
  transfer?: string;
}

export interface Taken {
  /** What each way really pays, in the order of the input; cash without its change. */
  applied: Payment[];
  change: number;
}

const sum = (payments: readonly Payment[]): number => payments.reduce((total, p) => total + p.amount, 0);

function issue(code: string, vi: string, en: string, remedyVi: string, remedyEn: string): Result<never, Issue> {
  return err({ severity: 'error', code, field: 'payments', text: { vi, en }, remedy: { vi: remedyVi, en: remedyEn } });
}

/** Whether payments cover what is due. Change is given in cash only, and only out of cash. */
export function takePayments(due: number, payments: readonly Payment[]): Result<Taken, Issue> {
  const given = sum(payments);
  const cashless = sum(payments.filter((p) => p.method !== 'cash'));
  if (given < due)
    return issue(
      'payment-short',
      `Còn thiếu ${formatMoney(due - given)}: cần thu ${formatMoney(due)}, mới nhận ${formatMoney(given)}`,
      `${formatMoney(due - given)} is missing: ${formatMoney(due)} is due, ${formatMoney(given)} was given`,
      'Thu đủ, hoặc thêm một hình thức thanh toán',
      'Take the rest, or add another way of paying',
    );
  if (cashless > due)
    return issue(
      'payment-over',
      `Tạm ứng, chuyển khoản và thẻ ${formatMoney(cashless)} nhiều hơn số phải thu ${formatMoney(due)}`,
      `Deposit, transfer and card ${formatMoney(cashless)} exceed what is due, ${formatMoney(due)}`,
      'Chỉ ghi đúng số đã quẹt; tiền thừa chỉ trả lại từ tiền mặt',
      'Enter what was charged; change is given out of cash only',
    );
  const needed = due - cashless;
  const cash = given - cashless;
  if (cash > 0 && needed === 0)
    return issue(
      'payment-over',
      'Đã đủ tiền, không cần thêm tiền mặt',
      'It is paid already, no cash is needed',
      'Bỏ dòng tiền mặt',
      'Remove the cash line',
    );
  let left = needed;
  const applied = payments.map((p): Payment => {
    if (p.method !== 'cash') return p;
    const amount = Math.min(p.amount, left);
    left -= amount;
    return { ...p, amount };
  });
  return ok({ applied: applied.filter((p) => p.amount > 0), change: cash - needed });
}

export type Posting = Omit<Movement, 'id' | 'at'>;

const vnd = (account: string, floor: string | null): AccountSpec => ({ ledger: 'money', account, unit: 'VND', floor });

/** Money that somebody holds may not fall below zero; what the world owes or is owed may. */
export const ACCOUNTS = {
  revenue: vnd('revenue', null),
  rounding: vnd('rounding', null),
  insurer: vnd('insurer:bhxh', null),
  other: vnd('other-sources', null),
  patient: (encounter: string): AccountSpec => vnd(`patient:${encounter}`, '0'),
  /** What the house owes a patient: below zero until the cashier has handed it out. */
  refund: (encounter: string): AccountSpec => vnd(`refund:${encounter}`, null),
  drawer: (login: string): AccountSpec => vnd(`cash:${login}`, '0'),
  bank: (method: Exclude<Method, 'cash'>): AccountSpec => vnd(`bank:${method}`, null),
  /** The treasurer's safe, which has other sources than these desks. */
  safe: vnd('safe', null),
  /** Counted out of a drawer, not yet in the safe. */
  transit: (shift: string): AccountSpec => vnd(`transit:${shift}`, '0'),
  /** What counts of cash found too much (below zero) or too little. */
  difference: vnd('cash-difference', null),
  /** All that patients have paid in advance: below zero, since the house owes it. */
  deposits: vnd('deposits', null),
  /** Transfers that have come in and pay for nothing yet: below zero. */
  transfers: vnd('transfers', null),
} as const;

/** Advances, visit by visit: no visit uses or gets back more than was paid in for it. */
export const DEPOSIT_LEDGER = 'deposit';
const advance = (account: string, floor: string | null): AccountSpec => ({
  ledger: DEPOSIT_LEDGER,
  account,
  unit: 'VND',
  floor,
});
export const heldAccount = (encounter: string): string => `held:${encounter}`;

/** Where a way of paying puts the money. A transfer that has come in is in the bank already. */
export const holder = (method: Payment['method'], login: string, transfer?: string): AccountSpec => {
  if (transfer !== undefined) return ACCOUNTS.transfers;
  if (method === 'deposit') return ACCOUNTS.deposits;
  return method === 'cash' ? ACCOUNTS.drawer(login) : ACCOUNTS.bank(method);
};

/** An advance that is taken, used for a bill, or given back. */
export function advanceMovement(of: {
  kind: 'taken' | 'used' | 'returned';
  encounter: string;
  amount: number;
  record: string;
}): Posting {
  const [outside, held] = [advance(of.kind, null), advance(heldAccount(of.encounter), '0')];
  const inward = of.kind === 'taken';
  return {
    ledger: DEPOSIT_LEDGER,
    from: inward ? outside : held,
    to: inward ? held : outside,
    amount: Decimal.of(of.amount),
    reason: `deposit-${of.kind}`,
    record: of.record,
  };
}

/** Money that comes over the desk for an account, or goes out of it. */
export function deskMovement(of: {
  way: { method: Method; transfer?: string };
  login: string;
  other: AccountSpec;
  inward: boolean;
  amount: number;
  reason: string;
  record: string;
}): Posting {
  const desk = holder(of.way.method, of.login, of.way.transfer);
  return {
    ledger: 'money',
    from: of.inward ? of.other : desk,
    to: of.inward ? desk : of.other,
    amount: Decimal.of(of.amount),
    reason: of.reason,
    record: of.record,
  };
}

/** Movements of a settlement: the bill makes the patient and the insurer owe, the payments settle the patient's part. */
export function settlementMovements(of: {
  encounter: string;
  invoice: string;
  login: string;
  totals: Pick<BillTotals, 'patient' | 'insurance' | 'otherSources' | 'cashRounding'>;
  applied: readonly Payment[];
}): Posting[] {
  const { totals } = of;
  const record = `Invoice/${of.invoice}`;
  const patient = ACCOUNTS.patient(of.encounter);
  const up = totals.cashRounding.gt(Decimal.ZERO);
  const move = (from: AccountSpec, to: AccountSpec, amount: Decimal, reason: string): Posting => ({
    ledger: 'money',
    from,
    to,
    amount,
    reason,
    record,
  });
  return [
    move(ACCOUNTS.revenue, patient, totals.patient, 'bill'),
    move(ACCOUNTS.revenue, ACCOUNTS.insurer, totals.insurance, 'bill'),
    move(ACCOUNTS.revenue, ACCOUNTS.other, totals.otherSources, 'bill'),
    move(up ? ACCOUNTS.rounding : patient, up ? patient : ACCOUNTS.rounding, totals.cashRounding.abs(), 'rounding'),
    ...of.applied.map((p) => move(patient, holder(p.method, of.login, p.transfer), Decimal.of(p.amount), 'payment')),
    ...of.applied
      .filter((p) => p.method === 'deposit')
      .map((p) => advanceMovement({ kind: 'used', encounter: of.encounter, amount: p.amount, record })),
  ].filter((m) => m.amount.gt(Decimal.ZERO));
}

/** The co-payment of a proper visit, counted towards the year's exemption. */
export function copayMovement(of: {
  encounter: string;
  invoice: string;
  account: string;
  coPayment: Decimal;
}): Posting[] {
  if (!of.coPayment.gt(Decimal.ZERO)) return [];
  const entitlement = (account: string, floor: string | null): AccountSpec => ({
    ledger: ENTITLEMENT_LEDGER,
    account,
    unit: 'VND',
    floor,
  });
  return [
    {
      ledger: ENTITLEMENT_LEDGER,
      from: entitlement(`visit:${of.encounter}`, null),
      to: entitlement(of.account, '0'),
      amount: of.coPayment,
      reason: 'co-payment',
      record: `Invoice/${of.invoice}`,
    },
  ];
}

export interface PastMovement {
  ledger: string;
  id: string;
  from: string;
  to: string;
  amount: Decimal;
  reason: string;
  reverses: string | null;
}

/** The movement that undoes another one. */
export const undo = (m: PastMovement, record: string, reason: string): Posting => ({
  ledger: m.ledger,
  from: { ledger: m.ledger, account: m.to, unit: 'VND' },
  to: { ledger: m.ledger, account: m.from, unit: 'VND' },
  amount: m.amount,
  reason,
  record,
  reverses: m.id,
});

/**
 * Movements that undo what an invoice moved, each exactly once. Cash passes through the drawer it came into or left;
 * when another desk undoes it, its own drawer pays into that one, or takes from it.
 */
export function reversal(past: readonly PastMovement[], invoice: string, login: string): Posting[] {
  const undone = new Set(past.map((m) => m.reverses));
  const record = `Invoice/${invoice}`;
  // What a shift has taken stays as it was: the shift of today says what went back.
  const open = past.filter(
    (m) => m.reverses === null && !undone.has(m.id) && m.reason !== 'drawer-to-drawer' && m.ledger !== SHIFT_LEDGER,
  );
  const own = ACCOUNTS.drawer(login);
  const between = (m: PastMovement, from: string, to: string): Posting => ({
    ledger: m.ledger,
    from: { ledger: m.ledger, account: from, unit: 'VND' },
    to: { ledger: m.ledger, account: to, unit: 'VND' },
    amount: m.amount,
    reason: 'drawer-to-drawer',
    record,
  });
  const foreign = (account: string): boolean => account.startsWith('cash:') && account !== own.account;
  return open.flatMap((m): Posting[] => [
    ...(foreign(m.to) ? [{ ...between(m, own.account, m.to), from: own }] : []),
    undo(m, record, 'cancel'),
    ...(foreign(m.from) ? [{ ...between(m, m.from, own.account), to: own }] : []),
  ]);
}

/** The way by which an account of money was reached; advances and transfers that came in stay with the house. */
function wayOf(account: string): string | undefined {
  if (account.startsWith('cash:')) return 'cash';
  if (account === ACCOUNTS.deposits.account) return 'deposit';
  return account === ACCOUNTS.transfers.account ? 'transfer' : /^bank:(.+)$/.exec(account)?.[1];
}

/** What goes back to the patient by each way of paying; below zero: a refund that is taken back. */
export function refundsOf(movements: readonly Posting[]): { method: string; amount: number }[] {
  const refunds = new Map<string, Decimal>();
  const add = (method: string | undefined, amount: Decimal): void => {
    if (method !== undefined) refunds.set(method, (refunds.get(method) ?? Decimal.ZERO).add(amount));
  };
  for (const m of movements) {
    if (m.reverses === undefined) continue;
    add(wayOf(m.from.account), m.amount);
    add(wayOf(m.to.account), m.amount.neg());
  }
  return [...refunds]
    .filter(([, amount]) => !amount.isZero())
    .map(([method, amount]) => ({ method, amount: amount.toNumber() }));
}
