import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ckdEpi2021, cockcroftGault, renalBand, schwartz } from './renal.ts';

const MG = 88.4;

test('CKD-EPI 2021 agrees with hand calculation', () => {
  // 142 · 1.4286^-1.2 · 0.9938^50 · 1.012 and 142 · 1.3333^-1.2 · 0.9938^60
  assert.equal(Math.round(ckdEpi2021({ creatinineUmolL: 1.0 * MG, ageYears: 50, sex: 'female' }) ?? 0), 69);
  assert.equal(Math.round(ckdEpi2021({ creatinineUmolL: 1.2 * MG, ageYears: 60, sex: 'male' }) ?? 0), 69);
  // At κ both powers are 1.
  assert.equal(
    (ckdEpi2021({ creatinineUmolL: 0.9 * MG, ageYears: 40, sex: 'male' }) ?? 0).toFixed(3),
    (142 * 0.9938 ** 40).toFixed(3),
  );
  assert.equal(ckdEpi2021({ creatinineUmolL: 80, ageYears: 17, sex: 'male' }), undefined);
  assert.equal(ckdEpi2021({ creatinineUmolL: 0, ageYears: 40, sex: 'male' }), undefined);
});

test('eGFR falls as creatinine or age rises', () => {
  const person = fc.record({
    creatinineUmolL: fc.integer({ min: 20, max: 1500 }),
    ageYears: fc.integer({ min: 18, max: 110 }),
    sex: fc.constantFrom('male' as const, 'female' as const),
  });
  fc.assert(
    fc.property(person, fc.integer({ min: 1, max: 300 }), (p, more) => {
      const base = ckdEpi2021(p) ?? 0;
      assert.ok(base > 0);
      assert.ok((ckdEpi2021({ ...p, creatinineUmolL: p.creatinineUmolL + more }) ?? 0) < base);
      assert.ok((ckdEpi2021({ ...p, ageYears: p.ageYears + 1 }) ?? 0) < base);
    }),
  );
});

test('Cockcroft–Gault and Schwartz', () => {
  const man = { creatinineUmolL: MG, ageYears: 60, weightKg: 72, sex: 'male' as const };
  assert.equal(Math.round(cockcroftGault(man)?.value ?? 0), 80);
  assert.equal(Math.round(cockcroftGault({ ...man, sex: 'female' })?.value ?? 0), 68);
  assert.equal(cockcroftGault(man)?.weightKg, 72);
  assert.equal(cockcroftGault({ ...man, weightKg: 0 }), undefined);
  assert.equal(Math.round(schwartz({ creatinineUmolL: 0.5 * MG, heightCm: 110, ageYears: 5 }) ?? 0), 91);
  assert.equal(schwartz({ creatinineUmolL: 44, heightCm: 170, ageYears: 18 }), undefined);
  assert.deepEqual([14.9, 15, 29.9, 30, 59.9, 60].map(renalBand), [
    'under-15',
    'under-30',
    'under-30',
    'under-60',
    'under-60',
    'normal',
  ]);
});
