import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TodayRow } from '@mach/reception/contract.ts';
import { overview, percentile } from './rules.ts';

const row = (state: string, more: Partial<TodayRow> = {}): TodayRow =>
  ({
    key: state,
    patient: 'p',
    arrivedAt: '2026-11-24T00:00:00.000Z',
    roomName: '305',
    payer: 'bhyt',
    state,
    calledAt: null,
    ...more,
  }) as TodayRow;

test('each visit is counted once, by where it stands', () => {
  const result = overview(
    [
      row('waiting'),
      row('in-exam', { calledAt: '2026-11-24T00:30:00.000Z' }),
      row('awaiting-results'),
      row('results-ready', { payer: 'fee' }),
      row('awaiting-payment'),
      row('settled', { roomName: '301' }),
    ],
    '2026-11-24T01:00:00.000Z',
  );
  assert.deepEqual(
    [result.visits, result.waiting, result.inside, result.results, result.paying, result.done, result.insured],
    [6, 1, 1, 2, 1, 1, 5],
  );
  assert.equal(result.waitMedian, 30);
  assert.deepEqual(
    result.rooms.map((r) => [r.room, r.waiting, r.longest]),
    [
      ['305', 1, 60],
      ['301', 0, 0],
    ],
  );
});

test('percentiles are by nearest rank', () => {
  assert.equal(percentile([], 0.5), null);
  assert.equal(percentile([1, 2, 3, 4], 0.5), 2);
  assert.equal(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9), 9);
});
