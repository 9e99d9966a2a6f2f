import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import cashier from '@mach/cashier/module.ts';
import { type Hall, openHall } from '@mach/cashier/testing.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import { addCoverage, registerPatient } from '@mach/reception/contract.ts';
import reception from '@mach/reception/module.ts';
import { bhytQr, type Citizen, cccdQr, LAN } from '@mach/reception/testing.ts';
import { claimsModule } from './module.ts';
import { PortalSimulator } from './portal/simulator/server.ts';

/** The card at the desk, as the one at the desk sees it: confirmed, silent, refused; and somebody without a name. */
const HUNG: Citizen = {
  number: '001055067890',
  name: 'LÊ VĂN HÙNG',
  born: '02031955',
  sex: 'Nam',
  address: LAN.address,
};
const AN: Citizen = { number: '001195012399', name: 'PHẠM THỊ AN', born: '05061995', sex: 'Nữ', address: LAN.address };

let hall: Hall;
const simulator = new PortalSimulator({ password: 'mo-phong' });

async function known(who: Citizen, number: string): Promise<void> {
  const { house } = hall;
  const person = { phone: '0912345678' };
  const { patient } = await house.send(registerPatient, { cccdQr: cccdQr(who), person }, 'reception');
  await house.send(addCoverage, { patient, bhytQr: bhytQr(who, { number }) }, 'reception');
}

before(async () => {
  hall = await openHall([fixtures, encounter, reception, cashier, claimsModule({ portal: { simulator } })]);
  await known(LAN, 'GD4010116401234');
  await known(HUNG, 'HT3010105567890');
  await known(AN, 'GD4019519501010');
});
after(() => hall?.close());

const cards = async () =>
  (await readView(hall.house.engine, hall.house.actor('reception'), 'reception.cards', {})).rows;

test('a card that the portal confirms says when it was asked', async () => {
  const { page, scan, context } = await hall.counter('tiepdon', '/reception');
  await scan(cccdQr(LAN));
  await page.locator('.m-chip', { hasText: /^tra \d/ }).waitFor();
  // The portal knows another last day than the card on file: one key takes it over.
  await page.getByText('Cổng BHXH ghi thẻ còn hạn đến 31/12/2027').waitFor();
  await page.getByRole('button', { name: 'Lấy theo cổng' }).click();
  await page.getByText('Thẻ còn hạn đến 31/12/2027').waitFor();
  assert.equal((await cards()).find((one) => one.number === 'GD4010116401234')?.portalStatus, 'verified');
  await context.close();
});

test('a silent portal is in nobody’s way, and is asked again behind the desk', async () => {
  simulator.up = false;
  const { page, scan, context, faults } = await hall.counter('tiepdon', '/reception');
  await scan(cccdQr(HUNG));
  await page.getByText('Vẫn khám bình thường').waitFor();
  await page.locator('.rec-rate').waitFor();
  await page.getByLabel('Lý do đến khám').fill('Đau ngực');
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.getByText('Đủ mục').waitFor();
  await page.getByLabel('Lý do đến khám').press('Enter');
  await page.getByText('Số vừa cấp').waitFor();
  simulator.up = true;
  hall.house.clock.advance(10 * 60_000);
  await hall.house.settle();
  await page.locator('.m-workitem', { hasText: 'Lê Văn HÙNG' }).click();
  await page.locator('.rec-card-fact .m-chip', { hasText: /^tra \d/ }).waitFor();
  await context.close();
});

test('a card that the portal refuses is used only with a reason', async () => {
  const { page, scan, context } = await hall.counter('tiepdon', '/reception');
  await scan(cccdQr(AN));
  await page.locator('.m-chip', { hasText: 'Cổng từ chối thẻ' }).waitFor();
  await page.locator('.rec-rate').waitFor();
  await page.getByLabel('Lý do đến khám').fill('Ho, sốt');
  await page.getByText('Đủ mục').waitFor();
  await page.getByLabel('Lý do đến khám').press('Enter');
  await page.getByText('quỹ sẽ không trả lượt khám này').waitFor();
  assert.equal(await page.getByText('Số vừa cấp').count(), 0);
  await page.locator('.m-alert', { hasText: 'quỹ sẽ không trả' }).getByRole('button').click();
  await page.getByRole('combobox', { name: /lý do/i }).first().selectOption({ index: 1 });
  await page.getByText('Số vừa cấp').waitFor();
  await context.close();
});

test('somebody without a name gets a code and a number; a card that is scanned later says who it is', async () => {
  const { page, scan, context, faults } = await hall.counter('tiepdon', '/reception');
  await page.getByRole('button', { name: 'Chưa rõ tên' }).click();
  await page.getByLabel('Lý do đến khám').fill('Tai nạn giao thông, hôn mê');
  await page.getByLabel('Phòng khám').selectOption({ index: 1 });
  await page.getByLabel('Nữ', { exact: true }).check();
  assert.deepEqual(await faults(), { serious: [], wide: 0 });
  await page.keyboard.press('Control+Enter');
  await page.locator('.m-banner', { hasText: 'CC-2411-01' }).waitFor();
  await scan(cccdQr(LAN));
  const drawer = page.locator('.m-drawer');
  await drawer.getByText('Người này đã có hồ sơ').waitFor();
  const merge = drawer.getByRole('button', { name: 'Gộp vào hồ sơ này' });
  assert.equal(await merge.isDisabled(), true, 'by what it is certain comes first');
  await drawer.getByLabel('Xác định bằng').selectOption({ label: 'Tìm thấy giấy tờ tuỳ thân' });
  await merge.click();
  await page.locator('.m-banner', { hasText: 'Trần Thị LAN' }).waitFor();
  await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).waitFor();
  assert.equal(await page.locator('.m-workitem', { hasText: 'CC-2411-01' }).count(), 0);
  await context.close();
});
