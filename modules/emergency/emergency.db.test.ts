import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Issue, Problem } from '@mach/base/problem.ts';
import { quote } from '@mach/cashier/contract.ts';
import { serviceOf, visitStateOf } from '@mach/encounter/contract.ts';
import { readView } from '@mach/engine';
import type {
  Encounter,
  MedicationAdministration,
  Observation,
  Patient,
  ServiceRequest,
  Task,
} from '@mach/fhir/types.ts';
import { receiveStock, stockAdjust } from '@mach/pharmacy/contract.ts';
import { identifyUnknown } from '@mach/reception/contract.ts';
import { disagreements, proveView, readBalances, readRecord, referringRecords } from '@mach/store';
import type { TestEngine } from '../../apps/server/testing/engine.ts';
import {
  type BoardRow,
  cancelDose,
  dispose,
  endBundle,
  logEvent,
  markStep,
  orderSet,
  place,
  see,
  startBundle,
  triage,
} from './contract.ts';
import { BE, comes, emergencyHouse, HUNG } from './testing.ts';
import { board } from './views/board.ts';

const get = async <T>(house: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(house.engine.database.tenant(1), type, id))?.resource as T;

async function refusal(deed: Promise<unknown>): Promise<string[]> {
  try {
    await deed;
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error.issues.map((i: Issue) => `${error.status} ${i.code} ${i.field ?? ''}`.trim());
  }
  return assert.fail('the command was not refused');
}

async function rowOf(house: TestEngine, encounter: string): Promise<BoardRow> {
  const { rows } = await readView(house.engine, house.actor('nurse'), 'emergency.board', {});
  const row = rows.find((r) => r.key === encounter);
  assert.ok(row, 'is on the board');
  return row as unknown as BoardRow;
}

async function proven(house: TestEngine): Promise<void> {
  const proof = await proveView(house.engine.database, 1, board);
  assert.deepEqual({ ...proof, rows: 0 }, { view: board.name, rows: 0, missing: [], extra: [], different: [] });
}

const minutes = (house: TestEngine, n: number): void => house.clock.advance(n * 60_000);

const SICK = {
  values: { sbp: '92', dbp: '50', pulse: '128', temp: '39,4', resp: '26', spo2: '91', weight: '70' },
  consciousness: 'V',
  oxygen: true,
} as const;

test('arrival without a paper, triage with the reason of the rules, re-triage, another level only with a reason', async (t) => {
  const house = await emergencyHouse(t);
  const got = await comes(house, {
    patient: undefined,
    unknown: { sex: 'male', estimatedAge: 60, marks: 'Áo xanh' },
    mode: 'police',
  });
  assert.equal(got.code, 'CC-2411-01');
  const before = await rowOf(house, got.encounter);
  assert.deepEqual(
    [before.codeName, before.level, before.mode, before.state],
    ['CC-2411-01', null, 'police', 'waiting'],
  );
  minutes(house, 3);

  const done = await house.send(
    triage,
    { encounter: got.encounter, signs: ['infection', 'confused'], vitals: SICK },
    'nurse',
  );
  // NEWS2: 26 breaths 3 · 91 % 3 · oxygen 2 · 92 mmHg 2 · 128 beats 2 · V 3 · 39.4 °C 2.
  assert.deepEqual([done.level, done.proposed, done.bundles], [2, 2, ['sepsis']]);
  assert.deepEqual(done.reasons.map((r) => r.code).toSorted(), [
    'mind.V',
    'score.news2',
    'sign.confused',
    'sign.infection',
  ]);
  assert.equal(done.seeBy, '2026-11-24T00:10:00.000Z', 'ten minutes from the door, not from the triage');
  const visit = await get<Encounter>(house, 'Encounter', got.encounter);
  assert.equal(visit.class.code, 'EMER');
  const row = await rowOf(house, got.encounter);
  assert.deepEqual([row.level, row.news2, row.news2Risk, row.triages], [2, 17, 'news2-high', 1]);
  assert.deepEqual(
    row.trend.map((p) => Number(p.value)),
    [17],
  );
  const record = await get<Observation>(house, 'Observation', done.triage);
  assert.equal(record.derivedFrom?.length, 1, 'the score stands behind it');

  const changed = { encounter: got.encounter, signs: ['infection'], level: 3 };
  assert.deepEqual(await refusal(house.send(triage, changed, 'nurse')), ['422 reason-missing reason']);
  minutes(house, 4);
  const milder = await house.send(triage, { ...changed, reason: 'Đã truyền dịch, tỉnh hơn' }, 'nurse');
  assert.deepEqual([milder.level, milder.proposed, milder.seeBy], [3, 2, '2026-11-24T00:30:00.000Z']);
  minutes(house, 3);
  const worse = await house.send(triage, { encounter: got.encounter, signs: ['gasping'] }, 'nurse');
  assert.deepEqual([worse.level, worse.seeBy], [1, '2026-11-24T00:10:00.000Z'], 'at once, from now');
  assert.equal((await rowOf(house, got.encounter)).triages, 3);

  assert.deepEqual(await refusal(house.send(triage, { encounter: got.encounter, signs: ['no-such'] }, 'nurse')), [
    '422 sign-unknown signs',
  ]);
  assert.deepEqual(await refusal(house.send(triage, { encounter: got.encounter, level: 6 }, 'nurse')), [
    '422 too-big level',
  ]);
  const { encounter: unseen } = await comes(house, {
    patient: undefined,
    unknown: { sex: 'male' },
    complaint: 'Ngã xe',
  });
  assert.deepEqual(await refusal(house.send(triage, { encounter: unseen }, 'nurse')), ['422 nothing-assessed signs']);
  assert.deepEqual(await refusal(house.send(triage, { encounter: unseen, level: 4 }, 'nurse')), [
    '422 reason-missing reason',
  ]);
  assert.deepEqual(await refusal(comes(house, { unknown: { sex: 'male' } })), ['422 invalid patient']);
  assert.deepEqual(await refusal(house.send(triage, { encounter: got.encounter }, 'cashier')), ['403 forbidden']);
  await proven(house);
});

test('a sepsis bundle: clocks from its start, orders once, a drug by weight, steps by whom, complete by itself', async (t) => {
  const house = await emergencyHouse(t);
  const { encounter } = await comes(house);
  const { run } = await house.send(startBundle, { encounter, bundle: 'sepsis' }, 'nurse');
  assert.deepEqual(await refusal(house.send(startBundle, { encounter, bundle: 'sepsis' }, 'nurse')), [
    '409 bundle-runs bundle',
  ]);
  assert.deepEqual(await refusal(house.send(startBundle, { encounter, bundle: 'nothing' }, 'nurse')), [
    '422 bundle-unknown bundle',
  ]);
  const [running] = (await rowOf(house, encounter)).runs;
  assert.deepEqual(
    [running?.nextStep, running?.nextDueAt, running?.clockDueAt],
    ['Đo lactat', '2026-11-24T00:15:00.000Z', '2026-11-24T01:00:00.000Z'],
  );

  assert.deepEqual(await refusal(house.send(orderSet, { run }, 'nurse')), ['403 forbidden'], 'a doctor signs orders');
  const sent = await house.send(orderSet, { run }, 'doctor');
  assert.deepEqual(sent.orders.map((o) => o.service).toSorted(), [
    'BCULT',
    'CREA',
    'CTM',
    'GLU',
    'ION',
    'LAC',
    'PCT',
    'PT',
    'TBIL',
  ]);
  const placed = await referringRecords(house.engine.database.tenant(1), [
    { param: 'ServiceRequest.encounter', value: encounter },
  ]);
  const stat = placed.map((r) => r.record.resource as ServiceRequest).filter((o) => o.priority === 'stat');
  assert.deepEqual(stat.map((o) => serviceOf(o) ?? '').toSorted(), sent.orders.map((o) => o.service).toSorted());
  assert.equal(visitStateOf(await get<Encounter>(house, 'Encounter', encounter)), 'awaiting-results');
  assert.deepEqual(await refusal(house.send(orderSet, { run }, 'doctor')), ['409 nothing-to-order steps']);
  assert.deepEqual(await refusal(house.send(orderSet, { run, steps: ['lactate'] }, 'doctor')), [
    '409 nothing-to-order steps',
  ]);

  // 30 ml/kg: without a weight nothing is given.
  const fluid = { run, step: 'fluid' } as const;
  assert.deepEqual(await refusal(house.send(markStep, fluid, 'nurse')), ['422 weight-missing weightKg']);
  assert.deepEqual(await refusal(house.send(markStep, { ...fluid, weightKg: 'nặng' }, 'nurse')), [
    '422 weight-invalid weightKg',
  ]);
  assert.deepEqual(await refusal(house.send(markStep, { ...fluid, weightKg: '400' }, 'nurse')), [
    '422 weight-invalid weightKg',
  ]);
  const slipped = { ...fluid, weightKg: '6,05' };
  assert.deepEqual(await refusal(house.send(markStep, slipped, 'nurse')), ['422 vital-out-of-hard-range weightKg']);
  const given = await house.send(markStep, { ...fluid, weightKg: '60,5' }, 'nurse');
  assert.equal(given.dose?.working.vi, '30 ml/kg × 60,5 kg = 1\u202f815 ml');
  const record = await get<MedicationAdministration>(house, 'MedicationAdministration', given.given ?? '');
  assert.deepEqual([record.dosage?.dose?.value, record.dosage?.dose?.unit, record.status], [1815, 'ml', 'completed']);

  assert.deepEqual(await refusal(house.send(markStep, { run, step: 'antibiotic' }, 'nurse')), [
    '422 answer-missing text',
  ]);
  assert.deepEqual(await refusal(house.send(markStep, { run, step: 'labs', outcome: 'not-done' }, 'nurse')), [
    '422 reason-missing text',
  ]);
  assert.deepEqual(await refusal(house.send(markStep, { run, step: 'nothing' }, 'nurse')), ['422 step-unknown step']);
  for (const step of ['lactate', 'cultures', 'labs']) await house.send(markStep, { run, step }, 'nurse');
  assert.deepEqual(await refusal(house.send(markStep, { run, step: 'labs' }, 'nurse')), ['409 step-settled step']);
  minutes(house, 40);
  const last = await house.send(markStep, { run, step: 'antibiotic', text: 'ceftriaxon 2 g' }, 'nurse');
  assert.equal(last.status, 'completed');
  const task = await get<Task>(house, 'Task', run);
  assert.equal(task.executionPeriod?.end, '2026-11-24T00:40:00.000Z');
  assert.deepEqual(await refusal(house.send(markStep, { run, step: 'vasopressor' }, 'nurse')), ['409 bundle-over run']);
  assert.equal((await rowOf(house, encounter)).runs[0]?.status, 'completed');
  await proven(house);
});

test('anaphylaxis: the dose of a child and its cap, repeated as often as needed; an unmeasured child gets none', async (t) => {
  const house = await emergencyHouse(t);
  const { encounter } = await comes(house, { patient: BE, complaint: 'Phù mặt, khò khè sau ăn tôm' });
  const { run } = await house.send(startBundle, { encounter, bundle: 'anaphylaxis' }, 'nurse');
  const step = { run, step: 'adrenaline' } as const;
  assert.deepEqual(await refusal(house.send(markStep, step, 'nurse')), ['422 weight-missing weightKg']);
  await house.send(triage, { encounter, signs: ['anaphylaxis'], vitals: { values: { weight: '14,2' } } }, 'nurse');
  const first = await house.send(markStep, step, 'nurse');
  assert.deepEqual([first.dose?.amount, first.dose?.volume?.amount, first.dose?.capped], ['0.14', '0.14', false]);
  assert.equal(first.dose?.working.vi, '0,01 mg/kg × 14,2 kg = 0,142 mg → 0,14 mg = 0,14 ml');
  const heavy = await house.send(markStep, { ...step, weightKg: '45' }, 'nurse');
  assert.deepEqual([heavy.dose?.amount, heavy.dose?.capped], ['0.3', true]);
  assert.match(heavy.dose?.working.vi ?? '', /tối đa 0,3 mg/);
  const all = await referringRecords(house.engine.database.tenant(1), [
    { param: 'MedicationAdministration.context', value: encounter },
  ]);
  assert.equal(all.length, 2);

  const someone = await comes(house, { patient: undefined, unknown: { sex: 'unknown' }, complaint: 'Ong đốt' });
  const other = await house.send(startBundle, { encounter: someone.encounter, bundle: 'anaphylaxis' }, 'nurse');
  const blind = { run: other.run, step: 'adrenaline', weightKg: '60' } as const;
  assert.deepEqual(await refusal(house.send(markStep, blind, 'nurse')), ['422 age-missing ageYears']);
  assert.equal((await house.send(markStep, { ...blind, ageYears: 40 }, 'nurse')).dose?.amount, '0.5');
  const ended = await house.send(endBundle, { run: other.run, reason: 'Không phải phản vệ' }, 'nurse');
  assert.equal(ended.status, 'cancelled');
  await proven(house);
});

test('a drug of a bundle leaves the cabinet first to expire first and comes onto the bill; cancelled it goes back, once', async (t) => {
  const house = await emergencyHouse(t);
  const drug = 'adrenalin-1-mg-ml-o';
  const lot = (name: string, expiry: string, quantity: string) => ({
    drug,
    lot: name,
    expiry,
    quantity,
    price: '1200',
  });
  await house.send(
    receiveStock,
    { place: 'TU-CC', items: [lot('SAU', '2028-01-31', '5'), lot('TRUOC', '2026-12-31', '1')] },
    'pharmacist',
  );
  const tenant = house.engine.database.tenant(1);
  const books = async (prefix: string) =>
    Object.fromEntries((await readBalances(tenant, 'stock', prefix)).map((b) => [b.account, b.balance.toString()]));
  const shelf = {
    sooner: `stock:TU-CC:${drug}:TRUOC`,
    later: `stock:TU-CC:${drug}:SAU`,
    gap: `discrepancy:TU-CC:${drug}`,
  };
  const { encounter } = await comes(house, { complaint: 'Phản vệ' });
  const { run } = await house.send(startBundle, { encounter, bundle: 'anaphylaxis' }, 'nurse');
  const step = { run, step: 'adrenaline', weightKg: '60' } as const;
  const due = async (): Promise<number> => (await house.send(quote, { encounter }, 'cashier')).patientTotal;
  const before = await due();

  const first = await house.send(markStep, step, 'nurse', { key: 'adrenaline-first' });
  assert.deepEqual(first.used, { drug, quantity: '1', unit: 'ống', lots: ['TRUOC'], missing: '0' });
  await house.send(markStep, step, 'nurse', { key: 'adrenaline-first' });
  assert.deepEqual(await books(shelf.sooner), { [shelf.sooner]: '0' });
  assert.deepEqual(await books(shelf.later), { [shelf.later]: '5' });
  const price = (await due()) - before;
  assert.ok(price > 0, 'it is on the bill, once');
  const second = await house.send(markStep, step, 'nurse');
  assert.deepEqual(second.used?.lots, ['SAU']);
  assert.equal(await due(), before + 2 * price);

  // Marked by mistake: everything is as if it had not been, and a second attempt moves nothing.
  const mistake = { given: second.given ?? '', reason: 'Bấm nhầm người bệnh' };
  assert.equal((await house.send(cancelDose, mistake, 'nurse')).quantity, '1');
  assert.deepEqual(await refusal(house.send(cancelDose, mistake, 'nurse')), ['409 already-cancelled given']);
  assert.deepEqual(await books(shelf.later), { [shelf.later]: '5' });
  assert.equal(await due(), before + price);
  assert.equal(
    (await get<MedicationAdministration>(house, 'MedicationAdministration', mistake.given)).status,
    'entered-in-error',
  );

  // Drawn up and thrown away: nobody pays, and the cabinet does not hold it.
  const third = await house.send(markStep, step, 'nurse');
  await house.send(cancelDose, { given: third.given ?? '', reason: 'Rơi vỡ ống', wasted: true }, 'nurse');
  assert.deepEqual(await books(shelf.later), { [shelf.later]: '4' });
  assert.deepEqual(await books(shelf.gap), { [shelf.gap]: '1' });
  assert.equal(await due(), before + price);

  // The step is open again where its only dose was taken back, and an empty cabinet stops no dose.
  await house.send(cancelDose, { given: first.given ?? '', reason: 'Ghi nhầm' }, 'nurse');
  const task = await get<Task>(house, 'Task', run);
  assert.equal(task.output?.filter((o) => o.type.coding?.[0]?.code === 'adrenaline').length, 6, 'the history stays');
  assert.equal(await due(), before);
  await house.send(
    stockAdjust,
    {
      place: 'TU-CC',
      items: [
        { drug, lot: 'SAU', counted: '0' },
        { drug, lot: 'TRUOC', counted: '0' },
      ],
      reason: 'Kiểm kê',
    },
    'pharmacist',
  );
  const blind = await house.send(markStep, step, 'nurse');
  assert.equal(blind.used?.missing, '1');
  assert.equal(await due(), before + price);
  assert.deepEqual(await disagreements(tenant), []);
  await proven(house);
});

test('ways out: each names what it lacks; home goes to the cashier, admitted waits for the ward, death stops orders', async (t) => {
  const house = await emergencyHouse(t);
  const note = { history: 'Sốt 2 ngày', exam: 'Da nóng', plan: 'Kháng sinh' };
  const diagnoses = [{ code: 'A41.9', principal: true }];
  const one = await comes(house);
  assert.deepEqual(await refusal(house.send(place, { encounter: one.encounter, stage: 'observing' }, 'nurse')), [
    '409 not-seen stage',
  ]);
  await house.send(see, { encounter: one.encounter }, 'doctor');
  const placed = await house.send(place, { encounter: one.encounter, bed: 'G3', stage: 'observing' }, 'nurse');
  assert.deepEqual([placed.bed, placed.stage], ['G3', 'observing']);
  assert.deepEqual(await refusal(house.send(dispose, { encounter: one.encounter, outcome: 'admitted' }, 'doctor')), [
    '422 disposition-incomplete department',
    '422 disposition-incomplete reason',
    '422 disposition-incomplete handover',
  ]);
  assert.deepEqual(await refusal(house.send(dispose, { encounter: one.encounter, outcome: 'home' }, 'doctor')), [
    '409 note-incomplete sections.history',
    '409 note-incomplete sections.exam',
  ]);
  const home = await house.send(dispose, { encounter: one.encounter, outcome: 'home', note, diagnoses }, 'doctor');
  assert.equal(home.state, 'awaiting-payment', 'the exam is billed like any other');
  assert.deepEqual(await refusal(house.send(place, { encounter: one.encounter, bed: 'G1' }, 'nurse')), [
    '409 visit-over encounter',
  ]);

  const two = await comes(house, { patient: BE });
  const { run } = await house.send(startBundle, { encounter: two.encounter, bundle: 'trauma' }, 'doctor');
  await house.send(logEvent, { encounter: two.encounter, event: 'red-alert' }, 'nurse');
  const admitted = await house.send(
    dispose,
    {
      encounter: two.encounter,
      outcome: 'admitted',
      note,
      diagnoses: [{ code: 'S06.00', principal: true }],
      department: 'Khoa Ngoại tổng hợp',
      reason: 'Theo dõi chấn thương sọ não',
      handover: 'Tỉnh, mạch 90; đã CT; chờ hội chẩn',
    },
    'doctor',
  );
  assert.equal(admitted.state, 'admitted');
  assert.equal((await get<Task>(house, 'Task', run)).status, 'cancelled', 'its clocks stop at the door of the ward');

  const three = await comes(house, { patient: undefined, unknown: { sex: 'female', estimatedAge: 80 } });
  const sepsis = await house.send(startBundle, { encounter: three.encounter, bundle: 'sepsis' }, 'doctor');
  await house.send(orderSet, { run: sepsis.run, steps: ['lactate'] }, 'doctor');
  minutes(house, 20);
  const death = { encounter: three.encounter, outcome: 'died', note, diagnoses, family: 'Con gái, 07:20' } as const;
  assert.deepEqual(await refusal(house.send(dispose, death, 'doctor')), ['422 disposition-incomplete diedAt']);
  assert.deepEqual(await refusal(house.send(dispose, { ...death, diedAt: '2026-11-24T05:00:00.000Z' }, 'doctor')), [
    '422 death-time diedAt',
  ]);
  await house.send(dispose, { ...death, diedAt: '2026-11-24T00:18:00.000Z' }, 'doctor');
  assert.equal((await get<Patient>(house, 'Patient', three.patient)).deceasedDateTime, '2026-11-24T00:18:00.000Z');
  const orders = await referringRecords(house.engine.database.tenant(1), [
    { param: 'ServiceRequest.encounter', value: three.encounter },
  ]);
  const lactate = orders.map((r) => r.record.resource as ServiceRequest).find((o) => serviceOf(o) === 'LAC');
  assert.equal(lactate?.status, 'revoked');
  await proven(house);
});

test('who turns out to be somebody known takes everything along: visit, bundle, drugs, and a death', async (t) => {
  const house = await emergencyHouse(t);
  const came = await comes(house, { patient: undefined, unknown: { sex: 'male', estimatedAge: 70 } });
  const { run } = await house.send(startBundle, { encounter: came.encounter, bundle: 'sepsis' }, 'doctor');
  const { given } = await house.send(markStep, { run, step: 'fluid', weightKg: '60' }, 'nurse');
  minutes(house, 10);
  await house.send(
    dispose,
    {
      encounter: came.encounter,
      outcome: 'died',
      note: { history: 'Sốt', exam: 'Không mạch', plan: 'Hồi sức' },
      diagnoses: [{ code: 'A41.9', principal: true }],
      family: 'Chưa liên lạc được',
      diedAt: '2026-11-24T00:09:00.000Z',
    },
    'doctor',
  );
  await house.send(identifyUnknown, { patient: came.patient, known: HUNG, how: 'Con trai nhận' }, 'reception');
  await house.settle();
  const drug = await get<MedicationAdministration>(house, 'MedicationAdministration', given ?? '');
  assert.equal(drug.subject.reference, `Patient/${HUNG}`);
  assert.equal((await get<Task>(house, 'Task', run)).for?.reference, `Patient/${HUNG}`);
  assert.equal((await get<Patient>(house, 'Patient', HUNG)).deceasedDateTime, '2026-11-24T00:09:00.000Z');
  assert.equal((await rowOf(house, came.encounter)).name, 'Lê Văn Hùng');
  await proven(house);
});
