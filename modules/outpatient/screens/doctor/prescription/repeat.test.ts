import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formulary } from '@mach/vn/clinical/testing/packs.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { type ReadLine, readLine, toKernelLine } from '../../../rules/dose-line.ts';
import { type RxLine, readTypedLine, sameTaking, toInput } from './line.ts';
import { carry, lastPrescription, place, type StoredLine } from './repeat.ts';
import { drugRow } from './testing.ts';

const metformin = drugRow('metformin-850-mg-v');
const small = drugRow('metformin-500-mg-v');
const amlodipin = drugRow('amlodipin-5-mg-v');

function line(typed: string, drug = metformin, more: Partial<RxLine> = {}): RxLine {
  const read = readTypedLine(typed, drug, undefined);
  assert.ok(read.ok, typed);
  return { key: drug.code, drug, state: 'new', ...read.draft, ...more };
}

/** What the records hold of a signed line: the words and numbers that the server derives from the input. */
function stored(of: RxLine, more: Partial<StoredLine> = {}): StoredLine {
  const read = readLine(toInput(of), 0, formulary());
  assert.ok(!Array.isArray(read), JSON.stringify(read));
  const kernel = toKernelLine(read as ReadLine, []);
  return {
    resourceType: 'MedicationRequest',
    id: `mr-${of.key}`,
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p' },
    encounter: { reference: 'Encounter/e1' },
    authoredOn: '2026-10-22T02:00:00Z',
    medicationCodeableConcept: { coding: [{ system: CS.drug, code: of.drug.code }] },
    extension: [{ url: EXT.days, valuePositiveInt: kernel.days }],
    dosageInstruction: [
      {
        text: kernel.text,
        patientInstruction: kernel.note,
        timing: { repeat: kernel.timesPerDay ? { frequency: kernel.timesPerDay, period: 1, periodUnit: 'd' } : {} },
        route: { coding: [{ system: CS.route, code: kernel.route }] },
        doseAndRate: [{ doseQuantity: { value: Number(kernel.perDose), unit: kernel.doseUnit } }],
      },
    ],
    dispenseRequest: { quantity: { value: Number(kernel.quantity) } },
    ...more,
  };
}

test('every rhythm comes back from the record as it was signed', () => {
  const cream = drugRow('clotrimazol-1-pc-15-g-t');
  const cases: [string, typeof metformin][] = [
    ['1v x 2 sáng chiều sau ăn 30n', metformin],
    ['1/2v sáng 14n', metformin],
    ['sáng 2v chiều 1v trước ăn 30n', metformin],
    ['1v mỗi 12 giờ 7n', metformin],
    ['1v tuần 1 lần 4 tuần', metformin],
    ['1v x 3 khi đau 5n', metformin],
    ['1v trước khi ngủ 10n', amlodipin],
    ['x 2 7n = 2 tuýp', cream],
    ['10dv sáng 30n', drugRow('insulin')],
  ];
  for (const [typed, drug] of cases) {
    const given = line(typed, drug);
    const again = carry(stored(given), drug, 'new-key');
    assert.ok(again.ok, `${typed} → ${stored(given).dosageInstruction?.[0]?.text}`);
    assert.ok(sameTaking(again.line, given), typed);
    assert.equal(again.line.dose.days, given.dose.days);
    assert.equal(again.line.state, 'continued');
    assert.equal(again.line.carriedFrom, '2026-10-22');
    assert.equal(again.line.quantity, given.quantity);
  }
});

test('words and numbers that disagree are not carried over', () => {
  const good = stored(line('1v x 2 sáng chiều 30n'));
  const dosage = good.dosageInstruction?.[0];
  const twisted: StoredLine[] = [
    { ...good, dosageInstruction: [{ ...dosage, doseAndRate: [{ doseQuantity: { value: 2, unit: 'viên' } }] }] },
    { ...good, dosageInstruction: [{ ...dosage, timing: { repeat: { frequency: 3, period: 1, periodUnit: 'd' } } }] },
    { ...good, extension: [{ url: EXT.days, valuePositiveInt: 7 }] },
    { ...good, dosageInstruction: [{ ...dosage, text: 'Uống 1 viên sáng chiều, xem toa giấy, 30 ngày' }] },
    { ...good, dosageInstruction: undefined },
  ];
  for (const one of twisted) assert.equal(carry(one, metformin, 'k').ok, false, JSON.stringify(one.dosageInstruction));
});

test('the prescription before this visit: whole, the latest, nothing that was cancelled', () => {
  const a = stored(line('1v sáng 30n', amlodipin));
  const b = stored(line('1v x 2 sáng chiều 30n'));
  const old = { ...a, id: 'old', encounter: { reference: 'Encounter/e0' }, authoredOn: '2026-08-01T02:00:00Z' };
  const now = { ...a, id: 'now', encounter: { reference: 'Encounter/now' }, authoredOn: '2026-11-24T02:00:00Z' };
  const gone: StoredLine = { ...b, id: 'gone', status: 'cancelled', authoredOn: '2026-11-01T02:00:00Z' };
  const found = lastPrescription([old, now, gone, b, a], 'now');
  assert.equal(found?.encounter, 'e1');
  assert.equal(found?.on, '2026-10-22');
  assert.deepEqual(found?.lines.map((l) => l.id).sort(), [a.id, b.id].sort());
  assert.equal(lastPrescription([now, gone], 'now'), undefined);
});

test('another strength of a carried drug takes its place and says what it was', () => {
  const describe = (of: RxLine): string => `${of.drug.display} ${of.dose.perDose} x ${of.dose.frequency.times}`;
  const carried = line('1v x 2 sáng chiều 30n', small, { state: 'continued', carriedFrom: '2026-10-22', key: 'c' });
  const other = line('1v sáng 30n', amlodipin, { state: 'continued', carriedFrom: '2026-10-22' });
  const placed = place([other, carried], line('1v x 2 sáng chiều 30n'), describe);
  assert.equal(placed.length, 2);
  assert.equal(placed[1]?.key, 'c');
  assert.equal(placed[1]?.drug.code, metformin.code);
  assert.equal(placed[1]?.state, 'changed');
  assert.equal(placed[1]?.before, `${small.display} 1 x 2`);
  const back = place(placed, { ...carried }, describe);
  assert.equal(back[1]?.state, 'continued', 'changed back is as before');
  assert.equal(back[1]?.before, undefined);
  const twice = place(
    [line('1v sáng 5n', amlodipin, { key: 'x' })],
    line('1v tối 5n', amlodipin, { key: 'y' }),
    describe,
  );
  assert.equal(twice.length, 2, 'what was typed now is never replaced silently');
});
