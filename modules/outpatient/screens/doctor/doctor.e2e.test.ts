import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import cashier from '@mach/cashier/module.ts';
import { openVisit, startExam } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import type { MedicationRequest } from '@mach/fhir/types.ts';
import { collectSpecimen, enterResults, validateResults } from '@mach/lab/contract.ts';
import lab from '@mach/lab/module.ts';
import { referringRecords } from '@mach/store';
import type { Page } from 'playwright-core';
import { type Desk, type Desks, openDesks } from '../../../../apps/server/testing/desk.ts';
import type { TestEngine } from '../../../../apps/server/testing/engine.ts';
import { DESK, PHONE, withinBudget } from '../../../../apps/server/testing/hands.ts';
import { diagnose, finish, order, prescribe, recordAllergies, recordVitals, saveNote } from '../../contract.ts';
import outpatient from '../../module.ts';

/** The doctor's room in a real browser over a real server: journey a5–a14 and its budget. */
const NOW = '2026-11-24T00:30:00.000Z';
/** Follow-up: note, diagnoses, prescription, signature (journeys, appendix B). */
const KEYS = 95;

let desks: Desks;
let house: TestEngine;

const PEOPLE = [
  ['lan', 'Trần Thị Lan', '1964-07-14', 'female'],
  ['hung', 'Lê Văn Hùng', '1955-03-02', 'male'],
  ['ha', 'Phạm Thu Hà', '1990-01-05', 'female'],
  ['tu', 'Đặng Minh Tú', '1993-05-05', 'male'],
  ['an', 'Nguyễn Văn An', '1971-02-01', 'male'],
  ['an2', 'Nguyễn Hoàng An', '1988-09-09', 'male'],
] as const;

const doctor = () => house.actor('doctor', { practitioner: 'prac-bacsi' });

async function open(id: string, reason: string): Promise<string> {
  const input = { patient: `p-${id}`, room: 'room-305', reason, payer: 'fee' as const };
  return (await house.send(openVisit, input, 'reception')).encounter;
}

/** The visit a month ago: E11.9 and I10, amlodipin and metformin for thirty days. */
async function lastVisit(): Promise<void> {
  house.clock.set('2026-10-22T00:30:00.000Z');
  const visit = await open('lan', 'Tái khám ĐTĐ, THA');
  const sections = { history: 'Uống thuốc đều', exam: 'Tim đều' };
  await house.send(startExam, { encounter: visit }, doctor());
  await house.send(saveNote, { encounter: visit, sections }, doctor());
  const diagnoses = [{ code: 'E11.9', principal: true }, { code: 'I10' }];
  await house.send(diagnose, { encounter: visit, diagnoses }, doctor());
  await house.send(recordAllergies, { patient: 'p-lan', none: true }, doctor());
  const times = { perDose: '1', days: 30 };
  await house.send(
    prescribe,
    {
      encounter: visit,
      lines: [
        { drug: 'amlodipin-5-mg-v', ...times, timesPerDay: 1, parts: ['morning'] },
        { drug: 'metformin-500-mg-v', ...times, timesPerDay: 2, parts: ['morning', 'afternoon'], meal: 'after' },
      ],
    },
    doctor(),
  );
  await house.send(finish, { encounter: visit, outcome: 'revisit', revisit: '2026-11-24' }, doctor());
}

/** Today's visit of the same person, back with the result. */
async function backWithResults(): Promise<void> {
  const visit = await open('lan', 'Tái khám ĐTĐ, THA');
  const values = { sbp: '148', dbp: '86', pulse: '78', temp: '36,7', resp: '16', spo2: '98', weight: '58' };
  await house.send(recordVitals, { encounter: visit, values, consciousness: 'A', oxygen: false }, 'nurse');
  await house.send(startExam, { encounter: visit }, doctor());
  const placed = await house.send(order, { encounter: visit, items: [{ service: 'HBA1C' }] }, doctor());
  const [one] = placed.orders;
  assert.ok(one);
  const patient = 'p-lan';
  const orders = [one.order];
  await house.send(collectSpecimen, { orders, patient, readBack: 'birth-date', fasting: true }, 'lab-technician');
  const results = [{ item: 'HBA1C', value: '8,1' }];
  await house.send(enterResults, { order: one.order, patient, values: results }, 'lab-technician');
  await house.send(validateResults, { order: one.order }, 'lab-technician');
}

/** Six people, of whom one was here a month ago and is back with a result today. */
async function fill(): Promise<void> {
  const address = [{ text: 'Phường Ba Đình, Hà Nội' }];
  for (const [id, name, born, sex] of PEOPLE)
    await writeFixtures(house, { ...person(`p-${id}`, name, born, sex), address });
  await lastVisit();
  house.clock.set('2026-11-24T00:00:00.000Z');
  await backWithResults();
  for (const [id, reason] of [
    ['hung', 'Ho, sốt'],
    ['ha', 'Đau họng'],
    ['tu', 'Đau lưng'],
    ['an', 'Đau đầu'],
    ['an2', 'Ho'],
  ] as const)
    await open(id, reason);
  const severe = { substance: 'amoxicilin', reaction: 'phản vệ', severity: 'severe', criticality: 'high' } as const;
  await house.send(recordAllergies, { patient: 'p-hung', items: [severe] }, doctor());
  await house.send(recordAllergies, { patient: 'p-ha', none: true }, doctor());
  house.clock.set(NOW);
}

before(async () => {
  desks = await openDesks([encounter, outpatient, lab, cashier, fixtures], {
    name: 'doctor',
    before: (opened) => {
      house = opened;
      return fill();
    },
  });
});
after(() => desks?.close());

async function desk(viewport = DESK, preferences: object = {}): Promise<Desk> {
  const storage = { 'mach.exam-room.bacsi': 'room-305' };
  const seat = await desks.desk('bacsi', '/kham', { viewport, preferences, storage, now: NOW });
  await seat.page.locator('.m-workitem').first().waitFor();
  return seat;
}

/** Calls in the patient whose row is given; the note has the focus then. */
async function callIn({ page, press }: Desk, name: string): Promise<void> {
  await page.locator('.m-workitem', { hasText: name }).click();
  await page.locator('.m-finish-main', { hasText: 'vào khám' }).waitFor();
  await press('F2');
  await page.waitForFunction(() => document.activeElement?.matches('[data-anchor="2"] textarea'));
}

/** Takes a drug out of the answered search by its key. */
async function choose({ page, press }: Desk, drug: string): Promise<void> {
  // Rows that answer an earlier text are not taken.
  const options = page.locator('.m-options[aria-busy="false"] [role="option"]');
  await options.filter({ hasText: drug }).first().waitFor();
  const chosen = page.locator('.m-popup [role="option"][aria-selected="true"]');
  assert.equal(await chosen.count(), 0, 'no drug is pre-selected');
  const at = await page.locator('.m-popup [role="option"]').allTextContents();
  await press(`Alt+${at.findIndex((text) => text.includes(drug)) + 1}`);
  await page.locator('.doc-dose input').waitFor();
}

const marked = (page: Page, text: string) =>
  page.locator('.m-popup [role="option"][aria-selected="true"]', { hasText: text });

const queue = async (name: string) =>
  (await readView(house.engine, house.actor('doctor'), 'outpatient.queue', {})).rows
    .filter((row) => row.name === name)
    .toSorted((a, b) => String(a.arrivedAt).localeCompare(String(b.arrivedAt)))
    .at(-1);

describe('the doctor', () => {
  test('AT-a2: a follow-up by keyboard alone, within 95 keys, and the next patient is open', async () => {
    const room = await desk();
    const { page, press, type, check } = room;
    await page.locator('.m-workitem', { hasText: 'Đủ KQ' }).waitFor();
    await press('F2');
    await page.waitForFunction(() => document.activeElement?.classList.contains('doc-results'));
    await page.locator('.doc-results', { hasText: '8,1' }).waitFor();
    await press('Space');
    await page.getByText('Đã xem 1 kết quả').first().waitFor();
    await press('Alt+2');
    await page.waitForFunction(() => document.activeElement?.matches('[data-anchor="2"] textarea'));
    await type('.tha');
    await press('Tab');
    await type('135/85');
    await press('Alt+4');
    await press('Control+d');
    await page.locator('.doc-dx', { hasText: 'E11.9' }).waitFor();
    await press('Control+d');
    await page.locator('.doc-rx-line', { hasText: 'metFORMIN 500' }).waitFor();
    assert.equal(await page.locator('.doc-rx-line[data-carried]').count(), 2, 'carried lines are marked');
    await press('F6');
    await type('met 850');
    await choose(room, 'metFORMIN 850');
    await type('1v x 2 s c sau ăn');
    await page.locator('.doc-dose-read', { hasText: '60' }).waitFor();
    await press('Enter');
    await page.locator('.doc-rx-line', { hasText: 'metFORMIN 850' }).waitFor();
    assert.equal(await page.locator('.doc-rx-line').count(), 2, 'the new strength took the place of the old one');
    assert.match((await page.locator('.doc-rx-line .m-med-sub').allTextContents()).join(), /500\smg.*thành.*850\smg/);
    await page.locator('.m-finish-ready').waitFor();
    await check('desk-ready');
    await press('Control+Enter');
    await page.getByText('Đã ký và xong cho Trần Thị LAN').waitFor();
    await page.locator('.m-banner-name', { hasText: 'Hùng' }).waitFor();
    withinBudget(
      'a5–a14',
      'Tái khám: ghi khám, chẩn đoán, kê đơn, ký',
      { keys: room.keys, clicks: room.clicks },
      { keys: KEYS, clicks: 2 },
    );
    assert.equal((await queue('Trần Thị Lan'))?.state, 'awaiting-payment');
    const value = String((await queue('Trần Thị Lan'))?.key);
    const on = house.engine.database.tenant(1);
    const found = await referringRecords(on, [{ param: 'MedicationRequest.encounter', value }]);
    const lines = found.map((f) => f.record.resource as MedicationRequest);
    assert.deepEqual(lines.map((line) => line.dosageInstruction?.[0]?.text?.replaceAll('\u00a0', ' ')).sort(), [
      'Uống, MỖI LẦN 1 viên, ngày 1 lần, sáng, 30 ngày',
      'Uống, MỖI LẦN 1 viên, ngày 2 lần, sáng – chiều sau ăn, 30 ngày',
    ]);
    assert.deepEqual(lines.map((line) => line.dispenseRequest?.quantity?.value).sort(), [30, 60]);
    await room.context.close();
  });

  test('a known severe allergy stops at the line; nothing is signed', async () => {
    const room = await desk();
    const { page, press, type, check } = room;
    await callIn(room, 'Hùng');
    await page.locator('.m-allergy-known', { hasText: 'amoxicilin' }).waitFor();
    await type('Ho 3 ngày');
    await press('Alt+3');
    await type('.bt');
    await press('Tab');
    await press('Alt+4');
    await type('j06.9');
    await marked(page, 'J06.9').waitFor();
    await press('Enter');
    await page.locator('.doc-dx', { hasText: 'J06.9' }).waitFor();
    await press('F6');
    await type('amoxicilin 500 1v x 3 7n');
    await choose(room, 'amoxicilin 500');
    await press('Enter');
    await page.locator('.doc-rx-line .m-alert-stop').waitFor();
    await page.locator('.m-finish-missing', { hasText: 'điều cấm' }).waitFor();
    await check('desk-stop');
    await press('Control+Enter');
    assert.equal((await queue('Lê Văn Hùng'))?.state, 'in-exam');
    await page.locator('.doc-rx-line').focus();
    await press('Delete');
    await page.locator('.doc-rx-line').waitFor({ state: 'detached' });
    await page.locator('.m-finish-ready').waitFor();
    await room.context.close();
  });

  test('an unusual dose needs a reason, given with one key; an ambiguous number is asked back', async () => {
    const room = await desk();
    const { page, press, type, check } = room;
    await callIn(room, 'Hà');
    await press('F6');
    await type('metformin 850 1.000 mg x 2 10n');
    await choose(room, 'metFORMIN 850');
    await page.locator('.doc-dose input').fill('1.000 mg x 2 10n');
    await page.getByText(/1 hay 1.000\?/).waitFor();
    await page.locator('.doc-dose input').fill('3v x 3 10n');
    await press('Enter');
    const reasons = page.locator('.doc-reason-pick select');
    await reasons.first().waitFor();
    await check('desk-warning');
    for (let left = await reasons.count(); left > 0; left--) {
      await reasons.first().focus();
      await press('1');
      await page.waitForFunction((n) => document.querySelectorAll('.doc-reason-pick select').length < n, left);
    }
    const given = page.getByText('Lý do: Lợi ích hơn nguy cơ').first();
    await given.waitFor();
    await page.waitForTimeout(600);
    await page.reload();
    await page.locator('.doc-rx-line', { hasText: 'metFORMIN 850' }).waitFor();
    await given.waitFor();
    await room.context.close();
  });

  test('orders: several words at once, priced before they are signed, a repetition needs a reason', async () => {
    const room = await desk();
    const { page, press, type, check } = room;
    await callIn(room, 'Tú');
    await press('F4');
    await page.waitForFunction(() => document.activeElement?.matches('.m-drawer input'));
    await type('glu crea');
    await marked(page, '2 mục').waitFor();
    await press('Enter');
    await page.locator('.doc-order').nth(1).waitFor();
    assert.match((await page.locator('.doc-foot-sums').textContent()) ?? '', /43\.000/);
    await check('desk-orders');
    await press('Control+Enter');
    await page.getByText(/Đã ký 2 chỉ định/).waitFor();
    await page.locator('.doc-placed-line').nth(1).waitFor();
    assert.equal((await queue('Đặng Minh Tú'))?.ordersTotal, 2);
    await type('glu');
    await marked(page, 'GLU').waitFor();
    await press('Enter');
    await page.getByText(/Đã chỉ định lúc/).waitFor();
    await press('Control+Enter');
    await page.waitForFunction(() => document.activeElement?.matches('.doc-basket select'));
    await press('1');
    await page.locator('.doc-basket select').waitFor({ state: 'detached' });
    await press('Control+Enter');
    await page.getByText(/Đã ký 1 chỉ định/).waitFor();
    // A drug with its dose goes on to the prescription, where it is read and checked.
    await page.waitForFunction(() => document.activeElement?.matches('.m-drawer input'));
    await type('ceftriaxon 1g tmc 12h 7n');
    await choose(room, 'cefTRIAXon 1');
    await page.locator('.m-drawer').waitFor({ state: 'detached' });
    await page.locator('.doc-dose-read', { hasText: /1\slọ.*mỗi 12\sgiờ.*7\sngày.*14\slọ/ }).waitFor();
    await page.waitForFunction(() => document.activeElement?.matches('.doc-dose input'));
    await press('Enter');
    await page.locator('.doc-rx-line', { hasText: 'cefTRIAXon' }).waitFor();
    await room.context.close();
  });

  test('a test that is typed among the drugs goes to the orders, priced and unsigned', async () => {
    const seat = await desks.desk('bacsi', '/kham', {
      viewport: DESK,
      now: NOW,
      storage: { 'mach.exam-room.bacsi': 'room-305' },
    });
    const { page, press, type } = seat;
    await page.locator('.m-workitem', { hasText: 'Đặng Minh TÚ' }).first().click();
    const call = page.locator('.m-finish-main', { hasText: 'vào khám' });
    const write = page.locator('[data-anchor="2"] textarea');
    await write.or(call).first().waitFor();
    if (await call.isVisible()) await press('Control+Enter');
    await write.waitFor();
    await press('F6');
    await seat.caretIn('[data-anchor="5"] input');
    await type('HBA1C');
    const service = page.getByRole('option').filter({ hasText: 'Chỉ định' }).filter({ hasText: 'HBA1C' }).first();
    await service.waitFor();
    // Drugs stand first: what is taken is what its own number says.
    await press((await service.locator('kbd').innerText()).replace(' ', '+'));
    await page.locator('.doc-basket', { hasText: /HbA1c/i }).waitFor();
    assert.equal(await page.locator('.doc-rx-line').count(), 0, 'no drug came of it');
    await seat.check('f6-service');
    await seat.context.close();
  });

  test('a phone: list, page, orders as a sheet; similar names mark each other', async () => {
    const { page, context, check } = await desk(PHONE);
    assert.equal(await page.locator('.m-workitem', { hasText: 'Trùng tên' }).count(), 2);
    await check('phone-list');
    await page.locator('.m-workitem', { hasText: 'Hoàng' }).tap();
    await page.locator('.m-finish-main').waitFor();
    await check('phone-waiting');
    await page.locator('.m-finish-main').tap();
    await page.locator('.doc-compose').waitFor();
    await check('phone-exam');
    await page.locator('.doc-tabs').getByRole('button', { name: 'Chỉ định' }).tap();
    await page.locator('.m-drawer').waitFor();
    await check('phone-orders');
    await context.close();
  });

  test('English is complete, dark is readable, the note survives a reload', async () => {
    const { page, press, type, context, check } = await desk(DESK, { language: 'en', theme: 'dark' });
    await page.locator('.m-workitem', { hasText: 'Hùng' }).click();
    await page.locator('.doc-compose').waitFor();
    await press('Alt+3');
    await press('Control+End');
    await type(' Thêm.');
    await page.getByText(/Draft, saved/).waitFor();
    await page.reload();
    await page.locator('.doc-compose').waitFor();
    assert.match(await page.locator('[data-anchor="3"] textarea').inputValue(), /Thêm\.$/);
    await check('desk-dark');
    await context.close();
  });
});
