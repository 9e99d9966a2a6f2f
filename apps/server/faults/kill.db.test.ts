import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultsOf, openSite, startDoer, wholeDeeds } from './site.ts';

const ROUNDS = 10;
/** Deeds acknowledged in a round before the blow. */
const DEEDS = 12;

test('ten blows to program and database in turn, in the middle of work: what was acknowledged is there once, whole', {
  timeout: 300_000,
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-kill-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const acknowledged = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const doer = startDoer(dataDir, 1 + round * 10_000);
    t.after(() => doer.child.kill('SIGKILL'));
    for (let waited = 0; doer.acknowledged.length < DEEDS + round && waited < 60_000; waited += 10) {
      assert.equal(doer.child.exitCode, null, doer.said());
      assert.deepEqual(doer.refusals.slice(0, 3), []);
      await sleep(10);
    }
    assert.ok(
      doer.acknowledged.length >= DEEDS,
      `round ${round}: ${doer.said()} ${doer.refusals.slice(0, 3).join('; ')}`,
    );
    if (round % 2 === 0) doer.child.kill('SIGKILL');
    else
      process.kill(Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    await doer.gone;
    for (const n of doer.acknowledged) acknowledged.add(n);
  }
  const site = await openSite(dataDir);
  t.after(() => site.close());
  const whole = await wholeDeeds(site);
  assert.deepEqual(
    [...acknowledged].filter((n) => !whole.has(n)),
    [],
    'acknowledged and lost',
  );
  // Handed in again: the first answer stands, and what had not been done is done once.
  for (const n of [...acknowledged].slice(-20)) {
    const { result, replayed } = await site.deed(n);
    assert.deepEqual([replayed, (result as { number: number }).number], [true, whole.get(n)]);
  }
  await site.deed(999_999);
  assert.equal((await wholeDeeds(site)).size, whole.size + 1);
  assert.deepEqual(await faultsOf(site), []);
});
