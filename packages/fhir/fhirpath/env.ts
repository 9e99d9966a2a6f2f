/** What an expression is evaluated in. */
import type { Expr } from './ast.ts';
import { type Item, type Items, system } from './values.ts';

export interface Env {
  /** `$this`; names at the start of a path are its children. */
  focus: Items;
  index: number;
  total: Items;
  readonly resource: Items;
  readonly rootResource: Items;
  readonly context: Items;
  readonly variables: ReadonlyMap<string, Items>;
  /** The instant of `now()`, ISO 8601. Undefined where the caller gave none: then asking for it is an error. */
  readonly now: string | undefined;
  /** Target of a reference, where the caller can resolve it. */
  readonly resolve: ((reference: string) => Item | undefined) | undefined;
  /** Steps left; guards against expressions that multiply collections. */
  budget: number;
}

export type Eval = (env: Env) => Items;
/** `exprs` are the arguments as written, for type names and for the minus of `sort`. */
export type Fn = (input: Items, args: readonly Eval[], env: Env, exprs: readonly Expr[]) => Items;

/** An expression that has no meaning for the data at hand. */
export class EvaluationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EvaluationError';
  }
}

export function spend(env: Env, steps: number): void {
  env.budget -= steps;
  if (env.budget < 0) throw new EvaluationError('the expression costs too much');
}

/** Evaluates with another `$this`. */
export function withFocus(env: Env, focus: Items, index: number, run: Eval): Items {
  const { focus: before, index: beforeIndex } = env;
  env.focus = focus;
  env.index = index;
  const result = run(env);
  env.focus = before;
  env.index = beforeIndex;
  return result;
}

/** The one item of a collection, or undefined where it is empty; more is an error. */
export function single(items: Items, what: string): Item | undefined {
  if (items.length > 1) throw new EvaluationError(`${what} expects one item, not ${items.length}`);
  return items[0];
}

/** The truth of a collection: undefined where empty; one item that is no boolean counts as true. */
export function truth(items: Items): boolean | undefined {
  const item = single(items, 'a condition');
  if (!item) return undefined;
  const value = system(item);
  return value?.type === 'System.Boolean' ? (value.value as boolean) : true;
}

/** The System value of the one item, where it is of one of the types; an error for other types. */
export function singleOf(items: Items, what: string, ...types: string[]): Item | undefined {
  const item = single(items, what);
  if (!item) return undefined;
  const value = system(item);
  if (value && types.includes(value.type)) return value;
  throw new EvaluationError(`${what} expects ${types.join(' or ')}, not ${item.type}`);
}

export function singleString(items: Items, what: string): string | undefined {
  return singleOf(items, what, 'System.String')?.value as string | undefined;
}

export function singleInteger(items: Items, what: string): number | undefined {
  return singleOf(items, what, 'System.Integer')?.value as number | undefined;
}

/** An argument's value; undefined where it was not given. */
export function argument(args: readonly Eval[], i: number, env: Env): Items | undefined {
  return args[i]?.(env);
}

/** The dotted name that an argument spells: `Patient`, `FHIR.Patient`. */
export function typeArgument(expr: Expr | undefined): string {
  if (expr?.kind === 'member') return expr.target ? `${typeArgument(expr.target)}.${expr.name}` : expr.name;
  throw new EvaluationError('a type name is expected');
}
