import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, 'main.ts');
const CLI = join(import.meta.dirname, '..', 'cli', 'main.ts');

interface Running {
  child: ChildProcess;
  base: string;
  token: string;
}

/** A real server on its own data folder and port; the port is free because the operating system chose it. */
async function start(dataDir: string, account: string): Promise<Running> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, MACH_DATA: dataDir, PORT: '0', MACH_DEMO: 'accounts' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (part: Buffer) => {
    output += part.toString('utf8');
  });
  for (let waited = 0; waited < 90_000; waited += 100) {
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    if (address) {
      const answer = await fetch(`${address}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ account, password: 'mach-demo' }),
      });
      return { child, base: address, token: ((await answer.json()) as { token: string }).token };
    }
    assert.equal(child.exitCode, null, 'the server ended while it was starting');
    await sleep(100);
  }
  throw new Error('the server did not start in 90 s');
}

const gone = (child: ChildProcess): Promise<void> =>
  new Promise((done) =>
    child.exitCode !== null || child.signalCode !== null ? done() : child.once('exit', () => done()),
  );

const card = (index: number): string =>
  `00116${String(4)}${String(index).padStart(6, '0')}||Nguyễn Thị Thử|14071964|Nữ|Số ${index}, phường Ba Đình, Hà Nội|01012022`;

async function checkIn(
  server: Running,
  index: number,
): Promise<{ status: number; body: { result?: { encounter: string }; replayed?: boolean } }> {
  const answer = await fetch(`${server.base}/api/commands/reception.checkIn`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${server.token}`,
      'idempotency-key': `crash-test-${index}`,
    },
    body: JSON.stringify({
      cccdQr: card(index),
      person: { noPhone: true },
      room: 'room-305',
      reason: 'Khám định kỳ',
      payer: 'fee',
    }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
}

const postmaster = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

test('kill -9 in the middle of work: what was acknowledged is there exactly once, nothing is half', {
  timeout: 420_000,
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-crash-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const acknowledged = new Map<number, string>();
  let next = 0;
  // First the program is killed, then its PostgreSQL under it.
  for (const victim of ['server', 'database'] as const) {
    const server = await start(dataDir, 'tiepdon');
    let dead = false;
    const clients = Array.from({ length: 4 }, async () => {
      while (!dead) {
        const index = next++;
        try {
          const { status, body } = await checkIn(server, index);
          if (status === 200 && body.result) acknowledged.set(index, body.result.encounter);
        } catch {
          return;
        }
      }
    });
    const before = acknowledged.size;
    for (let waited = 0; acknowledged.size < before + 15 && waited < 60_000; waited += 50) await sleep(50);
    assert.ok(acknowledged.size >= before + 15, 'work was done before the crash');
    if (victim === 'server') server.child.kill('SIGKILL');
    else process.kill(postmaster(dataDir), 'SIGKILL');
    await sleep(300);
    dead = true;
    if (victim === 'database') server.child.kill('SIGKILL');
    await Promise.all([...clients, gone(server.child)]);
  }
  const server = await start(dataDir, 'tiepdon');
  for (const [index, encounter] of acknowledged) {
    const { status, body } = await checkIn(server, index);
    assert.deepEqual([status, body.replayed, body.result?.encounter], [200, true, encounter], `check-in ${index}`);
  }
  // A deed that was not acknowledged is there whole or not at all: handed in again, it stands once.
  for (let index = 0; index < next; index++)
    if (!acknowledged.has(index)) acknowledged.set(index, (await checkIn(server, index)).body.result?.encounter ?? '');
  const view = await fetch(`${server.base}/api/views/reception.today?limit=1000`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  const rows = ((await view.json()) as { rows: { key: string }[] }).rows.map((row) => row.key).sort();
  assert.deepEqual(rows, [...acknowledged.values()].sort());
  server.child.kill('SIGTERM');
  await gone(server.child);
  const proof = spawn(process.execPath, [CLI, 'views', 'rebuild', '--json'], {
    env: { ...process.env, MACH_DATA: dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await gone(proof);
  assert.equal(proof.exitCode, 0, 'every view equals its set-based rebuild');
});
