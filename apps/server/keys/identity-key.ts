import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The key under which the secrets of people's authenticator apps are sealed and their PINs are hashed. It stands beside the
 * database, not in it: a copy of the database alone opens nobody's account. Made once; backups carry it.
 * @throws Error when the file holds something else
 */
export function identityKey(dataDir: string): Buffer {
  const folder = join(dataDir, 'keys');
  const path = join(folder, 'identity.key');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');
  if (key.length !== 32) throw new Error(`${path} does not hold a key of 32 bytes`);
  return key;
}
