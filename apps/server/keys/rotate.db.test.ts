import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seal, sealedUnder, unseal, useDataKeys } from '@mach/engine/identity/sealing.ts';
import type { Queryable } from '@mach/store';
import type pg from 'pg';
import { signingKeys } from '../oauth/keys.ts';
import { asOwner } from '../owner.ts';
import { testEngine } from '../testing/engine.ts';
import { openDataKeys, promoteDraft } from './data-keys.ts';
import { rotateKeys } from './rotate.ts';

test('keys are changed: what was sealed opens as before, the earlier file alone opens nothing', async (t) => {
  const house = await testEngine(t, []);
  const { engine } = house;
  const folder = mkdtempSync(join(tmpdir(), 'mach-keys-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const keysOf = (dataDir: string): Promise<Map<number, Buffer>> => openDataKeys(dataDir, engine.database.system);
  const owner = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => asOwner({ ownerUrl: house.ownerUrl }, work);
  useDataKeys(engine, await keysOf(folder));

  const account = engine.ids();
  const secret = randomBytes(20);
  await owner(async (client) => {
    await client.query(
      `insert into system.account (id, login, display_name, password_hash) values ($1, 'an', 'An', 'x')`,
      [account],
    );
    await client.query(
      `insert into system.factor (id, account, kind, label, secret, created_at, confirmed_at) values ($1, $2, 'totp', 'x', $3, now(), now())`,
      [engine.ids(), account, seal(engine, account, secret)],
    );
  });
  const [signing] = await signingKeys(engine);
  const stored = async (): Promise<{ factor: Buffer; jwk: string }> =>
    owner(async (client) => {
      const factor = await client.query<{ secret: Buffer }>(`select secret from system.factor where kind = 'totp'`);
      const key = await client.query<{ jwk: string }>('select jwk::text from system.oauth_key');
      return { factor: factor.rows[0]?.secret ?? Buffer.alloc(0), jwk: key.rows[0]?.jwk ?? '' };
    });
  const first = await stored();
  assert.ok(!first.jwk.includes(String(signing?.d)), 'the private part of a signing key stands sealed');
  assert.match(first.jwk, /"n": /);

  // The file alone: nothing that is sealed changes, and a server that runs has the keys it needs.
  assert.deepEqual(await owner((client) => rotateKeys(engine, client, folder, false)), { keys: 1, resealed: 0 });
  assert.deepEqual((await stored()).factor, first.factor);
  useDataKeys(engine, await keysOf(folder));
  assert.deepEqual(unseal(engine, account, first.factor), secret);
  assert.deepEqual(readdirSync(join(folder, 'keys')).sort(), ['identity.key', 'retired']);

  // And the data: everything under a new key, by the new file alone.
  assert.deepEqual(await owner((client) => rotateKeys(engine, client, folder, true)), { keys: 2, resealed: 2 });
  const second = await stored();
  assert.equal(sealedUnder(second.factor), 2);
  const fresh = await testEngineLike(keysOf, folder);
  assert.deepEqual(unseal(fresh, account, second.factor), secret);
  assert.throws(() => unseal(fresh, 'another', second.factor));
  useDataKeys(engine, await keysOf(folder));
  assert.deepEqual(await signingKeys(engine), [signing]);

  // Earlier files do not open what the newest wraps; a missing one is named.
  const thief = mkdtempSync(join(tmpdir(), 'mach-keys-'));
  t.after(() => rmSync(thief, { recursive: true, force: true }));
  mkdirSync(join(thief, 'keys'));
  renameSync(join(folder, 'keys', 'retired'), join(thief, 'keys', 'retired'));
  await assert.rejects(keysOf(thief), /key file [0-9a-f]{16} is missing/);
  assert.equal((await keysOf(folder)).size, 2);
});

test('a change that breaks off leaves the old state or the new one', async (t) => {
  const { engine, ownerUrl } = await testEngine(t, []);
  const folder = mkdtempSync(join(tmpdir(), 'mach-keys-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const before = await openDataKeys(folder, engine.database.system);
  await asOwner({ ownerUrl }, async (client) => {
    const broken = {
      query: (text: string, values?: unknown[]) =>
        text === 'commit' ? Promise.reject(new Error('the power is gone')) : client.query(text, values),
    } as unknown as pg.Client;
    await assert.rejects(rotateKeys(engine, broken, folder, false), /power/);
    assert.deepEqual(await openDataKeys(folder, client as unknown as Queryable), before, 'before the commit: the old');
    await rotateKeys(engine, client, folder, false);
    // After the commit and before the file was put in its place.
    const keys = join(folder, 'keys');
    renameSync(join(keys, 'identity.key'), join(keys, 'identity.key.next'));
    assert.deepEqual(await openDataKeys(folder, client as unknown as Queryable), before, 'after it: the new');
    assert.ok(readdirSync(keys).includes('identity.key'));
    assert.throws(() => promoteDraft(folder), /ENOENT/);
  });
});

/** Another process on the same folder: it knows what the files and the database say. */
async function testEngineLike(keysOf: (folder: string) => Promise<Map<number, Buffer>>, folder: string) {
  const other = {} as Parameters<typeof useDataKeys>[0];
  useDataKeys(other, await keysOf(folder));
  return other;
}
