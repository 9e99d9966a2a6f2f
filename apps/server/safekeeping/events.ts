import { randomUUID } from 'node:crypto';
import type { Queryable } from '@mach/store';

export type EventKind = 'file' | 'base' | 'drill' | 'restore' | 'upgrade' | 'alarm';

/** One thing that was done so that nothing is lost. */
export interface SafekeepingEvent {
  at: string;
  kind: EventKind;
  sound: boolean;
  seconds: number | null;
  detail: Record<string, unknown>;
}

export async function recordEvent(on: Queryable, event: SafekeepingEvent): Promise<void> {
  await on.query({
    name: 'safekeeping_write',
    text: 'insert into system.safekeeping (id, at, kind, sound, seconds, detail) values ($1, $2, $3, $4, $5, $6)',
    values: [randomUUID(), event.at, event.kind, event.sound, event.seconds, JSON.stringify(event.detail)],
  });
}

/** Newest first. */
export async function listEvents(on: Queryable, limit: number): Promise<SafekeepingEvent[]> {
  const { rows } = await on.query<{
    at: Date;
    kind: EventKind;
    sound: boolean;
    seconds: string | null;
    detail: object;
  }>({
    name: 'safekeeping_list',
    text: 'select at, kind, sound, seconds, detail from system.safekeeping order by at desc limit $1',
    values: [limit],
  });
  return rows.map((row) => ({
    at: row.at.toISOString(),
    kind: row.kind,
    sound: row.sound,
    seconds: row.seconds === null ? null : Number(row.seconds),
    detail: row.detail as Record<string, unknown>,
  }));
}

/** When the first backup was made: from then on a drill is owed. */
export async function firstSave(on: Queryable): Promise<string | undefined> {
  const { rows } = await on.query<{ at: Date | null }>({
    name: 'safekeeping_first',
    text: `select least((select min(at) from system.safekeeping where kind = 'base'),
             (select min(at) from system.safekeeping where kind = 'file')) as at`,
  });
  return rows[0]?.at?.toISOString();
}

/** The newest of each kind; `sound` narrows to those that went well. */
export async function newestEvents(on: Queryable): Promise<Partial<Record<EventKind, SafekeepingEvent>>> {
  const { rows } = await on.query<{
    at: Date;
    kind: EventKind;
    sound: boolean;
    seconds: string | null;
    detail: object;
  }>({
    name: 'safekeeping_newest',
    text: `select k.kind, e.* from unnest(array['file', 'base', 'drill', 'restore', 'upgrade']) as k(kind)
           cross join lateral (select at, sound, seconds, detail from system.safekeeping s where s.kind = k.kind
             order by at desc limit 1) e`,
  });
  return Object.fromEntries(
    rows.map((row) => [
      row.kind,
      {
        at: row.at.toISOString(),
        kind: row.kind,
        sound: row.sound,
        seconds: row.seconds === null ? null : Number(row.seconds),
        detail: row.detail,
      },
    ]),
  );
}
