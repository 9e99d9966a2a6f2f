import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Ask, RandomClient } from './testing/clients.ts';
import { historyOf } from './testing/history.ts';
import { judge } from './testing/judge.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
/** Who is killed, in turn; more rounds by MACH_MODEL_ROUNDS. */
const VICTIMS = ['server', 'database'] as const;
const ROUNDS = Number(process.env.MACH_MODEL_ROUNDS ?? 2);
/** Interactions that must be done before a kill. */
const BUSY = 120;
const SEED = Number(process.env.MACH_MODEL_SEED ?? Date.now() % 1_000_000);

interface Running {
  child: ChildProcess;
  ask: Ask;
}

async function start(dataDir: string): Promise<Running> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, MACH_DATA: dataDir, PORT: '0', MACH_DEMO: 'accounts', MACH_RATE: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (part: Buffer) => {
    output += part.toString('utf8');
  });
  for (const until = Date.now() + 120_000; Date.now() < until; await sleep(50)) {
    const base = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    if (base) return { child, ask: asking(base, await tokenOf(base)) };
    assert.equal(child.exitCode, null, 'the server ended while it was starting');
  }
  throw new Error('the server did not start in 120 s');
}

async function tokenOf(base: string): Promise<string> {
  const answer = await fetch(`${base}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'demo-system',
      client_secret: 'demo-system-secret',
      scope: 'system/*.cruds',
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** What was not answered, or by a server that was going down, may have been done or not. */
const asking =
  (base: string, token: string): Ask =>
  async (method, path, body, headers) => {
    try {
      const answer = await fetch(`${base}/fhir${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await answer.text();
      const tag = /^W\/"(\d+)"$/.exec(answer.headers.get('etag') ?? '')?.[1];
      const version = tag === undefined ? undefined : Number(tag);
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), version };
    } catch {
      return { status: 0, body: undefined, version: undefined };
    }
  };

/** Asks again while the server, just back, says that it is busy. */
const patiently =
  (ask: Ask): Ask =>
  async (...request) => {
    for (const until = Date.now() + 60_000; ; await sleep(250)) {
      const answer = await ask(...request);
      if ((answer.status > 0 && answer.status < 500) || Date.now() > until) return answer;
    }
  };

const gone = (child: ChildProcess): Promise<void> =>
  new Promise((done) =>
    child.exitCode !== null || child.signalCode !== null ? done() : child.once('exit', () => done()),
  );

const postmaster = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

test(`8 clients under kill -9 of server and PostgreSQL: what was acknowledged stands, in its place (seed ${SEED})`, {
  timeout: 300_000,
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-model-'));
  let server: Running | undefined;
  t.after(async () => {
    server?.child.kill('SIGKILL');
    if (server) await gone(server.child);
    rmSync(dataDir, { recursive: true, force: true });
  });
  const ids = ['r1', 'r2', 'r3', 'r4'];
  const clients: RandomClient[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const running = await start(dataDir);
    server = running;
    let dead = false;
    const here = Array.from(
      { length: 8 },
      (_, n) => new RandomClient(running.ask, ids, `k${round}c${n}`, SEED + 100 * round + n),
    );
    clients.push(...here);
    const work = here.map(async (client) => {
      while (!dead) await client.step();
    });
    const done = (): number => here.reduce((sum, c) => sum + c.deeds.filter((d) => d.kind !== 'family').length, 0);
    for (const until = Date.now() + 60_000; done() < BUSY && Date.now() < until; ) await sleep(20);
    assert.ok(done() >= BUSY, 'work was done before the kill');
    if (VICTIMS[round % VICTIMS.length] === 'server') running.child.kill('SIGKILL');
    else process.kill(postmaster(dataDir), 'SIGKILL');
    await sleep(200);
    dead = true;
    running.child.kill('SIGKILL');
    await Promise.all([...work, gone(running.child)]);
  }
  server = await start(dataDir);
  const ask = patiently(server.ask);
  const deeds = clients.flatMap((c) => c.deeds);
  assert.ok(
    deeds.some((d) => d.end === Number.POSITIVE_INFINITY),
    'a kill came in the middle of something',
  );
  for (const id of ids) {
    const history = await historyOf(ask, id);
    assert.ok(history.length > 0, id);
    const faults = judge(
      deeds.filter((d) => d.id === id),
      history,
    );
    assert.deepEqual(faults.slice(0, 5), [], `seed ${SEED}, ${id}`);
    // The index holds what the last version says, nothing less and nothing more.
    const last = history.at(-1);
    const found: Answer = await ask('GET', `/Patient?identifier=urn:slot|${id}&_summary=count`);
    assert.equal((found.body as { total: number }).total, last?.deleted ? 0 : 1, `seed ${SEED}, ${id} in the index`);
  }
  for (const key of ['a', 'b', 'c']) {
    const answers = clients.flatMap((c) => c.once).filter((o) => o.key === key && o.id !== undefined);
    const found: Answer = await ask('GET', `/Patient?identifier=urn:once|${key}`);
    const total: number = ((found.body as { entry?: unknown[] }).entry ?? []).length;
    assert.ok(total <= 1, `seed ${SEED}: ${total} records for ${key}`);
    if (answers.length > 0) assert.equal(total, 1, `seed ${SEED}: the record for ${key} is lost`);
    assert.ok(new Set(answers.map((a) => a.id)).size <= 1, `seed ${SEED}: one record for ${key}`);
  }
});
