import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Leaps } from './leaps.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** A clock and a count, moved together or apart. */
function clocks() {
  const leaps = new Leaps();
  let [wall, steady] = [Date.parse('2026-11-24T03:00:00Z'), 5_000_000];
  return (minutes: number, set = 0) => {
    wall += minutes * MINUTE + set;
    steady += minutes * MINUTE;
    return leaps.look(wall, steady);
  };
}

test('time that passes is no leap, be it a second or a night asleep', () => {
  const pass = clocks();
  for (const minutes of [0, 1, 5, 600, 1]) assert.deepEqual(pass(minutes), { held: false, leap: 0 });
  assert.deepEqual(pass(1, 5 * MINUTE), { held: false, leap: 0 }, 'a small correction');
});

test('after a leap forward timers hold for a quarter of an hour, or until the clock is back', () => {
  const pass = clocks();
  pass(0);
  assert.deepEqual(pass(1, DAY), { held: true, leap: DAY });
  assert.equal(pass(14).held, true);
  assert.equal(pass(2).held, false, 'it stayed: it was put right, or is believed');
  assert.deepEqual(pass(1, DAY), { held: true, leap: DAY });
  assert.deepEqual(pass(1, -DAY), { held: false, leap: -DAY });
  assert.equal(pass(1, -60 * MINUTE).held, false, 'backward nothing is done too early');
});

test('put right by half, timers go on holding', () => {
  const pass = clocks();
  pass(0);
  assert.equal(pass(1, 2 * DAY).held, true);
  assert.equal(pass(1, -DAY).held, true);
  assert.equal(pass(1, -DAY).held, false);
});
