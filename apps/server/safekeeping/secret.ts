import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** There are backups, and the key that they are sealed with is gone from the data folder. */
export class MissingBackupKey extends Error {
  constructor(path: string) {
    super(
      `mất khoá sao lưu ${path}: các bản sao lưu đang có không mở được nếu không có nó · the backup key is missing: without it nobody opens the backups there are`,
    );
  }
}

const fileOf = (dataDir: string): string => join(dataDir, 'keys', 'backup.key');

/** @throws MissingBackupKey where backups were made with a key that is not there any more */
export function requireKey(dataDir: string, given: string | undefined, used: boolean): void {
  if (given === undefined && used && !existsSync(fileOf(dataDir))) throw new MissingBackupKey(fileOf(dataDir));
}

/**
 * The secret that a data folder's backups are sealed with; made on the first use, and never again in the place of one
 * that was lost: what it sealed would be worth nothing, and nobody would know.
 * @throws MissingBackupKey
 */
export function houseSecret(dataDir: string, given: string | undefined): { secret: string; made?: string } {
  if (given !== undefined) return { secret: given };
  const path = fileOf(dataDir);
  if (existsSync(path)) return { secret: readFileSync(path, 'utf8').trim() };
  requireKey(dataDir, given, existsSync(join(dataDir, 'archive.json')));
  const secret = randomBytes(32).toString('base64url');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  return { secret, made: path };
}
