import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defineModule } from '@mach/engine';
import { asOwner } from '@mach/server/owner.ts';
import { putAll, switchPolicy } from '@mach/server/testing/access.ts';
import { observation, patient, WARD_WORLD, ward } from '@mach/server/testing/access-world.ts';
import { type TestApp, testApp } from '@mach/server/testing/app.ts';

/** Roles that exist beside those of the ward, so that each facility gives other rights. */
const desk = defineModule({
  name: 'desk-test',
  title: { vi: 'Bàn', en: 'Desk' },
  roles: { clerk: ['record.read:Patient'] },
});

const PASSWORD = 'correct horse';

interface Told {
  next?: string;
  ticket?: string;
  token?: string;
  facilities?: { code: string }[];
  facility?: { code: string };
  user?: { roles: string[] };
}

interface Two extends TestApp {
  /** One person: a doctor in the first facility, a clerk in the second. */
  readonly first: string;
  readonly codes: readonly [string, string];
  go(token: string, facility: string): Promise<{ status: number; code: string | undefined; token: string }>;
}

async function two(t: TestContext): Promise<Two> {
  const house = await testApp(t, [ward, desk]);
  const first = await house.signIn(['doctor']);
  await putAll(house, await house.client(), WARD_WORLD);
  await asOwner({ ownerUrl: house.ownerUrl }, (owner) =>
    owner.query(
      `insert into system.membership (tenant, account, roles) select 2, id, '{clerk}' from system.account where login = 'person-1'`,
    ),
  );
  const [a, b] = [house.engine.facility(1).code, house.engine.facility(2).code];
  const go: Two['go'] = async (token, facility) => {
    const { status, body } = await house.ask('POST', '/api/session/facility', token, { facility });
    const told = body as { token?: string; issue?: { code: string }[] };
    return { status, code: told.issue?.[0]?.code, token: told.token ?? '' };
  };
  return { ...house, first, codes: [a, b], go };
}

test('one identity, a role in each facility: signed in once, switched, and the roles never mix', async (t) => {
  const { ask, first, codes, go } = await two(t);
  const [here, there] = codes;
  const roles = async (token: string): Promise<unknown> => {
    const { body } = await ask('GET', '/api/session', token);
    const { user, facility } = body as { user: { roles: string[]; account: string }; facility: { code: string } };
    return [facility.code, user.account, user.roles];
  };
  const status = async (token: string, url: string): Promise<number> => (await ask('GET', url, token)).status;
  assert.deepEqual(await roles(first), [here, 'person-1', ['doctor']]);
  const listed = (await ask('GET', '/api/session/facilities', first)).body as { facilities: object[] };
  assert.deepEqual(
    listed.facilities.map((one) => [(one as { code: string }).code, (one as { here: boolean }).here]),
    [
      [here, true],
      [there, false],
    ],
  );
  assert.equal(await status(first, '/fhir/Observation/o-mine'), 200);

  const second = await go(first, there);
  assert.equal(second.status, 200);
  assert.deepEqual(await roles(second.token), [there, 'person-1', ['clerk']]);
  assert.equal(await status(first, '/api/session'), 401, 'the former session is over');
  // Neither the records nor the rights of the first facility are there, in whatever way they are asked for.
  assert.equal(await status(second.token, '/fhir/Patient/mine'), 404);
  assert.equal(await status(second.token, '/fhir/Observation/o-mine'), 403);
  assert.equal(await status(second.token, '/api/views/ward.readings'), 403);
  const note = { patient: 'mine', value: 60 };
  const key = { 'idempotency-key': 'two-facilities-1' };
  assert.equal((await ask('POST', '/api/commands/ward.note', second.token, note, key)).status, 403);

  const back = await go(second.token, here);
  assert.deepEqual(await roles(back.token), [here, 'person-1', ['doctor']]);
  assert.equal(await status(back.token, '/fhir/Observation/o-mine'), 200);
  assert.equal((await ask('POST', '/api/commands/ward.note', back.token, note, key)).status, 200);
});

test('signing in: the facility is chosen once, then it is the last one; none is opened before', async (t) => {
  const { app, ask, clock, first, codes, go, ownerUrl } = await two(t);
  const [here, there] = codes;
  const step = async (path: string, payload: object) => {
    clock.advance(1_000);
    const { statusCode, body } = await app.inject({ method: 'POST', url: `/api/session${path}`, payload });
    return { status: statusCode, body: JSON.parse(body) as Told };
  };
  const signIn = (more: object = {}) => step('', { account: 'person-1', password: PASSWORD, ...more });
  const choose = (ticket: string, facility: string) => step('/place', { ticket, facility });
  assert.equal((await ask('GET', '/api/session', first)).status, 200);
  await asOwner({ ownerUrl }, (owner) => owner.query('update system.membership set last_used_at = null'));

  const half = await signIn();
  assert.deepEqual(
    [half.status, half.body.next, half.body.facilities?.map(({ code }) => code), half.body.token],
    [202, 'facility', [here, there], undefined],
  );
  const ticket = half.body.ticket ?? '';
  // The ticket is good for this step alone, and for a facility of the person's alone.
  assert.equal((await step('/factor', { ticket, code: '000000' })).status, 401);
  assert.equal((await choose(ticket, '00000')).status, 403);
  const chosen = await choose(ticket, there);
  assert.deepEqual([chosen.status, chosen.body.facility?.code, chosen.body.user?.roles], [200, there, ['clerk']]);
  assert.equal((await choose(ticket, here)).status, 401, 'used up');

  assert.equal((await signIn()).body.facility?.code, there, 'the last one');
  assert.equal((await signIn({ facility: here })).body.facility?.code, here, 'the one that is named');
  assert.equal((await signIn()).body.facility?.code, here);
  const { token = '' } = (await signIn()).body;
  clock.advance(1_000);
  assert.equal((await go(token, there)).status, 200);
  assert.equal((await signIn()).body.facility?.code, there, 'also where one switched to');
});

test('where one does not work, where one is, and by a proof of one facility alone, nobody goes', async (t) => {
  const house = await two(t);
  const { ask, first, codes, go, signIn, ownerUrl, engine } = house;
  const [here, there] = codes;
  assert.deepEqual([(await go(first, here)).code, (await go(first, '00000')).code], ['here', 'no-membership']);
  const stranger = await signIn(['doctor']);
  assert.equal((await go(stranger, there)).code, 'no-membership');
  assert.equal((await ask('POST', '/api/session/facility', 'no-such-token', { facility: there })).status, 401);
  const owner = (text: string): Promise<unknown> => asOwner({ ownerUrl }, (client) => client.query(text));
  // A badge of one facility, its ward device, its own provider of identities: each opens that facility alone.
  for (const set of [`via = 'badge'`, `via = 'provider'`, `via = 'password', place = 'ward'`]) {
    await owner(
      `update system.session set ${set} where account = (select id from system.account where login = 'person-1')`,
    );
    assert.equal((await go(first, there)).code, 'proved-here-only', set);
    const { body } = await ask('GET', '/api/session/facilities', first);
    assert.equal((body as { facilities: object[] }).facilities.length, 1, set);
  }
  await owner(`update system.session set via = 'password', place = 'inside'`);
  // The other facility demands a second factor of this role: without one it stays shut.
  Object.assign(engine.facility(2), { mode: 'production' });
  await owner(`update system.membership set roles = '{administrator}' where tenant = 2`);
  assert.equal((await go(first, there)).code, 'factor-needed');
  await owner(`update system.membership set roles = '{clerk}' where tenant = 2`);
  await owner(`update system.account set disabled_at = now() where login = 'person-1'`);
  assert.notEqual((await go(first, there)).status, 200);
});

test('care in one facility is no care in another, and the rows of one are not shown in the other', async (t) => {
  const house = await two(t);
  const { ask, first, codes, go, client, ownerUrl } = house;
  await asOwner({ ownerUrl }, (owner) =>
    owner.query(`update system.membership set roles = '{doctor}' where tenant = 2`),
  );
  await switchPolicy(house, 'care-relation', undefined, 1);
  await switchPolicy(house, 'care-relation', undefined, 2);
  assert.equal((await ask('GET', '/fhir/Observation/o-mine', first)).status, 200);
  const { token } = await go(first, codes[1]);
  assert.equal((await ask('GET', '/fhir/Patient/mine', token)).status, 404);
  await putAll(house, await client(), [patient('new', 'Mới'), observation('o-new', 'new', 60)]);
  const { body } = await ask('GET', '/api/views/ward.readings', token);
  assert.deepEqual((body as { rows: unknown[] }).rows, []);
});
