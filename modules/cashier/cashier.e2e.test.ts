import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { claimsModule } from '@mach/claims/module.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import reception from '@mach/reception/module.ts';
import { readBalances, referringRecords } from '@mach/store';
import { creditReturn } from './contract.ts';
import cashier from './module.ts';
import { type Hall, insuredCard, insuredVisit, METFORMIN, openHall, PHONE, type Ready, visitToPay } from './testing.ts';

/** The cashier's desk in a real browser (journeys a15): co-payment, change, receipt, refund, cancellation. */
let hall: Hall;
let lan: Ready;

before(async () => {
  hall = await openHall([fixtures, encounter, reception, cashier, claimsModule()]);
  const { house } = hall;
  lan = await visitToPay(house, insuredVisit(), { services: ['CT-NGUC'], drugs: [METFORMIN] });
  await writeFixtures(house, insuredCard('card-far', 'hung', 'GD4795519501239', { registered: '79001' }));
  // A card registered elsewhere, without a paper: another route than the right one.
  await visitToPay(
    house,
    insuredVisit({
      patient: 'hung',
      coverage: 'card-far',
      room: 'room-303',
      benefit: { rate: 0, category: '9', hash: 'test', route: 'self' },
    }),
    { services: ['CT-NGUC'] },
  );
});
after(() => hall?.close());

const view = async (name: string) => (await readView(hall.house.engine, hall.house.actor('cashier'), name, {})).rows;
const drawer = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await readBalances(hall.house.engine.database.tenant(1), 'money', '')).map((b) => [
      b.account,
      b.balance.toString(),
    ]),
  );

test('80 %: one number, money given, change, and the number of the receipt', async () => {
  const { page, context, faults } = await hall.counter('thungan', '/cashier');
  await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).click();
  await page.locator('.cash-due', { hasText: '114.820' }).waitFor();
  // Without a shift no cash is taken: one key opens it.
  await page.getByText('Chưa mở ca: chưa thu, chi tiền mặt được').waitFor();
  await page.keyboard.press('F10');
  await page.getByLabel('Tiền lẻ đầu ca').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Chưa mở ca: chưa thu, chi tiền mặt được').waitFor({ state: 'detached' });
  await page.keyboard.press('F9');
  await page.keyboard.type('100000');
  await page
    .getByText(/Còn thiếu 14\.820/)
    .first()
    .waitFor();
  await page.keyboard.press('Control+Enter');
  assert.equal((await view('cashier.invoices')).length, 0, 'too little is not taken');
  await page.keyboard.press('F9');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('200000');
  await page.locator('.cash-change', { hasText: '85.180' }).waitFor();
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.keyboard.press('Control+Enter');
  await page.locator('.cash-done', { hasText: '85.180' }).waitFor();
  await page.getByText('PT261124-00001').first().waitFor();
  await page.getByRole('button', { name: 'In phiếu thu' }).waitFor();
  assert.equal((await drawer())['cash:thungan'], '114820');
  await context.close();
});

test('a card of another facility: the share is explained, and the card is asked about again at the desk', async () => {
  const { page, context } = await hall.counter('thungan', '/cashier');
  await page.locator('.m-workitem', { hasText: 'Lê Văn HÙNG' }).click();
  await page.getByText('Thẻ BHYT chưa được cổng giám định xác thực').waitFor();
  await page.getByRole('button', { name: 'Tra lại thẻ' }).click();
  await page.getByText('Thẻ BHYT chưa được cổng giám định xác thực').waitFor({ state: 'detached' });
  await page.getByText('Cách tính').click();
  await page
    .getByText(/Mức hưởng/)
    .first()
    .waitFor();
  await context.close();
});

test('what came back waits as a refund, is handed out once; then the receipt is cancelled with its reason', async () => {
  const { house } = hall;
  const [request] = await referringRecords(house.engine.database.tenant(1), [
    { param: 'MedicationRequest.encounter', value: lan.encounter },
  ]);
  await house.send(
    creditReturn,
    {
      encounter: lan.encounter,
      items: [{ source: `MedicationRequest/${request?.record.id ?? ''}`, quantity: '60' }],
      record: 'MedicationDispense/x',
      reason: 'Bác sĩ cho ngưng thuốc',
    },
    'system',
  );
  const { page, context, faults } = await hall.counter('thungan', '/cashier');
  await page.getByRole('button', { name: /Chờ hoàn/ }).click();
  await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).click();
  await page.getByText('Chờ hoàn cho người bệnh').waitFor();
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.getByRole('button', { name: /Hoàn 3\.120/ }).click();
  await page.getByText(/phiếu chi PC261124-00001/).waitFor();
  await page.getByText('Chờ hoàn cho người bệnh').waitFor({ state: 'detached' });
  assert.equal((await drawer())['cash:thungan'], '111700');

  await page.getByRole('button', { name: 'Huỷ phiếu thu' }).click();
  const dialog = page.getByRole('dialog');
  const cancel = dialog.getByRole('button', { name: 'Huỷ phiếu thu' });
  assert.equal(await cancel.isDisabled(), true, 'a reason comes first');
  await dialog.getByLabel('Lý do huỷ').fill('Thu nhầm người');
  await cancel.click();
  await page.getByText(/Hoàn lại: Tiền mặt 111\.700/).waitFor();
  const [invoice] = await view('cashier.invoices');
  assert.deepEqual([invoice?.status, invoice?.cancelledReason], ['cancelled', 'Thu nhầm người']);
  assert.equal((await drawer())['cash:thungan'], '0');
  await context.close();
});

test('on a phone in the dark, in English, nothing is too wide', async () => {
  const { page, context, faults } = await hall.counter('thungan', '/cashier', {
    viewport: PHONE,
    preferences: { theme: 'dark', language: 'en' },
  });
  await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).click();
  await page.locator('.cash-due').waitFor();
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await context.close();
});
