import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { answerDigest, keptOf, type ReleasedHouse } from '@mach/server/faults/released.ts';
import { asOwner } from '@mach/server/owner.ts';
import { startEmbedded } from '@mach/server/postgres/embedded.ts';
import { prepareRoles } from '@mach/server/postgres/roles.ts';
import { runProgram, startHouse } from '../upgrade/house.ts';
import { thisTree } from '../upgrade/tree.ts';
import { Ledger, LOGINS, Shift } from '../upgrade/work.ts';

/**
 * `npm run release:house`: the small house of this version that every later version has to open. A real server is started,
 * people work in it by commands, and its own `mach backup` writes it down, with what must be found in it again.
 */

const ROOT = resolve(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'apps', 'server', 'faults', 'fixtures');
/** A house that every clone carries stays small, bytes. */
const LARGEST = 1_500_000;

const versionIn = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

/** One version everywhere, and people are told what is in it. @throws Error with what is missing */
function refuseUnready(version: string): void {
  for (const floor of ['packages', 'modules', 'apps'])
    for (const name of readdirSync(join(ROOT, floor))) {
      const folder = join(ROOT, floor, name);
      if (existsSync(join(folder, 'package.json'))) assert.equal(versionIn(folder), version, `${floor}/${name}`);
    }
  const told = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  assert.ok(told.includes(`\n## ${version}`), `CHANGELOG.md says nothing of ${version}`);
}

async function main(): Promise<void> {
  const version = versionIn(ROOT);
  refuseUnready(version);
  const key = `mach-${version}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-release-'));
  const draft = join(dataDir, 'house.mbk');
  const env = { MACH_DATA: dataDir, MACH_BACKUP_KEY: key };
  const tree = await thisTree();
  try {
    const ledger = new Ledger();
    const house = await startHouse(tree, { ...env, MACH_BACKUP: '0', MACH_DEMO: 'accounts' });
    const hands = await Shift.begin(house, ledger, 'released');
    await hands.work();
    await hands.finishWaiting();
    // One more stands in the queue when the house is closed: the newest version goes on with it.
    await hands.work();
    await hands.recall();
    await house.stop();

    const written = await runProgram(tree, ['apps/cli/main.ts', 'backup', '--out', draft, '--json'], env);
    assert.equal(written.status, 0, written.out + written.err);
    const { taken } = JSON.parse(written.out) as { taken: string };
    const embedded = await startEmbedded({ dataDir, log: () => undefined });
    const kept = await prepareRoles(embedded.superuserUrl)
      .then((urls) => asOwner(urls, (owner) => keptOf(owner, taken)))
      .finally(() => embedded.stop());
    const bytes = statSync(draft).size;
    assert.ok(bytes < LARGEST, `${bytes} bytes: too large for every clone to carry`);

    const deeds = [...ledger.deeds].map(([id, { who, name, input, result }]) => ({
      key: id,
      login: LOGINS[who],
      name,
      input,
      answer: answerDigest(result),
    }));
    const facts: ReleasedHouse = { version, key, taken, kept, waiting: ledger.waiting, deeds };
    const path = join(FOLDER, `house-${version}`);
    writeFileSync(`${path}.json`, `${JSON.stringify(facts)}\n`);
    writeFileSync(`${path}.mbk`, readFileSync(draft));
    process.stdout.write(
      `✓ house ${version}: ${ledger.visits.size} visits, ${deeds.length} deeds, ${Math.round(bytes / 1024)} KiB\n  ${path}.mbk\n`,
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main();
