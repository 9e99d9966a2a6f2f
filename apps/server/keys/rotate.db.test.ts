import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { knownDataKeys, seal, sealedUnder, unseal, useDataKeys } from '@mach/engine/identity/sealing.ts';
import type { Queryable } from '@mach/store';
import type pg from 'pg';
import { signingKeys } from '../oauth/keys.ts';
import { asOwner } from '../owner.ts';
import { testEngine } from '../testing/engine.ts';
import { openDataKeys, promoteDraft } from './data-keys.ts';
import { KeyKeeper } from './keeper.ts';
import { BATCH } from './kept.ts';
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
  assert.deepEqual(await owner((client) => rotateKeys(engine, client, folder)), { keys: 1, resealed: 0 });
  assert.deepEqual((await stored()).factor, first.factor);
  useDataKeys(engine, await keysOf(folder));
  assert.deepEqual(unseal(engine, account, first.factor), secret);
  assert.deepEqual(readdirSync(join(folder, 'keys')).sort(), ['identity.key', 'retired']);

  // And the data: everything under a new key, by the new file alone.
  assert.deepEqual(await owner((client) => rotateKeys(engine, client, folder, 'at once')), { keys: 2, resealed: 2 });
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

test('while servers run: they come to know the key, seal with it from its time on, and go through the rest', async (t) => {
  const house = await testEngine(t, []);
  const { engine } = house;
  const folder = mkdtempSync(join(tmpdir(), 'mach-keys-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const owner = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => asOwner({ ownerUrl: house.ownerUrl }, work);
  useDataKeys(engine, await openDataKeys(folder, engine.database.system));
  const secrets = Array.from({ length: BATCH + 20 }, (_, i) => `secret-${i}`);
  const boundTo = (i: number): string => `part:1:x:${i}`;
  const name = (i: number): string => String(i).padStart(43, '0');
  await owner(async (client) => {
    for (const [i, secret] of secrets.entries())
      await client.query('insert into system.sealed_part (tenant, id, bound, sealed) values (1, $1, $2, $3)', [
        name(i),
        boundTo(i),
        seal(engine, boundTo(i), Buffer.from(secret)),
      ]);
  });
  const numbers = async (): Promise<Record<number, number>> => {
    const { rows } = await owner((client) => client.query<{ sealed: Buffer }>('select sealed from system.sealed_part'));
    const found: Record<number, number> = {};
    for (const { sealed } of rows) found[sealedUnder(sealed)] = (found[sealedUnder(sealed)] ?? 0) + 1;
    return found;
  };
  const later = (): Promise<unknown> =>
    owner((client) => client.query(`update system.data_key set seals_from = seals_from - interval '2 minutes'`));
  const keeper = (): KeyKeeper => new KeyKeeper(engine, { ownerUrl: house.ownerUrl, dataDir: folder }, () => undefined);

  assert.equal((await owner((client) => rotateKeys(engine, client, folder, 'by servers'))).resealed, 0);
  const first = keeper();
  assert.equal(await first.look(), 0);
  assert.deepEqual(knownDataKeys(engine), { numbers: [1, 2], seals: 1 }, 'known, and not yet in use');
  await later();
  assert.equal(await first.look(), 0, 'others may still seal with the old one');
  assert.equal(knownDataKeys(engine).seals, 2);
  await later();

  // It breaks off in the second batch: what was done stays done, and another goes on from there.
  await owner((client) =>
    client.query(`create function broken() returns trigger language plpgsql as $$ begin
    if new.id >= '${name(BATCH + 5)}' then raise exception 'the power is gone'; end if; return new; end $$;
    create trigger broken before update on system.sealed_part for each row execute function broken()`),
  );
  await assert.rejects(first.look(), /power/);
  assert.deepEqual(await numbers(), { 1: 20, 2: BATCH });
  await owner((client) => client.query('drop trigger broken on system.sealed_part'));
  assert.equal(await keeper().look(), 20);
  assert.deepEqual(await numbers(), { 2: BATCH + 20 });
  assert.equal(await keeper().look(), 0, 'once');
  const { rows } = await owner((client) =>
    client.query<{ bound: string; sealed: Buffer }>('select bound, sealed from system.sealed_part order by id'),
  );
  assert.deepEqual(
    rows.map(({ bound, sealed }) => unseal(engine, bound, sealed).toString()),
    secrets,
  );
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
    await assert.rejects(rotateKeys(engine, broken, folder), /power/);
    assert.deepEqual(await openDataKeys(folder, client as unknown as Queryable), before, 'before the commit: the old');
    await rotateKeys(engine, client, folder);
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

test('a key in a vault: the folder holds a link, no copy; a change asks for the next link', async (t) => {
  const { engine, ownerUrl } = await testEngine(t, []);
  const folder = mkdtempSync(join(tmpdir(), 'mach-keys-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [vault, keys] = [join(folder, 'vault'), join(folder, 'keys')];
  for (const path of [vault, keys]) mkdirSync(path);
  for (const name of ['one', 'two'])
    writeFileSync(join(vault, name), `${randomBytes(32).toString('base64url')}\n`, { mode: 0o400 });
  symlinkSync(join(vault, 'one'), join(keys, 'identity.key'));
  const rotate = () => asOwner({ ownerUrl }, (client) => rotateKeys(engine, client, folder));
  useDataKeys(engine, await openDataKeys(folder, engine.database.system));
  const sealed = seal(engine, 'owner', Buffer.from('secret'));

  await assert.rejects(rotate(), /put a new key there/);
  symlinkSync(join(vault, 'one'), join(keys, 'identity.key.next'));
  await assert.rejects(rotate(), /the key that is in use/);
  rmSync(join(keys, 'identity.key.next'));
  symlinkSync(join(vault, 'two'), join(keys, 'identity.key.next'));
  assert.deepEqual(await rotate(), { keys: 1, resealed: 0 });
  assert.equal(readlinkSync(join(keys, 'identity.key')), join(vault, 'two'));

  // The vault forgets the first key: nothing needs it any more.
  rmSync(join(vault, 'one'));
  useDataKeys(engine, await openDataKeys(folder, engine.database.system));
  assert.deepEqual(unseal(engine, 'owner', sealed), Buffer.from('secret'));
  rmSync(join(vault, 'two'));
  await assert.rejects(openDataKeys(folder, engine.database.system), /is missing/);
});
