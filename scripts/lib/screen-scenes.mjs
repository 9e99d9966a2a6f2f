/** The pictures of docs/screens: who sits where, and what is done before the picture is taken. */
import { PHONE, settled, WALL } from '../../apps/server/testing/hands.ts';
import { cardOf } from '../../bench/lib/people.ts';

const firstRow = (page) => page.locator('.m-workitem').first().waitFor();
const caretIn = (page, selector) => page.waitForFunction((of) => document.activeElement?.closest(of) != null, selector);

/** Calls the next patient of a list. */
async function next(staff) {
  await firstRow(staff.page);
  await staff.press('F2');
}

/** Who comes in just now: the simulated morning has measured everybody already. */
const COMING = [
  'Ho khan, sốt nhẹ hai ngày',
  'Tái khám tăng huyết áp',
  'Đau thượng vị sau ăn',
  'Đau lưng lan xuống chân',
  'Mệt, sụt cân một tháng nay',
  'Khám trước khi đi làm',
];

async function reception(staff) {
  if (!process.env.MACH_URL)
    for (const [at, reason] of COMING.entries())
      await staff.send('reception.checkIn', {
        ...{ cccdQr: cardOf(4_003 + at * 7), person: { noPhone: true } },
        ...{ room: 'room-305', reason, payer: 'fee' },
      });
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
  const wanted = [
    row(/Đang khám.*KQ.*(tăng huyết áp|THA)/),
    row(/Đủ KQ.*(tăng huyết áp|THA)/),
    row('Đủ KQ'),
    row(/tăng huyết áp|THA/),
    page.locator('.m-workitem').first(),
  ];
  for (const one of wanted) {
    if ((await one.count()) === 0) continue;
    await one.click();
    break;
  }
  const write = page.locator('[data-anchor="2"] textarea');
  const call = page.locator('.m-finish-main', { hasText: 'vào khám' });
  await write.or(call).first().waitFor();
  if (await call.isVisible()) await staff.press('Control+Enter');
  await write.waitFor();
  if ((await write.inputValue()) === '') {
    await write.click();
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

/** The claim with most to mend; where none is faulty, the newest. */
async function claims(staff) {
  const { page } = staff;
  const rows = await staff.view('claims.list', { limit: '300' });
  const found = ['returned', 'has-findings', 'received', 'sent', 'draft'].flatMap((state) =>
    rows.filter((row) => row.state === state),
  );
  if (!found[0]) throw new Error('no claim in the house yet');
  await page.goto(new URL(`/claims/claim/${found[0].key}/${found[0].visitCode}`, page.url()).href);
  await page.locator('.m-head').waitFor();
}

/**
 * By how much the house's clock is ahead, ms: in the night there is nobody to be seen in a hospital, so it stands at a
 * quarter past ten of the next working morning (UTC+7). A house that runs already has its own.
 */
export const AHEAD = (() => {
  if (process.env.MACH_AHEAD || process.env.MACH_URL) return Number(process.env.MACH_AHEAD ?? 0);
  const local = new Date(Date.now() + 7 * 3600_000);
  do local.setUTCDate(local.getUTCDate() + 1);
  while (local.getUTCDay() % 6 === 0);
  local.setUTCHours(10, 15, 0, 0);
  return local.getTime() - 7 * 3600_000 - Date.now();
})();

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
  await staff.page.locator('[data-card]', { hasText: 'HS1' }).first().click();
  await staff.page.locator('.m-banner').waitFor();
}

/** The drawer of the shift, before it is opened: nothing is done in somebody's name. */
async function shift(staff) {
  await firstRow(staff.page);
  await staff.page.locator('.m-scanbar .m-button').click();
  await staff.page.locator('.m-drawer').waitFor();
}

/** The server is gone in the middle of the work. */
async function offline(staff) {
  const { page } = staff;
  // A stream that is open stays open: it must not have been opened.
  await staff.context.route('**/api/live**', (route) => route.abort());
  await page.reload();
  await firstRow(page);
  await staff.context.route('**/api/**', (route) => route.abort());
  // The app asks at once how the house is, and gets no answer.
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  const chip = page.locator('.m-sync-offline');
  await chip.waitFor();
  await chip.click();
  await page.locator('.m-drawer').waitFor();
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
  const day = new Date(Date.now() + AHEAD + 7 * 3600_000);
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7 || 7));
  return day.toISOString().slice(0, 10);
})();
/** Name of the picture, who is signed in, where, what is done before it is taken, and on what kind of screen. */
export const SCREENS = [
  ['sign-in', undefined, '/', signIn],
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
  ['offline', 'thungan', '/cashier', offline],
  ['administration', 'quantri', '/administration', frame],
  ['backups', 'quantri', '/administration/backups', frame],
  ['house', 'quantri', '/house', frame],
  ['house-prices', 'quantri', '/house/prices', frame],
  ['house-rosters', 'quantri', '/house/rosters', frame],
  ['jobs', 'quantri', '/jobs', frame],
  ['record-access', 'giamdoc', '/record-access', frame],
  ['privacy', 'baomat', '/privacy/policy', frame],
  ['privacy-register', 'baomat', '/privacy/register', frame],
  ['consent', 'tiepdon', '/consent', frame],
  ['glass', 'bacsi', '/glass', frame],
  ['account', 'bacsi', '/account', frame],
  ['kiosk', 'kiosk', '/kiosk', kiosk, { viewport: { width: 1080, height: 1400 } }],
  ['tv', undefined, '/tv', async ({ page }) => page.locator('#board').waitFor(), { viewport: WALL }],
  ['vitals-phone', 'dieuduong', '/vitals', ({ page }) => firstRow(page), phone],
  ['doctor-phone', 'bacsi', '/kham', ({ page }) => firstRow(page), phone],
  ['emergency-phone', 'dieuduong', '/emergency', emergency, phone],
  ['pharmacy-phone', 'duocsi', '/pharmacy', next, { ...phone, ...dark }],
  // Last: the days before are still being made while the others are taken.
  ['claims', 'giamdinh', '/claims', claims],
  ['pending', 'quantri', '/pending', frame],
  ['overview', 'giamdoc', '/overview', figures],
  ['overview-dark', 'giamdoc', '/overview', figures, dark],
  ['overview-phone', 'giamdoc', '/overview', figures, phone],
];
