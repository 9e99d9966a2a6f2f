/**
 * A FHIRPath collection as a piece of SQL: a chain of lateral joins that yields its items, or, where there can be one
 * item at most, an expression that is null for none.
 */
import { literal, NotCompiled } from './sql-text.ts';

export type SystemType = 'string' | 'integer' | 'decimal' | 'boolean' | 'date' | 'dateTime' | 'time';

/** A node of the resource: jsonb of a FHIR type. */
export interface NodeItem {
  readonly kind: 'node';
  readonly sql: string;
  readonly type: string;
  /** jsonb with the id and extensions of a primitive. */
  readonly sibling?: string;
}
/** A value that was computed, in PostgreSQL's own type. */
export interface ValueItem {
  readonly kind: 'value';
  readonly sql: string;
  readonly type: SystemType;
}
/** A choice element of which the type has not been chosen yet. */
export interface ChoiceItem {
  readonly kind: 'choice';
  readonly base: string;
  readonly options: readonly { readonly key: string; readonly type: string }[];
}
export type PlanItem = NodeItem | ValueItem | ChoiceItem;

export interface Plan {
  /** `lateral (…) a1` entries; empty for an expression. Items are then not null. */
  readonly from: readonly string[];
  readonly where: readonly string[];
  readonly order: readonly string[];
  readonly item: PlanItem;
}

export class Aliases {
  private count = 0;
  next(): string {
    this.count++;
    if (this.count > 2000) throw new NotCompiled('a view of this size');
    return `a${this.count}`;
  }
}

export const NOTHING: Plan = {
  from: [],
  where: [],
  order: [],
  item: { kind: 'value', sql: 'null::text', type: 'string' },
};

/** Some functions need their argument several times, so a chain of them grows with a power of its length. */
const MAX_TEXT = 100_000;

export function expression(item: PlanItem): Plan {
  const length = item.kind === 'choice' ? item.base.length : item.sql.length;
  if (length > MAX_TEXT) throw new NotCompiled('an expression of this size');
  return { from: [], where: [], order: [], item };
}
export const value = (sql: string, type: SystemType): Plan => expression({ kind: 'value', sql, type });
export const truth = (sql: string): Plan => value(sql, 'boolean');

/** jsonb of an item that is a node (or a choice, whichever type it has). */
export function jsonOf(item: PlanItem): string {
  if (item.kind === 'node') return item.sql;
  if (item.kind === 'value') return `to_jsonb(${item.sql})`;
  return choiceJson(item);
}

function choiceJson(item: ChoiceItem): string {
  return `coalesce(${item.options.map((o) => `${item.base}->${literal(o.key)}`).join(', ')})`;
}

/** Whether the item is there: a primitive is also where only its extensions are. */
export function present(item: PlanItem): string {
  if (item.kind === 'choice') {
    const keys = item.options.flatMap((o) => [o.key, `_${o.key}`]);
    return `coalesce(${item.base} ?| array[${keys.map(literal).join(', ')}], false)`;
  }
  if (item.kind === 'node' && item.sibling !== undefined)
    return `(${item.sql} is not null or ${item.sibling} is not null)`;
  return `(${item.sql} is not null)`;
}

function tail(plan: Plan): string {
  const where = plan.where.length > 0 ? ` where ${plan.where.join(' and ')}` : '';
  return ` from ${plan.from.map((f, i) => (i === 0 ? f : `cross join ${f}`)).join(' ')}${where}`;
}

const ordered = (plan: Plan): string => (plan.order.length > 0 ? ` order by ${plan.order.join(', ')}` : '');

/** The one value of a plan; PostgreSQL itself refuses more than one row (SQLSTATE 21000). */
export function scalar(plan: Plan, sql: string): string {
  return plan.from.length === 0 ? sql : `(select ${sql}${tail(plan)})`;
}

/** An aggregate over the items; `$order` in it stands for their order. */
export function aggregate(plan: Plan, sql: string): string {
  return `(select ${sql.replace('$order', () => ordered(plan))}${tail(plan)})`;
}

export function existsSql(plan: Plan): string {
  if (plan.from.length === 0) return present(plan.item);
  return `(exists (select 1${tail(plan)}))`;
}

export function countSql(plan: Plan): string {
  if (plan.from.length === 0) return `(case when ${present(plan.item)} then 1 else 0 end)`;
  return `(select count(*)::integer${tail(plan)})`;
}

/** Items of `inner`, which was compiled with the item of `outer` as its focus. */
export function chained(outer: Plan, inner: Plan): Plan {
  if (outer.from.length === 0) return inner;
  const where = [...outer.where, ...inner.where];
  if (inner.from.length === 0) where.push(present(inner.item));
  return {
    from: [...outer.from, ...inner.from],
    where,
    order: [...outer.order, ...inner.order],
    item: inner.item,
  };
}

/** Only the items for which a condition on them holds. */
export function filtered(plan: Plan, condition: string): Plan {
  if (plan.from.length > 0) return { ...plan, where: [...plan.where, condition] };
  const { item } = plan;
  const guard = (sql: string): string => `(case when ${condition} then ${sql} end)`;
  if (item.kind === 'choice') return expression({ ...item, base: guard(item.base) });
  if (item.kind === 'node' && item.sibling !== undefined)
    return expression({ ...item, sql: guard(item.sql), sibling: guard(item.sibling) });
  return expression({ ...item, sql: guard(item.sql) });
}

/** A part of the items by place: `first()`, `[2]`, `tail()`, `last()`. */
export function sliced(
  plan: Plan,
  aliases: Aliases,
  part: { limit?: string; offset?: string; fromEnd?: boolean },
): Plan {
  const a = aliases.next();
  const { item } = plan;
  const order = part.fromEnd ? plan.order.map((o) => `${o} desc`) : plan.order;
  const sibling = item.kind === 'node' ? item.sibling : undefined;
  const sql = item.kind === 'choice' ? item.base : item.sql;
  const rows = `lateral (select ${sql} as v${sibling === undefined ? '' : `, ${sibling} as s`}, row_number() over (${ordered(plan).trim()}) as o${tail(plan)} order by o${
    part.limit === undefined ? '' : ` limit ${part.limit}`
  }${part.offset === undefined ? '' : ` offset ${part.offset}`}) ${a}`;
  const inner: Plan = { ...plan, order };
  const from = part.fromEnd
    ? `lateral (select ${sql} as v${sibling === undefined ? '' : `, ${sibling} as s`}, 1 as o${tail(inner)}${ordered(inner)} limit 1) ${a}`
    : rows;
  const moved: PlanItem =
    item.kind === 'choice'
      ? { ...item, base: `${a}.v` }
      : item.kind === 'node'
        ? { ...item, sql: `${a}.v`, ...(sibling === undefined ? {} : { sibling: `${a}.s` }) }
        : { ...item, sql: `${a}.v` };
  return { from: [from], where: [], order: [`${a}.o`], item: moved };
}

/** The whole collection as a subquery `(v, o)`, the values as given by `sql`; nulls are kept. */
export function rowsSql(plan: Plan, sql: string): string {
  if (plan.from.length === 0) return `select ${sql} as v, 1::bigint as o where ${present(plan.item)}`;
  return `select ${sql} as v, row_number() over (${ordered(plan).trim()}) as o${tail(plan)}`;
}
