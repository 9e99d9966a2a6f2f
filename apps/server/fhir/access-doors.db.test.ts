import assert from 'node:assert/strict';
import test from 'node:test';
import { hashPassword, type LiveEvent, LiveHub } from '@mach/engine';
import access from '@mach/engine/policy/module.ts';
import type { Simulation } from '@mach/engine/policy/simulate.ts';
import pg from 'pg';
import { putAll, switchPolicy } from '../testing/access.ts';
import { byMe, encounter, observation, patient, WARD_POLICY, WARD_WORLD, ward } from '../testing/access-world.ts';
import { type TestApp, testApp } from '../testing/app.ts';

interface Outcome {
  issue: { details: { coding: { code: string }[]; text: string }; diagnostics: string }[];
}

async function world(t: test.TestContext): Promise<TestApp & { clientToken: string; doctor: string }> {
  const app = await testApp(t, [ward, access]);
  const clientToken = await app.client();
  const doctor = await app.signIn(['doctor']);
  await putAll(app, clientToken, WARD_WORLD);
  await switchPolicy(app, 'ward', WARD_POLICY);
  return { ...app, clientToken, doctor };
}

const other = (id: string) => [patient(id, 'Khác'), encounter(`e-${id}`, id), observation(`o-${id}`, id, 99)];

test('hidden elements are neither shown, nor found, nor sorted by, nor lost', async (t) => {
  const app = await world(t);
  const cashier = await app.signIn(['cashier']);
  const reason = { text: 'Bệnh kín' };
  await putAll(app, app.clientToken, [{ ...encounter('e-mine', 'mine', byMe), reasonCode: [reason] }]);
  const shown = await app.ask('GET', '/fhir/Encounter/e-mine', cashier);
  assert.equal(shown.status, 200);
  assert.doesNotMatch(shown.text, /Bệnh kín|reasonCode/);
  assert.match(shown.text, /REDACTED/);
  for (const url of [
    'Encounter?_total=accurate',
    'Encounter/e-mine/_history',
    'Encounter?_elements=reasonCode',
    'Patient?_revinclude=Encounter:subject',
  ]) {
    const { status, text } = await app.ask('GET', `/fhir/${url}`, cashier);
    assert.equal(status, 200, url);
    assert.doesNotMatch(text, /Bệnh kín/, url);
  }
  for (const url of [
    'Encounter?reason-code:text=kin',
    'Encounter?_sort=reason-code',
    'Encounter?_content=kin',
    'Encounter?diagnosis:missing=false',
    'Patient?_has:Encounter:subject:reason-code=x',
    'Encounter?_include=Encounter:diagnosis',
  ]) {
    const { status, text } = await app.ask('GET', `/fhir/${url}`, cashier);
    assert.equal(status, 403, url);
    assert.match(text, /access-rule/, url);
  }
  // Who is shown a part does not write the whole.
  const put = await app.ask('PUT', '/fhir/Encounter/e-mine', cashier, encounter('e-mine', 'mine', byMe));
  assert.equal(put.status, 403, put.text);
  assert.match((await app.ask('GET', '/fhir/Encounter/e-mine', app.clientToken)).text, /Bệnh kín/);
});

test('a refusal names its rule in both languages and who can grant; so does the question why', async (t) => {
  const app = await world(t);
  await putAll(app, app.clientToken, other('p-2'));
  for (const url of ['Patient/p-2', 'Patient/never-was']) {
    const { status, body } = await app.ask('GET', `/fhir/${url}`, app.doctor);
    assert.equal(status, 404);
    assert.match((body as Outcome).issue[0]?.diagnostics ?? '', /care.*Quy tắc thử.*privacy-officer/);
  }
  const write = await app.ask('PUT', '/fhir/Patient/p-2', app.doctor, patient('p-2', 'Chiếm'));
  assert.equal(write.status, 403);
  assert.equal((write.body as Outcome).issue[0]?.details.coding[0]?.code, 'access-rule');
  const why = async (query: string) => (await app.ask('GET', `/api/access/why?${query}`, app.doctor)).body as object;
  const [hidden, never] = [await why('type=Patient&id=p-2'), await why('type=Patient&id=never-was')];
  assert.deepEqual({ ...hidden, id: '' }, { ...never, id: '' });
  assert.deepEqual(
    { ...hidden, rules: (hidden as { rules: { id: string }[] }).rules.map((r) => r.id) },
    {
      type: 'Patient',
      id: 'p-2',
      interaction: 'read',
      decision: 'not-visible',
      rules: ['care', 'hiv', 'psy'],
      breakGlass: true,
    },
  );
  assert.equal(((await why('type=Patient&id=mine')) as { decision: string }).decision, 'permit');
  assert.equal(((await why('type=Organization&id=dep-1')) as { decision: string }).decision, 'permit');
  assert.equal(((await why('permission=access.review')) as { decision: string }).decision, 'deny');
  const cashier = await app.signIn(['cashier']);
  const { body } = await app.ask('GET', '/api/access/why?type=Observation', cashier);
  const granting = (body as { rules: { grantedBy: string[] }[] }).rules[0]?.grantedBy ?? [];
  assert.deepEqual([...granting].sort(), ['administrator', 'assistant', 'doctor', 'importer', 'researcher']);
  assert.equal((body as { decision: string }).decision, 'deny');
});

test('the glass is broken for one patient, for a time, with a reason, and somebody else closes the case', async (t) => {
  const app = await world(t);
  const officer = await app.signIn(['privacy-officer']);
  await putAll(app, app.clientToken, [...other('p-2'), ...other('p-3')]);
  let keys = 0;
  const send = (token: string, command: string, input: object) =>
    app.ask('POST', `/api/commands/${command}`, token, input, { 'idempotency-key': `glass-key-${++keys}` });
  const status = async (url: string): Promise<number> => (await app.ask('GET', url, app.doctor)).status;
  assert.equal(await status('/fhir/Observation/o-p-2'), 404);
  assert.equal((await send(app.doctor, 'access.breakGlass', { patient: 'p-2', reason: 'gấp' })).status, 422);
  assert.equal(
    (await send(app.doctor, 'access.breakGlass', { patient: 'p-2', reason: 'cấp cứu ngừng tim', hours: 13 })).status,
    422,
  );
  const broken = await send(app.doctor, 'access.breakGlass', { patient: 'p-2', reason: 'Cấp cứu ngừng tuần hoàn' });
  assert.equal(broken.status, 200, broken.text);
  const { task, until } = (broken.body as { result: { task: string; until: string } }).result;
  assert.equal(until, '2026-11-24T04:00:00.000Z');
  assert.equal(await status('/fhir/Observation/o-p-2'), 200);
  assert.equal(await status('/fhir/Observation/o-p-3'), 404);
  assert.equal((await send(app.doctor, 'ward.note', { patient: 'p-2', value: 80 })).status, 200);
  assert.equal((await send(app.doctor, 'ward.note', { patient: 'p-3', value: 80 })).status, 404);
  const state = (await app.ask('GET', '/api/access/state', app.doctor)).body as { broken: object[]; limited: boolean };
  assert.deepEqual([state.limited, state.broken], [true, [{ task, patient: 'p-2', until, name: 'Khác' }]]);
  // Its purpose stands in the audit from the first look on.
  await status('/fhir/Observation/o-p-2');
  await app.engine.audits.flush();
  const { rows } = await app.engine.database.tenant(1).query<{ n: string }>({
    text: `select count(*) as n from audit where patient = 'p-2' and purpose = 'BTG'`,
  });
  assert.ok(Number(rows[0]?.n) > 0);
  // Time goes by: it ends of itself.
  app.clock.set('2026-11-24T04:00:01.000Z');
  assert.equal(await status('/fhir/Observation/o-p-2'), 404);
  const list = (await app.ask('GET', '/api/views/access.brokenGlass?status=in-progress', officer)).body as {
    rows: object[];
  };
  assert.equal(list.rows.length, 1);
  assert.equal((await send(app.doctor, 'access.reviewGlass', { task, finding: 'justified' })).status, 403);
  assert.equal((await send(officer, 'access.reviewGlass', { task, finding: 'unjustified' })).status, 422);
  assert.equal((await send(officer, 'access.reviewGlass', { task, finding: 'justified' })).status, 200);
  assert.equal((await send(officer, 'access.reviewGlass', { task, finding: 'justified' })).status, 409);
  // Nobody grants it to himself by a raw write.
  const forged = {
    resourceType: 'Task',
    status: 'in-progress',
    intent: 'order',
    code: { coding: [{ system: 'https://mach.vn/fhir/cs/access', code: 'break-glass' }] },
    for: { reference: 'Patient/p-3' },
    requester: { identifier: { value: 'account:x' } },
    restriction: { period: { end: '2030-01-01' } },
  };
  assert.equal((await app.ask('POST', '/fhir/Task', app.clientToken, forged)).status, 409);
});

test('live rows come and go with what the reader may see', async (t) => {
  const app = await world(t);
  const { engine } = app;
  const { rows } = await engine.database.system.query<{ id: string }>({
    text: `select id from system.account where login = 'person-1'`,
  });
  const actor = { ...app.actor(['doctor'], { practitioner: 'prac-person-1' }), id: `account:${rows[0]?.id}` };
  const hub = new LiveHub(engine, 1);
  const told: LiveEvent[] = [];
  const stop = await hub.subscribe(actor, ['ward.readings'], undefined, (event) => {
    // What was there before may be told late.
    if (event.key !== 'o-mine') told.push(event);
  });
  t.after(stop);
  const until = async (done: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 500 && !done(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(done(), JSON.stringify(told));
  };
  await putAll(app, app.clientToken, other('p-2'));
  await putAll(app, app.clientToken, [observation('o-seen', 'mine', 71)]);
  await until(() => told.some((e) => e.key === 'o-seen'));
  assert.deepEqual(
    told.map((e) => `${e.op} ${e.key}`),
    ['put o-seen'],
  );
  // Care begins: the next change is told; it ends: the row goes.
  await putAll(app, app.clientToken, [encounter('e-p-2', 'p-2', byMe), observation('o-p-2', 'p-2', 88)]);
  await until(() => told.some((e) => e.key === 'o-p-2'));
  await putAll(app, app.clientToken, [encounter('e-p-2', 'p-2')]);
  await putAll(app, app.clientToken, [observation('o-p-2', 'p-2', 89)]);
  await until(() => told.some((e) => e.op === 'remove'));
  assert.deepEqual(
    told.map((e) => `${e.op} ${e.key}`),
    ['put o-seen', 'put o-p-2', 'remove o-p-2'],
  );
});

test('a policy is tried on the past before it is switched on', async (t) => {
  const app = await world(t);
  await putAll(app, app.clientToken, other('p-2'));
  await switchPolicy(app, 'open');
  const reads = ['Patient/mine', 'Patient/p-2', 'Observation/o-p-2', 'Observation?code=8867-4'];
  for (const url of reads) assert.equal((await app.ask('GET', `/fhir/${url}`, app.doctor)).status, 200);
  await app.engine.audits.flush();
  app.clock.set('2026-11-24T00:10:00.000Z');
  const officer = await app.signIn(['privacy-officer']);
  const tried = await app.ask('GET', '/api/access/simulate?policy=ward&days=2', officer);
  assert.equal(tried.status, 200, tried.text);
  const { people, lost, gained } = tried.body as Simulation;
  const person = people.find((p) => p.actor === 'person-1');
  assert.deepEqual([person?.deeds, person?.lost, person?.patientsLost, person?.rules], [4, 3, 1, ['care']]);
  assert.deepEqual(
    lost.map((d) => d.record),
    ['Patient/p-2', 'Observation/o-p-2', 'Observation/o-p-2'],
  );
  assert.deepEqual(gained, []);
  assert.equal((await app.ask('GET', '/fhir/Patient/p-2', app.doctor)).status, 200, 'nothing was switched');
  assert.equal((await app.ask('GET', '/api/access/simulate?policy=ward', app.doctor)).status, 403);
  // And the other way round: what would be gained if it were switched off.
  let keys = 0;
  const asked = { policy: 'ward', reason: 'Đã thử trước' };
  const send = (command: string, token: string, input: object) =>
    app.ask('POST', `/api/commands/access.${command}`, token, input, { 'idempotency-key': `switch-key-${++keys}` });
  const second = await app.signIn(['administrator']);
  assert.equal((await send('switchPolicy', second, asked)).status, 409, 'nobody has proposed it');
  assert.equal((await send('proposePolicy', officer, asked)).status, 200);
  assert.equal((await send('switchPolicy', officer, asked)).status, 403, 'one person alone');
  const state = (await app.ask('GET', '/api/access/policies', second)).body as {
    active: string;
    proposal: { id: string; policy: string; mine: boolean };
  };
  assert.deepEqual([state.active, state.proposal.policy, state.proposal.mine], ['open', 'ward', false]);
  assert.equal((await send('switchPolicy', second, { ...asked, policy: 'care-relation' })).status, 409, 'another one');
  assert.equal((await send('dropProposal', second, { proposal: state.proposal.id })).status, 200);
  assert.equal((await send('switchPolicy', second, asked)).status, 409, 'it was dropped');
  assert.equal((await send('proposePolicy', officer, asked)).status, 200);
  assert.equal((await send('switchPolicy', second, asked)).status, 200);
  assert.equal((await send('switchPolicy', second, asked)).status, 409, 'a proposal is good once');
  assert.equal((await app.ask('GET', '/fhir/Patient/p-2', app.doctor)).status, 404);
  await app.engine.audits.flush();
  const back = (await app.ask('GET', '/api/access/simulate?policy=open&days=2', officer)).body as Simulation;
  // The read after the first trial has come on top.
  assert.equal(back.people.find((p) => p.actor === 'person-1')?.gained, 4);
});

test('facilities on one installation never meet', async (t) => {
  const app = await world(t);
  await switchPolicy(app, 'open');
  const hash = await hashPassword('correct horse');
  const owner = new pg.Client({ connectionString: app.ownerUrl });
  await owner.connect();
  await owner.query(
    `insert into system.account (id, login, display_name, password_hash) values ($1, 'elsewhere', 'x', $2)`,
    [app.engine.ids(), hash],
  );
  await owner.query(
    `insert into system.membership (tenant, account, roles) select 2, id, '{administrator,doctor}' from system.account where login = 'elsewhere'`,
  );
  await owner.end();
  const signedIn = await app.app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { account: 'elsewhere', password: 'correct horse' },
  });
  const stranger = (signedIn.json() as { token: string }).token;
  const ask = async (method: 'GET' | 'POST' | 'PUT', url: string, body?: object) =>
    app.ask(method, url, stranger, body);
  for (const url of ['Patient/mine', 'Patient/mine/_history/1', 'Patient/mine/$everything', 'Encounter/e-mine'])
    assert.equal((await ask('GET', `/fhir/${url}`)).status, 404, url);
  for (const url of [
    'Patient',
    '_history',
    'Patient/_history',
    'Patient?_has:Observation:patient:code=8867-4',
    '?_type=Patient,Observation',
  ])
    assert.doesNotMatch((await ask('GET', `/fhir/${url}`)).text, /"entry"/, url);
  const { id: _id, ...nameless } = observation('x', 'mine', 1);
  assert.equal((await ask('POST', '/fhir/Observation', nameless)).status, 422);
  // The same id is another record in another facility.
  assert.equal(
    (await ask('PUT', '/fhir/Patient/mine', patient('mine', 'Trùng', { generalPractitioner: undefined }))).status,
    201,
  );
  assert.match((await app.ask('GET', '/fhir/Patient/mine', app.doctor)).text, /"family":"An"/);
  assert.match((await ask('GET', '/fhir/Patient/mine')).text, /Trùng/);
  assert.equal(((await ask('GET', '/api/views/ward.readings')).body as { rows: object[] }).rows.length, 0);
  const kickOff = await app.ask('GET', '/fhir/$export?_type=Patient', app.doctor, undefined, {
    prefer: 'respond-async',
  });
  const job = new URL(String(kickOff.headers['content-location'])).pathname;
  assert.equal((await ask('GET', job)).status, 404);
  // Rights that hold in one facility hold in that one: a relation here opens nothing there.
  await switchPolicy(app, 'ward', WARD_POLICY, 2);
  assert.equal((await ask('GET', '/fhir/Encounter/e-mine')).status, 404);
});
