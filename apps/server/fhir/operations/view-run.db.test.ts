import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '../../testing/app.ts';

const VIEW = {
  resourceType: 'ViewDefinition',
  name: 'patient_names',
  status: 'active',
  resource: 'Patient',
  select: [
    { column: [{ name: 'id', path: 'getResourceKey()', type: 'id' }] },
    {
      forEach: 'name',
      column: [
        { name: 'ten', path: 'text', type: 'string' },
        { name: 'n', path: '%rowIndex', type: 'integer' },
      ],
    },
  ],
};
const parameters = (...parameter: object[]): object => ({ resourceType: 'Parameters', parameter });
const viewResource = (view: object): object => ({ name: 'viewResource', resource: view });
const patient = (id: string, ...names: string[]): object => ({
  resourceType: 'Patient',
  id,
  name: names.map((text) => ({ text })),
});
const RUN = '/fhir/ViewDefinition/$run';

test('a view runs over stored records as JSON, NDJSON and CSV', async (t) => {
  const { app, ask, client } = await testApp(t, []);
  const token = await client();
  for (const p of [patient('p2', 'Trần "Bi", A'), patient('p1', 'Lê Hoà', 'Hoà')])
    assert.equal((await ask('PUT', `/fhir/Patient/${(p as { id: string }).id}`, token, p)).status, 201);
  const json = await ask('POST', RUN, token, parameters(viewResource(VIEW)));
  assert.equal(json.status, 200, json.text);
  assert.deepEqual(json.body, [
    { id: 'p1', ten: 'Lê Hoà', n: 0 },
    { id: 'p1', ten: 'Hoà', n: 1 },
    { id: 'p2', ten: 'Trần "Bi", A', n: 0 },
  ]);
  const csv = await ask('POST', RUN, token, parameters(viewResource(VIEW)), { accept: 'text/csv' });
  assert.equal(csv.text, 'id,ten,n\r\np1,Lê Hoà,0\r\np1,Hoà,1\r\np2,"Trần ""Bi"", A",0\r\n');
  const nd = await app.inject({
    method: 'POST',
    url: `${RUN}?_format=ndjson&_limit=2`,
    headers: { authorization: `Bearer ${token}` },
    payload: parameters(viewResource(VIEW)),
  });
  assert.deepEqual(
    nd.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    (json.body as unknown[]).slice(0, 2),
  );
  const one = await ask(
    'POST',
    RUN,
    token,
    parameters(viewResource(VIEW), { name: 'patient', valueReference: { reference: 'Patient/p2' } }),
  );
  assert.deepEqual(one.body, (json.body as unknown[]).slice(2));
  const since = await ask('POST', `${RUN}?_since=2030-01-01`, token, parameters(viewResource(VIEW)));
  assert.deepEqual(since.body, []);
});

test('records beyond one batch all come, in order, and a view without set-based form gives the same', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const ids = Array.from({ length: 1103 }, (_, i) => `p${String(i).padStart(5, '0')}`);
  for (let i = 0; i < ids.length; i += 400)
    await ask('POST', '/fhir', token, {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: ids
        .slice(i, i + 400)
        .map((id) => ({ resource: patient(id, `Tên ${id}`), request: { method: 'PUT', url: `Patient/${id}` } })),
    });
  const found = await ask('POST', RUN, token, parameters(viewResource(VIEW)));
  assert.deepEqual(
    (found.body as { id: string }[]).map((r) => r.id),
    ids,
  );
  const inMemory = { ...VIEW, where: [{ path: 'name.text.upper().exists()' }] };
  const again = await ask('POST', RUN, token, parameters(viewResource(inMemory)));
  assert.deepEqual(again.body, found.body);
});

test('a view runs over resources of the request', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const given = [
    patient('x', 'An'),
    { resourceType: 'Bundle', type: 'collection', entry: [{ resource: patient('y', 'Bình') }] },
  ];
  const answer = await ask(
    'POST',
    RUN,
    token,
    parameters(viewResource(VIEW), ...given.map((resource) => ({ name: 'resource', resource }))),
  );
  assert.deepEqual(answer.body, [
    { id: 'x', ten: 'An', n: 0 },
    { id: 'y', ten: 'Bình', n: 0 },
  ]);
});

test('a stored view is kept, found, run by reference, changed and removed', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  await ask('PUT', '/fhir/Patient/p1', token, patient('p1', 'An'));
  const stored = { ...VIEW, id: 'names', url: 'https://example.vn/names' };
  const put = await ask('PUT', '/fhir/ViewDefinition/names', token, stored);
  assert.equal(put.status, 201, put.text);
  assert.deepEqual((await ask('GET', '/fhir/ViewDefinition/names', token)).body, put.body);
  const search = await ask('GET', '/fhir/ViewDefinition?url=https://example.vn/names', token);
  assert.deepEqual((search.body as { entry: { resource: object }[] }).entry[0]?.resource, put.body);
  const run = await ask(
    'POST',
    RUN,
    token,
    parameters({ name: 'viewReference', valueReference: { reference: 'ViewDefinition/names' } }),
  );
  assert.deepEqual(run.body, [{ id: 'p1', ten: 'An', n: 0 }]);
  assert.deepEqual((await ask('GET', '/fhir/ViewDefinition/names/$run', token)).body, run.body);
  assert.equal((await ask('DELETE', '/fhir/ViewDefinition/names', token)).status, 204);
  assert.equal((await ask('GET', '/fhir/ViewDefinition/names/$run', token)).status, 410);
});

test('what may not be read is not run, and faults are told', async (t) => {
  const { ask, client, signIn } = await testApp(t, [
    { name: 'x', title: { vi: 'x', en: 'x' }, roles: { clerk: ['record.read:Observation'] } },
  ]);
  const token = await client();
  const clerk = await signIn(['clerk']);
  assert.equal((await ask('POST', RUN, clerk, parameters(viewResource(VIEW)))).status, 403);
  assert.equal(
    (
      await ask(
        'POST',
        RUN,
        clerk,
        parameters(viewResource({ ...VIEW, resource: 'Observation', select: [VIEW.select[0]] })),
      )
    ).status,
    200,
  );
  const wrong = await ask('POST', RUN, token, parameters(viewResource({ ...VIEW, resource: 'Patiant' })));
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /ViewDefinition\.resource/);
  await ask('PUT', '/fhir/Patient/p1', token, patient('p1', 'An', 'Ân'));
  const several = await ask(
    'POST',
    RUN,
    token,
    parameters(viewResource({ resource: 'Patient', select: [{ column: [{ name: 'v', path: 'name.text' }] }] })),
  );
  assert.equal(several.status, 422);
  assert.match(several.text, /Patient\/p1: the column v has 2 values/);
  assert.equal((await ask('POST', RUN, token, parameters())).status, 400);
  assert.equal((await ask('POST', `${RUN}?_limt=1`, token, parameters(viewResource(VIEW)))).status, 400);
  assert.equal((await ask('POST', RUN, 'nonsense', parameters(viewResource(VIEW)))).status, 401);
});
