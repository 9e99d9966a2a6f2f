import { globSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../../apps/server/testing/browser.ts';
import { DESK, PHONE, settled, takeSeat, WALL } from '../../apps/server/testing/hands.ts';
import { openHospital } from '../../apps/web/journeys/hospital.ts';
import { atWork } from '../../apps/web/journeys/testing/staff.ts';
import { ROOT } from './paths.mjs';

const FOLDER = join(ROOT, 'docs', 'screens');
/** A picture in the repository is no larger, bytes. */
const MOST = 250_000;

const quiet = (page) => settled(page, 500);
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
  const sitting = row(/Đang khám.*KQ.*(tăng huyết áp|THA)/);
  const pressure = row(/Đủ KQ.*(tăng huyết áp|THA)/);
  const back = (await pressure.count()) > 0 ? pressure : row('Đủ KQ');
  if ((await sitting.count()) > 0) await sitting.click();
  else {
    if ((await back.count()) > 0) {
      await back.click();
      // F2 calls in whoever is shown, once they are shown.
      await page.locator('.m-finish-main', { hasText: 'vào khám' }).waitFor();
    }
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
  await page
    .locator('.m-options[aria-busy="false"] [role=option]')
    .filter({ hasText: /amlodipin/i })
    .first()
    .waitFor();
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

const VITALS = { sbp: '128', dbp: '76', pulse: '82', temp: '36,8', resp: '16', spo2: '98' };
const SICK = { sbp: '188', dbp: '102', pulse: '96', temp: '37,1', resp: '20', spo2: '95' };
/** Who comes: what happened, what the nurse sees, how far it has gone. */
const ARRIVALS = [
  ['Liệt nửa người phải, nói khó từ 7 giờ', ['stroke'], SICK, 'V', 'HS1'],
  ['Đau bụng hố chậu phải từ đêm qua, nôn hai lần', ['pain'], VITALS, 'A'],
  ['Chóng mặt khi thay đổi tư thế', ['mild'], VITALS, 'A', 'G4'],
  ['Sốt cao, đau đầu', ['fever'], { ...VITALS, temp: '39,4', pulse: '104' }, 'A'],
  ['Ong đốt, nổi mề đay'],
];

/** The board, with people on it: the simulated days know no emergencies. */
async function emergency(staff) {
  const { page } = staff;
  await page.locator('.w-place .m-frame').waitFor();
  if ((await staff.view('emergency.board')).length === 0) {
    const people = (await staff.view('outpatient.queue', { limit: '60' })).filter((one) => one.state === 'closed');
    for (const [at, [complaint, signs, values, consciousness, bed]] of ARRIVALS.entries()) {
      const who = people[at * 3] ? { patient: people[at * 3].patient } : { unknown: { sex: 'male', estimatedAge: 60 } };
      const { encounter } = await staff.send('emergency.arrive', { ...who, mode: 'walk', complaint });
      if (!signs) continue;
      const vitals = { values, consciousness, oxygen: false, confirmed: ['sbp', 'dbp', 'temp'] };
      await staff.send('emergency.triage', { encounter, signs, vitals });
      if (bed) await staff.send('emergency.place', { encounter, bed });
    }
    await page.reload();
  }
  await page.locator('[data-card]').first().waitFor();
}

async function emergencyPatient(staff) {
  await emergency(staff);
  await staff.page.locator('[data-card]').first().click();
  await staff.page.locator('.m-banner').waitFor();
}

/** The drawer of the shift, before it is opened: nothing is done in somebody's name. */
async function shift(staff) {
  await firstRow(staff.page);
  await staff.press('F10');
  await staff.page.locator('.m-drawer').waitFor();
}

const grid = async ({ page }) => page.locator('.apt-cell').first().waitFor();
const frame = async ({ page }) => {
  await page.locator('.w-place .m-frame').waitFor();
  await page.locator('.m-skeleton').first().waitFor({ state: 'detached' });
  await settled(page, 700);
};
/** The director's numbers, all of them. */
const figures = async (staff) => {
  await staff.page.locator('.ops-column').first().waitFor();
  await frame(staff);
};
const kiosk = async ({ page }) => page.getByRole('heading').first().waitFor();
const signIn = async ({ page }) => page.getByLabel('Mật khẩu', { exact: true }).waitFor();
const dark = { preferences: { theme: 'dark' } };
const phone = { viewport: PHONE };

/** The next day on which every room works. */
const MONDAY = (() => {
  const day = new Date(Date.now() + 7 * 3600_000);
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7 || 7));
  return day.toISOString().slice(0, 10);
})();
/** Opened by facilities in clinic mode only. */
const LEFT_OUT = new Set(['clinic']);

/** Name of the picture, who is signed in, where, what is done before it is taken, and on what kind of screen. */
const SCREENS = [
  ['reception', 'tiepdon', '/reception', reception],
  ['reception-dark', 'tiepdon', '/reception', reception, dark],
  ['appointments', 'tiepdon', `/appointments/${MONDAY}/week/room-303`, grid],
  ['queue', 'dieuduong', '/queue/room-301', frame],
  ['vitals', 'dieuduong', '/vitals', vitals],
  ['doctor', 'bacsi', '/kham', doctor],
  ['doctor-dark', 'bacsi', '/kham', doctor, dark],
  ['emergency', 'dieuduong', '/emergency', emergency],
  ['emergency-dark', 'dieuduong', '/emergency', emergency, { ...dark, viewport: WALL }],
  ['emergency-patient', 'dieuduong', '/emergency', emergencyPatient],
  ['lab', 'xetnghiem', '/lab', next],
  ['imaging', 'cdha', '/imaging', next],
  ['pharmacy', 'duocsi', '/pharmacy', next],
  ['cashier', 'thungan', '/cashier', next],
  ['cashier-shift', 'thungan', '/cashier', shift],
  ['claims', 'giamdinh', '/claims', claims],
  ['overview', 'giamdoc', '/overview', figures],
  ['overview-dark', 'giamdoc', '/overview', figures, dark],
  ['pending', 'quantri', '/pending', frame],
  ['administration', 'quantri', '/administration', frame],
  ['record-access', 'giamdoc', '/record-access', frame],
  ['house', 'quantri', '/house', frame],
  ['jobs', 'quantri', '/jobs', frame],
  ['privacy', 'quantri', '/privacy', frame],
  ['consent', 'tiepdon', '/consent', frame],
  ['glass', 'bacsi', '/glass', frame],
  ['account', 'bacsi', '/account', frame],
  ['kiosk', 'kiosk', '/kiosk', kiosk, { viewport: { width: 1080, height: 1400 } }],
  ['tv', undefined, '/tv', async ({ page }) => page.locator('#board').waitFor(), { viewport: WALL }],
  ['sign-in', undefined, '/', signIn],
  ['vitals-phone', 'dieuduong', '/vitals', ({ page }) => firstRow(page), phone],
  ['doctor-phone', 'bacsi', '/kham', ({ page }) => firstRow(page), phone],
  ['emergency-phone', 'dieuduong', '/emergency', emergency, phone],
  ['overview-phone', 'giamdoc', '/overview', figures, phone],
];

/** Somebody at their place; nobody is signed in at a wall or a door. */
async function sit(account, path, seat) {
  if (account !== undefined) return atWork(browser, base, account, path, seat);
  const context = await takeSeat(browser, base, undefined, seat);
  const page = await context.newPage();
  await page.goto(`${base}${path}`);
  return { page, context };
}

const wanted = process.argv.slice(2);
const entries = await Promise.all(
  globSync('modules/*/screens/entry.ts', { cwd: ROOT }).map(async (file) => (await import(join(ROOT, file))).default),
);
for (const { id } of entries.flat())
  if (!LEFT_OUT.has(id) && !SCREENS.some(([, , path]) => path.split('/')[1] === id)) {
    process.stdout.write(`  ${id}: no picture is taken of it; give it a line in scripts/lib/take-screens.mjs\n`);
    process.exitCode = 1;
  }

const hospital = process.env.MACH_URL ? undefined : await openHospital('1');
const base = process.env.MACH_URL ?? hospital.base;
const browser = await launchBrowser();
mkdirSync(FOLDER, { recursive: true });
try {
  for (const [name, account, path, prepare, seat = { viewport: DESK }] of SCREENS) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const staff = await sit(account, path, seat);
    staff.context.setDefaultTimeout(45_000);
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
