import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appToken, oauthHouse } from './testing.ts';

interface Answer {
  total?: number;
  entry?: { resource?: { resourceType: string; id: string; entry?: unknown[] }; response?: { status: string } }[];
}
const ids = (body: unknown): string[] =>
  ((body as Answer).entry ?? []).map((e) => `${e.resource?.resourceType}/${e.resource?.id}`).sort();

test('a token for one patient sees that compartment on every door, and cannot infer the rest', async (t) => {
  const house = await oauthHouse(t);
  const person = await house.signIn(['importer']);
  const { access_token: token } = await appToken(house, person, 'patient/*.cruds launch/patient', { patient: 'p1' });
  const ask = (url: string) => house.ask('GET', `/fhir/${url}`, token);
  const found = async (url: string): Promise<string[]> => {
    const answer = await ask(url);
    assert.equal(answer.status, 200, `${url}: ${answer.text}`);
    return ids(answer.body);
  };
  const status = async (url: string): Promise<number> => (await ask(url)).status;

  assert.deepEqual(await found('Patient'), ['Patient/p1']);
  assert.deepEqual(await found('Observation'), ['Observation/l1', 'Observation/v1']);
  assert.deepEqual(await found('Observation?subject=Patient/p2'), []);
  assert.deepEqual(await found('Patient/p2/Observation'), []);
  assert.deepEqual(await found('Patient?_id=p2'), []);
  assert.equal(((await ask('Observation?_summary=count')).body as Answer).total, 2);
  assert.equal(((await ask('Patient?_total=accurate')).body as Answer).total, 1);
  assert.deepEqual(await found('Patient?_revinclude=Observation:subject'), [
    'Observation/l1',
    'Observation/v1',
    'Patient/p1',
  ]);
  assert.deepEqual(await found('Patient/p1/$everything'), [
    'Encounter/e1',
    'Observation/l1',
    'Observation/v1',
    'Patient/p1',
  ]);
  for (const url of [
    'Patient/p2',
    'Observation/v2',
    'Observation/v2/_history',
    'Observation/v2/_history/1',
    'Observation/v2/$meta',
    'Patient/p2/$everything',
    'Patient/p2/$summary',
  ])
    assert.equal(await status(url), 404, url);
  // Who looked is for those who watch over readers, whatever an app was given.
  assert.equal(await status('Patient/p1/$access-log'), 403);
  // Directories are for scopes that name them; what goes over many records at once is shut.
  for (const url of [
    'Practitioner/d1',
    'Practitioner',
    '_history',
    'Observation/_history',
    '$meta',
    'Observation/$meta',
    '?_type=Patient,Observation',
    'Observation?subject:Patient.name=nam',
    'Patient?_has:Observation:subject:code=8867-4',
    'Observation?_include:iterate=Observation:subject',
    '$export',
    'Patient/$export',
    'ViewDefinition',
  ])
    assert.equal(await status(url), 403, url);
  assert.equal((await house.ask('GET', '/fhir/Observation/v1/_history', token)).status, 200);
  const batch = await house.ask('POST', '/fhir', token, {
    resourceType: 'Bundle',
    type: 'batch',
    entry: ['Patient/p2', 'Observation?subject=p2', 'Observation/v1'].map((url) => ({
      request: { method: 'GET', url },
    })),
  });
  const entries = (batch.body as Answer).entry ?? [];
  assert.deepEqual(
    entries.map((e) => e.response?.status.slice(0, 3)),
    ['404', '200', '200'],
  );
  assert.equal(entries[1]?.resource?.entry, undefined);

  // Writes: only into the compartment, and never out of it or over somebody else's record.
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
  const create = (patient: string) =>
    house.ask('POST', '/fhir/Observation', token, { ...observation, subject: { reference: `Patient/${patient}` } });
  assert.equal((await create('p1')).status, 201);
  assert.equal((await create('p2')).status, 403);
  assert.equal((await house.ask('POST', '/fhir/Observation', token, observation)).status, 403);
  const put = (id: string, patient: string) =>
    house.ask('PUT', `/fhir/Observation/${id}`, token, {
      ...observation,
      id,
      subject: { reference: `Patient/${patient}` },
    });
  assert.equal((await put('v1', 'p1')).status, 200);
  assert.equal((await put('v1', 'p2')).status, 403);
  assert.equal((await put('v2', 'p1')).status, 403);
  assert.equal((await house.ask('DELETE', '/fhir/Observation/v2', token)).status, 403);
  assert.equal((await house.ask('PATCH', '/fhir/Observation/v2', token, [])).status, 404);
  // A reference to somebody else's record says what one to nothing says.
  const pointing = (to: string) =>
    house.ask('POST', '/fhir/Observation', token, {
      ...observation,
      subject: { reference: 'Patient/p1' },
      derivedFrom: [{ reference: to }],
    });
  const [secret, nothing] = [await pointing('Observation/v2'), await pointing('Observation/none')];
  assert.equal(secret.status, 422);
  assert.equal(secret.text.replaceAll('v2', '?'), nothing.text.replaceAll('none', '?'));
  // The audit tells the person and the app.
  await house.engine.audits.flush();
  const { rows } = await house.engine.database.tenant(1).query<{ actor: string; app: string }>({
    text: `select distinct actor, detail->>'app' as app from audit where action = 'read Observation' or action = 'record.write' and detail ? 'app'`,
  });
  assert.ok(rows.length > 0 && rows.every((row) => row.actor.startsWith('account:') && row.app === 'chart'));
  const both = await house.ask('GET', '/fhir/Observation/v2', await house.client());
  assert.equal((both.body as { meta: { versionId: string } }).meta.versionId, '1');
});

test('letters, types, search constraints and the rights of the person all bound a token', async (t) => {
  const house = await oauthHouse(t);
  const [doctor, importer] = [await house.signIn(['doctor']), await house.signIn(['importer'])];
  const status = async (token: string, url: string): Promise<number> =>
    (await house.ask('GET', `/fhir/${url}`, token)).status;
  const found = async (token: string, url: string) => ids((await house.ask('GET', `/fhir/${url}`, token)).body);

  const category = 'http://terminology.hl7.org/CodeSystem/observation-category|';
  const vital = await appToken(
    house,
    importer,
    `patient/Observation.rs?category=${category}vital-signs patient/Patient.r patient/Practitioner.rs launch/patient`,
    { patient: 'p1' },
  );
  const token = vital.access_token;
  assert.deepEqual(await found(token, 'Observation'), ['Observation/v1']);
  assert.deepEqual(await found(token, 'Patient/p1/Observation'), ['Observation/v1']);
  assert.equal(await status(token, 'Observation/l1'), 404);
  assert.equal(await status(token, 'Observation/v1'), 200);
  assert.equal(await status(token, 'Patient/p1'), 200);
  assert.equal(await status(token, 'Patient'), 403);
  assert.equal(await status(token, 'Encounter/e1'), 403);
  assert.equal(await status(token, 'Practitioner/d1'), 200);
  assert.deepEqual(await found(token, 'Practitioner'), ['Practitioner/d1']);
  assert.deepEqual(await found(token, 'Patient/p1/$everything'), ['Observation/v1', 'Patient/p1']);
  const write = { resourceType: 'Observation', id: 'v1', status: 'final', code: { text: 'x' } };
  assert.equal((await house.ask('PUT', '/fhir/Observation/v1', token, write)).status, 403);

  // The union of two constraints on the same parameter.
  const two = await appToken(
    house,
    importer,
    `user/Observation.rs?category=${category}vital-signs user/Observation.rs?category=${category}laboratory`,
  );
  assert.deepEqual(await found(two.access_token, 'Observation'), [
    'Observation/l1',
    'Observation/v1',
    'Observation/v2',
  ]);
  assert.equal(await status(two.access_token, 'Observation/_history'), 403);

  // The person may not write, nor read conditions: the scope to do so is withheld, or worth nothing at the door.
  const asked = await appToken(house, doctor, 'user/Condition.rs user/Observation.cruds user/*.cruds');
  assert.deepEqual(asked.scope.split(' ').sort(), ['user/*.cruds', 'user/Observation.cruds']);
  assert.equal(await status(asked.access_token, 'Observation'), 200);
  assert.equal(await status(asked.access_token, 'Condition'), 403);
  assert.equal((await house.ask('PUT', '/fhir/Observation/v1', asked.access_token, write)).status, 403);
  assert.equal((await house.ask('POST', '/api/commands/record.write', asked.access_token, {})).status, 403);
  // SMART 1 scopes mean what they meant.
  const old = await appToken(house, importer, 'user/Patient.read');
  assert.deepEqual(await found(old.access_token, 'Patient'), ['Patient/p1', 'Patient/p2']);
  assert.equal((await house.ask('DELETE', '/fhir/Observation/v1', old.access_token)).status, 403);
});

test('a launch from the record carries patient and visit: for one person, once', async (t) => {
  const house = await oauthHouse(t);
  const [doctor, other] = [await house.signIn(['doctor']), await house.signIn(['doctor'])];
  const launch = async (input: object, session = doctor) => {
    const answer = await house.app.inject({
      method: 'POST',
      url: '/api/apps/launch',
      headers: { authorization: `Bearer ${session}`, host: new URL(house.origin).host },
      payload: { app: 'chart', patient: 'p1', encounter: 'e1', ...input },
    });
    const { url } = answer.json() as { url?: string };
    return { status: answer.statusCode, secret: new URL(url ?? 'x:').searchParams.get('launch') ?? '', url };
  };
  assert.equal((await launch({ patient: 'p2' })).status, 422);
  assert.equal((await launch({ patient: 'none', encounter: undefined })).status, 404);
  assert.equal((await launch({ app: 'none' })).status, 404);
  const first = await launch({});
  assert.equal(new URL(first.url ?? 'x:').searchParams.get('iss'), `${house.origin}/fhir`);
  await assert.rejects(appToken(house, other, 'launch patient/*.rs', { launch: first.secret }), /403.*người khác/);
  const token = await appToken(house, doctor, 'launch patient/*.rs', { launch: first.secret, patient: 'p2' });
  // The record that it was opened from decides, not what the form says.
  assert.deepEqual([token.patient, token.encounter], ['p1', 'e1']);
  assert.equal((await house.ask('GET', '/fhir/Patient/p2', token.access_token)).status, 404);
  await assert.rejects(appToken(house, doctor, 'launch patient/*.rs', { launch: first.secret }), /invalid_request/);
  // Allowed once, it opens without a question, for the patient of the new launch.
  const again = await launch({ patient: 'p2', encounter: undefined });
  const next = await appToken(house, doctor, 'launch patient/*.rs', { launch: again.secret });
  assert.equal(next.patient, 'p2');
  const late = await launch({});
  await house.engine.database
    .tenant(1)
    .query({ text: `update oauth_launch set expires_at = now() - interval '1 second' where used_at is null` });
  await assert.rejects(appToken(house, doctor, 'launch patient/*.rs', { launch: late.secret }), /invalid_request/);
  // An app that works for a person opens no other app.
  assert.equal((await launch({}, token.access_token)).status, 403);
  // What was allowed is listed, and can be taken back; tokens end with it.
  assert.equal((await house.ask('GET', '/fhir/Patient/p2', next.access_token)).status, 200);
  const listed = await house.ask('GET', '/api/apps/allowed', doctor);
  assert.deepEqual(
    (listed.body as { apps: { app: string; scopes: string[] }[] }).apps.map((a) => [a.app, a.scopes]),
    [['chart', ['launch', 'patient/*.rs']]],
  );
  assert.equal((await house.ask('DELETE', '/api/apps/allowed/chart', other)).status, 404);
  assert.equal((await house.ask('DELETE', '/api/apps/allowed/chart', doctor)).status, 204);
  assert.equal((await house.ask('GET', '/fhir/Patient/p2', next.access_token)).status, 401);
  // Another facility's connection sees nothing of launches and consents.
  await appToken(house, doctor, 'user/Patient.rs');
  for (const [tenant, sees] of [
    [1, true],
    [2, false],
  ] as const) {
    const { rowCount } = await house.engine.database
      .tenant(tenant)
      .query({ text: 'select 1 from oauth_grant union all select 1 from oauth_launch' });
    assert.equal((rowCount ?? 0) > 0, sees);
  }
});
