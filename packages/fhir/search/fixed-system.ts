/** The code system that all values of a token parameter come from, where the definitions fix it. */
import { compilePaths } from '../fhirpath/paths.ts';
import type { SearchParam } from '../search-definitions.ts';
import { implicitSystem } from './convert-text.ts';

const known = new Map<string, { system: string | null } | undefined>();
/** Types whose values have no system. */
const WITHOUT = new Set([
  'boolean',
  'ContactPoint',
  'id',
  'string',
  'uri',
  'url',
  'canonical',
  'oid',
  'uuid',
  'markdown',
]);

/**
 * `Encounter.status` is a `code` of one required value set with one system: a search by the code alone is a search in
 * that system. Undefined where values may come from several systems.
 */
export function fixedSystem(type: string, param: SearchParam): { readonly system: string | null } | undefined {
  const key = `${type} ${param.id}`;
  if (known.has(key)) return known.get(key);
  const branches = param.type === 'token' && param.expression !== '' ? compilePaths(param.expression, type) : [];
  const systems = new Set(
    branches.map((b) => (b.type === 'code' ? implicitSystem(b.element) : WITHOUT.has(b.type) ? null : undefined)),
  );
  const [only] = systems;
  const result = systems.size === 1 && only !== undefined ? { system: only } : undefined;
  known.set(key, result);
  return result;
}
