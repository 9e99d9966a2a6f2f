import type pg from 'pg';
import { emptyIndex } from '../../packages/store/index-rows.ts';
import { type RecordWrite, writeStatements } from '../../packages/store/records.ts';
import type { AnyResource } from '../../packages/store/resource.ts';
import { indexRows, indexStatements } from '../../packages/store/search-index.ts';
import { typeName, typeNumber } from '../../packages/store/types.ts';

/*
 * Visits that commands made, copied to other weeks with people, ids and business numbers of their own. Copies are written
 * by the store's own statements and indexed by its own code; their views are then computed set-based.
 */

/** What belongs to the house and is not copied. */
const HOUSE = ['Location', 'Organization', 'Practitioner', 'PractitionerRole', 'Schedule', 'Slot', 'Library'] as const;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const DATE = /\b20\d\d-\d\d-\d\d(?=[T"/ ])/g;
/** A business number of the house, or an official one, of the copied records. */
const NUMBER = /("system":"[^"]*\/sid\/[^"]+","value":"[^"]+)"/g;
const BATCH = 400;
/** Records of a batch whose copies are proved. */
const PROVED = 8;
const DAY = 86_400_000;

interface SourceRow {
  rid: string;
  type: number;
  id: string;
  version: number;
  updated: Date;
  sealed: boolean;
  patient: string | null;
  content: string;
}

/** One copy: how its texts differ from those that they come from. */
export class Copy {
  private readonly ids: ReadonlySet<string>;
  private readonly number: number;
  private readonly days: number;
  private readonly window: readonly [string, string];

  /** `number` 0 is the source itself. `window`: first and last day on which something happened. */
  constructor(ids: ReadonlySet<string>, number: number, days: number, window: readonly [string, string]) {
    this.ids = ids;
    this.number = number;
    this.days = days;
    this.window = window;
  }

  /** The copy's ids: exclusive or with its number, so that doing it twice is doing nothing. */
  id(text: string): string {
    return text.replace(UUID, (uuid) =>
      this.ids.has(uuid)
        ? uuid.slice(0, -4) + (Number.parseInt(uuid.slice(-4), 16) ^ this.number).toString(16).padStart(4, '0')
        : uuid,
    );
  }

  text(content: string): string {
    const moved = this.id(content).replace(DATE, (day) => (this.isInside(day) ? this.day(day) : day));
    return this.number === 0 ? moved : moved.replace(NUMBER, `$1-${this.number}"`);
  }

  /** What a copy must leave as it was: the text without ids, days and business numbers. */
  static mask(text: string): string {
    return text
      .replace(UUID, 'id')
      .replace(DATE, 'day')
      .replace(NUMBER, (number) => number.replace(/[^"]+"$/, '"'));
  }

  day(day: string): string {
    return new Date(Date.parse(day) + this.days * DAY).toISOString().slice(0, 10);
  }
  instant(at: Date): Date {
    return new Date(at.getTime() + this.days * DAY);
  }
  private isInside(day: string): boolean {
    return day >= this.window[0] && day <= this.window[1];
  }
}

export interface CloneOptions {
  tenant: number;
  copies: number;
  onProgress: (copy: number, records: number) => void;
}

/**
 * Copies all visits of a facility to the weeks before them, each copy before the last. Whole weeks keep the days of the week.
 * @returns records written and records whose copy was proved against the source
 */
export async function cloneVisits(
  owner: pg.Client,
  options: CloneOptions,
): Promise<{ written: number; proved: number }> {
  const { tenant, copies, onProgress } = options;
  await owner.query(`select set_config('mach.tenant', $1, false)`, [String(tenant)]);
  const house = HOUSE.map((type) => typeNumber(type));
  const { rows: known } = await owner.query<{ id: string }>(
    `select id from record where tenant = $1 and not deleted and not type = any($2)`,
    [tenant, house],
  );
  const ids = new Set(known.flatMap(({ id }) => id.match(UUID) ?? []));
  const { rows: days_ } = await owner.query<{ low: Date; high: Date }>(
    `select min(updated) as low, max(updated) as high from record where tenant = $1 and type = $2`,
    [tenant, typeNumber('Encounter')],
  );
  const [span] = days_;
  if (!span?.low) throw new Error('there is no visit to copy');
  // Appointments and medicines reach beyond the day of the visit.
  const window = [span.low.getTime() - 3 * DAY, span.high.getTime() + 90 * DAY].map((at) =>
    new Date(at).toISOString().slice(0, 10),
  ) as [string, string];
  const weeks = Math.ceil((span.high.getTime() - span.low.getTime()) / (7 * DAY));
  const days = -7 * Math.max(1, weeks);
  const all = Array.from({ length: copies }, (_, i) => new Copy(ids, i + 1, days * (i + 1), window));
  const self = new Copy(ids, 0, 0, window);
  const rids = ridsOf(owner);
  let after = '0';
  let written = 0;
  let proved = 0;
  for (;;) {
    const { rows } = await owner.query<SourceRow>({
      name: 'clone_source',
      text: `select rid, type, id, version, updated, sealed, patient, content from record
             where tenant = $1 and rid > $2 and rid <= $4 and not deleted and not type = any($3) order by rid limit ${BATCH}`,
      values: [tenant, after, house, await lastOf(owner, tenant)],
    });
    if (rows.length === 0) break;
    after = rows.at(-1)?.rid ?? after;
    const sources = rows.filter(({ id }) => all[0]?.id(id) !== id);
    proved += await prove(owner, tenant, sources, self, all);
    for (const copy of all) {
      written += await write(owner, sources, copy, rids);
      onProgress(written, proved);
    }
  }
  return { written, proved };
}

let last: string | undefined;
/** The newest record before the first copy was written. */
async function lastOf(owner: pg.Client, tenant: number): Promise<string> {
  last ??= (await owner.query<{ rid: string }>('select max(rid) as rid from record where tenant = $1', [tenant]))
    .rows[0]?.rid;
  return last ?? '0';
}

function ridsOf(owner: pg.Client): (count: number) => Promise<bigint[]> {
  let next = 0n;
  let end = 0n;
  return async (count) => {
    const out: bigint[] = [];
    while (out.length < count) {
      if (next >= end) {
        const { rows } = await owner.query<{ block: string }>(`select nextval('record_rid') as block`);
        next = BigInt(rows[0]?.block ?? '0');
        end = next + 4_096n;
      }
      out.push(next++);
    }
    return out;
  };
}

async function write(
  owner: pg.Client,
  sources: readonly SourceRow[],
  copy: Copy,
  rids: (count: number) => Promise<bigint[]>,
): Promise<number> {
  const numbers = await rids(sources.length);
  const made = sources.map((source, i) => copied(source, copy, String(numbers[i])));
  await owner.query('begin');
  for (const statement of [
    ...writeStatements(made.map(({ write: one }) => one)),
    ...indexStatements(made.map(({ write: one, index }) => ({ rid: one.rid, before: emptyIndex(), after: index }))),
  ])
    await owner.query({ ...statement, values: statement.values as unknown[] });
  await owner.query('commit');
  return made.length;
}

function copied(source: SourceRow, copy: Copy, rid: string) {
  const text = copy.text(source.content);
  const write: RecordWrite = {
    type: typeName(source.type),
    id: copy.id(source.id),
    rid,
    replaces: 0,
    // Its former versions are not copied.
    version: 1,
    updated: copy.instant(source.updated).toISOString(),
    deleted: false,
    sealed: source.sealed,
    patient: source.patient === null ? null : copy.id(source.patient),
    text,
  };
  return { write, index: indexRows(JSON.parse(text) as AnyResource) };
}

/**
 * Proves copies against what the commands wrote: the zeroth copy has the very bytes and index rows of the source, and the
 * others differ in ids, days and business numbers alone. @throws Error that names the record
 */
async function prove(
  owner: pg.Client,
  tenant: number,
  sources: readonly SourceRow[],
  self: Copy,
  copies: readonly Copy[],
): Promise<number> {
  const sample = sources.slice(0, PROVED);
  for (const source of sample) {
    const { write: same, index } = copied(source, self, source.rid);
    const fail = (what: string): never => {
      throw new Error(`the copy of ${same.type}/${source.id} differs in its ${what}`);
    };
    if (same.text !== source.content || same.id !== source.id) fail('bytes');
    const due = [...index.keys.values()];
    const { rows } = await owner.query<{ found: number }>({
      name: 'clone_keys',
      text: `select count(*)::int as found from search_key s join unnest($2::bigint[], $3::integer[]) as n(key, qualifier)
               on s.key = n.key and s.qualifier = n.qualifier where s.tenant = $1 and s.rid = $4`,
      values: [tenant, due.map(({ key }) => key), due.map(({ qualifier }) => qualifier), source.rid],
    });
    if (rows[0]?.found !== due.length) fail('index');
    for (const copy of copies) if (Copy.mask(copy.text(source.content)) !== Copy.mask(source.content)) fail('text');
  }
  return sample.length;
}
