import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Archive } from '../postgres/archive/archive.ts';
import { segmentName, segmentStart } from '../postgres/archive/lsn.ts';
import { currentPlace } from '../postgres/archive/wal.ts';
import { type Embedded, startEmbedded } from '../postgres/embedded.ts';
import { isAlive } from '../postgres/lock.ts';
import { withClient } from '../postgres/roles.ts';
import { findBehind, refuseIfBehind } from '../safekeeping/behind.ts';
import { openSite, wholeDeeds } from './site.ts';

/** Overwrites a piece of a file with zeros, as a disk that lies about what it has written leaves it. */
function blank(path: string, from: number, bytes: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(bytes), 0, bytes, from);
}

/** Kills PostgreSQL as a power cut does, and lets go of its folder. */
async function killed(embedded: Embedded): Promise<void> {
  process.kill(embedded.pid, 'SIGKILL');
  while (isAlive(embedded.pid)) await sleep(10);
  await embedded.stop();
}

test('the last page of the log is damaged: what the archive knows is missed, and the house is not served', {
  timeout: 300_000,
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-lost-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const root = join(dataDir, 'disk');
  const cluster = join(dataDir, 'postgres');
  const first = await openSite(dataDir);
  const archive = (superuserUrl: string): Archive =>
    new Archive({ superuserUrl, cluster, dataDir, root, secret: 'x', program: 'test' });
  await archive(first.embedded.superuserUrl).base();
  for (let n = 1; n <= 5; n++) await first.deed(n);
  const before = await withClient(first.embedded.superuserUrl, (client) => currentPlace(client));
  for (let n = 6; n <= 10; n++) await first.deed(n);
  await archive(first.embedded.superuserUrl).copy();
  assert.equal(await findBehind(first.engine, dataDir, archive(first.embedded.superuserUrl)), undefined);
  await first.engine.stop();
  await first.engine.database.close();
  await killed(first.embedded);
  const { timeline, segmentBytes, flushed } = before;
  const segment = join(cluster, 'pg_wal', segmentName(timeline, flushed, segmentBytes));
  const place = Number(flushed - segmentStart(flushed, segmentBytes));
  blank(segment, place, Math.min(64 * 1024, segmentBytes - place));

  // PostgreSQL itself takes the damaged page for the end of its log, and says nothing.
  const second = await openSite(dataDir);
  const left = await wholeDeeds(second);
  assert.ok(left.has(5) && !left.has(10));
  await assert.rejects(
    refuseIfBehind(second.engine, dataDir, archive(second.embedded.superuserUrl)),
    /Dữ liệu này đã lùi lại.*lost the end of its log/s,
  );
  await assert.rejects(archive(second.embedded.superuserUrl).copy(), /lost the end of its log/);
  await second.close();

  // The server itself: it ends with what it knows and the two ways on, and has opened no door.
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    env: { ...process.env, MACH_DATA: dataDir, MACH_DEMO: '0', MACH_BACKUP: root, MACH_BACKUP_KEY: 'x', PORT: '0' },
    encoding: 'utf8',
    timeout: 200_000,
  });
  assert.equal(status, 1, stderr);
  assert.match(stderr, /This data has gone back.*lost the end of its log.*mach restore.*mach reconcile/s);
  assert.doesNotMatch(stdout, /http:/);
});

test('the checkpoint that recovery begins from is damaged: PostgreSQL does not start, and why is said', {
  timeout: 120_000,
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-checkpoint-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const embedded = await startEmbedded({ dataDir, log: () => undefined });
  await killed(embedded);
  const wal = join(dataDir, 'postgres', 'pg_wal');
  for (const name of readdirSync(wal).filter((file) => /^[0-9A-F]{24}$/.test(file)))
    writeFileSync(join(wal, name), Buffer.alloc(readFileSync(join(wal, name)).length));
  await assert.rejects(
    startEmbedded({ dataDir, log: () => undefined }),
    /PostgreSQL did not start.*(checkpoint|invalid)/s,
  );
});
