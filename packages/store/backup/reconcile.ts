import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { counterJumps, type LostTime } from './counter-jumps.ts';

/** Beginning of the minutes that feed epochs are counted in. */
const EPOCH_ZERO = Date.UTC(2020, 0, 1);

export interface Restoration extends LostTime {
  /** When it was put back. */
  at: string;
  source: string;
  /** Until when the highest numbers are known. */
  seenUntil: string;
  /** Highest numbers known, by tenant and counter. */
  marks: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Reconciled {
  /** Epoch of the feed from now on. */
  epoch: number;
  /** Counters that were moved on. */
  counters: number;
  /** Messages whose destination is asked before they count as unsent. */
  uncertain: number;
  /** Sign-ins that were ended. */
  sessions: number;
}

/**
 * Makes a house that was put back to an earlier time safe to open again, in one transaction. Others know more than it
 * does: what they have seen must neither be told a second time nor contradicted.
 *
 * - The feed begins a new epoch, greater than any that this house can have had: screens, devices and partners that had
 *   read further load anew. Minutes since 2020, since two restores from one backup must not share an epoch.
 * - Numbers go on behind those that were given out in the lost time.
 * - What waits in the outbox may have arrived: it counts as tried, so that a destination's "I have it" is its receipt.
 * - Sign-ins end: one that had been taken away since would be back.
 *
 * `owner`: the tables' owner or a superuser.
 */
export async function reconcile(owner: pg.Client, restoration: Restoration): Promise<Reconciled> {
  const { at, since, until, seenUntil, marks } = restoration;
  const sum: Reconciled = { epoch: 0, counters: 0, uncertain: 0, sessions: 0 };
  await owner.query('begin');
  try {
    const { rows: tenants } = await owner.query<{ id: number }>('select id from system.tenant order by id');
    for (const { id } of tenants) {
      await owner.query(`select set_config('mach.tenant', $1, true)`, [String(id)]);
      const minutes = Math.floor((Date.parse(at) - EPOCH_ZERO) / 60_000);
      const head = await owner.query<{ epoch: number }>(
        `insert into feed_head (tenant, epoch, position) values ($1, $2, 0)
         on conflict (tenant) do update set epoch = greatest(feed_head.epoch + 1, excluded.epoch), position = 0
         returning epoch`,
        [id, minutes],
      );
      sum.epoch = Math.max(sum.epoch, head.rows[0]?.epoch ?? 0);
      sum.counters += await moveCounters(owner, id, counterPlan);
      const outbox = await owner.query(
        `update outbox set restored_at = $2, attempts = greatest(attempts, 1), state = 'pending', worker = null,
           lease_until = null, next_attempt_at = least(next_attempt_at, $2)
         where tenant = $1 and state in ('pending', 'sending')`,
        [id, at],
      );
      sum.uncertain += outbox.rowCount ?? 0;
    }
    sum.sessions = (await owner.query('delete from system.session')).rowCount ?? 0;
    await owner.query(
      `insert into system.safekeeping (id, at, kind, sound, detail) values ($1, $2, 'restore', true, $3)`,
      [randomUUID(), at, JSON.stringify({ source: restoration.source, since, until, seenUntil, ...sum })],
    );
    await owner.query('commit');
    return sum;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }

  function counterPlan(tenant: number, now: ReadonlyMap<string, number>): Map<string, number> {
    return counterJumps(now, marks[String(tenant)] ?? {}, { since, until }, seenUntil);
  }
}

async function moveCounters(
  owner: pg.Client,
  tenant: number,
  plan: (tenant: number, now: ReadonlyMap<string, number>) => Map<string, number>,
): Promise<number> {
  const { rows } = await owner.query<{ name: string; value: string }>(
    'select name, value from counter where tenant = $1',
    [tenant],
  );
  const jumps = plan(tenant, new Map(rows.map((row) => [row.name, Number(row.value)])));
  await owner.query(
    `insert into counter (tenant, name, value) select $1, * from unnest($2::text[], $3::bigint[])
     on conflict (tenant, name) do update set value = greatest(counter.value, excluded.value)`,
    [tenant, [...jumps.keys()], [...jumps.values()]],
  );
  return jumps.size;
}
