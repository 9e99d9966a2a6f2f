import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openVisit } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import { type Desk, type Desks, openDesks } from '../../apps/server/testing/desk.ts';
import type { TestEngine } from '../../apps/server/testing/engine.ts';
import { DESK, PHONE } from '../../apps/server/testing/hands.ts';
import outpatient from './module.ts';

/** The nurse's form in a real browser, over a real server: journey a3. */
const NOW = '2026-11-24T00:30:00.000Z';

let desks: Desks;
let house: TestEngine;

const PEOPLE = [
  ['Trần Thị Lan', '1964-07-14', 'female'],
  ['Lê Văn Hùng', '1955-03-02', 'male'],
  ['Nguyễn Minh Khôi', '2023-06-20', 'male'],
  ['Phạm Thu Hà', '1990-01-05', 'female'],
] as const;

before(async () => {
  desks = await openDesks([encounter, outpatient, fixtures], {
    name: 'vitals',
    before: async (opened) => {
      house = opened;
      for (const [i, [name, born, sex]] of PEOPLE.entries()) {
        await writeFixtures(house, person(`person-${i}`, name, born, sex));
        house.clock.set(`2026-11-24T00:0${i}:00.000Z`);
        const visit = { patient: `person-${i}`, room: 'room-305', reason: 'Tái khám', payer: 'fee' as const };
        await house.send(openVisit, visit, 'reception');
      }
      house.clock.set(NOW);
    },
  });
});
after(() => desks?.close());

async function ward(viewport = DESK, preferences: object = {}): Promise<Desk> {
  const seat = await desks.desk('dieuduong', '/vitals', { viewport, preferences, now: NOW });
  await seat.page.locator('.m-workitem').first().waitFor();
  return seat;
}

const row = async (name: string) =>
  (await readView(house.engine, house.actor('nurse'), 'outpatient.queue', {})).rows.find((r) => r.name === name);

describe('vital signs', () => {
  test('numbers, Enter, Ctrl+Enter: one person is saved and the next is open', async () => {
    const { page, context, check } = await ward();
    await page.keyboard.press('F2');
    await page.getByLabel('HA tâm thu').waitFor();
    await page.waitForFunction(() => document.activeElement?.matches('input.m-input-number'));
    for (const value of ['128', '76', '78', '36,7', '18', '98']) {
      await page.keyboard.type(value);
      await page.keyboard.press('Enter');
    }
    await page.keyboard.type('58,5');
    await page.keyboard.press('Enter');
    await page.keyboard.type('152');
    await page.getByLabel('Khí trời').check();
    await page.getByLabel('A', { exact: true }).check();
    await page.getByText('BMI 25,3 kg/m²').waitFor();
    assert.equal(await page.locator('.vit-news-score').textContent(), '0');
    assert.equal(await page.locator('.vit-news-part').count(), 0, 'all seven are there');
    await page.getByText('Bảng NEWS2').click();
    await page.locator('.vit-paper td[data-here]').first().waitFor();
    assert.equal(await page.locator('.vit-paper td[data-here]').count(), 7, 'each parameter is ringed once');
    await check('desk-filled');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Đã ghi sinh hiệu của Trần Thị Lan').waitFor();
    await page.locator('.m-banner-name', { hasText: 'HÙNG' }).waitFor();
    assert.equal(await page.getByLabel('HA tâm thu').inputValue(), '', 'the next form is empty');
    assert.deepEqual([(await row('Trần Thị Lan'))?.news2, (await row('Trần Thị Lan'))?.news2Recorded], [0, '7/7']);
    await context.close();
  });

  test('impossible is refused at the field, unusual is confirmed with one key, ambiguous is asked back', async () => {
    const { page, context, check } = await ward();
    await page.locator('.m-workitem', { hasText: 'HÙNG' }).click();
    const systolic = page.getByLabel('HA tâm thu');
    await systolic.fill('400');
    await page.locator('.m-field-error').first().waitFor();
    await systolic.fill('1.000');
    await page.getByText('1 hay 1\u202f000?').waitFor();
    await systolic.fill('230');
    const save = page.getByRole('button', { name: /Lưu và người tiếp/ });
    await page.locator('.vit-ask').waitFor();
    assert.equal(await save.isDisabled(), true);
    await check('desk-asks');
    await systolic.press('Enter');
    await page.locator('.vit-ask').waitFor({ state: 'detached' });
    assert.equal(await systolic.evaluate((e) => e === document.activeElement), true, 'the key confirmed, nothing more');
    await systolic.press('Enter');
    await page.keyboard.type('100');
    // Another number is asked about again.
    await systolic.fill('235');
    await page.locator('.vit-ask').waitFor();
    await page.getByRole('button', { name: /Đúng 235/ }).click();
    assert.equal(await page.locator('.vit-news-score').textContent(), '3');
    assert.match((await page.locator('.vit-news').textContent()) ?? '', /1\/7/);
    await page.keyboard.press('Control+Enter');
    await page.getByText(/Đã ghi sinh hiệu của Lê Văn Hùng/).waitFor();
    assert.equal((await row('Lê Văn Hùng'))?.vitalsUrgent, true);
    await page.getByText('Mọi người').click();
    await page.locator('.m-workitem', { hasText: 'Báo ngay' }).waitFor();
    await context.close();
  });

  test('a phone: number keys, PEWS for a child, allergies asked where the patient sits', async () => {
    const { page, context, check } = await ward(PHONE);
    await check('phone-list');
    await page.locator('.m-workitem', { hasText: 'KHÔI' }).tap();
    await page.locator('.vit-news', { hasText: 'Chưa đủ dữ liệu' }).waitFor();
    assert.equal(await page.getByLabel('Mạch', { exact: true }).getAttribute('inputmode'), 'decimal');
    await page.getByLabel('Mạch', { exact: true }).fill('120');
    await page.getByLabel('Cân nặng', { exact: true }).fill('14,2');
    assert.equal(await page.locator('.vit-ask').count(), 0, '120 is usual at three years');
    // At three years 120 beats count 1, a slow refill 4: five of seven are still missing.
    await page.getByLabel('≥ 3 giây').check();
    await page.locator('.vit-news[data-scale="pews"] .vit-news-score', { hasText: '5' }).waitFor();
    assert.match((await page.locator('.vit-news').textContent()) ?? '', /2\/7/);
    await page.getByText('Chưa hỏi dị ứng').tap();
    await page.getByLabel('Dị ứng với').fill('Nhóm penicilin');
    await page.getByLabel('Phản ứng').fill('Mề đay');
    await check('phone-allergy');
    await page.getByRole('button', { name: 'Thêm dị ứng' }).tap();
    await page.locator('.m-allergy-known', { hasText: 'penicilin' }).waitFor();
    await page.keyboard.press('Escape');
    await check('phone-form');
    await page.getByRole('button', { name: /Lưu và người tiếp/ }).tap();
    await page.getByText(/Đã ghi sinh hiệu của Nguyễn Minh Khôi/).waitFor();
    assert.equal((await row('Nguyễn Minh Khôi'))?.allergyState, 'known');
    await context.close();
  });

  test('what is typed survives a reload; English is complete; dark is readable', async () => {
    const { page, context, check } = await ward(DESK, { language: 'en', theme: 'dark' });
    await page.locator('.m-workitem', { hasText: 'HÀ' }).click();
    await page.getByLabel('Systolic').fill('118');
    await page.waitForTimeout(900);
    await page.reload();
    await page.getByLabel('Systolic').waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input.m-input-number')?.value === '118');
    await check('desk-dark');
    await context.close();
  });
});
