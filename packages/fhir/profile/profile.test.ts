import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { BASE, e, profileSet, said, structure } from '../testing/profiles.ts';

const coding = (system: string, code: string, more: object = {}): JsonObject => ({
  coding: [{ system, code, ...more }],
});
const obs = (more: object = {}): JsonObject => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...more,
});
const patient = (more: object = {}): JsonObject => ({ resourceType: 'Patient', ...more });

test('cardinality: more is demanded, less is allowed, and the faults stand where they are', () => {
  const set = profileSet(
    structure('p', 'Patient', [
      e('Patient.birthDate', { min: 1 }),
      e('Patient.photo', { max: '0' }),
      e('Patient.name', { min: 1, max: '2' }),
      e('Patient.name.family', { min: 1 }),
      e('Patient.contact.telecom', { max: '1' }),
    ]),
  );
  assert.deepEqual(said(set, patient({ birthDate: '2000', name: [{ family: 'Lê' }] }), 'p'), []);
  assert.deepEqual(
    said(set, patient({ photo: [{ title: 'x' }], name: [{ family: 'Lê' }, { text: 'Hoà' }, { family: 'Lê' }] }), 'p'),
    [
      'error Patient.birthDate required',
      'error Patient.photo structure',
      'error Patient.name[1].family required',
      'error Patient.name structure',
    ],
  );
  const crowd = patient({ birthDate: '2000', name: [{ family: 'Lê' }], contact: [{ telecom: [{}, {}] }] });
  assert.deepEqual(said(set, crowd, 'p'), ['error Patient.contact[0].telecom structure']);
  // A primitive without a value, but with an extension, is there.
  const absent = {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
  };
  assert.deepEqual(said(set, patient({ _birthDate: absent, name: [{ family: 'Lê' }] }), 'p'), []);
});

test('fixed values are the whole value, patterns a part of it', () => {
  const set = profileSet(
    structure('fixed', 'Observation', [
      e('Observation.code', { fixedCodeableConcept: coding('http://loinc.org', '8867-4') }),
      e('Observation.status', { fixedCode: 'final' }),
    ]),
    structure('pattern', 'Observation', [
      e('Observation.code', { patternCodeableConcept: coding('http://loinc.org', '8867-4') }),
    ]),
  );
  const exact = obs({ code: coding('http://loinc.org', '8867-4') });
  const wider = obs({ code: { ...coding('http://loinc.org', '8867-4', { display: 'Mạch' }), text: 'Mạch' } });
  assert.deepEqual(said(set, exact, 'fixed'), []);
  assert.deepEqual(said(set, wider, 'fixed'), ['error Observation.code value']);
  assert.deepEqual(said(set, wider, 'pattern'), []);
  assert.deepEqual(said(set, { ...exact, status: 'amended' }, 'fixed'), ['error Observation.status value']);
  const second = obs({
    code: {
      coding: [
        { system: 'urn:x', code: 'y' },
        { system: 'http://loinc.org', code: '8867-4' },
      ],
    },
  });
  assert.deepEqual(said(set, second, 'pattern'), []);
  assert.deepEqual(said(set, obs(), 'pattern'), ['error Observation.code value']);
});

test('types of a choice are narrowed, and rules of one type hold for it only', () => {
  const set = profileSet(
    structure('value', 'Observation', [
      e('Observation.value[x]', { type: [{ code: 'Quantity' }, { code: 'string' }] }),
      e('Observation.valueQuantity', { min: 0 }),
      e('Observation.valueQuantity.unit', { min: 1 }),
    ]),
  );
  assert.deepEqual(said(set, obs({ valueString: 'x' }), 'value'), []);
  assert.deepEqual(said(set, obs({ valueQuantity: { value: 1, unit: 'kg' } }), 'value'), []);
  assert.deepEqual(said(set, obs({ valueQuantity: { value: 1 } }), 'value'), ['error Observation.value.unit required']);
  assert.deepEqual(said(set, obs({ valueBoolean: true }), 'value'), ['error Observation.value structure']);
});

test('bounds and lengths', () => {
  const set = profileSet(
    structure('b', 'Observation', [
      e('Observation.value[x]', { type: [{ code: 'integer' }], minValueInteger: 1, maxValueInteger: 10 }),
      e('Observation.code.text', { maxLength: 4 }),
      e('Observation.effective[x]', { type: [{ code: 'dateTime' }], minValueDateTime: '2026-01-01' }),
    ]),
  );
  assert.deepEqual(said(set, obs({ valueInteger: 10, effectiveDateTime: '2026-01-01T00:00:00+07:00' }), 'b'), []);
  assert.deepEqual(said(set, obs({ valueInteger: 11 }), 'b'), ['error Observation.value value']);
  assert.deepEqual(said(set, obs({ valueInteger: 0, effectiveDateTime: '2025-12-31' }), 'b'), [
    'error Observation.value value',
    'error Observation.effective value',
  ]);
  // Characters, not bytes.
  assert.deepEqual(said(set, obs({ code: { text: 'Mạch' } }), 'b'), []);
  assert.deepEqual(said(set, obs({ code: { text: 'Mạch.' } }), 'b'), ['error Observation.code.text value']);
});

test('bindings: required refuses, extensible and preferred warn, what cannot be known says nothing', () => {
  const system = 'https://example.org/cs';
  const bound = (name: string, strength: string, valueSet = 'https://example.org/vs') =>
    structure(name, 'Observation', [e('Observation.method', { binding: { strength, valueSet } })]);
  const set = profileSet(
    {
      resourceType: 'CodeSystem',
      url: system,
      content: 'complete',
      concept: [{ code: 'a', concept: [{ code: 'a1' }] }, { code: 'b' }],
    },
    {
      resourceType: 'ValueSet',
      url: 'https://example.org/vs',
      compose: {
        include: [
          { system, filter: [{ property: 'concept', op: 'is-a', value: 'a' }] },
          { system: 'http://snomed.info/sct' },
        ],
      },
    },
    bound('required', 'required', 'https://example.org/vs|1.0'),
    bound('extensible', 'extensible'),
    bound('preferred', 'preferred'),
    bound('example', 'example'),
    bound('absent', 'required', 'https://example.org/none'),
  );
  const method = (code: string, of = system) => obs({ method: coding(of, code) });
  for (const name of ['required', 'extensible', 'preferred']) {
    assert.deepEqual(said(set, method('a1'), name), [], name);
    // Of SNOMED CT nothing is loaded.
    assert.deepEqual(said(set, method('123', 'http://snomed.info/sct'), name), [], name);
  }
  assert.deepEqual(said(set, method('b'), 'required'), ['error Observation.method code-invalid']);
  assert.deepEqual(said(set, method('b'), 'extensible'), ['warning Observation.method code-invalid']);
  assert.deepEqual(said(set, method('b'), 'preferred'), ['warning Observation.method code-invalid']);
  assert.deepEqual(said(set, method('b'), 'example'), []);
  assert.deepEqual(said(set, obs({ method: { text: 'tay' } }), 'required'), ['error Observation.method code-invalid']);
  assert.deepEqual(said(set, obs({ method: { text: 'tay' } }), 'preferred'), []);
  assert.deepEqual(said(set, method('b'), 'absent'), []);
  assert.match(set.gaps(`${BASE}/absent`)[0]?.en ?? '', /value set https:\/\/example.org\/none is not loaded/);
});

test('invariants, with their severity; one that cannot be read is a gap, not a fault', () => {
  const set = profileSet(
    structure('inv', 'Observation', [
      e('Observation', {
        constraint: [
          {
            key: 'x-1',
            severity: 'error',
            human: 'Needs a value',
            expression: 'value.exists() or dataAbsentReason.exists()',
          },
          { key: 'x-2', severity: 'warning', human: 'Should have a note', expression: 'note.exists()' },
          { key: 'x-3', severity: 'error', human: 'Broken', expression: 'value.(' },
        ],
      }),
      e('Observation.component', {
        constraint: [{ key: 'x-4', severity: 'error', human: 'Same status', expression: "%resource.status = 'final'" }],
      }),
    ]),
  );
  assert.deepEqual(said(set, obs(), 'inv'), ['error Observation invariant', 'warning Observation invariant']);
  assert.deepEqual(said(set, obs({ valueInteger: 1, note: [{ text: 'x' }] }), 'inv'), []);
  const component = [{ code: { text: 'y' } }];
  assert.deepEqual(said(set, obs({ valueInteger: 1, note: [{ text: 'x' }], component }), 'inv'), []);
  assert.deepEqual(said(set, obs({ status: 'amended', valueInteger: 1, note: [{ text: 'x' }], component }), 'inv'), [
    'error Observation.component[0] invariant',
  ]);
  assert.match(set.gaps(`${BASE}/inv`)[0]?.en ?? '', /invariant x-3 cannot be read/);
});

test('reference targets, and conformance of contained targets', () => {
  const set = profileSet(
    structure('known', 'Patient', [e('Patient.birthDate', { min: 1 })]),
    structure('ref', 'Observation', [
      e('Observation.subject', { type: [{ code: 'Reference', targetProfile: [`${BASE}/known`] }] }),
      e('Observation.performer', {
        type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Practitioner'] }],
      }),
    ]),
  );
  const about = (reference: string, more: object = {}) => obs({ subject: { reference }, ...more });
  assert.deepEqual(said(set, about('Patient/1'), 'ref'), []);
  assert.deepEqual(said(set, about('Group/1'), 'ref'), ['error Observation.subject.reference value']);
  assert.deepEqual(said(set, about('Patient/1', { performer: [{ reference: 'Organization/1' }] }), 'ref'), [
    'error Observation.performer[0].reference value',
  ]);
  const contained = (more: object) => about('#p', { contained: [{ resourceType: 'Patient', id: 'p', ...more }] });
  assert.deepEqual(said(set, contained({ birthDate: '2000' }), 'ref'), []);
  assert.deepEqual(said(set, contained({}), 'ref'), ['error Observation.subject.reference value']);
});

test('profiles of types: one must hold, of several any', () => {
  const address = (name: string, elements: JsonObject[]) =>
    structure(name, 'Address', elements, { kind: 'complex-type' });
  const use = (name: string, ...profile: string[]) =>
    structure(name, 'Patient', [
      e('Patient.address', { type: [{ code: 'Address', profile: profile.map((p) => `${BASE}/${p}`) }] }),
    ]);
  const set = profileSet(
    address('with-text', [e('Address.text', { min: 1 })]),
    address('with-city', [e('Address.city', { min: 1 })]),
    use('one', 'with-text'),
    use('either', 'with-text', 'with-city'),
  );
  const at = (more: object) => patient({ address: [more] });
  assert.deepEqual(said(set, at({ city: 'Huế' }), 'one'), ['error Patient.address[0].text required']);
  assert.deepEqual(said(set, at({ city: 'Huế' }), 'either'), []);
  assert.deepEqual(said(set, at({ state: 'Huế' }), 'either'), ['error Patient.address[0] value']);
});

test('a derived profile adds to its base, whose slices it may name', () => {
  const system = (s: string) => [
    e('Patient.identifier:cccd.system', { min: 1, fixedUri: s }),
    e('Patient.identifier:cccd.value', { min: 1 }),
  ];
  const set = profileSet(
    structure('base', 'Patient', [
      e('Patient.identifier', { slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' } }),
      e('Patient.identifier:cccd', { max: '1' }),
      ...system('urn:cccd'),
    ]),
    structure('derived', 'Patient', [e('Patient.identifier:cccd', { min: 1 }), e('Patient.birthDate', { min: 1 })], {
      baseDefinition: `${BASE}/base`,
    }),
    structure('orphan', 'Patient', [e('Patient.birthDate', { min: 1 })], { baseDefinition: `${BASE}/nowhere` }),
  );
  const id = { system: 'urn:cccd', value: '1' };
  assert.deepEqual(said(set, patient(), 'base'), []);
  assert.deepEqual(said(set, patient({ birthDate: '2000', identifier: [id] }), 'derived'), []);
  assert.deepEqual(said(set, patient({ identifier: [{ system: 'urn:cccd' }] }), 'derived'), [
    'error Patient.identifier[0].value required',
    'error Patient.birthDate required',
  ]);
  assert.deepEqual(said(set, patient(), 'derived'), [
    'error Patient.identifier required',
    'error Patient.birthDate required',
  ]);
  assert.deepEqual(said(set, patient(), 'orphan'), ['error Patient.birthDate required']);
  assert.match(set.gaps(`${BASE}/orphan`)[0]?.en ?? '', /nowhere is not loaded/);
});

test('a content reference follows the rules of what it refers to', () => {
  const set = profileSet(structure('q', 'Questionnaire', [e('Questionnaire.item.text', { min: 1 })]));
  const questionnaire = (inner: object) => ({
    resourceType: 'Questionnaire',
    status: 'active',
    item: [{ linkId: '1', type: 'group', text: 'x', item: [{ linkId: '2', type: 'group', text: 'y', item: [inner] }] }],
  });
  assert.deepEqual(said(set, questionnaire({ linkId: '3', type: 'string', text: 'z' }), 'q'), []);
  assert.deepEqual(said(set, questionnaire({ linkId: '3', type: 'string' }), 'q'), [
    'error Questionnaire.item[0].item[0].item[0].text required',
  ]);
});

test('profiles named by the resource, its contained resources and its entries', () => {
  const set = profileSet(structure('p', 'Patient', [e('Patient.birthDate', { min: 1 })]));
  const claims = { meta: { profile: [`${BASE}/p`] } };
  const of = (r: JsonObject, options = {}) =>
    set.validateProfiles(r, options).map((i) => `${i.severity} ${i.field} ${i.code}`);
  assert.deepEqual(of(patient(claims)), ['error Patient.birthDate required']);
  assert.deepEqual(of(patient()), []);
  assert.deepEqual(of(obs({ contained: [{ ...patient(claims), id: 'p' }] })), [
    'error Observation.contained[0].birthDate required',
  ]);
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: obs() }, { resource: patient(claims) }],
  };
  assert.deepEqual(of(bundle), ['error Bundle.entry[1].resource.birthDate required']);
  // A profile that is not loaded binds nobody; whoever asks for it is told.
  assert.deepEqual(of(patient({ meta: { profile: ['urn:unknown'] } })), []);
  assert.deepEqual(of(patient(), { profiles: ['urn:unknown'] }), ['error Patient not-supported']);
  assert.deepEqual(of(obs(claims)), ['error Observation structure']);
});

test('must-support is mentioned only where asked', () => {
  const set = profileSet(
    structure('ms', 'Patient', [
      e('Patient.gender', { mustSupport: true }),
      e('Patient.name.text', { mustSupport: true }),
    ]),
  );
  const options = { profiles: [`${BASE}/ms`] };
  assert.deepEqual(set.validateProfiles(patient({ name: [{}] }), options), []);
  assert.deepEqual(
    set.validateProfiles(patient({ name: [{}] }), { ...options, verbose: true }).map((i) => `${i.severity} ${i.field}`),
    ['information Patient.name[0].text', 'information Patient.gender'],
  );
});
