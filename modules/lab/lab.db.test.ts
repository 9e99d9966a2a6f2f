import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visitStateOf } from '@mach/encounter/contract.ts';
import type {
  ChargeItem,
  Communication,
  DiagnosticReport,
  Encounter,
  Observation,
  Specimen,
  Task,
} from '@mach/fhir/types.ts';
import { readHistory } from '@mach/store';
import {
  acknowledgeCritical,
  collectSpecimen,
  correctionsOf,
  correctResult,
  enterResults,
  flagCodeOf,
  itemOf,
  receiveSpecimen,
  rejectSpecimen,
  textOf,
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

test('from the tube to the doctor: sampling, results with flags, validation, report, visit goes on', async (t) => {
  const h = await house(t);
  const { encounter: visit, orders } = await ordered(h, 'lan', ['GLU', 'CREA', 'HBA1C', 'TPTNT']);
  const [glu = '', crea = '', a1c = '', urine = ''] = orders;

  const drawn = await collected(h, orders);
  assert.deepEqual(
    drawn.tubes.map((one) => one.tube),
    ['SERUM', 'EDTA', 'FLUORIDE', 'URINE'],
    'order of draw',
  );
  assert.match(drawn.tubes[0]?.code ?? '', /^M261124\d{6}$/);
  assert.equal(await orderState(h, glu), 'in-progress');
  const tube = drawn.tubes.find((one) => one.tube === 'FLUORIDE');
  assert.deepEqual(tube?.orders, [glu]);
  h.clock.advance(60_000);
  const received = await h.send(receiveSpecimen, { specimen: tube?.code ?? '' }, 'lab-technician');
  assert.deepEqual(received.orders, [glu]);

  const first = await enter(h, glu, { GLU: '11,2' });
  assert.equal(first.state, 'preliminary');
  assert.deepEqual(first.results, [
    {
      item: 'GLU',
      observation: first.results[0]?.observation,
      text: '11,20',
      flag: 'H',
      critical: false,
      range: first.results[0]?.range,
    },
  ]);
  assert.match(first.results[0]?.range ?? '', /\d,\d/);
  const kidney = await enter(h, crea, { CREA: '98' });
  assert.deepEqual(
    kidney.results.map((r) => r.item),
    ['CREA', 'EGFR'],
  );
  assert.deepEqual(kidney.missing, []);
  const computed = kidney.results.find((r) => r.item === 'EGFR');
  assert.equal(computed?.text, '56', 'CKD-EPI 2021: woman of 62, 98 µmol/L');
  await enter(h, a1c, { HBA1C: '7.8' });

  const partial = await enter(h, urine, { 'U-GLU': '2+', 'U-PRO': 'âm tính' });
  assert.ok(partial.missing.includes('U-PH'));
  await refused(validate(h, urine), 409, 'results-incomplete');
  await validate(h, urine, { incompleteReason: 'Que thử hỏng' });

  assert.equal(visitStateOf(await get<Encounter>(h, 'Encounter', visit)), 'awaiting-results');
  await validate(h, glu);
  await validate(h, crea);
  const last = await validate(h, a1c);
  assert.equal(last.state, 'validated');
  assert.equal(last.visitState, 'results-ready', 'every order has its result');

  const report = await get<DiagnosticReport>(h, 'DiagnosticReport', last.report);
  assert.equal(report.status, 'final');
  assert.equal(report.result?.length, 1);
  const result = await get<Observation>(h, 'Observation', first.results[0]?.observation ?? '');
  assert.equal(result.status, 'final');
  assert.deepEqual(result.valueQuantity, {
    value: 11.2,
    unit: 'mmol/L',
    system: 'http://unitsofmeasure.org',
    code: 'mmol/L',
  });
  assert.equal(flagCodeOf(result), 'H');

  const table = await rows(h, 'lab.results', 'encounter', visit);
  assert.equal(table.length, 6);
  const row = table.find((r) => r.item === 'GLU');
  assert.deepEqual(
    [row?.text, row?.number, row?.unit, row?.flag, row?.critical, row?.patientId],
    ['11,20', 11.2, 'mmol/L', 'H', false, 'lan'],
  );
  assert.equal(table.find((r) => r.item === 'EGFR')?.computed, true);
  const work = (await rows(h, 'lab.worklist', 'encounter', visit)).find((r) => r.key === glu);
  assert.equal(work?.specimen, tube?.code);
  assert.equal(work?.tube, 'FLUORIDE');
  assert.equal(work?.receivedAt, '2026-11-24T00:01:00.000Z');
  assert.deepEqual([work?.resultsEntered, work?.resultsAbnormal, work?.resultsCritical], [1, 1, 0]);
  await refused(enter(h, glu, { GLU: '5' }), 409, 'order-state');
  await proofs(h);
});

test('the wrong person, the wrong tube and the wrong paper stop the work', async (t) => {
  const h = await house(t);
  const one = await ordered(h, 'lan', ['GLU']);
  const other = await ordered(h, 'hung', ['GLU']);
  const [glu = ''] = one.orders;
  await refused(collected(h, [glu], 'hung'), 409, 'wrong-patient');
  await refused(collected(h, [glu], other.visitCode), 409, 'wrong-patient');
  await refused(collected(h, [glu, ...other.orders]), 409, 'two-visits');
  const draw = { orders: [glu], readBack: 'name' as const };
  await refused(
    h.send(collectSpecimen, { ...draw, patient: one.visitCode, tubes: ['EDTA'] }, 'lab-technician'),
    422,
    'tube-mismatch',
  );
  assert.equal(await orderState(h, glu), 'signed', 'nothing was written');
  await refused(enter(h, glu, { GLU: '5' }), 409, 'specimen-missing');
  const card = '001164000123|012345678|Trần Thị Lan|14071964|Nữ|Hà Nội|01012021';
  await h.send(collectSpecimen, { ...draw, patient: card, tubes: ['FLUORIDE'] }, 'lab-technician');
  await refused(collected(h, [glu]), 409, 'order-state');
  const his = await collected(h, other.orders, 'hung');
  await refused(enter(h, glu, { GLU: '5' }, 'hung'), 409, 'wrong-patient');
  await refused(
    h.send(
      enterResults,
      {
        order: glu,
        patient: 'lan',
        specimen: his.tubes[0]?.code,
        values: [{ item: 'GLU', value: '5' }],
      },
      'lab-technician',
    ),
    409,
    'wrong-specimen',
  );
  await refused(h.send(receiveSpecimen, { specimen: 'M261124999999' }, 'lab-technician'), 404, 'specimen-unknown');
  assert.deepEqual(await pointing(h, 'Observation.based-on', glu), []);
});

test('numbers that can be read in two ways, unknown items and senseless values are refused, all at once', async (t) => {
  const h = await house(t);
  const { orders } = await ordered(h, 'lan', ['CTM', 'CREA', 'HBSAG', 'ABO']);
  const [ctm = '', crea = '', hbs = '', abo = ''] = orders;
  await collected(h, orders);
  const problem = await refused(
    enter(h, ctm, { WBC: '7,2', PLT: '1.000', HGB: 'mười hai', XYZ: '1', RBC: '-4,5' }),
    422,
    'result-ambiguous',
  );
  assert.deepEqual(
    problem.issues.map((i) => [i.code, i.field]),
    [
      ['result-ambiguous', 'values.1.value'],
      ['result-not-understood', 'values.2.value'],
      ['item-unknown', 'values.3.item'],
      ['result-negative', 'values.4.value'],
    ],
  );
  assert.match(problem.issues[0]?.text.vi ?? '', /1 hay 1000/);
  assert.deepEqual(await pointing(h, 'Observation.based-on', ctm), [], 'nothing was kept');
  await refused(enter(h, crea, { CREA: '80', EGFR: '99' }), 422, 'item-computed');
  await refused(enter(h, hbs, { HBSAG: 'AB' }), 422, 'result-not-in-set');
  await refused(enter(h, abo, { ABO: 'dương tính' }), 422, 'result-not-in-set');
  assert.equal((await enter(h, abo, { ABO: 'ab' })).results[0]?.text, 'AB');
  assert.equal((await enter(h, hbs, { HBSAG: 'dương tính' })).results[0]?.flag, 'A');
  await refused(
    h.send(
      enterResults,
      {
        order: hbs,
        patient: 'lan',
        values: [
          { item: 'HBSAG', value: '+' },
          { item: 'HBSAG', value: '-' },
        ],
      },
      'lab-technician',
    ),
    422,
    'item-twice',
  );
});

test('a critical value cannot be validated in silence; the doctor acknowledges it', async (t) => {
  const h = await house(t);
  const { encounter: visit, orders } = await ordered(h, 'lan', ['ION', 'BCULT']);
  const [ion = '', culture = ''] = orders;
  await collected(h, orders);
  const entered = await enter(h, ion, { NA: '138', K: '7,1', CL: '101' });
  assert.deepEqual(entered.critical, ['K']);
  const problem = await refused(validate(h, ion), 422, 'callback-required');
  assert.match(problem.issues[0]?.text.vi ?? '', /Kali.*7,1/);
  assert.equal(await orderState(h, ion), 'preliminary');
  await refused(validate(h, ion, { callback: { ...callback, at: '2026-11-24T09:00:00Z' } }), 422, 'callback-in-future');
  const done = await validate(h, ion, { callback });
  assert.deepEqual(done.critical, ['K']);
  const [call] = await pointing<Communication>(h, 'Communication.encounter', visit);
  assert.equal(call?.recipient?.[0]?.display, callback.to);
  assert.match(call?.payload?.[0]?.contentString ?? '', /7,1/);
  const task = await get<Task>(h, 'Task', done.task ?? '');
  assert.equal(task.owner?.reference, 'Practitioner/prac-doctor');
  assert.equal((await rows(h, 'lab.critical', 'doctor', 'prac-doctor'))[0]?.status, 'requested');
  await h.send(acknowledgeCritical, { task: done.task ?? '' }, 'doctor');
  assert.equal((await rows(h, 'lab.critical', 'doctor', 'prac-doctor'))[0]?.status, 'completed');

  await refused(enter(h, culture, { BCULT: 'E. coli' }), 422, 'result-unclear');
  const grown = await enter(h, culture, { BCULT: 'Dương tính: E. coli' });
  assert.equal(grown.results[0]?.flag, 'AA', 'free text that begins with positive is critical too');
  await refused(validate(h, culture, { incompleteReason: 'Kháng sinh đồ sau 48 giờ' }), 422, 'callback-required');
  await proofs(h);
});

test('a rejected specimen goes back without a second charge; its values no longer count', async (t) => {
  const h = await house(t);
  const { encounter: visit, orders } = await ordered(h, 'lan', ['CREA', 'ION', 'GLU']);
  const [crea = '', ion = '', glu = ''] = orders;
  const charges = async () => (await pointing<ChargeItem>(h, 'ChargeItem.context', visit)).map((c) => c.status);
  const before = await charges();
  const first = await collected(h, orders);
  await enter(h, crea, { CREA: '300' });
  const back = await h.send(
    rejectSpecimen,
    { order: ion, reason: 'Mẫu vỡ hồng cầu', wholeTube: true },
    'lab-technician',
  );
  assert.deepEqual(back.orders.toSorted(), [crea, ion].toSorted(), 'one serum tube served both');
  assert.equal(await orderState(h, crea), 'signed');
  assert.equal(await orderState(h, glu), 'in-progress', 'the other tube is good');
  assert.deepEqual(await charges(), before);
  assert.equal((await rows(h, 'lab.worklist', 'key', ion))[0]?.rejected, 'Mẫu vỡ hồng cầu');
  const serum = first.tubes.find((one) => one.tube === 'SERUM');
  assert.equal((await get<Specimen>(h, 'Specimen', serum?.specimen ?? '')).status, 'unsatisfactory');
  const scan = h.send(receiveSpecimen, { specimen: serum?.code ?? '' }, 'lab-technician');
  const told = await refused(scan, 409, 'specimen-rejected');
  assert.match(told.issues[0]?.text.vi ?? '', /M261124\d{6} đã bị từ chối: Mẫu vỡ hồng cầu/);
  const old = { order: ion, patient: LAN_CODE, specimen: serum?.code, values: [{ item: 'K', value: '4,1' }] };
  await refused(h.send(enterResults, old, 'lab-technician'), 409, 'specimen-rejected');
  assert.equal((await rows(h, 'lab.worklist', 'key', crea))[0]?.resultsEntered, 0);

  const again = await collected(h, [crea, ion]);
  assert.notEqual(again.tubes[0]?.code, serum?.code);
  assert.equal((await rows(h, 'lab.worklist', 'key', ion))[0]?.rejected, null);
  const entered = await enter(h, crea, { CREA: '90' });
  assert.equal(entered.results[0]?.previous, undefined, 'the bad tube is no previous result');
  await validate(h, crea);
  await refused(h.send(rejectSpecimen, { order: crea, reason: 'Muộn' }, 'lab-technician'), 409, 'order-state');
  assert.deepEqual(await charges(), before);
  await proofs(h);
});

test('a correction takes the alarm back that was none, and leaves the one that still is', async (t) => {
  const h = await house(t);
  const { orders } = await ordered(h, 'lan', ['ION']);
  const [ion = ''] = orders;
  await collected(h, orders);
  await enter(h, ion, { NA: '118', K: '7,1', CL: '101' });
  const { task } = await validate(h, ion, { callback });
  const correct = (item: string, value: string, more: object = {}) =>
    h.send(correctResult, { order: ion, item, value, reason: 'Mẫu vỡ hồng cầu', ...more }, 'lab-technician');
  await correct('K', '4,2');
  const left = await get<Task>(h, 'Task', task ?? '');
  assert.equal(left.status, 'requested');
  assert.match(left.description ?? '', /118/);
  assert.doesNotMatch(left.description ?? '', /Kali/);
  await correct('NA', '138');
  const withdrawn = await get<Task>(h, 'Task', task ?? '');
  assert.equal(withdrawn.status, 'cancelled');
  assert.match(withdrawn.statusReason?.text ?? '', /118 → 138/);
  await h.send(acknowledgeCritical, { task: task ?? '' }, 'doctor');
  assert.equal((await get<Task>(h, 'Task', task ?? '')).status, 'cancelled');

  await refused(correct('K', '7,4'), 422, 'callback-required');
  await correct('K', '7,4', { callback });
  const open = (await rows(h, 'lab.critical', 'doctor', 'prac-doctor')).filter((row) => row.status === 'requested');
  assert.deepEqual(
    open.map((row) => /Kali.*7,4/.test(String(row.text))),
    [true],
  );
  await proofs(h);
});

test('a correction keeps the old value, corrects what follows from it, and asks to be seen again', async (t) => {
  const h = await house(t);
  const { orders } = await ordered(h, 'lan', ['CREA']);
  const [crea = ''] = orders;
  await collected(h, orders);
  await enter(h, crea, { CREA: '98' });
  const { report } = await validate(h, crea);
  const correct = (value: string, reason = 'Nhầm ống') =>
    h.send(correctResult, { order: crea, item: 'CREA', value, reason }, 'lab-technician');
  await refused(correct('98,0'), 409, 'same-value');
  await refused(correct('1.980'), 422, 'result-ambiguous');
  await refused(
    h.send(correctResult, { order: crea, item: 'EGFR', value: '80', reason: 'Sửa' }, 'lab-technician'),
    404,
    'result-missing',
  );
  const done = await correct('60');
  assert.deepEqual([done.before, done.after], ['98', '60']);
  const all = await pointing<Observation & { id: string }>(h, 'Observation.based-on', crea);
  const value = all.find((o) => itemOf(o) === 'CREA');
  assert.equal(value?.status, 'corrected');
  assert.deepEqual(
    correctionsOf(value ?? {}).map((c) => [c.text, c.reason]),
    [['98', 'Nhầm ống']],
  );
  const history = await readHistory(h.engine.database.tenant(1), 'Observation', value?.id ?? '');
  assert.ok(history.some((v) => textOf(v.resource as Observation) === '98'));
  assert.equal(
    textOf(all.find((o) => itemOf(o) === 'EGFR') as Observation),
    '98',
    'eGFR follows: CKD-EPI 2021 for 60 µmol/L',
  );
  assert.equal((await get<DiagnosticReport>(h, 'DiagnosticReport', report)).status, 'corrected');
  const again = await correct('62', 'Chạy lại');
  assert.equal(again.before, '60');
  await proofs(h);
});
