/** Steps from nodes to their children, and the choice among types. */
import { choiceKey, isResourceType, isSubtype, typeDef } from '@mach/fhir/definitions.ts';
import { type Item, isPrimitiveType } from '@mach/fhir/fhirpath/values.ts';
import {
  type Aliases,
  chained,
  expression,
  filtered,
  jsonOf,
  NOTHING,
  type NodeItem,
  type Plan,
  type PlanItem,
  present,
} from './plan.ts';
import { literal, NotCompiled } from './sql-text.ts';

/** Where an expression stands. */
export interface Scope {
  readonly focus: Plan;
  readonly root: Plan;
  /** SQL of `%rowIndex`. */
  readonly index: string;
  readonly constants: ReadonlyMap<string, Item>;
  readonly aliases: Aliases;
}

/** The children of each item by element name. */
export function member(plan: Plan, name: string, scope: Scope): Plan {
  const { item } = plan;
  if (item.kind === 'value') return NOTHING;
  if (item.kind === 'choice') return choiceMember(plan, name, scope);
  if (item.sibling !== undefined && (name === 'extension' || name === 'id'))
    return chained(plan, childrenOf({ kind: 'node', sql: item.sibling, type: 'Element' }, name, scope));
  if (isPrimitiveType(item.type)) {
    // A list's values have been taken apart from their extensions.
    if (name === 'extension' || name === 'id') throw new NotCompiled('the extension of such a primitive');
    return NOTHING;
  }
  if (item.type === 'Resource' && !typeDef('Resource')?.elements.some((e) => e.name === name))
    throw new NotCompiled('an element of a resource of any type (use ofType)');
  return chained(plan, childrenOf(item, name, scope));
}

function childrenOf(node: NodeItem, name: string, scope: Scope): Plan {
  const element = typeDef(node.type)?.elements.find((e) => e.name === name);
  if (!element) return NOTHING;
  if (element.isChoice)
    return expression({
      kind: 'choice',
      base: node.sql,
      options: element.types.map((t) => ({ key: choiceKey(name, t.code), type: t.code })),
    });
  const type = element.types[0]?.code;
  if (type === undefined || element.types.length > 1) throw new NotCompiled(`the element ${name}`);
  return step(node.sql, name, type, element.max > 1, scope);
}

function step(base: string, key: string, type: string, repeats: boolean, scope: Scope): Plan {
  const sibling = isPrimitiveType(type) ? `${base}->${literal(`_${key}`)}` : undefined;
  if (!repeats)
    return expression({
      kind: 'node',
      sql: `(${base}->${literal(key)})`,
      type,
      ...(sibling === undefined ? {} : { sibling: `(${sibling})` }),
    });
  const a = scope.aliases.next();
  // Where a list of primitives has extensions only, its values are null and still count as items.
  const list =
    sibling === undefined ? `${base}->${literal(key)}` : `coalesce(${base}->${literal(key)}, ${nullsFor(sibling)})`;
  return {
    from: [`lateral (select v, o from jsonb_path_query(${list}, 'lax $[*]') with ordinality q(v, o)) ${a}`],
    where: [],
    order: [`${a}.o`],
    item: {
      kind: 'node',
      sql: `${a}.v`,
      type,
      ...(sibling === undefined ? {} : { sibling: `(${sibling}->(${a}.o - 1)::integer)` }),
    },
  };
}

/** As many JSON nulls as a list has items. */
function nullsFor(list: string): string {
  return `(select jsonb_agg(null::jsonb) from jsonb_path_query(${list}, 'lax $[*]'))`;
}

function choiceMember(plan: Plan, name: string, scope: Scope): Plan {
  if (plan.item.kind !== 'choice') throw new RangeError('not a choice');
  const { base, options } = plan.item;
  const having = options.filter((o) => typeDef(o.type)?.elements.some((e) => e.name === name));
  if (having.length === 0) return NOTHING;
  const shapes = new Set(
    having.map((o) => {
      const element = typeDef(o.type)?.elements.find((e) => e.name === name);
      return JSON.stringify([element?.isChoice, (element?.max ?? 1) > 1, element?.types.map((t) => t.code)]);
    }),
  );
  if (shapes.size > 1 || having.some((o) => isPrimitiveType(o.type)))
    throw new NotCompiled(`.${name} of a choice without ofType()`);
  const sql = jsonOf({ kind: 'choice', base, options: having });
  return chained(plan, childrenOf({ kind: 'node', sql: `(${sql})`, type: having[0]?.type ?? '' }, name, scope));
}

const NATIVE: Readonly<Record<string, string>> = {
  string: 'String',
  integer: 'Integer',
  decimal: 'Decimal',
  boolean: 'Boolean',
  date: 'Date',
  dateTime: 'DateTime',
  time: 'Time',
};

/** Only the items of a type. */
export function ofType(plan: Plan, written: string): Plan {
  const { item } = plan;
  const name = written.replace(/^FHIR\./, '');
  if (item.kind === 'value') return name.replace(/^System\./, '') === NATIVE[item.type] ? plan : NOTHING;
  if (name.startsWith('System.')) return NOTHING;
  if (!typeDef(name)) throw new NotCompiled(`the type ${written}`);
  if (item.kind === 'choice') {
    const fitting = item.options.filter((o) => isSubtype(o.type, name));
    const [one] = fitting;
    if (!one) return NOTHING;
    if (fitting.length > 1) return withItem(plan, { ...item, options: fitting });
    const primitive = isPrimitiveType(one.type);
    return withItem(plan, {
      kind: 'node',
      sql: `(${item.base}->${literal(one.key)})`,
      type: one.type,
      ...(primitive ? { sibling: `(${item.base}->${literal(`_${one.key}`)})` } : {}),
    });
  }
  if (isSubtype(item.type, name)) return plan;
  if (item.type === 'Resource' && isResourceType(name))
    return withItem(filtered(plan, `${item.sql}->>'resourceType' = ${literal(name)}`), {
      ...item,
      type: name,
      sql:
        plan.from.length === 0
          ? `(case when ${item.sql}->>'resourceType' = ${literal(name)} then ${item.sql} end)`
          : item.sql,
    });
  return NOTHING;
}

/** The same rows with another item; rows without it are left out. */
function withItem(plan: Plan, item: PlanItem): Plan {
  return plan.from.length === 0 ? expression(item) : { ...plan, where: [...plan.where, present(item)], item };
}
