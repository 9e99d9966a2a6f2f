import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { BASE, e, profileSet, said, structure } from '../testing/profiles.ts';

const extension = (
  name: string,
  contexts: [type: string, expression: string][],
  more: JsonObject[] = [],
  root: JsonObject = {},
): JsonObject =>
  structure(name, 'Extension', [e('Extension', root), e('Extension.url', { fixedUri: `${BASE}/${name}` }), ...more], {
    kind: 'complex-type',
    context: contexts.map(([type, expression]) => ({ type, expression })),
  });
const url = (name: string): string => `${BASE}/${name}`;
const patient = (more: object = {}): JsonObject => ({ resourceType: 'Patient', ...more });

const set = profileSet(
  structure('p', 'Patient', [e('Patient.active', { min: 0 })]),
  extension('ethnic', [['element', 'Patient']], [e('Extension.value[x]', { min: 1, type: [{ code: 'Coding' }] })]),
  extension('ward', [['element', 'Address']]),
  extension('part', [['extension', url('outer')]]),
  extension('outer', [['element', 'Patient.contact']]),
  extension('coded', [['fhirpath', "Patient.identifier.where(system = 'urn:x')"]]),
  extension('on-date', [['element', 'Patient.birthDate']]),
  extension('negation', [['element', 'Element']], [], { isModifier: true }),
);

test('a known extension is held to its definition, wherever it stands', () => {
  const coding = { system: 'urn:s', code: '01' };
  assert.deepEqual(said(set, patient({ extension: [{ url: url('ethnic'), valueCoding: coding }] }), 'p'), []);
  assert.deepEqual(said(set, patient({ extension: [{ url: url('ethnic'), valueString: 'Kinh' }] }), 'p'), [
    'error Patient.extension[0].value structure',
  ]);
  assert.deepEqual(said(set, patient({ extension: [{ url: url('ethnic'), extension: [] }] }), 'p'), [
    'error Patient.extension[0].value required',
  ]);
});

test('an extension is used where its context allows', () => {
  const ward = { url: url('ward'), valueString: '00001' };
  assert.deepEqual(said(set, patient({ address: [{ extension: [ward] }] }), 'p'), []);
  assert.deepEqual(said(set, patient({ contact: [{ address: { extension: [ward] } }] }), 'p'), []);
  assert.deepEqual(said(set, patient({ extension: [ward] }), 'p'), ['error Patient.extension[0] extension']);
  const part = { url: url('part'), valueString: 'x' };
  assert.deepEqual(
    said(set, patient({ contact: [{ extension: [{ url: url('outer'), extension: [part] }] }] }), 'p'),
    [],
  );
  assert.deepEqual(said(set, patient({ contact: [{ extension: [part] }] }), 'p'), [
    'error Patient.contact[0].extension[0] extension',
  ]);
  const coded = { url: url('coded'), valueString: 'x' };
  const ids = (...systems: string[]) =>
    patient({ identifier: systems.map((system) => ({ system, extension: [coded] })) });
  assert.deepEqual(said(set, ids('urn:x'), 'p'), []);
  assert.deepEqual(said(set, ids('urn:x', 'urn:y'), 'p'), ['error Patient.identifier[1].extension[0] extension']);
  const onDate = { _birthDate: { extension: [{ url: url('on-date'), valueString: 'x' }] } };
  assert.deepEqual(said(set, patient(onDate), 'p'), []);
  assert.deepEqual(said(set, patient({ _gender: onDate._birthDate }), 'p'), [
    'error Patient.gender.extension[0] extension',
  ]);
  // The contained resource is where the path starts anew.
  const contained = { ...patient({ extension: [{ url: url('ethnic'), valueCoding: { code: '01' } }] }), id: 'c' };
  assert.deepEqual(said(set, patient({ contained: [contained] }), 'p'), []);
});

test('modifiers: an unknown one is refused, a known one has its place', () => {
  const of = (key: string, name: string) => said(set, patient({ [key]: [{ url: name, valueBoolean: true }] }), 'p');
  assert.deepEqual(of('extension', 'https://elsewhere.example/x'), []);
  assert.deepEqual(of('modifierExtension', 'https://elsewhere.example/x'), [
    'error Patient.modifierExtension[0] extension',
  ]);
  assert.deepEqual(of('modifierExtension', url('negation')), []);
  assert.deepEqual(of('extension', url('negation')), ['error Patient.extension[0] extension']);
  assert.deepEqual(of('modifierExtension', url('ethnic')).slice(0, 1), [
    'error Patient.modifierExtension[0] extension',
  ]);
});

test('slices of extensions are told apart by URL, with or without a slicing of their own', () => {
  const sliced = (name: string, slicing: JsonObject[]) =>
    structure(name, 'Patient', [
      ...slicing,
      e('Patient.extension:ethnic', { min: 1, max: '1', type: [{ code: 'Extension', profile: [url('ethnic')] }] }),
    ]);
  const ours = profileSet(
    extension('ethnic', [['element', 'Patient']]),
    sliced('bare', []),
    sliced('said', [
      e('Patient.extension', { slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'url' }] } }),
    ]),
    structure('complex', 'Extension', [
      e('Extension.extension', { slicing: { rules: 'closed', discriminator: [{ type: 'value', path: 'url' }] } }),
      e('Extension.extension:city', { min: 1 }),
      e('Extension.extension:city.url', { fixedUri: 'city' }),
      e('Extension.value[x]', { max: '0' }),
    ]),
    structure('plain', 'Patient', [e('Patient.active', { min: 0 })]),
  );
  const one = { url: url('ethnic'), valueString: 'Kinh' };
  for (const name of ['bare', 'said']) {
    assert.deepEqual(said(ours, patient({ extension: [one, { url: 'urn:x', valueString: 'y' }] }), name), [], name);
    assert.deepEqual(said(ours, patient(), name), ['error Patient.extension required'], name);
    assert.deepEqual(said(ours, patient({ extension: [one, one] }), name), ['error Patient.extension structure'], name);
  }
  const complex = (...parts: string[]) =>
    patient({ extension: [{ url: url('complex'), extension: parts.map((p) => ({ url: p, valueString: 'x' })) }] });
  assert.deepEqual(said(ours, complex('city'), 'plain'), []);
  assert.deepEqual(said(ours, complex('town'), 'plain'), [
    'error Patient.extension[0].extension[0] structure',
    'error Patient.extension[0].extension required',
  ]);
});
