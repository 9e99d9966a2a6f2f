import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../json.ts';
import { BASE, e, profileSet, said, structure } from '../testing/profiles.ts';

const obs = (more: object = {}): JsonObject => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...more,
});
const patient = (more: object = {}): JsonObject => ({ resourceType: 'Patient', ...more });
const slicing = (rules: string, ...discriminator: [type: string, path: string][]): JsonObject => ({
  slicing: { rules, discriminator: discriminator.map(([type, path]) => ({ type, path })) },
});
const component = (code: string, more: object = {}) => ({ code: { coding: [{ system: 'urn:s', code }] }, ...more });

test('by value through lists: a panel with its parts', () => {
  const part = (name: string, code: string) => [
    e(`Observation.component:${name}`, { min: 1, max: '1' }),
    e(`Observation.component:${name}.code.coding.code`, { fixedCode: code }),
    e(`Observation.component:${name}.value[x]`, { type: [{ code: 'Quantity' }] }),
  ];
  const set = profileSet(
    structure('panel', 'Observation', [
      e('Observation.component', slicing('open', ['value', 'code.coding.code'])),
      ...part('systolic', 'sys'),
      ...part('diastolic', 'dia'),
    ]),
  );
  const panel = (...list: object[]) => obs({ component: list });
  assert.deepEqual(said(set, panel(component('sys'), component('dia'), component('other')), 'panel'), []);
  assert.deepEqual(said(set, panel(component('dia', { valueString: '80' }), component('dia')), 'panel'), [
    'error Observation.component[0].value structure',
    'error Observation.component required',
    'error Observation.component structure',
  ]);
});

test('by pattern, by required value set, by the existence of an element', () => {
  const set = profileSet(
    { resourceType: 'CodeSystem', url: 'urn:s', content: 'complete', concept: [{ code: 'a' }, { code: 'b' }] },
    { resourceType: 'ValueSet', url: 'urn:vs', compose: { include: [{ system: 'urn:s' }] } },
    structure('pattern', 'Observation', [
      e('Observation.category', slicing('open', ['pattern', '$this'])),
      e('Observation.category:vital', {
        min: 1,
        patternCodeableConcept: { coding: [{ system: 'urn:c', code: 'vital' }] },
      }),
    ]),
    structure('bound', 'Observation', [
      e('Observation.category', slicing('open', ['value', '$this'])),
      e('Observation.category:ours', { max: '1', binding: { strength: 'required', valueSet: 'urn:vs' } }),
    ]),
    structure('exists', 'Patient', [
      e('Patient.contact', slicing('open', ['exists', 'organization'])),
      e('Patient.contact:company', { max: '1' }),
      e('Patient.contact:company.organization', { min: 1 }),
      e('Patient.contact:company.name', { max: '0' }),
      e('Patient.contact:person', { max: '1' }),
      e('Patient.contact:person.organization', { max: '0' }),
      e('Patient.contact:person.name', { min: 1 }),
    ]),
  );
  const category = (...codes: [system: string, code: string][]) =>
    obs({ category: codes.map(([system, code]) => ({ coding: [{ system, code, display: 'x' }] })) });
  assert.deepEqual(said(set, category(['urn:c', 'lab'], ['urn:c', 'vital']), 'pattern'), []);
  assert.deepEqual(said(set, category(['urn:c', 'lab']), 'pattern'), ['error Observation.category required']);
  assert.deepEqual(said(set, category(['urn:s', 'a'], ['urn:t', 'b']), 'bound'), []);
  assert.deepEqual(said(set, category(['urn:s', 'a'], ['urn:s', 'b']), 'bound'), [
    'error Observation.category structure',
  ]);
  const company = { organization: { display: 'Công ty' } };
  assert.deepEqual(said(set, patient({ contact: [company, { name: { text: 'Hoà' } }] }), 'exists'), []);
  assert.deepEqual(
    said(set, patient({ contact: [{ ...company, name: { text: 'Hoà' } }, { gender: 'male' }] }), 'exists'),
    ['error Patient.contact[0].name structure', 'error Patient.contact[1].name required'],
  );
});

test('by type: of a choice, of an entry, of what a reference leads to; by profile', () => {
  const set = profileSet(
    structure('choice', 'Observation', [
      e('Observation.value[x]', slicing('closed', ['type', '$this'])),
      e('Observation.value[x]:valueQuantity', { type: [{ code: 'Quantity' }] }),
      e('Observation.value[x]:valueQuantity.code', { min: 1 }),
    ]),
    structure('entries', 'Bundle', [
      e('Bundle.entry', slicing('closed', ['type', 'resource'])),
      e('Bundle.entry:patient', { min: 1, max: '1' }),
      e('Bundle.entry:patient.resource', { type: [{ code: 'Patient', profile: [`${BASE}/born`] }] }),
      e('Bundle.entry:other', {}),
      e('Bundle.entry:other.resource', { type: [{ code: 'Observation' }] }),
    ]),
    structure('performers', 'Observation', [
      e('Observation.performer', slicing('open', ['type', 'resolve()'])),
      e('Observation.performer:person', {
        min: 1,
        type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Practitioner'] }],
      }),
    ]),
    structure('born', 'Patient', [e('Patient.birthDate', { min: 1 })]),
    structure('conform', 'Bundle', [
      e('Bundle.entry', slicing('open', ['profile', 'resource'])),
      e('Bundle.entry:born', { min: 1 }),
      e('Bundle.entry:born.resource', { type: [{ code: 'Patient', profile: [`${BASE}/born`] }] }),
    ]),
  );
  assert.deepEqual(said(set, obs({ valueQuantity: { value: 1 } }), 'choice'), [
    'error Observation.value.code required',
  ]);
  assert.deepEqual(said(set, obs({ valueString: 'x' }), 'choice'), ['error Observation.value structure']);
  const bundle = (...resources: object[]) => ({
    resourceType: 'Bundle',
    type: 'collection',
    entry: resources.map((resource) => ({ resource })),
  });
  const born = patient({ birthDate: '2000' });
  assert.deepEqual(said(set, bundle(born, obs()), 'entries'), []);
  assert.deepEqual(said(set, bundle(patient(), { resourceType: 'Group' }), 'entries'), [
    'error Bundle.entry[0].resource.birthDate required',
    'error Bundle.entry[1] structure',
  ]);
  assert.deepEqual(said(set, bundle(patient(), born), 'conform'), []);
  assert.deepEqual(said(set, bundle(patient()), 'conform'), ['error Bundle.entry required']);
  const performer = (reference: string) => obs({ performer: [{ reference }] });
  assert.deepEqual(said(set, performer('Practitioner/1'), 'performers'), []);
  assert.deepEqual(said(set, performer('Organization/1'), 'performers'), ['error Observation.performer required']);
});

test('closed, open at end, ordered', () => {
  const parts = (rules: string, ordered = false) => [
    e('Observation.component', {
      slicing: { rules, ordered, discriminator: [{ type: 'value', path: 'code.coding.code' }] },
    }),
    e('Observation.component:a', {}),
    e('Observation.component:a.code.coding.code', { fixedCode: 'a' }),
    e('Observation.component:b', {}),
    e('Observation.component:b.code.coding.code', { fixedCode: 'b' }),
  ];
  const set = profileSet(
    structure('closed', 'Observation', parts('closed')),
    structure('end', 'Observation', parts('openAtEnd')),
    structure('ordered', 'Observation', parts('open', true)),
  );
  const list = (...codes: string[]) => obs({ component: codes.map((c) => component(c)) });
  assert.deepEqual(said(set, list('b', 'a'), 'closed'), []);
  assert.deepEqual(said(set, list('a', 'x'), 'closed'), ['error Observation.component[1] structure']);
  assert.deepEqual(said(set, list('a', 'b', 'x'), 'end'), []);
  assert.deepEqual(said(set, list('a', 'x', 'b'), 'end'), ['error Observation.component[2] structure']);
  assert.deepEqual(said(set, list('a', 'x', 'b'), 'ordered'), []);
  assert.deepEqual(said(set, list('b', 'a'), 'ordered'), ['error Observation.component[1] structure']);
});

test('a slice of a slice counts within it', () => {
  const set = profileSet(
    structure('re', 'Patient', [
      e('Patient.identifier', slicing('open', ['value', 'system'])),
      e('Patient.identifier:card', slicing('closed', ['value', 'use'])),
      e('Patient.identifier:card.system', { fixedUri: 'urn:card' }),
      e('Patient.identifier:card/new', { min: 1, max: '1' }),
      e('Patient.identifier:card/new.use', { fixedCode: 'official' }),
      e('Patient.identifier:card/old', {}),
      e('Patient.identifier:card/old.use', { fixedCode: 'old' }),
    ]),
  );
  const cards = (...uses: string[]) =>
    patient({ identifier: [{ system: 'urn:x', use: 'temp' }, ...uses.map((use) => ({ system: 'urn:card', use }))] });
  assert.deepEqual(said(set, cards('official', 'old', 'old'), 're'), []);
  assert.deepEqual(said(set, cards('official', 'temp'), 're'), ['error Patient.identifier[2] structure']);
  assert.deepEqual(said(set, cards('old'), 're'), ['error Patient.identifier required']);
});

test('a slice without any sign of its own is a gap, not a fault', () => {
  const set = profileSet(
    structure('vague', 'Patient', [
      e('Patient.name', slicing('closed', ['value', 'use'])),
      e('Patient.name:x', { min: 1 }),
    ]),
  );
  assert.deepEqual(said(set, patient({ name: [{ text: 'Hoà' }] }), 'vague'), []);
  assert.match(set.gaps(`${BASE}/vague`)[0]?.en ?? '', /nothing tells this slice/);
});

const SYSTEMS = ['urn:a', 'urn:b', 'urn:c', 'urn:other'];
const ranges = fc.record({ min: fc.nat(2), more: fc.nat(2) }).map(({ min, more }) => ({ min, max: min + more }));

test('slices count as a plain count does', () => {
  const cases = fc.record({
    slices: fc.array(ranges, { minLength: 1, maxLength: 3 }),
    rules: fc.constantFrom('open', 'closed'),
    systems: fc.array(fc.constantFrom(...SYSTEMS), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(cases, ({ slices, rules, systems }) => {
      const set = profileSet(
        structure('p', 'Patient', [
          e('Patient.identifier', slicing(rules, ['value', 'system'])),
          ...slices.flatMap(({ min, max }, i) => [
            e(`Patient.identifier:s${i}`, { min, max: String(max) }),
            e(`Patient.identifier:s${i}.system`, { min: 1, fixedUri: SYSTEMS[i] }),
          ]),
        ]),
      );
      const found = said(set, patient({ identifier: systems.map((system) => ({ system })) }), 'p');
      const count = (system: string | undefined) => systems.filter((s) => s === system).length;
      const wrong = slices.filter(({ min, max }, i) => count(SYSTEMS[i]) < min || count(SYSTEMS[i]) > max).length;
      const outside = rules === 'closed' ? systems.filter((s) => SYSTEMS.indexOf(s) >= slices.length).length : 0;
      assert.equal(found.length, wrong + outside, found.join());
    }),
    { numRuns: 200 },
  );
});

test('what a derived profile accepts, its base accepts; ids may be absent or wrong', () => {
  const rule = fc.constantFrom<[string, JsonObject]>(
    ['Patient.name', { min: 1 }],
    ['Patient.name.text', { min: 1 }],
    ['Patient.birthDate', { min: 1 }],
    ['Patient.gender', { fixedCode: 'male' }],
    ['Patient.telecom', { max: '1' }],
    ['Patient.telecom.system', { patternCode: 'phone' }],
  );
  const rules = fc.uniqueArray(rule, { selector: ([id]) => id });
  const resource = fc.record(
    {
      name: fc.array(fc.record({ text: fc.constant('Hoà'), family: fc.constant('Lê') }, { requiredKeys: [] }), {
        maxLength: 2,
      }),
      birthDate: fc.constant('2000'),
      gender: fc.constantFrom('male', 'female'),
      telecom: fc.array(fc.record({ system: fc.constantFrom('phone', 'email') }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(rules, rules, resource, (below, above, body) => {
      const elements = (list: [string, JsonObject][]) => list.map(([id, r]) => e(id, r));
      const base = structure('base', 'Patient', elements(below));
      const derived = structure('derived', 'Patient', elements(above), { baseDefinition: `${BASE}/base` });
      const bare = (list: JsonObject[], id: string | undefined) =>
        list.map(({ id: _id, ...rest }) => (id ? { id, ...rest } : rest));
      const list = elements([...below, ...above]);
      const set = profileSet(
        base,
        derived,
        structure('noid', 'Patient', bare(list, undefined)),
        structure('badid', 'Patient', bare(list, 'x')),
        structure('both', 'Patient', list),
      );
      const r = patient(body);
      if (said(set, r, 'derived').length === 0) assert.deepEqual(said(set, r, 'base'), []);
      // One differential or two, with ids or without: the same verdict.
      const verdict = (name: string) => [...new Set(said(set, r, name))].sort();
      assert.deepEqual(verdict('both'), verdict('derived'));
      assert.deepEqual(verdict('noid'), verdict('both'));
      assert.deepEqual(verdict('badid'), verdict('both'));
    }),
    { numRuns: 200 },
  );
});
