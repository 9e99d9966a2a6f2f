import type { Engine } from '@mach/engine';
import { secretOwner } from '@mach/engine/identity/federation.ts';
import { seal, sealedUnder, unseal } from '@mach/engine/identity/sealing.ts';
import { sealSetting, secretPaths } from '@mach/engine/identity/setting-secrets.ts';
import type pg from 'pg';
import { type Jwk, openKey, storedKey } from '../oauth/keys.ts';

/**
 * Every secret that is kept in the database so that it can be opened again: where it stands, and how it is sealed. What
 * only has to be recognised (passwords, tokens, recovery codes, sessions, secrets of apps) stands there as a digest.
 * @param again false: only what stands in clear; true: all of it anew, under the newest data key
 * @returns how many were sealed
 */
export async function sealKept(engine: Engine, owner: pg.Client, again: boolean): Promise<number> {
  let count = 0;
  const renewed = (whose: string, sealed: Buffer): Buffer | undefined => {
    if (!again && sealedUnder(sealed) !== 0) return undefined;
    count++;
    return seal(engine, whose, unseal(engine, whose, sealed));
  };
  const factors = await owner.query<{ id: string; account: string; secret: Buffer }>(
    `select id, account, secret from system.factor where kind = 'totp' and ($1 or get_byte(secret, 0) = 0) for update`,
    [again],
  );
  for (const { id, account, secret } of factors.rows) {
    const sealed = renewed(account, secret);
    if (sealed) await owner.query('update system.factor set secret = $2 where id = $1', [id, sealed]);
  }
  const providers = await owner.query<{ id: string; client_secret: Buffer }>(
    `select id, client_secret from system.identity_provider
     where client_secret is not null and ($1 or get_byte(client_secret, 0) = 0) for update`,
    [again],
  );
  for (const { id, client_secret } of providers.rows) {
    const sealed = renewed(secretOwner(id), client_secret);
    if (sealed) await owner.query('update system.identity_provider set client_secret = $2 where id = $1', [id, sealed]);
  }
  const signing = await owner.query<{ kid: string; jwk: Jwk & { sealed?: string } }>(
    `select kid, jwk from system.oauth_key where $1 or not jwk ? 'sealed' for update`,
    [again],
  );
  for (const { kid, jwk } of signing.rows) {
    count++;
    await owner.query('update system.oauth_key set jwk = $2 where kid = $1', [
      kid,
      storedKey(engine, openKey(engine, jwk)),
    ]);
  }
  const settings = await owner.query<{ tenant: number; key: string; value: unknown }>(
    'select tenant, key, value from system.setting where key = any($1::text[]) for update',
    [[...secretPaths(engine).keys()]],
  );
  for (const { tenant, key, value } of settings.rows) {
    const done = sealSetting(engine, tenant, key, value, again);
    count += done.sealed;
    if (done.sealed > 0)
      await owner.query('update system.setting set value = $3 where tenant = $1 and key = $2', [
        tenant,
        key,
        JSON.stringify(done.value),
      ]);
  }
  return count;
}

/**
 * Seals what stands in clear: settings that somebody has written into the table by hand, keys of earlier versions. The
 * pages that held them are written anew, so that no copy of the database's files has them either.
 */
export async function sealWhatIsPlain(engine: Engine, owner: pg.Client): Promise<number> {
  await owner.query('begin');
  try {
    const count = await sealKept(engine, owner, false);
    await owner.query('commit');
    if (count > 0)
      for (const table of ['setting', 'oauth_key', 'factor', 'identity_provider'])
        await owner.query(`vacuum full system.${table}`);
    return count;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}
