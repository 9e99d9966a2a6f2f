import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Habits } from './habits.ts';

test('what mostly follows is expected, what followed once among many is not', () => {
  const habits = new Habits();
  assert.deepEqual(habits.begin('a'), []);
  habits.follow('a', 'b');
  habits.follow('a', 'rare');
  assert.deepEqual(habits.begin('a'), ['b', 'rare']);
  for (let i = 0; i < 20; i++) {
    habits.follow('a', 'b');
    habits.begin('a');
  }
  assert.deepEqual(habits.begin('a'), ['b']);
  assert.deepEqual(habits.begin('b'), []);
});

test('a habit that has ended is given up', () => {
  const habits = new Habits();
  for (let i = 0; i < 500; i++) {
    habits.begin('a');
    habits.follow('a', 'b');
  }
  let still = 0;
  while (habits.begin('a').length > 0) still++;
  assert.ok(still < 200, String(still));
});
