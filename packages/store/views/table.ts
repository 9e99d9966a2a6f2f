import type { Query, Queryable, Row } from '../database.ts';
import { sqlType } from './compile-sql.ts';
import { type ViewDefinition, viewTable } from './definition.ts';
import type { RowChange } from './maintain.ts';

const quote = (name: string): string => `"${name}"`;

/** Puts and removes of one command, one statement a view and direction. */
export function rowStatements(changes: readonly RowChange[]): Query[] {
  const byView = new Map<ViewDefinition, RowChange[]>();
  for (const change of changes) {
    const list = byView.get(change.view) ?? [];
    byView.set(change.view, list);
    list.push(change);
  }
  return [...byView].flatMap(([view, list]) => statementsOf(view, list));
}

function statementsOf(view: ViewDefinition, changes: readonly RowChange[]): Query[] {
  const { table } = viewTable(view);
  const rows = changes.flatMap((c) => (c.row ? [c.row] : []));
  const gone = changes.filter((c) => !c.row).map((c) => c.key);
  const names = Object.keys(view.columns);
  const statements: Query[] = [];
  if (rows.length > 0) {
    const labels = ['key', 'patient_label', 'unit_label', 'sensitivity_label'];
    const all = [...labels, ...names.map(quote)];
    const types = ['text', 'text', 'text', 'text', ...names.map((n) => sqlType(view.columns[n]?.type ?? 'text'))];
    const cast = types.map((type, i) => `$${i + 1}::${type}[]`).join(', ');
    statements.push({
      name: `put_${table}`,
      text: `insert into view.${table} (tenant, ${all.join(', ')}) select mach_tenant(), * from unnest(${cast})
             on conflict (tenant, key) do update set ${all
               .slice(1)
               .map((n) => `${n} = excluded.${n}`)
               .join(', ')}`,
      values: [
        rows.map((r) => r.key),
        rows.map((r) => r.patient),
        rows.map((r) => r.unit),
        rows.map((r) => r.sensitivity),
        ...names.map((n) => rows.map((r) => r.cells[n] ?? null)),
      ],
    });
  }
  if (gone.length > 0)
    statements.push({
      name: `del_${table}`,
      text: `delete from view.${table} where tenant = mach_tenant() and key = any($1::text[])`,
      values: [gone],
    });
  return statements;
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
  const columns = Object.keys(view.columns).map(quote);
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
    else if (column.type === 'instant') result[name] = (value as Date).toISOString();
    else if (column.type === 'number') result[name] = Number(value);
    else result[name] = value as string | boolean | object;
  }
  return result;
}
