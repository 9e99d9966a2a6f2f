import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { settle } from '@mach/cashier/contract.ts';
import cashier from '@mach/cashier/module.ts';
import { feeVisit, type Hall, METFORMIN, openHall, PHONE, type Ready, visitToPay } from '@mach/cashier/testing.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import outpatient from '@mach/outpatient/module.ts';
import { readBalances } from '@mach/store';
import { receiveStock } from './contract.ts';
import pharmacy from './module.ts';

/** The window in a real browser (journeys a16): the person confirmed, drugs handed over, brought back. */
let hall: Hall;
let lan: Ready;
let hung: Ready;

before(async () => {
  hall = await openHall([fixtures, encounter, outpatient, cashier, pharmacy]);
  const { house } = hall;
  const item = { drug: METFORMIN.drug, price: '200', supplier: 'Công ty Dược Mẫu A' };
  await house.send(
    receiveStock,
    {
      place: 'KHO-LE',
      items: [
        { ...item, lot: 'A1', expiry: '2027-06-30', quantity: '40' },
        { ...item, lot: 'B2', expiry: '2027-12-31', quantity: '400' },
      ],
    },
    'pharmacist',
  );
  const paid = async (patient: string): Promise<Ready> => {
    const visit = await visitToPay(house, feeVisit({ patient }), { drugs: [METFORMIN] });
    // Exam 36,500 + 60 × 260.
    const payments = [{ method: 'cash' as const, amount: 52_100 }];
    await house.send(settle, { encounter: visit.encounter, expectedPatientTotal: 52_100, payments }, 'cashier');
    return visit;
  };
  lan = await paid('lan');
  hung = await paid('hung');
});
after(() => hall?.close());

const shelf = async (lot: string): Promise<string> =>
  (
    await readBalances(hall.house.engine.database.tenant(1), 'stock', `stock:KHO-LE:${METFORMIN.drug}:${lot}`)
  )[0]?.balance.toString() ?? '';
const stateOf = async (visit: Ready): Promise<unknown> =>
  (await readView(hall.house.engine, hall.house.actor('pharmacist'), 'pharmacy.queue', {})).rows.find(
    (row) => row.encounter === visit.encounter,
  )?.state;

test('nobody is handed drugs by one key too many; asked by name and birth date they are', async () => {
  const { page, context, faults } = await hall.counter('duocsi', '/pharmacy');
  await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).click();
  await page.locator('.rx-lines', { hasText: 'metFORMIN' }).waitFor();
  await page.getByText('Chưa đối chiếu người nhận').waitFor();
  await page.keyboard.press('Control+Enter');
  // The key leads to what is missing instead of handing over.
  await page.waitForFunction(() => (document.activeElement as HTMLInputElement | null)?.type === 'checkbox');
  assert.equal(await stateOf(lan), 'signed');
  await page.keyboard.press('Space');
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.keyboard.press('Control+Enter');
  await page.getByText('Đã phát đủ đơn').waitFor();
  assert.equal(await stateOf(lan), 'dispensed');
  assert.deepEqual([await shelf('A1'), await shelf('B2')], ['0', '380']);

  // The same key again, twice, does nothing to the next person.
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('F2');
  await page.locator('.m-banner', { hasText: 'Lê Văn HÙNG' }).waitFor();
  await page.locator('.rx-lines', { hasText: 'metFORMIN' }).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Control+Enter');
  await page.waitForTimeout(400);
  assert.equal(await stateOf(hung), 'signed');
  await context.close();
});

test('a lot comes back with its reason: on the shelf again, the money waits at the cashier', async () => {
  const { page, context, faults } = await hall.counter('duocsi', '/pharmacy');
  await page.getByRole('button', { name: 'Đã phát', exact: true }).click();
  await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).click();
  await page.getByText('Thuốc đã giao').waitFor();
  await page.keyboard.press('Alt+R');
  const drawer = page.locator('.m-drawer');
  await drawer.waitFor();
  const take = drawer.getByRole('button', { name: 'Nhận lại và hoàn tiền' });
  assert.equal(await take.isDisabled(), true, 'which lot, and why, come first');
  await drawer.locator('.rx-return-lot', { hasText: 'B2' }).click();
  await drawer.getByLabel('Lý do trả').selectOption({ label: 'Bác sĩ cho ngưng thuốc' });
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await take.click();
  // 20 tablets of 260.
  await page.getByText(/Người bệnh nhận 5\.200.₫ tại quầy thu ngân/).waitFor();
  await page.getByText('Đã trả lại', { exact: true }).waitFor();
  assert.equal(await shelf('B2'), '400');
  assert.equal(await stateOf(lan), 'dispensed', 'what came back for good is not handed over again');
  await context.close();
});

test('on a phone in the dark nothing is too wide', async () => {
  const { page, context, faults } = await hall.counter('duocsi', '/pharmacy', {
    viewport: PHONE,
    preferences: { theme: 'dark', language: 'en' },
  });
  await page.locator('.m-workitem', { hasText: 'Lê Văn HÙNG' }).click();
  await page.locator('.rx-lines', { hasText: 'metFORMIN' }).waitFor();
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await context.close();
});
