import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asOwner } from '../../apps/server/owner.ts';
import { startEmbedded } from '../../apps/server/postgres/embedded.ts';
import { prepareRoles } from '../../apps/server/postgres/roles.ts';
import { type House, runProgram, startHouse } from './house.ts';
import { type Tree, thisTree, treeOf } from './tree.ts';
import { Ledger, Shift } from './work.ts';

/*
 * `npm run upgrade:proof -- REF`: a house that the program of REF made goes forward to this program, back to that one and
 * forward again, and people work in it all the time.
 */

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const figure = (n: number): string => `${n.toFixed(1)} s`;

/** Works on a data folder whose server is stopped, as the owner of its tables. */
async function beneath<T>(dataDir: string, text: string): Promise<T[]> {
  const embedded = await startEmbedded({ dataDir, log: () => undefined });
  try {
    const urls = await prepareRoles(embedded.superuserUrl);
    return await asOwner(urls, async (owner) => (await owner.query(text)).rows as T[]);
  } finally {
    await embedded.stop();
  }
}

const MIGRATIONS = 'select name from public.migration order by name';

/** Everything that must hold of a data folder, by the program's own proof. */
async function prove(tree: Tree, env: Record<string, string>): Promise<number> {
  const { status, out, err } = await runProgram(tree, ['apps/cli/main.ts', 'verify', '--json'], {
    ...env,
    MACH_DEMO: '0',
  });
  assert.equal(status, 0, `mach verify of ${tree.name}: ${out}${err}`);
  return (JSON.parse(out) as { proofs: { checked: number }[] }).proofs.reduce((sum, p) => sum + p.checked, 0);
}

async function onePlace(older: Tree, newer: Tree, dataDir: string): Promise<void> {
  const ledger = new Ledger();
  const env = { MACH_DATA: dataDir, MACH_BACKUP: join(dataDir, 'disk') };

  const first = await startHouse(older, { ...env, MACH_DEMO: 'accounts' });
  await (await Shift.begin(first, ledger, 'made')).work();
  await first.stop();
  say(`${older.name} made the house: ${ledger.visits.size} visits, ${ledger.deeds.size} deeds`);
  // The demo house stands in for somebody's: an upgrade of those is backed up first.
  await beneath(dataDir, `update system.tenant set mode = 'production'`);
  const before = await beneath<{ name: string }>(dataDir, MIGRATIONS);

  const shift = async (tree: Tree, name: string, kill = false): Promise<string> => {
    const house = await startHouse(tree, { ...env, MACH_DEMO: '0' });
    const hands = await Shift.begin(house, ledger, name);
    await hands.recall();
    await hands.finishWaiting();
    await hands.work();
    await hands.recall();
    await (kill ? house.kill() : house.stop());
    say(`${tree.name} ${name}: started in ${figure(house.seconds)}, ${ledger.deeds.size} deeds stand`);
    return house.said();
  };

  const upgraded = await shift(newer, 'forward');
  const steps = (await beneath<{ name: string }>(dataDir, MIGRATIONS)).length - before.length;
  if (steps > 0) assert.match(upgraded, /bản sao lưu trước nâng cấp: /, 'a base backup before the first step');
  say(`${steps} migrations were applied${steps > 0 ? ', after a base backup' : ''}`);
  say(`proved: ${await prove(newer, env)} things`);
  // It is not only read: the version before works on the schema of this one, and ends without a word.
  await shift(older, 'back', true);
  assert.equal((await beneath(dataDir, MIGRATIONS)).length, before.length + steps, 'the schema stays');
  await shift(newer, 'again');
  say(`proved: ${await prove(newer, env)} things`);
}

/** Several servers on one database are renewed one after the other: both versions serve people at the same time. */
async function twoPlaces(older: Tree, newer: Tree, folder: string): Promise<void> {
  const embedded = await startEmbedded({ dataDir: join(folder, 'own'), log: () => undefined });
  const houses: House[] = [];
  try {
    const { ownerUrl } = await prepareRoles(embedded.superuserUrl);
    const ledger = new Ledger();
    const start = async (tree: Tree, name: string, demo: string): Promise<[House, Shift]> => {
      const env = { MACH_DATA: join(folder, name), DATABASE_URL: ownerUrl, MACH_DEMO: demo };
      const house = await startHouse(tree, env);
      houses.push(house);
      return [house, await Shift.begin(house, ledger, name)];
    };
    const [oldHouse, oldHands] = await start(older, 'older', 'accounts');
    await oldHands.work();
    // Servers of one house have the same keys.
    cpSync(join(folder, 'older', 'keys'), join(folder, 'newer', 'keys'), { recursive: true });
    const beside = await start(newer, 'newer', '0').catch((error: unknown) => String(error));
    if (typeof beside === 'string') {
      // Views have changed: the one that starts says so, and the one that works is left in peace.
      assert.match(beside, /Servers of another version are at work/, beside);
      say(`${newer.name} did not start beside ${older.name}: ${/(\d+) views have changed/.exec(beside)?.[0]}`);
      await oldHands.work();
      await oldHands.recall();
      await oldHouse.stop();
    }
    const [newHouse, newHands] = typeof beside === 'string' ? await start(newer, 'newer', '0') : beside;
    say(`${newer.name} started in ${figure(newHouse.seconds)}`);
    if (typeof beside !== 'string') {
      await Promise.all([oldHands.work(), newHands.work()]);
      await oldHands.recall();
      await newHands.finishWaiting();
      await Promise.all([oldHands.work(), newHands.work()]);
      await oldHouse.stop();
    }
    await newHands.finishWaiting();
    await newHands.work();
    await newHands.recall();
    await newHouse.stop();
    say(`two servers on one database: ${ledger.deeds.size} deeds stand`);
    say(`proved: ${await prove(newer, { MACH_DATA: join(folder, 'newer'), DATABASE_URL: ownerUrl })} things`);
  } finally {
    for (const house of houses) await house.kill();
    await embedded.stop();
  }
}

async function main(): Promise<void> {
  const [ref] = process.argv.slice(2);
  if (ref === undefined) {
    process.stderr.write(
      'usage: npm run upgrade:proof -- REF [--together]   (a commit, branch or tag of the version before)\n',
    );
    process.exit(2);
  }
  const older = await treeOf(ref);
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-proof-'));
  try {
    const newer = await thisTree();
    const aloneToo = !process.argv.includes('--together');
    if (aloneToo) await onePlace(older, newer, join(dataDir, 'one'));
    await twoPlaces(older, newer, join(dataDir, 'two'));
    say(
      `✓ ${older.name} ↔ this${aloneToo ? ': forward, back, forward' : ''}, side by side; nothing lost, nothing twice`,
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main();
