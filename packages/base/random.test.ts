import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from './random.ts';

const draw = (random: Random, n = 5): number[] => Array.from({ length: n }, () => random.next());

test('the same seed gives the same numbers, other seeds others', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (a, b) => {
      assert.deepEqual(draw(new Random(a)), draw(new Random(a)));
      if (a !== b) assert.notDeepEqual(draw(new Random(a)), draw(new Random(b)));
    }),
  );
});

test('a fork depends on seed and label, not on what was drawn', () => {
  const random = new Random(42);
  const before = draw(random.fork('wards'));
  draw(random, 100);
  assert.deepEqual(draw(random.fork('wards')), before);
  assert.notDeepEqual(draw(random.fork('arrivals')), before);
  assert.notDeepEqual(draw(new Random(43).fork('wards')), before);
  assert.notDeepEqual(draw(random.fork('a').fork('b')), draw(random.fork('b').fork('a')));
});

test('numbers are spread as they should be', () => {
  const random = new Random(2026);
  const n = 20_000;
  const dice = Array.from({ length: n }, () => random.int(1, 6));
  for (let face = 1; face <= 6; face++) {
    const share = dice.filter((d) => d === face).length / n;
    assert.ok(Math.abs(share - 1 / 6) < 0.012, `face ${face}: ${share}`);
  }
  const normal = Array.from({ length: n }, () => random.normal(120, 15));
  const mean = normal.reduce((a, b) => a + b, 0) / n;
  const sd = Math.sqrt(normal.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
  assert.ok(Math.abs(mean - 120) < 0.5 && Math.abs(sd - 15) < 0.5, `${mean} ${sd}`);
  const yes = Array.from({ length: n }, () => random.chance(0.3)).filter(Boolean).length / n;
  assert.ok(Math.abs(yes - 0.3) < 0.02, `${yes}`);
});

test('picks and weighs', () => {
  const random = new Random(1);
  const seen = new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])));
  assert.deepEqual([...seen].sort(), ['a', 'b', 'c']);
  const draws = Array.from({ length: 4000 }, () =>
    random.weighted([
      ['x', 3],
      ['never', 0],
      ['y', 1],
    ] as const),
  );
  assert.ok(!draws.includes('never'));
  const share = draws.filter((d) => d === 'x').length / draws.length;
  assert.ok(Math.abs(share - 0.75) < 0.03, `${share}`);
  assert.throws(() => random.pick([]), RangeError);
  assert.throws(() => random.weighted([['x', 0]]), RangeError);
  assert.throws(() => random.int(2, 1), RangeError);
});
