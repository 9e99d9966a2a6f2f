import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { load, type Migration, MigrationFailed, migrate, readBackup } from '@mach/store';
import { allMigrations } from '../migrations.ts';
import { asOwner } from '../owner.ts';
import { startEmbedded } from '../postgres/embedded.ts';
import { type DatabaseUrls, prepareRoles } from '../postgres/roles.ts';
import { backUpBeforeMigrating } from '../safekeeping/upgrade.ts';

/** Houses of every released version, as its own `mach backup` wrote them; the key is `mach-<version>`. */
const RELEASED = ['0.1.0'];

async function site(t: TestContext): Promise<{ dataDir: string; root: string; urls: DatabaseUrls }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-upgrade-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const embedded = await startEmbedded({ dataDir, log: () => undefined, settings: { fsync: 'off' } });
  t.after(() => embedded.stop());
  return { dataDir, root: join(dataDir, 'disk'), urls: await prepareRoles(embedded.superuserUrl) };
}

/** The house of a released version, at the schema of its day. */
async function openReleased(version: string, { dataDir, urls }: { dataDir: string; urls: DatabaseUrls }) {
  const file = join(import.meta.dirname, 'fixtures', `house-${version}.mbk`);
  const { reader } = await readBackup(file, `mach-${version}`);
  const migrations = await allMigrations();
  return asOwner(urls, async (owner) => {
    const manifest = await load(owner, reader, dataDir, migrations, () => undefined);
    // The demo house stands in for somebody's.
    await owner.query(`update system.tenant set mode = 'production'`);
    return manifest;
  });
}

for (const version of RELEASED)
  test(`a house of ${version} is backed up, brought forward, and keeps every row; a step that fails is taken back alone`, {
    timeout: 180_000,
  }, async (t) => {
    const here = await site(t);
    const { tables } = await openReleased(version, here);
    const all = await allMigrations();
    const lines: string[] = [];
    // The backup disk is not there: nothing is changed.
    const gone = { MACH_BACKUP: '/dev/null/nowhere' };
    await assert.rejects(
      backUpBeforeMigrating(here.urls, here.dataDir, all, gone, () => undefined),
      /Not upgraded/,
    );
    const before = await backUpBeforeMigrating(here.urls, here.dataDir, all, { MACH_BACKUP: here.root }, (line) =>
      lines.push(line),
    );
    assert.ok(before && before.bytes > 100_000 && before.migrations.includes('store/0120_safekeeping.sql'));
    const bad: Migration = {
      name: 'store/9999_bad.sql',
      sql: 'create table half (a integer); select 1/0;',
      hash: 'x',
    };
    await asOwner(here.urls, async (owner) => {
      await assert.rejects(
        migrate(owner, [...all, bad]),
        (error) =>
          error instanceof MigrationFailed && /9999_bad.*phiên bản trước vẫn khởi động được/s.test(error.message),
      );
      assert.equal((await owner.query(`select to_regclass('half') as half`)).rows[0].half, null);
      // What went before stays, and the next attempt goes on from there.
      assert.deepEqual(await migrate(owner, all), []);
      // What the version before reads is still there: it can be started again.
      for (const { table, columns } of tables)
        await owner.query(`select ${columns.map((c) => `"${c}"`).join(', ')} from ${table} limit 0`);
      let rows = 0;
      for (const { id } of (await owner.query<{ id: number }>('select id from system.tenant')).rows) {
        await owner.query(`select set_config('mach.tenant', $1, false)`, [String(id)]);
        rows += Number((await owner.query('select count(*) as n from record')).rows[0].n);
      }
      assert.equal(rows, tables.find((table) => table.table === 'public.record')?.rows);
    });
    // The schema is the newest one: no further backup is due.
    assert.equal(await backUpBeforeMigrating(here.urls, here.dataDir, all, gone, () => undefined), undefined);
  });

test('a migration waits beside people at work, and makes nobody wait behind it', async (t) => {
  const { urls } = await site(t);
  await asOwner(urls, (owner) => owner.query('create table busy (a integer); insert into busy values (1)'));
  const step: Migration = { name: 'test/0001_busy.sql', sql: 'alter table busy add column b integer', hash: 'b' };
  await asOwner(urls, async (worker) => {
    await worker.query('begin');
    await worker.query('select * from busy');
    const migrating = asOwner(urls, (owner) => migrate(owner, [step]));
    // Somebody else gets his answer although the migration wants the table for itself.
    for (let asked = 0; asked < 3; asked++)
      await asOwner(urls, async (reader) => {
        await reader.query(`set statement_timeout = '30s'`);
        assert.equal((await reader.query('select a from busy')).rowCount, 1);
      });
    await worker.query('commit');
    assert.deepEqual(await migrating, [step.name]);
  });
});
