import { DATE_MIN } from '@mach/fhir/dates.ts';
import type { Database, Queryable, Row } from './database.ts';
import { toStored } from './records.ts';
import type { StoredRecord } from './resource.ts';
import { SEARCH_TIMEOUT, withDeadline } from './search-deadline.ts';
import { badCursor } from './search-order.ts';
import { named } from './search-page.ts';
import { SqlBuilder } from './search-sql.ts';
import { typeNumber } from './types.ts';

/** Whose versions, and which of them. */
export interface HistoryScope {
  /** Types that may be read; empty for all. */
  readonly types: readonly string[];
  /** Of one record only. */
  readonly id?: string;
  /** Written at or after this instant, milliseconds since 1970. */
  readonly since?: number;
  /** Current at some time within these instants, both included. */
  readonly at?: { readonly low: number; readonly high: number };
}

export interface HistoryPage {
  versions: StoredRecord[];
  next: string | undefined;
}

type VersionRow = Row & Parameters<typeof toStored>[0];
interface Cursor {
  updated: string;
  rid: string;
  version: number;
}

const HOUR = 3_600_000;

/**
 * Versions, newest first. A page continues below the last version seen; what is written meanwhile is newer than that,
 * and a version that ceases to be the current one keeps its place.
 */
export async function readHistoryPage(
  database: Database,
  tenant: number,
  scope: HistoryScope,
  count: number,
  cursor: string | undefined,
  now: number,
): Promise<HistoryPage> {
  const after = cursor === undefined ? undefined : decode(cursor);
  return withDeadline(database, tenant, SEARCH_TIMEOUT, async (on) => {
    const rows: VersionRow[] = [];
    const bottom = scope.since ?? DATE_MIN;
    // Clocks differ a little, and the last page ended at this instant or above it.
    let high = after && scope.id === undefined ? Date.parse(after.updated) : now + HOUR;
    // Ever larger windows of time: the newest versions are found without sorting all the others.
    for (let width = 2 * HOUR; rows.length <= count && high >= bottom; width *= 16) {
      const low = scope.id !== undefined || width > 400 * 24 * HOUR ? bottom : Math.max(high - width, bottom);
      rows.push(...(await window(on, scope, low, high, after, count + 1 - rows.length)));
      high = low - 1;
    }
    const versions = rows.slice(0, count).map(toStored);
    const last = versions.at(-1);
    return { versions, next: rows.length > count && last ? encode(last) : undefined };
  });
}

async function window(
  on: Queryable,
  scope: HistoryScope,
  low: number,
  high: number,
  after: Cursor | undefined,
  limit: number,
): Promise<VersionRow[]> {
  const b = new SqlBuilder();
  const instant = (ms: number): string => `${b.bind(new Date(Math.max(ms, DATE_MIN)).toISOString())}::timestamptz`;
  const [from, to] = [instant(low), instant(high)];
  const types = scope.types.length === 0 ? undefined : b.bind(scope.types.map(typeNumber));
  const id = scope.id === undefined ? undefined : b.bind(scope.id);
  // Of one record the versions are the order: of two that were written at once the later may bear the earlier instant.
  const order = scope.id === undefined ? 'r.updated desc, r.rid desc, r.version desc' : 'r.version desc';
  const beyond = !after
    ? undefined
    : scope.id !== undefined
      ? `r.version < ${b.bind(after.version)}::int`
      : `(r.updated, r.rid, r.version) < (${b.bind(after.updated)}::timestamptz, ${b.bind(after.rid)}::bigint, ${b.bind(after.version)}::int)`;
  const at = scope.at && { low: instant(scope.at.low), high: instant(scope.at.high) };
  const max = b.bind(limit);
  const part = (table: string, rest: string): string => {
    const where = [
      'r.tenant = mach_tenant()',
      `r.updated >= ${from} and r.updated <= ${to}`,
      types === undefined
        ? ''
        : scope.types.length === 1
          ? `r.type = (${types}::smallint[])[1]`
          : `r.type = any(${types}::smallint[])`,
      id === undefined ? '' : `r.id = ${id}`,
      beyond ?? '',
      // The next version ends this one's time; without one it is still current.
      at === undefined
        ? ''
        : `r.updated <= ${at.high} and not exists (select 1 from record n where n.tenant = mach_tenant() and n.type = r.type
             and n.id = r.id and n.version = r.version + 1 and n.updated <= ${at.low} offset 0)
           and not exists (select 1 from record_history n where n.tenant = mach_tenant() and n.type = r.type
             and n.id = r.id and n.version = r.version + 1 and n.updated <= ${at.low} offset 0)`,
    ];
    return `(select r.type, r.id, r.rid, r.version, r.updated, r.deleted, ${rest}, r.content from ${table} r
      where ${where.filter((w) => w !== '').join(' and ')} order by ${order} limit ${max})`;
  };
  const { rows } = await on.query<VersionRow>(
    named(
      `select * from (${part('record', 'r.sealed, r.patient')} union all ${part('record_history', 'false as sealed, null as patient')}) r
       order by ${order} limit ${max}`,
      b.values,
    ),
  );
  return rows;
}

/** How many versions there are of one record. */
export async function countVersions(on: Queryable, type: string, id: string): Promise<number> {
  const { rows } = await on.query<{ version: number }>({
    name: 'version_count',
    text: 'select version from record where tenant = mach_tenant() and type = $1 and id = $2',
    values: [typeNumber(type), id],
  });
  // Versions are numbered from one without gaps.
  return rows[0]?.version ?? 0;
}

function encode({ updated, rid, version }: Cursor): string {
  return Buffer.from(JSON.stringify([updated, rid, version])).toString('base64url');
}

/** @throws Problem 400 on anything that this server did not write */
function decode(text: string): Cursor {
  try {
    const [updated, rid, version] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (
      typeof updated === 'string' &&
      new Date(updated).toISOString() === updated &&
      typeof rid === 'string' &&
      /^-?\d{1,18}$/.test(rid) &&
      Number.isInteger(version)
    )
      return { updated, rid, version: Number(version) };
  } catch {
    // Said below.
  }
  throw badCursor();
}
