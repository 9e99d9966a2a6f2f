import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type pg from 'pg';

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

/**
 * Brings a database forward, each migration in its own transaction, under one advisory lock so that two starting
 * processes do not meet. Refuses a database whose applied migration differs from the file: history is not edited.
 * @returns the names applied now.
 */
export async function migrate(owner: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await owner.query(`select pg_advisory_lock(hashtext('mach migrations'))`);
  try {
    await owner.query(
      `create table if not exists public.migration (
         name text collate "C" primary key, hash text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await owner.query<{ name: string; hash: string }>('select name, hash from public.migration');
    const applied = new Map(rows.map((row) => [row.name, row.hash]));
    const done: string[] = [];
    for (const migration of migrations) {
      const hash = applied.get(migration.name);
      if (hash === migration.hash) continue;
      if (hash !== undefined) throw new Error(`migration ${migration.name} was changed after it had been applied`);
      await owner.query('begin');
      try {
        await owner.query(migration.sql);
        await owner.query('insert into public.migration (name, hash) values ($1, $2)', [
          migration.name,
          migration.hash,
        ]);
        await owner.query('commit');
      } catch (error) {
        await owner.query('rollback');
        throw new Error(`migration ${migration.name} failed; nothing of it was kept`, { cause: error });
      }
      done.push(migration.name);
    }
    return done;
  } finally {
    await owner.query(`select pg_advisory_unlock(hashtext('mach migrations'))`);
  }
}
