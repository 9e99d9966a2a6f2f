import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { writeSection } from '@mach/store';
import type pg from 'pg';
import { parseLsn } from './lsn.ts';
import { writeSealed } from './sealed.ts';
import type { Base, Series } from './series.ts';

/** What a base backup is made of. Folders come first, since PostgreSQL wants its empty ones too. */
export type BaseSection =
  | { kind: 'start'; folders: readonly string[]; version: string; program: string }
  | { kind: 'file'; path: string }
  | { kind: 'end'; files: number };

/** Folders whose contents PostgreSQL makes anew; the log is archived apart. */
const EMPTY = [
  ...['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'],
  'pgsql_tmp',
];
const SKIPPED =
  /^(postmaster\.(pid|opts)|pg_internal\.init.*|backup_label.*|tablespace_map|(recovery|standby)\.signal|.*\.tmp)$/;
const CONTROL = join('global', 'pg_control');

async function walk(cluster: string): Promise<{ folders: string[]; files: string[] }> {
  const folders = ['', join('pg_wal', 'archive_status'), join('pg_wal', 'summaries')];
  const files: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(cluster, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        folders.push(path);
        if (!EMPTY.includes(entry.name)) await visit(path);
      } else if (entry.isFile() && !SKIPPED.test(entry.name) && path !== CONTROL) files.push(path);
    }
  };
  await visit('');
  return { folders, files };
}

/** A file as it is now; one that PostgreSQL has removed meanwhile is made good by the log. */
async function* pieces(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** The control file is written in place: read until two readings agree. */
function control(cluster: string): Buffer {
  const path = join(cluster, CONTROL);
  for (let before = readFileSync(path); ; ) {
    const now = readFileSync(path);
    if (now.equals(before)) return now;
    before = now;
  }
}

export interface BaseTask {
  cluster: string;
  dataDir: string;
  series: Series;
  at: string;
  /** Version of the program that took it. */
  program: string;
}

const portable = (path: string): string => path.split(sep).join('/');

/** Keys and anchors; never the database's own password, nor the key of the backup itself. */
export async function houseFiles(
  dataDir: string,
  folders: readonly string[],
): Promise<{ path: string; full: string }[]> {
  const found: { path: string; full: string }[] = [];
  for (const folder of folders) {
    if (!existsSync(join(dataDir, folder))) continue;
    for (const entry of await readdir(join(dataDir, folder), { withFileTypes: true, recursive: true })) {
      const full = join(entry.parentPath, entry.name);
      const path = portable(relative(dataDir, full));
      if (entry.isFile() && path !== 'keys/postgres.password' && path !== 'keys/backup.key') found.push({ path, full });
    }
  }
  return found;
}

/**
 * A base backup while others go on working: the files as they are, with PostgreSQL's promise that the log from the start
 * to the end of the copy makes them one state. `client` is a superuser's connection of its own.
 */
export async function takeBase(client: pg.Client, task: BaseTask): Promise<Base> {
  const { cluster, dataDir, series } = task;
  const { rows } = await client.query<{ lsn: string }>(`select pg_backup_start('mach', fast => true)::text as lsn`);
  const from = parseLsn(rows[0]?.lsn ?? '0/0');
  let stopped = false;
  let to = from;
  const content = async function* (): AsyncGenerator<Buffer> {
    const { folders, files } = await walk(cluster);
    const version = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
    const start = { kind: 'start', folders: folders.map(portable), version, program: task.program } as const;
    yield* writeSection<BaseSection>(start);
    const kept = await houseFiles(dataDir, ['keys', 'anchors']);
    for (const { path, full } of kept) yield* writeSection<BaseSection>({ kind: 'file', path }, pieces(full));
    for (const path of files)
      yield* writeSection<BaseSection>(
        { kind: 'file', path: `postgres/${portable(path)}` },
        pieces(join(cluster, path)),
      );
    yield* writeSection<BaseSection>({ kind: 'file', path: `postgres/${portable(CONTROL)}` }, [control(cluster)]);
    const { rows: end } = await client.query<{ lsn: string; label: string }>(
      'select lsn::text, labelfile as label from pg_backup_stop(wait_for_archive => false)',
    );
    stopped = true;
    to = parseLsn(end[0]?.lsn ?? '0/0');
    const label = Buffer.from(end[0]?.label ?? '');
    yield* writeSection<BaseSection>({ kind: 'file', path: 'postgres/backup_label' }, [label]);
    yield* writeSection<BaseSection>({ kind: 'end', files: files.length + kept.length + 2 });
  };
  const draft = `${series.basePath(task.at, from, from)}.draft`;
  try {
    const head = { kind: 'base', series: series.facts.series, at: task.at } as const;
    const bytes = await writeSealed(draft, series.master, head, content());
    const path = series.basePath(task.at, from, to);
    await rename(draft, path);
    return { path, at: task.at, from, to, bytes };
  } finally {
    if (!stopped) await client.query('select pg_backup_stop(wait_for_archive => false)').catch(() => undefined);
  }
}
