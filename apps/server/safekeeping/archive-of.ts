import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Archive } from '../postgres/archive/archive.ts';
import { releaseLog } from '../postgres/archive/wal.ts';
import { runningEmbedded } from '../postgres/embedded.ts';
import { withClient } from '../postgres/roles.ts';
import { type BackupOptions, backupOptions } from './options.ts';
import { houseSecret, MissingBackupKey } from './secret.ts';

/** Version of this program. */
export const PROGRAM = (
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as { version: string }
).version;

/** The archive of a data folder whose embedded database runs; undefined where backups are off, or it has another database. */
export function archiveOf(
  dataDir: string,
  env: NodeJS.ProcessEnv,
): { archive: Archive; options: BackupOptions; keyMade: string | undefined } | undefined {
  const options = backupOptions(env, dataDir);
  const running = env.DATABASE_URL ? undefined : runningEmbedded(dataDir);
  if (!options || !running) return undefined;
  const { secret, made } = houseSecret(dataDir, options.key);
  const cluster = join(dataDir, 'postgres');
  const { root } = options;
  const archive = new Archive({
    superuserUrl: running.superuserUrl,
    cluster,
    dataDir,
    root,
    secret,
    program: PROGRAM,
  });
  return { archive, options, keyMade: made };
}

/** The archive to compare a starting house with. Where its key is missing the house opens all the same: its keeper says it. */
export function knownArchive(dataDir: string, env: NodeJS.ProcessEnv): Archive | undefined {
  try {
    return existsSync(join(dataDir, 'archive.json')) ? archiveOf(dataDir, env)?.archive : undefined;
  } catch (error) {
    if (error instanceof MissingBackupKey) return undefined;
    throw error;
  }
}

/** Backups are off: PostgreSQL need not keep its log for them. */
export async function releaseArchive(dataDir: string, env: NodeJS.ProcessEnv): Promise<void> {
  const running = env.DATABASE_URL ? undefined : runningEmbedded(dataDir);
  if (running) await withClient(running.superuserUrl, releaseLog);
}
