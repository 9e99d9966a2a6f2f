import { Decimal } from '@mach/base/decimal.ts';
import { uuidv7 } from '@mach/base/ids.ts';
import type { Queryable } from './database.ts';

/** What has gone from accounts of one kind to accounts of another, less what came back. */
export interface Flow {
  /** The account on the side of `from`. */
  account: string;
  amount: Decimal;
  /** The first movement within the time, instant. */
  since: string;
}

/** Device clocks may be ahead: a movement is never written down more than this before its own time, ms. */
const AHEAD = 24 * 3_600_000;

/**
 * Net flow by account since an instant. Ids of movements carry their time and lead the primary key, so that a month of
 * movements is read as a range; a deed that was handed in late has a later id than its time, never an earlier one.
 */
export async function readFlows(
  on: Queryable,
  ledger: string,
  { from, to, since }: { from: string; to: string; since: string },
): Promise<Flow[]> {
  const floor = uuidv7(Math.max(0, Date.parse(since) - AHEAD), (n) => new Uint8Array(n));
  const { rows } = await on.query<{ account: string; amount: string; since: Date }>({
    name: 'ledger_flow',
    text: `select account, sum(amount)::text as amount, min(at) as since from (
             select from_account as account, amount, at from ledger_movement
             where tenant = mach_tenant() and ledger = $1 and id >= $2::uuid and at >= $3::timestamptz
               and starts_with(from_account, $4) and starts_with(to_account, $5)
             union all
             select to_account, -amount, at from ledger_movement
             where tenant = mach_tenant() and ledger = $1 and id >= $2::uuid and at >= $3::timestamptz
               and starts_with(to_account, $4) and starts_with(from_account, $5)) m
           group by account`,
    values: [ledger, floor, since, from, to],
  });
  return rows.map((row) => ({ account: row.account, amount: Decimal.of(row.amount), since: row.since.toISOString() }));
}
