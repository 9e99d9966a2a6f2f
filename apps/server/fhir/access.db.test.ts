import assert from 'node:assert/strict';
import test from 'node:test';
import { defineModule } from '@mach/engine';
import { putAll, switchPolicy } from '../testing/access.ts';
import { testApp } from '../testing/app.ts';

const ward = defineModule({
  name: 'ward',
  title: { vi: 'Khoa', en: 'Ward' },
  roles: {
    doctor: ['record.read:*', 'record.write', 'record.write:*'],
    cashier: ['record.read:Patient', 'record.read:Encounter'],
  },
});

const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const MRN = 'https://benh-vien.vn/so-ho-so';

const patient = (id: string, family: string, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  name: [{ family, text: family }],
  identifier: [{ system: MRN, value: `so-${id}` }],
  gender: 'female',
  birthDate: '1980-02-03',
  generalPractitioner: [{ reference: 'Practitioner/prac-person-1' }],
  ...more,
});
const encounter = (id: string, of: string, more: object = {}) => ({
  resourceType: 'Encounter',
  id,
  status: 'in-progress',
  class: { system: ACT, code: 'AMB' },
  subject: { reference: `Patient/${of}` },
  period: { start: '2026-11-23T01:00:00Z' },
  ...more,
});
const observation = (id: string, of: string, value: number, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Mạch' },
  subject: { reference: `Patient/${of}` },
  performer: [{ reference: 'Practitioner/prac-person-1' }],
  effectiveDateTime: '2026-11-23T02:00:00Z',
  valueQuantity: { value, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  ...more,
});

test('smoke: the invisible is not there', async (t) => {
  const app = await testApp(t, [ward]);
  const client = await app.client();
  const doctor = await app.signIn(['doctor']);
  await putAll(app, client, [
    { resourceType: 'Practitioner', id: 'prac-person-1', name: [{ text: 'BS' }] },
    patient('mine', 'An'),
    encounter('e-mine', 'mine', { participant: [{ individual: { reference: 'Practitioner/prac-person-1' } }] }),
    observation('o-mine', 'mine', 70),
    patient('other', 'Bình'),
    encounter('e-other', 'other'),
    observation('o-other', 'other', 99),
  ]);
  assert.equal((await app.ask('GET', '/fhir/Patient/other', doctor)).status, 200);
  await switchPolicy(app, 'care-relation');
  const read = await app.ask('GET', '/fhir/Patient/mine', doctor);
  assert.equal(read.status, 200, read.text);
  const none = await app.ask('GET', '/fhir/Patient/other', doctor);
  assert.equal(none.status, 404);
  for (const url of [
    'Patient?_total=accurate',
    'Observation?_total=accurate',
    'Observation?patient.name=B&_total=accurate',
    'Patient?_has:Observation:patient:value-quantity=gt90&_total=accurate',
    'Practitioner?_revinclude=Observation:performer',
    'Observation?_sort=-value-quantity',
    'Observation?_sort=-date',
    'Observation/_history',
    'Patient/other/$everything',
    'Patient/mine/$everything',
    'Patient?_content=Bình',
    'Patient/other/_history/1',
  ]) {
    const a = await app.ask('GET', `/fhir/${url}`, doctor);
    console.log(url, a.status, a.text.length, /other/.test(a.text.replace(/"link":.*?\]/, '')));
    if (a.status >= 500 || a.status === 400) console.log(a.text);
  }
});
