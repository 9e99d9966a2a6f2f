import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { testEngine } from '../../apps/server/testing/engine.ts';
import { FACT_DAYS, INTENT_DAYS, isLate } from './lateness.ts';
import { add, sample } from './testing/sample.ts';

const DAY = 86_400_000;
const NOW = '2026-11-24T01:00:00.000Z';
const before = (days: number): string => new Date(Date.parse(NOW) - days * DAY).toISOString();

test('a fact is waited for longer than an intent, and a desk that was closed for the holidays hands its intents in', () => {
  assert.equal(isLate({ kind: 'intent' }, before(INTENT_DAYS - 0.1), NOW), false);
  assert.equal(isLate({ kind: 'intent' }, before(INTENT_DAYS + 0.1), NOW), true);
  assert.equal(isLate({ kind: 'intent', lateDays: 14 }, before(13), NOW), false);
  assert.equal(isLate({ kind: 'intent', lateDays: 14 }, before(15), NOW), true);
  assert.equal(isLate({ kind: 'fact' }, before(365), NOW), false, 'a phone found in a drawer');
  assert.equal(isLate({ kind: 'fact' }, before(FACT_DAYS + 1), NOW), true, 'a device whose clock began anew in 2015');
});

test('a device far in the past does not choose old law; what was done in time is answered again however late', async (t) => {
  const h = await testEngine(t, [sample]);
  const late = new Date(h.clock.now().getTime() - 4 * DAY).toISOString();
  await assert.rejects(h.send(add, { name: 'Lan' }, 'tester', { key: 'late-key-1', performedAt: late }), (problem) => {
    assert.ok(problem instanceof Problem);
    assert.deepEqual([problem.status, problem.issues[0]?.code], [422, 'performed-too-early']);
    assert.match(problem.issues[0]?.remedy?.vi ?? '', /ngày giờ của máy này/);
    return true;
  });
  const performedAt = h.clock.now().toISOString();
  const first = await h.send(add, { name: 'Lan' }, 'tester', { key: 'late-key-2', performedAt });
  h.clock.advance(10 * DAY);
  const again = await h.send(add, { name: 'Lan' }, 'tester', { key: 'late-key-2', performedAt });
  assert.deepEqual(again, first, 'the answer that was lost on the way: not a second person');
});
