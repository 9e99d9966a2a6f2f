import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLocal } from '@mach/base/time.ts';
import { bedDays, isShortStay, type Stay, treatmentDays } from './stay.ts';

const at = (text: string) => {
  const [date = '', time = ''] = text.split(' ');
  return fromLocal(date, time);
};
const stay = (from: string, to: string, over: Partial<Stay> = {}): Stay => ({
  from: at(from),
  to: at(to),
  outcome: '1',
  dischargeKind: '1',
  insured: true,
  ...over,
});

test('§4 bed days: same day by four hours, under 24 hours over midnight is one', () => {
  assert.equal(bedDays(stay('2026-11-20 08:00', '2026-11-20 12:00')), 0);
  assert.equal(bedDays(stay('2026-11-20 08:00', '2026-11-20 12:01')), 1);
  assert.equal(bedDays(stay('2026-11-20 22:00', '2026-11-21 06:00')), 1);
  assert.equal(bedDays(stay('2026-11-20 08:00', '2026-11-23 09:00')), 3);
});

test('§4 bed days: transfer, unchanged, worse, died count the last day; fee payers always', () => {
  const days = (over: Partial<Stay>) => bedDays(stay('2026-11-20 08:00', '2026-11-23 09:00', over));
  for (const outcome of ['3', '4', '5', '6']) assert.equal(days({ outcome }), 4, outcome);
  for (const dischargeKind of ['2', '5']) assert.equal(days({ dischargeKind }), 4, dischargeKind);
  assert.equal(days({ insured: false }), 4);
  assert.equal(days({ outcome: '2' }), 3);
});

test('midnight is the local one', () => {
  // 23:30 to 00:30 local is 16:30 to 17:30 UTC of the same UTC day.
  assert.equal(bedDays(stay('2026-11-20 23:30', '2026-11-21 00:30')), 1);
});

test('§4 in-patient under four hours is form 09', () => {
  assert.equal(isShortStay(at('2026-11-20 08:00'), at('2026-11-20 11:59')), true);
  assert.equal(isShortStay(at('2026-11-20 08:00'), at('2026-11-20 12:00')), false);
});

test('treatment days of the claim under both standards', () => {
  const span = (careForm: string) => ({
    careForm,
    from: at('2026-11-20 08:00'),
    to: at('2026-11-22 09:00'),
    drugDays: 30,
    serviceDays: 2,
  });
  const days = (standard: 'qd4750' | 'qd3176') =>
    ['01', '02', '03', '04', '05', '06', '07', '08', '09'].map((f) => treatmentDays(span(f), standard));
  assert.deepEqual(days('qd4750'), [0, 3, 3, 3, 30, 3, 0, 2, 0]);
  assert.deepEqual(days('qd3176'), [3, 2, 3, 3, 30, 3, 30, 2, 0]);
});
