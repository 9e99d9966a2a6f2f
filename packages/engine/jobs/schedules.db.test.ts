import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuse } from '@mach/base/problem.ts';
import { defineModule, readView, type Schedule, type ScheduledRun, Schedules } from '@mach/engine';
import { testEngine } from '../../../apps/server/testing/engine.ts';
import { pauseSchedule, retryJob, runNow, stopJob } from './module.ts';

const MINUTE = 60_000;

/** A house with one timer whose work the test gives. */
async function house(t: Parameters<typeof testEngine>[0], work: (run: ScheduledRun) => Promise<void>) {
  const schedule: Schedule = {
    name: 'try.round',
    title: { vi: 'Thử', en: 'Try' },
    every: { minutes: 10 },
    run: work,
  };
  const h = await testEngine(t, [defineModule({ name: 'try', title: schedule.title, schedules: [schedule] })]);
  const admin = h.actor('administrator');
  const runs = async () =>
    (await readView(h.engine, admin, 'jobs.list', {})).rows.filter((row) => row.schedule === 'try.round');
  const timer = async () =>
    (await readView(h.engine, admin, 'jobs.schedules', {})).rows.find((r) => r.key === 'try.round');
  return { h, admin, runs, timer };
}

test('two programs on one database run each time once, whatever is missed', async (t) => {
  const seen: string[] = [];
  const { h, runs, timer } = await house(t, async (run) => void seen.push(`${run.tenant} ${run.due}`));
  const [one, two] = [new Schedules(h.engine), new Schedules(h.engine)];
  const round = async () => {
    const added = await Promise.all([one.plan(), two.plan(), one.plan(), two.plan()]);
    await Promise.all([one.jobs.runDue(), two.jobs.runDue()]);
    return added.reduce((sum, n) => sum + n, 0);
  };
  assert.equal(await round(), 0, 'a new timer waits for its next time');
  for (let n = 1; n <= 4; n++) {
    h.clock.advance(10 * MINUTE);
    assert.equal(await round(), 2, 'one run a facility');
    assert.equal(await round(), 0);
  }
  // Two hours without a program: one run stands for twelve.
  h.clock.advance(125 * MINUTE);
  assert.equal(await round(), 2);
  assert.deepEqual((await runs())[0]?.notes, { missed: 11 });
  // The clock is set back by an hour, and comes forward again over times that have run.
  h.clock.advance(-60 * MINUTE);
  assert.equal(await round(), 0);
  for (let n = 0; n < 12; n++) {
    h.clock.advance(10 * MINUTE);
    await round();
  }
  assert.equal(seen.length, new Set(seen).size, 'no time ran twice');
  const ofOne = seen.filter((run) => run.startsWith('1 ')).map((run) => run.slice(2));
  assert.ok(ofOne.includes('2026-11-24T00:40:00.000Z') && ofOne.includes('2026-11-24T02:40:00.000Z'));
  assert.equal((await timer())?.lastState, 'done');
});

test('a refusal is written down and does not keep the others; a fault is tried again, then shown; stop and retry', async (t) => {
  let fault = true;
  let entered: () => void = () => undefined;
  let hold: AbortSignal | undefined;
  let wait = false;
  const { h, admin, runs, timer } = await house(t, async (run) => {
    await run.each(
      ['a', 'b', 'c'],
      async (item) => {
        if (wait) {
          hold = run.signal;
          entered();
          await new Promise<void>((done) => run.signal.addEventListener('abort', () => done(), { once: true }));
        }
        if (item === 'b') throw refuse(409, 'no', { vi: 'Không được', en: 'No' });
        if (item === 'c' && fault) throw new Error('the disk is full');
      },
      (item) => item,
    );
  });
  const schedules = new Schedules(h.engine);
  const planned = async () => {
    await schedules.plan();
    await schedules.jobs.runDue();
    const all = await runs();
    return all[0];
  };
  await planned();
  h.clock.advance(10 * MINUTE);
  const failing = await planned();
  assert.deepEqual([failing?.state, failing?.attempts], ['queued', 1], 'will be tried again');
  assert.match(String(failing?.error), /the disk is full/);
  fault = false;
  // A person does not wait for the next try.
  await h.send(stopJob, { job: String(failing?.key) }, admin);
  assert.equal((await runs())[0]?.state, 'cancelled');
  await h.send(retryJob, { job: String(failing?.key) }, admin);
  const done = await planned();
  assert.deepEqual([done?.key, done?.state, done?.done, done?.total, done?.error], [failing?.key, 'done', 3, 3, null]);
  assert.deepEqual(done?.notes, { missed: 0, refused: 1, refusals: [{ name: 'b', text: 'Không được' }] });
  await assert.rejects(
    h.send(retryJob, { job: String(done?.key) }, admin),
    /conflict|changed/i,
    'what is done is not run again',
  );

  h.clock.advance(45 * MINUTE);
  await h.send(pauseSchedule, { schedule: 'try.round', paused: true }, admin);
  assert.equal(await schedules.plan(), 0, 'paused');
  assert.equal((await timer())?.nextAt, null);
  await h.send(pauseSchedule, { schedule: 'try.round', paused: false }, admin);
  assert.equal(await schedules.plan(), 0, 'what it missed is not caught up');

  // By hand, and stopped while it works.
  wait = true;
  const working = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const { job } = await h.send(runNow, { schedule: 'try.round' }, admin);
  const running = schedules.jobs.runDue();
  await working;
  await assert.rejects(h.send(runNow, { schedule: 'try.round' }, admin), /conflict|changed/i, 'one at a time');
  await h.send(stopJob, { job }, admin);
  await running;
  assert.equal(hold?.aborted, true);
  const stopped = (await runs()).find((row) => row.key === job);
  assert.deepEqual([stopped?.state, stopped?.stoppedBy], ['cancelled', admin.name]);

  const pharmacist = h.actor('pharmacist');
  await assert.rejects(h.send(stopJob, { job }, pharmacist), /forbidden/);
});
