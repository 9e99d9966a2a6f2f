import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargeFacts, stateTimes, visitStateOf } from '@mach/encounter/contract.ts';
import { readView } from '@mach/engine';
import type { ChargeItem, DiagnosticReport, Encounter, ServiceRequest, Specimen } from '@mach/fhir/types.ts';
import {
  collectSpecimen,
  correctionsOf,
  correctReport,
  enterResults,
  recommendationOf,
  reportImaging,
  startImaging,
  validateResults,
} from './contract.ts';
import {
  callback,
  collected,
  enter,
  get,
  house,
  orderState,
  pointing,
  proofs,
  rows,
  validate,
} from './testing/house.ts';
import { LAN_CODE, ordered, refused } from './testing/people.ts';

test('the last value of the same person stands beside the new one, with the change', async (t) => {
  const h = await house(t);
  const run = async (value: string, patient = 'lan') => {
    const { orders } = await ordered(h, patient, ['CREA']);
    const [crea = ''] = orders;
    await collected(h, orders, patient);
    const result = await enter(h, crea, { CREA: value }, patient);
    await validate(h, crea);
    return result.results[0];
  };
  await run('80');
  await run('200', 'hung');
  h.clock.advance(24 * 3_600_000);
  const jump = await run('160');
  assert.equal(jump?.previous?.text, '80');
  assert.equal(jump?.previous?.difference, '+80');
  assert.equal(jump?.previous?.exceeds, true, 'doubled in a day: the rule says 50 % in 48 hours');
  h.clock.advance(30 * 24 * 3_600_000);
  const later = await run('80');
  assert.deepEqual([later?.previous?.text, later?.previous?.exceeds], ['160', false]);
  const row = (await rows(h, 'lab.results', 'key', later?.observation ?? ''))[0];
  assert.deepEqual([row?.previous, row?.difference, row?.exceeds], ['160', '−80', false]);
});

test('ranges follow age and sex; without an age nothing is called normal', async (t) => {
  const h = await house(t);
  const flag = async (patient: string) => {
    const { orders } = await ordered(h, patient, ['CTM']);
    await collected(h, orders, patient);
    const { results } = await enter(h, orders[0] ?? '', { WBC: '12,5' }, patient);
    return [results[0]?.flag, results[0]?.range] as const;
  };
  assert.equal((await flag('lan'))[0], 'H');
  assert.equal((await flag('be'))[0], 'N', 'an infant has more white cells');
  assert.deepEqual(await flag('khong-ro'), [null, '']);
  const { orders } = await ordered(h, 'be', ['CREA']);
  await collected(h, orders, 'be');
  const child = await enter(h, orders[0] ?? '', { CREA: '30' }, 'be');
  assert.deepEqual(child.missing, []);
  assert.deepEqual(
    child.results.map((r) => r.item),
    ['CREA'],
    'no adult formula for a child',
  );
  assert.equal((await validate(h, orders[0] ?? '')).state, 'validated');
});

test('imaging: safety questions, report, correction, critical finding', async (t) => {
  const h = await house(t);
  const { encounter: visit, orders } = await ordered(h, 'mai', ['XQ-NGUC', 'ECG', 'GLU']);
  const [xray = '', ecg = '', glu = ''] = orders;
  const start = (safety: { question: string; answer: 'no' | 'yes' | 'unknown' }[], options: object = {}) =>
    h.send(startImaging, { order: xray, patient: 'mai', safety }, 'radiographer', options);
  await refused(start([]), 422, 'safety-unanswered');
  await refused(start([{ question: 'pregnancy', answer: 'unknown' }]), 422, 'safety:pregnancy');
  const older = await ordered(h, 'lan', ['XQ-NGUC']);
  const free = { order: older.orders[0] ?? '', patient: LAN_CODE, safety: [] };
  assert.equal((await h.send(startImaging, free, 'radiographer')).state, 'in-progress', 'nobody asks a woman of 62');
  const started = await start([{ question: 'pregnancy', answer: 'unknown' }], {
    overrides: [{ rule: 'safety:pregnancy', reason: 'Cấp cứu, che chì' }],
  });
  assert.match(started.accession, /^A261124\d{6}$/);
  assert.equal(started.state, 'in-progress');
  const write = (order: string, more: object = {}) =>
    h.send(
      reportImaging,
      { order, findings: 'Hai phế trường sáng', conclusion: 'Bình thường <tim, phổi>', ...more },
      'radiographer',
    );
  await refused(write(xray, { patient: 'hung' }), 409, 'wrong-patient');
  await refused(write(glu), 409, 'order-group');
  await refused(write(ecg, { critical: true, conclusion: 'NMCT cấp ST chênh lên' }), 422, 'callback-required');
  const done = await write(xray, { patient: 'mai', recommendation: 'Chụp lại sau 6 tháng' });
  assert.equal(done.state, 'validated');
  await refused(write(xray), 409, 'order-state');
  const urgent = await write(ecg, { critical: true, conclusion: 'NMCT cấp ST chênh lên', callback });
  assert.ok(urgent.task);
  const row = (await rows(h, 'lab.imaging', 'key', xray))[0];
  assert.deepEqual(
    [row?.accession, row?.findings, row?.conclusion, row?.reportStatus],
    [started.accession, 'Hai phế trường sáng', 'Bình thường <tim, phổi>', 'final'],
  );
  const fixed = await h.send(
    correctReport,
    { order: xray, findings: 'Mờ thuỳ dưới phải', conclusion: 'Viêm phổi', reason: 'Đọc lại phim' },
    'radiographer',
  );
  const report = await get<DiagnosticReport>(h, 'DiagnosticReport', fixed.report);
  assert.equal(report.status, 'corrected');
  assert.equal(recommendationOf(report), 'Chụp lại sau 6 tháng', 'what the correction does not name stays');
  assert.deepEqual(
    correctionsOf(report).map((c) => c.text),
    ['Bình thường <tim, phổi>'],
  );
  assert.equal(await orderState(h, xray), 'validated');
  assert.equal(visitStateOf(await get<Encounter>(h, 'Encounter', visit)), 'awaiting-results', 'the test is still open');
  await proofs(h);
});

test('the same key replays its first answer; roles are kept apart; a stat order comes first', async (t) => {
  const h = await house(t);
  const routine = await ordered(h, 'hung', ['GLU']);
  const stat = await ordered(h, 'lan', ['GLU'], 'stat');
  const [glu = ''] = stat.orders;
  const input = { orders: [glu], patient: LAN_CODE, readBack: 'birth-date' as const };
  const first = await h.send(collectSpecimen, input, 'nurse', { key: 'collect-once-1' });
  assert.deepEqual(await h.send(collectSpecimen, input, 'nurse', { key: 'collect-once-1' }), first);
  assert.equal((await pointing<Specimen>(h, 'Specimen.patient', 'lan')).length, 1);
  await assert.rejects(h.send(enterResults, { order: glu, patient: 'lan', values: [] }, 'nurse'), /lab.enter/);
  await enter(h, glu, { GLU: '5,4' });
  await assert.rejects(h.send(validateResults, { order: glu }, 'radiographer'), /lab.validate/);
  const list = await readView(h.engine, h.actor('lab-technician'), 'lab.worklist', {
    filters: [{ column: 'group', op: 'eq', values: ['lab'] }],
  });
  assert.deepEqual(
    list.rows.map((r) => r.key),
    [glu, routine.orders[0]],
  );
  const order = await get<ServiceRequest>(h, 'ServiceRequest', glu);
  assert.deepEqual(
    stateTimes(order).map((s) => s.state),
    ['signed', 'in-progress', 'preliminary'],
  );
  const price = (await pointing<ChargeItem & { id: string }>(h, 'ChargeItem.context', stat.encounter)).map(
    (c) => chargeFacts(c).code,
  );
  assert.ok(price.includes('GLU'));
});
