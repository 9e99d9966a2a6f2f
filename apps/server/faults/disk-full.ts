import assert from 'node:assert/strict';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultsOf, openSite, startDoer, wholeDeeds } from './site.ts';

/*
 * `node disk-full.ts FOLDER`: the folder is a small disk of its own. Works on it, fills it, works on, makes space, looks.
 */

const [disk] = process.argv.slice(2);
if (!disk) throw new Error('usage: disk-full.ts FOLDER');
const dataDir = join(disk, 'site');
const ballast = join(disk, 'ballast');

/** Leaves so many bytes free. */
function fill(left: number): void {
  const { bavail, bsize } = statfsSync(disk ?? '');
  const file = openSync(ballast, 'w');
  const piece = Buffer.alloc(256 * 1024, 7);
  for (let bytes = bavail * bsize - left; bytes > 0; bytes -= piece.length)
    writeSync(file, piece, 0, Math.min(piece.length, bytes));
  closeSync(file);
}

async function until(what: string, done: () => boolean, ms = 60_000): Promise<void> {
  for (let waited = 0; !done(); waited += 20) {
    if (waited > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(20);
  }
}

const doer = startDoer(dataDir, 1);
await until('first deeds', () => doer.acknowledged.length >= 30 || doer.child.exitCode !== null);
assert.equal(doer.child.exitCode, null, doer.said());
fill(256 * 1024);
let ended = false;
void doer.gone.then(() => (ended = true));
// The log finds no space: PostgreSQL refuses, or ends rather than say yes to what it cannot keep.
await until('a refusal', () => doer.refusals.length > 0 || ended);
await sleep(500);
doer.child.kill('SIGKILL');
await doer.gone;

// Starting on a full disk says what is wrong, or works; it never half-starts.
const full = await openSite(dataDir).then(
  async (site) => {
    await site.close();
    return 'it started';
  },
  (error: unknown) => String(error),
);
assert.match(full, /it started|disk is full/);
rmSync(ballast);
const site = await openSite(dataDir);
const whole = await wholeDeeds(site);
assert.deepEqual(
  doer.acknowledged.filter((n) => !whole.has(n)),
  [],
  'acknowledged and lost',
);
// Handed in again, the acknowledged and the refused: each stands once.
const refused = doer.refusals.map((line) => Number(/^refused (\d+)/.exec(line)?.[1]));
for (const n of [...doer.acknowledged.slice(-20), ...refused.slice(0, 20)])
  assert.equal((await site.deed(n)).replayed, whole.has(n), `deed ${n}`);
await site.deed(999_999);
await wholeDeeds(site);
assert.deepEqual(await faultsOf(site), []);
await site.close();
process.stdout.write(
  `acknowledged ${doer.acknowledged.length}, refused ${doer.refusals.length + (ended ? 1 : 0)}, there again ${whole.size}\n`,
);
