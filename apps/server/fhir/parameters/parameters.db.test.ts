import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type TestApp, testApp } from '../../testing/app.ts';

const WARD = 'https://hospital.example/ext/ward';
const parameter = (id: string, expression: string, more: object = {}): { resourceType: string; id: string } => ({
  resourceType: 'SearchParameter',
  id,
  ...{ url: `https://hospital.example/${id}`, name: id, status: 'active', description: id, code: id },
  ...{ base: ['Patient'], type: 'token', expression },
  ...more,
});

async function house(t: Parameters<typeof testApp>[0]): Promise<TestApp & { token: string }> {
  const app = await testApp(t, [
    { name: 'fhir', title: { vi: 'x', en: 'x' }, settings: { 'search-parameter-poll': 40 } },
  ]);
  await app.app.listen({ port: 0, host: '127.0.0.1' });
  return { ...app, token: await app.client() };
}

/** The token of a partner in the second facility. */
async function elsewhere(app: TestApp): Promise<string> {
  const owner = new pg.Client({ connectionString: app.ownerUrl });
  await owner.connect();
  await owner.query(
    `insert into system.client (id, tenant, secret_hash, scopes)
     select 'elsewhere', 2, secret_hash, scopes from system.client where id = 'partner'`,
  );
  await owner.end();
  const answer = await app.app.inject({
    method: 'POST',
    url: '/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'elsewhere',
      client_secret: 'correct horse',
      scope: 'system/*.cruds',
    }).toString(),
  });
  return (answer.json() as { access_token: string }).access_token;
}

const patient = (id: string, ward: string): { resourceType: string; id: string } => ({
  resourceType: 'Patient',
  id,
  ...{ extension: [{ url: WARD, valueCode: ward }], name: [{ text: `Lê ${id}` }] },
});

/** The ids found, or the code of the refusal. */
async function found(app: TestApp, token: string, query: string): Promise<string[] | string> {
  const { status, body } = await app.ask('GET', `/fhir/${query}`, token);
  if (status !== 200)
    return (body as { issue: { details: { coding: { code: string }[] } }[] }).issue[0]?.details.coding[0]?.code ?? '';
  return ((body as { entry?: { resource: { id: string } }[] }).entry ?? []).map((e) => e.resource.id).sort();
}

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + 30_000; Date.now() < limit; await sleep(25)) if (await look()) return;
  throw new Error(`in vain: ${what}`);
}

test('a parameter of the house: refused until everything is indexed, then searched, changed, dropped', async (t) => {
  const app = await house(t);
  const { token } = app;
  const put = async (resource: { resourceType: string; id: string }): Promise<void> => {
    const answer = await app.ask('PUT', `/fhir/${resource.resourceType}/${resource.id}`, token, resource);
    assert.ok(answer.status < 300, answer.text);
  };
  for (let i = 0; i < 12; i += 1) await put(patient(`p${i}`, i % 2 === 0 ? 'A' : 'B'));
  assert.equal(await found(app, token, 'Patient?ward=A'), 'not-supported');
  const value = `Patient.extension('${WARD}').value`;
  await put(parameter('ward', `${value}.ofType(code)`));
  const seen = new Set<string>();
  await until('searchable', async () => {
    const answer = await found(app, token, 'Patient?ward=A');
    if (typeof answer === 'string') seen.add(answer);
    return typeof answer !== 'string';
  });
  for (const refusal of seen) assert.match(refusal, /^(not-supported|parameter-indexing)$/);
  const even = ['p0', 'p10', 'p2', 'p4', 'p6', 'p8'];
  assert.deepEqual(await found(app, token, 'Patient?ward=A'), even);
  // The other facility has no such parameter until it defines one, and then looks at its own records.
  const other = await elsewhere(app);
  assert.equal(await found(app, other, 'Patient?ward=A'), 'not-supported');
  assert.ok(!(await app.ask('GET', '/fhir/metadata', other)).text.includes('hospital.example/ward'));
  const same = parameter('ward', `${value}.ofType(code)`);
  assert.equal((await app.ask('PUT', '/fhir/Patient/there', other, patient('there', 'A'))).status, 201);
  assert.equal((await app.ask('PUT', '/fhir/SearchParameter/ward', other, same)).status, 201);
  await until('searchable elsewhere', async () => (await found(app, other, 'Patient?ward=A'))[0] === 'there');
  assert.equal((await app.ask('DELETE', '/fhir/SearchParameter/ward', other)).status, 204);
  await until('dropped elsewhere', async () => (await found(app, other, 'Patient?ward=A')) === 'not-supported');
  assert.deepEqual(await found(app, token, 'Patient?ward=A'), even);

  // Kept up with every write, by every way of asking.
  await put(patient('p1', 'A'));
  await put(patient('p2', 'B'));
  await put(patient('new', 'A'));
  const now = ['new', ...even.filter((id) => id !== 'p2'), 'p1'].sort();
  assert.deepEqual(await found(app, token, 'Patient?ward=A'), now);
  assert.deepEqual(await found(app, token, 'Patient?ward:not=A&_count=50'), ['p11', 'p2', 'p3', 'p5', 'p7', 'p9']);
  await put({
    resourceType: 'Observation',
    id: 'o',
    ...{ status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/new' } },
  });
  assert.deepEqual(await found(app, token, 'Observation?subject:Patient.ward=A'), ['o']);
  const stated = (await app.ask('GET', '/fhir/metadata', token)).text;
  assert.ok(stated.includes('{"name":"ward","definition":"https://hospital.example/ward","type":"token"}'));

  // One whose values cannot be told, and one that R4 has itself: stored, without effect; the first says why.
  await put(parameter('vague', value));
  await put(parameter('gender', 'Patient.active'));
  await until('refused', async () => (await found(app, token, 'Patient?vague=1')) === 'parameter-refused');
  assert.equal((await found(app, token, 'Patient?gender=female')).length, 0);

  // A new definition under the same code: nothing of the old one is found any more.
  await put(parameter('ward', 'Patient.name.text', { type: 'string' }));
  await until('changed', async () => {
    const answer = await found(app, token, 'Patient?ward=le%20p1');
    return typeof answer !== 'string' && answer.join() === 'p1,p10,p11';
  });
  assert.deepEqual(await found(app, token, 'Patient?ward=A'), []);
  assert.equal((await app.ask('DELETE', '/fhir/SearchParameter/ward', token)).status, 204);
  await until('dropped', async () => (await found(app, token, 'Patient?ward=le')) === 'not-supported');
  await put(patient('p1', 'B'));
  assert.ok(!(await app.ask('GET', '/fhir/metadata', token)).text.includes('hospital.example/ward'));

  // One whose records are still being looked at is refused by name, however fast that is usually over.
  await app.engine.database.system.query({
    text: `insert into system.search_parameter (hash, tenant, id, code, definition, state)
           select 'slow', 1, 'slow', 'slow', jsonb_build_object('base', jsonb_build_array('Patient')), 'indexing'`,
  });
  assert.equal(await found(app, token, 'Patient?slow=1'), 'parameter-indexing');
  assert.equal(await found(app, token, 'Observation?slow=1'), 'not-supported');
});
