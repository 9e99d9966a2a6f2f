import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServer } from './lib/server.ts';
import { runLoad } from './load.ts';

/* The short form of `npm run bench -- load`. No figure of speed is asked for: a machine that tests is never quiet. */
test('50 people work without an error; overload is refused, not broken, and is soon over', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mach-load-'));
  const server = await startServer({}, join(folder, 'server.log'));
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const plan = { people: 50, sessions: 12, visits: 20, seconds: 10, overload: 4 };
  const { calm, crowd, rush, recoveries } = await runLoad(server, plan);
  for (const [name, one] of Object.entries({ calm, crowd, rush })) {
    assert.equal(one.errors, 0, `${name}: ${one.firstError}`);
    assert.ok(one.times.length > 10, `${name}: ${one.times.length} answers`);
  }
  assert.equal(calm.shed, 0);
  assert.ok(rush.shed > 0, 'a rush of 600 at once is partly refused');
  for (const ms of recoveries) assert.ok(ms <= 10_000, `itself again after ${Math.round(ms)} ms`);
});
