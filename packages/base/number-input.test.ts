import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Decimal } from './decimal.ts';
import { formatClinical, formatMoney, parseClinicalNumber } from './number-input.ts';

const value = (text: string): string => {
  const read = parseClinicalNumber(text);
  return read.ok ? read.value.toString() : read.reason;
};

test('reads numbers in one way only', () => {
  const cases = [
    ['7,2', '7.2'],
    ['7.2', '7.2'],
    [' 05 ', '5'],
    ['0,125', '0.125'],
    ['0.500', '0.5'],
    [',5', '0.5'],
    ['-2,5', '-2.5'],
    ['−2,5', '-2.5'],
    ['1 000', '1000'],
    ['12\u2009500,25', '12500.25'],
    ['12\u202f500,255', '12500.255'],
    ['1.000,5', '1000.5'],
    ['1,000.5', '1000.5'],
    ['1.000.000', '1000000'],
    ['1000,500', '1000.5'],
    ['1,2345', '1.2345'],
  ] as const;
  for (const [typed, read] of cases) assert.equal(value(typed), read, typed);
});

test('asks where a mark could be decimal or thousands', () => {
  const cases = [
    ['1.000', ['1', '1000']],
    ['1,000', ['1', '1000']],
    ['12.500', ['12.5', '12500']],
    ['-1,250', ['-1.25', '-1250']],
    ['1.000,000', ['1000', '1000000']],
  ] as const;
  for (const [typed, choices] of cases) {
    assert.deepEqual(parseClinicalNumber(typed), { ok: false, reason: 'ambiguous', choices }, typed);
  }
});

test('refuses what is not a number', () => {
  assert.equal(value('   '), 'empty');
  for (const bad of [
    '5.',
    '1 00',
    '1 0000',
    '1,0,0',
    '1..5',
    '1.00.000',
    'abc',
    '5mg',
    '1e5',
    '--5',
    '1.000,5.5',
    '-',
  ]) {
    assert.equal(value(bad), 'not-a-number', bad);
  }
  assert.equal(value('9'.repeat(60)), 'not-a-number');
});

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.nat(6))
  .map(([n, scale]) => Decimal.of(n).div(10n ** BigInt(scale), scale));

test('what the screen shows is read back as the same number, or asked about with it among the choices', () => {
  fc.assert(
    fc.property(decimal, (d) => {
      const read = parseClinicalNumber(formatClinical(d));
      if (read.ok) assert.ok(read.value.eq(d));
      else assert.ok(read.choices?.includes(d.toString()), `${d}`);
    }),
  );
});

test('a reading never differs silently from the comma or the dot meaning', () => {
  fc.assert(
    fc.property(fc.nat(99999), fc.constantFrom(',', '.'), fc.stringMatching(/^\d{1,5}$/), (whole, mark, tail) => {
      const read = parseClinicalNumber(`${whole}${mark}${tail}`);
      if (read.ok) assert.ok(read.value.eq(`${whole}.${tail}`));
      else assert.ok(tail.length === 3 && whole >= 1 && whole <= 999 && read.reason === 'ambiguous');
    }),
  );
});

test('formats', () => {
  assert.equal(formatClinical('12500'), '12\u202f500');
  assert.equal(formatClinical('-1234567.50'), '-1\u202f234\u202f567,5');
  assert.equal(formatClinical(999), '999');
  assert.equal(formatMoney(1250000), '1.250.000\u00a0₫');
  assert.equal(formatMoney('-12500.5'), '-12.500,5\u00a0₫');
  assert.equal(formatMoney(0), '0\u00a0₫');
});
