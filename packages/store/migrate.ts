import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type pg from 'pg';
import { compareVersions, isOnline, neededBy } from './migration-rules.ts';

export interface Migration {
  /** `store/0001_system.sql`: unique, and the order within its owner. */
  name: string;
  sql: string;
  hash: string;
}

/** The numbered .sql files of one owner (a package or module), in order. */
export async function readMigrations(owner: string, folder: string): Promise<Migration[]> {
  const files = (await readdir(folder).catch(() => [] as string[]))
    .filter((f) => /^\d{4}_[a-z0-9_]+\.sql$/.test(f))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(join(folder, file), 'utf8');
      return { name: `${owner}/${basename(file)}`, sql, hash: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** A lock that is not had by then is asked for again: who waits for it makes everybody else wait behind him. */
const LOCK_PATIENCE = '3s';
/** Tries of one migration while others hold what it needs. */
const TRIES = 20;

/** A migration that did not go through. Those before it stay: the version before this one works on them. */
export class MigrationFailed extends Error {
  readonly migration: string;
  constructor(migration: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(
      `nâng cấp dừng ở ${migration}: ${said}. Không gì của bước này được giữ lại; phiên bản trước vẫn khởi động được trên dữ liệu này.\n  The upgrade stopped at ${migration}; nothing of it was kept, and the version before starts on this data as it is.`,
      { cause },
    );
    this.migration = migration;
  }
}

/** This database has been brought forward to where this program knows it no more. Nothing was touched. */
export class ProgramTooOld extends Error {
  constructor(program: string, needs: string) {
    super(
      `dữ liệu này cần phiên bản ${needs} trở lên, chương trình đang chạy là ${program}: hãy chạy phiên bản mới hơn, hoặc phục hồi bản sao lưu có trước khi nâng cấp.\n  This data needs version ${needs} or newer, and this program is ${program}. Start a newer one, or restore the backup that was made before the upgrade.`,
    );
  }
}

async function saysNeeds(owner: pg.Client): Promise<boolean> {
  const { rowCount } = await owner.query(
    `select 1 from information_schema.columns where table_schema = 'public' and table_name = 'migration' and column_name = 'needs'`,
  );
  return rowCount === 1;
}

/** Refuses to work on a schema that has given up what a program of this version reads. @throws ProgramTooOld */
export async function refuseOlderProgram(owner: pg.Client, program: string): Promise<void> {
  if (!(await saysNeeds(owner))) return;
  const { rows } = await owner.query<{ needs: string }>('select needs from public.migration where needs is not null');
  const needs = rows
    .map((row) => row.needs)
    .sort(compareVersions)
    .at(-1);
  if (needs !== undefined && compareVersions(program, needs) < 0) throw new ProgramTooOld(program, needs);
}

/** Says of each applied migration which programs it still lets work. */
async function noteNeeds(owner: pg.Client, migrations: readonly Migration[]): Promise<void> {
  const contracts = migrations.flatMap(({ name, sql }) => {
    const needs = neededBy(sql);
    return needs === undefined ? [] : [{ name, needs }];
  });
  if (contracts.length > 0 && (await saysNeeds(owner)))
    await owner.query(
      `update public.migration m set needs = c.needs from unnest($1::text[], $2::text[]) c (name, needs)
       where m.name = c.name and m.needs is distinct from c.needs`,
      [contracts.map((c) => c.name), contracts.map((c) => c.needs)],
    );
}

/** A program that was killed leaves its step to be undone at once, not when the step has come to its end. */
async function noticeDeath(owner: pg.Client): Promise<void> {
  // Not every system that PostgreSQL runs on can tell.
  await owner.query(`set client_connection_check_interval = '2s'`).catch(() => undefined);
}

const isLockTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '55P03';

/** Migrations that this database has not had. @throws Error when an applied one differs from its file */
export async function pendingMigrations(owner: pg.Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows: table } = await owner.query<{ made: boolean }>(
    `select to_regclass('public.migration') is not null as made`,
  );
  if (!table[0]?.made) return [...migrations];
  const { rows } = await owner.query<{ name: string; hash: string }>('select name, hash from public.migration');
  const applied = new Map(rows.map((row) => [row.name, row.hash]));
  return migrations.filter(({ name, hash }) => {
    const known = applied.get(name);
    if (known !== undefined && known !== hash)
      throw new Error(`migration ${name} was changed after it had been applied`);
    return known === undefined;
  });
}

/** One migration, whole or not at all, without making others wait behind it. */
async function apply(owner: pg.Client, { name, sql, hash }: Migration): Promise<void> {
  const note = (): Promise<unknown> =>
    owner.query('insert into public.migration (name, hash) values ($1, $2)', [name, hash]);
  if (isOnline(sql)) {
    // Built beside people at work, so in no transaction: what a broken attempt has left is taken away first.
    const { rows } = await owner.query<{ index: string }>(
      'select indexrelid::regclass::text as index from pg_index where not indisvalid',
    );
    for (const { index } of rows) if (sql.includes(index)) await owner.query(`drop index concurrently ${index}`);
    await owner.query(sql);
    await note();
    return;
  }
  await owner.query('begin');
  try {
    await owner.query(`set local lock_timeout = '${LOCK_PATIENCE}'`);
    await owner.query(sql);
    await note();
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}

/**
 * Brings a database forward, each migration in its own transaction, under one advisory lock so that two starting
 * processes do not meet. Goes on where an attempt before it stopped. Refuses a database whose applied migration differs
 * from the file: history is not edited.
 * @returns the names applied now. @throws MigrationFailed
 */
export async function migrate(owner: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await noticeDeath(owner);
  await owner.query(`select pg_advisory_lock(hashtext('mach migrations'))`);
  try {
    await owner.query(
      `create table if not exists public.migration (
         name text collate "C" primary key, hash text not null, applied_at timestamptz not null default now())`,
    );
    const pending = await pendingMigrations(owner, migrations);
    for (const migration of pending)
      for (let tries = 1; ; tries++)
        try {
          await apply(owner, migration);
          break;
        } catch (error) {
          if (!isLockTimeout(error) || tries >= TRIES) throw new MigrationFailed(migration.name, error);
          await new Promise((resolve) => setTimeout(resolve, 250 * tries));
        }
    await noteNeeds(owner, migrations);
    return pending.map((migration) => migration.name);
  } finally {
    await owner.query(`select pg_advisory_unlock(hashtext('mach migrations'))`);
  }
}
