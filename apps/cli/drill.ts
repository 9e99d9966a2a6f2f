import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type House, openHouse, restoreInto } from '@mach/server/boot.ts';
import { readOptions } from '@mach/server/options.ts';
import { seriesIn } from '@mach/server/postgres/archive/series.ts';
import { recordEvent } from '@mach/server/safekeeping/events.ts';
import { backupOptions } from '@mach/server/safekeeping/options.ts';
import { restoreArchive } from '@mach/server/safekeeping/restore.ts';
import { fingerprints, readBackup } from '@mach/store';
import { UsageError } from './arguments.ts';
import { secretOf } from './backup-key.ts';
import type { Call } from './call.ts';
import { prove } from './verify.ts';

/** What was acknowledged shortly before the copy may have been under way, ms. */
const UNDER_WAY = 2 * 60_000;
/** Free bytes that must be left on the disk beside the restored copy. */
const SPARE = 512 * 1024 * 1024;

interface Restored {
  source: string;
  /** Everything acknowledged by then must be there. */
  covered: string;
}

/** The newest backup of the folder, put into `scratch`. */
async function putBack(root: string, secret: string, scratch: string): Promise<Restored> {
  const now = new Date().toISOString();
  const quiet = (): void => undefined;
  const series = seriesIn(root).at(-1);
  if (series !== undefined) {
    const found = await restoreArchive({
      archive: series,
      secret,
      dataDir: scratch,
      until: undefined,
      lostUntil: now,
      log: quiet,
    });
    return { source: series, covered: found.coveredUntil };
  }
  const file = readdirSync(root)
    .filter((name) => name.endsWith('.mbk'))
    .sort()
    .at(-1);
  if (file === undefined) throw new Error(`${root}: chưa có bản sao lưu nào · there is no backup in the folder yet`);
  const { reader, taken } = await readBackup(join(root, file), secret);
  await restoreInto(readOptions({ MACH_DATA: scratch, MACH_DEMO: '0' }), reader, quiet, now);
  return { source: join(root, file), covered: taken };
}

/** What the restored copy lacks or has otherwise than the house that runs. */
async function compare(house: House, copy: House, covered: string): Promise<{ rows: number; faults: string[] }> {
  const cut = new Date(Date.parse(covered) - UNDER_WAY).toISOString();
  let rows = 0;
  const faults: string[] = [];
  for (const { tenant, code } of house.engine.allFacilities) {
    const [live, then] = [
      await fingerprints(house.engine.database, tenant, cut),
      await fingerprints(copy.engine.database, tenant, cut),
    ];
    for (const [table, { rows: n, hash }] of Object.entries(live)) {
      rows += n;
      const other = then[table];
      if (other?.rows !== n || other.hash !== hash)
        faults.push(`${code} ${table}: ${other?.rows ?? 0} dòng trong bản phục hồi, ${n} đang có (đến ${cut})`);
    }
  }
  return { rows, faults };
}

/**
 * `mach drill`: a backup that nobody has restored is a hope. Puts the newest one into a scratch folder, proves it as any
 * house is proved, compares what was written until then with the house that runs, and writes down how it went.
 */
export async function drill({ house, words, out }: Call): Promise<number> {
  const options = backupOptions(process.env, house.dataDir);
  if (!options) throw new UsageError('MACH_BACKUP=0: there are no backups to try');
  const { secret } = secretOf(words, house.dataDir);
  const { database } = house.engine;
  const at = new Date().toISOString();
  const started = performance.now();
  const scratch = join(house.dataDir, 'drill');
  rmSync(scratch, { recursive: true, force: true });
  let detail: { sound: boolean; source?: string; covered?: string; rows?: number; faults: string[] };
  try {
    const { rows } = await database.system.query<{ bytes: string }>({
      text: 'select pg_database_size(current_database()) as bytes',
    });
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    const disk = statfsSync(scratch);
    if (disk.bavail * disk.bsize < Number(rows[0]?.bytes) * 1.3 + SPARE)
      throw new Error(`không đủ chỗ để diễn tập trong ${scratch} · not enough space to restore beside the house`);
    const { source, covered } = await putBack(options.root, secret, scratch);
    const copy = await openHouse(readOptions({ MACH_DATA: scratch, MACH_DEMO: '0' }), () => undefined);
    try {
      const { proofs } = await prove(copy);
      const same = await compare(house, copy, covered);
      const faults = [...proofs.filter((p) => p.faults.length > 0).map((p) => p.line), ...same.faults];
      detail = { sound: faults.length === 0, source, covered, rows: same.rows, faults: faults.slice(0, 20) };
    } finally {
      await copy.stop();
    }
  } catch (error) {
    detail = { sound: false, faults: [error instanceof Error ? error.message : String(error)] };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const seconds = Math.round(performance.now() - started) / 1000;
  const { sound, ...rest } = detail;
  await recordEvent(database.system, { at, kind: 'drill', sound, seconds, detail: rest });
  out.result({ at, seconds, ...detail }, [
    sound
      ? `✓ diễn tập phục hồi: ${detail.source}, đủ đến ${detail.covered}, ${detail.rows} dòng khớp, ${seconds.toFixed(0)} s`
      : `✗ diễn tập phục hồi hỏng sau ${seconds.toFixed(0)} s`,
    ...detail.faults.map((fault) => `  ${fault}`),
  ]);
  return sound ? 0 : 1;
}
