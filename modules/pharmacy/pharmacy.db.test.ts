import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cancelPrescription,
  openVisit,
  prescriptionStateOf,
  signPrescription,
  startExam,
} from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { readView } from '@mach/engine';
import type { MedicationDispense, Task } from '@mach/fhir/types.ts';
import { disagreements, type PlainRow, proveView, readBalances, readRecord, referringRecords } from '@mach/store';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import { dispense, lotOf, receiveStock, returnDispense, stockAdjust, transferStock } from './contract.ts';
import pharmacy from './module.ts';
import { AMLODIPIN, fixtures, line, METFORMIN, paid, people, prescribed, refused, stock, till } from './testing.ts';

async function house(t: Parameters<typeof testEngine>[0]): Promise<TestEngine> {
  const engine = await testEngine(t, [fixtures, encounter, pharmacy, till]);
  await people(engine);
  return engine;
}

const on = (h: TestEngine) => h.engine.database.tenant(1);
const balances = async (h: TestEngine, prefix: string): Promise<Record<string, string>> =>
  Object.fromEntries((await readBalances(on(h), 'stock', prefix)).map((b) => [b.account, b.balance.toString()]));
const shelf = async (h: TestEngine, lot: string, place = 'KHO-LE', drug = AMLODIPIN): Promise<string | undefined> =>
  (await balances(h, `stock:${place}:${drug}:${lot}`))[`stock:${place}:${drug}:${lot}`];
const give = (h: TestEngine, prescription: string, more: object = {}, options: object = {}) =>
  h.send(dispense, { prescription, ...more }, 'pharmacist', options);
const rows = async (h: TestEngine, view: string, column: string, value: string): Promise<PlainRow[]> =>
  (await readView(h.engine, h.actor('pharmacist'), view, { filters: [{ column, op: 'eq', values: [value] }] })).rows;

async function proofs(h: TestEngine): Promise<void> {
  assert.deepEqual(await disagreements(on(h)), []);
  for (const view of pharmacy.views ?? []) {
    const proof = await proveView(h.engine.database, 1, view.definition);
    assert.deepEqual([...proof.missing, ...proof.extra, ...proof.different], [], view.definition.name);
  }
}

test('a warning that needs a pharmacist holds the line until one has looked, by name; another line is not let through with it', async (t) => {
  const h = await house(t);
  await stock(h, [
    [AMLODIPIN, 'A1', '2028-01-01', '100'],
    [METFORMIN, 'M1', '2027-06-30', '500'],
  ]);
  const passed = (rule: string) => [{ rule, reason: 'Đã dùng liều này 2 năm', pharmacist: true }];
  const rx = await prescribed(h, [
    { ...line(AMLODIPIN, '30'), overrides: passed('dose-max') },
    { ...line(METFORMIN, '60'), overrides: passed('renal') },
  ]);
  const [amlodipin = '', metformin = ''] = rx.lines;
  const open = await refused(give(h, rx.prescription), 422, 'pharmacist-review');
  assert.deepEqual(
    open.issues.map((one) => [one.severity, one.field]),
    [
      ['warning', 'lines.0'],
      ['warning', 'lines.1'],
    ],
  );
  assert.match(open.issues[0]?.text.vi ?? '', /dose-max: "Đã dùng liều này 2 năm"/);
  const one = { rule: `pharmacist-review:${amlodipin}`, reason: 'Đã gọi bác sĩ' };
  const left = await refused(give(h, rx.prescription, {}, { overrides: [one] }), 422, 'pharmacist-review');
  assert.deepEqual(
    left.issues.map((issue) => issue.field),
    ['lines.1'],
  );
  assert.equal(await shelf(h, 'A1'), '100', 'nothing left the shelf');
  const both = { overrides: [one, { rule: `pharmacist-review:${metformin}`, reason: 'Phù hợp' }] };
  const nobody = { ...h.actor('pharmacist'), practitioner: null };
  await refused(h.send(dispense, { prescription: rx.prescription }, nobody, both), 403, 'no-practitioner');
  const half = [{ medicationRequest: amlodipin, quantity: '10' }];
  const first = await give(h, rx.prescription, { lines: half }, { overrides: [one] });
  const record = await readRecord(on(h), 'MedicationDispense', first.handedOver[0]?.dispense ?? '');
  const [note] = (record?.resource as MedicationDispense | undefined)?.note ?? [];
  assert.deepEqual(
    [note?.authorReference?.reference, note?.text],
    ['Practitioner/prac-pharmacist', 'Dược sĩ đã xem lại: Đã gọi bác sĩ'],
  );
  const rest = await give(h, rx.prescription, {}, { overrides: both.overrides.slice(1) });
  assert.equal(rest.state, 'dispensed', 'what was looked at once is not asked again');
});

test('paid prescription: first lot to expire first, a sealed record a lot, ledger and queue agree', async (t) => {
  const h = await house(t);
  await stock(h, [
    [AMLODIPIN, 'LATE', '2028-01-01', '100'],
    [AMLODIPIN, 'SOON', '2026-12-10', '20'],
    [METFORMIN, 'M1', '2027-06-30', '500'],
  ]);
  const rx = await prescribed(h, [line(AMLODIPIN, '30'), line(METFORMIN, '60')]);
  const before = (await rows(h, 'pharmacy.queue', 'prescription', rx.prescription))[0];
  assert.deepEqual(
    [before?.state, before?.rank, before?.visitState, before?.patientName],
    ['signed', 1, 'settled', 'Trần Thị Lan'],
  );
  const done = await give(h, rx.prescription, { patient: rx.visitCode, counselled: true });
  assert.equal(done.state, 'dispensed');
  assert.deepEqual(
    done.handedOver.map((one) => [one.drug, one.lot, one.quantity]),
    [
      [AMLODIPIN, 'SOON', '20'],
      [AMLODIPIN, 'LATE', '10'],
      [METFORMIN, 'M1', '60'],
    ],
  );
  assert.deepEqual(
    done.warnings.map((w) => w.code),
    ['expires-in-course'],
    'the lot of December ends before 30 days do',
  );
  assert.deepEqual(done.short, []);
  assert.equal(await shelf(h, 'SOON'), '0');
  assert.equal(await shelf(h, 'LATE'), '90');
  assert.deepEqual(await balances(h, `patient:${rx.encounter}:`), {
    [`patient:${rx.encounter}:${AMLODIPIN}`]: '30',
    [`patient:${rx.encounter}:${METFORMIN}`]: '60',
  });
  const record = await readRecord(on(h), 'MedicationDispense', done.handedOver[0]?.dispense ?? '');
  assert.equal(record?.sealed, true);
  assert.deepEqual(lotOf((record?.resource ?? {}) as MedicationDispense), {
    lot: 'SOON',
    expiry: '2026-12-10',
    quantity: '20',
    place: 'KHO-LE',
    price: '500',
  });
  const lines = await rows(h, 'pharmacy.lines', 'encounter', rx.encounter);
  assert.deepEqual(
    lines.map((r) => [r.drug, r.status, r.quantity, r.dispensed]),
    [
      [AMLODIPIN, 'completed', 30, 30],
      [METFORMIN, 'completed', 60, 60],
    ],
  );
  assert.equal((await rows(h, 'pharmacy.dispenses', 'encounter', rx.encounter)).length, 3);
  assert.equal((await rows(h, 'pharmacy.queue', 'prescription', rx.prescription))[0]?.state, 'dispensed');
  await refused(give(h, rx.prescription), 409, 'already-dispensed');
  await proofs(h);
});

test('not paid, another person, a cancelled prescription, too late: nothing leaves the window', async (t) => {
  const h = await house(t);
  await stock(h, [[AMLODIPIN, 'A1', '2027-12-31', '1000']]);
  const due = await prescribed(h, [line(AMLODIPIN, '30')], { paid: false });
  await refused(give(h, due.prescription), 409, 'not-paid');
  const urgent = await prescribed(h, [line(AMLODIPIN, '30')], { paid: false, emergency: true, patient: 'hung' });
  assert.equal((await give(h, urgent.prescription)).state, 'dispensed', 'an emergency does not wait for money');
  await paid(h, due.encounter);
  await refused(give(h, due.prescription, { patient: 'hung' }), 409, 'wrong-patient');
  await refused(give(h, due.prescription, { patient: urgent.code }), 409, 'wrong-patient');

  const { encounter: id } = await h.send(
    openVisit,
    { patient: 'hung', room: 'room-305', reason: 'Khám', payer: 'fee' as const, againReason: 'Khám lần nữa' },
    'reception',
  );
  await h.send(startExam, { encounter: id }, 'doctor');
  const { prescription } = await h.send(signPrescription, { encounter: id, lines: [line(AMLODIPIN, '10')] }, 'doctor');
  await h.send(cancelPrescription, { prescription, reason: 'Đổi thuốc' }, 'doctor');
  await refused(give(h, prescription), 409, 'prescription-cancelled');

  h.clock.advance(6 * 24 * 3_600_000);
  const late = await refused(give(h, due.prescription), 422, 'collection-window');
  assert.equal(late.issues[0]?.severity, 'warning');
  const done = await give(
    h,
    due.prescription,
    {},
    { overrides: [{ rule: 'collection-window', reason: 'Người bệnh ở xa, BS đồng ý' }] },
  );
  assert.equal(done.state, 'dispensed');
  assert.equal(await shelf(h, 'A1'), '940');
  await proofs(h);
});

test('expired lots are never handed over, chosen or not; a later lot needs a reason', async (t) => {
  const h = await house(t);
  await refused(stock(h, [[AMLODIPIN, 'DEAD', '2026-11-23', '10']]), 422, 'lot-expired');
  await stock(h, [
    [AMLODIPIN, 'OLD', '2026-11-25', '50'],
    [AMLODIPIN, 'MID', '2027-06-01', '50'],
    [AMLODIPIN, 'NEW', '2028-06-01', '50'],
  ]);
  const rx = await prescribed(h, [line(AMLODIPIN, '30')]);
  h.clock.advance(2 * 24 * 3_600_000);
  const [only = ''] = rx.lines;
  const chosen = (lots: [string, string][], options: object = {}) =>
    give(
      h,
      rx.prescription,
      { lines: [{ medicationRequest: only, lots: lots.map(([lot, quantity]) => ({ lot, quantity })) }] },
      options,
    );
  await refused(chosen([['OLD', '30']]), 422, 'lot-expired');
  await refused(chosen([['OLD', '30']], { performedAt: '2026-11-25T10:00:00.000Z' }), 422, 'lot-expired');
  await refused(chosen([['NONE', '30']]), 422, 'lot-unknown');
  await refused(chosen([['MID', '51']]), 422, 'over-quantity');
  await refused(chosen([['NEW', '30']]), 422, 'not-first-expiry');
  await refused(
    chosen([
      ['MID', '20'],
      ['MID', '10'],
    ]),
    422,
    'lot-twice',
  );
  await assert.rejects(chosen([['MID', '1.000']]), (e: { status: number }) => e.status === 422);
  assert.equal(await shelf(h, 'MID'), '50', 'nothing moved');
  const reason = { overrides: [{ rule: 'not-first-expiry', reason: 'Lô MID đang kiểm nghiệm' }] };
  const done = await chosen([['NEW', '30']], reason);
  assert.equal(done.handedOver[0]?.lot, 'NEW');
  await refused(
    chosen([['OLD', '30']], { overrides: [{ rule: 'lot-expired', reason: 'Thử' }] }),
    409,
    'already-dispensed',
  );
  assert.equal(await shelf(h, 'OLD'), '50');
  await proofs(h);
});

test('short stock: part now, the rest when it has come; nothing at all is refused', async (t) => {
  const h = await house(t);
  await stock(h, [[AMLODIPIN, 'A1', '2027-12-31', '12']]);
  const rx = await prescribed(h, [line(AMLODIPIN, '30'), line(METFORMIN, '60')]);
  const [amlodipin = '', metformin = ''] = rx.lines;
  const part = await give(h, rx.prescription);
  assert.equal(part.state, 'partly-dispensed');
  assert.deepEqual(
    part.short.map((s) => [s.medicationRequest, s.missing, s.unit]),
    [
      [amlodipin, '18', 'viên'],
      [metformin, '60', 'viên'],
    ],
  );
  await refused(give(h, rx.prescription), 409, 'out-of-stock');
  await stock(h, [
    [AMLODIPIN, 'A2', '2027-12-31', '100'],
    [METFORMIN, 'M1', '2027-12-31', '100'],
  ]);
  await refused(
    give(h, rx.prescription, { lines: [{ medicationRequest: amlodipin, quantity: '19' }] }),
    422,
    'over-quantity',
  );
  await refused(give(h, rx.prescription, { lines: [{ medicationRequest: 'another-line' }] }), 422, 'line-unknown');
  const some = await give(h, rx.prescription, { lines: [{ medicationRequest: amlodipin }] });
  assert.equal(some.state, 'partly-dispensed');
  await refused(give(h, rx.prescription, { lines: [{ medicationRequest: amlodipin }] }), 422, 'line-done');
  const rest = await give(h, rx.prescription);
  assert.equal(rest.state, 'dispensed');
  assert.deepEqual(
    rest.handedOver.map((o) => [o.drug, o.quantity]),
    [[METFORMIN, '60']],
  );
  await proofs(h);
});

test('taking back: the lot returns, once; damaged goods go to quarantine; the state follows', async (t) => {
  const h = await house(t);
  await stock(h, [
    [AMLODIPIN, 'A1', '2027-12-31', '100'],
    [METFORMIN, 'M1', '2027-12-31', '100'],
  ]);
  const rx = await prescribed(h, [line(AMLODIPIN, '30'), line(METFORMIN, '60')]);
  const done = await give(h, rx.prescription);
  const [first, second] = done.handedOver;
  const back = (id: string | undefined, more: object = {}) =>
    h.send(returnDispense, { dispense: id ?? '', reason: 'Phát nhầm', purpose: 'exchange', ...more }, 'pharmacist');
  const returned = await back(first?.dispense);
  assert.deepEqual([returned.state, returned.place], ['partly-dispensed', 'KHO-LE']);
  assert.equal(await shelf(h, 'A1'), '100');
  assert.equal(
    (await balances(h, `patient:${rx.encounter}:${AMLODIPIN}`))[`patient:${rx.encounter}:${AMLODIPIN}`],
    '0',
  );
  await refused(back(first?.dispense), 409, 'already-returned');
  const damaged = await back(second?.dispense, { damaged: true });
  assert.deepEqual([damaged.state, damaged.place], ['signed', 'BIET-TRU']);
  assert.equal(await shelf(h, 'M1', 'KHO-LE', METFORMIN), '40');
  assert.equal(await shelf(h, 'M1', 'BIET-TRU', METFORMIN), '60');
  const kept = await readRecord(on(h), 'MedicationDispense', first?.dispense ?? '');
  assert.equal((kept?.resource as MedicationDispense | undefined)?.status, 'cancelled');
  await refused(give(h, rx.prescription, { place: 'BIET-TRU' }), 409, 'quarantine');
  const again = await give(h, rx.prescription, { lines: [{ medicationRequest: rx.lines[0] ?? '' }] });
  assert.equal(again.state, 'partly-dispensed');
  await proofs(h);
});

test('receiving, moving and counting: a lot is one thing, balances never fall below zero', async (t) => {
  const h = await house(t);
  const receive = (over: object) =>
    h.send(
      receiveStock,
      {
        place: 'KHO-CHAN',
        items: [{ drug: AMLODIPIN, lot: 'A1', expiry: '2027-12-31', quantity: '100', price: '500', ...over }],
        document: 'HD-001',
      },
      'pharmacist',
    );
  await receive({});
  await receive({ quantity: '50' });
  assert.equal(await shelf(h, 'A1', 'KHO-CHAN'), '150');
  await refused(receive({ expiry: '2028-12-31' }), 422, 'lot-expiry-differs');
  await refused(receive({ price: '510' }), 422, 'lot-price-differs');
  await refused(receive({ drug: 'khong-co-thuoc-nay' }), 422, 'drug-unknown');
  const move = (quantity: string, over: object = {}) =>
    h.send(
      transferStock,
      { from: 'KHO-CHAN', to: 'KHO-LE', items: [{ drug: AMLODIPIN, lot: 'A1', quantity }], ...over },
      'pharmacist',
    );
  await move('60');
  assert.deepEqual([await shelf(h, 'A1', 'KHO-CHAN'), await shelf(h, 'A1')], ['90', '60']);
  await refused(move('91'), 409, 'lot-short');
  await refused(move('1', { to: 'KHO-CHAN' }), 422, 'same-place');
  await refused(move('1', { to: 'KHO-LA' }), 422, 'place-unknown');
  await refused(
    move('1', {
      items: [
        { drug: AMLODIPIN, lot: 'A1', quantity: '50' },
        { drug: AMLODIPIN, lot: 'A1', quantity: '50' },
      ],
    }),
    409,
    'lot-short',
  );
  const count = (counted: string, lot = 'A1') =>
    h.send(
      stockAdjust,
      { place: 'KHO-LE', items: [{ drug: AMLODIPIN, lot, counted }], reason: 'Kiểm kê cuối tháng' },
      'pharmacist',
    );
  assert.deepEqual((await count('58')).adjusted[0], {
    drug: AMLODIPIN,
    lot: 'A1',
    booked: '60',
    counted: '58',
    difference: '-2',
  });
  assert.equal((await count('61')).adjusted[0]?.difference, '3');
  assert.equal((await count('61')).adjusted[0]?.difference, '0');
  assert.deepEqual(await balances(h, 'discrepancy:KHO-LE:'), { [`discrepancy:KHO-LE:${AMLODIPIN}`]: '-1' });
  await refused(count('5', 'NONE'), 422, 'lot-unknown');
  const table = await readView(h.engine, h.actor('doctor'), 'pharmacy.stock', {
    filters: [
      { column: 'place', op: 'eq', values: ['KHO-LE'] },
      { column: 'q', op: 'eq', values: ['amlo'] },
      { column: 'on', op: 'eq', values: ['2027-12-01'] },
    ],
  });
  assert.deepEqual(
    table.rows.map((r) => [r.name, r.lot, r.quantity, r.unit, r.price, r.daysToExpiry]),
    [['amLODIPin 5 mg, viên nang cứng', 'A1', '61', 'viên', '500', 30]],
  );
  await assert.rejects(h.send(stockAdjust, { place: 'KHO-LE', items: [], reason: 'x' }, 'cashier'), /pharmacy.adjust/);
  await proofs(h);
});

test('two windows hand over the same prescription at once: one does, the other is told', async (t) => {
  const h = await house(t);
  await stock(h, [[AMLODIPIN, 'A1', '2027-12-31', '45']]);
  const rx = await prescribed(h, [line(AMLODIPIN, '30')]);
  const both = await Promise.allSettled([give(h, rx.prescription), give(h, rx.prescription)]);
  assert.deepEqual(both.map((b) => b.status).toSorted(), ['fulfilled', 'rejected']);
  assert.equal(await shelf(h, 'A1'), '15');
  const other = await prescribed(h, [line(AMLODIPIN, '10')], { patient: 'hung' });
  const key = 'window-3-key-0001';
  const first = await give(h, other.prescription, {}, { key });
  assert.deepEqual(await give(h, other.prescription, {}, { key }), first, 'the same key answers the same');
  assert.equal(await shelf(h, 'A1'), '5');
  const tasks = (await referringRecords(on(h), [{ param: 'Task.focus', value: rx.prescription }])).map(
    (r) => r.record.resource as Task,
  );
  assert.deepEqual(tasks.map(prescriptionStateOf), ['dispensed']);
  await proofs(h);
});
