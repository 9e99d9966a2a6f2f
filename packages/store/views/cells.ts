import { type ColumnType, type Condition, type Expression, patientLabel, type ViewDefinition } from './definition.ts';

/** What a cell reads: paths in the base, in joined records, and in children (by alias). */
export interface Uses {
  base: ReadonlySet<string>;
  joins: ReadonlyMap<string, ReadonlySet<string>>;
  children: ReadonlyMap<string, ReadonlySet<string>>;
  /** Which children count, by alias; none for an alias of which all do. */
  counting: ReadonlyMap<string, readonly Condition[]>;
}

/** One column of the view's table: a label or a declared column. */
export interface Cell {
  /** Name of the column in the table, unquoted. */
  name: string;
  type: ColumnType;
  value: Expression;
  uses: Uses;
}

class Collector implements Uses {
  readonly base = new Set<string>();
  readonly joins = new Map<string, Set<string>>();
  readonly children = new Map<string, Set<string>>();
  readonly counting = new Map<string, Condition[]>();
  private readonly all = new Set<string>();

  private count(alias: string, where: Condition | undefined): void {
    if (where === undefined) this.all.add(alias);
    if (where === undefined || this.all.has(alias)) this.counting.delete(alias);
    else this.counting.set(alias, [...(this.counting.get(alias) ?? []), where]);
  }

  private source(from: string | undefined): Set<string> {
    return from === undefined ? this.base : member(this.joins, from);
  }

  condition(condition: Condition | undefined, to: Set<string>): void {
    if (condition === undefined) return;
    if (condition.op === 'all' || condition.op === 'any') for (const part of condition.of) this.condition(part, to);
    else if (condition.op === 'not') this.condition(condition.of, to);
    else to.add(condition.path);
  }

  expression(e: Expression): void {
    switch (e.kind) {
      case 'value':
      case 'reference-id':
        this.source(e.from).add(e.path);
        return;
      case 'constant':
        return;
      case 'coalesce':
        for (const part of e.of) this.expression(part);
        return;
      case 'when':
        for (const c of e.cases) this.condition(c.if, this.base);
        return;
    }
    const child = member(this.children, e.of);
    this.condition(e.where, child);
    this.count(e.of, e.where);
    if (e.kind === 'sum') child.add(e.path);
    else if (e.kind === 'first' || e.kind === 'last') for (const path of [e.path, e.by]) child.add(path);
    else if (e.kind === 'list') for (const path of [e.by, ...Object.values(e.fields)]) child.add(path);
  }
}

function member(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key) ?? new Set<string>();
  map.set(key, known);
  return known;
}

function cell(name: string, type: ColumnType, value: Expression): Cell {
  const uses = new Collector();
  uses.expression(value);
  return { name, type, value, uses };
}

const NOTHING: Expression = { kind: 'coalesce', of: [] };

export const LABELS = ['patient_label', 'unit_label', 'sensitivity_label'] as const;

const known = new WeakMap<ViewDefinition, readonly Cell[]>();

/** The columns of a view's table in their order, labels first. The key is not among them. */
export function cellsOf(view: ViewDefinition): readonly Cell[] {
  const cells = known.get(view) ?? [
    cell('patient_label', 'text', patientLabel(view)),
    cell('unit_label', 'text', view.unit ?? NOTHING),
    cell('sensitivity_label', 'text', { kind: 'value', path: 'meta.security.code' }),
    ...Object.entries(view.columns).map(([name, column]) => cell(name, column.type, column.value)),
  ];
  known.set(view, cells);
  return cells;
}
