import { hash } from 'node:crypto';
import type { Queryable } from './database.ts';
import { after, type Cursor, orderBy, type SqlSort, tieDirection } from './search-order.ts';
import { keyed, least, row } from './search-plan.ts';
import { FoundRecord, type LeanRow, PLAIN_TYPES } from './search-row.ts';
import { type Condition, INDEX, RANK, SqlBuilder, TENANT } from './search-sql.ts';
import { typeNumber } from './types.ts';

/** What is asked of the database: records of a type (null: of any) that meet the conditions, in an order. */
export interface Ask {
  readonly types: readonly string[];
  readonly conditions: readonly Condition[];
  readonly sorts: readonly SqlSort[];
}

export interface Found {
  readonly record: FoundRecord;
  readonly cursor: Cursor;
}

/** With fewer records than this a condition is where a sorted search starts; with more, the order is. */
const FEW = 250;
const SIZE_CACHE = 2_000;
const SIZE_AGE = 60_000;

/** Sizes of conditions, remembered for a minute: a wrong one costs time, never a wrong answer. */
const sizes = new Map<string, { few: boolean; until: number }>();

async function isFew(on: Queryable, tenant: number, condition: Condition): Promise<boolean> {
  if (!condition.rows) return false;
  const b = new SqlBuilder();
  const text = `select count(*) as n from (select 1 from ${condition.rows(b)} limit ${FEW + 1}) x`;
  const key = `${tenant}\u0000${text}\u0000${JSON.stringify(b.values)}`;
  const now = performance.now();
  const known = sizes.get(key);
  if (known && known.until > now) return known.few;
  const { rows } = await on.query<{ n: string }>(named(text, b.values));
  const few = Number(rows[0]?.n ?? 0) <= FEW;
  if (sizes.size >= SIZE_CACHE) sizes.clear();
  sizes.set(key, { few, until: now + SIZE_AGE });
  return few;
}

/*
 * A statement that comes again and again is prepared under a name; a rare shape is not, or a connection would gather
 * statements without end.
 */
const shapes = new Map<string, { seen: number; name?: string }>();
const OFTEN = 4;
const MAX_NAMES = 200;
let names = 0;

export function named(text: string, values: unknown[]): { name?: string; text: string; values: unknown[] } {
  const shape = shapes.get(text) ?? { seen: 0 };
  if (shape.name !== undefined) return { name: shape.name, text, values };
  if (shape.seen === OFTEN && names < MAX_NAMES) {
    names++;
    shape.name = `s${hash('sha256', text, 'hex').slice(0, 24)}`;
  } else if (shape.seen < OFTEN) {
    if (shapes.size > 5_000) for (const [known, { name }] of shapes) if (name === undefined) shapes.delete(known);
    shape.seen++;
    shapes.set(text, shape);
  }
  return shape.name === undefined ? { text, values } : { name: shape.name, text, values };
}

const RECORD = 'r.type, r.id, r.rid, r.version, r.updated, r.sealed, r.patient, r.content';

const isOfType = (types: readonly string[], alias: string): string =>
  types.length === 0
    ? 'true'
    : types.length === 1
      ? `${alias}.type = ${typeNumber(types[0] ?? '')}`
      : `${alias}.type = any('{${types.map(typeNumber).join()}}'::smallint[])`;

/** Up to `limit` records after the cursor. */
export async function findPage(
  on: Queryable,
  tenant: number,
  ask: Ask,
  cursor: Cursor | undefined,
  limit: number,
): Promise<Found[]> {
  const { driver, walk } = await choose(on, tenant, ask, cursor);
  if (walk) {
    const found = await run(on, ask, (b) => walking(b, ask, walk, cursor, limit));
    if (found.length >= limit) return found;
    // What lacks the sort value comes after all that has it.
    const left = limit - found.length;
    return [...found, ...(await run(on, ask, (b) => scanning(b, ask, driver, undefined, left, true)))];
  }
  return run(on, ask, (b) => scanning(b, ask, driver, cursor, limit, false));
}

/** Where to start: at the condition that leaves least, or in the order of the first sort key. */
async function choose(
  on: Queryable,
  tenant: number,
  ask: Ask,
  cursor: Cursor | undefined,
): Promise<{ driver?: Condition; walk?: NonNullable<SqlSort['walk']> }> {
  const driver = least(ask.conditions);
  const [first] = ask.sorts;
  if (first) {
    // A page that ended among records without a value goes on among them.
    const walk = cursor && cursor.values[0] === null ? undefined : first.walk;
    if (!driver) return walk ? { walk } : {};
    if (!walk || driver.rank < RANK.text || (await isFew(on, tenant, driver))) return { driver };
    return { walk };
  }
  if (!driver || cursor?.by === 'i') return {};
  // Numbers come ready in order from one key of the index; a scattered set has to be gathered first.
  if (cursor?.by === 'r' || driver.ordered || driver.rank < RANK.text || ask.types.length !== 1) return { driver };
  return (await isFew(on, tenant, driver)) ? { driver } : {};
}

async function run(
  on: Queryable,
  ask: Ask,
  write: (b: SqlBuilder) => { text: string; by: Cursor['by'] },
): Promise<Found[]> {
  const b = new SqlBuilder();
  const { text, by } = write(b);
  const query = { ...named(text, b.values), types: PLAIN_TYPES };
  const { rows } = await on.query<LeanRow>(query);
  return rows.map((r) => ({
    record: new FoundRecord(r),
    cursor: {
      by,
      values: ask.sorts.map((_, i) => (r[`c${i + 1}`] as string | null) ?? null),
      last: by === 'i' ? r.id : r.rid,
    },
  }));
}

/**
 * Up to `limit` records of the numbers that `inner` gives in the order asked for. Each is looked up as its turn comes, so
 * what was removed meanwhile, or may not be seen, is left out before the page is full.
 */
function fetch(inner: string, ask: Ask, limit: number, order = orderBy(ask.sorts, 'c', 'c.rid')): string {
  const columns = ask.sorts.map((_, i) => `, c.s${i + 1}::text as c${i + 1}`).join('');
  return `select ${RECORD}${columns} from (${inner}) c
    cross join lateral (select * from record o where o.${TENANT} and o.rid = c.rid offset 0) r
    where not r.deleted and ${isOfType(ask.types, 'r')} order by ${order} limit ${limit}`;
}

const columns = (b: SqlBuilder, ask: Ask, subject: ReturnType<typeof keyed>, from = 0): string =>
  ask.sorts
    .slice(from)
    .map((s, i) => `, ${s.expression(b, subject)} as s${from + i + 1}`)
    .join('');

/** From a condition's rows, or from all records of the type where none leads. */
function scanning(
  b: SqlBuilder,
  ask: Ask,
  driver: Condition | undefined,
  cursor: Cursor | undefined,
  limit: number,
  onlyMissing: boolean,
): { text: string; by: Cursor['by'] } {
  const others = ask.conditions.filter((c) => c !== driver);
  if (!driver?.rows) return listing(b, ask, cursor, limit, onlyMissing);
  const rows = driver.rows(b);
  const tests = others.map((c) => c.test(b, keyed('k')));
  if (ask.sorts.length === 0) {
    const last = cursor && b.bind(cursor.last);
    const from = last === undefined ? [] : [`k.rid > ${last}::bigint`];
    if (driver.ordered) {
      // Block by block off the index, as far as the page goes.
      if (last !== undefined) from.push(`k.block >= (${last}::bigint & -64)`);
      const inner = `select k.block, k.rid from ${[rows, ...from, ...tests].join(' and ')} order by k.block, k.rid`;
      return { text: fetch(inner, ask, limit, 'c.block, c.rid'), by: 'r' };
    }
    // A scattered set is gathered by its own index: behind the fence nothing tempts the planner to walk all numbers in
    // their order.
    const where = [`(select k.rid from ${rows} offset 0) k where true`, ...from, ...tests].join(' and ');
    return { text: fetch(`select distinct k.rid from ${where} order by k.rid`, ask, limit), by: 'r' };
  }
  const source = driver.ordered ? rows : `(select distinct k.rid from ${rows}) k where true`;
  const inner = `select k.rid${columns(b, ask, keyed('k'))} from ${[source, ...tests].join(' and ')} offset 0`;
  const page = cursor ? ` and ${after(b, ask.sorts, cursor, 'q', 'q.rid')}` : '';
  const missing = onlyMissing ? ' and q.s1 is null' : '';
  return {
    text: fetch(
      `select q.* from (${inner}) q where true${page}${missing} order by ${orderBy(ask.sorts, 'q', 'q.rid')}`,
      ask,
      limit,
    ),
    by: 'r',
  };
}

/** All records of the type, by id where no order was asked for: the primary key has them so. */
function listing(
  b: SqlBuilder,
  ask: Ask,
  cursor: Cursor | undefined,
  limit: number,
  onlyMissing: boolean,
): { text: string; by: Cursor['by'] } {
  const tests = ask.conditions.map((c) => c.test(b, row('r')));
  const where = [`r.${TENANT}`, isOfType(ask.types, 'r'), 'not r.deleted', ...tests].join(' and ');
  if (ask.sorts.length > 0) {
    const page = cursor ? ` and ${after(b, ask.sorts, cursor, 'q', 'q.rid')}` : '';
    const missing = onlyMissing ? ' and q.s1 is null' : '';
    const inner = `select r.rid${columns(b, ask, row('r'))} from record r where ${where} offset 0`;
    return {
      text: fetch(
        `select q.* from (${inner}) q where true${page}${missing} order by ${orderBy(ask.sorts, 'q', 'q.rid')}`,
        ask,
        limit,
      ),
      by: 'r',
    };
  }
  const by = ask.types.length === 1 ? 'i' : 'r';
  const key = by === 'i' ? 'r.id' : 'r.rid';
  const from = cursor ? ` and ${key} > ${b.bind(cursor.last)}::${by === 'i' ? 'text' : 'bigint'}` : '';
  return { text: `select ${RECORD} from record r where ${where}${from} order by ${key} limit ${limit}`, by };
}

/** Along the index of the first sort key; each record at its own best value. */
function walking(
  b: SqlBuilder,
  ask: Ask,
  walk: NonNullable<SqlSort['walk']>,
  cursor: Cursor | undefined,
  limit: number,
): { text: string; by: Cursor['by'] } {
  const { table, column, param, also } = walk;
  const [first] = ask.sorts;
  const direction = tieDirection(ask.sorts);
  const number = b.bind(param);
  const better = `not exists (select 1 from ${INDEX}${table} e where e.${TENANT} and e.rid = k.rid and e.param = ${number}
    and (e.${column} ${direction === 'desc' ? '>' : '<'} k.${column} or ${also}) offset 0)`;
  const tests = ask.conditions.map((c) => c.test(b, keyed('k')));
  // Says to the index where to begin; the exact place is decided with the other keys.
  const begin =
    cursor?.values[0] == null
      ? []
      : [`k.${column} ${direction === 'desc' ? '<=' : '>='} ${b.bind(cursor.values[0])}::${first?.cast}`];
  const inner = `select k.rid, k.${column} as s1${columns(b, ask, keyed('k'), 1)} from ${INDEX}${table} k
    where ${[`k.${TENANT}`, `k.param = ${number}`, ...begin, better, ...tests].join(' and ')}`;
  const page = cursor ? ` where ${after(b, ask.sorts, cursor, 'q', 'q.rid')}` : '';
  return {
    text: fetch(
      `select q.* from (${inner}) q${page} order by ${orderBy(ask.sorts, 'q', 'q.rid', true)}`,
      ask,
      limit,
      orderBy(ask.sorts, 'c', 'c.rid', true),
    ),
    by: 'r',
  };
}

/** How many records meet the conditions; `isLimited`: of those that the one who asks may see. */
export async function countAll(on: Queryable, ask: Ask, isLimited = false): Promise<number> {
  const b = new SqlBuilder(!isLimited);
  const driver = least(ask.conditions);
  const others = ask.conditions.filter((c) => c !== driver);
  let text: string;
  if (driver?.count && others.length === 0 && !isLimited) text = driver.count(b);
  else if (driver?.rows) {
    const where = [driver.rows(b), ...others.map((c) => c.test(b, keyed('k')))].join(' and ');
    // From the index as it is; then the policy is asked once a patient, not once a row.
    text = isLimited
      ? `select access.count_visible(array(select ${driver.ordered ? '' : 'distinct '}k.rid from ${where})) as n`
      : `select count(${driver.ordered ? '*' : 'distinct k.rid'}) as n from ${where}`;
  } else {
    const tests = others.map((c) => c.test(b, row('r')));
    text = `select count(*) as n from record r where ${[`r.${TENANT}`, isOfType(ask.types, 'r'), 'not r.deleted', ...tests].join(' and ')}`;
  }
  const { rows } = await on.query<{ n: string }>(named(text, b.values));
  return Number(rows[0]?.n ?? 0);
}
