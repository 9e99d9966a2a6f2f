import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import administration from '@mach/administration';
import { defineModule } from '@mach/engine';
import { saveProvider, saveScimClient } from '../federation/register.ts';
import { asOwner } from '../owner.ts';
import { type TestApp, testApp } from '../testing/app.ts';

const people = defineModule({
  name: 'people',
  title: { vi: 'Người', en: 'People' },
  roles: { doctor: ['record.read:Patient'], nurse: ['record.read:Observation'] },
});
const TOKEN = 'a-token-of-a-directory-long-enough-1';

interface Answer {
  status: number;
  body: Record<string, unknown> & {
    id?: string;
    Resources?: { id: string; userName?: string; members?: unknown[] }[];
    totalResults?: number;
    scimType?: string;
    detail?: string;
    roles?: { value: string }[];
    active?: boolean;
    meta?: { version: string };
  };
}

async function directory(t: TestContext) {
  const house: TestApp = await testApp(t, [people, administration]);
  await asOwner({ ownerUrl: house.ownerUrl }, async (owner) => {
    await saveProvider(house.engine, owner, {
      id: 'so',
      tenant: 1,
      name: 'Sở',
      issuer: 'https://id.example.vn',
      clientId: 'm',
      clientSecret: 'sealed',
      scopes: 'openid',
      factors: [],
      loginClaim: null,
    });
    await saveScimClient(owner, { id: 'dir', tenant: 1, token: TOKEN, provider: 'so', defaultRoles: ['nurse'] });
    await saveScimClient(owner, { id: 'other', tenant: 2, token: `${TOKEN}2`, provider: null, defaultRoles: [] });
  });
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    token = TOKEN,
    headers = {},
  ) => {
    const answer = await house.app.inject({
      method,
      url: `/scim/v2${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? {} : (answer.json() as Answer['body']) } as Answer;
  };
  return { house, ask };
}

const hoa = { userName: 'Hoa.NT', name: { familyName: 'Nguyễn Thị', givenName: 'Hoa' }, externalId: 'sub-1' };
const patch = (...Operations: object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

test('a directory brings somebody in, changes, puts to rest, deletes and brings back', async (t) => {
  const { house, ask } = await directory(t);
  await house.signIn(['administrator']);
  const made = await ask('POST', '/Users', hoa);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(made.body.userName, 'hoa.nt');
  assert.equal(made.body.displayName, 'Nguyễn Thị Hoa');
  assert.deepEqual(made.body.roles, [{ value: 'nurse' }]);
  const path = `/Users/${made.body.id}`;
  const twice = await ask('POST', '/Users', hoa);
  assert.deepEqual([twice.status, twice.body.scimType], [409, 'uniqueness']);

  const found = await ask('GET', `/Users?filter=${encodeURIComponent('userName eq "HOA.nt"')}`);
  assert.equal(found.body.totalResults, 1);
  assert.equal((await ask('GET', `/Users?filter=${encodeURIComponent('externalId eq "sub-1"')}`)).body.totalResults, 1);
  assert.equal((await ask('GET', `/Users?filter=${encodeURIComponent('userName eq "x"')}`)).body.totalResults, 0);
  assert.equal(
    (await ask('GET', `/Users?filter=${encodeURIComponent('userName sw "h"')}`)).body.scimType,
    'invalidFilter',
  );

  // The provider's subject opens the account from now on.
  const links = await asOwner({ ownerUrl: house.ownerUrl }, (owner) =>
    owner.query('select subject, account::text from system.external_identity'),
  );
  assert.deepEqual(links.rows, [{ subject: 'sub-1', account: made.body.id }]);

  const both = await ask('PATCH', path, patch({ op: 'Add', path: 'roles', value: [{ value: 'doctor' }] }));
  assert.deepEqual(both.body.roles, [{ value: 'nurse' }, { value: 'doctor' }]);
  const stale = await ask('PATCH', path, patch({ op: 'replace', value: { displayName: 'X' } }), TOKEN, {
    'if-match': made.body.meta?.version,
  });
  assert.equal(stale.status, 412);
  const less = await ask('PATCH', path, patch({ op: 'remove', path: 'roles[value eq "nurse"]' }));
  assert.deepEqual(less.body.roles, [{ value: 'doctor' }]);
  const none = await ask('PATCH', path, patch({ op: 'remove', path: 'roles' }));
  assert.deepEqual([none.status, none.body.scimType], [400, 'invalidValue']);
  assert.equal(
    (await ask('PATCH', path, patch({ op: 'replace', path: 'userName', value: 'x' }))).body.scimType,
    'mutability',
  );
  assert.equal(
    (await ask('PATCH', path, patch({ op: 'replace', path: 'emails', value: [] }))).body.scimType,
    'invalidPath',
  );

  // Entra writes truth as a word.
  const rest = await ask('PATCH', path, patch({ op: 'Replace', path: 'active', value: 'False' }));
  assert.equal(rest.body.active, false);
  const back = await ask('PUT', path, { ...hoa, active: true });
  assert.equal(back.body.active, true);
  assert.deepEqual(back.body.roles, [{ value: 'doctor' }]);

  assert.equal((await ask('DELETE', path)).status, 204);
  assert.equal((await ask('GET', path)).status, 404);
  const again = await ask('POST', '/Users', hoa);
  assert.equal(again.status, 201, JSON.stringify(again.body));
  assert.equal(again.body.id, made.body.id);
});

test('roles are groups; who may administer is decided in the house; facilities never meet; strangers learn nothing', async (t) => {
  const { house, ask } = await directory(t);
  await house.signIn(['administrator']);
  const { body } = await ask('POST', '/Users', hoa);
  assert.equal(
    (await ask('PATCH', '/Groups/doctor', patch({ op: 'add', path: 'members', value: [{ value: body.id }] }))).status,
    204,
  );
  const group = await ask('GET', '/Groups/doctor');
  assert.equal((group.body.members as { value: string }[])[0]?.value, body.id);
  const out = patch({ op: 'remove', path: `members[value eq "${body.id}"]` });
  assert.equal((await ask('PATCH', '/Groups/doctor', out)).status, 204);
  assert.deepEqual((await ask('GET', '/Groups/doctor')).body.members, []);

  const raised = await ask(
    'PATCH',
    `/Users/${body.id}`,
    patch({ op: 'add', path: 'roles', value: [{ value: 'administrator' }] }),
  );
  assert.equal(raised.status, 400);
  assert.match(raised.body.detail ?? '', /given here only/);
  assert.equal(
    (await ask('PATCH', '/Groups/administrator', patch({ op: 'add', path: 'members', value: [{ value: body.id }] })))
      .status,
    400,
  );
  const unknown = await ask('PATCH', `/Users/${body.id}`, patch({ op: 'add', path: 'roles', value: ['wizard'] }));
  assert.equal(unknown.status, 422);
  assert.match(unknown.body.detail ?? '', /There is no role wizard/);

  assert.equal((await ask('GET', `/Users/${body.id}`, undefined, `${TOKEN}2`)).status, 404);
  assert.equal((await ask('GET', '/Users', undefined, `${TOKEN}2`)).body.totalResults, 0);
  assert.equal((await ask('GET', '/Users', undefined, 'wrong')).status, 401);
  assert.equal((await ask('GET', '/Users/1')).status, 404);
  assert.equal((await ask('POST', '/Users', { userName: 'a b', name: { formatted: 'A' } })).status, 422);
  assert.equal((await ask('POST', '/Users', { name: { formatted: 'A' } })).body.scimType, 'invalidValue');

  const config = await ask('GET', '/ServiceProviderConfig');
  assert.deepEqual(config.body.patch, { supported: true });
  assert.equal((await ask('GET', '/Schemas')).body.totalResults, 2);
  assert.equal((await ask('GET', '/ResourceTypes')).body.totalResults, 2);
});
