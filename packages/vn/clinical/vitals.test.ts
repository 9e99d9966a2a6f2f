import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { vitalsPack } from './testing/packs.ts';
import { bmi, bmiClassAdult, checkVitals, meanPressure, urgentVitals } from './vitals.ts';

const adult = { ageDays: 20_000, pack: vitalsPack() };

function severities(values: Record<string, number>, ageDays = 20_000): string[] {
  return checkVitals(values, { ageDays, pack: vitalsPack() }).map((i) => `${i.severity} ${i.field}`);
}

test('adult limits of the field sheet: both edges, soft and hard', () => {
  const limits: [string, number, number, number, number][] = [
    ['sbp', 30, 70, 220, 300],
    ['dbp', 10, 40, 120, 200],
    ['pulse', 20, 40, 160, 300],
    ['temp', 25, 34, 41, 45],
    ['resp', 1, 8, 35, 80],
    ['glucose', 0.5, 3, 20, 60],
  ];
  for (const [code, hardLow, softLow, softHigh, hardHigh] of limits) {
    const step = code === 'temp' || code === 'glucose' ? 0.1 : 1;
    const at = (x: number): string[] => severities({ [code]: Number(x.toFixed(1)) });
    assert.deepEqual(at(softLow), [], `${code} ${softLow}`);
    assert.deepEqual(at(softHigh), [], `${code} ${softHigh}`);
    assert.deepEqual(at(softLow - step), [`warning ${code}`]);
    assert.deepEqual(at(softHigh + step), [`warning ${code}`]);
    assert.deepEqual(at(hardLow), [`warning ${code}`]);
    assert.deepEqual(at(hardHigh), [`warning ${code}`]);
    assert.deepEqual(at(hardLow - step), [`error ${code}`]);
    assert.deepEqual(at(hardHigh + step), [`error ${code}`]);
  }
  assert.deepEqual(severities({ spo2: 88 }), []);
  assert.deepEqual(severities({ spo2: 87 }), ['warning spo2']);
  assert.deepEqual(severities({ spo2: 101 }), ['error spo2']);
  assert.deepEqual(severities({ pain: 11 }), ['error pain']);
});

test('a blood pressure of 400 cannot be saved and says why', () => {
  const [issue] = checkVitals({ sbp: 400 }, adult);
  assert.equal(issue?.code, 'vital-out-of-hard-range');
  assert.equal(issue?.text.vi, 'Huyết áp tâm thu 400 mmHg không thể có (30–300).');
  assert.ok(issue?.remedy);
});

test('children have their own bands', () => {
  assert.deepEqual(severities({ pulse: 150 }, 30), []);
  assert.deepEqual(severities({ pulse: 170 }), ['warning pulse']);
  assert.deepEqual(severities({ pulse: 60 }, 30), ['warning pulse']);
  assert.deepEqual(severities({ resp: 50 }, 30), []);
  assert.deepEqual(severities({ resp: 50 }), ['warning resp']);
});

test('diastolic must lie under systolic; weight far from the age is refused', () => {
  assert.deepEqual(severities({ sbp: 100, dbp: 100 }), ['error dbp']);
  assert.deepEqual(severities({ sbp: 120, dbp: 80 }), []);
  const z = (weightZ: number): number => checkVitals({ weight: 12 }, { ...adult, ageDays: 700, weightZ }).length;
  assert.equal(z(5), 0);
  assert.equal(z(5.1), 1);
  assert.equal(z(-5.1), 1);
});

test('urgent values move to the front', () => {
  assert.deepEqual(urgentVitals({ sbp: 180, dbp: 109 }, adult), ['sbp']);
  assert.deepEqual(urgentVitals({ sbp: 179, dbp: 110 }, adult), ['dbp']);
  assert.deepEqual(urgentVitals({ sbp: 179, dbp: 109, spo2: 90 }, adult), []);
  assert.deepEqual(urgentVitals({ spo2: 89 }, adult), ['spo2']);
});

test('body mass index and mean pressure', () => {
  assert.equal(bmi('70', '170')?.toString(), '24.2');
  assert.equal(bmi('50', '0'), undefined);
  assert.equal(meanPressure(120, 80).toString(), '93');
  assert.deepEqual(['18.4', '18.5', '22.9', '23', '24.9', '25'].map(bmiClassAdult), [
    'thin',
    'normal',
    'normal',
    'overweight',
    'overweight',
    'obese',
  ]);
});

test('every age has exactly one band of every item, hard outside soft', () => {
  const pack = vitalsPack();
  for (const [code, ranges] of pack.ranges) {
    assert.ok(pack.items.has(code), code);
    for (const r of ranges) {
      assert.ok(r.hardLow.lte(r.softLow) && r.softLow.lt(r.softHigh) && r.softHigh.lte(r.hardHigh), code);
    }
  }
  const everyAge = ['temp', 'pulse', 'resp', 'sbp', 'dbp', 'spo2', 'weight', 'height', 'glucose'];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 45_000 }), fc.constantFrom(...everyAge), (age, code) => {
      const bands = (pack.ranges.get(code) ?? []).filter((r) => r.ageFromDays <= age && age < r.ageToDays);
      assert.equal(bands.length, 1, `${code} at ${age} days`);
    }),
  );
});
