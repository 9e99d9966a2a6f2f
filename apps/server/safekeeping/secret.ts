import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The secret that a data folder's backups are sealed with; made on the first use. */
export function houseSecret(dataDir: string, given: string | undefined): { secret: string; made?: string } {
  if (given !== undefined) return { secret: given };
  const path = join(dataDir, 'keys', 'backup.key');
  if (existsSync(path)) return { secret: readFileSync(path, 'utf8').trim() };
  const secret = randomBytes(32).toString('base64url');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  return { secret, made: path };
}
