import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import pharmacy from '@mach/pharmacy/module.ts';
import reception from '@mach/reception/module.ts';
import { readBalances } from '@mach/store';
import cashier from './module.ts';
import { BANK, SELLER } from './testing/day.ts';
import { feeVisit, type Hall, METFORMIN, openHall, PHONE, visitToPay } from './testing.ts';

/** A cashier's whole day in a real browser: float, deposit, QR and cash in one settlement, a line back, the count. */
let hall: Hall;

before(async () => {
  hall = await openHall([fixtures, encounter, reception, cashier, pharmacy]);
  const settings = hall.house.engine.settings(1) as Map<string, unknown>;
  settings.set('cashier.bank', BANK);
  settings.set('cashier.e-invoice', SELLER);
  await visitToPay(hall.house, feeVisit(), { services: ['CT-NGUC'], drugs: [METFORMIN] });
});
after(() => hall?.close());

const money = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await readBalances(hall.house.engine.database.tenant(1), 'money', '')).map((b) => [
      b.account,
      b.balance.toString(),
    ]),
  );
const SHOTS = process.env.MACH_SHOTS;

test('open → deposit → QR and cash → a line back → close and hand over', async () => {
  const { page, context, faults } = await hall.counter('thungan', '/cashier');
  const shot = async (name: string): Promise<void> => {
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
  };
  await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).click();
  // 36,500 exam + 522,000 CT + 60 × 260.
  await page.locator('.cash-due', { hasText: '574.100' }).waitFor();
  await page.keyboard.press('F10');
  await page.getByLabel('Tiền lẻ đầu ca').fill('200000');
  await page.keyboard.press('Enter');
  await page.getByText(/Ca mở từ/).waitFor();

  await page.getByRole('button', { name: 'Thu tạm ứng' }).first().click();
  await page.getByLabel('Tạm ứng', { exact: true }).fill('100000');
  await shot('deposit');
  await page.keyboard.press('Enter');
  await page.locator('.cash-held', { hasText: '100.000' }).waitFor();

  // 400,000 by transfer; the rest in cash.
  await page.getByRole('radio', { name: 'Chuyển khoản QR' }).first().click();
  await page.keyboard.press('F9');
  await page.keyboard.type('400000');
  await page.getByRole('button', { name: 'Hiện mã QR' }).click();
  await page.locator('.cash-qr-code').waitFor();
  await shot('qr');
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.getByRole('button', { name: 'Mô phỏng ngân hàng báo có' }).click();
  await page.locator('.cash-qr').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Thêm hình thức' }).click();
  await page.getByRole('radio', { name: 'Tiền mặt' }).nth(1).click();
  await page.getByText(/Còn thiếu/).waitFor({ state: 'detached' });
  await shot('ways');
  await page.keyboard.press('Control+Enter');
  await page.getByText('PT261124-00001').first().waitFor();
  assert.deepEqual(
    [(await money())['cash:thungan'], (await money())['bank:qr'], (await money()).transfers],
    [String(200_000 + 100_000 + 74_100), '400000', '0'],
  );

  await page.getByRole('button', { name: 'Hoàn dòng' }).first().click();
  await page.locator('.cash-choice', { hasText: 'metformin' }).click();
  await page.getByLabel('Lý do hoàn dòng này').fill('Người bệnh không lấy');
  await shot('line');
  await page.getByRole('button', { name: 'Hoàn dòng' }).last().click();
  await page.getByRole('button', { name: /Hoàn 15\.600/ }).click();
  await page.getByText(/phiếu chi PC261124-00001/).waitFor();
  await shot('settled');

  // 358,500 in the drawer: 358,000 are counted.
  await page.getByText(/Ca mở từ/).click();
  await page.getByLabel(/Mệnh giá 100\.000/).fill('3');
  await page.getByLabel(/Mệnh giá 50\.000/).fill('1');
  await page.getByLabel(/Mệnh giá 2\.000/).fill('4');
  await page.getByRole('button', { name: 'Đóng ca' }).click();
  await page.getByText(/thiếu 500/).waitFor();
  await page.getByLabel('Lý do chênh lệch').fill('Thối nhầm');
  await shot('count');
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.getByRole('button', { name: 'Đóng ca' }).click();
  await page.getByText(/nộp quỹ 358\.000/).waitFor();
  await shot('closed');
  await context.close();
  assert.equal((await money())['cash:thungan'], '0');
});

test('the director receives the cash, on a phone in the dark', async () => {
  const { page, context, faults } = await hall.counter('giamdoc', '/cashier', {
    viewport: PHONE,
    preferences: { theme: 'dark' },
  });
  await page.getByRole('button', { name: /Cần xử lý/ }).click();
  await page.locator('.m-workitem', { hasText: 'Chờ nộp quỹ' }).click();
  await page.getByRole('button', { name: /Xác nhận nhận 358\.000/ }).waitFor();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/receive-phone.png` });
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.getByRole('button', { name: /Xác nhận nhận 358\.000/ }).click();
  await page.getByText(/Đã nhận tiền ca/).waitFor();
  await context.close();
  const { rows } = await readView(hall.house.engine, hall.house.actor('cashier'), 'cashier.shifts', {});
  assert.deepEqual([rows[0]?.state, rows[0]?.difference], ['received', -500]);
});
