import { references } from '@mach/fhir/reference-walk.ts';
import type { SearchParam } from '@mach/fhir/search-definitions.ts';
import { extract } from '@mach/fhir/search-values.ts';
import type { AnyResource } from './resource.ts';

/** The references of a resource that one search parameter speaks of; all of them when none is named. */
export function readAllReferences(resource: AnyResource, param: SearchParam | null): string[] {
  if (param === null)
    return references(resource as unknown as Parameters<typeof references>[0]).map((r) => r.reference);
  return extract(resource.resourceType, resource).flatMap((value) =>
    value.kind === 'reference' && value.param === param.code && value.type && value.id
      ? [`${value.type}/${value.id}`]
      : [],
  );
}
