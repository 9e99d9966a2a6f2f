import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ATTACKED, aim, attackAll, secretsIn } from '../scripts/attack/run.ts';
import { runFuzz } from './fuzz.ts';
import { startServer } from './lib/server.ts';
import { runLoad } from './load.ts';

/*
 * The short forms of `npm run bench -- load`, `npm run bench -- fuzz` and `npm run attack`, on one server. No figure of
 * speed is asked for: a machine that tests is never quiet.
 */
test('people at work, overload, mutated requests, attacks; and nothing secret in what the server says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mach-proof-'));
  const log = join(folder, 'server.log');
  const server = await startServer(ATTACKED, log);
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  await t.test('50 people work without an error; overload is refused, not broken, and is soon over', async () => {
    const { calm, crowd, rush, recoveries } = await runLoad(server, {
      people: 50,
      sessions: 12,
      visits: 20,
      seconds: 10,
      overload: 4,
    });
    for (const [name, one] of Object.entries({ calm, crowd, rush })) {
      assert.equal(one.errors, 0, `${name}: ${one.firstError}`);
      assert.ok(one.times.length > 10, `${name}: ${one.times.length} answers`);
    }
    assert.equal(calm.shed, 0);
    assert.ok(rush.shed > 0, 'a rush of 400 at once is partly refused');
    for (const ms of recoveries) assert.ok(ms <= 10_000, `itself again after ${Math.round(ms)} ms`);
  });

  await t.test('2,000 mutated requests: no fault of ours, no slow statement, no growth', async () => {
    const { sent, faults, slowStatements, memory } = await runFuzz(server, 2_000, 20_261_122);
    assert.equal(sent, 2_000);
    assert.deepEqual(
      faults.filter(({ why }) => !/ ms$/.test(why)),
      [],
    );
    assert.deepEqual(slowStatements, []);
    const [middle = 0, end = 0] = [memory[5], memory.at(-1)];
    assert.ok(end < middle * 1.25 + 30, `${middle} → ${end} MiB`);
  });

  await t.test('the short attack finds nothing', async () => {
    const target = await aim(server, true);
    t.after(() => target.prober.close());
    const { list, tried } = await attackAll(target);
    for (const [name, count] of Object.entries(tried)) assert.ok(count > 3, `${name}: only ${count} tried`);
    // How long an answer takes says little where others work on the same machine.
    assert.deepEqual(
      list.filter(({ what }) => !/\d ms$|takes long|for \d+ ms/.test(what)),
      [],
    );
    assert.deepEqual(secretsIn(log, target), [], 'secrets in the log');
  });
});
