import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { asOwner } from '@mach/server/owner.ts';
import { archiveOf } from '@mach/server/safekeeping/archive-of.ts';
import { recordEvent } from '@mach/server/safekeeping/events.ts';
import { checkBackup, dump, readBackup, writeBackup } from '@mach/store';
import { UsageError } from './arguments.ts';
import { secretOf } from './backup-key.ts';
import type { Call } from './call.ts';

/** `mach backup --out F`: everything, sealed, while others go on working. */
export async function backup(call: Call): Promise<number> {
  const { house, words, out } = call;
  const { out: file, base } = words.flags;
  if (base === true) return baseBackup(call);
  if (typeof file !== 'string')
    throw new UsageError('--out TỆP nói nơi ghi, hoặc --base · --out FILE says where the backup goes, or --base');
  const path = resolve(file);
  if (existsSync(path))
    throw new UsageError(`${path} đã có, không ghi đè · exists already: a backup is never written over`);
  const { secret, made } = secretOf(words, house.dataDir);
  await house.anchors.seal();
  const taken = house.engine.clock.now().toISOString();
  const started = performance.now();
  const bytes = await asOwner(house.urls, (owner) =>
    writeBackup(path, secret, taken, dump(owner, house.dataDir, taken)),
  );
  const { reader } = await readBackup(path, secret);
  const { rows, files } = await checkBackup(reader);
  const seconds = Math.round(performance.now() - started) / 1000;
  const detail = { file: path, bytes, rows };
  await recordEvent(house.engine.database.system, { at: taken, kind: 'file', sound: true, seconds, detail });
  out.result({ file: path, taken, bytes, rows, files, seconds, checked: true, keyMade: made ?? null }, [
    `✓ ${path}: ${rows} dòng, ${files} tệp, ${(bytes / 1_048_576).toFixed(1)} MiB, ${seconds.toFixed(1)} s; đã đọc lại đủ`,
    ...keyNote(made),
  ]);
  return 0;
}

const keyNote = (made: string | undefined): string[] =>
  made === undefined
    ? []
    : [
        `! Khoá vừa tạo: ${made}. Chép khoá này sang nơi khác: mất khoá là mất bản sao lưu.`,
        '  A key was made just now: keep a copy elsewhere. Without it nobody can open the backup.',
      ];

/** `mach backup --base`: a base backup into the backup folder now; the log of every minute follows it. */
async function baseBackup({ house, out }: Call): Promise<number> {
  const found = archiveOf(house.dataDir, process.env);
  if (!found)
    throw new UsageError(
      process.env.DATABASE_URL
        ? 'DATABASE_URL: sao lưu nền bằng công cụ của PostgreSQL (pg_basebackup, xem docs/operate/backup.md), hoặc mach backup --out TỆP\n  a base backup of your own PostgreSQL is taken with its tools, or: mach backup --out FILE'
        : 'MACH_BACKUP=0: chưa có thư mục sao lưu · --base needs a backup folder (MACH_BACKUP)',
    );
  const started = performance.now();
  const { base, copied } = await found.archive.base();
  const seconds = Math.round(performance.now() - started) / 1000;
  const detail = { file: base.path, bytes: base.bytes };
  await recordEvent(house.engine.database.system, { at: base.at, kind: 'base', sound: true, seconds, detail });
  const result = { file: base.path, taken: base.at, bytes: base.bytes, seconds, coveredUntil: copied.coveredUntil };
  out.result({ ...result, keyMade: found.keyMade ?? null }, [
    `✓ ${base.path}: ${(base.bytes / 1_048_576).toFixed(1)} MiB, ${seconds.toFixed(1)} s`,
    `  phục hồi được mọi lúc đến ${copied.coveredUntil} · every instant up to then can be restored`,
    ...keyNote(found.keyMade),
  ]);
  return 0;
}
