import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldText } from '@mach/base';
import fc from 'fast-check';
import { DATE_MAX, DATE_MIN } from './dates.ts';
import { resourceTypes } from './definitions.ts';
import { fold } from './search/convert-text.ts';
import { searchParams } from './search-definitions.ts';
import { compileSearchParam, extract, type IndexValue } from './search-values.ts';
import { noExamples, noSynthea, officialExamples, syntheaBundles } from './testing/official-data.ts';

const NO_EXPRESSION = new Set(['_text', '_content', '_query', 'phonetic-none']);

test('every search parameter of every resource type compiles', () => {
  let compiled = 0;
  for (const type of resourceTypes()) {
    for (const param of searchParams(type).values()) {
      const extractor = compileSearchParam(param, type);
      if (extractor) compiled++;
      else assert.ok(NO_EXPRESSION.has(param.code), `${type}.${param.code}`);
    }
  }
  assert.ok(compiled > 2500, String(compiled));
});

/** Values of one parameter, without its name. */
function of(resource: { resourceType: string } & Record<string, unknown>, param: string): object[] {
  return extract(resource.resourceType, resource)
    .filter((v) => v.param === param)
    .map(({ param: _, ...rest }) => rest);
}

const patient = {
  resourceType: 'Patient',
  id: 'p1',
  meta: { lastUpdated: '2026-01-02T03:04:05.678Z', tag: [{ system: 's', code: 't' }], profile: ['http://a.vn/P|1.0'] },
  identifier: [
    { system: 'cccd', value: '001', type: { coding: [{ system: 'http://v2', code: 'NI' }], text: 'CCCD' } },
    { value: '7' },
  ],
  name: [{ family: 'Nguyễn', given: ['Văn', 'Hoà'], text: 'Nguyễn Văn Hoà' }],
  telecom: [
    { system: 'phone', value: '0901 234 567' },
    { system: 'email', value: 'a@b.vn' },
  ],
  gender: 'male',
  birthDate: '1990-05',
  address: [{ line: ['12 Đường Láng'], district: 'Đống Đa', city: 'Hà Nội' }],
  active: true,
  generalPractitioner: [{ reference: 'Practitioner/1' }, { identifier: { system: 'cchn', value: 'x' } }],
  managingOrganization: { reference: 'https://other.vn/fhir/Organization/9/_history/2' },
};

test('tokens', () => {
  assert.deepEqual(of(patient, '_id'), [{ kind: 'token', system: null, code: 'p1' }]);
  assert.deepEqual(of(patient, 'identifier'), [
    { kind: 'token', system: 'cccd', code: '001', text: 'CCCD', ofType: [{ system: 'http://v2', code: 'NI' }] },
    { kind: 'token', system: null, code: '7' },
  ]);
  assert.deepEqual(of(patient, 'gender'), [
    { kind: 'token', system: 'http://hl7.org/fhir/administrative-gender', code: 'male' },
  ]);
  assert.deepEqual(of(patient, 'active'), [{ kind: 'token', system: null, code: 'true' }]);
  assert.deepEqual(of(patient, 'phone'), [{ kind: 'token', system: null, code: '0901 234 567' }]);
  assert.deepEqual(of(patient, 'email'), [{ kind: 'token', system: null, code: 'a@b.vn' }]);
  assert.deepEqual(of(patient, '_tag'), [{ kind: 'token', system: 's', code: 't' }]);
  assert.deepEqual(of(patient, 'deceased'), [{ kind: 'token', system: null, code: 'false' }]);
  assert.deepEqual(of({ ...patient, deceasedBoolean: true }, 'deceased'), [
    { kind: 'token', system: null, code: 'true' },
  ]);
  assert.deepEqual(of({ ...patient, deceasedBoolean: false }, 'deceased'), [
    { kind: 'token', system: null, code: 'false' },
  ]);
  assert.deepEqual(of({ ...patient, deceasedDateTime: '2024-01-01' }, 'deceased'), [
    { kind: 'token', system: null, code: 'true' },
  ]);
});

test('a concept: its codes, and its own words where they say something else', () => {
  const code = (concept: object): object[] => of({ resourceType: 'Observation', code: concept }, 'code');
  assert.deepEqual(
    code({
      coding: [
        { system: 'l', code: '1', display: 'HR' },
        { system: 'l', code: '2' },
      ],
      text: 'Mạch',
    }),
    [
      { kind: 'token', system: 'l', code: '1', text: 'HR' },
      { kind: 'token', system: 'l', code: '2', text: 'Mạch' },
    ],
  );
  assert.deepEqual(code({ coding: [{ system: 'l', code: '1', display: 'HR' }], text: 'Mạch' }), [
    { kind: 'token', system: 'l', code: '1', text: 'HR' },
    { kind: 'token', system: null, code: null, text: 'Mạch' },
  ]);
  assert.deepEqual(code({ text: 'Mạch' }), [{ kind: 'token', system: null, code: null, text: 'Mạch' }]);
});

test('names are found by any part and in both orders, without tones', () => {
  const values = of(patient, 'name') as { value: string; exact: string }[];
  assert.deepEqual(
    values.map((v) => v.value),
    ['nguyen', 'van', 'hoa', 'nguyen van hoa', 'van hoa nguyen'],
  );
  assert.equal(values[0]?.exact, 'Nguyễn');
  assert.deepEqual(
    of(patient, 'address').map((v) => (v as { value: string }).value),
    ['12 duong lang', 'ha noi', 'dong da'],
  );
  assert.deepEqual(of(patient, 'address-city'), [{ kind: 'string', value: 'ha noi', exact: 'Hà Nội' }]);
});

test('the quick folding is the folding', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (s) => assert.equal(fold(s), foldText(s))),
    { numRuns: 1000 },
  );
});

test('references', () => {
  assert.deepEqual(of(patient, 'general-practitioner'), [
    { kind: 'reference', type: 'Practitioner', id: '1', url: null, versionless: 'Practitioner/1', version: null },
  ]);
  assert.deepEqual(of(patient, 'general-practitioner:identifier'), [{ kind: 'token', system: 'cchn', code: 'x' }]);
  assert.deepEqual(of(patient, 'organization'), [
    {
      kind: 'reference',
      type: 'Organization',
      id: '9',
      url: 'https://other.vn/fhir/Organization/9/_history/2',
      versionless: 'https://other.vn/fhir/Organization/9',
      version: '2',
    },
  ]);
  const observation = (reference: string): object[] =>
    of({ resourceType: 'Observation', subject: { reference } }, 'patient');
  assert.equal(observation('Patient/1').length, 1);
  assert.deepEqual(observation('Group/1'), []);
  assert.deepEqual(observation('#p'), []);
  assert.deepEqual(of({ resourceType: 'QuestionnaireResponse', questionnaire: 'http://q|2' }, 'questionnaire'), [
    { kind: 'reference', type: null, id: null, url: 'http://q|2', versionless: 'http://q', version: '2' },
  ]);
});

test('dates: precision, periods, timings', () => {
  const at = (s: string): number => Date.parse(s);
  assert.deepEqual(of(patient, 'birthdate'), [
    { kind: 'date', low: at('1990-04-30T17:00:00Z'), high: at('1990-05-31T16:59:59.999Z') },
  ]);
  assert.deepEqual(of(patient, '_lastUpdated'), [
    { kind: 'date', low: at('2026-01-02T03:04:05.678Z'), high: at('2026-01-02T03:04:05.678Z') },
  ]);
  const date = (extra: object): object[] => of({ resourceType: 'Observation', ...extra }, 'date');
  assert.deepEqual(date({ effectivePeriod: { start: '2024-01-01T00:00:00Z' } }), [
    { kind: 'date', low: at('2024-01-01T00:00:00Z'), high: DATE_MAX },
  ]);
  assert.deepEqual(date({ effectivePeriod: { end: '2024-01-01T00:00:00Z' } }), [
    { kind: 'date', low: DATE_MIN, high: at('2024-01-01T00:00:00.999Z') },
  ]);
  assert.deepEqual(date({ effectiveTiming: { event: ['2024-02-01T00:00:00Z', '2024-01-01T00:00:00Z'] } }), [
    { kind: 'date', low: at('2024-01-01T00:00:00Z'), high: at('2024-02-01T00:00:00.999Z') },
  ]);
  assert.deepEqual(date({ effectiveTiming: { repeat: { frequency: 1 } } }), []);
});

test('quantities and numbers', () => {
  const value = (extra: object): object[] => of({ resourceType: 'Observation', ...extra }, 'value-quantity');
  const unit = { unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' };
  const base = (low: number | null, high: number | null): object => ({ ...unit, canonical: { low, high, unit: 'g' } });
  assert.deepEqual(value({ valueQuantity: { value: 5.4, ...unit } }), [
    { kind: 'quantity', low: 5.4, high: 5.4, ...base(0.0054, 0.0054) },
  ]);
  assert.deepEqual(value({ valueQuantity: { value: 5, comparator: '<', ...unit } }), [
    { kind: 'quantity', low: null, high: 5, ...base(null, 0.005) },
  ]);
  assert.deepEqual(value({ valueSampledData: { origin: { value: 1, ...unit }, factor: 2, data: '-1 3 E 2' } }), [
    { kind: 'quantity', low: -1, high: 7, ...base(-0.001, 0.007) },
  ]);
  assert.deepEqual(of({ resourceType: 'Invoice', totalNet: { value: 15000, currency: 'VND' } }, 'totalnet'), [
    { kind: 'quantity', low: 15000, high: 15000, unit: 'VND', system: 'urn:iso:std:iso:4217', code: 'VND' },
  ]);
  assert.deepEqual(
    of(
      {
        resourceType: 'RiskAssessment',
        prediction: [{ probabilityDecimal: 0.3 }, { probabilityRange: { low: { value: 1 } } }],
      },
      'probability',
    ),
    [
      { kind: 'number', low: 0.3, high: 0.3 },
      { kind: 'number', low: 1, high: null },
    ],
  );
});

test('composites join the values of one node only', () => {
  const component = (code: string, value: number): object => ({
    code: { coding: [{ system: 'l', code }] },
    valueQuantity: { value },
  });
  const pressure = {
    resourceType: 'Observation',
    code: { coding: [{ code: 'bp' }] },
    component: [component('sys', 140), component('dia', 90)],
  };
  const pairs = (extract('Observation', pressure) as (IndexValue & { kind: 'composite' })[])
    .filter((v) => v.param === 'component-code-value-quantity')
    .map((v) => v.components.map((c) => ('code' in c && c.kind === 'token' ? c.code : 'low' in c ? c.low : null)));
  assert.deepEqual(pairs, [
    ['sys', 140],
    ['dia', 90],
  ]);
  const relation = {
    resourceType: 'DocumentReference',
    relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/1' } }],
  };
  assert.equal(of(relation, 'relationship').length, 1);
});

test('uris, positions, profiles', () => {
  assert.deepEqual(of(patient, '_profile'), [
    { kind: 'uri', value: 'http://a.vn/P|1.0' },
    { kind: 'uri', value: 'http://a.vn/P' },
  ]);
  assert.deepEqual(of({ resourceType: 'Location', position: { latitude: 21.03, longitude: 105.85 } }, 'near'), [
    { kind: 'position', latitude: 21.03, longitude: 105.85 },
  ]);
});

test('a resource of an unknown type, or none, has no values', () => {
  assert.deepEqual(extract('Foo', {}), []);
  assert.deepEqual(extract('Patient', null), []);
  assert.deepEqual(extract('Patient', { name: 5, identifier: {}, birthDate: [] }), [
    { param: 'deceased', kind: 'token', system: null, code: 'false' },
  ]);
});

test('the values of all examples are well-formed', { skip: noExamples || noSynthea }, () => {
  const resources = [...officialExamples(), ...syntheaBundles().flatMap((b) => b.entry.map((e) => e.resource))];
  let count = 0;
  for (const resource of resources) {
    const type = String(resource.resourceType);
    const known = searchParams(type);
    for (const v of extract(type, resource)) {
      count++;
      assert.ok(known.has(v.param.replace(/:identifier$/, '')), v.param);
      if (v.kind === 'date') assert.ok(v.low <= v.high && Number.isInteger(v.low) && Number.isInteger(v.high));
      if (v.kind === 'string') assert.equal(v.value, foldText(v.exact));
      if (v.kind === 'composite') assert.equal(v.components.length, known.get(v.param)?.components.length);
    }
  }
  assert.ok(count > 20_000);
});
