import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { houseSecret } from '@mach/server/safekeeping/secret.ts';
import { UsageError, type Words } from './arguments.ts';

/** The secret that backups are sealed with: a file of one's own, the environment, or one made in the data folder. */
export function secretOf(words: Words, dataDir: string | undefined): { secret: string; made?: string } {
  const { key } = words.flags;
  if (typeof key === 'string') return { secret: readFileSync(resolve(key), 'utf8').trim() };
  const given = process.env.MACH_BACKUP_KEY;
  if (given) return { secret: given };
  if (dataDir === undefined)
    throw new UsageError('--key FILE (or MACH_BACKUP_KEY) says with which key the backup was made');
  return houseSecret(dataDir, undefined);
}
