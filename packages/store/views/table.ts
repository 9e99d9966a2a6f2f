import { hash } from 'node:crypto';
import type { Query } from '../database.ts';
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
