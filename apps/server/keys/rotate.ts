import { randomBytes } from 'node:crypto';
import type { Engine } from '@mach/engine';
import { secretOwner } from '@mach/engine/identity/federation.ts';
import { seal, unseal, useDataKeys } from '@mach/engine/identity/sealing.ts';
import type { Queryable } from '@mach/store';
import type pg from 'pg';
import { type Jwk, openKey, storedKey } from '../oauth/keys.ts';
import { draftKey, openDataKeys, promoteDraft, wrap } from './data-keys.ts';

export interface Rotation {
  /** Data keys that the new file wraps. */
  keys: number;
  /** Secrets that were sealed anew. */
  resealed: number;
}

/**
 * Puts a new key file in place of the one in use. Every data key is wrapped anew, so nothing that is sealed changes and
 * a running server goes on. With `data`, a new data key is made too and every secret is sealed anew under it: no server
 * may run meanwhile. It may break off anywhere: the next opening finds either the old state or the new one.
 */
export async function rotateKeys(engine: Engine, owner: pg.Client, dataDir: string, data: boolean): Promise<Rotation> {
  const on = owner as unknown as Queryable;
  const keys = await openDataKeys(dataDir, on);
  if (data) {
    const number = Math.max(...keys.keys()) + 1;
    if (number > 255) throw new RangeError('there are 255 data keys already');
    keys.set(number, randomBytes(32));
  }
  const file = draftKey(dataDir);
  let resealed = 0;
  await owner.query('begin');
  try {
    await owner.query('lock table system.data_key in exclusive mode');
    for (const [id, key] of keys) {
      const { by, wrapped } = wrap(file, id, key);
      await owner.query(
        `insert into system.data_key (id, wrapped_by, wrapped) values ($1, $2, $3)
         on conflict (id) do update set wrapped_by = excluded.wrapped_by, wrapped = excluded.wrapped`,
        [id, by, wrapped],
      );
    }
    useDataKeys(engine, keys);
    if (data) resealed = await reseal(engine, owner);
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
  promoteDraft(dataDir);
  return { keys: keys.size, resealed };
}

/** Opens every sealed secret and seals it under the newest data key. @returns how many */
async function reseal(engine: Engine, owner: pg.Client): Promise<number> {
  let count = 0;
  const again = (whose: string, sealed: Buffer): Buffer => {
    count++;
    return seal(engine, whose, unseal(engine, whose, sealed));
  };
  const factors = await owner.query<{ id: string; account: string; secret: Buffer }>(
    `select id, account, secret from system.factor where kind = 'totp' for update`,
  );
  for (const { id, account, secret } of factors.rows)
    await owner.query('update system.factor set secret = $2 where id = $1', [id, again(account, secret)]);
  const providers = await owner.query<{ id: string; client_secret: Buffer }>(
    'select id, client_secret from system.identity_provider where client_secret is not null for update',
  );
  for (const { id, client_secret } of providers.rows)
    await owner.query('update system.identity_provider set client_secret = $2 where id = $1', [
      id,
      again(secretOwner(id), client_secret),
    ]);
  const signing = await owner.query<{ kid: string; jwk: Jwk }>('select kid, jwk from system.oauth_key for update');
  for (const { kid, jwk } of signing.rows) {
    count++;
    await owner.query('update system.oauth_key set jwk = $2 where kid = $1', [
      kid,
      storedKey(engine, openKey(engine, jwk)),
    ]);
  }
  return count;
}
