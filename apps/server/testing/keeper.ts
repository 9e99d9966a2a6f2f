import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '../postgres/embedded.ts';
import { DataFolderBusy, type DataFolderLock, lockDataFolder } from '../postgres/lock.ts';
import { prepareRoles, withClient } from '../postgres/roles.ts';
import { SERVER_FILE } from './server.ts';

/*
 * Keeps the PostgreSQL of the tests: `node keeper.ts FOLDER`. It ends, and takes its data with it, on a signal or when
 * nobody has been connected for a while.
 */

const IDLE_LIMIT_MS = 180_000;
/** Test databases older than this, with nobody connected, were left by a test that was killed. */
const LEFT_OVER_SECONDS = 900;
const folder = process.argv[2];
if (!folder) throw new Error('usage: keeper.ts FOLDER');

let ending = false;
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => (ending = true));

/** How many sessions there are beside our own. */
async function sessions(superuserUrl: string): Promise<number> {
  return withClient(superuserUrl, async (client) => {
    const left = await client.query<{ datname: string }>(
      `select datname from pg_database d where datname ~ '^test_[0-9a-z]+_'
       and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
    );
    const now = Date.now() / 1000;
    for (const { datname } of left.rows) {
      const made = Number.parseInt(datname.split('_')[1] ?? '', 36);
      if (now - made > LEFT_OVER_SECONDS) await client.query(`drop database if exists ${datname}`);
    }
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    return rows[0]?.n ?? 0;
  });
}

async function keep(lock: DataFolderLock, dataDir: string): Promise<void> {
  rmSync(join(dataDir, 'postgres'), { recursive: true, force: true });
  const server = await startEmbedded({
    dataDir,
    log: console.log,
    lock,
    durable: false,
    onExit: () => (ending = true),
  });
  try {
    await prepareRoles(server.superuserUrl, 'mach');
    const draft = join(dataDir, `${SERVER_FILE}.new`);
    writeFileSync(draft, JSON.stringify({ superuserUrl: server.superuserUrl, keeper: process.pid }), { mode: 0o600 });
    renameSync(draft, join(dataDir, SERVER_FILE));
    let used = Date.now();
    for (let checked = Date.now(); !ending && Date.now() - used < IDLE_LIMIT_MS; await sleep(100)) {
      if (Date.now() - checked < 5_000) continue;
      checked = Date.now();
      if ((await sessions(server.superuserUrl)) > 0) used = checked;
    }
  } finally {
    rmSync(join(dataDir, SERVER_FILE), { force: true });
    await server.stop();
  }
}

try {
  const lock = lockDataFolder(folder);
  try {
    await keep(lock, folder);
    rmSync(join(folder, 'postgres'), { recursive: true, force: true });
  } finally {
    lock.release();
  }
} catch (error) {
  if (!(error instanceof DataFolderBusy)) throw error;
}
