import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BookingRow, book, type SlotRow, setRoster } from '@mach/appointment/contract.ts';
import appointment from '@mach/appointment/module.ts';
import encounter from '@mach/encounter/module.ts';
import { readView } from '@mach/engine';
import { type Desks, openDesks } from '../../apps/server/testing/desk.ts';
import type { TestEngine } from '../../apps/server/testing/engine.ts';
import { barriers, looksRight, takeSeat, withinBudget } from '../../apps/server/testing/hands.ts';
import { type CallRow, checkIn, registerPatient, type TodayRow } from './contract.ts';
import reception from './module.ts';
import { type Citizen, cccdQr, LAN } from './testing.ts';

/** Appointments, queues and the kiosk in a real browser, on Tuesday 2026-11-24 at 07:10. */
const NOW = '2026-11-24T00:10:00.000Z';
const HUNG: Citizen = { ...LAN, number: '001055067890', name: 'LÊ VĂN HÙNG', born: '02031955', sex: 'Nam' };
const AN: Citizen = { ...LAN, number: '001195012399', name: 'PHẠM THỊ AN', born: '05061995' };

let desks: Desks;
let house: TestEngine;
let lan: string;

const rows = async <R>(view: string): Promise<R[]> =>
  (await readView(house.engine, house.actor('reception'), view, {})).rows as unknown as R[];

/** A roster of two mornings, three people, two of whom wait. */
async function fill(): Promise<void> {
  house.clock.set(NOW);
  const sessions = [{ start: '08:00', end: '10:00' }];
  const roster = {
    room: 'room-305',
    practitioner: 'prac-bacsi',
    from: '2026-11-24',
    to: '2026-11-27',
    weekdays: [2, 3],
  };
  await house.send(setRoster, { ...roster, sessions, minutes: 30, places: 2 }, 'administrator');
  const person = { phone: '0912345678' };
  lan = (await house.send(registerPatient, { cccdQr: cccdQr(LAN), person }, 'reception')).patient;
  for (const [who, phone] of [
    [HUNG, '0987654321'],
    [AN, '0987654322'],
  ] as const) {
    const input = {
      cccdQr: cccdQr(who),
      person: { phone },
      room: 'room-305',
      reason: 'Ho, sốt',
      payer: 'fee',
    } as const;
    await house.send(checkIn, input, 'reception');
  }
}

before(async () => {
  desks = await openDesks([encounter, appointment, reception], {
    name: 'queues',
    before: (opened) => {
      house = opened;
      return fill();
    },
  });
});
after(() => desks?.close());

const open = (account: string, path: string, viewport = { width: 1366, height: 768 }) =>
  desks.desk(account, path, { viewport, now: NOW });

test('an appointment by keyboard: a time, three letters of a name, a reason', async () => {
  const desk = await open('tiepdon', '/appointments/2026-11-25/week/room-305');
  const { page, press, type } = desk;
  await page.locator('.apt-cell[data-state="free"]').first().waitFor();
  assert.deepEqual(await barriers(page), []);
  // The first free time has the place in the order of Tab; from there the arrows lead.
  await page.locator('.apt-cell[tabindex="0"]').focus();
  await press('ArrowRight');
  await press('ArrowDown');
  await page.locator('.apt-cell:focus[aria-label="T4 25/11 08:30: còn 2/2 chỗ"]').waitFor();
  await press('Enter');
  await page.locator('[role=combobox]:focus').waitFor();
  await type('tran lan');
  await page.getByRole('option', { name: /Trần Thị Lan/ }).waitFor();
  await press('Enter');
  await page.locator('input:focus:not([role=combobox])').waitFor();
  await type('kham lai');
  await press('Enter');
  await page.getByText(/Đã đặt lịch 08:30, mã hẹn HK261124\d{4}/).waitFor();
  withinBudget('a0', 'Đặt hẹn bằng bàn phím', { keys: desk.keys }, { keys: 22 });
  const [booking] = await rows<BookingRow>('appointment.bookings');
  assert.deepEqual([booking?.patientId, booking?.startAt], [lan, '2026-11-25T01:30:00.000Z']);
  // The grid lives: one place of two is taken.
  await page.locator('.apt-cell[aria-label="T4 25/11 08:30: còn 1/2 chỗ"]').waitFor();
  await page.context().close();
});

test('the queue of a room: called, absent, back later', async () => {
  const { page } = await open('dieuduong', '/queue/room-305');
  const queue = page.getByLabel('Hàng đợi phòng 305');
  await queue.getByText('Hùng', { exact: false }).or(queue.getByText('HÙNG')).first().waitFor();
  await page.getByRole('button', { name: /Gọi số 0001/ }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.keyboard.press('F2');
  await page.getByText('Đã gọi số 0001').waitFor();
  await page.keyboard.press('F4');
  await page.getByText('Số 0001 quay lại sau 3 người').waitFor();
  await page.getByRole('button', { name: /Gọi số 0002/ }).waitFor();
  assert.deepEqual((await rows<CallRow>('reception.calls')).map((one) => one.kind).sort(), ['absent', 'call']);
  await page.context().close();
});

test('the queue of a room: called once more, past somebody, and into another room', async () => {
  const { page } = await open('dieuduong', '/queue/room-305');
  const kinds = async () => (await rows<CallRow>('reception.calls')).map((one) => one.kind).sort();
  const before = await kinds();
  const line = page.getByLabel('Hàng đợi phòng 305').locator('.m-workitem');
  await page.getByRole('button', { name: /Gọi số 0002/ }).waitFor();
  await page.keyboard.press('F2');
  await page.getByText('Đã gọi số 0002').first().waitFor();
  // Nobody came to the door: the same number is called again, by the row that is open.
  await line.filter({ hasText: '0002' }).click();
  const again = page.waitForResponse((answer) => answer.url().endsWith('/reception.call') && answer.ok());
  await page.keyboard.press('F2');
  await again;
  assert.deepEqual(await kinds(), [...before, 'call', 'call'].sort());
  // The next one is called past the first: any row can be.
  await line.filter({ hasText: '0001' }).click();
  await page.getByRole('button', { name: /Gọi số 0001/ }).waitFor();
  // And is sent to another room, with the reason.
  await page.keyboard.press('F6');
  const drawer = page.getByRole('dialog').or(page.locator('.m-drawer'));
  await drawer.getByLabel('Chuyển đến').waitFor();
  const target = await drawer.getByLabel('Chuyển đến').inputValue();
  assert.notEqual(target, 'room-305');
  assert.deepEqual(await barriers(page), []);
  await drawer.getByLabel('Lý do chuyển').fill('Phòng 305 quá đông');
  await page.keyboard.press('Enter');
  await page.getByText(/Đã chuyển sang .*, số \d{4}/).waitFor();
  // The row goes grey under the hand, and leaves when the hand does.
  await line.and(page.locator('.m-workitem-gone')).filter({ hasText: '0001' }).waitFor();
  const moved = (await rows<TodayRow>('reception.today')).find((one) => one.name === 'Lê Văn Hùng');
  assert.deepEqual([moved?.room, moved?.state], [target, 'waiting']);
  await page.context().close();
});

test('an appointment is moved to another time, and cancelled with the reason', async () => {
  const { page, press } = await open('tiepdon', '/appointments/2026-11-25/week/room-305');
  const cell = (text: string) => page.locator(`.apt-cell[aria-label="${text}"]`);
  await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).first().click();
  const card = page.locator('.apt-card');
  await card.getByRole('button', { name: 'Chuyển' }).click();
  await page.getByText(/Đang chuyển lịch của Trần Thị Lan/).waitFor();
  assert.deepEqual(await barriers(page), []);
  await cell('T4 25/11 09:00: còn 2/2 chỗ').click();
  await page.getByText('Đã chuyển sang 09:00 25/11/2026').waitFor();
  await cell('T4 25/11 08:30: còn 2/2 chỗ').waitFor();
  await cell('T4 25/11 09:00: còn 1/2 chỗ').click();
  // Without a reason nothing is cancelled.
  await card.getByRole('button', { name: 'Huỷ lịch' }).click();
  const reason = card.getByLabel('Lý do huỷ');
  await reason.waitFor();
  assert.equal(await card.locator('.apt-ask button').isDisabled(), true);
  await reason.fill('Người bệnh báo bận');
  await press('Enter');
  await page.getByText('Đã huỷ lịch hẹn').waitFor();
  await cell('T4 25/11 09:00: còn 2/2 chỗ').waitFor();
  const [booking] = await rows<BookingRow>('appointment.bookings');
  assert.deepEqual([booking?.status, booking?.changedReason], ['cancelled', 'Người bệnh báo bận']);
  await page.context().close();
});

test('the kiosk: a call for staff reaches the desk, and the answer ends it; its controls come down to a wheelchair', async () => {
  const hall = await open('kiosk', '/kiosk', { width: 1080, height: 1400 });
  const desk = await open('tiepdon', '/reception');
  await hall.page.getByRole('button', { name: 'Gọi nhân viên' }).click();
  await hall.page.getByText('Đã gọi nhân viên').waitFor();
  await hall.check('kiosk-called');
  const call = desk.page.locator('.rec-help', { hasText: 'Kiosk lấy số gọi nhân viên lúc' });
  await call.waitFor();
  await desk.check('help');
  await call.getByRole('button', { name: 'Tôi đến' }).click();
  await call.waitFor({ state: 'detached' });
  // The controls come down to a hand in a wheelchair.
  const button = hall.page.getByRole('button', { name: 'Nhập mã hẹn hoặc số điện thoại' });
  const high = (await button.boundingBox())?.y ?? 0;
  await hall.page.getByRole('button', { name: 'Hạ thấp màn hình' }).click();
  assert.ok(((await button.boundingBox())?.y ?? 0) > high + 200);
  await hall.check('kiosk-low');
  for (const { context } of [hall, desk]) await context.close();
});

test('the kiosk warns before it clears, and gives whoever asks more time', async () => {
  const context = await takeSeat(desks.browser, desks.base, 'kiosk', { viewport: { width: 1080, height: 1400 } });
  const page = await context.newPage();
  await page.clock.install({ time: NOW });
  await page.goto(`${desks.base}/kiosk`);
  await page.getByRole('button', { name: 'Nhập mã hẹn hoặc số điện thoại' }).click();
  const title = page.getByRole('heading', { name: 'Mã hẹn hoặc số điện thoại' });
  await title.waitFor();
  await page.clock.fastForward(21_000);
  await page.getByText(/Màn hình tự xoá sau \d+ giây/).waitFor();
  await looksRight(page, 'queues-kiosk-ending');
  await page.getByRole('button', { name: 'Tôi cần thêm thời gian' }).click();
  await page.getByText(/Màn hình tự xoá sau/).waitFor({ state: 'detached' });
  await title.waitFor();
  await page.clock.fastForward(21_000);
  await page.getByText(/Màn hình tự xoá sau/).waitFor();
  await page.clock.fastForward(11_000);
  await page.getByRole('heading', { name: 'Quét mã QR trên thẻ CCCD' }).waitFor();
  await context.close();
});

test('the kiosk: the code of an appointment, one touch, a number; then nothing is left', async () => {
  const slot = (await rows<SlotRow>('appointment.slots')).find((one) => one.startAt === '2026-11-24T01:00:00.000Z');
  const booked = await house.send(book, { patient: lan, slot: slot?.key ?? '', reason: 'Khám lại' }, 'reception');
  const { page } = await open('kiosk', '/kiosk', { width: 1080, height: 1400 });
  await page.getByRole('heading', { name: 'Quét mã QR trên thẻ CCCD' }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  await page.getByRole('button', { name: 'Nhập mã hẹn hoặc số điện thoại' }).click();
  for (const digit of booked.code.slice(2)) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByText('Xin chào Trần T. L.').waitFor();
  await page.getByText(/Có hẹn lúc 08:00/).waitFor();
  assert.deepEqual(await barriers(page), []);
  for (const target of await page.locator('button').all()) {
    const box = await target.boundingBox();
    assert.ok((box?.height ?? 0) >= 64, 'targets of a hand, 64 px');
  }
  const paper = page.waitForResponse((answer) => answer.url().includes('/api/print/reception.ticket/'));
  await page.locator('.kio-room').first().click();
  await page.locator('.kio-number', { hasText: '0003' }).waitFor();
  assert.equal((await paper).status(), 200);
  await page.getByRole('button', { name: 'Xong' }).click();
  await page.getByRole('heading', { name: 'Quét mã QR trên thẻ CCCD' }).waitFor();
  const left = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify({ ...localStorage }));
  for (const secret of ['Trần', '0003', booked.code.slice(2)]) assert.ok(!left.includes(secret), secret);
  assert.equal(
    (await rows<BookingRow>('appointment.bookings')).find((one) => one.key === booked.appointment)?.status,
    'arrived',
  );
  await page.context().close();
});
