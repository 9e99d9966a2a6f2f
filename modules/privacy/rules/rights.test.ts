import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clocksOf, extended, type RightsPack, workingDayAfter } from './rights.ts';

const file = join(import.meta.dirname, '..', '..', '..', 'rulepacks', 'privacy-rights', '2026-07-01.json');
const pack = (JSON.parse(readFileSync(file, 'utf8')) as { data: RightsPack }).data;

test('working days pass over weekends, holidays of every year and of single years', () => {
  assert.equal(workingDayAfter('2026-11-24', 2, pack), '2026-11-26');
  assert.equal(workingDayAfter('2026-11-27', 2, pack), '2026-12-01', 'a Friday');
  assert.equal(workingDayAfter('2026-12-31', 1, pack), '2027-01-04', 'New Year and a weekend');
  assert.equal(workingDayAfter('2026-08-31', 2, pack), '2026-09-04', 'the two days of September');
});

test('a request that comes late in the evening counts from its own day in Vietnam', () => {
  // 23:30 on Tuesday in Vietnam is still Tuesday in UTC; 00:30 on Wednesday is not.
  assert.equal(clocksOf('access', '2026-11-24T16:30:00Z', pack).dueBy, '2026-12-04T16:59:00.000Z');
  assert.equal(clocksOf('access', '2026-11-24T17:30:00Z', pack).dueBy, '2026-12-05T16:59:00.000Z');
  assert.equal(clocksOf('erase', '2026-11-24T03:00:00Z', pack).dueBy, '2026-12-14T16:59:00.000Z');
  assert.equal(extended('2026-12-04T16:59:00.000Z', 'restrict', pack), '2026-12-19T16:59:00.000Z');
});
