import { createHash, generateKeyPair, hkdfSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Engine } from '@mach/engine';
import { seal, unseal } from '@mach/engine/identity/sealing.ts';

/** A key signs for this long; it stays published as long again, for what it has signed. */
const SIGNS_DAYS = 90;

const generate = promisify(generateKeyPair);

export type Jwk = Record<string, unknown> & { kid: string };

/** Whose secret the private part of a signing key is. */
export const signingKeyOwner = (kid: string): string => `oauth-key:${kid}`;

/** How a key stands in the database: what is published in the open, the whole of it sealed. */
interface StoredKey {
  kid: string;
  sealed?: string;
}

/** Signing keys, the newest first; one is made where there is none, or the newest is old. */
export async function signingKeys(engine: Engine): Promise<Jwk[]> {
  const on = engine.database.system;
  const current = await read(engine);
  if (current.some((row) => row.fresh)) return current.map((row) => row.jwk);
  const { privateKey } = (await generate('rsa', { modulusLength: 2048 })) as { privateKey: KeyObject };
  const jwk = privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(jwk.n)).digest('base64url').slice(0, 16);
  await on.query({
    name: 'oauth_key_write',
    text: 'insert into system.oauth_key (kid, jwk) values ($1, $2) on conflict do nothing',
    values: [kid, storedKey(engine, { ...jwk, kid, alg: 'RS256', use: 'sig' })],
  });
  await on.query({
    name: 'oauth_key_retire',
    text: 'delete from system.oauth_key where created_at < now() - make_interval(days => $1)',
    values: [2 * SIGNS_DAYS],
  });
  return (await read(engine)).map((row) => row.jwk);
}

/** The text of a key for the database: sealed, whatever else of it is public. */
export function storedKey(engine: Engine, jwk: Jwk): string {
  const { kid, kty, n, e, alg, use } = jwk;
  const sealed = seal(engine, signingKeyOwner(kid), Buffer.from(JSON.stringify(jwk))).toString('base64');
  return JSON.stringify({ kid, kty, n, e, alg, use, sealed });
}

/** The key itself. Those of earlier versions stand unsealed until the keys are changed. */
export function openKey(engine: Engine, stored: StoredKey): Jwk {
  if (stored.sealed === undefined) return stored as Jwk;
  return JSON.parse(unseal(engine, signingKeyOwner(stored.kid), Buffer.from(stored.sealed, 'base64')).toString('utf8'));
}

async function read(engine: Engine): Promise<{ jwk: Jwk; fresh: boolean }[]> {
  const { rows } = await engine.database.system.query<{ jwk: StoredKey; fresh: boolean }>({
    name: 'oauth_keys',
    text: `select jwk, created_at > now() - make_interval(days => $1) as fresh from system.oauth_key order by created_at desc`,
    values: [SIGNS_DAYS],
  });
  return rows.map(({ jwk, fresh }) => ({ jwk: openKey(engine, jwk), fresh }));
}

/** The key that signs cookies, from the private part of a signing key: the same in every process. */
export function cookieKey(jwk: Jwk): string {
  return Buffer.from(hkdfSync('sha256', String(jwk.d), '', 'mach oauth cookies', 32)).toString('base64url');
}
