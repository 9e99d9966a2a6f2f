import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockIds } from '@mach/base/ids.ts';
import { Problem } from '@mach/base/problem.ts';
import {
  commands,
  type Delivery,
  defineCommand,
  defineModule,
  OutboxWorker,
  type Schedule,
  Schedules,
  Sessions,
} from '@mach/engine';
import { houseAlarms } from '@mach/engine/alarms.ts';
import type { Basic } from '@mach/fhir/types.ts';
import { proveAudit, proveFacility, sealAudit } from '@mach/store';
import pg from 'pg';
import { z } from 'zod';
import { type TestEngine, testEngine } from '../testing/engine.ts';
import { deeds } from './deeds.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TAKEN: Delivery = { outcome: 'accepted', receipt: 'taken' };

/** Writes a new version of the same record each time, and sends a message about it. */
const noteCommand = defineCommand({
  name: 'clockwork.note',
  kind: 'fact',
  permission: 'clockwork.note',
  title: { vi: 'Ghi', en: 'Note' },
  input: z.strictObject({ text: z.string() }),
  handle: async ({ text }, ctx) => {
    const [found] = await Promise.all([ctx.find<Basic>('Basic', 'the-note')]);
    const note: Basic & { id: string } = { ...found, resourceType: 'Basic', id: 'the-note', code: { text } };
    const { meta } = found ? ctx.update(note) : ctx.create(note);
    ctx.send({
      destination: 'far',
      kind: 'note',
      subject: 'Basic/the-note',
      payload: { text },
      deadline: '2099-01-01T00:00:00.000Z',
      owner: 'keeper',
    });
    return { version: Number(meta?.versionId), updated: String(meta?.lastUpdated) };
  },
});

/** A house with a timer each night and each half hour, and a destination that answers what it is told to. */
function clockwork() {
  const runs: { name: string; due: string; at: string }[] = [];
  const delivered: string[] = [];
  const far = { answer: (): Delivery => TAKEN };
  const timer = (name: string, every: Schedule['every']): Schedule => ({
    name,
    title: { vi: 'Hẹn giờ', en: 'Timer' },
    every,
    run: async (run) => {
      if (run.tenant === 1) runs.push({ name, due: run.due, at: run.now });
    },
  });
  const module = defineModule({
    name: 'clockwork',
    title: { vi: 'Đồng hồ', en: 'Clockwork' },
    roles: { keeper: ['clockwork.note'] },
    commands: commands(noteCommand),
    schedules: [timer('clockwork.night', { daily: '02:00' }), timer('clockwork.round', { minutes: 30 })],
    destinations: [
      {
        name: 'far',
        title: { vi: 'Nơi nhận', en: 'Far' },
        simulated: true,
        deliver: async ({ id }) => {
          const answer = far.answer();
          if (answer.outcome === 'accepted') delivered.push(id);
          return answer;
        },
      },
    ],
  });
  return { module, runs, delivered, far };
}

async function asOwner(h: TestEngine, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const owner = new pg.Client({ connectionString: h.ownerUrl });
  await owner.connect();
  try {
    await owner.query(`select set_config('mach.tenant', '1', false)`);
    return (await owner.query(text, values)).rows;
  } finally {
    await owner.end();
  }
}

test('a clock that jumps: versions, ids, the feed, the ledger and the sealed chain stay in order', async (t) => {
  const { module } = clockwork();
  const h = await testEngine(t, [module, deeds]);
  const seen: { version: number; updated: string }[] = [];
  let n = 0;
  // Right, an hour back, a day ahead, back by three days, and right again.
  for (const leap of [0, -HOUR, DAY, -3 * DAY, 2 * DAY + HOUR]) {
    h.clock.advance(leap);
    for (let i = 0; i < 2; i++) {
      h.clock.advance(MINUTE);
      seen.push(await h.send<{ text: string }, (typeof seen)[0]>(noteCommand, { text: `${n}` }, 'keeper'));
      await h.engine.sendByName('deeds.do', { n }, h.actor('doer'), { key: `deed-key-${n}` });
      assert.equal(
        (await h.engine.sendByName('deeds.do', { n }, h.actor('doer'), { key: `deed-key-${n++}` })).replayed,
        true,
      );
    }
    await h.engine.audits.flush();
    await sealAudit(h.engine.database, 1, h.clock.now().toISOString());
  }
  assert.deepEqual(
    seen.map(({ version }) => version),
    seen.map((_, i) => i + 1),
  );
  for (const [i, { updated }] of seen.entries())
    assert.ok(i === 0 || updated >= (seen[i - 1]?.updated ?? ''), `version ${i + 1} is older than the one it replaces`);
  const feed = await asOwner(
    h,
    'select key from command_log where tenant = 1 and position is not null order by epoch, position',
  );
  const order = feed.map(({ key }) => String(key)).filter((key) => key.startsWith('deed-key-'));
  assert.deepEqual(
    order,
    Array.from({ length: n }, (_, i) => `deed-key-${i}`),
  );
  const proof = await proveAudit(h.engine.database.tenant(1));
  assert.deepEqual([proof.broken, proof.unsealed], [[], 0]);
  assert.ok(proof.seals >= 5);
  assert.deepEqual(
    (await proveFacility(h.engine.database, 1)).flatMap((p) => p.faults),
    [],
  );
  const ids = clockIds(h.clock);
  const made = [0, -DAY, HOUR, -5 * DAY].map((leap) => {
    h.clock.advance(leap);
    return ids();
  });
  assert.deepEqual(made, made.toSorted(), 'ids rise');
});

test('a server that is behind: devices are told both possibilities, and several who agree put it among the stuck work', async (t) => {
  const { module } = clockwork();
  const h = await testEngine(t, [module]);
  const right = new Date(h.clock.now().getTime() + 20 * MINUTE).toISOString();
  const alarms = async (): Promise<string[]> => (await houseAlarms(h.engine)).map(({ code }) => code);
  for (const [i, who] of ['an', 'binh', 'chi'].entries()) {
    assert.deepEqual(await alarms(), [], `${i} are not enough`);
    await assert.rejects(
      h.send(noteCommand, { text: 'x' }, { ...h.actor('keeper'), id: `account:${who}` }, { performedAt: right }),
      (problem: unknown) => {
        assert.ok(problem instanceof Problem);
        const [issue] = problem.issues;
        assert.equal(issue?.code, 'performed-at');
        assert.match(issue?.remedy?.vi ?? '', /giờ máy này.*giờ máy chủ/);
        return true;
      },
    );
  }
  assert.deepEqual(await alarms(), ['server-clock']);
  const [alarm] = await houseAlarms(h.engine);
  assert.match(alarm?.reason.en ?? '', /20 minutes behind: 3 people/);
});

test('what a clock that was a day ahead has put off is not waited for: messages, leases, jobs', async (t) => {
  const { module, delivered, far } = clockwork();
  const h = await testEngine(t, [module]);
  const outbox = new OutboxWorker(h.engine, 1);
  h.clock.advance(DAY);
  await h.send(noteCommand, { text: 'tried and put off' }, 'keeper');
  far.answer = () => ({ outcome: 'later', reason: 'away' });
  await outbox.drain();
  await h.send(noteCommand, { text: 'never tried' }, 'keeper');
  await h.send(noteCommand, { text: 'its worker died' }, 'keeper');
  await asOwner(
    h,
    `update outbox set state = 'sending', worker = 'dead', lease_until = $1::timestamptz + interval '30 seconds', attempts = 1
     where tenant = 1 and payload like '%died%'`,
    [h.clock.now()],
  );
  h.clock.advance(-DAY);
  far.answer = () => TAKEN;
  await outbox.drain();
  assert.equal(delivered.length, 3);
  assert.equal(new Set(delivered).size, 3, 'each once');
  await h.send(noteCommand, { text: 'put off in time' }, 'keeper');
  far.answer = () => ({ outcome: 'later', reason: 'away' });
  await outbox.drain();
  far.answer = () => TAKEN;
  assert.equal(await outbox.drain(), 0, 'a pause that is no leap is kept');

  // The database's clock: what it wrote while it was ahead.
  const did: unknown[] = [];
  h.jobs.handle('clockwork.job', async (job) => void did.push(job.args));
  const [first, second] = [
    await h.jobs.enqueue(1, 'clockwork.job', 1),
    await h.jobs.enqueue(1, 'clockwork.job', 2),
    await h.jobs.enqueue(1, 'clockwork.job', 3),
  ];
  await asOwner(h, `update system.job set run_at = now() + interval '1 day' where id = $1`, [first]);
  await asOwner(
    h,
    `update system.job set state = 'running', worker = 'dead', lease_until = now() + interval '1 day' where id = $1`,
    [second],
  );
  await h.jobs.runDue();
  await h.jobs.runDue();
  assert.deepEqual(did.toSorted(), [1, 2, 3], 'each once');
  const last = await h.jobs.enqueue(1, 'clockwork.job', 4);
  await asOwner(
    h,
    `update system.job set state = 'running', worker = 'alive', lease_until = now() + interval '20 seconds' where id = $1`,
    [last],
  );
  await h.jobs.runDue();
  assert.equal(did.length, 3, 'a lease that holds is left alone');
});

test('timers: none skipped for a day, none twice for an hour, none in the morning because the date was wrong', async (t) => {
  const { module, runs } = clockwork();
  const h = await testEngine(t, [module]);
  let steady = 1_000;
  const timers = new Schedules(
    h.engine,
    () => undefined,
    () => steady,
  );
  /** So long passes, by half hours. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 30 * MINUTE) {
      h.clock.advance(30 * MINUTE);
      steady += 30 * MINUTE;
      await timers.plan();
      await timers.jobs.runDue();
    }
  };
  const nights = () => runs.filter((run) => run.name === 'clockwork.night').map((run) => run.due);
  const rounds = () => runs.filter((run) => run.name === 'clockwork.round');
  await timers.plan();
  // 24 November 07:00; the nights are at 02:00, which is 19:00Z of the day before.
  await pass(20 * HOUR);
  assert.deepEqual(nights(), ['2026-11-24T19:00:00.000Z']);

  // Set back by an hour, at 03:00: 02:00 comes a second time.
  h.clock.advance(-HOUR - 30 * MINUTE);
  await pass(5 * HOUR);
  assert.deepEqual(nights(), ['2026-11-24T19:00:00.000Z']);

  // 06:30: somebody types the next day, and it is noticed and put right ten minutes later. Nothing was done meanwhile.
  const before = runs.length;
  h.clock.advance(DAY);
  for (let minute = 0; minute < 10; minute++) {
    h.clock.advance(MINUTE);
    steady += MINUTE;
    await timers.plan();
    await timers.jobs.runDue();
  }
  assert.equal(runs.length, before, 'they hold');
  h.clock.advance(-DAY);
  await timers.plan();
  await timers.jobs.runDue();

  // The same, and nobody notices for hours: the night of the wrong day is run. It comes again, at its own time.
  h.clock.advance(DAY);
  await timers.plan();
  await pass(2 * HOUR);
  assert.deepEqual(nights(), ['2026-11-24T19:00:00.000Z', '2026-11-25T19:00:00.000Z']);
  h.clock.advance(-DAY);
  const count = rounds().length;
  await pass(24 * HOUR);
  assert.deepEqual(nights(), ['2026-11-24T19:00:00.000Z', '2026-11-25T19:00:00.000Z', '2026-11-25T19:00:00.000Z']);
  assert.ok(rounds().length - count >= 44, `the small rounds go on: ${rounds().length - count}`);
});

test('a session that was ended elsewhere is not remembered longer because the clock was set back', async (t) => {
  const h = await testEngine(t, []);
  const sessions = new Sessions(h.engine);
  let good = true;
  sessions.authority = async () => (good ? h.actor('keeper') : undefined);
  assert.ok(await sessions.actor('a-token-of-another-authority'));
  good = false;
  assert.ok(await sessions.actor('a-token-of-another-authority'), 'remembered for some seconds');
  h.clock.advance(-HOUR);
  assert.equal(await sessions.actor('a-token-of-another-authority'), undefined);
});
