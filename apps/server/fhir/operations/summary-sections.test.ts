import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateOf } from './summary-sections.ts';

test('a summary shows the day in Viet Nam; what was recorded as a day, a month or a year stays', () => {
  assert.equal(dateOf({ effectiveDateTime: '2026-11-22T18:05:00.000Z' }), '2026-11-23', 'taken at 01:05');
  assert.equal(dateOf({ effectivePeriod: { start: '2026-11-22T17:00:00Z' } }), '2026-11-23');
  assert.equal(dateOf({ onsetDateTime: '2019-05' }), '2019-05');
  assert.equal(dateOf({ recordedDate: '2026-11-22' }), '2026-11-22');
  assert.equal(dateOf({}), '');
});
