import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from '../../apps/server/testing/browser.ts';
import { DESK, settled, takeSeat } from '../../apps/server/testing/hands.ts';
import { openHospital } from '../../apps/web/journeys/hospital.ts';
import { atWork } from '../../apps/web/journeys/testing/staff.ts';
import { openClinic } from './clinic-scene.mjs';
import { ROOT } from './paths.mjs';
import { AHEAD, SCREENS } from './screen-scenes.mjs';
import { smallPng } from './small-png.mjs';

const FOLDER = join(ROOT, 'docs', 'screens');
/** A picture in the repository is no larger, bytes. */
const MOST = 200_000;
/** How long anything on a screen may take, ms. */
const PATIENCE = 45_000;
/** The running day and one before it: until then the director's numbers and the claims have nothing to say. */
const VISITS = 250;
/** The pictures are taken after this time with what there is, ms. */
const HISTORY_PATIENCE = 10 * 60_000;

const say = (line) => process.stdout.write(`  ${line}\n`);
function fault(line) {
  say(line);
  process.exitCode = 1;
}

/** Somebody at their place; nobody is signed in at a wall or a door. */
async function sit(account, path, seat) {
  const there = { ...seat, now: new Date(Date.now() + AHEAD).toISOString() };
  if (account !== undefined) return atWork(browser, base, account, path, there);
  const context = await takeSeat(browser, base, undefined, there);
  const page = await context.newPage();
  await page.goto(`${base}${path}`);
  return { page, context };
}

/** Waits until the demo house has a past. */
async function history() {
  const staff = await atWork(browser, base, 'quantri', '/account');
  for (const until = Date.now() + HISTORY_PATIENCE; Date.now() < until; await sleep(2_000)) {
    const job = (await staff.view('jobs.list', { limit: '500' })).find((one) => one.kind === 'simulate-history');
    if (!job || job.state === 'done' || Number(job.done) >= VISITS) break;
  }
  await staff.context.close();
}

async function take(name, page) {
  await page.locator('.m-skeleton').first().waitFor({ state: 'detached' });
  await settled(page, 500);
  const file = smallPng(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  writeFileSync(join(FOLDER, `${name}.png`), file);
  say(`${name}.png ${Math.round(file.length / 1000)} kB`);
  if (file.length > MOST) fault(`${name}.png is larger than ${MOST / 1000} kB`);
}

const wanted = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
const entries = await Promise.all(
  globSync('modules/*/screens/entry.ts', { cwd: ROOT }).map(async (file) => (await import(join(ROOT, file))).default),
);
const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');
for (const { id } of entries.flat())
  if (id !== 'clinic' && !SCREENS.some(([, , path]) => path.split('/')[1] === id))
    fault(`${id}: no picture is taken of it; give it a line in scripts/lib/screen-scenes.mjs`);
for (const name of ['clinic', ...SCREENS.map(([one]) => one)])
  if (!index.includes(`(${name}.png)`)) fault(`${name}: docs/screens/README.md does not show it`);

process.env.MACH_AHEAD = String(AHEAD);
const moved = pathToFileURL(join(import.meta.dirname, 'moved-clock.mjs')).href;
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${moved}`;
const hospital = process.env.MACH_URL ? undefined : await openHospital('1');
const base = process.env.MACH_URL ?? hospital.base;
const browser = await launchBrowser();
mkdirSync(FOLDER, { recursive: true });
try {
  await history();
  for (const [name, account, path, prepare, seat = { viewport: DESK }] of SCREENS) {
    if (!isWanted(name)) continue;
    const staff = await sit(account, path, seat);
    staff.context.setDefaultTimeout(PATIENCE);
    try {
      await prepare(staff);
      await take(name, staff.page);
    } catch (error) {
      fault(`${name}: ${error.message}`);
      await staff.page.screenshot({ path: join(ROOT, 'artifacts', `screen-${name}.png`) }).catch(() => undefined);
    }
    await staff.context.close();
  }
  if (isWanted('clinic')) {
    const clinic = await openClinic();
    await take('clinic', clinic.page).finally(() => clinic.close());
  }
} finally {
  await browser.close();
  await hospital?.stop();
  hospital?.remove();
}
