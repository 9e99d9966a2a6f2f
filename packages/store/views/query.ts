import pg from 'pg';
import type { Queryable } from '../database.ts';
import { sqlType } from './compile-sql.ts';
import { type ViewDefinition, viewTable } from './definition.ts';

const quote = (name: string): string => `"${name}"`;

/** A condition on a declared column. `from`/`to` are inclusive; several values mean any of them. */
export interface Filter {
  column: string;
  op: 'eq' | 'from' | 'to' | 'missing';
  values: readonly string[];
}

export interface ViewQuery {
  filters?: readonly Filter[];
  keys?: readonly string[];
  /** Column to sort by, `-column` for descending; the key decides between equals. */
  sort?: string;
  limit?: number;
  /** The cursor that the page before ended with. */
  after?: string;
}

export type PlainRow = Record<string, string | number | boolean | object | null>;

/**
 * What is filtered by stands in the statement itself: of ten thousand visits a few wait and the others are over, and only by
 * the word that is asked for does PostgreSQL know which of the two it is. The statement is planned each time in any case.
 */
const constant = (value: string | undefined): string => (value === undefined ? 'null' : pg.escapeLiteral(value));

/**
 * One page of a view, each row as JSON text: a worklist is read far more often than looked into by the program. Unknown
 * columns throw RangeError: the door answers with the names there are.
 */
export async function queryViewText(
  on: Queryable,
  view: ViewDefinition,
  query: ViewQuery,
): Promise<{ rows: string[]; next: string | null }> {
  const { table } = viewTable(view);
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const columnOf = (name: string): string => {
    if (name === 'key') return 'key';
    if (name === 'patient' && !view.columns.patient) return 'patient_label';
    if (name === 'unit' && !view.columns.unit) return 'unit_label';
    if (!view.columns[name]) throw new RangeError(name);
    return quote(name);
  };
  const typeOf = (name: string): string => (view.columns[name] ? sqlType(view.columns[name].type) : 'text');
  const where = ['tenant = mach_tenant()'];
  for (const { column, op, values: wanted } of query.filters ?? []) {
    const name = columnOf(column);
    const type = typeOf(column);
    if (op === 'missing') where.push(`${name} is ${wanted[0] === 'false' ? 'not ' : ''}null`);
    else if (op === 'eq') where.push(`${name} = any(array[${wanted.map(constant).join()}]::${type}[])`);
    else where.push(`${name} ${op === 'from' ? '>=' : '<='} ${constant(wanted[0])}::${type}`);
  }
  if (query.keys) where.push(`key = any(${bind(query.keys)}::text[])`);
  const descending = query.sort?.startsWith('-') ?? false;
  const sort = query.sort?.replace(/^-/, '');
  const limit = Math.min(Math.max(query.limit ?? 200, 1), 1000);
  const sortColumn = sort ? columnOf(sort) : undefined;
  const some: Some = (conditions, order, also = '') =>
    `select key, ${sortColumn ? `${sortColumn}::text` : 'null'} as sort_text${also},
       (select row_to_json(r) from (select ${cellsSql(view)}) r)::text as row
     from view.${table} where ${[...where, ...conditions].join(' and ')} order by ${order} limit ${limit + 1}`;
  const cursor = query.after === undefined ? undefined : cursorOf(query.after);
  const beyond = cursor && {
    value: cursor[0] === null || !sortColumn ? null : `${bind(cursor[0])}::${typeOf(sort ?? '')}`,
    key: bind(cursor[1]),
  };
  const { rows } = await on.query<{ key: string; sort_text: string | null; row: string }>({
    text: descending && sortColumn ? backwards(sortColumn, beyond, some, limit) : forwards(sortColumn, beyond, some),
    values,
  });
  const page = rows.slice(0, limit);
  const lastRow = page.at(-1);
  const next =
    rows.length > limit && lastRow
      ? Buffer.from(JSON.stringify([sort ? lastRow.sort_text : null, lastRow.key])).toString('base64url')
      : null;
  return { rows: page.map(({ row }) => row), next };
}

/** The cells of a row as they are told: instants in UTC to the millisecond, numbers without needless zeros. */
function cellsSql(view: ViewDefinition): string {
  const cells = Object.entries(view.columns).map(([name, { type }]) => {
    const column = quote(name);
    if (type === 'instant') return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;
    return type === 'number' ? `trim_scale(${column}) as ${column}` : column;
  });
  return ['key', ...(view.columns.patient ? [] : ['patient_label as patient']), ...cells].join(', ');
}

/** The same page, parsed. */
export async function queryView(
  on: Queryable,
  view: ViewDefinition,
  query: ViewQuery,
): Promise<{ rows: PlainRow[]; next: string | null }> {
  const { rows, next } = await queryViewText(on, view, query);
  return { rows: rows.map((row) => JSON.parse(row) as PlainRow), next };
}

/** Where the page before ended, as bound values; `value` is null for a row without one, and where nothing is sorted by. */
type Beyond = { value: string | null; key: string } | undefined;
type Some = (conditions: readonly string[], order: string, also?: string) => string;

const cursorOf = (after: string): [string | null, string] =>
  JSON.parse(Buffer.from(after, 'base64url').toString('utf8')) as [string | null, string];

function forwards(column: string | undefined, beyond: Beyond, some: Some): string {
  if (!column) return some(beyond ? [`key > ${beyond.key}`] : [], 'key');
  const after = ({ value, key }: NonNullable<Beyond>): string =>
    value === null
      ? `(${column} is null and key > ${key})`
      : `(${column} > ${value} or (${column} = ${value} and key > ${key}) or ${column} is null)`;
  return some(beyond ? [after(beyond)] : [], `${column}, key`);
}

/**
 * The greatest first, and last the rows without a value. An index read backwards tells those first: so they are asked for by
 * themselves, and a page is as many entries of the index, not all rows sorted.
 */
function backwards(column: string, beyond: Beyond, some: Some, limit: number): string {
  const order = `${column} desc, key desc`;
  if (beyond?.value === null) return some([`${column} is null`, `key < ${beyond.key}`], order);
  const part = (conditions: readonly string[]): string => some(conditions, order, `, ${column} as sorted`);
  const below = beyond ? [`(${column}, key) < (${beyond.value}, ${beyond.key})`] : [];
  return `select key, sort_text, row from (select 0 as part, w.* from (${part([`${column} is not null`, ...below])}) w
    union all select 1, o.* from (${part([`${column} is null`])}) o) u order by part, sorted desc, key desc limit ${limit + 1}`;
}
