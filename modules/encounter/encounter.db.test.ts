import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@mach/base/problem.ts';
import { commandRef, commands, defineCommand, defineModule, readView } from '@mach/engine';
import type { ChargeItem, DocumentReference, Encounter, Provenance, ServiceRequest, Task } from '@mach/fhir/types.ts';
import {
  count,
  is,
  list,
  number,
  proveView,
  readRecord,
  referringRecords,
  text,
  type ViewDefinition,
} from '@mach/store';
import { CS, EXT } from '@mach/vn/systems.ts';
import { z } from 'zod';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import {
  advanceOrder,
  advancePrescription,
  cancelOrder,
  cancelPrescription,
  cancelVisit,
  chargeFacts,
  close,
  conclude,
  leave,
  openVisit,
  orderStateOf,
  outcomeOf,
  placeOrders,
  prescriptionStateOf,
  recordDiagnoses,
  reopen,
  returnToQueue,
  settle,
  signPrescription,
  startExam,
  stateTimes,
  transferRoom,
  unsettle,
  visitStateOf,
} from './contract.ts';
import encounter from './module.ts';
import { card, examNote, fixtures, person, room, writeFixtures } from './testing.ts';

/** Two views over what the kernel writes: kept by its commands, compared with a rebuild. */
const visits: ViewDefinition = {
  name: 'probe.visits',
  kind: 'live',
  base: 'Encounter',
  children: {
    orders: { type: 'ServiceRequest', path: 'encounter.reference', param: 'ServiceRequest.encounter' },
    charges: { type: 'ChargeItem', path: 'context.reference', param: 'ChargeItem.context' },
  },
  columns: {
    state: text(`extension[url=${EXT.visitState}].valueCode`),
    total: number(count('orders')),
    done: number(count('orders', is(`extension[url=${EXT.state}].valueCode`, 'validated'))),
    lines: number(count('charges', is('status', 'billable'))),
    names: {
      type: 'json',
      value: list('orders', { name: 'code.text', state: `extension[url=${EXT.state}].valueCode` }, 'identifier.value'),
    },
  },
};
const bill = commandRef<{ charge: string }, null>('probe.bill');
const probe = defineModule({
  name: 'probe',
  title: { vi: 'Thử', en: 'Probe' },
  roles: { doctor: ['probe.see'], 'cashier-probe': ['probe.bill', 'encounter.settle'] },
  commands: commands(
    defineCommand({
      name: 'probe.bill',
      kind: 'intent',
      permission: 'probe.bill',
      title: { vi: 'Tính tiền', en: 'Bill' },
      input: z.strictObject({ charge: z.string() }),
      async handle(input, ctx) {
        ctx.update<ChargeItem>({ ...(await ctx.lock<ChargeItem>('ChargeItem', input.charge)), status: 'billed' });
        return null;
      },
    }),
  ),
  views: [{ definition: visits, permission: 'probe.see', title: { vi: 'Lượt', en: 'Visits' } }],
});

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const engine = await testEngine(t, [fixtures, encounter, probe]);
  await writeFixtures(
    engine,
    room('305', 'Phòng khám Nội 3', '02.1898'),
    room('303', 'Phòng khám Tim mạch', '02.1898'),
    room('309', 'Phòng khám Phụ sản', '13.1898'),
    room('XN', 'Phòng xét nghiệm'),
    person('lan', 'Trần Thị Lan'),
    person('hung', 'Lê Văn Hùng', '1955-03-02', 'male'),
    card('card-lan', 'lan'),
  );
  return engine;
}

const benefit = { rate: 80, category: '1.1', hash: 'test', route: 'right' } as const;
const insured = (over: object = {}) => ({
  patient: 'lan',
  room: 'room-305',
  reason: 'Tái khám',
  payer: 'bhyt' as const,
  coverage: 'card-lan',
  benefit,
  ...over,
});

const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(h.engine.database.tenant(1), type, id))?.resource as T;
const pointing = async <T>(h: TestEngine, param: string, value: string): Promise<T[]> =>
  (await referringRecords(h.engine.database.tenant(1), [{ param, value }])).map((r) => r.record.resource as T);

async function refused(work: Promise<unknown>, status: number, code: string): Promise<Problem> {
  let problem: Problem | undefined;
  await assert.rejects(work, (e) => {
    problem = e as Problem;
    assert.equal(problem.status, status, problem.message);
    assert.equal(problem.issues[0]?.code, code);
    assert.ok(problem.issues[0]?.remedy, 'names a remedy');
    assert.ok(problem.issues[0]?.field, 'names a field');
    return true;
  });
  return problem as Problem;
}

test('a visit from the desk to the cashier, with its orders, charges and prescription', async (t) => {
  const h = await house(t);
  const opened = await h.send(openVisit, insured(), 'reception');
  assert.equal(opened.state, 'waiting');
  assert.equal(opened.queueNumber, '0001');
  assert.match(opened.visitCode, /^01999-261124-\d{6}$/);
  const exam = await get<ChargeItem & { id: string }>(h, 'ChargeItem', opened.chargeItem);
  assert.deepEqual(chargeFacts(exam), {
    id: opened.chargeItem,
    code: '02.1898',
    of: 'service',
    text: 'Khám Nội',
    claimCode: '02.1898',
    costGroup: '13',
    source: `ServiceRequest/${opened.order}`,
    quantity: '1',
    unitPrice: '36500',
    ceiling: undefined,
    ratio: '100',
    payer: 'bhyt',
    at: '2026-11-24T00:00:00.000Z',
    status: 'billable',
  });

  await refused(
    h.send(placeOrders, { encounter: opened.encounter, items: [{ service: 'GLU' }] }, 'doctor'),
    409,
    'visit-state',
  );
  h.clock.advance(60_000);
  const { encounter: id } = await h.send(startExam, { encounter: opened.encounter }, 'doctor');
  assert.equal(orderStateOf(await get<ServiceRequest>(h, 'ServiceRequest', opened.order)), 'in-progress');
  const placed = await h.send(
    placeOrders,
    { encounter: id, items: [{ service: 'GLU' }, { service: 'ECG', question: 'Đau ngực' }] },
    'doctor',
  );
  assert.equal(placed.state, 'awaiting-results');
  assert.deepEqual(
    placed.orders.map((o) => o.service),
    ['GLU', 'ECG'],
  );
  assert.match(placed.orders[0]?.orderCode ?? '', /^C261124\d{6}$/);
  await refused(
    h.send(placeOrders, { encounter: id, items: [{ service: 'GLU' }, { service: 'NO-SUCH' }] }, 'doctor'),
    422,
    'service-unknown',
  );

  const [glu, ecg] = placed.orders.map((o) => o.order);
  h.clock.advance(60_000);
  const first = await h.send(advanceOrder, { order: glu ?? '', to: 'validated' }, 'doctor');
  assert.equal(first.visitState, 'awaiting-results');
  await refused(h.send(conclude, { encounter: id, outcome: 'home' }, 'doctor'), 409, 'principal-diagnosis-missing');
  await h.send(
    recordDiagnoses,
    { encounter: id, diagnoses: [{ code: 'I10' }, { code: 'e11.9', text: 'ĐTĐ típ 2', principal: true }] },
    'doctor',
  );
  await refused(h.send(conclude, { encounter: id, outcome: 'home' }, 'doctor'), 409, 'note-not-final');
  await writeFixtures(h, examNote(id, 'lan'));
  const pending = await refused(h.send(conclude, { encounter: id, outcome: 'home' }, 'doctor'), 409, 'results-pending');
  assert.match(pending.issues[0]?.text.vi ?? '', /Điện tim thường/);
  const second = await h.send(advanceOrder, { order: ecg ?? '', to: 'validated' }, 'doctor');
  assert.equal(second.visitState, 'results-ready');
  await h.send(startExam, { encounter: id }, 'doctor');
  const seen = await h.send(advanceOrder, { order: glu ?? '', to: 'seen' }, 'doctor');
  assert.deepEqual([seen.state, seen.visitState], ['seen', 'in-exam']);

  const visit = await get<Encounter>(h, 'Encounter', id);
  assert.deepEqual(
    visit.diagnosis?.map((d) => [d.rank, d.condition.display]),
    [
      [1, 'ĐTĐ típ 2'],
      [2, visit.diagnosis?.[1]?.condition.display],
    ],
  );
  assert.deepEqual(
    stateTimes(visit).map((s) => s.state),
    ['arrived', 'waiting', 'in-exam', 'awaiting-results', 'results-ready', 'in-exam'],
  );

  const line = {
    drug: 'metformin-500-mg-v',
    perDose: '1',
    doseUnit: 'viên',
    timesPerDay: 2,
    slots: { morning: '1', night: '1' },
    days: 30,
    quantity: '60',
    text: 'Uống sáng 1 viên, tối 1 viên, sau ăn',
  };
  const catalogue = h.engine.packs.at<{ items: { columns: string[]; rows: unknown[][] } }>('formulary', '2026-11-24')
    .data.items;
  const metformin = catalogue.rows.find((r) => String(r[0]).startsWith('metformin'));
  const signed = await h.send(
    signPrescription,
    { encounter: id, lines: [{ ...line, drug: String(metformin?.[0]) }], advice: 'Ăn nhạt' },
    'doctor',
  );
  assert.match(signed.code, /^01999[0-9a-z]{7}-C$/);
  await refused(
    h.send(signPrescription, { encounter: id, lines: [{ ...line, drug: String(metformin?.[0]) }] }, 'doctor'),
    409,
    'prescription-exists',
  );

  const done = await h.send(conclude, { encounter: id, outcome: 'revisit', revisit: '2026-12-24' }, 'doctor');
  assert.equal(done.state, 'awaiting-payment');
  const after = await get<Encounter>(h, 'Encounter', id);
  assert.deepEqual([after.status, outcomeOf(after)?.revisit], ['finished', '2026-12-24']);
  assert.equal(orderStateOf(await get<ServiceRequest>(h, 'ServiceRequest', opened.order)), 'performed');
  await refused(h.send(placeOrders, { encounter: id, items: [{ service: 'GLU' }] }, 'doctor'), 409, 'visit-state');
  assert.equal((await h.send(reopen, { encounter: id, reason: 'Quên chỉ định' }, 'doctor')).state, 'in-exam');
  await refused(h.send(close, { encounter: id }, 'system'), 409, 'visit-state');
  const proof = await proveView(h.engine.database, 1, visits);
  assert.deepEqual({ ...proof, rows: 0 }, { view: visits.name, rows: 0, missing: [], extra: [], different: [] });
});

test('a prescription is a sealed document with a signature over its exact text, and a task for its state', async (t) => {
  const h = await house(t);
  const { encounter: id } = await h.send(openVisit, insured(), 'reception');
  await h.send(startExam, { encounter: id }, 'doctor');
  const items = h.engine.packs.at<{ items: { columns: string[]; rows: unknown[][] } }>('formulary', '2026-11-24').data
    .items;
  const column = (name: string): number => items.columns.indexOf(name);
  const plain = items.rows.find((r) => r[column('control')] === null && r[column('bhytRatio')] === 50);
  const narcotic = items.rows.find((r) => r[column('control')] === 'N');
  const line = (drug: unknown) => ({
    drug: String(drug),
    perDose: '0.5',
    doseUnit: 'viên',
    timesPerDay: 2,
    days: 5,
    quantity: '5',
    text: 'Uống sáng nửa viên, tối nửa viên',
  });
  await refused(
    h.send(signPrescription, { encounter: id, lines: [line(plain?.[0]), line(narcotic?.[0])] }, 'doctor'),
    422,
    'prescription-kind',
  );
  const signed = await h.send(signPrescription, { encounter: id, lines: [line(plain?.[0])] }, 'doctor');

  const stored = await readRecord(h.engine.database.tenant(1), 'DocumentReference', signed.prescription);
  assert.equal(stored?.sealed, true);
  const document = stored?.resource as DocumentReference;
  const attachment = document.content[0]?.attachment;
  const text = Buffer.from(attachment?.data ?? '', 'base64').toString('utf8');
  const content = JSON.parse(text) as { lines: { quantity: string }[]; patient: { name: string } };
  assert.equal(content.lines[0]?.quantity, '5');
  assert.equal(content.patient.name, 'Trần Thị Lan');
  const [provenance] = await pointing<Provenance>(h, 'Provenance.target', signed.prescription);
  const signature = provenance?.signature?.[0];
  const proof = {
    jws: Buffer.from(signature?.data ?? '', 'base64').toString('utf8'),
    at: signature?.when ?? '',
    signer: signature?.who.display ?? '',
    certificate: '',
  };
  assert.equal(await h.engine.signer.verify(text, proof), true);
  assert.equal(await h.engine.signer.verify(text.replace('"5"', '"50"'), proof), false);

  const charge = chargeFacts(
    await get<ChargeItem & { id: string }>(h, 'ChargeItem', signed.lines[0]?.chargeItem ?? ''),
  );
  assert.deepEqual(
    [charge.of, charge.quantity, charge.ratio, charge.costGroup, charge.payer],
    ['drug', '5', '50', '4', 'bhyt'],
  );
  const task = await get<Task>(h, 'Task', signed.task);
  assert.equal(prescriptionStateOf(task), 'signed');

  const step = (to: 'sent' | 'national-code' | 'partly-dispensed' | 'dispensed' | 'signed', more: object = {}) =>
    h.send(advancePrescription, { prescription: signed.prescription, to, ...more }, 'system');
  assert.equal((await step('sent')).state, 'sent');
  assert.equal((await step('dispensed')).state, 'dispensed');
  assert.equal((await step('national-code', { note: 'nhận lúc 07:30' })).state, 'dispensed');
  await refused(
    h.send(cancelPrescription, { prescription: signed.prescription, reason: 'Kê nhầm' }, 'doctor'),
    409,
    'prescription-state',
  );
  assert.equal((await step('signed')).state, 'national-code');
  const cancelled = await h.send(
    cancelPrescription,
    { prescription: signed.prescription, reason: 'Kê nhầm' },
    'doctor',
  );
  assert.equal(cancelled.state, 'cancelled');
  const charges = await pointing<ChargeItem>(h, 'ChargeItem.context', id);
  assert.deepEqual(charges.map((c) => c.status).sort(), ['aborted', 'billable']);
  const again = await h.send(signPrescription, { encounter: id, lines: [line(plain?.[0])] }, 'doctor');
  assert.notEqual(again.code, signed.code);
});

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

test('settling closes the money side: every line billed, an invoice of this patient, and back again', async (t) => {
  const h = await house(t);
  const { encounter: id, chargeItem } = await h.send(openVisit, insured(), 'reception');
  const cashier = h.actor(['cashier-probe']);
  const pay = (invoice: string) => h.send(settle, { encounter: id, invoice }, cashier);
  const invoice = (key: string, patient: string) => ({
    resourceType: 'Invoice',
    id: key,
    status: 'balanced',
    subject: { reference: `Patient/${patient}` },
  });
  await writeFixtures(h, invoice('inv-lan', 'lan'), invoice('inv-hung', 'hung'));
  await refused(pay('inv-lan'), 409, 'visit-state');
  await h.send(startExam, { encounter: id }, 'doctor');
  await h.send(recordDiagnoses, { encounter: id, diagnoses: [{ code: 'I10', principal: true }] }, 'doctor');
  await writeFixtures(h, examNote(id, 'lan'));
  await h.send(conclude, { encounter: id, outcome: 'transferred', destination: 'BV Bạch Mai' }, 'doctor');
  await refused(pay('inv-hung'), 409, 'invoice-of-another');
  const open = await refused(pay('inv-lan'), 409, 'lines-open');
  assert.match(open.issues[0]?.text.vi ?? '', /Khám Nội/);
  await h.send(bill, { charge: chargeItem }, cashier);
  assert.equal((await pay('inv-lan')).state, 'settled');
  await refused(pay('inv-lan'), 409, 'visit-state');
  await refused(h.send(reopen, { encounter: id, reason: 'thêm thuốc' }, 'doctor'), 409, 'visit-state');
  assert.equal(
    (await h.send(unsettle, { encounter: id, invoice: 'inv-lan', reason: 'Thu nhầm' }, cashier)).state,
    'awaiting-payment',
  );
  await pay('inv-lan');
  assert.equal((await h.send(close, { encounter: id }, 'system')).state, 'transferred');
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
