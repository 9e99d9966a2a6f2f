import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '../testing/app.ts';

const ICD = 'urn:codes';
const concept = (code: string, ...below: object[]): object => ({
  ...{ code, display: code },
  ...(below.length > 0 ? { concept: below } : {}),
});

const resources: (Record<string, unknown> & { resourceType: string; id: string })[] = [
  {
    resourceType: 'CodeSystem',
    id: 'cs',
    url: ICD,
    status: 'active',
    content: 'complete',
    concept: [concept('A', concept('A1', concept('A11')), concept('A2')), concept('B')],
  },
  {
    resourceType: 'ValueSet',
    id: 'vs',
    url: 'urn:vs',
    status: 'active',
    compose: { include: [{ system: ICD, filter: [{ property: 'concept', op: 'is-a', value: 'A1' }] }] },
  },
  {
    resourceType: 'ValueSet',
    id: 'empty',
    url: 'urn:empty',
    status: 'active',
    compose: { include: [{ system: ICD, filter: [{ property: 'concept', op: '=', value: 'Z' }] }] },
  },
  ...['A', 'A1', 'A11', 'A2', 'B'].map((code) => ({
    resourceType: 'Condition',
    id: code,
    subject: { reference: `Patient/${code === 'B' ? 'q' : 'p'}` },
    code: { coding: [{ system: code === 'A2' ? 'urn:other' : ICD, code }], text: `Chẩn đoán ${code}` },
  })),
  {
    resourceType: 'Patient',
    id: 'p',
    gender: 'male',
    name: [{ family: 'Lê', given: ['An'] }],
    birthDate: '1980-02-01',
  },
  { resourceType: 'Patient', id: 'q', gender: 'female', name: [{ family: 'Lê Thị' }] },
  { resourceType: 'Patient', id: 'r', name: [{ family: 'Đỗ' }], birthDate: '2001' },
  { resourceType: 'Location', id: 'house', name: 'Nhà A' },
  { resourceType: 'Location', id: 'floor', name: 'Tầng 1', partOf: { reference: 'Location/house' } },
  { resourceType: 'Location', id: 'room', name: 'Phòng 101', partOf: { reference: 'Location/floor' } },
  ...['house', 'room'].map((place) => ({
    resourceType: 'Encounter',
    id: `in-${place}`,
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/p' },
    location: [{ location: { reference: `Location/${place}` } }],
  })),
];

/** Search, and the ids that it finds; a number is a refusal with that status. */
const CASES: readonly (readonly [string, string | number])[] = [
  ['Condition?code:in=urn:vs', 'A1 A11'],
  ['Condition?code:in=ValueSet/vs', 'A1 A11'],
  ['Condition?code:not-in=urn:vs', 'A A2 B'],
  ['Condition?code:in=urn:empty', ''],
  ['Condition?code:not-in=urn:empty', 'A A1 A11 A2 B'],
  ['Condition?code:in=urn:codes?fhir_vs', 'A A1 A11 B'],
  ['Condition?code:in=urn:nowhere', 404],
  [`Condition?code:below=${ICD}|A`, 'A A1 A11'],
  [`Condition?code:above=${ICD}|A11`, 'A A1 A11'],
  [`Condition?code:below=${ICD}|A11,${ICD}|B`, 'A11 B'],
  ['Condition?code:below=A', 400],
  ['Condition?code:below=urn:nowhere|A', 404],
  ['Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender', 'p q'],
  ['Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender', 'r'],
  ['Patient?_has:Condition:subject:code:in=urn:vs', 'p'],
  ['Condition?subject:Patient.gender:in=http://hl7.org/fhir/ValueSet/administrative-gender', 'A A1 A11 A2 B'],
  ['Encounter?location:below=Location/house', 'in-house in-room'],
  ['Encounter?location:below=Location/floor', 'in-room'],
  ['Encounter?location:above=Location/room', 'in-house in-room'],
  ['Encounter?location:above=Location/house', 'in-house'],
  ['Location?partof:below=Location/house', 'floor room'],
  ['Encounter?subject:below=Patient/p', 400],
  // By the index alone; by looking at records; by both; by other records.
  ['Patient?_filter=gender eq male or birthdate ge 2000', 'p r'],
  ['Patient?_filter=family eq le', 'p'],
  ['Patient?_filter=family eq le or family ew thi', 'p q'],
  ['Patient?_filter=not (family eq le) and (gender eq female or gender pr false)', 'q r'],
  ['Patient?_filter=gender ne male', 'q'],
  ['Patient?_filter=birthdate po 1980-02', 'p'],
  ['Patient?_filter=_id eq r or name co an', 'p r'],
  ['Condition?_filter=code in urn:vs or subject.gender eq female', 'A1 A11 B'],
  ['Condition?_filter=code ni urn:vs and subject.family eq le', 'A A2'],
  [`Condition?_filter=code ss ${ICD}|A1 or (subject.family ew thi and code eq ${ICD}|B)`, 'A1 A11 B'],
  ['Condition?_filter=not (subject.gender eq male)', 'B'],
  ['Condition?_filter=subject re Patient/q', 'B'],
  ['Patient?_filter=gender eq male&_filter=birthdate pr true', 'p'],
  ['Patient?_filter=gender eq', 400],
];

test('codes by value sets and hierarchies, places within places, _filter', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const loaded = await ask('POST', '/fhir', token, { resourceType: 'Bundle', type: 'transaction', entry });
  assert.equal(loaded.status, 200, loaded.text);
  for (const [query, expected] of CASES) {
    const [type = '', search = ''] = query.split(/\?(.*)/s);
    const params = new URLSearchParams(search.split('&').map((p) => p.split(/=(.*)/s).slice(0, 2) as [string, string]));
    for (const extra of ['', '&_sort=-_lastUpdated', '&_total=accurate']) {
      const { status, body, text } = await ask('GET', `/fhir/${type}?${params}${extra}`, token);
      if (typeof expected === 'number') {
        assert.equal(status, expected, `${query}: ${text.slice(0, 300)}`);
        continue;
      }
      assert.equal(status, 200, `${query}: ${text.slice(0, 300)}`);
      const found = body as { total?: number; entry?: { resource: { id: string } }[] };
      const ids = (found.entry ?? []).map((e) => e.resource.id).sort();
      assert.equal(ids.join(' '), expected, query + extra);
      if (extra.includes('_total')) assert.equal(found.total, ids.length, query);
    }
  }
});
