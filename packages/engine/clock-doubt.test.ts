import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClockDoubt } from './clock-doubt.ts';

const MINUTE = 60_000;

test('three people who agree make the server doubt its clock; one person, or three who differ, do not', () => {
  const doubt = new ClockDoubt();
  for (let i = 0; i < 10; i++) doubt.hear('an', 20 * MINUTE, i);
  assert.equal(doubt.behind(10), undefined, 'one person counts once');
  doubt.hear('binh', 21 * MINUTE, 20);
  doubt.hear('chi', 90 * MINUTE, 20);
  assert.equal(doubt.behind(20), undefined, 'the third has another time');
  doubt.hear('chi', 20.5 * MINUTE, 30);
  assert.deepEqual(doubt.behind(30), { by: 20.5 * MINUTE, witnesses: 3, since: 30 });
  assert.equal(doubt.behind(40)?.since, 30, 'since when');
  assert.equal(doubt.behind(62 * MINUTE), undefined, 'an hour later nobody has said so again');
});

test('whatever is heard, there is doubt only where three recent ones lie within two minutes', () => {
  const heard = fc.record({
    who: fc.nat(5).map(String),
    ahead: fc.integer({ min: 11, max: 30 }).map((m) => m * MINUTE),
  });
  fc.assert(
    fc.property(fc.array(heard, { maxLength: 12 }), (all) => {
      const doubt = new ClockDoubt();
      for (const { who, ahead } of all) doubt.hear(who, ahead, 0);
      const last = [...new Map(all.map(({ who, ahead }) => [who, ahead])).values()];
      const agree = last.some((a) => last.filter((b) => b >= a && b - a <= 2 * MINUTE).length >= 3);
      assert.equal(doubt.behind(0) !== undefined, agree);
    }),
    { numRuns: 300 },
  );
});
