import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as time from './time.ts';

const { ageOn, ageText, addDays, formatDate, parseDateVi } = time;
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));

test('shows Vietnamese time whatever the host', () => {
  const evening = '2026-11-21T18:30:05.000Z';
  assert.equal(time.formatDateTime(evening), '22/11/2026 01:30');
  assert.equal(time.localDate(evening), '2026-11-22');
  assert.equal(time.localCompact(evening, 8), '20261122');
  assert.equal(time.localCompact(evening, 12), '202611220130');
  assert.equal(time.localCompact(evening, 14), '20261122013005');
  assert.equal(time.startOfLocalDay(evening), '2026-11-21T17:00:00.000Z');
  assert.equal(time.formatTime('2026-11-22T07:05:00+07:00'), '07:05');
  assert.equal(time.fromLocal('2026-11-22', '01:30'), '2026-11-21T18:30:00.000Z');
  assert.equal(formatDate('1964-07'), '07/1964');
  assert.throws(() => formatDate('22/11/2026'), RangeError);
  assert.throws(() => time.localDate('2026-11-22T07:05:00'), RangeError, 'an instant without a zone is not an instant');
});

test('reads dates as people write them', () => {
  const cases = [
    ['14/07/1964', '1964-07-14'],
    ['14-7-1964', '1964-07-14'],
    ['14071964', '1964-07-14'],
    ['1964-07-14', '1964-07-14'],
    ['7/1964', '1964-07'],
    [' 1964 ', '1964'],
    ['29/02/2024', '2024-02-29'],
  ] as const;
  for (const [typed, read] of cases) assert.equal(parseDateVi(typed), read);
  for (const bad of [
    '29/02/2023',
    '31/04/2020',
    '00/01/2020',
    '13/2020',
    '32012020',
    '1/1/20',
    '',
    'hôm qua',
    '0000',
  ]) {
    assert.equal(parseDateVi(bad), undefined, bad);
  }
});

test('every day survives writing and reading, and days add up', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: -4000, max: 4000 }), (d, n) => {
      assert.equal(parseDateVi(formatDate(d)), d);
      assert.equal(parseDateVi(formatDate(d).replaceAll('/', '')), d);
      assert.equal(addDays(addDays(d, n), -n), d);
      assert.equal(time.localDate(time.fromLocal(d, '23:59')), d);
      assert.equal(time.localDate(addDays(time.fromLocal(d, '00:00'), n)), addDays(d, n));
    }),
  );
});

test('age counts completed years, months and days', () => {
  const at = '2026-11-22T05:00:00.000Z';
  assert.deepEqual(ageOn('1964-07-14', at), { years: 62, months: 4, days: 8 });
  assert.deepEqual(ageOn('2026-11-22', at), { years: 0, months: 0, days: 0 });
  assert.deepEqual(ageOn('2024-02-29', '2025-02-28T05:00:00.000Z'), { years: 0, months: 11, days: 30 });
  assert.deepEqual(ageOn('2026-01-31', '2026-02-28T05:00:00.000Z'), { years: 0, months: 0, days: 28 });
  assert.deepEqual(ageOn('2026-01-31', '2026-03-01T05:00:00.000Z'), { years: 0, months: 1, days: 1 });
  assert.deepEqual(ageOn('1964', at), { years: 62, months: 0, days: 0 });
  assert.deepEqual(ageOn('1964-12', at), { years: 61, months: 11, days: 0 });
  assert.throws(() => ageOn('2026-11-23', at), RangeError);
  // Born on the 22nd in Vietnam, when it is still the 21st in UTC.
  assert.equal(ageOn('2026-11-22', '2026-11-21T17:30:00.000Z').days, 0);
});

test('age agrees with counting the calendar forward', () => {
  fc.assert(
    fc.property(day, fc.nat(40000), (birth, n) => {
      const now = addDays(birth, n);
      const age = ageOn(birth, time.fromLocal(now, '12:00'));
      assert.ok(age.months >= 0 && age.months < 12 && age.days >= 0 && age.days <= 30);
      const [y = 0, m = 0, d = 0] = birth.split('-').map(Number);
      const months = y * 12 + m - 1 + age.years * 12 + age.months;
      const last = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
      const reached = new Date(Date.UTC(Math.floor(months / 12), months % 12, Math.min(d, last)));
      assert.equal(addDays(reached.toISOString().slice(0, 10), age.days), now);
    }),
  );
});

test('age in words: days, months to 72, then years', () => {
  const at = '2026-11-22T05:00:00.000Z';
  const cases = [
    ['2026-11-10', '12 ngày'],
    ['2026-10-22', '1 tháng'],
    ['2024-10-01', '25 tháng'],
    ['2020-11-23', '71 tháng'],
    ['2020-11-22', '6 t'],
    ['1964-07-14', '62 t'],
    ['2024', '2 t'],
    ['2026', 'dưới 1 t'],
    ['2026-11', 'dưới 1 tháng'],
    ['2024-10', '25 tháng'],
    ['2026-11-23', 'Chưa rõ'],
  ] as const;
  for (const [birth, text] of cases) assert.equal(ageText(birth, at), text, birth);
});
