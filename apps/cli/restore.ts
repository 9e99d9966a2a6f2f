import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { openHouse, restoreInto } from '@mach/server/boot.ts';
import type { ServerOptions } from '@mach/server/options.ts';
import { restoreArchive } from '@mach/server/safekeeping/restore.ts';
import { checkBackup, readBackup } from '@mach/store';
import { UsageError, type Words } from './arguments.ts';
import { secretOf } from './backup-key.ts';
import type { Output } from './output.ts';
import { prove } from './verify.ts';

/** An instant with its offset, `2026-11-22T10:15:00+07:00`: without one nobody can say which hour is meant. */
export function instantFlag(words: Words, name: string): string | undefined {
  const value = words.flags[name];
  if (value === undefined) return undefined;
  if (
    typeof value !== 'string' ||
    !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(value) ||
    Number.isNaN(Date.parse(value))
  )
    throw new UsageError(`--${name} must be an instant such as 2026-11-22T10:15:00+07:00, not "${String(value)}"`);
  return new Date(value).toISOString();
}

/** `mach restore F`: a sealed file, or a folder of base backups and log, into an empty data folder; then proofs. */
export async function restore(options: ServerOptions, words: Words, out: Output): Promise<number> {
  const from = words.positional[0];
  if (from === undefined) throw new UsageError('mach restore FILE|FOLDER: which backup?');
  const path = resolve(from);
  if (!existsSync(path)) throw new UsageError(`${path} is not there`);
  const until = instantFlag(words, 'until');
  const lostUntil = instantFlag(words, 'lost-until') ?? new Date().toISOString();
  const { secret } = secretOf(words, undefined);
  const log = (line: string): void => out.line(line);
  const folder = statSync(path).isDirectory();
  if (!folder && until !== undefined)
    throw new UsageError('--until needs a backup folder: a single file holds one instant only');
  if (folder && options.databaseUrl !== undefined)
    throw new UsageError('DATABASE_URL: restore your own PostgreSQL with its own tools (docs/operate/backup.md)');
  let done: { taken: string; data: object };
  if (folder) {
    const found = await restoreArchive({ archive: path, secret, dataDir: options.dataDir, until, lostUntil, log });
    const { marks: _, ...data } = found;
    done = { taken: found.lastCommit ?? found.base, data };
  } else {
    // Read to its end before anything is made: a damaged backup leaves no trace in the folder.
    await checkBackup((await readBackup(path, secret)).reader);
    const { reader, taken } = await readBackup(path, secret);
    const { facilities } = await restoreInto(options, reader, log, lostUntil);
    done = { taken, data: { facilities } };
  }
  const house = await openHouse({ ...options, demo: '0' }, log);
  try {
    const { proofs, sound } = await prove(house);
    const names = house.engine.allFacilities.map((f) => f.name).join(', ');
    out.result({ from: path, taken: done.taken, ...done.data, proofs, sound }, [
      `${sound ? '✓' : '✗'} phục hồi về ${done.taken}: ${names}`,
      ...proofs.map((p) => p.line),
    ]);
    return sound ? 0 : 1;
  } finally {
    await house.stop();
  }
}
