import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defineModule, hashPassword } from '@mach/engine';
import { sealedUnder, unseal, useDataKeys } from '@mach/engine/identity/sealing.ts';
import { hideSecrets, openSetting } from '@mach/engine/identity/setting-secrets.ts';
import { dump } from '@mach/store';
import type pg from 'pg';
import { saveProvider, saveScimClient } from '../federation/register.ts';
import { openHeaders, sealHeaders } from '../fhir/subscriptions/headers.ts';
import { MODULES } from '../house.ts';
import { signingKeys } from '../oauth/keys.ts';
import { saveApp } from '../oauth/register.ts';
import { asOwner } from '../owner.ts';
import { testEngine } from '../testing/engine.ts';
import { openDataKeys } from './data-keys.ts';
import { sealWhatIsPlain } from './kept.ts';
import { rotateKeys } from './rotate.ts';

const places = defineModule({
  name: 'places',
  title: { vi: 'Nơi nhận', en: 'Places' },
  settings: { bank: null, portal: null },
  secrets: ['bank.secret', 'portal.doctors.*'],
});

const word = (name: string): string => `${name}-${randomBytes(12).toString('hex')}`;
const BANK = { account: '0990010000001', secret: word('bank') };
const PORTAL = { host: 'https://portal.example.vn', doctors: { 'BS-01': word('portal-a'), 'BS-02': word('portal-b') } };

test('no secret stands in the database in clear, whoever wrote it there; all open, also after keys were changed', async (t) => {
  const { engine, ownerUrl } = await testEngine(t, [places]);
  const folder = mkdtempSync(join(tmpdir(), 'mach-kept-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const owner = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => asOwner({ ownerUrl }, work);
  useDataKeys(engine, await openDataKeys(folder, engine.database.system));

  // As earlier versions and people with a database tool have written them.
  const account = engine.ids();
  const factor = randomBytes(20);
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const [provider, scim, app] = [word('provider'), word('scim'), word('app')];
  await owner(async (client) => {
    for (const [key, value] of [
      ['places.bank', BANK],
      ['places.portal', PORTAL],
    ] as const)
      await client.query('insert into system.setting (tenant, key, value) values (1, $1, $2)', [key, value]);
    await client.query(
      `insert into system.account (id, login, display_name, password_hash) values ($1, 'an', 'An', 'x')`,
      [account],
    );
    await client.query(
      `insert into system.factor (id, account, kind, label, secret, created_at) values ($1, $2, 'totp', 'x', $3, now())`,
      [engine.ids(), account, Buffer.concat([Buffer.from([0]), factor])],
    );
    await client.query('insert into system.oauth_key (kid, jwk) values ($1, $2)', [
      'k1',
      { ...jwk, kid: 'k1', alg: 'RS256', use: 'sig' },
    ]);
    const at = { tenant: 1, factors: [], loginClaim: null, scopes: 'openid', name: 'Sở' };
    const issuer = 'https://id.example.vn';
    await saveProvider(engine, client, { ...at, id: 'so-y-te', issuer, clientId: 'x', clientSecret: provider });
    await saveScimClient(client, { id: 'nhan-su', tenant: 1, token: scim, provider: null, defaultRoles: [] });
    await saveApp(client, {
      id: 'kho',
      tenant: 1,
      name: 'Kho',
      kind: 'confidential',
      secretHash: await hashPassword(app),
      scopes: ['user/*.rs'],
      redirectUris: ['https://kho.example.vn/'],
      launchUrl: null,
      jwks: null,
      jwksUri: null,
      demo: false,
    });
  });

  const secrets = [BANK.secret, ...Object.values(PORTAL.doctors), String(jwk.d), provider, scim, app];
  const found = async (): Promise<string[]> => {
    const chunks: Buffer[] = [];
    await owner(async (client) => {
      for await (const chunk of dump(client, folder, new Date().toISOString())) chunks.push(chunk);
    });
    const everything = Buffer.concat(chunks);
    assert.ok(everything.includes(BANK.account) && everything.includes('so-y-te'), 'the dump holds the rows');
    const shapes = (secret: Buffer): (Buffer | string)[] => [secret, secret.toString('hex'), secret.toString('base64')];
    return [...secrets.map((one) => Buffer.from(one)), factor]
      .filter((secret) => shapes(secret).some((shape) => everything.includes(shape)))
      .map(String);
  };
  assert.equal((await found()).length, 5, 'the search finds what stands in clear');
  // Two settings hold three secrets; one factor; one signing key.
  assert.equal(await owner((client) => sealWhatIsPlain(engine, client)), 5);
  assert.equal(await owner((client) => sealWhatIsPlain(engine, client)), 0, 'once');
  assert.deepEqual(await found(), []);

  const settings = engine.settings(1) as Map<string, unknown>;
  const read = async (): Promise<Buffer> => {
    await owner(async (client) => {
      const { rows } = await client.query<{ key: string; value: unknown }>(
        'select key, value from system.setting where tenant = 1',
      );
      for (const { key, value } of rows) settings.set(key, value);
    });
    assert.ok(!JSON.stringify([...settings]).includes(BANK.secret), 'the engine carries it sealed');
    assert.deepEqual(openSetting(engine, 1, 'places.bank'), BANK);
    assert.deepEqual(openSetting(engine, 1, 'places.portal'), PORTAL);
    assert.deepEqual(hideSecrets(engine, 'places.bank', settings.get('places.bank')), { ...BANK, secret: '•••' });
    assert.equal((await signingKeys(engine))[0]?.d, jwk.d);
    const { rows } = await owner((client) => client.query<{ secret: Buffer }>('select secret from system.factor'));
    const [{ secret } = { secret: Buffer.alloc(1) }] = rows;
    assert.deepEqual(unseal(engine, account, secret), factor);
    return secret;
  };
  assert.equal(sealedUnder(await read()), 1);
  // A header of a Subscription: sealed from the beginning, apart from the record.
  const header = word('hook');
  const written = { channel: { endpoint: 'https://doi-tac.example.vn/a', header: [`X-Key: ${header}`] } };
  await sealHeaders(engine, 1, 'an', written);
  const [line = ''] = written.channel.header;
  assert.match(line, /^X-Key: mach-sealed:/);
  const to = (writer: string, endpoint: string) =>
    openHeaders(engine, { tenant: 1, writer, endpoint }, { 'x-key': line.slice('X-Key: '.length) });
  assert.deepEqual(await to('an', 'https://doi-tac.example.vn/b'), { 'x-key': header });
  assert.deepEqual(await to('an', 'https://khac.example.vn/a'), { closed: 'x-key' }, 'not for another end');
  assert.deepEqual(await to('binh', 'https://doi-tac.example.vn/a'), { closed: 'x-key' }, 'not of another writer');
  await sealHeaders(engine, 1, 'an', written);
  assert.equal(written.channel.header[0], line, 'what is sealed stays as it is');
  secrets.push(header);
  assert.deepEqual(await found(), []);

  // A sealed secret that was moved to another place opens nothing.
  settings.set('places.bank', { ...BANK, secret: (settings.get('places.portal') as typeof PORTAL).doctors['BS-01'] });
  assert.throws(() => openSetting(engine, 1, 'places.bank'));

  const { resealed } = await owner((client) => rotateKeys(engine, client, folder, 'at once'));
  assert.equal(resealed, 7, 'and the secret of the provider, and the header');
  useDataKeys(engine, await openDataKeys(folder, engine.database.system));
  assert.equal(sealedUnder(await read()), 2);
  assert.deepEqual(await to('an', 'https://doi-tac.example.vn/b'), { 'x-key': header });
  assert.deepEqual(await found(), []);
});

test('the house declares the secrets of its settings', () => {
  const declared = MODULES.flatMap((module) => (module.secrets ?? []).map((place) => `${module.name}.${place}`));
  assert.ok(declared.includes('cashier.bank.secret'));
  // A secret without a setting would be sealed for nobody.
  for (const module of MODULES)
    for (const place of module.secrets ?? []) assert.ok((place.split('.')[0] ?? '') in (module.settings ?? {}), place);
});
