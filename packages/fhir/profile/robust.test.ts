/** Whatever is sent as a resource or as a profile, the answer is an answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../json.ts';
import { bloodPressures, nationalPatients, profilesForBench } from '../testing/profile-data.ts';
import { BASE, e, profileSet, structure } from '../testing/profiles.ts';

const set = profilesForBench();
const junk = fc.oneof(
  { maxDepth: 2 },
  fc.constantFrom<unknown>(null, true, 0, -1, '', 'x', [], {}, [null], [[]], { coding: [null] }, { extension: 'x' }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Every place of a document, as the keys that lead there. */
function places(node: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof node !== 'object' || node === null) return [path];
  return [path, ...Object.entries(node).flatMap(([key, value]) => places(value, [...path, key]))];
}

function replaced(node: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(node) ? [...node] : { ...(node as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, value);
  return copy;
}

test('resources with anything in any place', () => {
  const samples = [nationalPatients()[0], bloodPressures()[0]] as JsonObject[];
  const profiles = ['http://hl7.org/fhir/StructureDefinition/bp'];
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(), junk, (sample, at, value) => {
      const all = places(sample).slice(1);
      const broken = replaced(sample, all[at % all.length] ?? [], value) as JsonObject;
      const options = sample.resourceType === 'Observation' ? { profiles } : {};
      for (const issue of set.validate(broken, options)) assert.ok(issue.text.vi !== '' && issue.text.en !== '');
    }),
    { numRuns: 1_500 },
  );
});

test('profiles with anything in any place', () => {
  const sample = structure('p', 'Patient', [
    e('Patient', { constraint: [{ key: 'a', severity: 'error', human: 'x', expression: 'name.exists()' }] }),
    e('Patient.identifier', { slicing: { rules: 'closed', discriminator: [{ type: 'value', path: 'system' }] } }),
    e('Patient.identifier:x', { min: 1, max: '1', type: [{ code: 'Identifier', profile: [`${BASE}/q`] }] }),
    e('Patient.identifier:x.system', { fixedUri: 'urn:x' }),
    e('Patient.maritalStatus', { binding: { strength: 'required', valueSet: 'urn:vs' } }),
    e('Patient.contact.name.text', { maxLength: 3, mustSupport: true }),
    e('Patient.generalPractitioner', { type: [{ code: 'Reference', targetProfile: ['urn:y'] }] }),
  ]);
  const patient = nationalPatients()[0] as JsonObject;
  fc.assert(
    fc.property(fc.nat(), junk, (at, value) => {
      const all = places(sample).slice(1);
      const broken = replaced(sample, all[at % all.length] ?? [], value) as JsonObject;
      const loaded = profileSet(broken);
      loaded.validate({ ...patient, contact: [{ name: { text: 'Hoà' } }] }, { profiles: [`${BASE}/p`], verbose: true });
    }),
    { numRuns: 800 },
  );
});

test('profiles in circles, and nesting without end', () => {
  const circle = profileSet(
    structure('a', 'Patient', [e('Patient.name', { min: 1 })], { baseDefinition: `${BASE}/b` }),
    structure('b', 'Patient', [e('Patient.birthDate', { min: 1 })], { baseDefinition: `${BASE}/a` }),
    structure('c', 'Patient', [
      e('Patient.link.other', { type: [{ code: 'Reference', targetProfile: [`${BASE}/c`] }] }),
      e('Patient.contained', { type: [{ code: 'Patient', profile: [`${BASE}/c`] }] }),
    ]),
    structure('deep', 'Questionnaire', [e(`Questionnaire${'.item'.repeat(5_000)}`, { min: 1 })]),
  );
  const faults = circle.validateProfiles({ resourceType: 'Patient' }, { profiles: [`${BASE}/a`] });
  assert.deepEqual(faults.map((i) => i.field).sort(), ['Patient.birthDate', 'Patient.name']);
  const itself = { resourceType: 'Patient', id: 'p', link: [{ other: { reference: '#p' }, type: 'seealso' }] };
  circle.validateProfiles({ ...itself, contained: [itself] }, { profiles: [`${BASE}/c`] });
  circle.validateProfiles({ resourceType: 'Questionnaire', status: 'draft' }, { profiles: [`${BASE}/deep`] });
  let nested: JsonObject = { resourceType: 'Patient', meta: { profile: [`${BASE}/a`] } };
  for (let i = 0; i < 20_000; i++) nested = { resourceType: 'Patient', contained: [nested] };
  for (const name of ['b', 'c']) circle.validateProfiles(nested, { profiles: [`${BASE}/${name}`] });
  const crowd = Array.from({ length: 300 }, (_, i) => ({
    resourceType: 'Patient',
    id: `p${i}`,
    link: Array.from({ length: 300 }, (_item, k) => ({ other: { reference: `#p${k}` }, type: 'seealso' })),
  }));
  const start = performance.now();
  circle.validateProfiles({ ...crowd[0], contained: crowd } as JsonObject, { profiles: [`${BASE}/c`] });
  assert.ok(performance.now() - start < 20_000);
  let extension: JsonObject = { url: 'urn:x', valueString: 'x' };
  for (let i = 0; i < 20_000; i++) extension = { url: 'urn:x', extension: [extension] };
  circle.validateProfiles({ resourceType: 'Patient', extension: [extension] }, { profiles: [`${BASE}/b`] });
});
