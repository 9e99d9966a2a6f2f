import { refuse } from '@mach/base/problem.ts';
import { type LocalFilter, matchesFilter } from '@mach/fhir/search/match.ts';
import type { SearchFilter, SearchQuery } from '@mach/fhir/search-syntax.ts';
import type { Database, Queryable } from './database.ts';
import type { StoredRecord } from './resource.ts';
import { SEARCH_TIMEOUT, withDeadline } from './search-deadline.ts';
import type { Finder } from './search-hierarchy.ts';
import { includeRecords } from './search-include.ts';
import { decodeCursor, encodeCursor, sqlSorts } from './search-order.ts';
import { type Ask, countAll, type Found, findPage } from './search-page.ts';
import { condition, needsLook, type Plan, planFilters, wholeCompartment } from './search-plan.ts';
import { resolveFilters } from './search-resolve.ts';
import { sortedByLooking } from './search-sorted.ts';
import { type Condition, RANK } from './search-sql.ts';
import { catchUpWords, usesWords } from './search-words.ts';
import { RESOURCE_TYPES, typeNumber } from './types.ts';

export const DEFAULT_COUNT = 50;
export const MAX_COUNT = 1_000;
/** Records that one page may look at before it ends, found or not: the next page goes on there. */
const MAX_LOOKS = 5_000;
/** Records that a total may look at. */
const MAX_COUNTED = 20_000;

export interface SearchPage {
  matches: StoredRecord[];
  included: StoredRecord[];
  /** Undefined when it was not asked for. */
  total: number | undefined;
  /** Cursor of the next page. */
  next: string | undefined;
}

interface Page {
  readonly found: readonly Found[];
  readonly next: string | undefined;
}
const NOTHING: Page = { found: [], next: undefined };

export interface SearchScope {
  /** One type, several, or (empty) all. */
  readonly types: readonly string[];
  /** Everything in a compartment, whatever its type. */
  readonly compartment?: { readonly name: string; readonly id: string };
}

/**
 * Runs a parsed search. Keyset paging: a page continues after the last record seen, whatever is written meanwhile. A
 * page may hold fewer than were asked for, even none, and still have a next one, when many records had to be looked at.
 */
export async function searchRecords(
  database: Database,
  tenant: number,
  scope: string | SearchScope,
  query: SearchQuery,
  cursor?: string,
): Promise<SearchPage> {
  const { types, compartment } = typeof scope === 'string' ? { types: [scope], compartment: undefined } : scope;
  return withDeadline(database, tenant, SEARCH_TIMEOUT, async (on) => {
    const only = types.length === 1 ? (types[0] ?? null) : null;
    if (query.filters.some(usesWords)) await catchUpWords(on);
    const find: Finder = (type, filter, limit) => findAll(on, tenant, type, filter, limit);
    const filters = await resolveFilters(on, query.filters, only, find);
    const plan = only === null ? planAcross(filters, types) : planFilters(filters, only);
    const conditions = compartment
      ? [...plan.conditions, wholeCompartment(compartment.name, compartment.id, types)]
      : plan.conditions;
    const count = Math.min(query.count ?? DEFAULT_COUNT, MAX_COUNT);
    const onlyCount = query.summary === 'count' || count === 0;
    const sorts = sqlSorts(query.sort, only);
    const ask: Ask = { types, conditions, sorts: sorts ?? [] };
    const { looks } = plan;
    const fits = (record: StoredRecord): boolean => meets(record, looks);

    const isTotal = onlyCount || query.total === 'accurate' || query.total === 'estimate';
    const page = (): Promise<Page> =>
      sorts === undefined
        ? sortedByLooking(on, tenant, ask, query.sort, fits, cursor, count)
        : looking(on, tenant, ask, looks.length > 0 ? fits : undefined, cursor, count);
    // The two travel together.
    const [{ found, next }, total] = await Promise.all([
      onlyCount ? NOTHING : page(),
      isTotal
        ? looks.length > 0
          ? countByLooking(on, tenant, ask, fits)
          : countAll(on, ask, database.isLimited)
        : undefined,
    ]);
    const matches: StoredRecord[] = found.map((f) => f.record);
    const included = matches.length > 0 ? await includeRecords(on, matches, query) : [];
    return { matches, included, total, next };
  });
}

/** Several types at once (none named: all): each record is asked by the conditions of its own type. */
function planAcross(filters: readonly SearchFilter[], types: readonly string[]): Plan {
  const members = types.length > 0 ? types : RESOURCE_TYPES;
  const conditions = filters.flatMap((filter): Condition[] => {
    const column =
      filter.kind === 'words' || (filter.kind === 'values' && /^_(id|lastUpdated)$/.test(filter.param.code));
    const each = (column ? members.slice(0, 1) : members).map((type) => ({
      type,
      of: condition(retyped(filter, type), type),
    }));
    const test: Condition['test'] = (b, subject) => {
      const ways = each.map(({ type, of }) => ({ type, test: of?.test(b, subject) ?? 'true' }));
      if (column) return ways[0]?.test ?? 'true';
      const cases = ways.map((way) => `when ${typeNumber(way.type)} then ${way.test}`);
      return `(case ${subject.column('type')} ${cases.join(' ')} else false end)`;
    };
    return [{ rank: RANK.range, rows: null, ordered: false, test }];
  });
  const looks = filters.filter((filter) => needsLook(filter));
  return { conditions, looks };
}

function retyped<F extends SearchFilter>(filter: F, type: string): F {
  return 'type' in filter ? { ...filter, type } : filter;
}

function meets(record: StoredRecord, looks: readonly LocalFilter[]): boolean {
  const resource = record.resource as unknown as Record<string, unknown>;
  return looks.every((filter) => matchesFilter(resource, retyped(filter, record.type)));
}

/** A page, looking at records where the index cannot decide. */
async function looking(
  on: Queryable,
  tenant: number,
  ask: Ask,
  fits: ((record: StoredRecord) => boolean) | undefined,
  cursor: string | undefined,
  count: number,
): Promise<Page> {
  let at = cursor === undefined ? undefined : decodeCursor(cursor, ask.sorts.length);
  if (!fits) {
    const rows = await findPage(on, tenant, ask, at, count + 1);
    const last = rows[count - 1];
    return { found: rows.slice(0, count), next: rows.length > count && last ? encodeCursor(last.cursor) : undefined };
  }
  const found: Found[] = [];
  for (let looked = 0, size = Math.max(count + 1, 100); ; size = Math.min(size * 2, 1_000)) {
    const rows = await findPage(on, tenant, ask, at, size);
    for (const item of rows) {
      if (fits(item.record)) {
        const last = found[count - 1];
        if (last) return { found, next: encodeCursor(last.cursor) };
        found.push(item);
      }
      at = item.cursor;
    }
    looked += rows.length;
    if (rows.length < size) return { found, next: undefined };
    if (looked >= MAX_LOOKS) return { found, next: at && encodeCursor(at) };
  }
}

async function countByLooking(
  on: Queryable,
  tenant: number,
  ask: Ask,
  fits: (record: StoredRecord) => boolean,
): Promise<number> {
  let total = 0;
  let at: Found['cursor'] | undefined;
  const plain: Ask = { ...ask, sorts: [] };
  for (let looked = 0; ; ) {
    const rows = await findPage(on, tenant, plain, at, 1_000);
    for (const { record } of rows) if (fits(record)) total++;
    at = rows.at(-1)?.cursor;
    looked += rows.length;
    if (rows.length < 1_000) return total;
    if (looked >= MAX_COUNTED)
      throw refuse(
        422,
        'too-costly',
        { vi: 'Đếm chính xác phải xem quá nhiều bản ghi', en: 'An accurate total would look at too many records' },
        { field: '_total', remedy: { vi: 'Bỏ _total hoặc thêm điều kiện', en: 'Leave out _total, or add conditions' } },
      );
  }
}

/** Records of a type that meet one filter, for the links of a chain. */
async function findAll(
  on: Queryable,
  tenant: number,
  type: string,
  filter: SearchFilter,
  limit: number,
): Promise<StoredRecord[]> {
  const { conditions, looks } = planFilters([filter], type);
  const ask: Ask = { types: [type], conditions, sorts: [] };
  const fits = (record: StoredRecord): boolean => meets(record, looks);
  const records: StoredRecord[] = [];
  let at: Found['cursor'] | undefined;
  for (let looked = 0; records.length < limit; ) {
    const rows = await findPage(on, tenant, ask, at, 500);
    for (const { record } of rows) if (fits(record)) records.push(record);
    at = rows.at(-1)?.cursor;
    looked += rows.length;
    if (rows.length < 500) break;
    if (looked >= MAX_COUNTED)
      throw refuse(
        422,
        'too-costly',
        {
          vi: `Điều kiện nối tiếp phải xem quá nhiều ${type}`,
          en: `The chained condition would look at too many ${type}`,
        },
        { remedy: { vi: 'Thêm điều kiện có mã', en: 'Add a condition by code' } },
      );
  }
  return records;
}
