/** FHIRPath → SQL, for the part of FHIRPath that views use. What has no set-based form throws NotCompiled. */
import { choiceKey, isResourceType, isSubtype, typeDef } from '@mach/fhir/definitions.ts';
import type { Expr } from '@mach/fhir/fhirpath/ast.ts';
import { parseTemporal, temporalText } from '@mach/fhir/fhirpath/temporal.ts';
import { type Item, isPrimitiveType } from '@mach/fhir/fhirpath/values.ts';
import { FUNCTIONS } from './functions.ts';
import { binary } from './operators.ts';
import {
  Aliases,
  chained,
  expression,
  filtered,
  jsonOf,
  NOTHING,
  type NodeItem,
  type Plan,
  type PlanItem,
  present,
  sliced,
  value,
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

export { Aliases };

export function compileExpression(e: Expr, scope: Scope): Plan {
  switch (e.kind) {
    case 'string':
      return value(`${literal(e.value)}::text`, 'string');
    case 'boolean':
      return value(String(e.value), 'boolean');
    case 'number':
      if (e.value.includes('.') || Number(e.value) > 2147483647) return value(`${e.value}::numeric`, 'decimal');
      return value(`${e.value}::integer`, 'integer');
    case 'date':
      return dateLiteral(e.value);
    case 'empty':
      return NOTHING;
    case 'this':
      return scope.focus;
    case 'variable':
      return variable(e.name, scope);
    case 'member': {
      if (e.target) return member(compileExpression(e.target, scope), e.name, scope);
      const focus = scope.focus.item;
      // A name in capitals at the start is the type of the context.
      if (/^[A-Z]/.test(e.name)) return focus.kind === 'node' && isSubtype(focus.type, e.name) ? scope.focus : NOTHING;
      return member(scope.focus, e.name, scope);
    }
    case 'indexer':
      return indexer(compileExpression(e.target, scope), compileExpression(e.at, scope), scope);
    case 'call': {
      const run = Object.hasOwn(FUNCTIONS, e.name) ? FUNCTIONS[e.name] : undefined;
      if (!run) throw new NotCompiled(`${e.name}()`);
      return run(e.target ? compileExpression(e.target, scope) : scope.focus, e.args, scope, compileExpression);
    }
    case 'type':
      if (e.op === 'as') return ofType(compileExpression(e.operand, scope), e.type);
      throw new NotCompiled('is');
    case 'binary':
      return binary(e.op, compileExpression(e.left, scope), compileExpression(e.right, scope), scope.aliases);
    case 'unary': {
      const plan = compileExpression(e.operand, scope);
      if (e.op === '+') return plan;
      return binary('-', value('0::integer', 'integer'), plan, scope.aliases);
    }
    default:
      throw new NotCompiled(`"${e.kind}"`);
  }
}

function dateLiteral(text: string): Plan {
  const t = parseTemporal(text);
  if (!t) throw new NotCompiled('such a date');
  if (t.isTime) return value(`${literal(text.replace(/^T/, ''))}::text`, 'time');
  return value(`${literal(temporalText(t))}::text`, text.includes('T') ? 'dateTime' : 'date');
}

function variable(name: string, scope: Scope): Plan {
  if (name === 'rowIndex') return value(scope.index, 'integer');
  if (name === 'resource' || name === 'rootResource') return scope.root;
  const item = scope.constants.get(name);
  if (!item) throw new NotCompiled(`%${name}`);
  switch (item.type) {
    case 'System.Boolean':
      return value(String(item.value), 'boolean');
    case 'System.Integer':
      return value(`(${String(item.value)})::integer`, 'integer');
    case 'System.Decimal':
      return value(`(${String(item.value)})::numeric`, 'decimal');
    case 'System.Date':
      return value(`${literal(String(item.value))}::text`, 'date');
    case 'System.DateTime':
      return value(`${literal(String(item.value))}::text`, 'dateTime');
    case 'System.Time':
      return value(`${literal(String(item.value))}::text`, 'time');
    default:
      return value(`${literal(String(item.value))}::text`, 'string');
  }
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

function indexer(plan: Plan, at: Plan, scope: Scope): Plan {
  if (at.from.length > 0 || at.item.kind !== 'value' || at.item.type !== 'integer')
    throw new NotCompiled('such an index');
  const index = at.item.sql;
  if (plan.from.length === 0) return filtered(plan, `${index} = 0`);
  return filtered(sliced(plan, scope.aliases, { limit: '1', offset: `greatest(${index}, 0)` }), `${index} >= 0`);
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
