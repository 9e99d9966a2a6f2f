import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, DRILL, isDue } from './plan.ts';

const at = (text: string): Date => new Date(`${text}+07:00`);
const ms = (text: string): number => at(text).getTime();

test('a backup is due in the night, at any hour after a night without one, and not again at once after a failure', () => {
  const base = (last: string | undefined, now: string, tried?: string): boolean =>
    isDue({ at: last === undefined ? undefined : ms(last), tried: tried ? ms(tried) : undefined }, BASE, at(now));
  assert.equal(base(undefined, '2026-11-22T15:00'), true, 'never done: at once, also by day');
  assert.equal(base('2026-11-22T02:00', '2026-11-22T15:00'), false);
  assert.equal(base('2026-11-22T02:00', '2026-11-23T00:59'), false, 'old enough, and not yet night');
  assert.equal(base('2026-11-22T02:00', '2026-11-23T01:00'), true);
  assert.equal(base('2026-11-22T02:00', '2026-11-23T04:59'), true);
  assert.equal(base('2026-11-22T02:00', '2026-11-23T07:30'), false, 'care has begun');
  assert.equal(base('2026-11-22T02:00', '2026-11-23T08:01'), true, 'the house was off at night');
  assert.equal(base(undefined, '2026-11-22T15:30', '2026-11-22T15:00'), false, 'it failed half an hour ago');
  assert.equal(base(undefined, '2026-11-22T16:00', '2026-11-22T15:00'), true);
});

test('a drill is due once a week', () => {
  const drill = (now: string): boolean => isDue({ at: ms('2026-11-15T02:00'), tried: undefined }, DRILL, at(now));
  assert.deepEqual(['2026-11-21T02:00', '2026-11-22T02:00', '2026-11-22T15:00', '2026-11-23T15:00'].map(drill), [
    false,
    true,
    false,
    true,
  ]);
});
