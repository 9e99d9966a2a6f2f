import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildViews,
  Database,
  load,
  type Migration,
  MigrationFailed,
  migrate,
  ProgramTooOld,
  readBackup,
  refuseOlderProgram,
  type ViewDefinition,
} from '@mach/store';
import { allMigrations } from '../migrations.ts';
import { asOwner } from '../owner.ts';
import { startEmbedded } from '../postgres/embedded.ts';
import { type DatabaseUrls, prepareRoles } from '../postgres/roles.ts';
import { backUpBeforeMigrating } from '../safekeeping/upgrade.ts';
import { testDatabase } from '../testing/database.ts';
import { refuseViewsBeside } from '../views-beside.ts';

/** A house of before the first release, as its own `mach backup` wrote it: many steps behind. Released ones: `apps/cli/released.db.test.ts`. */
const EARLY = { file: 'before-0.1.0.mbk', key: 'mach-0.1.0' };

async function site(t: TestContext): Promise<{ dataDir: string; root: string; urls: DatabaseUrls }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-upgrade-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const embedded = await startEmbedded({ dataDir, log: () => undefined, settings: { fsync: 'off' } });
  t.after(() => embedded.stop());
  return { dataDir, root: join(dataDir, 'disk'), urls: await prepareRoles(embedded.superuserUrl) };
}

/** The early house, at the schema of its day. */
async function openEarly({ dataDir, urls }: { dataDir: string; urls: DatabaseUrls }) {
  const { reader } = await readBackup(join(import.meta.dirname, 'fixtures', EARLY.file), EARLY.key);
  const migrations = await allMigrations();
  return asOwner(urls, async (owner) => {
    const manifest = await load(owner, reader, dataDir, migrations, () => undefined);
    // The demo house stands in for somebody's.
    await owner.query(`update system.tenant set mode = 'production'`);
    return manifest;
  });
}

test('an early house is backed up, brought forward, and keeps every row; a step that fails is taken back alone', {
  timeout: 180_000,
}, async (t) => {
  const here = await site(t);
  const { tables } = await openEarly(here);
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

/** A database without a table. */
const none = async (): Promise<void> => undefined;

test('a migration waits beside people at work, and makes nobody wait behind it', async (t) => {
  const urls = await testDatabase(t, { migrate: none });
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

/** A migration as the program of the next version brings it. */
const step = (name: string, sql: string): Migration => ({ name: `next/${name}.sql`, sql, hash: name });

test('killed in the middle of a long step: nothing of it is kept, the version before starts, the next attempt goes on', {
  timeout: 120_000,
}, async (t) => {
  const urls = await testDatabase(t, { migrate: none });
  const before = [step('0001_gate', 'create table gate (a integer); insert into gate values (1)')];
  const after = [
    ...before,
    step('0002_first', 'create table first (a integer)'),
    step(
      '0003_long',
      `create table half (a integer); insert into half values (1);
       select pg_sleep(case when exists (select 1 from gate) then 300 else 0 end);
       create table whole (a integer)`,
    ),
  ];
  await asOwner(urls, (owner) => migrate(owner, before));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'migrator.ts'), urls.ownerUrl], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  child.stdin.end(JSON.stringify(after));
  const tables = (owner: Parameters<Parameters<typeof asOwner>[1]>[0]) =>
    owner
      .query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public' order by 1`)
      .then(({ rows }) => rows.map((row) => row.name));
  await asOwner(urls, async (owner) => {
    const sleeping = async (): Promise<boolean> =>
      (
        await owner.query(
          `select 1 from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid() and datname = current_database()`,
        )
      ).rowCount === 1;
    for (const end = Date.now() + 60_000; !(await sleeping()); await sleep(20)) {
      assert.equal(child.exitCode, null, 'the migrating program ended by itself');
      assert.ok(Date.now() < end, 'the long step did not begin');
    }
    child.kill('SIGKILL');
    // PostgreSQL sees that nobody is there any more, and does not go on for five minutes.
    assert.deepEqual(await migrate(owner, before), [], 'the version before starts');
    assert.deepEqual(await tables(owner), ['first', 'gate', 'migration']);
    await owner.query('delete from gate');
    assert.deepEqual(await migrate(owner, after), ['next/0003_long.sql']);
    assert.deepEqual(await tables(owner), ['first', 'gate', 'half', 'migration', 'whole']);
    assert.deepEqual(await migrate(owner, before), [], 'and it starts on the new schema too');
  });
});

test('what a step takes away says which programs it still lets work; an older one does not start, and touches nothing', async (t) => {
  const urls = await testDatabase(t);
  const all = await allMigrations();
  const contraction = step(
    '0001_contract',
    '-- contract: 0.4.0 no longer reads old_thing.a\nalter table old_thing drop column a;',
  );
  await asOwner(urls, async (owner) => {
    await refuseOlderProgram(owner, '0.1.0');
    await migrate(owner, all);
    await refuseOlderProgram(owner, '0.1.0');
    await owner.query('create table old_thing (a integer, b integer)');
    await migrate(owner, [...all, contraction]);
    for (const old of ['0.1.0', '0.3.99'])
      await assert.rejects(
        refuseOlderProgram(owner, old),
        (error) =>
          error instanceof ProgramTooOld && /cần phiên bản 0\.4\.0.*needs version 0\.4\.0/s.test(error.message),
      );
    for (const enough of ['0.4.0', '0.10.0', '1.0.0']) await refuseOlderProgram(owner, enough);
    // A program that does not know the step finds it said in the database.
    await migrate(owner, all);
    await assert.rejects(refuseOlderProgram(owner, '0.1.0'), ProgramTooOld);
  });
});

test('servers whose views differ do not work on one database at the same time; those whose views are the same do', async (t) => {
  const urls = await testDatabase(t);
  const view = (path: string): ViewDefinition => ({
    name: 'try.list',
    kind: 'live',
    base: 'Basic',
    columns: { text: { type: 'text', value: { kind: 'value', path } } },
  });
  const [one, two] = [view('code.text'), view('id')];
  await asOwner(urls, async (owner) => {
    const beside = new Database({ ...urls.app, max: 2 });
    t.after(() => beside.close());
    await beside.tenant(1).query({ text: 'select 1' });
    await refuseViewsBeside(owner, [one], 0);
    await buildViews(owner, [one]);
    await refuseViewsBeside(owner, [one], 0);
    await assert.rejects(refuseViewsBeside(owner, [two], 0), /try\.list.*dừng hết máy chủ cũ.*No view was touched/s);
    await assert.rejects(refuseViewsBeside(owner, [one, { ...two, name: 'try.new' }], 0), /try\.new/);
    const starting = refuseViewsBeside(owner, [two]);
    await beside.close();
    await starting;
  });
});
