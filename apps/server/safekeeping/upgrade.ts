import { type Migration, pendingMigrations } from '@mach/store';
import type pg from 'pg';
import { asOwner } from '../owner.ts';
import { archiveOf } from './archive-of.ts';

export interface BeforeUpgrade {
  at: string;
  /** The base backup that was taken. */
  file: string;
  bytes: number;
  migrations: readonly string[];
  seconds: number;
}

/** A house with somebody's data in it, of an earlier schema. */
async function isHouse(owner: pg.Client): Promise<boolean> {
  const { rows } = await owner.query<{ made: boolean }>(`select to_regclass('system.tenant') is not null as made`);
  if (!rows[0]?.made) return false;
  return (await owner.query(`select 1 from system.tenant where mode = 'production' limit 1`)).rowCount !== 0;
}

/**
 * Before a house is brought forward: a base backup, so that the step can be taken back whatever happens. Where none can
 * be made, nothing is changed, and the version before starts as it did.
 */
export async function backUpBeforeMigrating(
  urls: { ownerUrl: string },
  dataDir: string,
  migrations: readonly Migration[],
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<BeforeUpgrade | undefined> {
  const due = await asOwner(urls, async (owner) =>
    (await isHouse(owner)) ? await pendingMigrations(owner, migrations) : [],
  );
  if (due.length === 0) return undefined;
  const found = archiveOf(dataDir, env);
  if (!found) {
    log('nâng cấp không có bản sao lưu tự động: hãy tự sao lưu trước · upgrading without an automatic backup');
    return undefined;
  }
  log(`nâng cấp (${due.length} bước): sao lưu trước · a base backup before ${due.length} migrations`);
  const started = performance.now();
  try {
    const { base } = await found.archive.base();
    const seconds = Math.round(performance.now() - started) / 1000;
    log(`bản sao lưu trước nâng cấp: ${base.path}`);
    return { at: base.at, file: base.path, bytes: base.bytes, migrations: due.map((m) => m.name), seconds };
  } catch (error) {
    throw new Error(
      `chưa nâng cấp: không sao lưu được trước (${error instanceof Error ? error.message : String(error)}). Sửa đĩa sao lưu, hoặc MACH_BACKUP=0 để nâng cấp không có nó.\n  Not upgraded: no backup could be made before. Mend the backup disk, or set MACH_BACKUP=0 to go on without.`,
      { cause: error },
    );
  }
}
