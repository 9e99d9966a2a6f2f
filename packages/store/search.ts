import { refuse } from '@mach/base/problem.ts';
import type { Include, SearchQuery } from '@mach/fhir/search-syntax.ts';
import { type Database, type Queryable, type Row, SET_PLANS } from './database.ts';
import { number32, searchKey } from './keys.ts';
import { readRecords, toStored } from './records.ts';
import { parseReference, type StoredRecord } from './resource.ts';
import { readAllReferences } from './search-references.ts';
import { filterSql, SqlBuilder } from './search-sql.ts';
import { typeNumber } from './types.ts';

/** A search may take this long in the database before it is given up, ms. */
const TIMEOUT = 5_000;
export const DEFAULT_COUNT = 50;
export const MAX_COUNT = 1_000;
const MAX_INCLUDED = 2_000;

export interface SearchPage {
  matches: StoredRecord[];
  included: StoredRecord[];
  /** Undefined when it was not asked for. */
  total: number | undefined;
  /** Cursor of the next page. */
  next: string | undefined;
}

/** Runs a parsed search of one type. Keyset paging: a page continues after the last record seen, whatever is written meanwhile. */
export async function searchRecords(
  database: Database,
  tenant: number,
  type: string,
  query: SearchQuery,
  cursor?: string,
): Promise<SearchPage> {
  try {
    return await database.transaction(tenant, async (on) => {
      await Promise.all([
        on.query({ text: SET_PLANS }),
        on.query({ text: `set local statement_timeout = ${TIMEOUT}` }),
      ]);
      return page(on, type, query, cursor);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '57014')
      throw refuse(
        422,
        'too-costly',
        {
          vi: 'Truy vấn quá nặng, đã dừng sau 5 giây',
          en: 'The search was too costly and was stopped after 5 seconds',
        },
        {
          remedy: { vi: 'Thêm điều kiện: người bệnh, mã, ngày', en: 'Add conditions: patient, code, date' },
        },
      );
    throw error;
  }
}

async function page(on: Queryable, type: string, query: SearchQuery, cursor: string | undefined): Promise<SearchPage> {
  const count = Math.min(query.count ?? DEFAULT_COUNT, MAX_COUNT);
  const onlyCount = query.summary === 'count' || count === 0;
  const b = new SqlBuilder();
  const base = `r.tenant = mach_tenant() and r.type = ${typeNumber(type)} and not r.deleted`;
  const where = [base, ...query.filters.map((filter) => filterSql(b, filter, 'r', type))].join(' and ');
  const filterValues = [...b.values];
  let matches: StoredRecord[] = [];
  let next: string | undefined;
  if (!onlyCount) {
    const order = orderOf(b, type, query);
    const after = cursor === undefined ? '' : ` and ${order.after(decode(cursor))}`;
    const { rows } = await on.query<Row & Parameters<typeof toStored>[0]>({
      text: `select r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.sealed, r.patient, r.content${order.select}
             from record r ${order.join} where ${where}${after} order by ${order.by} limit ${count + 1}`,
      values: b.values,
    });
    matches = rows.slice(0, count).map(toStored);
    const last = rows[count - 1];
    if (rows.length > count && last) next = encode([order.select ? String(last.sort_key) : null, last.id]);
  }
  let total: number | undefined;
  if (onlyCount || query.total === 'accurate' || query.total === 'estimate') {
    const { rows } = await on.query<{ n: string }>({
      text: `select count(*) as n from record r where ${where}`,
      values: filterValues,
    });
    total = Number(rows[0]?.n ?? 0);
  }
  const included = matches.length > 0 ? await include(on, matches, query) : [];
  return { matches, included, total, next };
}

interface Order {
  select: string;
  join: string;
  by: string;
  after(cursor: [string | null, string]): string;
}

/** The first sort key decides the order and the cursor; the id decides between equals. */
function orderOf(b: SqlBuilder, type: string, query: SearchQuery): Order {
  const key = query.sort[0];
  const direction = key?.descending ? 'desc' : 'asc';
  const beyond = key?.descending ? '<' : '>';
  if (!key || key.param.code === '_id')
    return { select: '', join: '', by: `r.id ${direction}`, after: ([, id]) => `r.id ${beyond} ${b.bind(id)}` };
  if (query.sort.length > 1)
    throw refuse(
      400,
      'not-supported',
      { vi: 'Chỉ sắp xếp theo một khoá', en: 'Only one sort key is served' },
      { field: '_sort' },
    );
  let column = 'r.updated::text';
  let cast = 'timestamptz';
  let expression = 'r.updated';
  let join = '';
  if (key.param.code !== '_lastUpdated') {
    const kinds: Readonly<Record<string, [string, string, string]>> = {
      date: ['search_date', 'low', 'bigint'],
      string: ['search_string', 'value', 'text'],
      number: ['search_number', 'low', 'numeric'],
      quantity: ['search_number', 'low', 'numeric'],
    };
    const kind = kinds[key.param.type];
    if (!kind)
      throw refuse(
        400,
        'not-supported',
        { vi: `Không sắp xếp theo ${key.param.code}`, en: `Sorting by ${key.param.code} is not served` },
        { field: '_sort' },
      );
    const [table, value, sqlType] = kind;
    const extreme = key.descending ? 'max' : 'min';
    join = `left join lateral (select ${extreme}(s.${value}) as v from ${table} s where s.tenant = mach_tenant() and s.rid = r.rid
              and s.param = ${b.bind(number32(`${type}.${key.param.code}`))}) o on true`;
    expression = 'o.v';
    column = 'o.v::text';
    cast = sqlType;
  }
  return {
    select: `, ${column} as sort_key`,
    join,
    by: `${expression} ${direction} nulls last, r.id ${direction}`,
    after: ([value, id]) =>
      value === null || value === 'null'
        ? `(${expression} is null and r.id ${beyond} ${b.bind(id)})`
        : `(${expression} ${beyond} ${b.bind(value)}::${cast} or (${expression} = ${b.bind(value)}::${cast} and r.id ${beyond} ${b.bind(id)}) or ${expression} is null)`,
  };
}

function encode(cursor: [string | null, string]): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function decode(cursor: string): [string | null, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value) && typeof value[1] === 'string')
      return [value[0] === null ? null : String(value[0]), value[1]];
  } catch {
    // Said below.
  }
  throw refuse(
    400,
    'bad-cursor',
    { vi: 'Con trỏ trang không hợp lệ', en: 'The page cursor is not valid' },
    { field: '_after' },
  );
}

/** Records that the matches refer to (`_include`) or that refer to them (`_revinclude`), each once. */
async function include(on: Queryable, matches: readonly StoredRecord[], query: SearchQuery): Promise<StoredRecord[]> {
  const seen = new Set(matches.map((m) => `${m.type}/${m.id}`));
  const all: StoredRecord[] = [];
  let round: readonly StoredRecord[] = matches;
  for (let depth = 0; round.length > 0 && depth < 5; depth++) {
    const wanted = (list: readonly Include[]): Include[] => list.filter((i) => depth === 0 || i.iterate);
    const found = [
      ...(await forward(on, round, wanted(query.include))),
      ...(await backward(on, round, wanted(query.revinclude))),
    ];
    const fresh = found.filter((record) => {
      const slot = `${record.type}/${record.id}`;
      if (seen.has(slot)) return false;
      seen.add(slot);
      return true;
    });
    all.push(...fresh);
    if (all.length > MAX_INCLUDED)
      throw refuse(
        422,
        'too-costly',
        { vi: 'Kèm theo quá nhiều bản ghi', en: 'Too many records would be included' },
        { field: '_include', remedy: { vi: 'Giảm _count', en: 'Ask for a smaller _count' } },
      );
    round = fresh;
  }
  return all;
}

async function forward(
  on: Queryable,
  from: readonly StoredRecord[],
  includes: readonly Include[],
): Promise<StoredRecord[]> {
  const keys = new Map<string, { type: string; id: string }>();
  for (const { source, param, target } of includes)
    for (const record of from) {
      if (source !== '*' && record.type !== source) continue;
      for (const reference of readAllReferences(record.resource, param)) {
        const found = parseReference(reference);
        if (found && (target === null || found.type === target)) keys.set(`${found.type}/${found.id}`, found);
      }
    }
  return (await readRecords(on, [...keys.values()])).filter((record) => !record.deleted);
}

async function backward(
  on: Queryable,
  to: readonly StoredRecord[],
  includes: readonly Include[],
): Promise<StoredRecord[]> {
  const keys: string[] = [];
  const types = new Set<number>();
  for (const { source, param, target } of includes) {
    if (param === null)
      throw refuse(
        400,
        'not-supported',
        { vi: '_revinclude phải nêu tham số', en: '_revinclude must name a parameter' },
        { field: '_revinclude' },
      );
    types.add(typeNumber(source));
    for (const record of to)
      if (target === null || record.type === target) keys.push(searchKey(`${source}.${param.code}`, record.id));
  }
  if (keys.length === 0) return [];
  const { rows } = await on.query<Row & Parameters<typeof toStored>[0]>({
    name: 'search_backward',
    text: `select r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.sealed, r.patient, r.content
           from record r where r.tenant = mach_tenant() and r.type = any($2::smallint[]) and not r.deleted
             and r.rid in (select k.rid from search_key k where k.tenant = mach_tenant() and k.key = any($1::bigint[]))
           order by r.rid limit ${MAX_INCLUDED + 1}`,
    values: [keys, [...types]],
  });
  return rows.map(toStored);
}
