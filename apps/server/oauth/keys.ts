import { createHash, generateKeyPair, hkdfSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Queryable } from '@mach/store';

/** A key signs for this long; it stays published as long again, for what it has signed. */
const SIGNS_DAYS = 90;

const generate = promisify(generateKeyPair);

export type Jwk = Record<string, unknown> & { kid: string };

/** Signing keys, the newest first; one is made where there is none, or the newest is old. */
export async function signingKeys(on: Queryable): Promise<Jwk[]> {
  const current = await read(on);
  if (current.some((row) => row.fresh)) return current.map((row) => row.jwk);
  const { privateKey } = (await generate('rsa', { modulusLength: 2048 })) as { privateKey: KeyObject };
  const jwk = privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(jwk.n)).digest('base64url').slice(0, 16);
  await on.query({
    name: 'oauth_key_write',
    text: 'insert into system.oauth_key (kid, jwk) values ($1, $2) on conflict do nothing',
    values: [kid, JSON.stringify({ ...jwk, kid, alg: 'RS256', use: 'sig' })],
  });
  await on.query({
    name: 'oauth_key_retire',
    text: 'delete from system.oauth_key where created_at < now() - make_interval(days => $1)',
    values: [2 * SIGNS_DAYS],
  });
  return (await read(on)).map((row) => row.jwk);
}

async function read(on: Queryable): Promise<{ jwk: Jwk; fresh: boolean }[]> {
  const { rows } = await on.query<{ jwk: Jwk; fresh: boolean }>({
    name: 'oauth_keys',
    text: `select jwk, created_at > now() - make_interval(days => $1) as fresh from system.oauth_key order by created_at desc`,
    values: [SIGNS_DAYS],
  });
  return rows;
}

/** The key that signs cookies, from the private part of a signing key: the same in every process. */
export function cookieKey(jwk: Jwk): string {
  return Buffer.from(hkdfSync('sha256', String(jwk.d), '', 'mach oauth cookies', 32)).toString('base64url');
}
