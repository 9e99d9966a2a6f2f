/** Search parameters and compartments of R4, read from the generated snapshot on first use. */
import { isResourceType, typeDef } from './definitions.ts';
import text from './generated/r4-search.js';
import { withCustom } from './search-custom.ts';
import type { SearchParam, SearchParamType } from './search-param.ts';

export type { SearchParam, SearchParamType } from './search-param.ts';

interface Snapshot {
  parameters: [string, string, SearchParamType, string[], string, string[], [string, string][]][];
  compartments: Record<string, Record<string, string[]>>;
}

interface Loaded {
  readonly byId: ReadonlyMap<string, SearchParam>;
  readonly byBase: ReadonlyMap<string, readonly SearchParam[]>;
  readonly compartments: Snapshot['compartments'];
}

let loaded: Loaded | undefined;
const byType = new Map<string, ReadonlyMap<string, SearchParam>>();

function load(): Loaded {
  if (loaded) return loaded;
  const snapshot = JSON.parse(text) as Snapshot;
  const byId = new Map<string, SearchParam>();
  const byBase = new Map<string, SearchParam[]>();
  for (const [id, code, type, base, expression, target, components] of snapshot.parameters) {
    const param: SearchParam = {
      id,
      code,
      type,
      base,
      expression,
      target,
      components: components.map(([definition, e]) => ({ definition, expression: e })),
    };
    byId.set(id, param);
    for (const b of base) {
      const list = byBase.get(b);
      if (list) list.push(param);
      else byBase.set(b, [param]);
    }
  }
  loaded = { byId, byBase, compartments: snapshot.compartments };
  return loaded;
}

/** All search parameters of a resource type by code: R4's, and those that a facility has added where one is named. */
export function searchParams(type: string, tenant?: number): ReadonlyMap<string, SearchParam> {
  const own = standardParams(type);
  return tenant === undefined ? own : withCustom(type, own, tenant);
}

/** All R4 search parameters of a resource type by code, those of Resource and DomainResource included. */
export function standardParams(type: string): ReadonlyMap<string, SearchParam> {
  const known = byType.get(type);
  if (known) return known;
  const result = new Map<string, SearchParam>();
  if (isResourceType(type)) {
    const chain: string[] = [];
    for (let t: string | undefined = type; t; t = typeDef(t)?.base) chain.unshift(t);
    for (const base of chain) for (const p of load().byBase.get(base) ?? []) result.set(p.code, p);
    byType.set(type, result);
  }
  return result;
}

/** One search parameter of a resource type. */
export function searchParam(type: string, code: string): SearchParam | undefined {
  return searchParams(type).get(code);
}

/** A search parameter by the last part of its canonical URL. */
export function searchParamById(id: string): SearchParam | undefined {
  return load().byId.get(id);
}

/** The R4 search parameters in all. */
export function allSearchParams(): readonly SearchParam[] {
  return [...load().byId.values()];
}

/** Names of the R4 compartments: Patient, Encounter, RelatedPerson, Practitioner, Device. */
export function compartments(): readonly string[] {
  return Object.keys(load().compartments);
}

/** Parameters that put a resource of the type into the compartment; empty where the type is not part of it. */
export function compartmentParams(compartment: string, type: string): readonly string[] {
  return load().compartments[compartment]?.[type] ?? [];
}
