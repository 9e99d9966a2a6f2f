/** Expansion of the value sets that R4 binds with strength "required". */
import { EXTERNAL_VALUE_SETS } from './corrections.ts';

interface Concept {
  code: string;
  concept?: Concept[];
}
interface Include {
  system?: string;
  concept?: { code: string }[];
  filter?: { property: string; op: string; value: string }[];
  valueSet?: string[];
}
interface ValueSet {
  resourceType: string;
  url: string;
  content?: string;
  concept?: Concept[];
  compose?: { include: Include[]; exclude?: Include[] };
}

type Expansion = (readonly [system: string, codes: readonly string[]])[];

export interface ExpandedValueSets {
  sets: Record<string, Expansion>;
  notEnumerated: string[];
}

/** Codes by system of each wanted value set; those that cannot be enumerated are named, never guessed. */
export function expandValueSets(terminology: Record<string, unknown>[], wanted: readonly string[]): ExpandedValueSets {
  const valueSets = new Map<string, ValueSet>();
  const systems = new Map<string, ValueSet>();
  for (const raw of terminology) {
    const r = raw as unknown as ValueSet;
    (r.resourceType === 'ValueSet' ? valueSets : systems).set(r.url, r);
  }
  const flat = (concepts: readonly Concept[]): string[] => concepts.flatMap((c) => [c.code, ...flat(c.concept ?? [])]);

  const expandInclude = (i: Include): Expansion | undefined => {
    if (i.filter || i.valueSet || !i.system) return undefined;
    if (i.concept) return [[i.system, i.concept.map((c) => c.code)]];
    const system = systems.get(i.system);
    if (!system?.concept || system.content !== 'complete') return undefined;
    return [[i.system, flat(system.concept)]];
  };

  const sets: Record<string, Expansion> = {};
  const notEnumerated: string[] = [];
  for (const url of [...wanted].sort()) {
    const external = EXTERNAL_VALUE_SETS[url];
    if (external) {
      sets[url] = [...external];
      continue;
    }
    const compose = valueSets.get(url)?.compose;
    const parts = compose?.include.map(expandInclude);
    if (!parts || compose?.exclude || parts.some((p) => p === undefined)) notEnumerated.push(url);
    else sets[url] = parts.flatMap((p) => p ?? []);
  }
  return { sets, notEnumerated };
}
