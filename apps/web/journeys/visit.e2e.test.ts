import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { bhytQr, cccdQr, LAN } from '../../../modules/reception/testing.ts';
import { launchBrowser } from '../../server/testing/browser.ts';
import { picture, withinBudget } from '../../server/testing/hands.ts';
import { type Hospital, openHospital } from './hospital.ts';
import { atWork, type Row, type Staff } from './testing/staff.ts';

/**
 * Journey (a): one insured outpatient visit through every screen it passes, each role in a browser of its own, over the
 * real program on an empty data folder. What one desk does must arrive at the next by itself.
 */
const NAME = 'Trần Thị LAN';
/** Keys and clicks of the person at each desk; scans are not counted. */
const BUDGET = {
  reception: { keys: 40, clicks: 0 },
  'vital signs': { keys: 35, clicks: 2 },
  'doctor, first look': { keys: 38, clicks: 1 },
  sampling: { keys: 10, clicks: 0 },
  'laboratory bench': { keys: 50, clicks: 0 },
  'doctor, second look': { keys: 36, clicks: 0 },
  cashier: { keys: 5, clicks: 0 },
  pharmacy: { keys: 3, clicks: 1 },
  claims: { keys: 2, clicks: 2 },
} as const;

let hospital: Hospital;
let browser: Browser;
/** The visit on its way: ids that the desks hand to each other. */
let encounter = '';
let visitCode = '';
let patientCode = '';

before(
  async () => {
    [hospital, browser] = await Promise.all([openHospital('accounts'), launchBrowser()]);
  },
  { timeout: 180_000 },
);

after(
  async () => {
    await browser?.close();
    await hospital?.stop();
    hospital?.remove();
  },
  { timeout: 120_000 },
);

const inState = (state: string) => (row: Row) => row.key === encounter && row.state === state;

let broken: string | undefined;

/** A step of the way: after one that failed there is nothing to walk on. */
function step(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    assert.equal(broken, undefined, `not walked: "${broken}" failed`);
    broken = name;
    try {
      await run();
    } catch (error) {
      for (const context of browser.contexts()) for (const page of context.pages()) await picture(page, 'visit-failed');
      throw error;
    }
    broken = undefined;
  });
}

step('reception: two scans, the phone, the reason; Enter gives the number', async () => {
  const desk = await atWork(browser, hospital.base, 'tiepdon', '/reception');
  const { page } = desk;
  await page.locator('.m-scan').waitFor();
  await desk.scan(cccdQr(LAN));
  await page.waitForURL('**/reception/new');
  await desk.caretIn('input[type=tel]');
  await page.locator('input[value="Trần Thị Lan"]').waitFor();
  await desk.type('0912345678');
  await desk.scan(bhytQr(LAN, { facility: '99001' }));
  await desk.sees('Đã ghi thẻ BHYT');
  await desk.shot('a2-person');
  await desk.press('Control+Enter');
  await page.locator('.rec-rate', { hasText: '80 %' }).waitFor();
  await desk.caretIn('.rec-stack input:not([type=radio])');
  await desk.type('Tái khám THA');
  await desk.sees('Đủ mục');
  await desk.shot('a2-check-in');
  await desk.press('Enter');
  await desk.sees('Số vừa cấp');
  assert.equal(await page.locator('.rec-given .rec-number').textContent(), '0001');
  await desk.shot('a2-number');
  await desk.fits();
  const row = await desk.rowWhere('reception.today', {}, (r) => r.name === 'Trần Thị Lan', 'the visit');
  assert.deepEqual([row.state, row.payer, row.queueNumber], ['waiting', 'bhyt', '0001']);
  encounter = row.key;
  visitCode = String(row.visitCode);
  patientCode = String(row.patientCode);
  withinBudget('a2′ lượt đầu', 'Tiếp đón: hai lần quét, điện thoại, lý do', desk, BUDGET.reception);
  await desk.context.close();
});

step('vital signs: the number appears by itself, eight values, NEWS2', async () => {
  const nurse = await atWork(browser, hospital.base, 'dieuduong', '/vitals');
  const { page } = nurse;
  await page.locator('.m-workitem', { hasText: NAME }).waitFor();
  await nurse.press('F2');
  await nurse.caretIn('input.m-input-number');
  for (const value of ['152', '94', '78', '36,7', '18', '98', '58,5']) {
    await nurse.type(value);
    await nurse.press('Enter');
  }
  await nurse.type('152');
  await nurse.click(page.getByLabel('Khí trời'));
  await nurse.click(page.getByLabel('A', { exact: true }));
  await nurse.sees('BMI 25,3 kg/m²');
  assert.equal(await page.locator('.vit-news-score').textContent(), '0');
  await nurse.shot('a3-vitals');
  await nurse.press('Control+Enter');
  await nurse.sees(/Đã ghi sinh hiệu của Trần Thị Lan/);
  const row = await nurse.rowWhere('outpatient.queue', {}, (r) => r.key === encounter && r.news2 === 0, 'NEWS2 0');
  assert.equal(row.news2Recorded, '7/7');
  withinBudget('a3', 'Sinh hiệu tám số', nurse, BUDGET['vital signs']);
  await nurse.context.close();
});

step('doctor: F2, allergies asked, note by snippet, diagnosis by shorthand, three tests signed', async () => {
  const doctor = await atWork(browser, hospital.base, 'bacsi', '/kham');
  const { page } = doctor;
  await page.locator('.m-workitem', { hasText: NAME }).waitFor();
  await doctor.press('F2');
  await page.waitForFunction(() => document.activeElement?.closest('[data-anchor="2"]') != null);
  assert.equal(await page.locator('[data-anchor="1"] textarea').inputValue(), 'Tái khám THA');
  // Nobody has asked about allergies yet: the banner says so, and one press records the answer.
  const allergy = page.locator('.m-banner .m-allergy');
  await allergy.getByText('Chưa hỏi dị ứng').waitFor();
  await allergy.focus();
  await doctor.press('Enter');
  await doctor.caretIn('.m-drawer input');
  await doctor.click(page.locator('.m-drawer').getByRole('button', { name: 'Không dị ứng đã biết' }));
  await allergy.getByText(/Không dị ứng đã biết/).waitFor();
  await doctor.shot('a5-allergy');
  await page.locator('.m-drawer').waitFor({ state: 'detached' });
  await doctor.rowWhere('outpatient.allergies', {}, (r) => r.noneKnown === true, 'the answer of the person');
  await doctor.press('Alt+2');
  await page.waitForFunction(() => document.activeElement?.closest('[data-anchor="2"]') != null);
  await doctor.type('.tha');
  await doctor.press('Tab');
  const history = page.locator('[data-anchor="2"] textarea');
  await page.waitForFunction(() => (document.activeElement as HTMLTextAreaElement).value.includes('‹'));
  // The gap is selected: what is typed takes its place.
  await doctor.type('140/85');
  assert.match(await history.inputValue(), /Huyết áp ở nhà 140\/85 mmHg/);
  assert.match(await page.locator('[data-anchor="3"] textarea').inputValue(), /Phổi trong/);
  await doctor.press('Alt+4');
  await page.waitForFunction(() => document.activeElement?.closest('[data-anchor="4"]') != null);
  await doctor.type('THA');
  await page.getByRole('option').filter({ hasText: 'I10' }).first().waitFor();
  await doctor.press('Enter');
  await page.locator('.doc-dx', { hasText: 'I10' }).waitFor();
  await doctor.press('F4');
  await page.locator('.m-drawer input').first().waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('.m-drawer') != null);
  await doctor.type('glu crea ion');
  await page.getByRole('option').filter({ hasText: '3 mục' }).waitFor();
  await doctor.press('Enter');
  await page.locator('.doc-order').nth(2).waitFor();
  await doctor.shot('a6-orders');
  await doctor.press('Control+Enter');
  await doctor.sees(/Đã ký 3 chỉ định/);
  await doctor.rowWhere('outpatient.queue', {}, inState('awaiting-results'), 'the state awaiting-results');
  const placed = (await doctor.view('outpatient.orders', { encounter })).filter((one) => one.group === 'lab');
  assert.deepEqual(placed.map((one) => one.service).sort(), ['CREA', 'GLU', 'ION']);
  await doctor.shot('a6-signed');
  await doctor.fits();
  withinBudget('a5–a6', 'Khám lần đầu, chỉ định', doctor, BUDGET['doctor, first look']);
  await doctor.context.close();
});

/** Fingers on the bench: one value high, one critical. */
const VALUES: Readonly<Record<string, string>> = { GLU: '11,2', CREA: '72', NA: '138', K: '7,1', CL: '101' };
const DOCTOR = 'BS. Trần Minh Quân';

/** The values of the order that is open, Enter after each; a critical one is called before it may leave. @returns its items */
async function enterResults(lab: Staff): Promise<string[]> {
  const { page } = lab;
  await lab.caretIn('input.lab-value');
  const items = await page.locator('input.lab-value').evaluateAll((all) => all.map((one) => one.dataset.item ?? ''));
  for (const item of items) {
    await lab.caretIn(`input.lab-value[data-item="${item}"]`);
    await lab.type(VALUES[item] ?? assert.fail(`no value for ${item}`));
    await lab.press('Enter');
  }
  if (items.includes('K')) {
    await lab.caretIn('.lab-call input');
    await page.locator('.m-finish-missing', { hasText: 'Chưa ghi cuộc gọi báo' }).waitFor();
    await lab.type(DOCTOR);
    await lab.press('Tab', 'Tab', 'Space');
    await lab.shot('a9-critical');
  }
  await page.locator('.m-finish-ready').waitFor();
  await lab.press('Control+Enter');
  await page.locator(`input.lab-value[data-item="${items[0]}"]`).waitFor({ state: 'detached' });
  return items;
}

step(
  'laboratory: the slip scanned, tubes in order, labels; then results, the critical one called, by keyboard',
  async () => {
    const lab = await atWork(browser, hospital.base, 'xetnghiem', '/lab');
    const { page } = lab;
    await page.locator('.m-scan').waitFor();
    await lab.scan(visitCode);
    await lab.sees(`Khớp: ${visitCode}`);
    await lab.caretIn('input[type=radio][value=birth-date]');
    await lab.press('Space', 'Tab', 'Space', 'Tab', 'Space', 'Tab', 'Space');
    await page.locator('.m-finish-ready').waitFor();
    await lab.shot('a8-sampling');
    await lab.press('Control+Enter');
    await page.locator('.lab-label img').nth(1).waitFor();
    await lab.shot('a8-labels');
    await lab.fits();
    const labels = await page.locator('.lab-label-code').allTextContents();
    assert.equal(labels.length, 2, 'serum and fluoride');
    withinBudget('a8', 'Lấy mẫu', lab, BUDGET.sampling);
    assert.equal(lab.clicks, 0);
    await lab.context.close();

    const bench = await atWork(browser, hospital.base, 'xetnghiem', '/lab');
    await bench.page.locator('.m-workitem', { hasText: NAME }).nth(2).waitFor();
    const entered: string[] = [];
    await bench.scan(labels[0] ?? '');
    // Two orders share the serum tube: the second opens by itself, for the tube is still in the hand.
    entered.push(...(await enterResults(bench)), ...(await enterResults(bench)));
    await bench.caretIn('.m-scan input');
    await bench.scan(labels[1] ?? '');
    entered.push(...(await enterResults(bench)));
    assert.deepEqual(entered.toSorted(), Object.keys(VALUES).toSorted());
    await bench.shot('a9-done');
    await bench.fits();
    const orders = (await bench.view('lab.worklist', { encounter })).filter((row) => row.group === 'lab');
    assert.deepEqual(orders.map((row) => [row.service, row.state, row.resultsCritical]).toSorted(), [
      ['CREA', 'validated', 0],
      ['GLU', 'validated', 0],
      ['ION', 'validated', 1],
    ]);
    const results = await bench.view('lab.results', { encounter });
    const flags = Object.fromEntries(results.map((row) => [String(row.item), row.flag]));
    assert.deepEqual([flags.GLU, flags.K, flags.NA], ['H', 'HH', 'N']);
    const [call] = await bench.view('lab.critical', { encounter });
    assert.equal(call?.status, 'requested');
    withinBudget('a9', 'Nhập và duyệt kết quả', bench, BUDGET['laboratory bench']);
    assert.equal(bench.clicks, 0);
    await bench.context.close();
  },
);

step('doctor: results seen, prescription line, Ctrl+Enter signs and concludes', async () => {
  const doctor = await atWork(browser, hospital.base, 'bacsi', '/kham');
  const { page } = doctor;
  await doctor.rowWhere('outpatient.queue', {}, inState('results-ready'), 'the state results-ready');
  await page.locator('.m-workitem', { hasText: 'Đủ KQ' }).waitFor();
  await doctor.press('F2');
  // Results that nobody has seen open by themselves.
  await page.locator('.doc-results').getByText('7,1').first().waitFor();
  await doctor.shot('a12-results');
  const seen = page.getByRole('button', { name: /Đã xem 3 kết quả/ });
  await seen.waitFor();
  await doctor.press('Space');
  await seen.waitFor({ state: 'detached' });
  await doctor.rowWhere('lab.critical', { encounter }, (r) => r.status === 'completed', 'the acknowledgement');
  await doctor.press('F6');
  await page.waitForFunction(() => document.activeElement?.closest('[data-anchor="5"]') != null);
  await doctor.type('amlodipin 5');
  await page.getByRole('option').filter({ hasText: 'amLODIPin' }).first().waitFor();
  // The list takes no key while it still answers an earlier letter: pressed again, as a person would.
  const dose = page.locator('.doc-dose');
  for (let i = 0; i < 20 && (await dose.count()) === 0; i++) {
    await doctor.press('Alt+1');
    await dose.waitFor({ timeout: 1_500 }).catch(() => undefined);
  }
  await page.waitForFunction(() => document.activeElement?.closest('.doc-dose') != null);
  await doctor.type('1v x 1 sáng 28n');
  await page.locator('.doc-dose-read', { hasText: '28' }).waitFor();
  await doctor.press('Enter');
  await page.locator('.doc-rx-line', { hasText: 'amLODIPin' }).waitFor();
  await doctor.shot('a13-prescription');
  await doctor.fits();
  await doctor.press('Control+Enter');
  await doctor.sees(/Đã ký và xong cho/);
  await doctor.shot('a14-finished');
  const [prescription] = await doctor.view('outpatient.prescriptions', { encounter });
  assert.ok(prescription, 'the prescription is signed');
  withinBudget('a12–a14', 'Kết luận, kê đơn, ký', doctor, BUDGET['doctor, second look']);
  await doctor.context.close();
});

step('cashier: the bill is there, one key settles', async () => {
  const cashier = await atWork(browser, hospital.base, 'thungan', '/cashier');
  const { page } = cashier;
  await page.locator('.m-workitem', { hasText: NAME }).waitFor();
  // The day begins with a shift: no cash without one.
  await page.getByRole('button', { name: 'Mở ca' }).first().click();
  await page.getByLabel('Tiền lẻ đầu ca').waitFor();
  await cashier.press('Enter');
  await page.getByText(/Ca mở từ/).waitFor();
  await cashier.press('F2');
  await cashier.sees('Xét nghiệm');
  await page.locator('.cash-due').waitFor();
  await cashier.shot('a15-bill');
  await cashier.fits();
  await cashier.press('Control+Enter');
  await page.locator('.cash-done').waitFor();
  await cashier.shot('a15-settled');
  await cashier.rowWhere('cashier.queue', {}, inState('settled'), 'the state settled');
  const [invoice, ...others] = await cashier.view('cashier.invoices', { encounter });
  assert.equal(others.length, 0);
  assert.equal(invoice?.status, 'balanced');
  withinBudget('a15', 'Thu tiền', cashier, BUDGET.cashier);
  await cashier.context.close();
});

step('pharmacy: the person scanned, the lots that end first are handed over', async () => {
  const pharmacist = await atWork(browser, hospital.base, 'duocsi', '/pharmacy');
  const { page } = pharmacist;
  const mine = (row: Row): boolean => row.encounter === encounter;
  await page.locator('.m-workitem', { hasText: NAME }).waitFor();
  await pharmacist.scan(patientCode);
  await page.locator('.rx-lines', { hasText: 'amLODIPin' }).waitFor();
  await pharmacist.click(page.getByText('Đã hướng dẫn cách dùng cho người nhận'));
  await page.locator('button:not([disabled])', { hasText: 'Phát thuốc' }).waitFor();
  await pharmacist.shot('a16-pick');
  await pharmacist.fits();
  await pharmacist.press('Control+Enter');
  await pharmacist.sees('Thuốc đã giao');
  await pharmacist.shot('a16-dispensed');
  await pharmacist.rowWhere('pharmacy.queue', {}, (r) => mine(r) && r.state === 'dispensed', 'the state dispensed');
  withinBudget('a16', 'Phát thuốc', pharmacist, BUDGET.pharmacy);
  await pharmacist.context.close();
});

step('claims: the file was checked, signed, sent and received without a hand', async () => {
  const officer = await atWork(browser, hospital.base, 'giamdinh', '/claims');
  const { page } = officer;
  const claim = await officer.rowWhere(
    'claims.list',
    {},
    (r) => r.encounter === encounter && r.state === 'received',
    'a claim that the portal received',
  );
  assert.ok(typeof claim.receipt === 'string' && claim.receipt.length > 0, 'the portal gave a receipt');
  assert.equal(claim.errors, 0);
  assert.equal(claim.checkIn, 'received');
  await officer.click(page.getByRole('button', { name: 'Đã tiếp nhận' }));
  await officer.click(page.locator('.m-workitem', { hasText: NAME }));
  await officer.sees(String(claim.receipt));
  await officer.sees(visitCode);
  await officer.shot('a17-claim');
  await officer.fits();
  withinBudget('a17', 'Giám định và gửi hồ sơ', officer, BUDGET.claims);
  await officer.context.close();
});

step('every live view is what the records say', async () => {
  await hospital.stop();
  const { views } = JSON.parse(await hospital.mach('views', 'rebuild', '--json')) as {
    views: { view: string; rows: number; same: boolean }[];
  };
  assert.deepEqual(
    views.filter((one) => !one.same),
    [],
  );
  const visits = views.find((one) => one.view === 'outpatient.queue');
  assert.equal(visits?.rows, 1);
});
