import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import encounter from '@mach/encounter/module.ts';
import type { Practitioner } from '@mach/fhir/types.ts';
import reception from '@mach/reception/module.ts';
import { type TestApp, testApp } from '@mach/server/testing/app.ts';
import pg from 'pg';
import type { NewStaff } from './contract.ts';
import administration from './module.ts';

interface Row {
  key: string;
  login: string;
  roles: string[];
  version: number;
  active: boolean;
  mustChangePassword: boolean;
}
type Answer = Awaited<ReturnType<TestApp['ask']>>;

const oneTime = 'k7vq-2mzd-x4pn-9rtw';
const code = (answer: Answer): [number, string | undefined] => [
  answer.status,
  (answer.body as { issue?: { code: string }[] }).issue?.[0]?.code,
];

async function house(t: TestContext) {
  const built = await testApp(t, [encounter, reception, administration]);
  const token = await built.signIn(['administrator']);
  let count = 0;
  const send = (command: string, input: object, as = token): Promise<Answer> =>
    built.ask('POST', `/api/commands/administration.${command}`, as, input, {
      'idempotency-key': `key-admin-${++count}`,
    });
  const get = async <T>(what: string, as = token): Promise<T> => {
    const answer = await built.ask('GET', `/api/administration/${what}`, as);
    assert.equal(answer.status, 200, answer.text);
    return answer.body as T;
  };
  const staff = async (login: string): Promise<Row> => {
    const { rows } = await get<{ rows: Row[] }>('staff');
    const row = rows.find((one) => one.login === login);
    assert.ok(row, login);
    return row;
  };
  const login = (account: string, password: string) =>
    built.app.inject({ method: 'POST', url: '/api/session', payload: { account, password } });
  const owner = async (text: string, values: unknown[] = []): Promise<void> => {
    const client = new pg.Client({ connectionString: built.ownerUrl });
    await client.connect();
    await client.query(text, values).finally(() => client.end());
  };
  return { ...built, token, send, get, staff, login, owner };
}

const nurse: NewStaff = {
  login: 'dd.hoa',
  name: 'Trương Thị Hoa',
  roles: ['nurse'],
  licence: '000099/HNO-GPHN',
  title: 'Điều dưỡng',
  gender: 'female',
  rooms: ['room-305'],
  oneTimePassword: oneTime,
};

test('a new person signs in once with the one-time password and must choose an own one', async (t) => {
  const { send, staff, login, app, engine } = await house(t);
  const refused = await send('add-staff', { ...nurse, roles: ['system'] });
  assert.deepEqual(code(refused), [422, 'unknown-role'], 'nobody becomes the program');
  assert.deepEqual(code(await send('add-staff', { ...nurse, login: 'Hoa!' })).at(0), 422);
  const added = await send('add-staff', { ...nurse, rooms: [] });
  assert.equal(added.status, 200, added.text);
  assert.deepEqual(code(await send('add-staff', { ...nurse, rooms: [] })), [409, 'login-taken']);

  const half = await login('dd.hoa', oneTime);
  assert.equal(half.statusCode, 202);
  const step = half.json<{ next: string; ticket: string }>();
  assert.equal(step.next, 'password');
  const choose = (password: string) =>
    app.inject({ method: 'POST', url: '/api/session/password', payload: { ticket: step.ticket, password } });
  assert.equal((await choose(oneTime)).json<{ issue: { code: string }[] }>().issue[0]?.code, 'password-same');
  const done = await choose('gió mùa đông bắc');
  assert.equal(done.statusCode, 200, done.body);
  assert.equal((await login('dd.hoa', oneTime)).statusCode, 401);
  assert.equal((await login('dd.hoa', 'gió mùa đông bắc')).statusCode, 200);
  const row = await staff('dd.hoa');
  assert.deepEqual([row.roles, row.active, row.mustChangePassword], [['nurse'], true, false]);

  const { rows } = await engine.database.tenant(1).query<{ content: string }>({
    text: `select content from record where tenant = mach_tenant() and id in ('prac-dd.hoa', 'prole-dd.hoa') order by id`,
  });
  const person = JSON.parse(rows[0]?.content ?? '{}') as Practitioner;
  assert.deepEqual(
    [
      person.active,
      person.name?.[0]?.family,
      person.identifier?.map((i) => i.value),
      person.qualification?.[0]?.code.text,
    ],
    [true, 'Trương', ['dd.hoa', '000099/HNO-GPHN'], 'Điều dưỡng'],
  );
});

test('the log of commands keeps neither password nor its hash', async (t) => {
  const { send, staff, engine } = await house(t);
  await send('add-staff', { ...nurse, rooms: [] });
  await send('reset-password', { account: (await staff('dd.hoa')).key, oneTimePassword: 'another-one-time-word' });
  const { rows } = await engine.database.tenant(1).query<{ all: string }>({
    text: `select string_agg(c::text, '') || (select string_agg(a::text, '') from audit a) as all from command_log c`,
  });
  const kept = rows[0]?.all ?? '';
  assert.match(kept, /administration\.reset-password/);
  assert.doesNotMatch(kept, /k7vq|another-one|argon2id/);
});

test('changes count from the next request; nobody raises themselves or removes the last administrator', async (t) => {
  const { send, staff, login, app, signIn, token, ask } = await house(t);
  await send('add-staff', { ...nurse, rooms: [] });
  const hoa = await staff('dd.hoa');
  const { ticket } = (await login('dd.hoa', oneTime)).json<{ ticket: string }>();
  const session = await app.inject({
    method: 'POST',
    url: '/api/session/password',
    payload: { ticket, password: 'gió mùa đông bắc' },
  });
  const hers = session.json<{ token: string }>().token;
  const mine = async () => ((await ask('GET', '/api/session', hers)).body as { user: { roles: string[] } }).user.roles;
  assert.deepEqual(await mine(), ['nurse']);

  const edit = { account: hoa.key, version: hoa.version, name: 'Trương Thị Hoà', roles: ['nurse', 'administrator'] };
  const edited = await send('edit-staff', edit);
  assert.equal(edited.status, 200, edited.text);
  assert.deepEqual(await mine(), ['nurse', 'administrator'], 'at once');
  assert.deepEqual(code(await send('edit-staff', edit)), [409, 'conflict'], 'an older version');

  const me = await staff('person-1');
  const self = { account: me.key, version: me.version, name: 'Quản trị', roles: ['administrator', 'doctor'] };
  assert.deepEqual(code(await send('edit-staff', self)), [409, 'own-account']);
  assert.deepEqual(code(await send('deactivate-staff', { account: me.key, reason: 'x' })), [409, 'own-account']);

  // Each of the two removes the other in the same moment: one stays.
  const both = await Promise.all([
    send('deactivate-staff', { account: me.key, reason: 'nghỉ' }, hers),
    send('deactivate-staff', { account: hoa.key, reason: 'nghỉ' }),
  ]);
  // The other is refused: as the last one, or because the session had already ended.
  const [done, refused] = both.map((answer) => answer.status).sort();
  assert.equal(done, 200, both.map((b) => b.text).join('\n'));
  assert.ok(refused === 409 || refused === 401, both.map((b) => b.text).join('\n'));
  const left = both[0]?.status === 200 ? hers : token;
  const gone = both[0]?.status === 200 ? token : hers;
  assert.equal((await ask('GET', '/api/session', left)).status, 200);
  assert.equal((await ask('GET', '/api/session', gone)).status, 401, 'the session ended with the place');

  const clerk = await signIn(['reception']);
  assert.deepEqual(code(await ask('GET', '/api/administration/staff', clerk)), [403, 'forbidden']);
  assert.deepEqual(code(await send('end-sessions', { account: me.key }, clerk)), [403, 'forbidden']);
});

test('who stops working is let in nowhere, and comes back with the same roles', async (t) => {
  const { send, staff, login, signIn, ask, app } = await house(t);
  await signIn(['nurse']);
  const row = await staff('person-2');
  assert.equal((await send('deactivate-staff', { account: row.key, reason: 'Nghỉ việc' })).status, 200);
  assert.equal((await login('person-2', 'correct horse')).statusCode, 403);
  assert.deepEqual([(await staff('person-2')).active, (await staff('person-2')).roles], [false, ['nurse']]);
  assert.deepEqual(code(await send('deactivate-staff', { account: row.key, reason: 'x' })), [409, 'inactive']);
  assert.equal((await send('reactivate-staff', { account: row.key })).status, 200);
  const back = await login('person-2', 'correct horse');
  assert.equal(back.statusCode, 200);
  const { token } = back.json<{ token: string }>();
  const { rows } = (
    await ask(
      'GET',
      '/api/administration/sessions',
      (
        await app.inject({
          method: 'POST',
          url: '/api/session',
          payload: { account: 'person-1', password: 'correct horse' },
        })
      ).json<{ token: string }>().token,
    )
  ).body as { rows: { key: string; login: string }[] };
  const session = rows.find((one) => one.login === 'person-2');
  assert.equal((await send('end-sessions', { session: session?.key })).status, 200);
  assert.equal((await ask('GET', '/api/session', token)).status, 401);
});

test('who also works elsewhere keeps password and factors; strangers of another facility are not seen', async (t) => {
  const { send, signIn, owner, get, staff } = await house(t);
  await signIn(['nurse']);
  const row = await staff('person-2');
  await owner(`insert into system.membership (tenant, account, roles) values (2, $1, '{doctor}')`, [row.key]);
  assert.deepEqual(code(await send('reset-password', { account: row.key, oneTimePassword: oneTime })), [
    409,
    'works-elsewhere',
  ]);
  assert.deepEqual(code(await send('reset-factors', { account: row.key, reason: 'mất máy' })), [
    409,
    'works-elsewhere',
  ]);
  await owner(`delete from system.membership where tenant = 1 and account = $1`, [row.key]);
  const { rows } = await get<{ rows: Row[] }>('staff');
  assert.ok(!rows.some((one) => one.login === 'person-2'));
  for (const [command, more] of [
    ['deactivate-staff', { reason: 'x' }],
    ['reset-password', { oneTimePassword: oneTime }],
    ['end-sessions', {}],
  ] as const)
    assert.deepEqual(code(await send(command, { account: row.key, ...more })), [404, 'not-found'], command);
});

test('a device is enrolled by a token that is good once, and shut out with its sessions', async (t) => {
  const { send, app, get, signIn, ask, clock } = await house(t);
  await signIn(['nurse']);
  const token = randomBytes(32).toString('base64url');
  const made = await send('enrol-device', { kind: 'ward', label: 'Buồng trực K03', token });
  assert.equal(made.status, 200, made.text);
  const { device } = (made.body as { result: { device: string } }).result;
  const taken = await app.inject({ method: 'POST', url: '/api/device', payload: { token } });
  assert.equal(taken.statusCode, 200, taken.body);
  const cookies = { mach_device: taken.cookies.find((c) => c.name === 'mach_device')?.value ?? '' };
  const late = randomBytes(32).toString('base64url');
  await send('enrol-device', { kind: 'phone', label: 'Máy muộn', token: late });
  clock.advance(16 * 60_000);
  assert.equal((await app.inject({ method: 'POST', url: '/api/device', payload: { token: late } })).statusCode, 401);

  const here = await app.inject({
    method: 'POST',
    url: '/api/session',
    cookies,
    payload: { account: 'person-2', password: 'correct horse' },
  });
  const session = here.json<{ token: string }>().token;
  const { rows } = await get<{ rows: { login: string; place: string; device: string | null }[] }>('sessions');
  const row = rows.find((one) => one.place === 'ward');
  assert.deepEqual([row?.login, row?.device], ['person-2', 'Buồng trực K03']);
  assert.equal((await send('revoke-device', { device })).status, 200);
  assert.equal((await ask('GET', '/api/session', session)).status, 401);
  assert.deepEqual((await app.inject({ url: '/api/device', cookies })).json(), { device: null });
  assert.deepEqual(code(await send('revoke-device', { device })), [409, 'revoked']);
});

test('who looked at a record: reads, lists about the person, and the question itself; administrators may not ask', async (t) => {
  const { ask, signIn, get, clock, token, client } = await house(t);
  const director = await signIn(['director']);
  const partner = await client();
  const made = await ask('POST', '/fhir/Patient', partner, {
    resourceType: 'Patient',
    name: [{ text: '=HYPERLINK("x")' }],
  });
  const patient = (made.body as { id: string }).id;
  await ask('GET', `/fhir/Patient/${patient}`, partner);
  const desk = await signIn(['reception']);
  await ask('GET', `/api/views/reception.today?patient=${patient}`, desk);
  await ask('GET', '/api/views/reception.today?patient=somebody-else', desk);
  clock.advance(1000);
  const range = 'from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z';
  const what = `record-access?patient=${patient}&${range}`;
  assert.deepEqual(code(await ask('GET', `/api/administration/${what}`, token)), [403, 'forbidden']);
  const page = await get<{
    rows: { actor: string; login: string | null; action: string; among: boolean }[];
    partial: boolean;
  }>(what, director);
  assert.equal(page.partial, false);
  const seen = page.rows.map((row) => [row.login ?? row.actor, row.action, row.among]);
  assert.ok(
    seen.some(([who, action]) => who === 'client:partner' && action === 'read Patient'),
    JSON.stringify(seen),
  );
  assert.ok(
    seen.some(([who, action, among]) => who === 'person-3' && action === 'view reception.today' && among === true),
    JSON.stringify(seen),
  );
  assert.equal(seen.filter(([who]) => who === 'person-3').length, 1, 'a question about somebody else does not count');
  const csv = await ask('GET', `/api/administration/${what}&format=csv`, director);
  assert.match(String(csv.headers['content-type']), /text\/csv/);
  const lines = csv.text.split('\r\n');
  assert.equal(lines[0], '\ufeff"at","account","name","kind","action","outcome","purpose","origin","records"');
  assert.ok(
    lines.some((line) => line.includes('"person-2"') && line.includes('"record-access"')),
    'the question stands in the answer',
  );
});
