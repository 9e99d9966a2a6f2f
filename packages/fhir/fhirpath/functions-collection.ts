/** Functions on collections and nodes. */
import { parseReference } from '../references.ts';
import {
  type Env,
  type Eval,
  EvaluationError,
  type Fn,
  single,
  singleInteger,
  singleString,
  spend,
  truth,
  typeArgument,
  withFocus,
} from './env.ts';
import { compare, equals, itemEquals } from './operators.ts';
import {
  bool,
  children,
  EMPTY,
  type Item,
  type Items,
  int,
  isKnownType,
  isOfType,
  isPrimitiveType,
  member,
  system,
} from './values.ts';

const includes = (items: Items, item: Item): boolean => items.some((other) => itemEquals(other, item) === true);

/** A key that is equal for equal strings, so that long lists of codes need no comparison of each with each. */
function stringKey(item: Item): string | undefined {
  const value = system(item);
  return value?.type === 'System.String' ? (value.value as string) : undefined;
}

/** Each item once, in the order of first sight. */
export function distinct(items: Items): Item[] {
  const out: Item[] = [];
  const strings = new Set<string>();
  const others: Item[] = [];
  for (const item of items) {
    const key = stringKey(item);
    if (key !== undefined) {
      if (strings.has(key)) continue;
      strings.add(key);
    } else {
      if (includes(others, item)) continue;
      others.push(item);
    }
    out.push(item);
  }
  return out;
}

/** The work of {@link distinct}: strings cost one step each. */
function distinctCost(items: Items): number {
  const others = items.reduce((n, item) => n + (stringKey(item) === undefined ? 1 : 0), 0);
  return items.length + others * others;
}

function filter(input: Items, criterion: Eval | undefined, env: Env): Item[] {
  spend(env, input.length);
  return input.filter((item, i) => !criterion || truth(withFocus(env, [item], i, criterion)) === true);
}

function flatMap(input: Items, projection: Eval | undefined, env: Env): Items {
  if (!projection) throw new EvaluationError('an argument is missing');
  const out: Item[] = [];
  for (const [i, item] of input.entries()) out.push(...withFocus(env, [item], i, projection));
  spend(env, input.length + out.length);
  return out;
}

function booleans(input: Items): boolean[] {
  return input.map((item) => {
    const value = system(item);
    if (value?.type !== 'System.Boolean') throw new EvaluationError(`expected booleans, not ${item.type}`);
    return value.value as boolean;
  });
}

function descendants(input: Items, env: Env): Items {
  const out: Item[] = [];
  let level: Item[] = input.flatMap(children);
  while (level.length > 0) {
    spend(env, level.length);
    out.push(...level);
    level = level.flatMap(children);
  }
  return out;
}

function repeat(input: Items, projection: Eval | undefined, env: Env): Items {
  const out: Item[] = [];
  let level = input;
  while (level.length > 0) {
    const next = flatMap(level, projection, env).filter((item) => !includes(out, item));
    const fresh = distinct(next);
    spend(env, fresh.length * (out.length + 1));
    out.push(...fresh);
    level = fresh;
  }
  return out;
}

function knownType(name: string): string {
  if (!isKnownType(name)) throw new EvaluationError(`unknown type ${name}`);
  return name;
}

const ofType: Fn = (input, _args, _env, exprs) => {
  const name = knownType(typeArgument(exprs[0]));
  return input.filter((item) => isOfType(item, name));
};

function slice(input: Items, from: number, to: number): Items {
  return input.slice(Math.max(0, from), Math.max(0, to));
}

/** A reference as a node of the type that it names, where the caller cannot give the resource itself. */
function resolved(item: Item, env: Env): Items {
  const text = item.type === 'Reference' ? (item.value as { reference?: unknown }).reference : system(item)?.value;
  if (typeof text !== 'string') return EMPTY;
  if (text.startsWith('#')) {
    const root = env.rootResource[0];
    if (!root) return EMPTY;
    if (text === '#') return [root];
    const contained: Item[] = [];
    member(root, 'contained', contained);
    return contained.filter((c) => (c.value as { id?: unknown }).id === text.slice(1)).slice(0, 1);
  }
  const found = env.resolve?.(text);
  if (found) return [found];
  const parsed = parseReference(text);
  if (parsed?.kind !== 'relative' && parsed?.kind !== 'absolute') return EMPTY;
  return [{ type: parsed.type, value: { resourceType: parsed.type, id: parsed.id } }];
}

function typeInfo(item: Item): Item {
  if (item.type.startsWith('System.'))
    return { type: 'System.TypeInfo', value: { namespace: 'System', name: item.type.slice(7) } };
  return {
    type: 'System.TypeInfo',
    value: { namespace: 'FHIR', name: item.type.includes('.') ? 'BackboneElement' : item.type },
  };
}

function sorted(input: Items, args: readonly Eval[], env: Env, descending: readonly boolean[]): Items {
  const rows = input.map((item, i) => ({
    item,
    keys: args.length === 0 ? [[item] as Items] : args.map((a) => withFocus(env, [item], i, a)),
  }));
  rows.sort((a, b) => {
    for (const [i, left] of a.keys.entries()) {
      const [x, y] = [single(left, 'sort'), single(b.keys[i] ?? EMPTY, 'sort')];
      // Empty sorts before everything.
      const order = !x || !y ? Number(Boolean(x)) - Number(Boolean(y)) : (compare(x, y) ?? 0);
      if (order !== 0) return descending[i] ? -order : order;
    }
    return 0;
  });
  return rows.map((r) => r.item);
}

export const COLLECTION_FUNCTIONS: Readonly<Record<string, Fn>> = {
  empty: (input) => bool(input.length === 0),
  exists: (input, args, env) => bool(args[0] ? filter(input, args[0], env).length > 0 : input.length > 0),
  not: (input) => {
    const value = truth(input);
    return value === undefined ? EMPTY : bool(!value);
  },
  all: (input, args, env) => bool(filter(input, args[0], env).length === input.length),
  allTrue: (input) => bool(booleans(input).every((b) => b)),
  anyTrue: (input) => bool(booleans(input).some((b) => b)),
  allFalse: (input) => bool(booleans(input).every((b) => !b)),
  anyFalse: (input) => bool(booleans(input).some((b) => !b)),
  subsetOf: (input, args, env) => {
    const other = args[0]?.(env) ?? EMPTY;
    return bool(input.every((item) => includes(other, item)));
  },
  supersetOf: (input, args, env) => bool((args[0]?.(env) ?? EMPTY).every((item) => includes(input, item))),
  count: (input) => int(input.length),
  distinct: (input, _args, env) => {
    spend(env, distinctCost(input));
    return distinct(input);
  },
  isDistinct: (input, _args, env) => {
    spend(env, distinctCost(input));
    return bool(distinct(input).length === input.length);
  },
  where: (input, args, env) => filter(input, args[0], env),
  select: (input, args, env) => flatMap(input, args[0], env),
  repeat: (input, args, env) => repeat(input, args[0], env),
  ofType,
  as: (input, args, env, exprs) => {
    single(input, 'as()');
    return ofType(input, args, env, exprs);
  },
  is: (input, _args, _env, exprs) => {
    const item = single(input, 'is');
    const name = knownType(typeArgument(exprs[0]));
    return item ? bool(isOfType(item, name)) : EMPTY;
  },
  type: (input) => input.map(typeInfo),
  single: (input) => {
    const item = single(input, 'single()');
    return item ? [item] : EMPTY;
  },
  first: (input) => input.slice(0, 1),
  last: (input) => input.slice(-1),
  tail: (input) => input.slice(1),
  skip: (input, args, env) => slice(input, singleInteger(args[0]?.(env) ?? EMPTY, 'skip()') ?? 0, input.length),
  take: (input, args, env) => slice(input, 0, singleInteger(args[0]?.(env) ?? EMPTY, 'take()') ?? 0),
  intersect: (input, args, env) => {
    const other = args[0]?.(env) ?? EMPTY;
    return distinct(input.filter((item) => includes(other, item)));
  },
  exclude: (input, args, env) => {
    const other = args[0]?.(env) ?? EMPTY;
    return input.filter((item) => !includes(other, item));
  },
  union: (input, args, env) => distinct([...input, ...(args[0]?.(env) ?? EMPTY)]),
  combine: (input, args, env) => [...input, ...(args[0]?.(env) ?? EMPTY)],
  coalesce: (_input, args, env) => {
    for (const arg of args) {
      const value = arg(env);
      if (value.length > 0) return value;
    }
    return EMPTY;
  },
  iif: (input, args, env) => {
    if (input.length > 1) throw new EvaluationError('iif() expects one item');
    const [criterion, yes, no] = args;
    if (!criterion || !yes) throw new EvaluationError('iif() needs a condition and a result');
    const condition = withFocus(env, input, env.index, criterion);
    if (condition.length > 0 && system(condition[0] as Item)?.type !== 'System.Boolean')
      throw new EvaluationError('iif() expects a boolean');
    const chosen = truth(condition) === true ? yes : no;
    return chosen ? withFocus(env, input, env.index, chosen) : EMPTY;
  },
  aggregate: (input, args, env) => {
    const [step, start] = args;
    if (!step) throw new EvaluationError('aggregate() needs an expression');
    const outer = env.total;
    env.total = start?.(env) ?? EMPTY;
    for (const [i, item] of input.entries()) env.total = withFocus(env, [item], i, step);
    const result = env.total;
    env.total = outer;
    return result;
  },
  sort: (input, args, env, exprs) => {
    spend(env, input.length * 10);
    return sorted(
      input,
      args,
      env,
      exprs.map((e) => e.kind === 'unary' && e.op === '-'),
    );
  },
  trace: (input) => input,
  children: (input, _args, env) => {
    const out = input.flatMap(children);
    spend(env, out.length);
    return out;
  },
  descendants: (input, _args, env) => descendants(input, env),
  extension: (input, args, env) => {
    const url = singleString(args[0]?.(env) ?? EMPTY, 'extension()');
    const out: Item[] = [];
    for (const item of input) member(item, 'extension', out);
    return out.filter((e) => (e.value as { url?: unknown }).url === url);
  },
  hasValue: (input) => {
    const [item] = input;
    return bool(
      input.length === 1 &&
        item !== undefined &&
        item.value !== undefined &&
        (isPrimitiveType(item.type) || item.type.startsWith('System.')),
    );
  },
  getValue: (input) => {
    const value = input.length === 1 && input[0] && isPrimitiveType(input[0].type) ? system(input[0]) : undefined;
    return value ? [value] : EMPTY;
  },
  resolve: (input, _args, env) => input.flatMap((item) => resolved(item, env)),
  conformsTo: (input, args, env) => {
    const item = single(input, 'conformsTo()');
    const url = singleString(args[0]?.(env) ?? EMPTY, 'conformsTo()');
    if (!item || url === undefined) return EMPTY;
    const base = 'http://hl7.org/fhir/StructureDefinition/';
    if (!url.startsWith(base)) throw new EvaluationError(`the profile ${url} is not known`);
    return bool(isOfType(item, url.slice(base.length)));
  },
  comparable: (input, args, env) => {
    const [a, b] = [single(input, 'comparable()'), single(args[0]?.(env) ?? EMPTY, 'comparable()')];
    if (!a || !b) return EMPTY;
    const order = compare(a, b);
    return bool(order !== undefined && order !== null);
  },
};

/** `|`: both collections, each item once. */
export function union(a: Items, b: Items): Items {
  return distinct([...a, ...b]);
}

/** Membership of `in` and `contains`. */
export function isMember(item: Item, items: Items): boolean {
  return items.some((other) => equals([other], [item]) === true);
}
