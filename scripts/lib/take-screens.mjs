import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../../apps/server/testing/browser.ts';
import { openHospital } from '../../apps/web/journeys/hospital.ts';
import { atWork, DESK, PHONE } from '../../apps/web/journeys/staff.ts';
import { ROOT } from './paths.mjs';

const FOLDER = join(ROOT, 'docs', 'screens');
/** A picture in the repository is no larger, bytes. */
const MOST = 250_000;

const quiet = (page) => page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
const firstRow = (page) => page.locator('.m-workitem').first().waitFor();
const caretIn = (page, selector) => page.waitForFunction((of) => document.activeElement?.closest(of) != null, selector);

/** Calls the next patient of a list. */
async function next(staff) {
  await firstRow(staff.page);
  await staff.press('F2');
}

async function reception(staff) {
  const rows = await staff.view('reception.today', { limit: '500' });
  const known = rows.find((row) => row.state === 'settled' && row.payer === 'bhyt');
  await staff.page.locator('.m-scan').waitFor();
  if (known) await staff.scan(String(known.patientCode));
  await staff.page.locator('.rec-room').first().waitFor();
}

async function vitals(staff) {
  await next(staff);
  await caretIn(staff.page, 'input.m-input-number');
  for (const value of ['142', '88', '78', '36,7', '18', '98', '58,5']) {
    await staff.type(value);
    await staff.press('Enter');
  }
  await staff.type('162');
}

/** A note by snippet, a diagnosis, a drug: what a doctor's page looks like in the middle of the work. */
async function doctor(staff) {
  const { page } = staff;
  await firstRow(page);
  // The richest page: somebody who is back with all results; on a later run, whoever sits here.
  const row = (text) => page.locator('.m-workitem', { hasText: text }).first();
  const sitting = row(/Đang khám.*KQ/);
  const back = row('Đủ KQ');
  if ((await sitting.count()) > 0) await sitting.click();
  else {
    if ((await back.count()) > 0) await back.click();
    await staff.press('F2');
  }
  const history = page.locator('[data-anchor="2"] textarea');
  await history.waitFor();
  if ((await history.inputValue()) === '') {
    await history.click();
    await staff.type('.tha');
    await staff.press('Tab');
    await staff.type('140/85');
  }
  await staff.press('Alt+4');
  await caretIn(page, '[data-anchor="4"]');
  if ((await page.locator('.doc-dx').count()) === 0) {
    await staff.type('THA');
    await page.getByRole('option').filter({ hasText: 'I10' }).first().waitFor();
    await staff.press('Enter');
    await page.locator('.doc-dx').first().waitFor();
  }
  await staff.press('F6');
  await caretIn(page, '[data-anchor="5"]');
  await staff.type('amlodipin 5');
  await page.getByRole('option').filter({ hasText: 'amlodipin' }).first().waitFor();
  await staff.press('Alt+1');
  await caretIn(page, '.doc-dose');
  await staff.type('1v x 1 sáng 28n');
  await staff.press('Enter');
  await page.locator('.doc-rx-line').first().waitFor();
  await page.evaluate(() => document.querySelector('[data-anchor="1"]')?.scrollIntoView({ block: 'start' }));
  await page
    .locator('.m-toast')
    .first()
    .waitFor({ state: 'detached', timeout: 8_000 })
    .catch(() => undefined);
}

async function claims(staff) {
  const { page } = staff;
  await page.getByRole('button', { name: 'Đã tiếp nhận' }).click();
  await firstRow(page);
  await page.locator('.m-workitem').first().click();
  await page.locator('.claim-head').waitFor();
}

const heading = async ({ page }) => page.locator('.m-section, .m-card, .m-table').first().waitFor();

/** Name of the picture, who is signed in, where, and what is done before it is taken. */
const SCREENS = [
  ['reception', 'tiepdon', '/reception', reception],
  ['vitals', 'dieuduong', '/vitals', vitals],
  ['doctor', 'bacsi', '/kham', doctor],
  ['lab', 'xetnghiem', '/lab', next],
  ['imaging', 'cdha', '/imaging', next],
  ['pharmacy', 'duocsi', '/pharmacy', next],
  ['cashier', 'thungan', '/cashier', next],
  ['claims', 'giamdinh', '/claims', claims],
  ['overview', 'giamdoc', '/overview', heading],
  ['pending', 'quantri', '/pending', heading],
  ['vitals-phone', 'dieuduong', '/vitals', ({ page }) => firstRow(page), PHONE],
  ['doctor-phone', 'bacsi', '/kham', ({ page }) => firstRow(page), PHONE],
  ['overview-phone', 'giamdoc', '/overview', heading, PHONE],
];

const wanted = process.argv.slice(2);
const hospital = process.env.MACH_URL ? undefined : await openHospital('1');
const base = process.env.MACH_URL ?? hospital.base;
const browser = await launchBrowser();
mkdirSync(FOLDER, { recursive: true });
try {
  for (const [name, account, path, prepare, viewport = DESK] of SCREENS) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const staff = await atWork(browser, base, account, path, viewport);
    try {
      await prepare(staff);
      await quiet(staff.page);
      const file = join(FOLDER, `${name}.png`);
      await staff.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
      const { size } = statSync(file);
      process.stdout.write(`  ${name}.png ${Math.round(size / 1000)} kB\n`);
      if (size > MOST) process.exitCode = 1;
    } catch (error) {
      process.stdout.write(`  ${name}: ${error.message}\n`);
      await staff.page.screenshot({ path: join(ROOT, 'artifacts', `screen-${name}.png`) }).catch(() => undefined);
      process.exitCode = 1;
    }
    await staff.context.close();
  }
} finally {
  await browser.close();
  await hospital?.stop();
  hospital?.remove();
}
