import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { openHouse, restoreInto } from '@mach/server/boot.ts';
import type { ServerOptions } from '@mach/server/options.ts';
import { asOwner } from '@mach/server/owner.ts';
import { checkBackup, dump, readBackup, writeBackup } from '@mach/store';
import { UsageError, type Words } from './arguments.ts';
import { secretOf } from './backup-key.ts';
import type { Call } from './commands.ts';
import type { Output } from './output.ts';
import { prove } from './verify.ts';

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
  // Read to its end before anything is made: a damaged backup leaves no trace in the folder.
  await checkBackup((await readBackup(resolve(file), secret)).reader);
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
