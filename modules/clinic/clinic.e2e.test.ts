import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import administration from '@mach/administration/module.ts';
import cashier from '@mach/cashier/module.ts';
import { type Hall, openHall, PHONE } from '@mach/cashier/testing.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import outpatient from '@mach/outpatient/module.ts';
import { receiveStock } from '@mach/pharmacy/contract.ts';
import pharmacy from '@mach/pharmacy/module.ts';
import reception from '@mach/reception/module.ts';
import pg from 'pg';
import type { Locator } from 'playwright-core';
import { presses, withinBudget } from '../../apps/server/testing/hands.ts';
import clinic from './module.ts';

/** A clinic of one person in a real browser: set-up, a visit from the door to the drugs, the end of the day. */
const ROLES = ['clinic', 'administrator', 'reception', 'nurse', 'doctor', 'pharmacist', 'cashier'];
const SHOTS = process.env.MACH_SHOTS;
let hall: Hall;

before(async () => {
  hall = await openHall([fixtures, encounter, reception, outpatient, pharmacy, cashier, administration, clinic]);
  (hall.house.engine.settings(1) as Map<string, unknown>).set('clinic.mode', true);
  const owner = new pg.Client({ connectionString: hall.house.ownerUrl });
  await owner.connect();
  // Whoever opens a clinic does everything in it.
  await owner.query(
    `update system.membership set roles = $1 where account = (select id from system.account where login = 'bacsi')`,
    [ROLES],
  );
  await owner.end();
});
after(() => hall?.close());

const rows = async (name: string, as: string[]) =>
  (await readView(hall.house.engine, hall.house.actor(as), name, {})).rows;

/** Counts every key as a person presses it. */
function hands(page: Awaited<ReturnType<Hall['counter']>>['page']) {
  let keys = 0;
  return {
    get keys() {
      return keys;
    },
    type: async (text: string) => {
      keys += presses(text);
      await page.keyboard.type(text, { delay: 45 });
    },
    /** Goes to a field as a person at the keyboard does, and counts the way. */
    to: async (field: Locator) => {
      for (let steps = 0; !(await field.evaluate((one) => one === document.activeElement)); steps++) {
        assert.ok(steps < 40, `${field} is reached by Tab`);
        keys++;
        await page.keyboard.press('Tab');
      }
    },
    press: async (...list: string[]) => {
      for (const key of list) {
        keys++;
        await page.keyboard.press(key);
      }
    },
  };
}

test('set-up by keys alone, then the first visit: two presses of the finish key', async () => {
  const { page, context, faults } = await hall.counter('bacsi', '/clinic');
  const hand = hands(page);
  page.setDefaultTimeout(Number(process.env.MACH_WAIT ?? 30_000));
  const shot = async (name: string): Promise<void> => {
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
  };
  await page.getByLabel('Tên phòng khám').waitFor();
  await hand.type('Phòng khám Bình An');
  await hand.press('Tab');
  await hand.type('12 Nguyễn Trãi, Hà Nội');
  await hand.press('Tab');
  await hand.type('0123/HNO-GPHĐ');
  await shot('clinic-wizard');
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await hand.press('Control+Enter');
  await page.getByLabel(/^Tên phòng(?! khám)/).waitFor();
  await hand.type('Phòng khám 1');
  await hand.press('Control+Enter');
  const search = page.getByRole('combobox', { name: 'Dịch vụ và giá' });
  await search.waitFor();
  await hand.type('02.1898');
  await page.getByRole('option').first().waitFor();
  await hand.press('Enter');
  const price = page.getByLabel(/^Giá /);
  await hand.to(price);
  await hand.press('Control+A');
  await hand.type('150000');
  await shot('clinic-prices');
  await hand.press('Control+Enter');
  await page.getByText('Bước 4/6').waitFor();
  await hand.press('Control+Enter');
  await page.getByText('Bước 5/6').waitFor();
  await hand.press('Control+Enter');
  await page.getByText('Bước 6/6').waitFor();
  await shot('clinic-ready');
  await hand.press('Control+Enter');
  withinBudget('d0', 'Mở phòng khám: sáu bước', { keys: hand.keys }, { keys: 140 });

  // The first patient of the house.
  const before = hand.keys;
  await page.getByRole('combobox', { name: /Tìm tên/ }).waitFor();
  // The name that was looked for is the name of the new record.
  await hand.type('Lê Thị Hồng');
  await hand.to(page.getByLabel(/Ngày sinh/));
  assert.equal(await page.getByLabel('Họ tên').inputValue(), 'Lê Thị Hồng');
  await hand.type('05031980');
  await hand.to(page.getByRole('combobox', { name: /Xã, phường/ }));
  await hand.type('ba dinh');
  await page.getByRole('option').first().waitFor();
  await hand.press('Enter');
  await hand.to(page.getByLabel('Lý do đến khám'));
  await hand.type('Đau đầu');
  await shot('clinic-arrive');
  await hand.press('Control+Enter');
  await page.getByLabel('HA tâm thu').waitFor();
  await hand.type('150');
  await hand.press('Tab');
  await hand.type('90');
  await hand.press('Alt+2');
  await hand.type('Đau đầu 2 ngày');
  await hand.press('Tab');
  await hand.type('Tỉnh, HA cao');
  await hand.press('Tab');
  await hand.type('i10');
  await page.getByRole('option').first().waitFor();
  await hand.press('Enter');
  await page.locator('.clinic-chosen', { hasText: 'I10' }).waitFor();
  await hand.press('Alt+3');
  assert.equal(await page.getByLabel('Dị ứng').evaluate((one) => one === document.activeElement), true);
  await hand.type('0');
  await hand.press('Tab');
  await hand.type('metformin 850');
  await page.locator('[role=option] >> nth=0').filter({ hasText: '850' }).waitFor();
  await hand.press('ArrowDown', 'Enter');
  await page.getByLabel('Sáng').waitFor();
  await hand.to(page.getByLabel('Sáng'));
  await hand.type('1');
  await hand.to(page.getByLabel('Tối'));
  await hand.type('1');
  await hand.to(page.getByLabel('Số ngày'));
  await hand.type('30');
  await shot('clinic-exam');
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  const drug = (await page.locator('.clinic-drug-name').textContent()) ?? '';
  assert.match(drug, /met/i);
  await hall.house.send(
    receiveStock,
    {
      place: 'KHO-LE',
      items: [
        {
          drug: 'metformin-850-mg-v',
          lot: 'A1',
          expiry: '2028-01-31',
          quantity: '500',
          price: '150',
          supplier: 'CTY Dược',
        },
      ],
    },
    'pharmacist',
  );
  await hand.press('Control+Enter');
  await page
    .getByRole('button', { name: /Thu tiền và phát thuốc|Mở ca/ })
    .first()
    .waitFor({ timeout: 20_000 });
  await page.locator('.clinic-due', { hasText: '165.600' }).waitFor();
  await page.getByText('Chưa mở ca: chưa thu tiền mặt được').waitFor();
  await hand.press('F9');
  await page.getByText('Chưa mở ca: chưa thu tiền mặt được').waitFor({ state: 'detached' });
  await shot('clinic-pay');
  await hand.press('Control+Enter');
  await page.getByRole('button', { name: /Xong lượt khám/ }).waitFor({ timeout: 20_000 });
  await shot('clinic-done');
  withinBudget('d1', 'Phòng khám một người: cả lượt khám', { keys: hand.keys - before }, { keys: 125 });
  const [visit] = await rows('cashier.queue', ['cashier']);
  assert.ok(['settled', 'closed'].includes(String(visit?.state)), String(visit?.state));
  const [invoice] = await rows('cashier.invoices', ['cashier']);
  assert.equal(invoice?.patientTotal, 165_600, "the clinic's own price of the exam, and the drugs");
  const [handed] = await rows('pharmacy.dispenses', ['pharmacist']);
  assert.deepEqual([handed?.quantity, handed?.lot], [60, 'A1']);

  await page.getByRole('button', { name: 'Cuối ngày' }).click();
  await page.getByText('165.600').first().waitFor();
  for (const [note, pieces] of [
    [page.getByLabel(/Tờ 100\.000/), '1'],
    [page.getByLabel(/Tờ 50\.000/), '1'],
    [page.getByLabel(/Tờ 5\.000/), '3'],
    [page.getByLabel(/Tờ 200/).last(), '3'],
  ] as const) {
    await hand.to(note);
    await hand.type(pieces);
  }
  await shot('clinic-day');
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.keyboard.press('Control+Enter');
  await page.getByText(/Đã đóng ngày: nộp 165\.600/).waitFor();
  await context.close();
});

test('on a phone in the dark, in English, nothing is too wide', async () => {
  const { page, context, faults } = await hall.counter('bacsi', '/clinic/new', {
    viewport: PHONE,
    preferences: { theme: 'dark', language: 'en' },
  });
  await page.getByLabel('Reason for coming').waitFor();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/clinic-phone.png` });
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await context.close();
});
