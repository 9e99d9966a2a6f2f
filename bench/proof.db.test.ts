import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ATTACKED, aim, attackAll, secretsIn } from '../scripts/attack/run.ts';
import { runFuzz } from './fuzz.ts';
import { startServer } from './lib/server.ts';

/*
 * The short forms of `npm run bench -- fuzz` and `npm run attack`, on one server. No figure of
 * speed is asked for: a machine that tests is never quiet.
 */
test('mutated requests, attacks; and nothing secret in what the server says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mach-proof-'));
  const log = join(folder, 'server.log');
  const server = await startServer(ATTACKED, log);
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  await t.test('2,000 mutated requests: no fault of ours, no slow statement, no growth', async () => {
    const { sent, faults, slowStatements, memory, statuses, doors } = await runFuzz(server, 2_000, 20_261_122);
    assert.equal(sent, 2_000);
    // Requests that are refused for want of a right say nothing about the code behind it.
    const refused = (statuses[403] ?? 0) + (statuses[401] ?? 0);
    assert.ok(refused < sent / 5, `${refused} of ${sent} were refused before any code of ours`);
    assert.ok(doors.open > 5 * doors.closed.length, `closed to everybody: ${doors.closed.join(', ')}`);
    // A late answer may be the machine's fault; none within twenty seconds is ours.
    assert.deepEqual(
      faults.filter(({ why }) => !/^\d+ ms$/.test(why)),
      [],
    );
    // A commit may wait for a disk that others keep busy; a question may not take long.
    assert.deepEqual(
      slowStatements.filter(([text]) => /^\s*(select|with)\b/i.test(text)),
      [],
    );
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
      list.filter(({ what }) => !/^an answer after \d+ ms$|takes long|for \d+ ms$/.test(what)),
      [],
    );
    assert.deepEqual(secretsIn(log, target), [], 'secrets in the log');
  });
});
