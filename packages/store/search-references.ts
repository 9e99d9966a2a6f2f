import { references } from '@mach/fhir/reference-walk.ts';
import { valuesOf } from '@mach/fhir/search/match.ts';
import type { SearchParam } from '@mach/fhir/search-definitions.ts';
import type { AnyResource } from './resource.ts';

/** The local references of a resource that one search parameter speaks of; all of them when none is named. */
export function readAllReferences(resource: AnyResource, param: SearchParam | null): string[] {
  if (param === null)
    return references(resource as unknown as Parameters<typeof references>[0]).map((r) => r.reference);
  return valuesOf(resource.resourceType, param, resource).flatMap((value) => {
    if (value.kind !== 'reference') return [];
    // A canonical URL leads to the resource that carries it; an address elsewhere leads nowhere here.
    if (value.type && value.id && !value.url) return [`${value.type}/${value.id}`];
    return value.type === null && value.url && !value.url.startsWith('urn:') ? [value.versionless] : [];
  });
}
