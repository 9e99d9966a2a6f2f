import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openHouse, restoreInto } from '@mach/server/boot.ts';
import type { ServerOptions } from '@mach/server/options.ts';
import { asOwner } from '@mach/server/owner.ts';
import { checkBackup, dump, readBackup, writeBackup } from '@mach/store';
import { UsageError, type Words } from './arguments.ts';
import type { Call } from './commands.ts';
import type { Output } from './output.ts';
import { prove } from './verify.ts';

/** The secret that backups are sealed with: a file of one's own, the environment, or one made in the data folder. */
function secretOf(words: Words, dataDir: string | undefined): { secret: string; made?: string } {
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

/** `mach backup --out F`: everything, sealed, while others go on working. */
export async function backup({ house, words, out }: Call): Promise<number> {
  const { out: file } = words.flags;
  if (typeof file !== 'string') throw new UsageError('--out FILE says where the backup goes');
  const path = resolve(file);
  if (existsSync(path)) throw new UsageError(`${path} exists already: a backup is never written over`);
  const { secret, made } = secretOf(words, house.dataDir);
  await house.anchors.seal();
  const taken = house.engine.clock.now().toISOString();
  const started = performance.now();
  const bytes = await asOwner(house.urls, (owner) =>
    writeBackup(path, secret, taken, dump(owner, house.dataDir, taken)),
  );
  const { reader } = await readBackup(path, secret);
  const { rows, files } = await checkBackup(reader);
  await house.engine.database.system.query({
    text: `insert into system.setting (tenant, key, value) values (0, 'backup.last', $1)
           on conflict (tenant, key) do update set value = excluded.value`,
    values: [JSON.stringify({ taken, bytes, rows })],
  });
  const seconds = Math.round(performance.now() - started) / 1000;
  out.result({ file: path, taken, bytes, rows, files, seconds, checked: true, keyMade: made ?? null }, [
    `✓ ${path}: ${rows} dòng, ${files} tệp, ${(bytes / 1_048_576).toFixed(1)} MiB, ${seconds.toFixed(1)} s; đã đọc lại đủ`,
    ...(made
      ? [
          `! Khoá vừa tạo: ${made}. Chép khoá này sang nơi khác: mất khoá là mất bản sao lưu.`,
          '  A key was made just now: keep a copy elsewhere. Without it nobody can open the backup.',
        ]
      : []),
  ]);
  return 0;
}

/** `mach restore F`: into an empty data folder; then everything is proved. */
export async function restore(options: ServerOptions, words: Words, out: Output): Promise<number> {
  const file = words.positional[0];
  if (file === undefined) throw new UsageError('mach restore FILE: which backup?');
  const { secret } = secretOf(words, undefined);
  const { reader, taken } = await readBackup(resolve(file), secret);
  const log = (line: string): void => out.line(line);
  const manifest = await restoreInto(options, reader, log);
  const house = await openHouse({ ...options, demo: '0' }, log);
  try {
    const { proofs, sound } = await prove(house);
    out.result({ file: resolve(file), taken, facilities: manifest.facilities, proofs, sound }, [
      `${sound ? '✓' : '✗'} phục hồi về ${taken}: ${manifest.facilities.map((f) => f.name).join(', ')}`,
      ...proofs.map((p) => p.line),
    ]);
    return sound ? 0 : 1;
  } finally {
    await house.stop();
  }
}

/** `mach verify F`: reads a backup to its end without restoring it. */
export async function checkFile(file: string, words: Words, dataDir: string, out: Output): Promise<number> {
  const { secret } = secretOf(words, dataDir);
  const { reader, taken } = await readBackup(resolve(file), secret);
  const { rows, files, manifest } = await checkBackup(reader);
  out.result({ file: resolve(file), taken, rows, files, tables: manifest.tables.length, sound: true }, [
    `✓ ${resolve(file)}: chụp lúc ${taken}, ${rows} dòng trong ${manifest.tables.length} bảng, ${files} tệp`,
  ]);
  return 0;
}
