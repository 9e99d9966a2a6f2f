import { formatPosition, type Position, parsePosition } from '@mach/base/position.ts';
import type { Database, Queryable, Row } from './database.ts';
import type { Event } from './unit.ts';

/** A committed command in its place in the feed. */
export interface FeedEntry {
  position: Position;
  key: string;
  name: string;
  actor: string;
  at: string;
  /** [type, id, version, 'create' | 'update' | 'delete'] */
  records: readonly (readonly [string, string, number, string])[];
  events: readonly Event[];
  /** view → keys */
  dirty: Readonly<Record<string, readonly string[]>>;
}

interface FeedRow extends Row {
  epoch: number;
  position: string;
  key: string;
  name: string;
  actor: string;
  received_at: Date;
  records: FeedEntry['records'];
  events: Event[];
  dirty: FeedEntry['dirty'];
}

const toEntry = (row: FeedRow): FeedEntry => ({
  position: formatPosition(row.epoch, BigInt(row.position)),
  key: row.key,
  name: row.name,
  actor: row.actor,
  at: row.received_at.toISOString(),
  records: row.records,
  events: row.events,
  dirty: row.dirty,
});

/**
 * Gives committed commands their position, in the order in which they became visible. One head row a tenant is the
 * relay's own lock: two processes may both relay, and no writer ever waits for either. A writer that commits late
 * simply gets a later position, so nothing is skipped; of two relays that saw the same commands the later one leaves
 * a gap in the numbers. One statement, and the disk is not waited for: positions lost in a crash are given again.
 */
export async function relay(database: Database, tenant: number, limit = 500): Promise<FeedEntry[]> {
  const on = database.relaxed(tenant);
  await openHead(database, tenant, on);
  const { rows } = await on.query<FeedRow>({
    name: 'feed_relay',
    // By place, not by key: what was found is not looked for again, whatever the database knows of the table.
    text: `with due as materialized (select place, row_number() over (order by seq) as n from
             (select ctid as place, seq from command_log where tenant = mach_tenant() and position is null
              order by seq limit $1) d),
           total as materialized (select count(*) as n from due),
           head as (update feed_head set position = feed_head.position + total.n from total
             where tenant = mach_tenant() and total.n > 0 returning epoch, feed_head.position - total.n as before)
           update command_log c set epoch = head.epoch, position = head.before + due.n from due, head
           where c.tenant = mach_tenant() and c.ctid = due.place and c.position is null
           returning c.epoch, c.position, c.key, c.name, c.actor, c.received_at, c.records, c.events, c.dirty`,
    values: [limit],
  });
  return rows.map(toEntry).sort((a, b) => order(a.position) - order(b.position));
}

const opened = new WeakMap<Database, Set<number>>();

/** Makes the tenant's head row before its first relay. */
async function openHead(database: Database, tenant: number, on: Queryable): Promise<void> {
  const known = opened.get(database) ?? new Set<number>();
  if (known.has(tenant)) return;
  await on.query({ text: 'insert into feed_head (tenant) values (mach_tenant()) on conflict do nothing' });
  opened.set(database, known.add(tenant));
}

const order = (position: Position): number => Number(parsePosition(position).n);

/** The newest position; a fresh tenant is at 1.0. */
export async function feedHead(on: Queryable): Promise<Position> {
  const { rows } = await on.query<{ epoch: number; position: string }>({
    name: 'feed_head_read',
    text: 'select epoch, position from feed_head where tenant = mach_tenant()',
  });
  return rows[0] ? formatPosition(rows[0].epoch, BigInt(rows[0].position)) : formatPosition(1, 0n);
}

/** Entries after a position, oldest first. A position of another epoch starts from the beginning of this one. */
export async function readFeed(on: Queryable, after: Position, limit = 500): Promise<FeedEntry[]> {
  const from = parsePosition(after);
  const { rows } = await on.query<FeedRow>({
    name: 'feed_read',
    text: `select epoch, position, key, name, actor, received_at, records, events, dirty from command_log
           where tenant = mach_tenant() and position is not null
             and (epoch, position) > ($1::integer, $2::bigint) order by epoch, position limit $3`,
    values: [from.epoch, String(from.n), limit],
  });
  return rows.map(toEntry);
}

/** What happened after a position, oldest first: the feed without the records and rows that it names. */
export async function readEvents(
  on: Queryable,
  after: Position,
  limit = 500,
): Promise<Pick<FeedEntry, 'position' | 'key' | 'at' | 'events'>[]> {
  const from = parsePosition(after);
  const { rows } = await on.query<Pick<FeedRow, 'epoch' | 'position' | 'key' | 'received_at' | 'events'>>({
    name: 'feed_events',
    text: `select epoch, position, key, received_at, events from command_log
           where tenant = mach_tenant() and position is not null
             and (epoch, position) > ($1::integer, $2::bigint) order by epoch, position limit $3`,
    values: [from.epoch, String(from.n), limit],
  });
  return rows.map((row) => ({
    position: formatPosition(row.epoch, BigInt(row.position)),
    key: row.key,
    at: row.received_at.toISOString(),
    events: row.events,
  }));
}

/** Where a follower of the feed (deferred views, …) has got to. */
export async function readCursor(on: Queryable, consumer: string): Promise<Position> {
  const { rows } = await on.query<{ epoch: number; position: string }>({
    name: 'cursor_read',
    text: 'select epoch, position from feed_cursor where tenant = mach_tenant() and consumer = $1',
    values: [consumer],
  });
  return rows[0] ? formatPosition(rows[0].epoch, BigInt(rows[0].position)) : formatPosition(0, 0n);
}

export async function writeCursor(on: Queryable, consumer: string, position: Position): Promise<void> {
  const at = parsePosition(position);
  await on.query({
    name: 'cursor_write',
    text: `insert into feed_cursor (tenant, consumer, epoch, position) values (mach_tenant(), $1, $2, $3)
           on conflict (tenant, consumer) do update set epoch = excluded.epoch, position = excluded.position`,
    values: [consumer, at.epoch, String(at.n)],
  });
}
