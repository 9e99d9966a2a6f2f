import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValid, validate } from './validate.ts';

const faults = (resource: unknown, options = {}): string[] =>
  validate(resource, options)
    .filter((i) => i.severity === 'error')
    .map((i) => `${i.code} ${i.field}`);

const patient = (extra: object = {}): object => ({ resourceType: 'Patient', ...extra });
const observation = (extra: object = {}): object => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...extra,
});

test('what is no resource', () => {
  for (const v of [null, undefined, 1, 'x', [], true]) assert.deepEqual(faults(v), ['structure ']);
  assert.deepEqual(faults({}), ['structure Resource.resourceType']);
  assert.deepEqual(faults({ resourceType: 'Patien' }), ['structure Patien.resourceType']);
  assert.deepEqual(faults({ resourceType: 'DomainResource' }), ['structure DomainResource.resourceType']);
  assert.deepEqual(faults({ resourceType: 'SubscriptionStatus' }), ['structure SubscriptionStatus.resourceType']);
  assert.deepEqual(faults(patient()), []);
});

test('all faults are reported with their places', () => {
  const wrong = patient({
    gender: 'man',
    birthDate: '2024-13-01',
    name: [{ family: 'Lê', given: ['An', ''] }, { famly: 'x' }],
    contact: [{ relationship: [{ text: 'mẹ' }] }],
    active: 'yes',
  });
  assert.deepEqual(faults(wrong).sort(), [
    'code-invalid Patient.gender',
    'invariant Patient.contact[0]',
    'invariant Patient.name[1]',
    'structure Patient.active',
    'structure Patient.name[1].famly',
    'value Patient.birthDate',
    'value Patient.name[0].given[1]',
  ]);
});

test('messages are in both languages', () => {
  const [issue] = validate(patient({ gender: 'man' }));
  assert.match(issue?.text.vi ?? '', /không thuộc bộ mã/);
  assert.match(issue?.text.en ?? '', /not in the required value set .*\(male, female, other, unknown\)/);
});

test('elements that later releases or other products added are refused', () => {
  assert.deepEqual(faults(patient({ meta: { project: 'x' } })), [
    'structure Patient.meta.project',
    'invariant Patient.meta',
  ]);
  assert.deepEqual(faults({ resourceType: 'Binary', contentType: 'text/plain', url: 'http://x' }), [
    'structure Binary.url',
  ]);
});

test('choice elements: one type only', () => {
  assert.deepEqual(faults(observation({ valueString: 'x' })), []);
  assert.deepEqual(faults(observation({ valueString: 'x', valueInteger: 1 })), ['structure Observation.value']);
  assert.deepEqual(faults(observation({ valueString: 'x', _valueString: { id: 'a' } })), []);
  assert.deepEqual(
    faults(observation({ valueString: 'x', _valueInteger: { extension: [{ url: 'http://x', valueCode: 'y' }] } })),
    ['structure Observation.value'],
  );
  assert.deepEqual(faults(observation({ value: 'x' })), ['structure Observation.value']);
  assert.deepEqual(faults(observation({ valueAddress: {} })), ['structure Observation.valueAddress']);
  assert.deepEqual(
    faults({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/1' },
    }),
    ['required MedicationRequest.medication'],
  );
});

test('extensions of primitives', () => {
  const absent = {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
  };
  assert.deepEqual(faults(patient({ _birthDate: absent })), []);
  assert.deepEqual(faults(patient({ birthDate: '2020', _birthDate: { id: 'x' } })), []);
  assert.deepEqual(faults(patient({ _birthDate: { id: 'x' } })), ['invariant Patient.birthDate']);
  assert.deepEqual(faults(patient({ _birthDate: {} })), ['invariant Patient.birthDate']);
  assert.deepEqual(faults(patient({ _birthDate: [absent] })), ['structure Patient.birthDate']);
  assert.deepEqual(faults(patient({ _name: absent })), ['structure Patient._name']);
  // A required primitive may be there by its extension alone.
  assert.deepEqual(faults({ resourceType: 'Observation', _status: absent, code: { text: 'x' } }), []);
});

test('nulls in arrays of primitives stand for values with extensions', () => {
  const absent = { extension: [{ url: 'http://x', valueCode: 'unknown' }] };
  const name = (n: object): object => patient({ name: [n] });
  assert.deepEqual(faults(name({ given: ['A', null], _given: [null, absent] })), []);
  assert.deepEqual(faults(name({ given: ['A', null] })), ['structure Patient.name[0].given[1]']);
  assert.deepEqual(faults(name({ given: ['A', null], _given: [absent, null] })), [
    'structure Patient.name[0].given[1]',
  ]);
  assert.deepEqual(faults(name({ given: ['A', 'B'], _given: [null] })), ['structure Patient.name[0].given']);
  assert.deepEqual(faults(name({ _given: [absent] })), []);
  assert.deepEqual(faults(name({ _given: [null] })), ['structure Patient.name[0].given[0]']);
  assert.deepEqual(faults(name({ given: [] })), ['structure Patient.name[0].given']);
});

test('extensions have a url, and a value or extensions but not both', () => {
  const ext = (e: object): object => patient({ extension: [e] });
  assert.deepEqual(faults(ext({ url: 'http://x', valueString: 'a' })), []);
  assert.deepEqual(faults(ext({ url: 'http://x', extension: [{ url: 'y', valueBoolean: false }] })), []);
  assert.deepEqual(faults(ext({ valueString: 'a' })), ['required Patient.extension[0].url']);
  assert.deepEqual(faults(ext({ url: 'http://x' })), ['invariant Patient.extension[0]']);
  assert.deepEqual(faults(ext({ url: 'http://x', valueString: 'a', extension: [{ url: 'y', valueCode: 'z' }] })), [
    'invariant Patient.extension[0]',
  ]);
  assert.deepEqual(faults(ext({ url: 'http://x', valueString: 'a', valueCode: 'b' })), [
    'structure Patient.extension[0].value',
  ]);
});

test('bindings on codings and concepts', () => {
  const allergy = (clinicalStatus: object): object => ({
    resourceType: 'AllergyIntolerance',
    patient: { reference: 'Patient/1' },
    clinicalStatus,
  });
  const system = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
  assert.deepEqual(faults(allergy({ coding: [{ system, code: 'active' }] })), []);
  assert.deepEqual(
    faults(
      allergy({
        coding: [
          { system: 'http://mine', code: 'hd' },
          { system, code: 'active' },
        ],
      }),
    ),
    [],
  );
  assert.deepEqual(faults(allergy({ coding: [{ system, code: 'aktiv' }] })), [
    'code-invalid AllergyIntolerance.clinicalStatus',
  ]);
  assert.deepEqual(faults(allergy({ coding: [{ code: 'active' }] })), [
    'code-invalid AllergyIntolerance.clinicalStatus',
  ]);
  assert.deepEqual(faults(allergy({ text: 'active' })), ['code-invalid AllergyIntolerance.clinicalStatus']);
  const invoice = (currency: string): object => ({
    resourceType: 'Invoice',
    status: 'draft',
    totalNet: { value: 1, currency },
  });
  assert.deepEqual(faults(invoice('VND')), []);
  assert.deepEqual(faults(invoice('đồng')), ['code-invalid Invoice.totalNet.currency']);
});

test('references: syntax and target types', () => {
  const subject = (reference: string, extra: object = {}): string[] =>
    faults(observation({ subject: { reference, ...extra } }));
  assert.deepEqual(subject('Patient/1'), []);
  assert.deepEqual(subject('Patient/1/_history/2'), []);
  assert.deepEqual(subject('http://other.vn/fhir/Patient/1'), []);
  assert.deepEqual(subject('urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0'), []);
  assert.deepEqual(subject('https://example.vn/whatever'), []);
  for (const bad of [
    'patient/1',
    'Patient',
    '1',
    'Patient/',
    'Patient/1/2',
    'Patient/a b',
    'Foo/1',
    'Patient/1/_history/',
  ]) {
    assert.deepEqual(subject(bad), ['value Observation.subject.reference'], bad);
  }
  assert.deepEqual(subject('Medication/1'), ['value Observation.subject.reference']);
  assert.deepEqual(subject('http://other.vn/fhir/Medication/1'), ['value Observation.subject.reference']);
  assert.deepEqual(subject('Patient/1', { type: 'Patient' }), []);
  assert.deepEqual(subject('Patient/1', { type: 'Group' }), ['value Observation.subject.type']);
  assert.deepEqual(subject('Patient?identifier=x'), ['value Observation.subject.reference']);
  assert.deepEqual(
    faults(observation({ subject: { reference: 'Patient?identifier=x' } }), { conditionalReferences: true }),
    [],
  );
});

test('contained resources: existing, used, with an id, not nested', () => {
  const contained = { resourceType: 'Patient', id: 'p' };
  assert.deepEqual(faults(observation({ contained: [contained], subject: { reference: '#p' } })), []);
  assert.deepEqual(faults(observation({ contained: [contained], subject: { reference: '#q' } })).sort(), [
    'invariant Observation.contained[0]',
    'invariant Observation.subject.reference',
  ]);
  assert.deepEqual(faults(observation({ contained: [contained] })), ['invariant Observation.contained[0]']);
  const medication = { resourceType: 'Medication', id: 'p' };
  assert.deepEqual(faults(observation({ contained: [medication], subject: { reference: '#p' } })), [
    'value Observation.subject.reference',
  ]);
  assert.deepEqual(
    faults(observation({ contained: [{ resourceType: 'Patient' }], subject: { reference: 'Patient/1' } })),
    ['invariant Observation.contained[0].id'],
  );
  const nested = { ...contained, contained: [{ resourceType: 'Patient', id: 'x' }] };
  assert.deepEqual(faults(observation({ contained: [nested], subject: { reference: '#p' } })), [
    'invariant Observation.contained[0].contained',
  ]);
  const versioned = { ...contained, meta: { versionId: '1', security: [{ code: 'R' }] } };
  assert.deepEqual(faults(observation({ contained: [versioned], subject: { reference: '#p' } })), [
    'invariant Observation.contained[0].meta',
    'invariant Observation.contained[0].meta.security',
  ]);
  // It may refer to the container instead.
  const provenance = {
    resourceType: 'Provenance',
    id: 'v',
    target: [{ reference: '#' }],
    recorded: '2024-01-01T00:00:00Z',
    agent: [{ who: { display: 'x' } }],
  };
  assert.deepEqual(faults(observation({ contained: [provenance] })), []);
});

test('invariants with their keys', () => {
  const text = (r: unknown): string[] =>
    validate(r).map((i) => `${i.field} ${/\(([a-z]+-\d+)\)$/.exec(i.text.en)?.[1]}`);
  assert.deepEqual(text(observation({ valueString: 'x', dataAbsentReason: { text: 'y' } })), ['Observation obs-6']);
  const code = { coding: [{ system: 's', code: 'c' }] };
  assert.deepEqual(text(observation({ code, valueString: 'x', component: [{ code }] })), ['Observation obs-7']);
  assert.deepEqual(text(observation({ code, component: [{ code }] })), []);
  assert.deepEqual(text(observation({ effectivePeriod: { start: '2024-02-01', end: '2024-01-31' } })), [
    'Observation.effective per-1',
  ]);
  // Where the missing precision decides, the period is not wrong.
  assert.deepEqual(text(observation({ effectivePeriod: { start: '2024-01-15', end: '2024-01' } })), []);
  assert.deepEqual(text(observation({ valueQuantity: { value: 1, code: 'mg' } })), ['Observation.value qty-3']);
  assert.deepEqual(text(observation({ referenceRange: [{ age: { low: { value: 1 } } }] })), [
    'Observation.referenceRange[0] obs-3',
  ]);
  assert.deepEqual(text(patient({ telecom: [{ value: '0901' }] })), ['Patient.telecom[0] cpt-2']);
  assert.deepEqual(text({ resourceType: 'Organization' }), ['Organization org-1']);
  assert.deepEqual(
    text({ resourceType: 'Organization', name: 'x', telecom: [{ system: 'phone', value: '1', use: 'home' }] }),
    ['Organization.telecom[0] org-3'],
  );
});

test('bundles', () => {
  const entry = (fullUrl: string, resource: object): object => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: 'x' },
  });
  const urn = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0';
  const bundle = (type: string, entries: object[], extra: object = {}): object => ({
    resourceType: 'Bundle',
    type,
    entry: entries,
    ...extra,
  });
  assert.deepEqual(
    faults(
      bundle('transaction', [entry(urn, patient()), entry('urn:uuid:1', observation({ subject: { reference: urn } }))]),
    ),
    [],
  );
  assert.deepEqual(
    faults(
      bundle('transaction', [
        entry(urn, { resourceType: 'Medication' }),
        entry('urn:uuid:1', observation({ subject: { reference: urn } })),
      ]),
    ),
    ['value Bundle.entry[1].resource.subject.reference'],
  );
  assert.deepEqual(faults(bundle('transaction', [{ resource: patient() }])), ['invariant Bundle']);
  assert.deepEqual(faults(bundle('collection', [{ resource: patient({ gender: 'x' }) }])), [
    'code-invalid Bundle.entry[0].resource.gender',
  ]);
  assert.deepEqual(faults(bundle('collection', [{ resource: patient() }], { total: 1 })), ['invariant Bundle']);
  assert.deepEqual(faults(bundle('collection', [{ resource: { name: 'x' } }])), [
    'structure Bundle.entry[0].resource.resourceType',
  ]);
  // A contained resource of one entry is not there for another.
  const withContained = observation({
    contained: [{ resourceType: 'Patient', id: 'p' }],
    subject: { reference: '#p' },
  });
  assert.deepEqual(
    faults(
      bundle('collection', [{ resource: withContained }, { resource: observation({ subject: { reference: '#p' } }) }]),
    ),
    ['invariant Bundle.entry[1].resource.subject.reference'],
  );
});

test('hostile input costs little', () => {
  let deep: unknown = { url: 'x', valueString: 'y' };
  for (let i = 0; i < 5000; i++) deep = { url: 'x', extension: [deep] };
  assert.ok(faults(patient({ extension: [deep] })).some((f) => f.startsWith('too-costly')));
  const many = validate(patient({ name: Array.from({ length: 5000 }, () => ({ wrong: 1 })) }));
  assert.equal(many.length, 501);
  assert.match(many.at(-1)?.text.en ?? '', /9500 more faults/);
  const proto = JSON.parse('{"resourceType":"Patient","__proto__":{"a":1},"constructor":1,"toString":{}}');
  assert.deepEqual(faults(proto), [
    'structure Patient.__proto__',
    'structure Patient.constructor',
    'structure Patient.toString',
  ]);
});

test('warnings leave a resource valid', () => {
  assert.equal(isValid([]), true);
  assert.equal(isValid([{ severity: 'warning', code: 'x', text: { vi: 'x', en: 'x' } }]), true);
  assert.equal(isValid([{ severity: 'error', code: 'x', text: { vi: 'x', en: 'x' } }]), false);
});
