import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChargeItem, DocumentReference, Encounter, Provenance, ServiceRequest, Task } from '@mach/fhir/types.ts';
import { proveView, readRecord } from '@mach/store';
import {
  advanceOrder,
  advancePrescription,
  cancelPrescription,
  chargeFacts,
  close,
  conclude,
  openVisit,
  orderStateOf,
  outcomeOf,
  placeOrders,
  prescriptionStateOf,
  recordDiagnoses,
  reopen,
  settle,
  signPrescription,
  startExam,
  stateTimes,
  unsettle,
} from './contract.ts';
import { bill, get, house, insured, pointing, refused, visits } from './testing/house.ts';
import { examNote, writeFixtures } from './testing.ts';

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
