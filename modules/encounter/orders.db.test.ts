import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@mach/base/problem.ts';
import { readView } from '@mach/engine';
import type { ChargeItem, Encounter, ServiceRequest } from '@mach/fhir/types.ts';
import { proveView } from '@mach/store';
import { CS, EXT } from '@mach/vn/systems.ts';
import {
  advanceOrder,
  cancelOrder,
  cancelVisit,
  chargeFacts,
  leave,
  openVisit,
  orderStateOf,
  placeOrders,
  recordDiagnoses,
  returnToQueue,
  startExam,
  transferRoom,
  visitStateOf,
} from './contract.ts';
import encounter from './module.ts';
import { get, house, insured, pointing, refused, visits } from './testing/house.ts';

test('the same key gives the first answer again, and nothing twice', async (t) => {
  const h = await house(t);
  const once = await h.send(openVisit, insured(), 'reception', { key: 'desk-1-0001' });
  const again = await h.send(openVisit, insured(), 'reception', { key: 'desk-1-0001' });
  assert.deepEqual(again, once);
  assert.equal((await pointing<Encounter>(h, 'Encounter.subject', 'lan')).length, 1);
});

test('two desks, one person, one room: one number; another room or a reason gives a second', async (t) => {
  const h = await house(t);
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => h.send(openVisit, insured(), 'reception')));
  assert.equal(outcomes.filter((o) => o.status === 'fulfilled').length, 1);
  for (const o of outcomes)
    if (o.status === 'rejected') assert.equal((o.reason as Problem).issues[0]?.code, 'already-waiting');
  assert.equal((await h.send(openVisit, insured({ room: 'room-303' }), 'reception')).queueNumber, '0001');
  assert.equal((await h.send(openVisit, insured({ againReason: 'Mất số' }), 'reception')).queueNumber, '0002');
});

test('queue numbers count per room and day', async (t) => {
  const h = await house(t);
  const numbers = [];
  for (const [patient, to] of [
    ['lan', 'room-305'],
    ['hung', 'room-305'],
    ['hung', 'room-303'],
  ] as const)
    numbers.push(
      (await h.send(openVisit, { patient, room: to, reason: 'Khám', payer: 'fee' }, 'reception')).queueNumber,
    );
  h.clock.set('2026-11-25T00:00:00.000Z');
  numbers.push(
    (await h.send(openVisit, { patient: 'lan', room: 'room-305', reason: 'Khám', payer: 'fee' }, 'reception'))
      .queueNumber,
  );
  assert.deepEqual(numbers, ['0001', '0002', '0001', '0001']);
});

test('what does not fit is refused before anything is written', async (t) => {
  const h = await house(t);
  await refused(h.send(openVisit, insured({ coverage: undefined }), 'reception'), 422, 'coverage-missing');
  await refused(h.send(openVisit, insured({ patient: 'hung' }), 'reception'), 409, 'coverage-of-another');
  await refused(h.send(openVisit, insured({ room: 'room-xn' }), 'reception'), 422, 'room-without-exam');
  const { encounter: id } = await h.send(openVisit, insured(), 'reception');
  await refused(h.send(returnToQueue, { encounter: id, reason: 'vắng' }, 'doctor'), 409, 'visit-state');
  await h.send(startExam, { encounter: id }, 'doctor');
  const bad = await refused(
    h.send(
      recordDiagnoses,
      { encounter: id, diagnoses: [{ code: 'E11', principal: true }, { code: 'C61' }] },
      'doctor',
    ),
    422,
    'icd-more-specific-exists',
  );
  assert.deepEqual(
    bad.issues.map((i) => [i.code, i.field]),
    [
      ['icd-more-specific-exists', 'diagnoses.0.code'],
      ['icd-sex', 'diagnoses.1.code'],
    ],
  );
  await refused(
    h.send(recordDiagnoses, { encounter: id, diagnoses: [{ code: 'I10' }] }, 'doctor'),
    422,
    'principal-diagnosis',
  );
  assert.equal((await h.send(returnToQueue, { encounter: id, reason: 'gọi không có mặt' }, 'doctor')).state, 'waiting');
});

test('a patient who leaves pays for what was done; a visit opened by mistake costs nothing', async (t) => {
  const h = await house(t);
  const gone = await h.send(openVisit, insured(), 'reception');
  await h.send(startExam, { encounter: gone.encounter }, 'doctor');
  await h.send(placeOrders, { encounter: gone.encounter, items: [{ service: 'GLU' }] }, 'doctor');
  assert.equal((await h.send(leave, { encounter: gone.encounter, reason: 'Bận việc' }, 'reception')).state, 'left');
  const charges = await pointing<ChargeItem & { id: string }>(h, 'ChargeItem.context', gone.encounter);
  assert.deepEqual(charges.map((c) => [chargeFacts(c).code, c.status]).sort(), [
    ['02.1898', 'billable'],
    ['GLU', 'aborted'],
  ]);
  const wrong = await h.send(
    openVisit,
    { patient: 'hung', room: 'room-305', reason: 'Khám', payer: 'fee' },
    'reception',
  );
  assert.equal(
    (await h.send(cancelVisit, { encounter: wrong.encounter, reason: 'Nhầm người' }, 'reception')).state,
    'cancelled',
  );
  const [line] = await pointing<ChargeItem>(h, 'ChargeItem.context', wrong.encounter);
  assert.equal(line?.status, 'aborted');
});

test('moving rooms takes the exam along, replaces it for another specialty, or adds a second one', async (t) => {
  const h = await house(t);
  const visit = await h.send(openVisit, insured(), 'reception');
  const open = async () =>
    (await pointing<ChargeItem & { id: string }>(h, 'ChargeItem.context', visit.encounter))
      .filter((c) => c.status === 'billable')
      .map((c) => chargeFacts(c).code)
      .sort();
  await h.send(
    transferRoom,
    { encounter: visit.encounter, room: 'room-303', reason: 'Phòng 305 quá tải' },
    'reception',
  );
  assert.deepEqual(await open(), ['02.1898']);
  await refused(
    h.send(transferRoom, { encounter: visit.encounter, room: 'room-303', reason: 'nhầm' }, 'reception'),
    409,
    'same-room',
  );
  await h.send(transferRoom, { encounter: visit.encounter, room: 'room-309', reason: 'Khám phụ khoa' }, 'reception');
  assert.deepEqual(await open(), ['13.1898']);
  await h.send(startExam, { encounter: visit.encounter }, 'doctor');
  const moved = await h.send(
    transferRoom,
    { encounter: visit.encounter, room: 'room-303', reason: 'Thêm chuyên khoa', examService: '02.1898' },
    'doctor',
  );
  assert.deepEqual([moved.state, await open()], ['waiting', ['02.1898', '13.1898']]);
});

test('many doctors and laboratories at once on one visit: nothing lost, views equal a rebuild', async (t) => {
  const h = await house(t);
  const { encounter: id } = await h.send(openVisit, insured(), 'reception');
  await h.send(startExam, { encounter: id }, 'doctor');
  const services = ['GLU', 'CREA', 'UREA', 'ECG', 'CHOL', 'TG', 'AST', 'ALT'];
  const placed = await Promise.all(
    services.map((service) => h.send(placeOrders, { encounter: id, items: [{ service }] }, 'doctor')),
  );
  const orders = placed.flatMap((p) => p.orders.map((o) => o.order));
  assert.equal(new Set(placed.flatMap((p) => p.orders.map((o) => o.orderCode))).size, services.length);
  // One is cancelled while the others get their results and three more are ordered.
  const [cancelled = '', ...rest] = orders;
  const extra = ['HDL', 'LDL', 'UA'];
  const work = await Promise.all([
    h.send(cancelOrder, { order: cancelled, reason: 'Đã làm tuần trước' }, 'doctor'),
    ...rest.map((order) => h.send(advanceOrder, { order, to: 'validated' }, 'doctor')),
    ...extra.map((service) => h.send(placeOrders, { encounter: id, items: [{ service }] }, 'doctor')),
  ]);
  assert.equal(work.length, services.length + extra.length);
  const state = async () => visitStateOf(await get<Encounter>(h, 'Encounter', id));
  assert.equal(await state(), 'awaiting-results');
  const row = async () => (await readView(h.engine, h.actor('doctor'), 'probe.visits', {})).rows[0];
  assert.deepEqual(
    [(await row())?.total, (await row())?.done, (await row())?.lines],
    [1 + services.length + extra.length, rest.length, services.length + extra.length],
  );
  const open = (await pointing<ServiceRequest & { id: string }>(h, 'ServiceRequest.encounter', id)).filter(
    (o) => orderStateOf(o) === 'signed',
  );
  assert.equal(open.length, extra.length);
  await Promise.all(open.map((o) => h.send(advanceOrder, { order: o.id, to: 'validated' }, 'doctor')));
  assert.equal(await state(), 'results-ready');
  const proof = await proveView(h.engine.database, 1, visits);
  assert.deepEqual({ ...proof, rows: 0 }, { view: visits.name, rows: 0, missing: [], extra: [], different: [] });
});

test('a rejected specimen goes back for another sample without a second charge', async (t) => {
  const h = await house(t);
  const { encounter: id } = await h.send(openVisit, insured(), 'reception');
  await h.send(startExam, { encounter: id }, 'doctor');
  const { orders } = await h.send(placeOrders, { encounter: id, items: [{ service: 'GLU' }] }, 'doctor');
  const order = orders[0]?.order ?? '';
  await h.send(advanceOrder, { order, to: 'accepted' }, 'doctor');
  await refused(h.send(advanceOrder, { order, to: 'signed' }, 'doctor'), 422, 'reason-required');
  assert.equal((await h.send(advanceOrder, { order, to: 'signed', reason: 'Vỡ hồng cầu' }, 'doctor')).state, 'signed');
  assert.equal((await h.send(advanceOrder, { order, to: 'signed' }, 'doctor')).state, 'signed');
  assert.equal((await pointing(h, 'ChargeItem.context', id)).length, 2);
  await h.send(advanceOrder, { order, to: 'validated' }, 'doctor');
  await refused(h.send(cancelOrder, { order, reason: 'không cần' }, 'doctor'), 409, 'order-state');
  await refused(h.send(advanceOrder, { order, to: 'accepted' }, 'doctor'), 409, 'order-state');
});

test('records of this house are known by their marks', () => {
  const visit = { resourceType: 'Encounter', extension: [{ url: EXT.visitState, valueCode: 'waiting' }] };
  const foreign = { resourceType: 'Encounter', identifier: [{ system: 'urn:other', value: '1' }] };
  const owns = (resource: Record<string, unknown>) =>
    (encounter.owns ?? []).some((o) => o.type === resource.resourceType && o.when?.(resource));
  assert.equal(owns(visit), true);
  assert.equal(owns(foreign), false);
  assert.equal(owns({ resourceType: 'ChargeItem', code: { coding: [{ system: CS.costGroup, code: '1' }] } }), true);
});
