/**
 * Search parameters that facilities have added to R4's, each for itself. One that is new is kept in the index with every
 * write before it may be searched by: what was written earlier must have been looked at first.
 */
import type { SearchParam } from './search-param.ts';

export interface CustomParam {
  /** As it is written in a search. */
  readonly code: string;
  /** `param.code` is the name in the index: it differs with the definition, so that old rows are never taken for new ones. */
  readonly param: SearchParam;
  readonly searchable: boolean;
  /** The facility that may search by it. */
  readonly tenant: number;
}

type Params = ReadonlyMap<string, SearchParam>;

let custom: readonly CustomParam[] = [];
let generation = 0;
const merged = new Map<string, Params>();
const indexed = new Map<string, readonly SearchParam[]>();

/** Replaces the custom parameters of this program. */
export function setCustomParams(list: readonly CustomParam[]): void {
  custom = list;
  generation += 1;
  merged.clear();
  indexed.clear();
}

/** Changes with every change of the custom parameters. */
export const customGeneration = (): number => generation;

/** The parameters of a type with those that a facility has added. R4's own come first: none is replaced. */
export function withCustom(type: string, own: Params, tenant: number): Params {
  if (custom.length === 0 || own.size === 0) return own;
  const key = `${tenant} ${type}`;
  const known = merged.get(key);
  if (known) return known;
  const added = custom.filter(
    (c) => c.tenant === tenant && c.searchable && c.param.base.includes(type) && !own.has(c.code),
  );
  const all = added.length === 0 ? own : new Map([...own, ...added.map((c) => [c.code, c.param] as const)]);
  merged.set(key, all);
  return all;
}

/**
 * The added parameters whose values are kept for a type, searchable yet or not: those of every facility, since a write
 * does not ask whose it is. Nobody else's search reaches them.
 */
export function customIndexed(type: string): readonly SearchParam[] {
  if (custom.length === 0) return custom as readonly [];
  const known = indexed.get(type);
  if (known) return known;
  const own = custom.filter((c) => c.param.base.includes(type)).map((c) => [c.param.code, c.param] as const);
  const list = [...new Map(own).values()];
  indexed.set(type, list);
  return list;
}
