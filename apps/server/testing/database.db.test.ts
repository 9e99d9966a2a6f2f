import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClient } from '../postgres/roles.ts';
import { testDatabase } from './database.ts';

const migrate = (owner: { query(text: string): Promise<unknown> }): Promise<unknown> =>
  owner.query('create table thing (id int primary key); grant select on thing to mach_app');

test('each test database is fresh, migrated and quick to get', async (t) => {
  const first = await testDatabase(t, { migrate });
  await withClient(first.ownerUrl, (client) => client.query('insert into thing values (1)'));
  const began = performance.now();
  const second = await testDatabase(t, { migrate });
  const took = performance.now() - began;
  t.diagnostic(`a further database took ${took.toFixed(0)} ms`);
  assert.ok(took < 1500, `a further database took ${took} ms`);
  const rows = await withClient(second.appUrl, async (client) => (await client.query('select * from thing')).rows);
  assert.deepEqual(rows, []);
  assert.notEqual(first.name, second.name);
});

test('the roles of a test database are the roles of production', async (t) => {
  const database = await testDatabase(t, { migrate });
  await withClient(database.appUrl, async (client) => {
    const { rows } = await client.query(
      'select rolsuper, rolbypassrls, rolinherit, rolcreatedb from pg_roles where rolname = current_user',
    );
    assert.deepEqual(rows, [{ rolsuper: false, rolbypassrls: false, rolinherit: false, rolcreatedb: false }]);
    await assert.rejects(client.query('create table own (id int)'), { code: '42501' });
    await assert.rejects(client.query('create schema own'), { code: '42501' });
    await assert.rejects(client.query('insert into thing values (1)'), { code: '42501' });
  });
});

test('a dropped database is gone although somebody is connected', async () => {
  const database = await testDatabase(undefined, { migrate });
  await withClient(database.appUrl, async (client) => {
    await client.query('select 1');
    await database.drop();
    await assert.rejects(client.query('select 1'));
  });
  await assert.rejects(
    withClient(database.appUrl, async () => undefined),
    { code: '3D000' },
  );
});
