/** Operators of FHIRPath on plans. */
import type { BinaryOp } from '@mach/fhir/fhirpath/ast.ts';
import {
  type Aliases,
  aggregate,
  jsonOf,
  type Plan,
  rowsSql,
  type SystemType,
  scalar,
  truth,
  type ValueItem,
  value,
} from './plan.ts';
import { comparePrecise, NotCompiled, sortableDate, sortableTime } from './sql-text.ts';
import { nativeOf, systemType } from './values.ts';

const isNumber = (type: SystemType): boolean => type === 'integer' || type === 'decimal';
const isDate = (type: SystemType): boolean => type === 'date' || type === 'dateTime';
const isTemporal = (type: SystemType): boolean => isDate(type) || type === 'time';

/** The one value of a plan as PostgreSQL has it. */
export function one(plan: Plan): ValueItem {
  const item = nativeOf(plan.item);
  return { ...item, sql: scalar(plan, item.sql) };
}

/** The truth of a plan that is a boolean. */
export function booleanOf(plan: Plan): string {
  const item = one(plan);
  if (item.type !== 'boolean') throw new NotCompiled(`a ${item.type} as a condition`);
  return item.sql;
}

export function binary(op: BinaryOp, left: Plan, right: Plan, aliases: Aliases): Plan {
  switch (op) {
    case 'and':
    case 'or':
      return truth(`(${booleanOf(left)} ${op} ${booleanOf(right)})`);
    case 'xor':
      return truth(`(${booleanOf(left)} <> ${booleanOf(right)})`);
    case 'implies':
      return truth(`(not ${booleanOf(left)} or ${booleanOf(right)})`);
    case '=':
      return truth(equalSql(left, right));
    case '!=':
      return truth(`(not ${equalSql(left, right)})`);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return truth(orderSql(op, one(left), one(right)));
    case 'in':
      return memberOf(left, right);
    case 'contains':
      return memberOf(right, left);
    case '|':
      return union(left, right, aliases);
    case '&':
      return value(`(coalesce(${stringOf(left)}, '') || coalesce(${stringOf(right)}, ''))`, 'string');
    case '+':
    case '-':
    case '*':
    case '/':
    case 'div':
    case 'mod':
      return arithmetic(op, one(left), one(right));
    default:
      throw new NotCompiled(op);
  }
}

export function stringOf(plan: Plan): string {
  const item = one(plan);
  if (item.type !== 'string') throw new NotCompiled(`a ${item.type} as text`);
  return item.sql;
}

function sortable(item: ValueItem): string {
  return item.type === 'time' ? sortableTime(item.sql) : sortableDate(item.sql);
}

const isNode = (plan: Plan): boolean =>
  plan.item.kind === 'choice' || (plan.item.kind === 'node' && systemType(plan.item.type) === undefined);

/** `=`: null where a side is empty, false where the numbers of items differ, else item by item. */
function equalSql(left: Plan, right: Plan): string {
  if (isNode(left) || isNode(right)) {
    if (!isNode(left) || !isNode(right)) throw new NotCompiled('the comparison of a node with a value');
    const quantity = [left, right].some(
      (p) => p.item.kind === 'choice' || /Quantity|Age|Distance|Duration|Count/.test(p.item.type),
    );
    if (quantity) throw new NotCompiled('the comparison of quantities');
    return `(${list(left, jsonOf(left.item))} = ${list(right, jsonOf(right.item))})`;
  }
  const [a, b] = [nativeOf(left.item), nativeOf(right.item)];
  const both = left.from.length === 0 && right.from.length === 0;
  if (isTemporal(a.type) && isTemporal(b.type)) {
    if (isDate(a.type) !== isDate(b.type)) return differ(left, right);
    if (!isOne(left) || !isOne(right)) throw new NotCompiled('the comparison of several dates');
    return `(${comparePrecise(sortable(one(left)), sortable(one(right)))} = 0)`;
  }
  if (a.type !== b.type && !(isNumber(a.type) && isNumber(b.type))) return differ(left, right);
  const cast = isNumber(a.type) ? '::numeric' : a.type === 'string' ? ' collate "C"' : '';
  if (both) return `(${a.sql}${cast} = ${b.sql}${cast})`;
  return `(${list(left, `${a.sql}${cast}`)} = ${list(right, `${b.sql}${cast}`)})`;
}

/** A lateral that was cut to one row, or an expression. */
const isOne = (plan: Plan): boolean =>
  plan.from.length === 0 || (plan.from.length === 1 && / limit 1( offset [^)]*\)?)?\) a\d+$/.test(plan.from[0] ?? ''));

function list(plan: Plan, sql: string): string {
  if (plan.from.length === 0) return `(case when ${sql} is not null then array[${sql}] end)`;
  return aggregate(plan, `array_agg(${sql}$order)`);
}

/** Values that are never equal: false where both are there. */
function differ(left: Plan, right: Plan): string {
  return `(case when ${list(left, nativeOf(left.item).sql)} is not null and ${list(right, nativeOf(right.item).sql)} is not null then false end)`;
}

function orderSql(op: '<' | '>' | '<=' | '>=', a: ValueItem, b: ValueItem): string {
  if (isNumber(a.type) && isNumber(b.type)) return `(${a.sql}::numeric ${op} ${b.sql}::numeric)`;
  if (a.type === 'string' && b.type === 'string') return `(${a.sql} collate "C" ${op} ${b.sql} collate "C")`;
  if (isTemporal(a.type) && isTemporal(b.type) && isDate(a.type) === isDate(b.type))
    return `(${comparePrecise(sortable(a), sortable(b))} ${op} 0)`;
  throw new NotCompiled(`${a.type} ${op} ${b.type}`);
}

function memberOf(item: Plan, among: Plan): Plan {
  if (isNode(item) || isNode(among)) throw new NotCompiled('membership of nodes');
  const [a, b] = [one(item), nativeOf(among.item)];
  const same = a.type === b.type || (isNumber(a.type) && isNumber(b.type));
  if (!same || isTemporal(a.type)) throw new NotCompiled(`membership of a ${a.type} in ${b.type}`);
  const cast = isNumber(a.type) ? '::numeric' : a.type === 'string' ? ' collate "C"' : '';
  return truth(
    `(case when ${a.sql} is not null then exists (select 1 from (${rowsSql(among, b.sql)}) m where m.v${cast} = ${a.sql}${cast}) end)`,
  );
}

/** Each value once, in the order of first sight. */
export function distinctSql(parts: readonly string[], type: SystemType, aliases: Aliases): Plan {
  const a = aliases.next();
  const all = parts.map((rows, i) => `select ${i} as b, v, o from (${rows}) p${i}`).join(' union all ');
  return {
    from: [
      `lateral (select v, row_number() over (order by min(array[b, o])) as o from (${all}) u where v is not null group by v) ${a}`,
    ],
    where: [],
    order: [`${a}.o`],
    item: { kind: 'value', sql: `${a}.v`, type },
  };
}

export function distinctValue(plan: Plan): ValueItem {
  const item = nativeOf(plan.item);
  if (item.type !== 'string' && item.type !== 'integer' && item.type !== 'boolean')
    throw new NotCompiled(`distinct values of ${item.type}`);
  return item.type === 'string' ? { ...item, sql: `(${item.sql} collate "C")` } : item;
}

function union(left: Plan, right: Plan, aliases: Aliases): Plan {
  const [a, b] = [distinctValue(left), distinctValue(right)];
  if (a.type !== b.type) throw new NotCompiled('a union of types');
  return distinctSql([rowsSql(left, a.sql), rowsSql(right, b.sql)], a.type, aliases);
}

/** An integer result beyond 32 bits is none. */
const whole = (sql: string): string =>
  `(select case when abs(n) <= 2147483648 then n end from (select (${sql})::numeric as n) w)`;

function arithmetic(op: string, a: ValueItem, b: ValueItem): Plan {
  if (op === '+' && a.type === 'string' && b.type === 'string') return value(`(${a.sql} || ${b.sql})`, 'string');
  if (!isNumber(a.type) || !isNumber(b.type)) throw new NotCompiled(`${a.type} ${op} ${b.type}`);
  const [x, y] = [`${a.sql}::numeric`, `${b.sql}::numeric`];
  const integers = a.type === 'integer' && b.type === 'integer';
  const result = (sql: string): Plan => (integers ? value(whole(sql), 'integer') : value(`(${sql})`, 'decimal'));
  switch (op) {
    case '/':
      return value(`trim_scale(round(${x} / nullif(${y}, 0), 8))`, 'decimal');
    case 'div':
      return value(whole(`div(${x}, nullif(${y}, 0))`), 'integer');
    case 'mod':
      return result(`mod(${x}, nullif(${y}, 0))`);
    default:
      return result(`${x} ${op} ${y}`);
  }
}
