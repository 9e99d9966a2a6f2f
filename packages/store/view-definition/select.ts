/** A ViewDefinition as one set-based SQL statement. */
import type { Expr } from '@mach/fhir/fhirpath/ast.ts';
import type { FhirView, Path, ViewColumn, ViewSelect } from '@mach/fhir/view-definition/definition.ts';
import { compileExpression } from './expressions.ts';
import { booleanOf } from './operators.ts';
import { Aliases, aggregate, type NodeItem, type Plan, present, rowsSql, scalar } from './plan.ts';
import { literal, NotCompiled, ViewTypeError } from './sql-text.ts';
import type { Scope } from './steps.ts';
import { cellJson, systemType } from './values.ts';

/** What a select adds to the statement. */
interface Part {
  /** Joins, ready to stand after the source. */
  readonly joins: string[];
  /** jsonb of each column. */
  readonly cells: string[];
  readonly order: string[];
}

export interface ViewSql {
  /** jsonb expressions of the columns, in their order. */
  readonly cells: readonly string[];
  /** `cross join lateral …`, over a source with the alias `f`. */
  readonly joins: string;
  readonly where: string;
  readonly order: string;
}

/**
 * Compiles a view over rows `f(id, v)` of the view's resource type.
 * @throws NotCompiled where a part has no set-based form; ViewTypeError where the view is wrong for any data
 */
export function compileViewSql(view: FhirView): ViewSql {
  const aliases = new Aliases();
  const root = node({ kind: 'node', sql: 'f.v', type: view.resource });
  const scope: Scope = { focus: root, root, index: '0', constants: view.constants, aliases };
  const where = view.where.map((path) => condition(path, scope));
  const parts = view.selects.map((select) => compileSelect(select, scope));
  return {
    cells: parts.flatMap((p) => p.cells),
    joins: parts.flatMap((p) => p.joins).join('\n'),
    where: where.length > 0 ? where.join(' and ') : 'true',
    order: ['f.id', ...parts.flatMap((p) => p.order)].join(', '),
  };
}

function node(item: NodeItem): Plan {
  return { from: [], where: [], order: [], item };
}

function condition(path: Path, scope: Scope): string {
  const plan = compileExpression(path.expr, scope);
  const { item } = plan;
  const type = item.kind === 'value' ? item.type : item.kind === 'node' ? systemType(item.type) : undefined;
  if (item.kind !== 'choice' && type !== 'boolean')
    throw new ViewTypeError(`the condition ${path.text} is not a boolean`);
  return `coalesce(${booleanOf(plan)}, false)`;
}

function cell(column: ViewColumn, scope: Scope): string {
  const plan = compileExpression(column.path.expr, scope);
  const json = cellJson(plan.item, column.type);
  if (!column.collection) return scalar(plan, json);
  if (plan.from.length === 0)
    return `(case when ${present(plan.item)} then jsonb_build_array(${json}) else '[]'::jsonb end)`;
  return `coalesce(${aggregate(plan, `jsonb_agg(${json}$order)`)}, '[]'::jsonb)`;
}

function compileSelect(select: ViewSelect, outer: Scope): Part {
  const part: Part = { joins: [], cells: [], order: [] };
  const scope = iterate(select, outer, part);
  part.cells.push(...select.columns.map((column) => cell(column, scope)));
  for (const inner of select.selects) {
    const { joins, cells, order } = compileSelect(inner, scope);
    part.joins.push(...joins);
    part.cells.push(...cells);
    part.order.push(...order);
  }
  if (select.unionAll.length > 0) {
    const a = scope.aliases.next();
    const branches = select.unionAll.map((branch, i) => {
      const { joins, cells, order } = compileSelect(branch, scope);
      const o = order.length > 0 ? `row_number() over (order by ${order.join(', ')})` : '1';
      return `select ${[`${i} as b`, `${o} as o`, ...cells.map((c, n) => `${c} as c${n}`)].join(', ')} from (select 1) x ${joins.join(' ')}`;
    });
    part.joins.push(`cross join lateral (${branches.join(' union all ')}) ${a}`);
    part.order.push(`${a}.b`, `${a}.o`);
    part.cells.push(...(select.unionAll[0]?.output ?? []).map((_, n) => `${a}.c${n}`));
  }
  return part;
}

/** Joins what the select goes through, and gives the scope of its columns. */
function iterate(select: ViewSelect, outer: Scope, part: Part): Scope {
  const { iteration } = select;
  if (iteration.kind === 'none') return outer;
  const a = outer.aliases.next();
  part.order.push(`${a}.i`);
  if (iteration.kind === 'repeat') {
    const { sql, type } = repeated(
      iteration.paths.map((p) => p.expr),
      outer,
    );
    part.joins.push(`cross join lateral (${sql}) ${a}`);
    return { ...outer, focus: node({ kind: 'node', sql: `${a}.v`, type }), index: `${a}.i::integer` };
  }
  const plan = compileExpression(iteration.path.expr, outer);
  const { item } = plan;
  if (item.kind === 'choice') throw new NotCompiled('forEach over a choice without ofType()');
  const rows = `select v, (o - 1)::integer as i from (${rowsSql(plan, item.sql)}) p`;
  const optional = iteration.kind === 'forEachOrNull';
  part.joins.push(`${optional ? 'left' : 'cross'} join lateral (${rows}) ${a}${optional ? ' on true' : ''}`);
  const moved =
    item.kind === 'node'
      ? ({ kind: 'node', sql: `${a}.v`, type: item.type } as const)
      : ({ ...item, sql: `${a}.v` } as const);
  return {
    ...outer,
    focus: { from: [], where: [], order: [], item: moved },
    index: optional ? `coalesce(${a}.i, 0)` : `${a}.i`,
  };
}

/** All nodes below, each before its own: `v`, and `i` from 0. */
function repeated(paths: readonly Expr[], outer: Scope): { sql: string; type: string } {
  const step = (scope: Scope): { rows: string[]; types: Set<string> } => {
    const types = new Set<string>();
    const rows = paths.flatMap((expr, b) => {
      const plan = compileExpression(expr, scope);
      if (plan.item.kind === 'choice') throw new NotCompiled('repeat over a choice');
      if (plan.item.kind === 'value') return [];
      types.add(plan.item.type);
      return [`select ${b} as b, v, o from (${rowsSql(plan, plan.item.sql)}) p`];
    });
    return { rows, types };
  };
  const first = step(outer);
  const [type] = first.types;
  if (type === undefined)
    return {
      sql: 'select null::jsonb as v, 0 as i where false',
      type: outer.root.item.kind === 'node' ? outer.root.item.type : '',
    };
  const below = step({ ...outer, focus: node({ kind: 'node', sql: 'rep.v', type }) });
  if (new Set([...first.types, ...below.types]).size > 1) throw new NotCompiled('repeat over several types');
  const start = `select s.v, array[s.b, s.o]::bigint[] as p from (${first.rows.join(' union all ')}) s`;
  const next =
    below.rows.length === 0
      ? ''
      : ` union all select n.v, rep.p || array[n.b, n.o]::bigint[] from rep cross join lateral (${below.rows.join(' union all ')}) n`;
  return {
    sql: `with recursive rep(v, p) as (${start}${next}) select v, row_number() over (order by p) - 1 as i from rep`,
    type,
  };
}

/** The cells of a row as one JSON object in text, numbers with all their digits. */
export function rowText(view: FhirView, sql: ViewSql): string {
  return `'{' || ${view.columns
    .map(
      (c, i) =>
        `${literal(`${i === 0 ? '' : ','}${JSON.stringify(c.name)}:`)} || coalesce((${sql.cells[i]})::text, 'null')`,
    )
    .join(' || ')} || '}'`;
}
