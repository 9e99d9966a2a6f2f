import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValid, validate } from '../validate.ts';
import { pickElements, summarize } from './summary.ts';

const patient = {
  resourceType: 'Patient',
  id: 'p1',
  meta: { versionId: '1', tag: [{ system: 'urn:x', code: 'a' }] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Lan</div>' },
  name: [{ family: 'Trần', given: ['Lan'] }],
  gender: 'female',
  _gender: { extension: [{ url: 'urn:why', valueString: 'x' }] },
  deceasedBoolean: false,
  maritalStatus: { text: 'Độc thân' },
  contact: [{ name: { family: 'Trần' } }],
};
const tagged = (r: { meta?: unknown }): boolean => JSON.stringify(r.meta).includes('SUBSETTED');

test('a summary keeps what the definitions mark, choices and primitives with extensions too', () => {
  const result = summarize(patient, 'true');
  assert.deepEqual(Object.keys(result).sort(), [
    '_gender',
    'deceasedBoolean',
    'gender',
    'id',
    'meta',
    'name',
    'resourceType',
  ]);
  assert.ok(tagged(result));
  assert.equal((result.meta as { tag: object[] }).tag.length, 2);
});

test('text keeps the narrative and what must be there, data leaves only the narrative out', () => {
  const observation = {
    resourceType: 'Observation',
    id: 'o',
    text: patient.text,
    status: 'final',
    code: { text: 'x' },
    valueString: 'y',
  };
  assert.deepEqual(Object.keys(summarize(observation, 'text')).sort(), [
    'code',
    'id',
    'meta',
    'resourceType',
    'status',
    'text',
  ]);
  const data = summarize(observation, 'data');
  assert.equal(data.text, undefined);
  assert.equal(data.valueString, 'y');
  assert.ok(isValid(validate(data)));
});

test('elements come with those that a valid resource needs', () => {
  const observation = {
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { text: 'x' },
    valueString: 'y',
    note: [],
  };
  assert.deepEqual(Object.keys(pickElements(observation, ['value'])).sort(), [
    'code',
    'id',
    'meta',
    'resourceType',
    'status',
    'valueString',
  ]);
  assert.equal(pickElements(observation, []), observation);
  assert.equal(summarize(patient, 'false'), patient);
});

test('a summary goes into backbone elements, where parts are marked by themselves', () => {
  const bundle = {
    resourceType: 'CapabilityStatement',
    id: 'c',
    status: 'active',
    date: '2026-01-01',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['json'],
    rest: [{ mode: 'server', documentation: 'long' }],
  };
  assert.deepEqual((summarize(bundle, 'true').rest as object[])[0], { mode: 'server' });
});
