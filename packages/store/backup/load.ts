import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Migration, migrate } from '../migrate.ts';
import { factsOf } from './dump.ts';
import { UnreadableBackup } from './seal-stream.ts';
import type { Manifest, SectionReader } from './sections.ts';

const quote = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');

/** Migrations of the backup, as this version has them. @throws Error when it was made by a newer or a changed version */
function known(manifest: Manifest, migrations: readonly Migration[]): Migration[] {
  const wanted = new Map(manifest.migrations.map((m) => [m.name, m.hash]));
  const found = migrations.filter((m) => wanted.get(m.name) === m.hash);
  const missing = [...wanted.keys()].filter((name) => !found.some((m) => m.name === name));
  if (missing.length > 0)
    throw new Error(
      `Bản sao lưu do phiên bản mới hơn hoặc khác tạo ra (${missing.join(', ')}) · the backup was made by a newer or different version`,
    );
  return found;
}

/**
 * Puts a backup into an empty database and data folder, at the schema of its day; `reconcile` then makes it safe to open.
 * Nothing is kept when a row is missing or differs from what the manifest says.
 */
export async function load(
  owner: pg.Client,
  reader: SectionReader,
  dataDir: string,
  migrations: readonly Migration[],
  onTable: (table: string, rows: number) => void,
): Promise<Manifest> {
  const start = await reader.next();
  if (start.kind !== 'start') throw new UnreadableBackup('the backup does not begin with its manifest');
  const { manifest } = start;
  const facts = new Map(manifest.tables.map((t) => [t.table, t]));
  await migrate(owner, known(manifest, migrations));
  await owner.query('begin');
  try {
    await owner.query(`set local timezone = 'UTC'`);
    // Until the commit the owner sees and fills all tenants' rows; nobody else is there.
    const { rows: tenanted } = await owner.query<{ table: string }>(
      'select oid::regclass::text as table from pg_class where relforcerowsecurity',
    );
    for (const { table } of tenanted) await owner.query(`alter table ${table} no force row level security`);
    for (;;) {
      const section = await reader.next();
      if (section.kind === 'end') break;
      if (section.kind === 'table') {
        const columns = section.columns.map((c) => `"${c}"`).join(', ');
        await pipeline(
          Readable.from(reader.body()),
          owner.query(copyFrom(`copy ${quote(section.table)} (${columns}) from stdin`)),
        );
        const now = await factsOf(owner, section.table, section.columns);
        const then = facts.get(section.table);
        if (now.rows !== then?.rows || now.checksum !== then.checksum)
          throw new Error(`${section.table}: ${now.rows} rows, ${then?.rows} were saved; contents differ`);
        onTable(section.table, now.rows);
      } else if (section.kind === 'file') await writeFile(dataDir, section.path, reader);
    }
    for (const { name, last } of manifest.sequences)
      await owner.query('select setval($1::regclass, $2)', [quote(name), last]);
    for (const { table } of tenanted) await owner.query(`alter table ${table} force row level security`);
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
  return manifest;
}

async function writeFile(dataDir: string, path: string, reader: SectionReader): Promise<void> {
  const safe = normalize(path);
  if (safe.startsWith('..') || safe.startsWith(sep))
    throw new UnreadableBackup(`a file outside the data folder: ${path}`);
  await mkdir(dirname(join(dataDir, safe)), { recursive: true, mode: 0o700 });
  await pipeline(Readable.from(reader.body()), createWriteStream(join(dataDir, safe), { mode: 0o600 }));
}
