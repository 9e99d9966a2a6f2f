/**
 * FHIRPath (http://hl7.org/fhirpath/N1) over R4 resources. An expression is compiled once to closures and evaluated
 * many times; evaluation is pure and its cost is bounded.
 */
import { Decimal } from '@mach/base/decimal.ts';
import type { JsonObject } from '../json.ts';
import { type BinaryOp, type Expr, FhirPathError } from './ast.ts';
import { type Env, type Eval, EvaluationError, type Fn, single, singleInteger, spend, truth } from './env.ts';
import { COLLECTION_FUNCTIONS, isMember, union } from './functions-collection.ts';
import { CONVERT_FUNCTIONS, textOf } from './functions-convert.ts';
import { MATH_FUNCTIONS } from './functions-math.ts';
import { TEXT_FUNCTIONS } from './functions-text.ts';
import { arithmetic, compare, equals, equivalent } from './operators.ts';
import { parseFhirPath } from './parser.ts';
import { parseTemporal } from './temporal.ts';
import {
  bool,
  dec,
  EMPTY,
  type Item,
  type Items,
  int,
  isOfType,
  member,
  quantity,
  resourceItem,
  str,
  system,
} from './values.ts';

export { EvaluationError } from './env.ts';
export type { Item, Items } from './values.ts';

export interface EvaluateOptions {
  /** `%resource` and `%rootResource`, where the input is only a part of them. */
  readonly resource?: Item;
  readonly rootResource?: Item;
  readonly variables?: ReadonlyMap<string, Items>;
  /** The instant of `now()` and `today()`, ISO 8601. */
  readonly now?: string;
  readonly resolve?: (reference: string) => Item | undefined;
  readonly budget?: number;
}

export interface CompiledPath {
  readonly expression: string;
  /** Evaluates on a node; throws {@link EvaluationError} where the expression has no meaning for it. */
  readonly evaluate: (input: Item, options?: EvaluateOptions) => Items;
}

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  ...COLLECTION_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...CONVERT_FUNCTIONS,
  ...MATH_FUNCTIONS,
};
/** Functions whose argument is the name of a type, to be read and not evaluated. */
const TYPE_CALLS = new Set(['ofType', 'as', 'is', 'getReferenceKey']);
const DEFAULT_BUDGET = 1_000_000;
const CONSTANTS: Readonly<Record<string, string>> = {
  ucum: 'http://unitsofmeasure.org',
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
};
const NO_VARIABLES: ReadonlyMap<string, Items> = new Map();
const cache = new Map<string, CompiledPath>();
const MAX_CACHE = 2000;

/** Compiles an expression; throws FhirPathError where it cannot be read or names an unknown function. */
export function compilePath(expression: string): CompiledPath {
  const known = cache.get(expression);
  if (known) return known;
  const run = compile(parseFhirPath(expression), { source: expression, functions: FUNCTIONS });
  const compiled: CompiledPath = {
    expression,
    evaluate: (input, options = {}) => run(environment([input], options)),
  };
  if (cache.size < MAX_CACHE) cache.set(expression, compiled);
  return compiled;
}

function environment(start: Items, options: EvaluateOptions): Env {
  return {
    focus: start,
    index: 0,
    total: EMPTY,
    resource: options.resource ? [options.resource] : start,
    rootResource: options.rootResource ? [options.rootResource] : options.resource ? [options.resource] : start,
    context: start,
    variables: options.variables ?? NO_VARIABLES,
    now: options.now,
    resolve: options.resolve,
    budget: options.budget ?? DEFAULT_BUDGET,
  };
}

/**
 * Compiles an expression with functions of one's own beside (or in the place of) the standard ones; not cached. The
 * result is evaluated on a collection, which may be empty.
 */
export function compileWith(
  expr: Expr,
  source: string,
  functions: Readonly<Record<string, Fn>>,
): (input: Items, options: EvaluateOptions) => Items {
  const run = compile(expr, { source, functions: { ...FUNCTIONS, ...functions } });
  return (input, options) => run(environment(input, options));
}

/** Evaluates an expression on a resource. */
export function evaluatePath(expression: string, resource: JsonObject, options: EvaluateOptions = {}): Items {
  return compilePath(expression).evaluate(resourceItem(resource), options);
}

/** What an expression is compiled with: its text, for messages, and the functions that it may call. */
interface Unit {
  readonly source: string;
  readonly functions: Readonly<Record<string, Fn>>;
}

function compile(e: Expr, unit: Unit): Eval {
  switch (e.kind) {
    case 'string':
      return constant(str(e.value));
    case 'boolean':
      return constant(bool(e.value));
    case 'number':
      return constant(numberLiteral(e.value));
    case 'quantity':
      return constant(quantity(Decimal.of(e.value), e.unit).map((q) => ({ ...q, scale: decimals(e.value) })));
    case 'date':
      return constant(dateLiteral(e.value, unit.source));
    case 'empty':
      return constant(EMPTY);
    case 'this':
      return (env) => env.focus;
    case 'index':
      return (env) => int(env.index);
    case 'total':
      return (env) => env.total;
    case 'variable':
      return variable(e.name);
    case 'member':
      return e.target ? step(compile(e.target, unit), e.name) : start(e.name);
    case 'indexer':
      return indexer(compile(e.target, unit), compile(e.at, unit));
    case 'call':
      return call(e, unit);
    case 'unary':
      return unary(e.op, compile(e.operand, unit));
    case 'type':
      return typeOperator(e.op, compile(e.operand, unit), e.type);
    case 'binary':
      return binary(e.op, compile(e.left, unit), compile(e.right, unit));
  }
}

function constant(items: Items): Eval {
  return () => items;
}

const decimals = (text: string): number => text.split('.')[1]?.length ?? 0;

function numberLiteral(text: string): Items {
  if (text.includes('.')) return dec(Decimal.of(text), decimals(text));
  const n = Number(text);
  return n <= 2147483647 ? int(n) : dec(Decimal.of(text));
}

function dateLiteral(text: string, source: string): Items {
  const t = parseTemporal(text);
  if (!t) throw new FhirPathError(`not a date: ${text}`, source);
  if (t.isTime) return [{ type: 'System.Time', value: text.slice(1) }];
  return [
    {
      type: text.includes('T') ? 'System.DateTime' : 'System.Date',
      value: text.endsWith('T') ? text.slice(0, -1) : text,
    },
  ];
}

function children(items: Items, name: string, env: Env): Items {
  const out: Item[] = [];
  for (const item of items) {
    if (item.type === 'System.TypeInfo') {
      const value = (item.value as Record<string, string>)[name];
      if (value !== undefined) out.push(...str(value));
    } else member(item, name, out);
  }
  spend(env, out.length + 1);
  return out;
}

/** A name at the start: the type of the context, or an element of it. */
function start(name: string): Eval {
  if (!/^[A-Z]/.test(name)) return (env) => children(env.focus, name, env);
  return (env) => {
    const found = children(env.focus, name, env);
    return found.length > 0 ? found : env.focus.filter((item) => isOfType(item, name));
  };
}

function step(target: Eval, name: string): Eval {
  return (env) => children(target(env), name, env);
}

function indexer(target: Eval, at: Eval): Eval {
  return (env) => {
    const items = target(env);
    const i = singleInteger(at(env), 'an index');
    const item = i === undefined ? undefined : items[i];
    return item ? [item] : EMPTY;
  };
}

function variable(name: string): Eval {
  const fixed = Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined;
  if (fixed !== undefined) return constant(str(fixed));
  if (name.startsWith('vs-')) return constant(str(`http://hl7.org/fhir/ValueSet/${name.slice(3)}`));
  if (name.startsWith('ext-')) return constant(str(`http://hl7.org/fhir/StructureDefinition/${name.slice(4)}`));
  return (env) => {
    if (name === 'context') return env.context;
    if (name === 'resource') return env.resource;
    if (name === 'rootResource') return env.rootResource;
    const value = env.variables.get(name);
    if (!value) throw new EvaluationError(`unknown variable %${name}`);
    return value;
  };
}

function call(e: Expr & { kind: 'call' }, unit: Unit): Eval {
  const run = Object.hasOwn(unit.functions, e.name) ? unit.functions[e.name] : undefined;
  if (!run) throw new FhirPathError(`unknown function ${e.name}()`, unit.source);
  const target = e.target ? compile(e.target, unit) : undefined;
  // A type argument is a name to be read, not a path to be evaluated.
  const isTypeCall = TYPE_CALLS.has(e.name);
  const args = isTypeCall
    ? []
    : e.args.map((a) => compile(e.name === 'sort' && a.kind === 'unary' && a.op === '-' ? a.operand : a, unit));
  return (env) => {
    spend(env, 1);
    return run(target ? target(env) : env.focus, args, env, e.args);
  };
}

function unary(op: '+' | '-', operand: Eval): Eval {
  return (env) => {
    const item = single(operand(env), `unary ${op}`);
    const value = item && system(item);
    if (!item) return EMPTY;
    if (value?.type === 'System.Integer') return op === '-' ? int(-(value.value as number)) : [value];
    if (value?.type === 'System.Decimal')
      return op === '-' ? dec((value.value as Decimal).neg(), value.scale) : [value];
    if (value?.type === 'System.Quantity') {
      const q = value.value as { value: Decimal; unit: string };
      return op === '-' ? quantity(q.value.neg(), q.unit) : [value];
    }
    throw new EvaluationError(`unary ${op} is not defined for ${item.type}`);
  };
}

function typeOperator(op: 'is' | 'as', operand: Eval, type: string): Eval {
  return (env) => {
    const item = single(operand(env), op);
    if (!item) return EMPTY;
    const fits = isOfType(item, type);
    return op === 'is' ? bool(fits) : fits ? [item] : EMPTY;
  };
}

/** Three-valued logic: undefined stands for the empty collection. */
function logic(op: BinaryOp, a: boolean | undefined, right: () => boolean | undefined): Items {
  const result = (v: boolean | undefined): Items => (v === undefined ? EMPTY : bool(v));
  switch (op) {
    case 'and': {
      if (a === false) return bool(false);
      const b = right();
      return b === false ? bool(false) : result(a && b);
    }
    case 'or': {
      if (a === true) return bool(true);
      const b = right();
      return b === true ? bool(true) : a === undefined || b === undefined ? EMPTY : bool(false);
    }
    case 'xor': {
      const b = right();
      return a === undefined || b === undefined ? EMPTY : bool(a !== b);
    }
    default: {
      if (a === false) return bool(true);
      const b = right();
      return b === true ? bool(true) : a === undefined || b === undefined ? EMPTY : bool(false);
    }
  }
}

function binary(op: BinaryOp, left: Eval, right: Eval): Eval {
  switch (op) {
    case 'and':
    case 'or':
    case 'xor':
    case 'implies':
      return (env) => logic(op, truth(left(env)), () => truth(right(env)));
    case '|':
      return (env) => {
        const [a, b] = [left(env), right(env)];
        spend(env, (a.length + b.length) ** 2);
        return union(a, b);
      };
    case '=':
    case '!=':
      return (env) => {
        const result = equals(left(env), right(env));
        return result === undefined ? EMPTY : bool(result === (op === '='));
      };
    case '~':
      return (env) => bool(equivalent(left(env), right(env)));
    case '!~':
      return (env) => bool(!equivalent(left(env), right(env)));
    case '<':
    case '>':
    case '<=':
    case '>=':
      return (env) => ordered(op, left(env), right(env));
    case 'in':
      return (env) => membership(left(env), right(env));
    case 'contains':
      return (env) => membership(right(env), left(env));
    case '&':
      return (env) => str(concatenated(left(env)) + concatenated(right(env)));
    default:
      return (env) => {
        const [a, b] = [single(left(env), op), single(right(env), op)];
        return a && b ? arithmetic(op, a, b) : EMPTY;
      };
  }
}

function concatenated(items: Items): string {
  const item = single(items, '&');
  const value = item && system(item);
  if (item && value?.type !== 'System.String') throw new EvaluationError(`& expects strings, not ${item.type}`);
  return value ? (textOf(value) ?? '') : '';
}

function membership(one: Items, many: Items): Items {
  const item = single(one, 'in');
  return item ? bool(isMember(item, many)) : EMPTY;
}

function ordered(op: '<' | '>' | '<=' | '>=', left: Items, right: Items): Items {
  const [a, b] = [single(left, op), single(right, op)];
  if (!a || !b) return EMPTY;
  const order = compare(a, b);
  if (order === null) throw new EvaluationError(`${op} is not defined for ${a.type} and ${b.type}`);
  if (order === undefined) return EMPTY;
  return bool(op === '<' ? order < 0 : op === '>' ? order > 0 : op === '<=' ? order <= 0 : order >= 0);
}

/** The truth of an expression on a node, as invariants mean it: empty counts as true. */
export function holds(path: CompiledPath, input: Item, options: EvaluateOptions): boolean {
  return truth(path.evaluate(input, options)) !== false;
}
