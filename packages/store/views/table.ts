import { hash } from 'node:crypto';
import type { Query, Queryable, Row } from '../database.ts';
import { type Cell, cellsOf } from './cells.ts';
import { sqlType } from './compile-sql.ts';
import { type ViewDefinition, viewTable } from './definition.ts';
import type { Cells } from './evaluate.ts';
import type { RowChange } from './maintain.ts';

const quote = (name: string): string => `"${name}"`;

/** Puts, sets and removes of one command, one statement a view, kind and set of columns. */
export function rowStatements(changes: readonly RowChange[]): Query[] {
  const groups = new Map<
    string,
    { view: ViewDefinition; cells: readonly Cell[]; rows: { key: string; cells: Cells }[] }
  >();
  const gone = new Map<ViewDefinition, string[]>();
  for (const change of changes) {
    if (change.op === 'remove') {
      gone.set(change.view, [...(gone.get(change.view) ?? []), change.key]);
      continue;
    }
    const { view, key, op, cells: values } = change;
    const cells = cellsOf(view).filter((cell) => cell.name in values);
    const slot = `${op} ${view.name} ${cells.map((cell) => cell.name).join()}`;
    const group = groups.get(slot) ?? { view, cells, rows: [] };
    groups.set(slot, group);
    group.rows.push({ key, cells: values });
  }
  return [
    ...[...groups].map(([slot, { view, cells, rows }]) =>
      slot.startsWith('put ') ? putStatement(view, cells, rows) : setStatement(view, cells, rows),
    ),
    ...[...gone].map(([view, keys]) => removeStatement(view, keys)),
  ];
}

const columnsOf = (cells: readonly Cell[], rows: readonly { key: string; cells: Cells }[]): unknown[][] => [
  rows.map((row) => row.key),
  ...cells.map(({ name }) => rows.map((row) => row.cells[name] ?? null)),
];
const arraysOf = (cells: readonly Cell[]): string =>
  ['text', ...cells.map((cell) => sqlType(cell.type))].map((type, i) => `$${i + 1}::${type}[]`).join(', ');

function putStatement(view: ViewDefinition, cells: readonly Cell[], rows: { key: string; cells: Cells }[]): Query {
  const { table } = viewTable(view);
  const names = cells.map((cell) => quote(cell.name));
  return {
    name: `put_${table}`,
    text: `insert into view.${table} (tenant, key, ${names.join(', ')}) select mach_tenant(), * from unnest(${arraysOf(cells)})
           on conflict (tenant, key) do update set ${names.map((n) => `${n} = excluded.${n}`).join(', ')}`,
    values: columnsOf(cells, rows),
  };
}

/** A row that is set must be there: where it is not (a table being rebuilt), the transaction ends and is done whole. */
function setStatement(view: ViewDefinition, cells: readonly Cell[], rows: { key: string; cells: Cells }[]): Query {
  const { table } = viewTable(view);
  const names = cells.map((cell) => quote(cell.name));
  return {
    name: `set_${table}_${hash('sha256', names.join(), 'hex').slice(0, 8)}`,
    text: `with n as (select * from unnest(${arraysOf(cells)}) as n(key, ${names.join(', ')})),
           u as (update view.${table} v set ${names.map((c) => `${c} = n.${c}`).join(', ')} from n
             where v.tenant = mach_tenant() and v.key = n.key returning 1)
           select mach_expect((select count(*) from u), $${cells.length + 2}::bigint, 'view row')`,
    values: [...columnsOf(cells, rows), rows.length],
  };
}

function removeStatement(view: ViewDefinition, keys: readonly string[]): Query {
  const { table } = viewTable(view);
  return {
    name: `del_${table}`,
    text: `delete from view.${table} where tenant = mach_tenant() and key = any($1::text[])`,
    values: [keys],
  };
}

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

/** One page of a view. Unknown columns throw RangeError: the door answers with the names there are. */
export async function queryView(
  on: Queryable,
  view: ViewDefinition,
  query: ViewQuery,
): Promise<{ rows: PlainRow[]; next: string | null }> {
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
    else if (op === 'eq') where.push(`${name} = any(${bind(wanted)}::${type}[])`);
    else where.push(`${name} ${op === 'from' ? '>=' : '<='} ${bind(wanted[0])}::${type}`);
  }
  if (query.keys) where.push(`key = any(${bind(query.keys)}::text[])`);
  const descending = query.sort?.startsWith('-') ?? false;
  const sort = query.sort?.replace(/^-/, '');
  const limit = Math.min(Math.max(query.limit ?? 200, 1), 1000);
  const direction = descending ? 'desc' : 'asc';
  const sortColumn = sort ? columnOf(sort) : undefined;
  if (query.after !== undefined)
    where.push(keyset(query.after, sort, sortColumn, typeOf(sort ?? ''), descending, bind));
  const order = sortColumn ? `${sortColumn} ${direction} nulls last, key ${direction}` : `key ${direction}`;
  // Instants as text: the connection's time zone is UTC, and a Date for each of a thousand cells is the price of the page.
  const columns = Object.entries(view.columns).map(([name, { type }]) =>
    type === 'instant' ? `${quote(name)}::text` : quote(name),
  );
  const { rows } = await on.query<Row>({
    text: `select key, patient_label, unit_label${sortColumn ? `, ${sortColumn}::text as sort_text` : ''}, ${columns.join(', ')}
           from view.${table} where ${where.join(' and ')} order by ${order} limit ${limit + 1}`,
    values,
  });
  const page = rows.slice(0, limit);
  const lastRow = page.at(-1);
  const next =
    rows.length > limit && lastRow
      ? Buffer.from(JSON.stringify([sort ? lastRow.sort_text : null, lastRow.key])).toString('base64url')
      : null;
  return { rows: page.map((row) => plain(view, row)), next };
}

function keyset(
  after: string,
  sort: string | undefined,
  column: string | undefined,
  type: string,
  descending: boolean,
  bind: (value: unknown) => string,
): string {
  const cursor = JSON.parse(Buffer.from(after, 'base64url').toString('utf8')) as [string | null, string];
  const beyond = descending ? '<' : '>';
  const key = bind(cursor[1]);
  if (!sort || !column) return `key ${beyond} ${key}`;
  if (cursor[0] === null) return `(${column} is null and key ${beyond} ${key})`;
  const value = `${bind(cursor[0])}::${type}`;
  return `(${column} ${beyond} ${value} or (${column} = ${value} and key ${beyond} ${key}) or ${column} is null)`;
}

function plain(view: ViewDefinition, row: Row): PlainRow {
  const result: PlainRow = { key: String(row.key) };
  if (!view.columns.patient) result.patient = (row.patient_label as string | null) ?? null;
  for (const [name, column] of Object.entries(view.columns)) {
    const value = row[name];
    if (value === null || value === undefined) result[name] = null;
    else if (column.type === 'instant') result[name] = isoInstant(String(value));
    else if (column.type === 'number') result[name] = Number(value);
    else result[name] = value as string | boolean | object;
  }
  return result;
}

/** `2026-11-22 07:09:09.74+00` → `2026-11-22T07:09:09.740Z`. Views keep milliseconds. */
function isoInstant(text: string): string {
  const fraction = text.indexOf('.');
  const end = text.indexOf('+', 19);
  const millis = fraction < 0 ? '' : text.slice(fraction + 1, end < 0 ? undefined : end);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${millis.padEnd(3, '0').slice(0, 3)}Z`;
}
