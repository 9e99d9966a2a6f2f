import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Communication, Observation } from '@mach/fhir/types.ts';
import type { Locator } from 'playwright-core';
import { type CollectedTube, correctionsOf, itemOf, textOf } from '../contract.ts';
import { DESK, type Desk, openPlace, PHONE, type Place } from '../testing/desk.ts';
import { callback, collected, enter, orderState, pointing, rows, validate } from '../testing/house.ts';
import { LAN_CODE, ordered } from '../testing/people.ts';

/** The laboratory's page walked by its technician: journeys a8 and a9, and what goes wrong there. */
const NAMES = { lan: 'Trần Thị LAN', hung: 'Lê Văn HÙNG', mai: 'Nguyễn Thị Thuý MAI', be: 'Nguyễn Minh KHÔI' };

let place: Place;
const lab = (more?: Parameters<Place['desk']>[2]): Promise<Desk> => place.desk('xetnghiem', '/lab', more);
const row = ({ page }: Desk, name: string): Locator => page.locator('.m-workitem', { hasText: name });
const tubeOf = (tubes: readonly CollectedTube[], kind: string): string =>
  tubes.find((one) => one.tube === kind)?.code ?? assert.fail(`no tube ${kind}`);

/** A visit whose tubes are filled. */
async function drawn(patient: string, services: string[]) {
  const visit = await ordered(place.house, patient, services);
  const { tubes } = await collected(place.house, visit.orders, patient === 'lan' ? LAN_CODE : patient);
  return { ...visit, tubes };
}

before(
  async () => {
    place = await openPlace();
    place.house.clock.set('2026-11-21T02:00:00.000Z');
    await ordered(place.house, 'be', ['CTM']);
    const before = await drawn('hung', ['CREA']);
    await enter(place.house, before.orders[0] ?? '', { CREA: '80' }, 'hung');
    await validate(place.house, before.orders[0] ?? '');
    place.house.clock.set('2026-11-24T01:00:00.000Z');
  },
  { timeout: 180_000 },
);
after(() => place?.close());

describe('the laboratory', () => {
  test('sampling by keyboard: the wrong paper stops, the right one goes on; a label a tube, a page a label', async () => {
    const { orders, visitCode } = await ordered(place.house, 'lan', ['GLU', 'CREA']);
    const other = await ordered(place.house, 'mai', ['GLU']);
    const desk = await lab();
    const { page } = desk;
    await page.getByRole('button', { name: 'Chờ lấy mẫu' }).click();
    await row(desk, NAMES.lan).waitFor();
    const list = await page.locator('.m-workitem .m-workrow-name').allTextContents();
    assert.deepEqual(
      list,
      ['Trần Thị Lan', 'Nguyễn Thị Thuý Mai'],
      'what an earlier day has left does not stand in the way',
    );
    await page.getByRole('button', { name: 'Ngày trước 1' }).click();
    assert.equal(await page.locator('.m-workitem').last().locator('.m-workrow-name').textContent(), 'Nguyễn Minh Khôi');
    await desk.press('F2');
    await page.locator('.lab-tube').nth(1).waitFor();
    await desk.scan(other.visitCode);
    await page.getByRole('alert').filter({ hasText: 'SAI NGƯỜI BỆNH' }).waitFor();
    await desk.press('Control+Enter');
    assert.equal(await orderState(place.house, orders[0] ?? ''), 'signed');
    await desk.scan(visitCode);
    await desk.sees('Khớp:');
    await desk.caretIn('input[type=radio][value=birth-date]');
    await desk.press('Space', 'Tab', 'Space', 'Tab', 'Space', 'Tab', 'Space');
    await desk.check('sampling');
    await desk.press('Control+Enter');
    await page.locator('.lab-label img').nth(1).waitFor();
    assert.equal(await page.locator('.lab-label-name').first().textContent(), 'TRẦN THỊ LAN');
    assert.match((await page.locator('.lab-label').nth(1).textContent()) ?? '', /M261124\d{6}.*Ống xám.*GLU/);
    const [serum = '', fluoride = ''] = await page.locator('.lab-tube-code').allTextContents();
    await desk.scan(serum);
    await desk.sees('đã dán 1/2');
    const strange = await drawn('be', ['GLU']);
    await desk.scan(tubeOf(strange.tubes, 'FLUORIDE'));
    await page.getByRole('alert').filter({ hasText: 'SAI NHÃN' }).waitFor();
    await desk.scan(fluoride);
    await desk.sees('đã dán 2/2');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await desk.check('labels');
    assert.match(await desk.paper(() => desk.press('F8')), /^nhan-M261124\d{6}-M261124\d{6}\.pdf$/);
    assert.equal(await orderState(place.house, orders[0] ?? ''), 'in-progress');
    await desk.context.close();
  });

  test("a visit slip scanned over the bench's list opens the sampling, the person already named", async () => {
    await drawn('hung', ['GLU']);
    const { visitCode } = await ordered(place.house, 'mai', ['CTM']);
    const desk = await lab();
    await desk.caretIn('.m-workitem');
    await desk.scan(visitCode);
    await desk.sees(`Khớp: ${visitCode}`);
    await desk.caretIn('input[type=radio][value=birth-date]');
    await row(desk, NAMES.mai).first().waitFor();
    await desk.context.close();
  });

  test('a specimen is rejected with its reason and comes back; its label is refused from then on', async () => {
    const { orders, tubes } = await drawn('hung', ['ION', 'CREA']);
    const serum = tubeOf(tubes, 'SERUM');
    const desk = await lab();
    const { page } = desk;
    await row(desk, NAMES.hung).first().waitFor();
    await desk.scan(serum);
    await desk.caretIn('input.lab-value');
    await page.getByText('Nhận lúc').waitFor();
    await page.getByRole('button', { name: 'Từ chối mẫu' }).click();
    await desk.caretIn('.m-modal textarea');
    await desk.press('Control+Enter');
    await page.getByRole('button', { name: 'Mẫu vỡ hồng cầu' }).click();
    await page.getByLabel('Cả ống hỏng').check();
    await desk.check('reject');
    await desk.press('Control+Enter');
    await desk.sees('Đã từ chối mẫu, 2 chỉ định chờ lấy lại');
    for (const order of orders) assert.equal(await orderState(place.house, order), 'signed');
    const [again] = await rows(place.house, 'lab.worklist', 'key', orders[0] ?? '');
    assert.equal(again?.rejected, 'Mẫu vỡ hồng cầu');
    await desk.scan(serum);
    const alert = page.getByRole('alert').filter({ hasText: `Mẫu ${serum} đã bị từ chối: Mẫu vỡ hồng cầu` });
    await alert.getByText(/lấy mẫu mới/).waitFor();
    await desk.check('rejected-label');
    await page.getByRole('button', { name: 'Chờ lấy mẫu' }).click();
    await row(desk, NAMES.hung).getByText('Lấy lại').waitFor();
    await row(desk, NAMES.hung).click();
    await page.getByText('Lần trước bị từ chối: Mẫu vỡ hồng cầu').first().waitFor();
    await desk.context.close();
  });

  test("another person's tube, an impossible value, two readings: each is answered in its place", async () => {
    const mine = await drawn('hung', ['CREA', 'GLU']);
    const hers = await drawn('mai', ['GLU']);
    const desk = await lab();
    const { page } = desk;
    await row(desk, NAMES.hung).first().waitFor();
    await desk.scan(tubeOf(mine.tubes, 'SERUM'));
    await desk.caretIn('input.lab-value');
    await desk.scan(tubeOf(hers.tubes, 'FLUORIDE'));
    const stop = page.getByRole('alert').filter({ hasText: 'SAI MẪU' });
    await stop.getByText(/Ống này của Nguyễn Thị Thuý Mai/).waitFor();
    await page.locator('input.lab-value').first().focus();
    await desk.type('95000');
    assert.equal(await page.locator('.lab-fault').count(), 0, 'half a number is no fault');
    await desk.press('Enter');
    const fault = page.locator('.lab-fault');
    await fault.getByText(/Creatinin 95\s000 µmol\/L: không thể có/).waitFor();
    await fault.getByText(/Kiểm tra dấu phẩy, đơn vị/).waitFor();
    await desk.check('impossible');
    await desk.press('Control+Enter');
    assert.equal((await pointing(place.house, 'Observation.based-on', mine.orders[0] ?? '')).length, 0);
    await page.locator('input.lab-value').first().focus();
    await desk.type('1.195');
    await page.getByText('Là số nào?').waitFor();
    await desk.press('Alt+1');
    await page.locator('.lab-ask').waitFor({ state: 'detached' });
    await page.locator('input.lab-value').first().fill('98');
    // Creatinine of last week: the change stands beside the new value before anything is kept.
    await page.locator('.lab-delta', { hasText: '+18' }).waitFor();
    await desk.scan(tubeOf(mine.tubes, 'SERUM'));
    await page.locator('.m-finish-ready').waitFor();
    await desk.press('Control+Enter');
    await desk.sees('Đã duyệt');
    // The next work is the other tube of the same visit, and it asks for its own label.
    await page.getByLabel('Kết quả Glucose').waitFor();
    await desk.caretIn('.m-scan input');
    const [kept] = await pointing<Observation>(place.house, 'Observation.based-on', mine.orders[0] ?? '');
    assert.ok(kept && textOf(kept) !== '');
    await desk.context.close();
  });

  test('a critical value is not released before the call is recorded', async () => {
    const { orders, tubes, encounter } = await drawn('mai', ['ION']);
    const [ion = ''] = orders;
    const desk = await lab();
    const { page } = desk;
    await row(desk, NAMES.mai).first().waitFor();
    await desk.scan(tubeOf(tubes, 'SERUM'));
    await desk.caretIn('input.lab-value');
    for (const value of ['138', '7,1', '101']) {
      await desk.type(value);
      await desk.press('Enter');
    }
    await desk.caretIn('.lab-call input');
    await page.locator('.lab-call-lines', { hasText: 'Kali 7,1 mmol/L' }).waitFor();
    await page.locator('.m-finish-missing', { hasText: 'Chưa ghi cuộc gọi báo' }).waitFor();
    await desk.press('Control+Enter');
    assert.equal(await orderState(place.house, ion), 'in-progress');
    await desk.type('BS. Trần Minh Quân');
    await desk.press('Tab');
    if (await page.evaluate(() => document.activeElement instanceof HTMLButtonElement)) await desk.press('Tab');
    await desk.press('Space');
    await page.locator('.m-finish-ready').waitFor();
    await desk.check('critical');
    await desk.press('Control+Enter');
    await desk.sees(/Đã duyệt Điện giải đồ/);
    assert.equal(await orderState(place.house, ion), 'validated');
    const [call] = await pointing<Communication>(place.house, 'Communication.encounter', encounter);
    assert.equal(call?.recipient?.[0]?.display, 'BS. Trần Minh Quân');
    assert.match(call?.payload?.[0]?.contentString ?? '', /Kali 7,1 mmol\/L/);
    const [task] = await rows(place.house, 'lab.critical', 'encounter', encounter);
    assert.equal(task?.status, 'requested');
    await desk.context.close();
  });

  test('a validated value is corrected with a reason; a critical one asks for the call; both values stay', async () => {
    const { orders, tubes } = await drawn('lan', ['GLU']);
    const [glu = ''] = orders;
    await enter(place.house, glu, { GLU: '6,8' });
    await validate(place.house, glu);
    const desk = await lab();
    const { page } = desk;
    await page.locator('.m-worklist').first().waitFor();
    await desk.scan(tubeOf(tubes, 'FLUORIDE'));
    await page.getByText('Đã duyệt 24/11/2026').waitFor();
    await page.getByRole('button', { name: 'Glucose' }).click();
    await desk.caretIn('.m-drawer input');
    // As a number alone it is asked back: in mg/dL it would be a low one.
    await desk.type('28,6 mmol/L');
    await page.locator('.m-drawer .m-value-critical', { hasText: '28,60' }).waitFor();
    await page.getByLabel('Lý do').fill('Nhập nhầm ống');
    await desk.press('Control+Enter');
    assert.equal((await rows(place.house, 'lab.results', 'order', glu))[0]?.text, '6,80');
    await page.locator('.lab-call input').first().fill(callback.to);
    await page.getByLabel('Người nhận đã đọc lại đúng').check();
    await desk.check('correct');
    await desk.press('Control+Enter');
    await desk.sees('Đã đính chính 6,80 thành 28,60');
    await page.locator('.m-resulttable s', { hasText: '6,80' }).waitFor();
    await desk.sees(/Trước là 6,80 \(24\/11\/2026 .*\). Lý do đính chính: Nhập nhầm ống/);
    const [value] = await pointing<Observation>(place.house, 'Observation.based-on', glu);
    assert.ok(value && itemOf(value) === 'GLU' && value.status === 'corrected');
    assert.deepEqual(
      correctionsOf(value).map((one) => [one.text, one.reason]),
      [['6,80', 'Nhập nhầm ống']],
    );
    await desk.check('corrected');
    assert.match(await desk.paper(() => desk.press('F8')), /^xet-nghiem-01999-261124-\d{6}\.pdf$/);
    await desk.context.close();
  });

  test('dark, English, on a phone: nothing is cut and nothing cannot be read', async () => {
    const { tubes } = await drawn('be', ['CTM']);
    const done = await drawn('hung', ['ION']);
    await enter(place.house, done.orders[0] ?? '', { NA: '138', K: '4,1', CL: '101' }, 'hung');
    await validate(place.house, done.orders[0] ?? '');
    for (const [name, more] of [
      ['dark', { viewport: DESK, preferences: { theme: 'dark' } }],
      ['english', { viewport: DESK, preferences: { language: 'en' } }],
      ['phone', { viewport: PHONE }],
    ] as const) {
      const desk = await lab(more);
      const { page } = desk;
      await row(desk, NAMES.be).first().waitFor();
      await desk.check(`${name}-list`);
      await desk.scan(tubeOf(tubes, 'EDTA'));
      await page.locator('input.lab-value').first().waitFor();
      await page.locator('input.lab-value').first().fill('31,5');
      await page.locator('input.lab-value').nth(1).fill('450');
      await page.locator('input.lab-value').nth(2).focus();
      await page.locator('.lab-fault').waitFor();
      await desk.check(`${name}-results`);
      await page.goto(new URL(`/lab/order/${done.orders[0]}`, page.url()).href);
      await page.locator('.m-resulttable').waitFor();
      const table = await page.locator('.m-resulttable').boundingBox();
      assert.ok(table && table.x + table.width <= (page.viewportSize()?.width ?? 0), `${name}: the table is cut`);
      await desk.check(`${name}-done`);
      await desk.context.close();
    }
  });

  test('a rack: scan a tube, type its value, scan the next; a value without its tube is not saved, and one in mg/dL is asked back', async () => {
    const [his, hers] = [await drawn('hung', ['UREA', 'GLU']), await drawn('mai', ['GLU'])];
    const glucose = (of: { tubes: readonly CollectedTube[]; orders: string[] }, order: string): string =>
      of.tubes.find((tube) => tube.orders.includes(order))?.code ?? assert.fail('no tube');
    const [, hisGlucose = ''] = his.orders;
    const [herGlucose = ''] = hers.orders;
    const desk = await lab();
    const { page } = desk;
    await page.getByRole('button', { name: /^Lô GLU/ }).click();
    const value = (order: string) => page.locator(`input.lab-value[data-order="${order}"]`);
    await value(hisGlucose).waitFor();
    await desk.scan('M2611249999990');
    await value(hisGlucose).fill('5,6');
    await page.locator('.m-finish-missing', { hasText: /Chưa quét ống của Lê Văn H/ }).waitFor();
    await desk.press('Control+Enter');
    assert.equal(await orderState(place.house, hisGlucose), 'in-progress');
    await desk.scan(glucose(his, hisGlucose));
    await desk.scan(glucose(hers, herGlucose));
    await page.waitForFunction((order) => document.activeElement?.getAttribute('data-order') === order, herGlucose);
    await desk.type('126');
    await page.locator('.m-finish-missing', { hasText: 'Nguyễn Thị Thuý Mai' }).waitFor();
    await value(hisGlucose).focus();
    await page.getByRole('button', { name: '126 mg/dL' }).click();
    await page.locator('.m-finish-ready').waitFor();
    await desk.check('batch');
    await desk.press('Control+Enter');
    await desk.sees('Đã lưu 2 kết quả, chờ duyệt');
    const texts = await Promise.all(
      [hisGlucose, herGlucose].map(async (order) => {
        const found = await pointing<Observation>(place.house, 'Observation.based-on', order);
        return found.map((one) => [itemOf(one), textOf(one), one.status]);
      }),
    );
    assert.deepEqual(texts, [[['GLU', '5,60', 'preliminary']], [['GLU', '6,99', 'preliminary']]]);
    await desk.context.close();
  });
});
