import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterWorkingDays } from './clocks.ts';

test('working days leave Saturdays, Sundays and holidays out, and end with the day', () => {
  // 24 November 2026 is a Tuesday.
  assert.equal(afterWorkingDays('2026-11-24T09:00:00.000Z', 2), '2026-11-26T16:59:59.999Z');
  assert.equal(afterWorkingDays('2026-11-27T09:00:00.000Z', 1), '2026-11-30T16:59:59.999Z', 'Friday to Monday');
  assert.equal(
    afterWorkingDays('2026-12-31T09:00:00.000Z', 1, new Set(['2027-01-01'])),
    '2027-01-04T16:59:59.999Z',
    'over the new year',
  );
  // 23:30 in Vietnam on the 24th is still that day.
  assert.equal(afterWorkingDays('2026-11-24T16:30:00.000Z', 1), '2026-11-25T16:59:59.999Z');
});
