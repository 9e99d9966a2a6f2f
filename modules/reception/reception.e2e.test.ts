import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import appointment from '@mach/appointment/module.ts';
import encounter from '@mach/encounter/module.ts';
import type { Page } from 'playwright-core';
import { type Desk, type Desks, openDesks } from '../../apps/server/testing/desk.ts';
import type { TestEngine } from '../../apps/server/testing/engine.ts';
import { barriers, DESK, PHONE, tooWide, withinBudget } from '../../apps/server/testing/hands.ts';
import { checkIn, registerPatient } from './contract.ts';
import reception from './module.ts';
import { bhytQr, type Citizen, cccdQr, LAN } from './testing.ts';

/** The desk in a real browser, over a real server: journeys a2 and a2′. */
const NOW = '2026-11-24T00:10:00.000Z';
const HUNG: Citizen = {
  number: '001055067890',
  name: 'LÊ VĂN HÙNG',
  born: '02031955',
  sex: 'Nam',
  address: LAN.address,
};
const HUNG_CARD = 'HT3010105567890';
const AN: Citizen = { number: '001195012399', name: 'PHẠM THỊ AN', born: '05061995', sex: 'Nữ', address: LAN.address };

let desks: Desks;
let house: TestEngine;

/** Somebody who was here last week, and is known with card, room and reason. */
async function fill(): Promise<void> {
  house.clock.set('2026-11-17T01:00:00.000Z');
  await house.send(
    checkIn,
    {
      cccdQr: cccdQr(HUNG),
      bhytQr: bhytQr(HUNG, { number: HUNG_CARD }),
      person: { phone: '0987654321' },
      room: 'room-305',
      reason: 'Tái khám THA',
      payer: 'bhyt',
    },
    'reception',
  );
  house.clock.set(NOW);
}

before(async () => {
  desks = await openDesks([encounter, appointment, reception], {
    name: 'reception',
    before: (opened) => {
      house = opened;
      return fill();
    },
  });
});
after(() => desks?.close());

async function desk(path = '', viewport = DESK, preferences: object = {}): Promise<Desk> {
  const seat = await desks.desk('tiepdon', `/reception${path}`, { viewport, preferences, now: NOW });
  await seat.page.waitForSelector('.m-scan');
  return seat;
}

const given = (page: Page): Promise<string | null> => page.locator('.rec-given .rec-number').textContent();

describe('check-in', () => {
  test('a returning patient: one scan, the right read, Enter', async () => {
    const seat = await desk();
    const { page, press, scan, context } = seat;
    await scan(cccdQr(HUNG));
    await page.getByText('Thẻ còn hạn đến 31/12/2026').waitFor();
    await page.locator('.rec-rate', { hasText: '95 %' }).waitFor();
    assert.equal(await page.getByLabel('Lý do đến khám').inputValue(), 'Tái khám THA');
    assert.match((await page.locator('.rec-room[data-on]').textContent()) ?? '', /305/);
    await page.getByText('Đủ mục').waitFor();
    await press('Enter');
    await page.getByText('Số vừa cấp').waitFor();
    assert.equal(await given(page), '0001');
    withinBudget('a2', 'Tiếp đón người bệnh cũ: một lần quét', { keys: seat.keys }, { keys: 3 });
    await page.locator('.m-workitem', { hasText: 'Lê Văn HÙNG' }).waitFor();
    await context.close();
  });

  test('a new insured patient: two scans, phone, reason; no pointer, at most 45 keys', async () => {
    const seat = await desk();
    const { page, press, type, scan, context } = seat;
    await scan(cccdQr(LAN));
    await page.waitForURL('**/reception/new');
    await page.waitForFunction(() => (document.activeElement as HTMLInputElement | null)?.type === 'tel');
    await type('0912345678');
    await scan(bhytQr(LAN));
    await page.getByText('Đã ghi thẻ BHYT').waitFor();
    assert.equal(
      await page.locator('input[type=tel]').first().inputValue(),
      '0912345678',
      'the scan left the field alone',
    );
    await press('Control+Enter');
    await page.locator('.rec-rate', { hasText: '80 %' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('.rec-stack') !== null);
    await type('Đau đầu, chóng mặt');
    await page.getByText('Đủ mục').waitFor();
    await press('Enter');
    await page.getByText('Số vừa cấp').waitFor();
    withinBudget(
      'a2′',
      'Tiếp đón người bệnh mới có BHYT',
      { keys: seat.keys, clicks: seat.clicks },
      { keys: 45, clicks: 1 },
    );
    await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).waitFor();
    // Taken back within ten seconds: the visit is cancelled and leaves the waiting list.
    await press('Control+z');
    await page.locator('.m-workitem', { hasText: 'Trần Thị LAN' }).waitFor({ state: 'detached' });
    await context.close();
  });

  test('a patient on another route hears the share before the number is given', async () => {
    const { page, scan, context } = await desk();
    await scan(cccdQr(AN));
    await page.waitForURL('**/reception/new');
    await page.getByLabel('Không có điện thoại').first().check();
    await scan(bhytQr(AN, { number: 'GD4019519501239', facility: '79001' }));
    await page.keyboard.press('Control+Enter');
    await page.getByLabel('Lý do đến khám').fill('Ho, sốt');
    const route = page.getByLabel('Cách đến');
    await route.selectOption('emergency');
    await page
      .getByText('· 2', { exact: true })
      .or(page.locator('.m-fact', { hasText: '· 2' }))
      .first()
      .waitFor();
    await route.selectOption('referral');
    await page.getByText('Chưa có phiếu chuyển cơ sở khám chữa bệnh.').waitFor();
    await context.close();
  });

  test('a person is found by name without marks, and two identifiers are shown before the record is opened', async () => {
    const { page, context } = await desk();
    await page.keyboard.type('hung le 1955', { delay: 60 });
    const row = page.locator('.m-frame-page .m-workitem', { hasText: 'Lê Văn HÙNG' });
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', /02\/03\/1955/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/reception/person/**');
    await context.close();
  });

  test('somebody who has a number today is said to have it; a second one in the room needs a reason', async () => {
    const { page, scan, context } = await desk();
    await scan(cccdQr(HUNG));
    await page.getByText('Đang có số 0001').waitFor();
    await page.getByText('Đủ mục').waitFor();
    await page.locator('.rec-room[data-on] input').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Người bệnh đã có số 0001').first().waitFor();
    await page.getByLabel('Cấp thêm số').fill('Mất phiếu');
    await page.locator('.rec-room[data-on] input').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Số vừa cấp').waitFor();
    assert.equal(await given(page), '0002');
    await context.close();
  });

  test('what is missing is named at its field, in the language of the desk', async () => {
    const { page, context } = await desk('/new', DESK, { language: 'en' });
    await page.getByLabel('Full name').fill('Nguyễn Bé');
    await page.getByLabel('Date of birth').fill('05/06/2023');
    await page.getByLabel('Male', { exact: true }).check();
    await page.keyboard.press('Control+Enter');
    await page.getByText('The phone is missing').waitFor();
    await page.getByText('Under 16 a guardian is required').waitFor();
    assert.equal(
      await page
        .getByText(/[ăâđêôơư]/i)
        .filter({ hasText: /^(Chưa|Thiếu|Không)/ })
        .count(),
      0,
    );
    await context.close();
  });
});

describe('people', () => {
  const MAI: Citizen = { ...AN, number: '001198054321', name: 'NGUYỄN THỊ MAI', born: '03051998' };

  test('a newborn: the mother’s card, the hour, the weight; nothing of it is invented, and the mother is one step away', async () => {
    const seat = await desk('/newborn');
    const { page, type, press, scan, context } = seat;
    await house.send(registerPatient, { cccdQr: cccdQr(MAI), person: { phone: '0912345678' } }, 'reception');
    await page.getByLabel('Giờ sinh').waitFor();
    await scan(cccdQr(MAI));
    await page.waitForURL('**/reception/newborn/**');
    await page.getByText('Hồ sơ sẽ mang tên "Con bà Nguyễn Thị Mai"').waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Mẹ' }).inputValue(), 'Nguyễn Thị Mai');
    await page.getByLabel('Nữ', { exact: true }).check();
    await page.getByLabel('Giờ sinh').focus();
    // An hour that has not come yet is said at once.
    await type('2330');
    await page.getByText('Giờ sinh ở tương lai').first().waitFor();
    await page.getByLabel('Giờ sinh').fill('0625');
    await page.getByLabel('Cân nặng khi sinh').fill('3150');
    await page.getByLabel('Mã thẻ tạm trên cổng BHXH').fill('TE101KT00012345');
    await seat.check('newborn');
    await press('Control+Enter');
    await page.waitForURL('**/reception/person/**');
    await page.getByText('24/11/2026 06:25').waitFor();
    await page.locator('.rec-rate', { hasText: '100 %' }).waitFor();
    assert.equal(await page.getByLabel('Cách đến').inputValue(), 'newborn');
    await seat.check('newborn-person');
    await page.getByRole('button', { name: 'Mở hồ sơ mẹ' }).click();
    await page.locator('.m-banner', { hasText: 'Nguyễn Thị MAI' }).waitFor();
    // A second child of that birth is told from the first by its order.
    await page.getByRole('button', { name: 'Trẻ sơ sinh' }).click();
    await page.getByLabel('Nam', { exact: true }).check();
    await page.getByLabel('Giờ sinh').fill('0631');
    await page.getByLabel('Cân nặng khi sinh').fill('2900');
    await press('Control+Enter');
    await page.getByText('Trẻ này đã có hồ sơ').waitFor();
    await page.getByLabel('Số con sinh ra').selectOption('2');
    await page.getByLabel('Bé thứ').selectOption('2');
    await press('Control+Enter');
    await page.locator('.m-banner', { hasText: 'Con bà Nguyễn Thị Mai - bé HAI' }).waitFor();
    await context.close();
  });

  test('two records of one person become one, and are parted again', async () => {
    const seat = await desk();
    const { page, press, context } = seat;
    const person = { name: 'Vũ Thị Ngọc', birthDate: '1971-02-03', sex: 'female', idPaper: 'none' } as const;
    const home = { provinceCode: '01', wardCode: '00004' };
    const first = await house.send(
      registerPatient,
      { person: { ...person, ...home, phone: '0934567890' } },
      'reception',
    );
    const second = await house.send(
      registerPatient,
      { person: { ...person, ...home, phone: '0934567891' }, notDuplicateOf: [first.patient] },
      'reception',
    );
    await page.goto(`${desks.base}/reception/person/${second.patient}`);
    await page.getByRole('button', { name: 'Sửa thông tin' }).click();
    await page.getByRole('button', { name: 'Người này còn hồ sơ khác: gộp hồ sơ' }).click();
    await page.getByLabel('Hồ sơ giữ lại: mã người bệnh, CCCD hoặc thẻ BHYT').fill(first.patientCode);
    await press('Enter');
    await page.getByText('Hồ sơ đang mở, sẽ đóng').waitFor();
    const merge = page.getByRole('button', { name: 'Gộp vào hồ sơ giữ lại' });
    assert.equal(await merge.isDisabled(), true, 'a reason first');
    await page.getByLabel('Căn cứ để gộp').fill('Cùng CCCD, người bệnh xác nhận');
    await seat.check('merge');
    await merge.click();
    await page.getByText(`Đã gộp hồ sơ ${second.patientCode} Vũ Thị Ngọc`, { exact: false }).waitFor();
    await page.waitForURL(`**/reception/person/${first.patient}`);
    await page.getByRole('button', { name: 'Tách lại' }).click();
    await page.getByLabel('Vì sao gộp nhầm').fill('Hai chị em sinh đôi');
    await seat.check('separate');
    await page.locator('.m-drawer').getByRole('button', { name: 'Tách lại' }).click();
    await page.getByText(/Đã tách, \d+ mục về lại hồ sơ cũ/).waitFor();
    await page.waitForURL(`**/reception/person/${second.patient}`);
    await page.locator('.m-banner', { hasText: second.patientCode }).waitFor();
    await context.close();
  });
});

describe('layout and accessibility', () => {
  const places = ['', '/new'];
  for (const [name, viewport] of Object.entries({ desk: DESK, phone: PHONE }))
    test(`no serious fault and nothing wider than the ${name}`, async () => {
      for (const path of places) {
        const { page, context } = await desk(path, viewport);
        await page.waitForTimeout(400);
        assert.deepEqual([await barriers(page), await tooWide(page)], [[], 0], path);
        await context.close();
      }
      const { page, context, scan } = await desk('', viewport);
      await scan(cccdQr(HUNG));
      await page.getByText('Mức hưởng').first().waitFor();
      assert.deepEqual([await barriers(page), await tooWide(page)], [[], 0]);
      await context.close();
    });
});
