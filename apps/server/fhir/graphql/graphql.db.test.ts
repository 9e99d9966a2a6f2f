import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestApp, testApp } from '../../testing/app.ts';

interface Answer {
  data: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { resource: { resourceType: string } } }[];
}

async function house(t: Parameters<typeof testApp>[0]): Promise<TestApp & { token: string }> {
  const app = await testApp(t, [
    { name: 'x', title: { vi: 'x', en: 'x' }, roles: { clerk: ['record.read:Patient', 'record.read:Observation'] } },
  ]);
  const token = await app.client();
  const records = [
    { resourceType: 'Practitioner', id: 'd', name: [{ family: 'Trần' }] },
    {
      resourceType: 'Patient',
      id: 'p',
      active: true,
      birthDate: '1980-02-29',
      name: [
        { use: 'official', family: 'Lê', given: ['Thị', 'An'] },
        { use: 'nickname', given: ['Út'] },
      ],
      generalPractitioner: [{ reference: 'Practitioner/d' }, { reference: '#c' }],
      contained: [{ resourceType: 'Practitioner', id: 'c', name: [{ family: 'Trong' }] }],
    },
    { resourceType: 'Patient', id: 'q', name: [{ family: 'Lý' }] },
    ...[1, 2, 3].map((n) => ({
      resourceType: 'Observation',
      id: `o${n}`,
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: n === 3 ? '8462-4' : '8480-6' }] },
      subject: { reference: 'Patient/p' },
      performer: [{ reference: 'Practitioner/d' }],
      valueQuantity: { value: 120.5, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
    })),
  ];
  const made = await app.ask('POST', '/fhir', token, {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: records.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  });
  assert.equal(made.status, 200, made.text);
  return { ...app, token };
}

const ask = async (app: TestApp, token: string, query: string, path = '/fhir', variables?: object): Promise<Answer> => {
  const answer = await app.ask('POST', `${path}/$graphql`, token, { query, variables });
  return answer.body as Answer;
};

const at = (answer: Answer, key: string): unknown => answer.data?.[key];

test('resources, searches, references and connections, as FHIR writes them', async (t) => {
  const app = await house(t);
  const { token } = app;
  const one = await ask(
    app,
    token,
    `query($id: String!) { Patient(id: $id) { id active birthDate
       official: name(use: official) { family given }
       phone: name(fhirpath: "given.exists()", _count: 1) { use }
       generalPractitioner { reference resource { resourceType ... on Practitioner { name { family } } } }
       ObservationList(_reference: patient, code: "8480-6", _sort: "_id") { id valueQuantity { value unit } subject { resource { id } } } } }`,
    '/fhir',
    { id: 'p' },
  );
  assert.deepEqual(one, {
    data: {
      Patient: {
        id: 'p',
        active: true,
        birthDate: '1980-02-29',
        official: [{ family: 'Lê', given: ['Thị', 'An'] }],
        phone: [{ use: 'official' }],
        generalPractitioner: [
          { reference: 'Practitioner/d', resource: { resourceType: 'Practitioner', name: [{ family: 'Trần' }] } },
          { reference: '#c', resource: { resourceType: 'Practitioner', name: [{ family: 'Trong' }] } },
        ],
        ObservationList: ['o1', 'o2'].map((id) => ({
          id,
          valueQuantity: { value: 120.5, unit: 'mmHg' },
          subject: { resource: { id: 'p' } },
        })),
      },
    },
  });
  const instance = await app.ask(
    'GET',
    `/fhir/Patient/p/$graphql?query=${encodeURIComponent('{ id name @flatten { family @singleton given @first } }')}`,
    token,
  );
  assert.deepEqual(instance.body, { data: { id: 'p', family: 'Lê', given: ['Thị', 'Út'] } });
  const list = await ask(app, token, '{ PatientList(name: "le", _sort: "_id") { id } }');
  assert.deepEqual(list.data, { PatientList: [{ id: 'p' }] });
  const page =
    '{ id: ObservationConnection(_count: 2, _sort: "_id"CURSOR) { count next edges { mode resource { id } } } }';
  const first = await ask(app, token, page.replace('CURSOR', ''));
  const { count, next, edges } = at(first, 'id') as { count: number; next: string; edges: object[] };
  assert.deepEqual([count, edges.length, (edges[0] as { mode: string }).mode], [3, 2, 'match']);
  const second = await ask(app, token, page.replace('CURSOR', `, _cursor: "${next}"`));
  assert.deepEqual((at(second, 'id') as { edges: object[] }).edges, [{ mode: 'match', resource: { id: 'o3' } }]);
  const schema = await ask(
    app,
    token,
    '{ __type(name: "Patient") { fields { name } } __schema { queryType { name } } }',
  );
  const fields = (at(schema, '__type') as { fields: { name: string }[] }).fields.map((f) => f.name);
  for (const name of ['birthDate', 'deceasedBoolean', 'contact', 'ObservationList'])
    assert.ok(fields.includes(name), name);
});

test('the same policy as any reader, and limits on depth, size and number', async (t) => {
  const app = await house(t);
  const { token } = app;
  const clerk = await app.signIn(['clerk']);
  const seen = await ask(
    app,
    clerk,
    '{ Patient(id: "p") { id generalPractitioner { resource(optional: true) { id } } } Practitioner(id: "d") { id } }',
  );
  assert.deepEqual(seen.data, {
    Patient: { id: 'p', generalPractitioner: [{ resource: null }, { resource: { id: 'c' } }] },
    Practitioner: null,
  });
  assert.equal(seen.errors?.[0]?.extensions?.resource.resourceType, 'OperationOutcome');
  assert.match((await ask(app, clerk, '{ ConditionList { id } }')).errors?.[0]?.message ?? '', /forbidden/);
  assert.equal(
    (await app.ask('POST', '/fhir/$graphql', 'nonsense', { query: '{ Patient(id: "p") { id } }' })).status,
    401,
  );
  const status = async (query: string): Promise<number> =>
    (await app.ask('POST', '/fhir/$graphql', token, { query })).status;
  assert.equal(await status('{ Patient(id: "p") { nonsense } }'), 400);
  assert.equal(await status('{ Patient(id: "p") '), 400);
  assert.equal(await status('mutation { PatientCreate { id } }'), 400);
  assert.equal(await status('{ a: __typename ...f } fragment f on Query { ...f }'), 400);
  const deep = 'subject { resource { ... on Observation { '.repeat(12);
  assert.equal(await status(`{ Observation(id: "o1") { ${deep} id ${'} } } '.repeat(12)} } }`), 422);
  const bomb = Array.from(
    { length: 12 },
    (_, i) => `fragment f${i} on Patient { id ${i === 0 ? '' : `...f${i - 1} ...f${i - 1}`} }`,
  );
  assert.equal(await status(`{ Patient(id: "p") { ...f11 } } ${bomb.join(' ')}`), 422);
  const many = await ask(
    app,
    token,
    `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: PatientList(_count: 1) { id }`).join(' ')} }`,
  );
  assert.equal(many.errors?.length, 10);
  assert.match(many.errors[0]?.message ?? '', /too-costly/);
  assert.equal(await status(`{ Patient(id: "p") { ${'id '.repeat(3_000)} } }`), 400);
  const unknown = await ask(app, token, '{ PatientList(nonsense: "1") { id } }');
  assert.match(unknown.errors?.[0]?.message ?? '', /nonsense/);
});
