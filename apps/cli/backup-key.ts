import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError, type Words } from './arguments.ts';

/** The secret that backups are sealed with: a file of one's own, the environment, or one made in the data folder. */
export function secretOf(words: Words, dataDir: string | undefined): { secret: string; made?: string } {
  const { key } = words.flags;
  if (typeof key === 'string') return { secret: readFileSync(resolve(key), 'utf8').trim() };
  const given = process.env.MACH_BACKUP_KEY;
  if (given) return { secret: given };
  const path = dataDir === undefined ? undefined : join(dataDir, 'keys', 'backup.key');
  if (path === undefined)
    throw new UsageError('--key FILE (or MACH_BACKUP_KEY) says with which key the backup was made');
  if (existsSync(path)) return { secret: readFileSync(path, 'utf8').trim() };
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  return { secret, made: path };
}
