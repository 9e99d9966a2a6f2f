import type { Queryable, Row } from '@mach/store';
import type { ActorRef } from '../operations/actors.ts';
import type { Interaction } from './topics.ts';

export type Status = 'requested' | 'active' | 'error' | 'off';

/** What a subscription has come to. */
export interface State {
  readonly id: string;
  readonly owner: ActorRef | null;
  /** Address of the FHIR door as the subscriber knows it. */
  readonly base: string;
  /** Newest version of the record; the one that an end was asked for; the one that counts. */
  readonly seen: number;
  readonly asked: number | null;
  readonly version: number | null;
  readonly live: boolean;
  readonly status: Status;
  readonly reason: string | null;
  readonly events: number;
  readonly delivered: number;
  readonly attempts: number;
  /** Milliseconds since the last message; null before the first. */
  readonly silent: number | null;
}

type StateRow = Row &
  Omit<State, 'events' | 'delivered' | 'base' | 'silent'> & {
    events: string;
    delivered: string;
    base: string | null;
    silent: string | null;
  };
const COLUMNS = `id, owner, base, seen, asked, version, live, status, reason, events, delivered, attempts,
  extract(epoch from now() - last_sent) * 1000 as silent`;

const toState = (row: StateRow): State => ({
  ...row,
  base: row.base ?? '',
  events: Number(row.events),
  delivered: Number(row.delivered),
  silent: row.silent === null ? null : Number(row.silent),
});

export interface NumberedEvent {
  readonly number: number;
  readonly at: string;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly what: Interaction;
}

/** Says that somebody has written a Subscription at its own door: with whose rights, and that its end be asked. */
export async function askState(
  on: Queryable,
  ask: { id: string; version: number; owner: ActorRef; base: string; off: boolean },
): Promise<void> {
  await on.query({
    name: 'subscription_ask',
    text: `insert into subscription_state (tenant, id, owner, base, seen, asked, next_at)
           values (mach_tenant(), $1, $2::jsonb, $3, $4::integer, case when $5::boolean then null else $4::integer end,
             case when $5::boolean then null else now() end)
           on conflict (tenant, id) do update set owner = excluded.owner, base = excluded.base,
             seen = greatest(subscription_state.seen, excluded.seen), asked = excluded.asked, attempts = 0,
             next_at = excluded.next_at`,
    values: [ask.id, JSON.stringify(ask.owner), ask.base, ask.version, ask.off],
  });
}

/** Says that a Subscription was written, by whichever door; unless its own door says so too, it is told why nothing happens. */
export async function seenState(
  on: Queryable,
  id: string,
  version: number,
  off: boolean,
  grace: number,
): Promise<void> {
  await on.query({
    name: 'subscription_seen',
    text: `insert into subscription_state as s (tenant, id, seen, next_at)
           values (mach_tenant(), $1, $2::integer, case when $3::boolean then null else now() + $4::float8 * interval '1 millisecond' end)
           on conflict (tenant, id) do update set seen = greatest(s.seen, excluded.seen),
             live = s.live and not $3::boolean,
             status = case when $3::boolean then 'off' when s.status = 'active' then 'active' else 'requested' end,
             asked = case when $3::boolean then null else s.asked end,
             next_at = case when $3::boolean then null when s.asked is null and s.seen < excluded.seen then excluded.next_at else s.next_at end`,
    values: [id, version, off, grace],
  });
}

/** What this program itself has decided about a subscription, as it stands in the feed. */
export async function decidedState(
  on: Queryable,
  id: string,
  of: { version: number; status: Status; reason: string | null; pushed: boolean },
): Promise<void> {
  await on.query({
    name: 'subscription_decided',
    text: `update subscription_state set seen = greatest(seen, $2::integer),
             version = case when $3::text = 'active' then $2::integer else version end,
             status = $3::text, reason = $4::text, pushed = $5::boolean,
             live = case $3::text when 'active' then true when 'off' then false else live end,
             next_at = case when asked is not null then next_at when $3::text = 'active' then now() end
           where tenant = mach_tenant() and id = $1`,
    values: [id, of.version, of.status, of.reason, of.pushed],
  });
}

export async function removeState(on: Queryable, id: string): Promise<void> {
  await on.query({
    name: 'subscription_remove',
    text: `with gone as (delete from subscription_event where tenant = mach_tenant() and subscription = $1)
           delete from subscription_state where tenant = mach_tenant() and id = $1`,
    values: [id],
  });
}

export async function readState(on: Queryable, id: string): Promise<State | undefined> {
  const { rows } = await on.query<StateRow>({
    name: 'subscription_read',
    text: `select ${COLUMNS} from subscription_state where tenant = mach_tenant() and id = $1`,
    values: [id],
  });
  return rows[0] && toState(rows[0]);
}

/** Those whose events are to be numbered. */
export async function liveStates(on: Queryable): Promise<State[]> {
  const { rows } = await on.query<StateRow>({
    name: 'subscription_live',
    text: `select ${COLUMNS} from subscription_state where tenant = mach_tenant() and live`,
  });
  return rows.map(toState);
}

/** Gives events their numbers and wakes whoever delivers them. */
export async function appendEvents(
  on: Queryable,
  subscription: string,
  events: readonly Omit<NumberedEvent, 'number'>[],
): Promise<void> {
  await on.query({
    name: 'subscription_append',
    text: `with s as (update subscription_state set events = events + $2::bigint,
                 next_at = case when status = 'active' and pushed and next_at is null or next_at > now() and attempts = 0 and asked is null
                   then now() else next_at end
               where tenant = mach_tenant() and id = $1 returning events - $2::bigint as before)
           insert into subscription_event (tenant, subscription, number, at, type, id, version, what)
           select mach_tenant(), $1, s.before + e.n, e.at, e.type, e.id, e.version, e.what from s,
             unnest($3::timestamptz[], $4::text[], $5::text[], $6::integer[], $7::text[])
               with ordinality as e(at, type, id, version, what, n)`,
    values: [
      subscription,
      events.length,
      events.map((e) => e.at),
      events.map((e) => e.type),
      events.map((e) => e.id),
      events.map((e) => e.version),
      events.map((e) => e.what),
    ],
  });
}

/** Events with numbers above `after`, oldest first. */
export async function readNumbered(
  on: Queryable,
  subscription: string,
  after: number,
  until: number,
  limit: number,
): Promise<NumberedEvent[]> {
  const { rows } = await on.query<Row & Omit<NumberedEvent, 'number' | 'at'> & { number: string; at: Date }>({
    name: 'subscription_events',
    text: `select number, at, type, id, version, what from subscription_event
           where tenant = mach_tenant() and subscription = $1 and number > $2 and number <= $3 order by number limit $4`,
    values: [subscription, after, until, limit],
  });
  return rows.map((row) => ({ ...row, number: Number(row.number), at: row.at.toISOString() }));
}

/** Events that nobody has fetched by then are gone. */
export async function forgetEvents(on: Queryable, days: number): Promise<void> {
  await on.query({
    name: 'subscription_forget',
    text: `delete from subscription_event where tenant = mach_tenant() and noted_at < now() - $1::float8 * interval '1 day'`,
    values: [days],
  });
  await on.query({
    name: 'subscription_tickets_over',
    text: 'delete from subscription_ticket where tenant = mach_tenant() and expires_at < now()',
  });
}

/** Takes subscriptions that something is to be done about; each is held by one worker alone. */
export async function leaseStates(on: Queryable, worker: string, leaseMs: number, limit: number): Promise<State[]> {
  const { rows } = await on.query<StateRow>({
    name: 'subscription_lease',
    text: `update subscription_state s set worker = $1, lease_until = now() + $2::float8 * interval '1 millisecond'
           from (select id from subscription_state where tenant = mach_tenant() and next_at <= now()
                   and (lease_until is null or lease_until < now()) order by next_at limit $3::integer for update skip locked) due
           where s.tenant = mach_tenant() and s.id = due.id returning ${COLUMNS.replaceAll(/\b(id)\b/g, 's.$1')}`,
    values: [worker, leaseMs, limit],
  });
  return rows.map(toState);
}

/** How a turn has ended: what was delivered, and when (ms from now; null: when something happens) to come again. */
export interface TurnEnd {
  readonly delivered: number;
  /** The version whose end has answered or was given up. */
  readonly settled: number | null;
  readonly attempts: number;
  readonly sent: boolean;
  readonly again: number | null;
  /** Its end was given up: nothing is sent until it is asked for anew. */
  readonly paused: boolean;
}

/** Gives a subscription back. What has happened meanwhile is not overlooked. */
export async function endTurn(on: Queryable, worker: string, id: string, end: TurnEnd): Promise<void> {
  await on.query({
    name: 'subscription_turn',
    text: `update subscription_state set worker = null, lease_until = null, delivered = $3::bigint, attempts = $5::integer,
             asked = case when asked = $4::integer then null else asked end,
             last_sent = case when $6::boolean then now() else last_sent end,
             status = case when $8::boolean then 'error' else status end,
             next_at = case when asked is not null and asked is distinct from $4::integer and $5::integer = 0 then now()
               when not $8::boolean and $5::integer = 0 and pushed and status = 'active' and events > $3::bigint then now()
               when $7::float8 is null then null else now() + $7::float8 * interval '1 millisecond' end
           where tenant = mach_tenant() and id = $1 and worker = $2`,
    values: [id, worker, end.delivered, end.settled, end.attempts, end.sent, end.again, end.paused],
  });
}
