/** All R4 search parameters and compartments. */
import { NOT_R4_SEARCH, NOT_R4_TYPES, SWAPPED_COMPONENTS } from './corrections.ts';

interface SearchParameter {
  id: string;
  url: string;
  code: string;
  base: string[];
  type: string;
  expression?: string;
  target?: string[];
  comparator?: string[];
  component?: { definition: string; expression: string }[];
}

/** [id, code, type, bases, expression, targets, components] */
type SearchRow = [string, string, string, string[], string, string[], [string, string][]];

export interface SearchSnapshot {
  parameters: SearchRow[];
  /** compartment → resource type → parameters that link a resource to it */
  compartments: Record<string, Record<string, string[]>>;
}

const URL_BASE = 'http://hl7.org/fhir/SearchParameter/';
const last = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

export function searchSnapshot(
  parameters: Record<string, unknown>[],
  profiles: Record<string, unknown>[],
): SearchSnapshot {
  const rows: SearchRow[] = [];
  for (const raw of parameters) {
    const p = raw as unknown as SearchParameter;
    const base = p.base.filter((b) => !NOT_R4_TYPES.has(b) && !NOT_R4_SEARCH.has(`${b}.${p.code}`));
    if (base.length === 0) continue;
    if (p.url !== URL_BASE + p.id) throw new Error(`unexpected url ${p.url}`);
    const components = (p.component ?? []).map((c): [string, string] => [last(c.definition), c.expression]);
    if (SWAPPED_COMPONENTS.has(p.id)) {
      const definitions = components.map((c) => c[0]).reverse();
      for (const [i, c] of components.entries()) c[0] = definitions[i] ?? c[0];
    }
    rows.push([p.id, p.code, p.type, base, p.expression ?? '', p.target ?? [], components]);
  }
  const compartments: SearchSnapshot['compartments'] = {};
  for (const raw of profiles) {
    if (raw.resourceType !== 'CompartmentDefinition') continue;
    const c = raw as unknown as { code: string; resource: { code: string; param?: string[] }[] };
    compartments[c.code] = Object.fromEntries(
      c.resource.filter((r) => r.param?.length).map((r) => [r.code, r.param ?? []]),
    );
  }
  return { parameters: rows, compartments };
}
