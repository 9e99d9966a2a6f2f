import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Embedded, type EmbeddedOptions, runningEmbedded, startEmbedded } from './embedded.ts';
import { DataFolderBusy, isAlive, lockDataFolder } from './lock.ts';
import { prepareOwnDatabase, prepareRoles, withClient } from './roles.ts';
import { changeUrl, urlToAddress } from './url.ts';

/** What only root meets: no other user has these cases, so there is nothing to skip for them. */
function asRoot(name: string, run: (t: TestContext) => Promise<void>): void {
  if (process.getuid?.() === 0) test(name, run);
}

function temporary(t: TestContext, name = 'mach embedded '): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const pristine = mkdtempSync(join(tmpdir(), 'mach-pristine-'));
before(async () => (await startEmbedded({ dataDir: pristine, log: () => undefined, durable: false })).stop());
after(() => rmSync(pristine, { recursive: true, force: true }));

/** Starts one (on a copy of an empty cluster, to save creating it) and makes sure that it is gone at the test's end. */
async function start(t: TestContext, dataDir: string, options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  for (const folder of ['postgres', 'keys'])
    if (
      !existsSync(join(dataDir, folder)) &&
      !existsSync(join(dataDir, `${folder}.new`)) &&
      options.runAs === undefined
    )
      cpSync(join(pristine, folder), join(dataDir, folder), { recursive: true });
  const server = await startEmbedded({ dataDir, log: () => undefined, durable: false, ...options });
  t.after(() => server.stop());
  return server;
}

async function query(url: string, text: string, values?: unknown[]): Promise<pg.QueryResult> {
  return withClient(url, (client) => client.query(text, values));
}

test('a data folder keeps its rows from one run to the next', async (t) => {
  const dataDir = temporary(t);
  const first = await startEmbedded({ dataDir, log: () => undefined });
  t.after(() => first.stop());
  const { ownerUrl, appUrl } = await prepareRoles(first.superuserUrl);
  await query(ownerUrl, 'create table dose (drug text collate "C" primary key); grant select on dose to mach_app');
  await query(ownerUrl, 'insert into dose values ($1)', ['Paracetamol 500 mg, uống']);
  assert.deepEqual(runningEmbedded(dataDir), { superuserUrl: first.superuserUrl, ownerPid: process.pid });
  await first.stop();
  await first.stop();
  assert.equal(isAlive(first.pid), false);
  assert.equal(runningEmbedded(dataDir), undefined);
  assert.equal(readdirSync(dataDir).includes('mach.pid'), false);

  const second = await start(t, dataDir, { durable: true });
  assert.deepEqual(await prepareRoles(second.superuserUrl), { ownerUrl, appUrl });
  assert.deepEqual((await query(appUrl, 'select drug from dose')).rows, [{ drug: 'Paracetamol 500 mg, uống' }]);
  await assert.rejects(query(appUrl, 'drop table dose'), { code: '42501' });
});

test('the cluster is UTF-8, checksummed, durable, ordered by code point, and not on the network', async (t) => {
  const server = await start(t, temporary(t), { durable: true, settings: { work_mem: '5MB' } });
  const { rows } = await query(
    server.superuserUrl,
    `select name, setting from pg_settings where name = any($1) order by name`,
    [
      [
        'data_checksums',
        'fsync',
        'full_page_writes',
        'listen_addresses',
        'server_encoding',
        'synchronous_commit',
        'work_mem',
      ],
    ],
  );
  assert.deepEqual(Object.fromEntries(rows.map((row) => [row.name, row.setting])), {
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    listen_addresses: '',
    server_encoding: 'UTF8',
    synchronous_commit: 'on',
    work_mem: '5120',
  });
  const order = await query(
    server.superuserUrl,
    `select string_agg(w, '' order by w) as order, lower('ĐẶNG') as folded from unnest($1::text[]) w`,
    [['đ', 'Z', 'a', 'ặ']],
  );
  assert.deepEqual(order.rows, [{ order: 'Zađặ', folded: 'đặng' }]);
});

test('after kill -9 of PostgreSQL every acknowledged row is there', async (t) => {
  const dataDir = temporary(t);
  let ended = (_reason: string): void => undefined;
  const exit = new Promise<string>((resolve) => (ended = resolve));
  const first = await start(t, dataDir, { durable: true, onExit: (reason) => ended(reason) });
  await query(first.superuserUrl, 'create table dose (id int primary key)');
  const client = new pg.Client({ connectionString: first.superuserUrl });
  client.on('error', () => undefined);
  await client.connect();
  let acknowledged = 0;
  setTimeout(() => process.kill(first.pid, 'SIGKILL'), 300);
  try {
    for (;;) {
      await client.query('insert into dose values ($1)', [acknowledged + 1]);
      acknowledged++;
    }
  } catch {
    // The connection went with the server.
  }
  assert.match(await exit, /SIGKILL/);
  assert.ok(acknowledged > 0);
  await first.stop();

  const began = performance.now();
  const second = await start(t, dataDir, { durable: true });
  t.diagnostic(`recovery and start after ${acknowledged} rows: ${(performance.now() - began).toFixed(0)} ms`);
  const { rows } = await query(second.superuserUrl, 'select count(*)::int as n, max(id) as last from dose');
  // A row whose acknowledgement was under way may be there too.
  assert.ok(rows[0].n >= acknowledged && rows[0].n <= acknowledged + 1, `${rows[0].n} of ${acknowledged}`);
  assert.equal(rows[0].n, rows[0].last);
});

/** Another process that starts the embedded PostgreSQL, and prints its process id. */
async function otherProcess(
  dataDir: string,
): Promise<{ child: ChildProcess; postmaster: number; output: () => string }> {
  const code = `
    const { startEmbedded } = await import(${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)});
    const server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, log: () => undefined });
    process.once('SIGTERM', () => process.exit(3));
    console.log('pid ' + server.pid);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!/pid \d+/.test(output)) {
    if (child.exitCode !== null) break;
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  }
  return { child, postmaster: Number(/pid (\d+)/.exec(output)?.[1] ?? 0), output: () => output };
}

test('a second process on the same data folder is refused; after kill -9 of the first it starts with nothing lost', async (t) => {
  const dataDir = temporary(t);
  const { child, postmaster } = await otherProcess(dataDir);
  t.after(() => child.kill('SIGKILL'));
  assert.ok(isAlive(postmaster));
  await assert.rejects(startEmbedded({ dataDir, log: () => undefined }), (error: unknown) => {
    assert.ok(error instanceof DataFolderBusy);
    assert.equal(error.pid, child.pid);
    assert.match(error.message, /already in use by process \d+/);
    return true;
  });
  const running = runningEmbedded(dataDir);
  assert.equal(running?.ownerPid, child.pid);
  await query(running?.superuserUrl ?? '', 'create table dose (id int); insert into dose values (1)');

  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  assert.ok(isAlive(postmaster), 'PostgreSQL outlives its killed parent');
  const said: string[] = [];
  const server = await start(t, dataDir, { durable: true, log: (line) => said.push(line) });
  assert.equal(isAlive(postmaster), false);
  assert.notEqual(server.pid, postmaster);
  assert.ok(said.some((line) => line.includes('left running')));
  assert.deepEqual((await query(server.superuserUrl, 'select id from dose')).rows, [{ id: 1 }]);
});

test('a process that ends without stopping its PostgreSQL takes it along', async (t) => {
  const { child, postmaster } = await otherProcess(temporary(t));
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  for (const until = Date.now() + 10_000; isAlive(postmaster) && Date.now() < until; ) await sleep(20);
  assert.equal(isAlive(postmaster), false);
});

test("a dead owner's process id in use by somebody else holds nothing up", async (t) => {
  const dataDir = temporary(t);
  const first = await start(t, dataDir, { durable: true });
  await query(first.superuserUrl, 'create table dose (id int)');
  process.kill(first.pid, 'SIGKILL');
  await first.stop();
  // Number and start time of the lock, and the number of the postmaster, now belong to this very test.
  writeFileSync(join(dataDir, 'mach.pid'), `${process.pid}\n1\n`);
  const file = join(dataDir, 'postgres', 'postmaster.pid');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid)));
  const second = await start(t, dataDir);
  assert.equal((await query(second.superuserUrl, 'select * from dose')).rowCount, 0);
});

test('of many starters at once exactly one gets the folder', async (t) => {
  const dataDir = temporary(t);
  writeFileSync(join(dataDir, 'mach.pid'), '999999\n1\n');
  const code = `
    const { lockDataFolder } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    process.stdin.once('data', () => {
      try { lockDataFolder(${JSON.stringify(dataDir)}); console.log('got'); } catch (error) { console.log(error.name); }
      setTimeout(() => process.exit(), 1500);
    });
    console.log('waiting');`;
  const starters = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await once(child.stdout, 'data');
      return { child, output: () => output };
    }),
  );
  for (const { child } of starters) child.stdin.write('go\n');
  await Promise.all(starters.map(({ child }) => once(child, 'close')));
  const answers = starters.map(({ output }) => output().trim().split('\n').at(-1)).sort();
  assert.deepEqual(answers, [...Array.from({ length: 5 }, () => 'DataFolderBusy'), 'got']);
});

test('a lock is taken once in one process and given back', (t) => {
  const dataDir = temporary(t);
  const lock = lockDataFolder(dataDir);
  assert.equal(readFileSync(lock.file, 'utf8').split('\n')[0], String(process.pid));
  assert.throws(() => lockDataFolder(dataDir), DataFolderBusy);
  lock.release();
  lockDataFolder(dataDir).release();
  assert.deepEqual(readdirSync(dataDir), []);
});

test('an interrupted creation is begun anew', async (t) => {
  const dataDir = temporary(t);
  mkdirSync(join(dataDir, 'postgres.new'));
  writeFileSync(join(dataDir, 'postgres.new', 'PG_VERSION'), '18\n');
  const server = await start(t, dataDir);
  assert.equal((await query(server.superuserUrl, 'select 1')).rowCount, 1);
});

test('a cluster of another major version is refused, not touched', async (t) => {
  const dataDir = temporary(t);
  mkdirSync(join(dataDir, 'postgres'));
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  await assert.rejects(startEmbedded({ dataDir, log: () => undefined }), /written by PostgreSQL 17/);
  assert.deepEqual(readdirSync(join(dataDir, 'postgres')), ['PG_VERSION']);
});

test('a data folder with a path too long for a socket works through a private short one', async (t) => {
  const dataDir = join(temporary(t), 'tên thư mục rất dài '.repeat(6));
  const server = await start(t, dataDir);
  t.after(() => rmSync(server.socketDir, { recursive: true, force: true }));
  assert.ok(server.socketDir.length < 90);
  assert.equal((await query(server.superuserUrl, 'select 1')).rowCount, 1);
});

test('a wrong setting is told from the log', async (t) => {
  const dataDir = temporary(t);
  await assert.rejects(
    startEmbedded({ dataDir, log: () => undefined, durable: false, settings: { wal_compression: 'nonsense' } }),
    /wal_compression/,
  );
  await assert.rejects(
    startEmbedded({ dataDir, log: () => undefined, settings: { 'a = b': '1' } }),
    /not the name of a setting/,
  );
  assert.equal(readdirSync(dataDir).includes('mach.pid'), false);
});

test("the log keeps no patient's data", async (t) => {
  const dataDir = temporary(t);
  const server = await start(t, dataDir);
  await query(server.superuserUrl, 'create table person (name text primary key)');
  await query(server.superuserUrl, 'insert into person values ($1)', ['Nguyễn Thị Bí Mật']);
  await assert.rejects(query(server.superuserUrl, 'insert into person values ($1)', ['Nguyễn Thị Bí Mật']), {
    code: '23505',
  });
  await assert.rejects(query(server.superuserUrl, "insert into person values ('Nguyễn Thị Bí Mật')"), {
    code: '23505',
  });
  await server.stop();
  const text = readFileSync(join(dataDir, 'logs', 'postgres.log'), 'utf8');
  assert.match(text, /duplicate key/);
  assert.doesNotMatch(text, /Bí Mật/);
});

test('over the loopback interface every role needs its password', async (t) => {
  const server = await start(t, temporary(t), { transport: 'tcp' });
  const { appUrl, ownerUrl } = await prepareRoles(server.superuserUrl);
  assert.equal((await query(appUrl, 'select 1')).rowCount, 1);
  assert.notEqual(urlToAddress(appUrl).password, urlToAddress(ownerUrl).password);
  await assert.rejects(query(changeUrl(appUrl, { password: 'wrong' }), 'select 1'), { code: '28P01' });
});

test('a PostgreSQL of our own gets the daily role where its owner may create it, or tells what to run', async (t) => {
  const server = await start(t, temporary(t), { transport: 'tcp' });
  await query(server.superuserUrl, "create role clinic login createrole password 'một hai/ba'");
  await query(server.superuserUrl, 'create database clinic owner clinic');
  const ownerUrl = changeUrl(server.superuserUrl, { database: 'clinic', user: 'clinic', password: 'một hai/ba' });
  const urls = await prepareOwnDatabase(ownerUrl);
  assert.equal((await query(urls.appUrl, 'select current_user as u')).rows[0].u, 'mach_app');
  assert.deepEqual(await prepareOwnDatabase(ownerUrl), urls);

  await query(server.superuserUrl, 'alter role clinic nocreaterole');
  await query(server.superuserUrl, "alter role mach_app password 'changed'");
  await assert.rejects(prepareOwnDatabase(ownerUrl), /run:\n {2}create role mach_app/);
  await query(server.superuserUrl, `alter role mach_app bypassrls password '${urlToAddress(urls.appUrl).password}'`);
  await assert.rejects(prepareOwnDatabase(ownerUrl), /cannot work as role mach_app/);
});

asRoot('as root without user namespaces it runs as an unprivileged account', async (t) => {
  const dataDir = temporary(t);
  const server = await start(t, dataDir, { runAs: 'user' });
  const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  assert.notEqual(uid, '0');
  assert.equal((await query(server.superuserUrl, 'select 1')).rowCount, 1);
  await server.stop();
  const again = await start(t, dataDir);
  assert.equal(
    /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${again.pid}/status`, 'utf8'))?.[1],
    uid,
    'the cluster stays with its account',
  );
});

asRoot("as root, an ordinary user's data folder is run as that user", async (t) => {
  const dataDir = temporary(t);
  const first = await start(t, dataDir);
  await first.stop();
  const give = (path: string): void => {
    chownSync(path, 12345, 12345);
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) give(join(path, entry.name));
      else if (entry.isFile()) chownSync(join(path, entry.name), 12345, 12345);
  };
  give(dataDir);
  const second = await start(t, dataDir);
  assert.match(readFileSync(`/proc/${second.pid}/status`, 'utf8'), /^Uid:\s+12345/m);
});
