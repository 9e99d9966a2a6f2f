import { hash } from 'node:crypto';

/*
 * A view is declared, never programmed: a base record type, what it is joined to, and columns over both. The one
 * declaration has two independent readings: `evaluate.ts` computes one row from parsed records inside the writing
 * transaction, `compile-sql.ts` fills the whole table set-based from the stored text. They must give the same rows.
 *
 * A path is `a.b[c=value].d`: member access that looks into arrays, with an optional equality filter on a member.
 */

export type ColumnType = 'text' | 'number' | 'instant' | 'boolean' | 'json';

export type Condition =
  | { op: 'is'; path: string; value: string }
  | { op: 'in'; path: string; values: readonly string[] }
  | { op: 'exists'; path: string }
  | { op: 'not'; of: Condition }
  | { op: 'all'; of: readonly Condition[] }
  | { op: 'any'; of: readonly Condition[] };

export type Expression =
  | { kind: 'value'; path: string; from?: string }
  | { kind: 'reference-id'; path: string; from?: string }
  | { kind: 'constant'; value: string }
  | { kind: 'coalesce'; of: readonly Expression[] }
  | { kind: 'when'; cases: readonly { if: Condition; then: string }[]; else?: string }
  | { kind: 'count' | 'exists'; of: string; where?: Condition }
  | { kind: 'sum'; of: string; path: string; where?: Condition }
  | { kind: 'first' | 'last'; of: string; path: string; by: string; where?: Condition }
  | { kind: 'list'; of: string; fields: Readonly<Record<string, string>>; by: string; where?: Condition };

export interface Column {
  type: ColumnType;
  value: Expression;
  /** Kept sorted in an index of its own: for the columns that screens filter and sort by. */
  indexed?: boolean;
}

/** A record that the base points at. `param` is the search parameter of the base that finds the way back. */
export interface Join {
  type: string;
  path: string;
  param: string;
}

/** Records that point at the base: by `path` in them, found through the search parameter `param`. */
export interface Children {
  type: string;
  path: string;
  param: string;
}

export interface ViewDefinition {
  /** `outpatient.queue` */
  name: string;
  /** live: kept in the writing transaction · deferred: follows the feed. */
  kind: 'live' | 'deferred';
  base: string;
  where?: Condition;
  joins?: Readonly<Record<string, Join>>;
  children?: Readonly<Record<string, Children>>;
  columns: Readonly<Record<string, Column>>;
  /** Labels of every row; policy reads them. Default of patient: `subject`. */
  patient?: Expression;
  unit?: Expression;
}

export const is = (path: string, value: string): Condition => ({ op: 'is', path, value });
export const oneOf = (path: string, ...values: string[]): Condition => ({ op: 'in', path, values });
export const has = (path: string): Condition => ({ op: 'exists', path });
export const not = (of: Condition): Condition => ({ op: 'not', of });
export const all = (...of: Condition[]): Condition => ({ op: 'all', of });
export const any = (...of: Condition[]): Condition => ({ op: 'any', of });

type Options = { indexed?: boolean };
const column = (type: ColumnType, value: Expression, options: Options = {}): Column => ({ type, value, ...options });

/** A column of the base, or with `alias.path` syntax of a join: `text('subject.reference')`, `text('$patient.gender')`. */
function source(path: string): Expression {
  const match = /^\$([a-zA-Z]+)\.(.+)$/.exec(path);
  return match ? { kind: 'value', from: match[1] ?? '', path: match[2] ?? '' } : { kind: 'value', path };
}

const expression = (of: string | Expression): Expression => (typeof of === 'string' ? source(of) : of);

export const text = (of: string | Expression, options?: Options): Column => column('text', expression(of), options);
export const number = (of: string | Expression, options?: Options): Column => column('number', expression(of), options);
export const instant = (of: string | Expression, options?: Options): Column =>
  column('instant', expression(of), options);
export const flag = (of: string | Expression, options?: Options): Column => column('boolean', expression(of), options);
export const json = (of: Expression): Column => column('json', of);

export const referenceId = (path: string): Expression => {
  const { from, path: rest } = source(path) as { from?: string; path: string };
  return { kind: 'reference-id', path: rest, from };
};
export const constant = (value: string): Expression => ({ kind: 'constant', value });
export const coalesce = (...of: (string | Expression)[]): Expression => ({ kind: 'coalesce', of: of.map(expression) });
export const when = (cases: { if: Condition; then: string }[], otherwise?: string): Expression => ({
  kind: 'when',
  cases,
  else: otherwise,
});
export const count = (of: string, where?: Condition): Expression => ({ kind: 'count', of, where });
export const exists = (of: string, where?: Condition): Expression => ({ kind: 'exists', of, where });
export const sum = (of: string, path: string, where?: Condition): Expression => ({ kind: 'sum', of, path, where });
export const first = (of: string, path: string, by: string, where?: Condition): Expression => ({
  kind: 'first',
  of,
  path,
  by,
  where,
});
export const last = (of: string, path: string, by: string, where?: Condition): Expression => ({
  kind: 'last',
  of,
  path,
  by,
  where,
});
export const list = (of: string, fields: Record<string, string>, by: string, where?: Condition): Expression => ({
  kind: 'list',
  of,
  fields,
  by,
  where,
});

const tables = new WeakMap<ViewDefinition, { hash: string; table: string }>();

/** The table of a definition: named by its hash, so a changed definition fills beside the old one. */
export function viewTable(view: ViewDefinition): { hash: string; table: string } {
  const known = tables.get(view);
  if (known) return known;
  const digest = hash('sha256', JSON.stringify([2, view]), 'hex').slice(0, 12);
  const made = { hash: digest, table: `v_${view.name.replaceAll(/[^a-z0-9]+/g, '_')}_${digest}` };
  tables.set(view, made);
  return made;
}

export function patientLabel(view: ViewDefinition): Expression {
  return (
    view.patient ??
    (view.base === 'Patient' ? { kind: 'value', path: 'id' } : { kind: 'reference-id', path: 'subject.reference' })
  );
}
