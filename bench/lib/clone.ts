import { Worker } from 'node:worker_threads';
import type pg from 'pg';
import type { AnyResource } from '../../packages/store/resource.ts';
import { indexRows } from '../../packages/store/search-index.ts';
import { typeNumber } from '../../packages/store/types.ts';
import type { Share } from './clone-worker.ts';
import { type CopyPlan, UUID } from './copy.ts';

/*
 * Visits that commands made, copied to other weeks with people, ids and business numbers of their own: their rows by
 * COPY into tables without indexes, the indexes after them. Views are computed set-based by whoever opens the house next.
 */

/** What belongs to the house and is not copied. */
const HOUSE = ['Location', 'Organization', 'Practitioner', 'PractitionerRole', 'Schedule', 'Slot', 'Library'] as const;
const FILLED = ['record', 'search_posting', 'search_string', 'search_date', 'search_number'] as const;
/** Every so manieth record's index rows are proved. */
const PROVED = 50;
const DAY = 86_400_000;
/** The sequence of record numbers goes in steps of this. */
const TAKEN = 4_096n;

export interface CloneOptions {
  tenant: number;
  copies: number;
  /** Threads that make them, each with a connection of its own. */
  threads: number;
  ownerUrl: string;
  onProgress: (line: string) => void;
}

/**
 * Copies all visits of a facility to the weeks before them, each copy before the last. For the database of a measurement,
 * which nobody else works in.
 * @returns records written, and records each of whose copies was proved against the source
 */
export async function cloneVisits(
  owner: pg.Client,
  options: CloneOptions,
): Promise<{ written: number; proved: number }> {
  const { tenant, copies, threads, ownerUrl, onProgress } = options;
  await owner.query(`select set_config('mach.tenant', $1, false)`, [String(tenant)]);
  const house = HOUSE.map((type) => typeNumber(type));
  const { plan, last } = await planOf(owner, tenant, house);
  await proveIndex(owner, tenant, house);
  const restore = await withoutIndexes(owner);
  const numbers = Array.from({ length: copies }, (_, i) => copies - i);
  let written = 0;
  const shares = Array.from({ length: threads }, (_, i) => numbers.filter((_, at) => at % threads === i));
  const started = performance.now();
  const proved = await Promise.all(
    shares
      .filter((share) => share.length > 0)
      .map((share) =>
        run({ ownerUrl, tenant, plan, house, last, copies: share }, (count) => {
          written += count;
          onProgress(`${written} records, ${Math.round(written / ((performance.now() - started) / 1_000))}/s`);
        }),
      ),
  );
  onProgress('indexes');
  await restore();
  await owner.query(`select setval('record_rid', $1)`, [String(BigInt(last) + plan.span * BigInt(copies + 1) + 1n)]);
  return { written, proved: proved[0] ?? 0 };
}

/** @returns how copies differ from their source, and the newest record of the source */
async function planOf(
  owner: pg.Client,
  tenant: number,
  house: readonly number[],
): Promise<{ plan: CopyPlan; last: string }> {
  const { rows: known } = await owner.query<{ id: string }>(
    'select id from record where tenant = $1 and not deleted and not type = any($2)',
    [tenant, house],
  );
  const { rows } = await owner.query<{ low: Date | null; high: Date; last: string; first: string }>(
    `select min(updated) filter (where type = $2) as low, max(updated) filter (where type = $2) as high,
       min(rid) as first, max(rid) as last from record where tenant = $1`,
    [tenant, typeNumber('Encounter')],
  );
  const [span] = rows;
  if (!span?.low) throw new Error('there is no visit to copy');
  const [low, high] = [span.low.getTime(), span.high.getTime()];
  // Appointments and medicines reach beyond the day of the visit.
  const [from, to] = [low - 3 * DAY, high + 90 * DAY].map((at) => new Date(at).toISOString().slice(0, 10));
  const plan = {
    ids: new Set(known.flatMap(({ id }) => id.match(UUID) ?? [])),
    window: [from ?? '', to ?? ''] as const,
    days: -7 * Math.max(1, Math.ceil((high - low) / (7 * DAY))),
    span: ((BigInt(span.last) - BigInt(span.first)) / TAKEN + 2n) * TAKEN,
  };
  return { plan, last: span.last };
}

/** The index of what commands wrote says what the code says by which the copies are indexed. */
async function proveIndex(owner: pg.Client, tenant: number, house: readonly number[]): Promise<void> {
  const { rows: sample } = await owner.query<{ rid: string; content: string }>(
    `select rid, content from (select rid, content, row_number() over (order by rid) as n from record
       where tenant = $1 and not deleted and not type = any($2)) r where n % ${PROVED} = 0`,
    [tenant, house],
  );
  for (const { rid, content } of sample) {
    const due = [...indexRows(JSON.parse(content) as AnyResource).keys.values()];
    const { rows } = await owner.query<{ found: number }>({
      name: 'clone_keys',
      text: `select count(*)::int as found from search_key s join unnest($2::bigint[], $3::integer[]) as n(key, qualifier)
               on s.key = n.key and s.qualifier = n.qualifier where s.tenant = $1 and s.rid = $4`,
      values: [tenant, due.map(({ key }) => key), due.map(({ qualifier }) => qualifier), rid],
    });
    if (rows[0]?.found !== due.length) throw new Error(`the index of record ${rid} differs`);
  }
}

interface Index {
  table: string;
  name: string;
  definition: string;
  constraint: string | null;
}

const indexesOf = async (owner: pg.Client): Promise<Index[]> =>
  (
    await owner.query<Index>(
      `select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name,
         pg_get_indexdef(i.indexrelid) as definition, pg_get_constraintdef(c.oid) as constraint
       from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
       where i.indrelid = any($1::regclass[]) order by 1, 2`,
      [FILLED],
    )
  ).rows;

/** Takes the indexes and the owner's own lock away, for a load without them. @returns what puts them back as they were */
async function withoutIndexes(owner: pg.Client): Promise<() => Promise<void>> {
  const before = await indexesOf(owner);
  for (const { table, name, constraint } of before)
    await owner.query(constraint === null ? `drop index ${name}` : `alter table ${table} drop constraint ${name}`);
  const { rows: locked } = await owner.query<{ table: string }>(
    'select oid::regclass::text as table from pg_class where oid = any($1::regclass[]) and relforcerowsecurity',
    [FILLED],
  );
  for (const { table } of locked) await owner.query(`alter table ${table} no force row level security`);
  return async () => {
    for (const { table, name, constraint, definition } of before)
      await owner.query(constraint === null ? definition : `alter table ${table} add constraint ${name} ${constraint}`);
    for (const { table } of locked) await owner.query(`alter table ${table} force row level security`);
    const after = await indexesOf(owner);
    if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error('the indexes are not what they were');
  };
}

/** One thread's part. @returns records that it proved */
function run(share: Share, onWritten: (count: number) => void): Promise<number> {
  return new Promise((done, failed) => {
    const worker = new Worker(new URL('./clone-worker.ts', import.meta.url), { workerData: share });
    let proved = 0;
    worker.on('message', (message: { written?: number; proved?: number }) => {
      if (message.written) onWritten(message.written);
      proved = message.proved ?? proved;
    });
    worker.once('error', failed);
    worker.once('exit', (status) => (status === 0 ? done(proved) : failed(new Error(`a thread ended with ${status}`))));
  });
}
