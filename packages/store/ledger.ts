import { Decimal } from '@mach/base/decimal.ts';
import type { Query, Queryable } from './database.ts';

/** An account as it is opened by the first movement that names it. */
export interface AccountSpec {
  ledger: string;
  account: string;
  /** UCUM, `VND`, or the stock unit. A ledger never mixes units inside one account. */
  unit: string;
  /** The balance may not fall below this; null for the accounts of the world outside (supplier, fund, revenue). */
  floor?: string | null;
  /** What the account is about (item, lot, expiry, place …): filters of the stock and bill views. */
  attributes?: Readonly<Record<string, string | null>>;
}

export interface Movement {
  ledger: string;
  id: string;
  from: AccountSpec;
  to: AccountSpec;
  amount: Decimal;
  /** Instant of the deed. */
  at: string;
  /** Kebab-case: `dispense`, `payment`, `refund` … */
  reason: string;
  /** The record that tells why, `MedicationDispense/…`. */
  record?: string;
  /** The movement that this one undoes; one can be undone once. */
  reverses?: string;
}

export interface Balance {
  account: string;
  unit: string;
  balance: Decimal;
  floor: Decimal | null;
  attributes: Record<string, string | null>;
}

interface BalanceRow extends Record<string, unknown> {
  account: string;
  unit: string;
  balance: string;
  floor: string | null;
  attributes: Record<string, string | null>;
}

const toBalance = (row: BalanceRow): Balance => ({
  account: row.account,
  unit: row.unit,
  balance: Decimal.of(row.balance),
  floor: row.floor === null ? null : Decimal.of(row.floor),
  attributes: row.attributes,
});

/**
 * Balances of the accounts whose name starts with `prefix`, in name order. With `lock` no other command can move them
 * until this one ends: the way to decide first-expiry-first-out without a race.
 */
export async function readBalances(on: Queryable, ledger: string, prefix: string, lock = false): Promise<Balance[]> {
  const { rows } = await on.query<BalanceRow>({
    name: lock ? 'ledger_lock' : 'ledger_read',
    text: `select account, unit, balance, floor, attributes from ledger_account
           where tenant = mach_tenant() and ledger = $1 and account >= $2 and account < $3
           order by account${lock ? ' for no key update' : ''}`,
    values: [ledger, prefix, `${prefix}\uffff`],
  });
  return rows.map(toBalance);
}

/** A movement as it was written down. */
export interface PastMovement {
  ledger: string;
  id: string;
  from: string;
  to: string;
  amount: Decimal;
  at: string;
  reason: string;
  reverses: string | null;
}

/** Movements that name a record, oldest first. */
export async function movementsOf(on: Queryable, record: string): Promise<PastMovement[]> {
  const { rows } = await on.query<{
    ledger: string;
    id: string;
    from_account: string;
    to_account: string;
    amount: string;
    at: Date;
    reason: string;
    reverses: string | null;
  }>({
    name: 'ledger_of_record',
    text: `select ledger, id, from_account, to_account, amount, at, reason, reverses from ledger_movement
           where tenant = mach_tenant() and record = $1 order by id`,
    values: [record],
  });
  return rows.map((r) => ({
    ledger: r.ledger,
    id: r.id,
    from: r.from_account,
    to: r.to_account,
    amount: Decimal.of(r.amount),
    at: r.at.toISOString(),
    reason: r.reason,
    reverses: r.reverses,
  }));
}

/**
 * The statements of a set of movements: open the accounts, take them in name order, move, write down.
 * A balance that would fall below its floor ends the transaction (SQLSTATE 23514, constraint `ledger_floor`).
 */
export function postStatements(movements: readonly (Movement & { commandKey: string })[]): Query[] {
  if (movements.length === 0) return [];
  const accounts = new Map<string, { spec: AccountSpec; delta: Decimal }>();
  const move = (spec: AccountSpec, delta: Decimal): void => {
    const id = `${spec.ledger}\u001f${spec.account}`;
    const known = accounts.get(id);
    if (known && known.spec.unit !== spec.unit)
      throw new RangeError(`account ${spec.account} is kept in ${known.spec.unit}`);
    if (known) known.delta = known.delta.add(delta);
    else accounts.set(id, { spec, delta });
  };
  for (const m of movements) {
    if (m.amount.lte(Decimal.ZERO)) throw new RangeError('a movement has a positive amount; turn it round instead');
    move(m.from, m.amount.neg());
    move(m.to, m.amount);
  }
  const list = [...accounts.values()].sort((a, b) =>
    `${a.spec.ledger}\u001f${a.spec.account}` < `${b.spec.ledger}\u001f${b.spec.account}` ? -1 : 1,
  );
  const ledgers = list.map((a) => a.spec.ledger);
  const names = list.map((a) => a.spec.account);
  return [
    {
      name: 'ledger_open',
      text: `insert into ledger_account (tenant, ledger, account, unit, floor, attributes)
             select mach_tenant(), * from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::jsonb[])
             on conflict do nothing`,
      values: [
        ledgers,
        names,
        list.map((a) => a.spec.unit),
        list.map((a) => (a.spec.floor === undefined ? '0' : a.spec.floor)),
        list.map((a) => JSON.stringify(a.spec.attributes ?? {})),
      ],
    },
    {
      name: 'ledger_take',
      text: `select 1 from ledger_account a join unnest($1::text[], $2::text[]) as n(ledger, account)
               on a.ledger = n.ledger and a.account = n.account
             where a.tenant = mach_tenant() order by a.ledger, a.account for no key update of a`,
      values: [ledgers, names],
    },
    {
      name: 'ledger_move',
      text: `with n as (select * from unnest($1::text[], $2::text[], $3::text[], $4::numeric[]) as n(ledger, account, unit, delta)),
             u as (update ledger_account a set balance = a.balance + n.delta from n
               where a.tenant = mach_tenant() and a.ledger = n.ledger and a.account = n.account and a.unit = n.unit returning 1)
             select mach_expect((select count(*) from u), $5::bigint, 'ledger account')`,
      values: [ledgers, names, list.map((a) => a.spec.unit), list.map((a) => a.delta.toString()), list.length],
    },
    {
      name: 'ledger_write',
      text: `insert into ledger_movement
               (tenant, ledger, id, from_account, to_account, amount, at, reason, record, reverses, command_key)
             select mach_tenant(), n.* from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::numeric[],
               $6::timestamptz[], $7::text[], $8::text[], $9::uuid[], $10::text[]) as n`,
      values: [
        movements.map((m) => m.ledger),
        movements.map((m) => m.id),
        movements.map((m) => m.from.account),
        movements.map((m) => m.to.account),
        movements.map((m) => m.amount.toString()),
        movements.map((m) => m.at),
        movements.map((m) => m.reason),
        movements.map((m) => m.record ?? null),
        movements.map((m) => m.reverses ?? null),
        movements.map((m) => m.commandKey),
      ],
    },
  ];
}

/** Accounts whose balance is not the sum of their movements: always empty, or the ledger is broken. */
export async function disagreements(
  on: Queryable,
): Promise<{ ledger: string; account: string; balance: string; moved: string }[]> {
  const { rows } = await on.query<{ ledger: string; account: string; balance: string; moved: string }>({
    text: `with moved as (
             select ledger, account, sum(delta) as total from (
               select ledger, from_account as account, -amount as delta from ledger_movement where tenant = mach_tenant()
               union all
               select ledger, to_account, amount from ledger_movement where tenant = mach_tenant()) d
             group by ledger, account)
           select coalesce(a.ledger, m.ledger) as ledger, coalesce(a.account, m.account) as account,
             coalesce(a.balance, 0)::text as balance, coalesce(m.total, 0)::text as moved
           from (select * from ledger_account where tenant = mach_tenant()) a
           full join moved m on a.ledger = m.ledger and a.account = m.account
           where coalesce(a.balance, 0) <> coalesce(m.total, 0) or (a.floor is not null and a.balance < a.floor)`,
  });
  return rows;
}
