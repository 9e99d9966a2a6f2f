/** Functions of FHIRPath on plans. */

import { isResourceType, resourceTypes } from '@mach/fhir/definitions.ts';
import type { Expr } from '@mach/fhir/fhirpath/ast.ts';
import { booleanOf, distinctSql, distinctValue, one, stringOf } from './operators.ts';
import {
  aggregate,
  chained,
  countSql,
  existsSql,
  filtered,
  type Plan,
  present,
  rowsSql,
  sliced,
  truth,
  value,
} from './plan.ts';
import { boundary, NotCompiled, referenceId } from './sql-text.ts';
import { member, ofType, type Scope } from './steps.ts';
import { nativeOf, textOf } from './values.ts';

type Compile = (e: Expr, scope: Scope) => Plan;
type Fn = (input: Plan, args: readonly Expr[], scope: Scope, compile: Compile) => Plan;

/** The scope of an expression about each item of a plan. */
const inside = (scope: Scope, input: Plan): Scope => ({
  ...scope,
  focus: { from: [], where: [], order: [], item: input.item },
});

function typeName(e: Expr | undefined): string {
  if (e?.kind !== 'member') throw new NotCompiled('such a type');
  return e.target ? `${typeName(e.target)}.${e.name}` : e.name;
}

function required(e: Expr | undefined): Expr {
  if (!e) throw new NotCompiled('a missing argument');
  return e;
}

function where(input: Plan, args: readonly Expr[], scope: Scope, compile: Compile): Plan {
  return filtered(input, booleanOf(compile(required(args[0]), inside(scope, input))));
}

const existing: Fn = (input, args, scope, compile) =>
  truth(existsSql(args[0] ? where(input, args, scope, compile) : input));

function constantInteger(e: Expr | undefined): number {
  if (e?.kind !== 'number' || !/^\d+$/.test(e.value)) throw new NotCompiled('a computed number of items');
  return Number(e.value);
}

/** A place in the list; of an expression there is only the first. */
function placed(input: Plan, scope: Scope, from: number, count: number | undefined): Plan {
  if (input.from.length === 0) return filtered(input, String(from === 0 && count !== 0));
  return sliced(input, scope.aliases, {
    ...(count === undefined ? {} : { limit: String(count) }),
    ...(from === 0 ? {} : { offset: String(from) }),
  });
}

function text(run: (s: string, arg: string) => string, type: 'string' | 'boolean'): Fn {
  return (input, args, scope, compile) =>
    value(run(stringOf(input), stringOf(compile(required(args[0]), scope))), type);
}

function edge(high: boolean): Fn {
  return (input, args) => {
    if (args.length > 0) throw new NotCompiled('a boundary of a given precision');
    const item = one(input);
    switch (item.type) {
      case 'integer':
        return value(boundary(`${item.sql}::numeric`, 'number', high), 'decimal');
      case 'decimal':
        return value(boundary(item.sql, 'number', high), 'decimal');
      case 'date':
      case 'dateTime':
      case 'time':
        return value(boundary(item.sql, item.type, high), item.type);
      default:
        throw new NotCompiled(`the boundary of a ${item.type}`);
    }
  };
}

export const FUNCTIONS: Readonly<Record<string, Fn>> = {
  where,
  exists: existing,
  empty: (input) => truth(`(not ${existsSql(input)})`),
  not: (input) => truth(`(not ${booleanOf(input)})`),
  all: (input, args, scope, compile) => {
    const holds = booleanOf(compile(required(args[0]), inside(scope, input)));
    return truth(`(not ${existsSql(filtered(input, `not coalesce(${holds}, false)`))})`);
  },
  count: (input) => value(countSql(input), 'integer'),
  first: (input, _args, scope) => placed(input, scope, 0, 1),
  last: (input, _args, scope) =>
    input.from.length === 0 ? input : sliced(input, scope.aliases, { fromEnd: true, limit: '1' }),
  tail: (input, _args, scope) => placed(input, scope, 1, undefined),
  skip: (input, args, scope) => placed(input, scope, constantInteger(args[0]), undefined),
  take: (input, args, scope) => placed(input, scope, 0, constantInteger(args[0])),
  single: (input) => {
    if (input.from.length > 0) throw new NotCompiled('single()');
    return input;
  },
  ofType: (input, args) => ofType(input, typeName(args[0])),
  as: (input, args) => ofType(input, typeName(args[0])),
  select: (input, args, scope, compile) => {
    const inner = compile(required(args[0]), inside(scope, input));
    return input.from.length === 0 ? filtered(inner, present(input.item)) : chained(input, inner);
  },
  distinct: (input, _args, scope) => {
    const item = distinctValue(input);
    return distinctSql([rowsSql(input, item.sql)], item.type, scope.aliases);
  },
  iif: (input, args, scope, compile) => {
    if (input.from.length > 0) throw new NotCompiled('iif() on a list');
    const here = inside(scope, input);
    const condition = booleanOf(compile(required(args[0]), here));
    const [yes, no] = [one(compile(required(args[1]), here)), args[2] ? one(compile(args[2], here)) : undefined];
    if (no && no.type !== yes.type) throw new NotCompiled('iif() of two types');
    return value(`(case when ${condition} then ${yes.sql}${no ? ` else ${no.sql}` : ''} end)`, yes.type);
  },
  extension: (input, args, scope, compile) => {
    const list = member(input, 'extension', scope);
    const url = stringOf(compile(required(args[0]), scope));
    if (list.item.kind !== 'node') return list;
    return filtered(list, `${list.item.sql}->>'url' = ${url}`);
  },
  join: (input, args, scope, compile) => {
    const separator = args[0] ? stringOf(compile(args[0], scope)) : "''";
    const item = nativeOf(input.item);
    if (item.type !== 'string') throw new NotCompiled(`join() of ${item.type}`);
    if (input.from.length === 0) return value(`coalesce(${item.sql}, '')`, 'string');
    return value(`coalesce(${aggregate(input, `string_agg(${item.sql}, ${separator}$order)`)}, '')`, 'string');
  },
  startsWith: text((s, part) => `starts_with(${s}, ${part})`, 'boolean'),
  endsWith: text((s, part) => `(right(${s}, length(${part})) = ${part})`, 'boolean'),
  contains: text((s, part) => `(strpos(${s}, ${part}) > 0)`, 'boolean'),
  toString: (input: Plan): Plan => {
    const item = one(input);
    if (item.type === 'decimal' && input.item.kind === 'value') throw new NotCompiled('the text of a computed decimal');
    return value(textOf(item), 'string');
  },
  lowBoundary: edge(false),
  highBoundary: edge(true),
  getResourceKey: (input) => {
    const { item } = input;
    if (item.kind !== 'node' || !(isResourceType(item.type) || item.type === 'Resource'))
      throw new NotCompiled('getResourceKey() of what is no resource');
    return chained(input, value(`(${item.sql}->>'id')`, 'string'));
  },
  getReferenceKey: (input, args) => {
    const { item } = input;
    if (item.kind !== 'node' || item.type !== 'Reference')
      throw new NotCompiled('getReferenceKey() of what is no reference');
    const types = args[0] ? [typeName(args[0]).replace(/^FHIR\./, '')] : resourceTypes();
    const key = referenceId(`(${item.sql}->>'reference')`, types);
    return chained(input, value(key, 'string'));
  },
};
