import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calendarUnit, canonicalQuantity, parseUnit } from './ucum.ts';

const same = (a: [number, string], b: [number, string]): void => {
  const [x, y] = [canonicalQuantity(...a), canonicalQuantity(...b)];
  assert.ok(x && y, `${a} ${b}`);
  assert.equal(x.unit, y.unit, `${a} ${b}`);
  assert.ok(Math.abs(x.value - y.value) <= 1e-12 * Math.abs(y.value), `${a} ${b}: ${x.value} ${y.value}`);
};

test('units of the same kind', () => {
  same([5, 'mg'], [0.005, 'g']);
  same([1, 'kg'], [1000, 'g']);
  same([1, 'L'], [1, 'dm3']);
  same([1, 'l'], [1000, 'cm3']);
  same([5.5, 'mmol/L'], [5.5, 'mol/m3']);
  same([90, 'mg/dL'], [0.9, 'g/L']);
  same([120, 'mm[Hg]'], [0.12, 'm[Hg]']);
  same([1, 'wk'], [7, 'd']);
  same([60, '/min'], [1, 'Hz']);
  same([37, 'Cel'], [98.6, '[degF]']);
  same([37, 'Cel'], [310.15, 'K']);
  same([1, '10*9/L'], [1, 'G/L'.replace('G/L', '10^9/L')]);
  same([4.5, '10*3/uL'], [4.5, '10*9/L']);
  same([50, '%'], [0.5, '1']);
  same([60, 'U/L'], [1, 'umol/s/L']);
  same([1, 'mL/min/{1.73_m2}'], [1, 'mL/min']);
  same([10, 'ug/kg/min'], [0.01, 'mg/kg/min']);
  same([1, 'm/(s.kg)'], [1, 'm/s/kg']);
  same([1, '[in_i]'], [2.54, 'cm']);
  same([1, 'm[iU]/L'], [0.001, '[iU]/L']);
  same([1, 'u[IU]/mL'], [1, 'm[iU]/L']);
});

test('units of different kinds do not compare', () => {
  assert.notEqual(canonicalQuantity(1, 'mol/L')?.unit, canonicalQuantity(1, 'g/L')?.unit);
  assert.notEqual(canonicalQuantity(1, '[iU]')?.unit, canonicalQuantity(1, 'mg')?.unit);
});

test('what is no unit', () => {
  for (const code of [
    'foo',
    'mg/',
    'mg//L',
    '/',
    'kg m',
    'mg/(L',
    'constructor',
    '__proto__',
    'x'.repeat(200),
    'm0',
    'k',
    '0',
  ]) {
    assert.equal(parseUnit(code), undefined, code);
  }
});

test('calendar words', () => {
  assert.deepEqual(['year', 'days', 'ms', 's', 'mg', 'months'].map(calendarUnit), ['a', 'd', 'ms', 's', 'mg', 'mo']);
});

test('conversion is exact for any decimal value', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom('g', 'm', 'mol', 'L', 's', 'Pa'), (n, unit) => {
      same([n, `m${unit}`], [n / 1000, unit]);
      same([n, `k${unit}`], [n * 1000, unit]);
    }),
  );
});

test('the comparable form does not depend on the unit that was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: 0, max: 3 }), (n, scale) => {
      const value = n / 10 ** scale;
      assert.deepEqual(canonicalQuantity(value, 'g'), canonicalQuantity(Number(`${value}e3`), 'mg'));
      assert.deepEqual(canonicalQuantity(value, 'g/L'), canonicalQuantity(Number(`${value}e2`), 'mg/dL'));
    }),
  );
});

test('any text is read or refused without throwing', () => {
  fc.assert(fc.property(fc.string(), (s) => void parseUnit(s)));
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9./()[\]{}*^%'_-]{0,20}$/), (s) => void parseUnit(s)),
    { numRuns: 1000 },
  );
});
