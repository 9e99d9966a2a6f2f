import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Queryable } from '@mach/store';
import { identityKey } from './identity-key.ts';

const NONCE = 12;
const TAG = 16;

/** A key file is named by a digest of its key, which tells nothing of it. */
const nameOf = (key: Buffer): string =>
  createHash('sha256').update('mach key file').update(key).digest('hex').slice(0, 16);
const wrapping = (key: Buffer): Buffer => createHmac('sha256', key).update('wrap').digest();

/** A data key, sealed for its number under the key of a file. */
export function wrap(file: Buffer, id: number, key: Buffer): { by: string; wrapped: Buffer } {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', wrapping(file), nonce).setAAD(Buffer.from(`data-key:${id}`));
  const body = Buffer.concat([cipher.update(key), cipher.final()]);
  return { by: nameOf(file), wrapped: Buffer.concat([nonce, cipher.getAuthTag(), body]) };
}

function unwrap(file: Buffer, id: number, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', wrapping(file), wrapped.subarray(0, NONCE));
  decipher.setAAD(Buffer.from(`data-key:${id}`)).setAuthTag(wrapped.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(wrapped.subarray(NONCE + TAG)), decipher.final()]);
}

const folderOf = (dataDir: string): string => join(dataDir, 'keys');
const currentFile = (dataDir: string): string => join(folderOf(dataDir), 'identity.key');
const nextFile = (dataDir: string): string => join(folderOf(dataDir), 'identity.key.next');
const retiredFolder = (dataDir: string): string => join(folderOf(dataDir), 'retired');

const readKey = (path: string): Buffer => Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

/**
 * A new key, written down beside the one in use and not yet in use itself. A key that is a link to where a vault keeps it is
 * followed by another such link, which the administrator has put there: no key of a vault is replaced by a file.
 * @throws Error that says what is missing
 */
export function draftKey(dataDir: string): Buffer {
  if (isLink(nextFile(dataDir))) {
    const key = readKey(nextFile(dataDir));
    if (key.length !== 32) throw new Error(`${nextFile(dataDir)} does not lead to a key of 32 bytes`);
    if (existsSync(currentFile(dataDir)) && key.equals(identityKey(dataDir)))
      throw new Error(`${nextFile(dataDir)} leads to the key that is in use`);
    return key;
  }
  if (isLink(currentFile(dataDir)))
    throw new Error(
      `${currentFile(dataDir)} là liên kết tới kho khoá: đặt khoá mới vào kho, rồi tạo liên kết ${nextFile(dataDir)} · is a link to a vault: put a new key there, then make the link ${nextFile(dataDir)}`,
    );
  const key = randomBytes(32);
  writeFileSync(nextFile(dataDir), `${key.toString('base64url')}\n`, { mode: 0o600 });
  return key;
}

/** The drafted key becomes the one in use; the earlier one is kept for backups that were taken under it. */
export function promoteDraft(dataDir: string): void {
  mkdirSync(retiredFolder(dataDir), { recursive: true, mode: 0o700 });
  const earlier = currentFile(dataDir);
  if (existsSync(earlier)) renameSync(earlier, join(retiredFolder(dataDir), `${nameOf(readKey(earlier))}.key`));
  renameSync(nextFile(dataDir), earlier);
}

/** The key file of this name, wherever it stands. A draft that wraps already is made the one in use: a change broke off. */
function fileKey(dataDir: string, name: string): Buffer {
  if (existsSync(nextFile(dataDir)) && nameOf(readKey(nextFile(dataDir))) === name) promoteDraft(dataDir);
  if (existsSync(currentFile(dataDir))) {
    const key = identityKey(dataDir);
    if (nameOf(key) === name) return key;
  }
  const retired = existsSync(retiredFolder(dataDir)) ? readdirSync(retiredFolder(dataDir)) : [];
  if (retired.includes(`${name}.key`)) return readKey(join(retiredFolder(dataDir), `${name}.key`));
  throw new Error(
    `${folderOf(dataDir)}: the key file ${name} is missing; without it the second factors of people and the secrets of partners cannot be opened`,
  );
}

/**
 * The data keys of an installation by their numbers. Before its key was ever changed, the key of the file is the first.
 * @throws Error when the file that wraps them is missing or another one
 */
export async function openDataKeys(dataDir: string, on: Queryable): Promise<Map<number, Buffer>> {
  const { rows } = await on.query<{ id: number; wrapped_by: string; wrapped: Buffer }>({
    text: 'select id, wrapped_by, wrapped from system.data_key order by id',
  });
  if (rows.length === 0) return new Map([[1, identityKey(dataDir)]]);
  return new Map(rows.map(({ id, wrapped_by, wrapped }) => [id, unwrap(fileKey(dataDir, wrapped_by), id, wrapped)]));
}

/** The data key that seals now: the newest one that servers had time to come to know. */
export async function sealingKey(on: Queryable): Promise<number> {
  const { rows } = await on.query<{ id: number | null }>({
    text: 'select max(id) as id from system.data_key where seals_from is null or seals_from <= now()',
  });
  return rows[0]?.id ?? 1;
}
