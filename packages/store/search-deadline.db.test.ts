import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { testEngine } from '../../apps/server/testing/engine.ts';
import { withDeadline } from './search-deadline.ts';

test('a search that takes too long is cancelled in the database, and its connection serves on', async (t) => {
  const { engine } = await testEngine(t, []);
  const { database } = engine;
  const pids = new Set<unknown>();
  for (let i = 0; i < 3; i++) {
    const begun = performance.now();
    await assert.rejects(
      withDeadline(database, 1, 150, async (on) => {
        pids.add((await on.query({ text: 'select pg_backend_pid() as pid' })).rows[0]?.pid);
        await on.query({ text: 'select pg_sleep(20)' });
      }),
      (error: unknown) => error instanceof Problem && error.status === 422 && error.issues[0]?.code === 'too-costly',
    );
    assert.ok(performance.now() - begun < 5_000);
  }
  // Nothing is left running, and the connections are whole.
  const { rows } = await database.system.query<{ n: string }>({
    text: `select count(*) as n from pg_stat_activity where query like '%pg_sleep(20)%' and state = 'active' and pid <> pg_backend_pid()`,
  });
  assert.equal(rows[0]?.n, '0');
  const value = await withDeadline(
    database,
    1,
    5_000,
    async (on) => (await on.query({ text: 'select 7 as n' })).rows[0]?.n,
  );
  assert.equal(value, 7);
  assert.ok(pids.size >= 1);
});

test('a search of several statements has one deadline for all of them', async (t) => {
  const { engine } = await testEngine(t, []);
  let done = 0;
  await assert.rejects(
    withDeadline(engine.database, 1, 200, async (on) => {
      for (; done < 100; done++) await on.query({ text: 'select pg_sleep(0.05)' });
    }),
    Problem,
  );
  assert.ok(done > 0 && done < 50, `${done}`);
});
