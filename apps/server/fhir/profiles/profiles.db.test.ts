import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestApp, testApp } from '../../testing/app.ts';

const MOH = 'http://fhir.ehealth.gov.vn/core';
const PATIENT = `${MOH}/StructureDefinition/vn-core-patient`;
const OWN = 'https://bv.example/fhir/StructureDefinition';

interface Outcome {
  issue: { severity: string; code: string; expression?: string[]; details?: { text?: string } }[];
}
const errors = (body: unknown): string[] =>
  (body as Outcome).issue.filter((i) => i.severity === 'error').map((i) => i.expression?.[0] ?? '');

const person = (more: object = {}): object => ({
  resourceType: 'Patient',
  meta: { profile: [PATIENT] },
  name: [{ text: 'Trần Thị Bưởi' }],
  identifier: [
    {
      use: 'official',
      type: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v2-0203',
            code: 'NI',
            display: 'National unique individual identifier',
          },
        ],
      },
      system: `${MOH}/sid/national_id`,
      value: '001085012345',
    },
  ],
  ...more,
});

const profile = (id: string, element: object[]): object => ({
  resourceType: 'StructureDefinition',
  id,
  url: `${OWN}/${id}`,
  name: id,
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Observation',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
  derivation: 'constraint',
  differential: { element },
});
const observation = (more: object = {}): object => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'Cân nặng' },
  ...more,
});

test('a resource is held to the profiles that it names, that are asked for, and that the facility demands', async (t) => {
  const house = await testApp(t, []);
  const token = await house.signIn(['administrator']);
  await t.test('VN Core from the pack', () => national(house, token));
  await t.test('profiles of the facility', () => own(house, token));
  await t.test('demanded profiles', () => demanded(house, token));
  await t.test('in the dress of either guide', () => dressed(house, token));
});

async function national(house: TestApp, token: string): Promise<void> {
  const good = await house.ask('POST', '/fhir/Patient', token, person());
  assert.equal(good.status, 201, good.text);
  const bad = await house.ask('POST', '/fhir/Patient', token, person({ name: [{ family: 'Trần' }] }));
  assert.equal(bad.status, 422, bad.text);
  assert.deepEqual(errors(bad.body), ['Patient.name[0].text']);

  // In a transaction the entry is named, and nothing of it is written.
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: { ...person(), id: 'tx-good' }, request: { method: 'PUT', url: 'Patient/tx-good' } },
      {
        resource: { ...person({ name: [{ family: 'Lê' }] }), id: 'tx-bad' },
        request: { method: 'PUT', url: 'Patient/tx-bad' },
      },
    ],
  };
  const refused = await house.ask('POST', '/fhir', token, bundle);
  assert.equal(refused.status, 422, refused.text);
  assert.deepEqual(errors(refused.body), ['Bundle.entry[1].resource Patient.name[0].text']);
  assert.equal((await house.ask('GET', '/fhir/Patient/tx-good', token)).status, 404);

  const asked = await house.ask('POST', `/fhir/Patient/$validate?profile=${encodeURIComponent(PATIENT)}`, token, {
    resourceType: 'Patient',
    name: [{ family: 'Trần' }],
  });
  assert.equal(asked.status, 200);
  assert.deepEqual(errors(asked.body), ['Patient.name[0].text']);
  // What cannot be checked is said, never passed over.
  assert.match(asked.text, /Patient-uv-ips is not loaded/);
  // The guide's lists are there for the terminology operations, and its profiles in the CapabilityStatement.
  const race = await house.ask('GET', `/fhir/ValueSet/$expand?url=${MOH}/ValueSet/vn-core-race`, token);
  assert.equal((race.body as { expansion: { total: number } }).expansion.total, 56, race.text.slice(0, 300));
  const statement = await house.ask('GET', '/fhir/metadata', token);
  const { rest } = statement.body as { rest: { resource: { type: string; supportedProfile?: string[] }[] }[] };
  assert.deepEqual(rest[0]?.resource.find((r) => r.type === 'Patient')?.supportedProfile, [PATIENT]);
  const unknown = await house.ask('POST', '/fhir/Patient/$validate?profile=http://x.example/none', token, person());
  assert.deepEqual(
    (unknown.body as Outcome).issue.filter((i) => i.severity === 'error').map((i) => i.code),
    ['not-supported'],
  );
}

async function own(house: TestApp, token: string): Promise<void> {
  const claims = observation({ meta: { profile: [`${OWN}/weight`] } });
  // A profile that nobody has loaded binds nobody.
  assert.equal((await house.ask('POST', '/fhir/Observation', token, claims)).status, 201);
  const put = (definition: object) => house.ask('PUT', '/fhir/StructureDefinition/weight', token, definition);
  const first = await put(profile('weight', [{ id: 'Observation.value[x]', path: 'Observation.value[x]', min: 1 }]));
  assert.equal(first.status, 201, first.text);
  const refused = await house.ask('POST', '/fhir/Observation', token, claims);
  assert.deepEqual([refused.status, errors(refused.body)], [422, ['Observation.value']]);

  // A new version counts at once, with a value set and a code system of the facility's own.
  const codes = {
    resourceType: 'CodeSystem',
    id: 'kinds',
    url: `${OWN}/kinds`,
    status: 'active',
    content: 'complete',
    concept: [{ code: 'dry' }, { code: 'wet' }],
  };
  const set = {
    resourceType: 'ValueSet',
    id: 'kinds',
    url: `${OWN}/kinds-set`,
    status: 'active',
    compose: { include: [{ system: `${OWN}/kinds` }] },
  };
  assert.equal((await house.ask('PUT', '/fhir/CodeSystem/kinds', token, codes)).status, 201);
  assert.equal((await house.ask('PUT', '/fhir/ValueSet/kinds', token, set)).status, 201);
  const second = await put(
    profile('weight', [
      {
        id: 'Observation.method',
        path: 'Observation.method',
        min: 1,
        binding: { strength: 'required', valueSet: `${OWN}/kinds-set` },
      },
    ]),
  );
  assert.equal(second.status, 200, second.text);
  const method = (code: string) =>
    observation({ meta: { profile: [`${OWN}/weight`] }, method: { coding: [{ system: `${OWN}/kinds`, code }] } });
  assert.equal((await house.ask('POST', '/fhir/Observation', token, method('dry'))).status, 201);
  const wrong = await house.ask('POST', '/fhir/Observation', token, method('damp'));
  assert.deepEqual([wrong.status, errors(wrong.body)], [422, ['Observation.method']]);
  // Another code is added to the system: valid from then on.
  const more = { ...codes, concept: [...codes.concept, { code: 'damp' }] };
  assert.equal((await house.ask('PUT', '/fhir/CodeSystem/kinds', token, more)).status, 200);
  assert.equal((await house.ask('POST', '/fhir/Observation', token, method('damp'))).status, 201);
}

async function demanded(house: TestApp, token: string): Promise<void> {
  const definition = profile('bedside', [{ id: 'Observation.subject', path: 'Observation.subject', min: 1 }]);
  assert.equal((await house.ask('PUT', '/fhir/StructureDefinition/bedside', token, definition)).status, 201);
  const guide = {
    resourceType: 'ImplementationGuide',
    id: 'house',
    url: `${OWN}/house`,
    name: 'House',
    status: 'active',
    packageId: 'bv.example',
    fhirVersion: ['4.0.1'],
    global: [{ type: 'Observation', profile: `${OWN}/bedside` }],
  };
  assert.equal((await house.ask('POST', '/fhir/Observation', token, observation())).status, 201);
  const stored = await house.ask('PUT', '/fhir/ImplementationGuide/house', token, guide);
  assert.equal(stored.status, 201, stored.text);
  const refused = await house.ask('POST', '/fhir/Observation', token, observation());
  assert.deepEqual([refused.status, errors(refused.body)], [422, ['Observation.subject']]);
  assert.equal((await house.ask('DELETE', '/fhir/ImplementationGuide/house', token)).status, 204);
  assert.equal((await house.ask('POST', '/fhir/Observation', token, observation())).status, 201);
}

const parametersOf = (resource: object): object => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'resource', resource }],
});

async function dressed(house: TestApp, token: string): Promise<void> {
  const stored = {
    resourceType: 'Patient',
    id: 'plain',
    name: [{ family: 'Lê', given: ['Thị', 'Hoà'] }],
    identifier: [{ system: 'https://mach.vn/fhir/sid/cccd', value: '001085012345' }],
  };
  assert.equal((await house.ask('PUT', '/fhir/Patient/plain', token, stored)).status, 201);
  const moh = await house.ask('GET', '/fhir/Patient/plain/$dress?as=moh', token);
  assert.equal(moh.status, 200, moh.text);
  const body = moh.body as { meta: { profile: string[] }; identifier: { system: string }[]; name: { text: string }[] };
  assert.deepEqual(
    [body.meta.profile, body.identifier[0]?.system, body.name[0]?.text],
    [[PATIENT], `${MOH}/sid/national_id`, 'Lê Thị Hoà'],
  );
  // What comes out in the dress is valid in it.
  const valid = await house.ask('POST', '/fhir/Patient/$validate', token, body);
  assert.deepEqual(errors(valid.body), []);
  const vnc = await house.ask('POST', '/fhir/Patient/$dress', token, {
    resourceType: 'Parameters',
    parameter: [
      { name: 'as', valueCode: 'vnc' },
      { name: 'resource', resource: stored },
    ],
  });
  // A profile that is not loaded, or not kept to, is not claimed.
  assert.equal((vnc.body as { meta?: object }).meta, undefined);
  const asked = await house.ask('POST', '/fhir/Patient', token, {
    resourceType: 'Patient',
    name: [{ use: 'official' }],
  });
  const place = String(asked.headers.location)
    .replace(/^.*\/fhir/, '/fhir')
    .replace(/\/_history.*$/, '');
  const bare = await house.ask('GET', `${place}/$dress?as=moh`, token);
  assert.equal(bare.status, 200, bare.text);
  assert.equal((bare.body as { meta: { profile?: string[] } }).meta.profile, undefined);
  assert.match(vnc.text, /fhir\.hl7\.org\.vn\/core\/sid\/cccd/);
  const wrong = { resourceType: 'Patient', gender: 'none' };
  assert.equal((await house.ask('POST', '/fhir/Patient/$dress?as=moh', token, parametersOf(wrong))).status, 422);
  // Rules are dated, and an unknown guide is named with those that there are.
  const early = await house.ask('GET', '/fhir/Patient/plain/$dress?as=vnc&date=2025-01-01', token);
  assert.equal(early.status, 400, early.text);
  assert.equal((await house.ask('GET', '/fhir/Patient/plain/$dress?as=other', token)).status, 400);
  const raw = await house.ask('GET', '/fhir/Patient/plain', token);
  assert.match(raw.text, /mach\.vn\/fhir\/sid\/cccd/);
}
