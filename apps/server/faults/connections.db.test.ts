import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbedded } from '../postgres/embedded.ts';
import { faultsOf, openSite, SETTINGS, type Site, wholeDeeds } from './site.ts';

/** Connections that PostgreSQL takes in all, but for three of the superuser. */
const ROOM = 18;

function folder(t: TestContext): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-lines-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await done()); await sleep(10))
    assert.ok(Date.now() < end, `not within a minute: ${what}`);
}

/** Deeds `from` to `to` at once. @returns what each sender was told */
const together = (site: Site, from: number, to: number): Promise<PromiseSettledResult<{ replayed: boolean }>[]> =>
  Promise.allSettled(Array.from({ length: to - from }, (_, i) => site.deed(from + i)));

/** Of deeds that were sent: each that was acknowledged is there once and whole; handed in again, each stands once. */
async function settled(site: Site, from: number, told: readonly PromiseSettledResult<unknown>[]): Promise<void> {
  const whole = await wholeDeeds(site);
  const lost = told.flatMap((one, i) => (one.status === 'fulfilled' && !whole.has(from + i) ? [from + i] : []));
  assert.deepEqual(lost, [], 'acknowledged and lost');
  for (const [i] of told.entries()) {
    const { replayed } = await site.deed(from + i);
    assert.equal(replayed, whole.has(from + i), `deed ${from + i}`);
  }
  const after = await wholeDeeds(site);
  assert.deepEqual(
    told.map((_, i) => after.has(from + i)),
    told.map(() => true),
  );
}

test('every connection is taken: who waits gets his turn, who finds none is refused, and nothing is half', {
  timeout: 120_000,
}, async (t) => {
  const site = await openSite(folder(t), undefined, { max_connections: String(ROOM) });
  t.after(() => site.close());
  await site.deed(1);
  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: site.embedded.superuserUrl.replace('/postgres?', '/mach?') });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const holder = await open();
  t.after(() => holder.end());

  // All connections of the house wait for somebody; forty more deeds wait for a connection.
  await holder.query('begin');
  await holder.query('lock table public.record in share mode');
  const told = together(site, 100, 140);
  const waiting = async (): Promise<number> =>
    (await holder.query(`select 1 from pg_locks where not granted and relation = 'public.record'::regclass`))
      .rowCount ?? 0;
  await until('connections that wait', async () => (await waiting()) >= 4);
  await holder.query('commit');
  const answers = await told;
  assert.deepEqual(
    answers.filter((one) => one.status === 'rejected'),
    [],
    'everybody had his turn',
  );
  await settled(site, 100, answers);

  // The whole of PostgreSQL is full of others: its own pool is given back, and cannot be opened again.
  await holder.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = 'mach_app'`,
  );
  const others: pg.Client[] = [];
  t.after(() => Promise.all(others.map((client) => client.end())));
  const full = await (async () => {
    while (others.length < 2 * ROOM) others.push(await open());
    return undefined;
  })().catch((error: unknown) => error);
  assert.match(String(full), /too many clients|remaining connection slots/);
  const refused = await together(site, 200, 212);
  assert.ok(
    refused.some((one) => one.status === 'rejected'),
    'who finds no connection is told so',
  );
  await Promise.all(others.splice(0).map((client) => client.end()));
  await until('a deed that goes through again', () =>
    site.deed(199).then(
      () => true,
      () => false,
    ),
  );
  await settled(site, 200, refused);
  assert.deepEqual(await faultsOf(site), []);
});

test('the database is restarted under a running server: it goes on by itself, and each deed stands once', {
  timeout: 120_000,
}, async (t) => {
  const dataDir = folder(t);
  const site = await openSite(dataDir);
  t.after(() => site.close());
  const told: PromiseSettledResult<unknown>[] = [];
  let next = 0;
  let ending = false;
  const hands = Array.from({ length: 5 }, async () => {
    while (!ending) {
      const n = next++;
      [told[n]] = await Promise.allSettled([site.deed(n)]);
      if (told[n]?.status === 'rejected') await sleep(20);
    }
  });
  const count = (status: string): number => told.filter((one) => one?.status === status).length;
  await until('work before', () => count('fulfilled') >= 15);
  await site.embedded.stop();
  await until('somebody who is told that it is away', () => count('rejected') > 0);
  const before = count('fulfilled');
  const again = await startEmbedded({ dataDir, log: () => undefined, settings: SETTINGS });
  t.after(() => again.stop());
  await until('work after', () => count('fulfilled') >= before + 15);
  ending = true;
  await Promise.all(hands);
  await settled(site, 0, told);
  assert.deepEqual(await faultsOf(site), []);
});
