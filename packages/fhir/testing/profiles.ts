/** Profiles for tests: written as StructureDefinitions, read as the server reads them. */
import type { JsonObject } from '../json.ts';
import { membershipOf } from '../profile/membership.ts';
import type { Profile } from '../profile/model.ts';
import { ProfileSet } from '../profile/profile-set.ts';
import { readProfile } from '../profile/read.ts';
import { readCodeSystem } from '../terminology/code-system.ts';

export const BASE = 'https://example.org/fhir/StructureDefinition';
const R4 = 'http://hl7.org/fhir/StructureDefinition';

/** An element of a differential: `e('Patient.name', { min: 1 })`; the id follows from path and slice. */
export function e(id: string, rules: JsonObject = {}): JsonObject {
  const steps = id.split('.').map((step) => step.split(':'));
  const slice = steps.at(-1)?.[1];
  return { id, path: steps.map(([name]) => name).join('.'), ...(slice ? { sliceName: slice } : {}), ...rules };
}

export function structure(name: string, type: string, elements: JsonObject[], more: JsonObject = {}): JsonObject {
  return {
    resourceType: 'StructureDefinition',
    url: `${BASE}/${name}`,
    name,
    status: 'active',
    kind: 'resource',
    abstract: false,
    type,
    baseDefinition: `${R4}/${type}`,
    derivation: 'constraint',
    differential: { element: elements },
    ...more,
  };
}

/** A set over the given resources: StructureDefinitions, ValueSets and CodeSystems. */
export function profileSet(...resources: JsonObject[]): ProfileSet {
  const byUrl = new Map(resources.map((r) => [String(r.url), r]));
  const profiles = new Map<string, Profile>();
  for (const resource of resources) {
    const profile = readProfile(resource);
    if (profile) profiles.set(profile.url, profile);
  }
  const source = {
    valueSet: (url: string) => byUrl.get(url),
    codeSystem: (url: string) => {
      const found = byUrl.get(url);
      return found?.resourceType === 'CodeSystem' ? readCodeSystem(found) : undefined;
    },
  };
  return new ProfileSet({
    profile: (url) => profiles.get(url),
    members: (url) => {
      const found = byUrl.get(url);
      return found && membershipOf(found, source);
    },
  });
}

/** What the profile says of a resource: `error Patient.name[0].text required`. */
export function said(set: ProfileSet, resource: JsonObject, name: string): string[] {
  return set
    .validateProfiles(resource, { profiles: [`${BASE}/${name}`] })
    .map((i) => `${i.severity} ${i.field} ${i.code}`);
}
