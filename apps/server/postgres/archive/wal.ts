import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSection } from '@mach/store';
import type pg from 'pg';
import { formatLsn, type Lsn, parseLsn, segmentName, segmentStart } from './lsn.ts';
import { readSealed, writeSealed } from './sealed.ts';
import { endOf, type Series } from './series.ts';

/** The replication slot that keeps the log until it has been copied, within `max_slot_wal_keep_size`. */
const SLOT = 'mach_archive';

/** Highest numbers given out, by facility and counter. */
export type Marks = Record<string, Record<string, number>>;

/** What a piece of the log is made of, in this order. */
export type ChunkSection = { kind: 'marks'; marks: Marks } | { kind: 'file'; path: string } | { kind: 'log' };

export interface Place {
  system: string;
  timeline: number;
  segmentBytes: number;
  /** Everything before it is on the disk, to the end of a record: it never changes any more, not by a crash either. */
  flushed: Lsn;
  /** The database's clock before it was asked: what was acknowledged by then is before `flushed`. */
  at: string;
}

/** Less than a record: the log has not grown. */
const STILL = 64n;

/**
 * Where the log is now, at the end of a record. A mark of our own is flushed there first: the place up to which
 * PostgreSQL has written may lie inside a record, which a crash would write anew.
 * @param known an earlier place; where the log has not grown since, it is the answer
 */
export async function currentPlace(client: pg.Client, known?: Lsn): Promise<Place> {
  const { rows } = await client.query<{ system: string; file: string; bytes: string; lsn: string; at: Date }>(
    `select c.system_identifier::text as system, pg_walfile_name(l.lsn) as file, l.lsn::text as lsn, l.at,
            pg_size_bytes(current_setting('wal_segment_size'))::text as bytes
     from pg_control_system() c, lateral (select clock_timestamp() as at, pg_current_wal_insert_lsn() as lsn) l`,
  );
  const row = rows[0];
  if (!row) throw new Error('PostgreSQL does not say where its log is');
  const at = row.at.toISOString();
  const written = parseLsn(row.lsn);
  let flushed = known ?? written;
  if (known === undefined || written > known + STILL || written < known) {
    const { rows: mark } = await client.query<{ lsn: string }>(
      `select pg_logical_emit_message(false, 'mach archive', '', true)::text as lsn`,
    );
    flushed = parseLsn(mark[0]?.lsn ?? row.lsn);
  }
  return {
    system: row.system,
    timeline: Number.parseInt(row.file.slice(0, 8), 16),
    segmentBytes: Number(row.bytes),
    flushed,
    at,
  };
}

export interface SlotState {
  /** The log is kept from here on; undefined where nothing is kept. */
  from: Lsn | undefined;
  /** The slot was given up: the log between was let go, so that the disk does not fill. */
  lost: boolean;
}

export async function slotState(client: pg.Client): Promise<SlotState> {
  const { rows } = await client.query<{ lsn: string | null; status: string | null }>(
    'select restart_lsn::text as lsn, wal_status as status from pg_replication_slots where slot_name = $1',
    [SLOT],
  );
  const slot = rows[0];
  const lost = slot !== undefined && (slot.status === 'lost' || slot.lsn === null);
  return { from: slot?.lsn && !lost ? parseLsn(slot.lsn) : undefined, lost };
}

/** Keeps the log from now on. A slot that was given up is made anew. */
export async function holdLog(client: pg.Client): Promise<void> {
  const { from, lost } = await slotState(client);
  if (lost) await client.query('select pg_drop_replication_slot($1)', [SLOT]);
  if (from === undefined) await client.query('select pg_create_physical_replication_slot($1, true)', [SLOT]);
}

export async function releaseLog(client: pg.Client): Promise<void> {
  await client.query(
    'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1 and not active',
    [SLOT],
  );
}

export interface CopyTask {
  cluster: string;
  series: Series;
  place: Place;
  /** From where on; what is before is in the series. */
  from: Lsn;
  marks: Marks;
  /** Small files that belong to the data and have changed: keys. Full path and path in the data folder. */
  files: readonly { path: string; full: string }[];
}

async function* chunk(task: CopyTask, from: Lsn, to: Lsn): AsyncGenerator<Buffer> {
  yield* writeSection<ChunkSection>({ kind: 'marks', marks: task.marks });
  for (const { path, full } of task.files)
    if (existsSync(full)) yield* writeSection<ChunkSection>({ kind: 'file', path }, createReadStream(full));
  const { timeline, segmentBytes } = task.place;
  const first = segmentStart(from, segmentBytes);
  const path = join(task.cluster, 'pg_wal', segmentName(timeline, from, segmentBytes));
  const range = { start: Number(from - first), end: Number(to - first) - 1 };
  let read = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of createReadStream(path, range) as AsyncIterable<Buffer>) {
      read += piece.length;
      yield piece;
    }
  };
  yield* writeSection<ChunkSection>({ kind: 'log' }, counted());
  if (read !== Number(to - from)) throw new Error(`${path}: ${read} bytes of the log, ${to - from} were expected`);
}

/**
 * Copies the log from `from` up to what is on the disk, a file for each segment at most; a finished segment is copied
 * whole and takes the place of its pieces. What is before the flushed place never changes any more, so that reading
 * needs no lock. @returns where the series ends now, and how many bytes were written
 */
export async function copyLog(client: pg.Client, task: CopyTask): Promise<{ end: Lsn; bytes: number }> {
  const { series, place } = task;
  const size = BigInt(place.segmentBytes);
  let bytes = 0;
  let { from } = task;
  while (from < place.flushed) {
    const start = segmentStart(from, place.segmentBytes);
    const whole = start + size <= place.flushed;
    const to = whole ? start + size : place.flushed;
    // The first segment of a series may begin before it: what is there belongs to it all the same.
    const begin = whole ? start : from;
    const head = { kind: 'wal', series: series.facts.series, at: place.at } as const;
    const path = series.chunkPath(begin, to);
    bytes += await writeSealed(path, series.master, head, chunk(task, begin, to));
    if (whole)
      for (const piece of series.chunks)
        if (piece.from >= start && piece.to <= to && piece.path !== path) await rm(piece.path, { force: true });
    from = to;
  }
  if (from > task.from)
    await client.query('select pg_replication_slot_advance($1, $2::pg_lsn)', [SLOT, formatLsn(from)]);
  return { end: from, bytes };
}

/** Where the next copy begins: the end of what the series has, when the log from there on is still kept. */
export function resumeAt(series: Series, slot: SlotState): Lsn | undefined {
  const end = endOf(series.chunks);
  return end > 0n && slot.from !== undefined && slot.from <= end ? end : undefined;
}

/**
 * Whether the cluster's log still says what the newest piece of the series says. It does not when the end of the log was
 * lost at a crash and written anew: then the series knows of deeds that the database has forgotten.
 */
export async function sameLog(cluster: string, series: Series, segmentBytes: number): Promise<boolean> {
  const end = endOf(series.chunks);
  const newest = series.chunks.find((chunk) => chunk.to === end);
  if (!newest) return true;
  const path = join(cluster, 'pg_wal', segmentName(newest.timeline, newest.from, segmentBytes));
  if (!existsSync(path)) return true;
  const { reader } = await readSealed<ChunkSection>(newest.path, series.master);
  while ((await reader.next()).kind !== 'log');
  const start = Number(newest.from - segmentStart(newest.from, segmentBytes));
  const now = readFileSync(path).subarray(start);
  let place = 0;
  for await (const piece of reader.body()) {
    if (!now.subarray(place, place + piece.length).equals(piece)) return false;
    place += piece.length;
  }
  return true;
}
