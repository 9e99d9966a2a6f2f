import { join, resolve } from 'node:path';

/** Backups that the server makes by itself. */
export interface BackupOptions {
  /** `MACH_BACKUP`: a folder, on another disk if possible; `backups` in the data folder where nothing is said. */
  root: string;
  /** True: somebody chose the folder. */
  chosen: boolean;
  /** `MACH_BACKUP_DAYS`: every instant of so many days can be restored. */
  days: number;
  /** `MACH_BACKUP_KEY`: the secret itself; a file in the data folder otherwise. */
  key: string | undefined;
}

/** @returns undefined where `MACH_BACKUP=0` says that none are wanted @throws Error that names the variable */
export function backupOptions(env: NodeJS.ProcessEnv, dataDir: string): BackupOptions | undefined {
  const { MACH_BACKUP: folder = '', MACH_BACKUP_DAYS: kept = '7', MACH_BACKUP_KEY: key } = env;
  const days = Number(kept);
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new Error(`MACH_BACKUP_DAYS: "${kept}" is not a number of days (1–3650)`);
  if (folder === '0') return undefined;
  const chosen = folder !== '';
  return { root: chosen ? resolve(folder) : join(dataDir, 'backups'), chosen, days, key: key || undefined };
}
