import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type Manifest, type TableFacts, writeSection } from './sections.ts';

const quote = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');

interface Table {
  table: string;
  columns: string[];
  tenanted: boolean;
}

const FIRST = ['system.tenant', 'system.account'];

/** Tables of the platform: those of its packages and modules. Views are left out: they are computed from the records. */
async function tablesOf(owner: pg.Client): Promise<Table[]> {
  const { rows } = await owner.query<Table>(
    `select n.nspname || '.' || c.relname as table, c.relforcerowsecurity as tenanted, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname in ('public', 'system') and c.relkind in ('r', 'p') and not c.relispartition
       and (n.nspname, c.relname) not in (('public', 'migration'), ('system', 'view'))
     group by 1, 2 order by 1`,
  );
  // What others refer to comes first.
  const rank = ({ table }: { table: string }): number => (FIRST.includes(table) ? FIRST.indexOf(table) : FIRST.length);
  return rows.sort((a, b) => rank(a) - rank(b));
}

export async function factsOf(owner: pg.Client, table: string, columns: readonly string[]): Promise<TableFacts> {
  const { rows } = await owner.query<{ rows: string; checksum: string }>(
    `select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as checksum
     from (select ${columns.map((c) => `"${c}"`).join(', ')} from ${quote(table)}) t`,
  );
  return { table, columns, rows: Number(rows[0]?.rows), checksum: rows[0]?.checksum ?? '0' };
}

/** Row-level security holds for the owner too: a tenant's table is read tenant by tenant. */
async function* tenantsOf(owner: pg.Client, tenanted: boolean, tenants: readonly number[]): AsyncGenerator<void> {
  if (!tenanted) yield;
  else
    for (const tenant of tenants) {
      await owner.query(`select set_config('mach.tenant', $1, true)`, [String(tenant)]);
      yield;
    }
}

async function* files(folder: string, names: readonly string[]): AsyncGenerator<{ path: string; full: string }> {
  for (const name of names)
    for (const entry of await readdir(join(folder, name), { withFileTypes: true, recursive: true }).catch(() => []))
      if (entry.isFile()) {
        const full = join(entry.parentPath, entry.name);
        yield { path: relative(folder, full), full };
      }
}

/**
 * Everything that a facility's data is, as one stream: read in a single snapshot while others go on working. The
 * password of the embedded database stays where it is; every other key comes along.
 */
export async function* dump(owner: pg.Client, dataDir: string, now: string): AsyncGenerator<Buffer> {
  await owner.query('begin isolation level repeatable read read only');
  try {
    await owner.query(`set local timezone = 'UTC'`);
    const tables: TableFacts[] = [];
    const { rows: known } = await owner.query<{ id: number }>('select id from system.tenant order by id');
    const tenants = known.map((row) => row.id);
    const all = await tablesOf(owner);
    for (const { table, columns, tenanted } of all) {
      const parts: TableFacts[] = [];
      for await (const _ of tenantsOf(owner, tenanted, tenants)) parts.push(await factsOf(owner, table, columns));
      const checksum = parts.reduce((sum, part) => sum + BigInt(part.checksum), 0n);
      tables.push({
        table,
        columns,
        rows: parts.reduce((sum, part) => sum + part.rows, 0),
        checksum: String(checksum),
      });
    }
    const migrations = await owner.query<{ name: string; hash: string }>(
      'select name, hash from public.migration order by name',
    );
    const sequences = await owner.query<{ name: string; last: string }>(
      `select s.schemaname || '.' || s.sequencename as name, s.last_value::text as last from pg_sequences s
       where s.schemaname in ('public', 'system') and s.last_value is not null`,
    );
    const { rows: facilities } = await owner.query<{ code: string; name: string }>(
      'select facility_code as code, name from system.tenant order by id',
    );
    const manifest: Manifest = {
      taken: now,
      migrations: migrations.rows,
      tables,
      sequences: sequences.rows,
      facilities,
    };
    yield* writeSection({ kind: 'start', manifest });
    for (const { table, columns, tenanted } of all) {
      const list = columns.map((c) => `"${c}"`).join(', ');
      const rows = async function* (): AsyncGenerator<Buffer> {
        for await (const _ of tenantsOf(owner, tenanted, tenants))
          yield* owner.query(copyTo(`copy (select ${list} from ${quote(table)}) to stdout`)) as AsyncIterable<Buffer>;
      };
      yield* writeSection({ kind: 'table', table, columns }, rows());
    }
    for await (const { path, full } of files(dataDir, ['keys', 'anchors'])) {
      if (path === join('keys', 'postgres.password') || path === join('keys', 'backup.key')) continue;
      yield* writeSection({ kind: 'file', path }, createReadStream(full) as AsyncIterable<Buffer>);
    }
    yield* writeSection({ kind: 'end' });
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback').catch(() => undefined);
    throw error;
  }
}
