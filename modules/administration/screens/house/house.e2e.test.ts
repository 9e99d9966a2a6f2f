import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readView } from '@mach/engine';
import type { ChargeItem } from '@mach/fhir/types.ts';
import { readRecord } from '@mach/store';
import { type Front, openFront, signIn } from '../../testing/front.ts';
import { xlsx } from '../../testing/xlsx.ts';

const EXAM = '02.1898';
let front: Front;
before(
  async () => {
    front = await openFront();
  },
  { timeout: 180_000 },
);
after(() => front?.close());

test('an administrator imports a price list and adds a room; the desk sees the room, and the visit has the new price', async () => {
  const { page, context } = await front.visitor();
  await page.goto(`${front.base}/house/import`);
  await signIn(page, 'quantri');
  await page.locator('input[type=file]').setInputFiles({
    name: 'bang-gia.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: xlsx([
      ['STT', 'Mã dịch vụ', 'Tên', 'Đơn giá'],
      [1, EXAM, 'Khám Nội', '55.500'],
      [2, 'KHONG.CO', '', 1],
    ]),
  });
  await page.getByRole('button', { name: 'Chạy thử' }).click();
  await page.getByText('Mới 0 · đổi 0 · như cũ 0 · lỗi 2').waitFor();
  await page.getByText('"55.500" là 55.5 hay 55500?').waitFor();
  await page.getByRole('radio', { name: 'Dấu chấm là hàng nghìn' }).click();
  await page.getByRole('button', { name: 'Chạy thử' }).click();
  await page.getByText('Mới 0 · đổi 1 · như cũ 0 · lỗi 1').waitFor();
  const go = page.getByRole('button', { name: 'Nhập 1 dòng' });
  assert.equal(await go.isDisabled(), true, 'faulty rows are not left out unasked');
  await page.getByRole('checkbox', { name: /Bỏ qua các dòng lỗi/ }).check();
  await page.getByLabel('Quyết định ban hành').fill('NQ 12/2026/NQ-HĐND');
  await go.click();
  await page.getByText('Đã nhập 1 dòng').waitFor();

  await page.getByRole('tab', { name: 'Giá dịch vụ' }).click();
  await page.getByPlaceholder('Tìm mã, tên').fill(EXAM);
  await page.getByRole('row', { name: /Khám Nội.*55\.500/ }).click();
  await page.locator('.hou-history').getByText('NQ 12/2026/NQ-HĐND').waitFor();
  // "60.000" may be sixty: it is asked back, and not saved as no price at all.
  const changes = async (): Promise<number> =>
    (await readView(front.house.engine, front.house.actor('administrator'), 'administration.changes', {})).rows.length;
  const before = await changes();
  const price = page.locator('.m-drawer .m-input-number').first();
  await price.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('60.000');
  await page.locator('.m-number-ask').waitFor();
  await page.keyboard.press('Control+Enter');
  assert.equal(
    await price.evaluate((field) => field === document.activeElement),
    true,
    'the caret waits where it is asked',
  );
  await page.locator('.m-number-ask').waitFor();
  assert.equal(await changes(), before);
  await page.keyboard.press('Escape');

  await page.getByRole('tab', { name: 'Khoa, phòng' }).click();
  await page.getByRole('row', { name: /305/ }).first().waitFor();
  await page.keyboard.press('F10');
  await page.getByRole('textbox', { name: 'Mã', exact: true }).fill('P401');
  await page.getByRole('textbox', { name: 'Tên', exact: true }).fill('Phòng khám Nội 4');
  await page.getByRole('combobox', { name: 'Khoa', exact: true }).selectOption('dep-k01');
  await page.getByRole('combobox', { name: 'Công khám' }).fill(EXAM);
  await page
    .getByRole('option', { name: new RegExp(EXAM) })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('row', { name: /P401.*Phòng khám Nội 4/ }).waitFor();
  for (const [tab, add] of [
    ['Thuốc', 'Thuốc mới'],
    ['Máy in', 'Thêm máy in'],
    ['Đính chính', 'Đề nghị đính chính'],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('button', { name: add }).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${tab}: ${wide} px too wide`);
  }
  await context.close();

  // The desk: the room is offered, and the visit there is charged with the new price.
  const desk = await front.visitor();
  const signed = await desk.context.request.post(`${front.base}/api/session`, {
    data: { account: 'tiepdon', password: 'mach-demo' },
  });
  assert.equal(signed.status(), 200);
  const rooms = await (
    await desk.context.request.get(`${front.base}/api/views/reception.rooms?sort=code&limit=200`)
  ).text();
  assert.match(rooms, /Phòng khám Nội 4/);
  await desk.context.close();
  const { house } = front;
  const actor = house.actor(['importer', 'reception']);
  const person = {
    resourceType: 'Patient',
    id: 'p-house',
    active: true,
    name: [{ text: 'Trần Thị Lan' }],
    gender: 'female',
    birthDate: '1964-03-02',
  };
  await house.engine.sendByName('record.write', { entries: [{ op: 'put', resource: person }] }, actor, {
    key: 'patient-of-house',
  });
  const visit = { patient: 'p-house', room: 'room-p401', reason: 'Khám', payer: 'fee' };
  const { result } = await house.engine.sendByName('encounter.openVisit', visit, actor, { key: 'visit-of-house' });
  const { chargeItem } = result as { chargeItem: string };
  const line = await readRecord(house.engine.database.tenant(1), 'ChargeItem', chargeItem);
  assert.ok(line);
  assert.equal((line.resource as ChargeItem).priceOverride?.value, 55_500, 'the bill is made of this line');
});

test('a printer of a desk: added with its form and paper, changed, and taken away', async () => {
  const { page, context } = await front.visitor();
  await page.goto(`${front.base}/house/printers`);
  await signIn(page, 'quantri');
  await page.getByRole('button', { name: 'Thêm máy in' }).click();
  const drawer = page.locator('.m-drawer');
  await drawer.getByRole('textbox').first().fill('Máy in phòng 305');
  await drawer.getByRole('combobox', { name: 'Bàn, phòng' }).selectOption('room-305');
  await drawer.getByRole('combobox', { name: 'Phiếu kết quả chẩn đoán hình ảnh' }).selectOption('A5');
  await page.keyboard.press('Control+Enter');
  const row = page.getByRole('row', { name: /Máy in phòng 305/ });
  await row.filter({ hasText: 'Phiếu kết quả chẩn đoán hình ảnh A5' }).waitFor();
  const print = async (): Promise<{ name: string; forms: Record<string, unknown> }[]> => {
    const answer = await context.request.get(`${front.base}/api/print`);
    return ((await answer.json()) as { printers: { name: string; forms: Record<string, unknown> }[] }).printers;
  };
  const forms = async () => (await print()).find((one) => one.name === 'Máy in phòng 305')?.forms;
  assert.deepEqual(await forms(), { 'lab.imaging': { paper: 'A5', copies: 1 } });

  await row.click();
  await drawer.getByRole('combobox', { name: 'Phiếu kết quả chẩn đoán hình ảnh' }).selectOption('A4');
  await drawer.getByRole('combobox', { name: 'Số bản' }).selectOption('2');
  await page.keyboard.press('Control+Enter');
  await row.filter({ hasText: 'A4 × 2' }).waitFor();
  assert.deepEqual(await forms(), { 'lab.imaging': { paper: 'A4', copies: 2 } });
  await row.click();
  await drawer.getByRole('button', { name: 'Bỏ máy in' }).click();
  await row.waitFor({ state: 'detached' });
  assert.equal(await forms(), undefined);
  await context.close();
});
