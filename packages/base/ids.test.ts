import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from './clock.ts';
import { clockIds, seededIds, uuidv7 } from './ids.ts';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const START = '2026-11-22T00:00:00.000Z';
const msOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

test('the example of RFC 9562, appendix A.6', () => {
  const bytes = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  assert.equal(
    uuidv7(0x017f22e279b0, () => bytes),
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  );
  assert.throws(() => uuidv7(-1, () => bytes), RangeError);
  assert.throws(() => uuidv7(2 ** 48, () => bytes), RangeError);
});

test('ids rise strictly whatever the clock does, and carry its time when it moves on', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 80 }), (steps) => {
      const clock = new ManualClock(START);
      const next = clockIds(clock);
      let last = next();
      let latest = clock.now().getTime();
      for (const step of steps) {
        clock.advance(step);
        const id = next();
        assert.match(id, FORM);
        assert.ok(id > last, `${last} then ${id}`);
        latest = Math.max(latest, clock.now().getTime());
        assert.equal(msOf(id), latest);
        last = id;
      }
    }),
  );
});

test('fifty thousand ids of one millisecond rise, each counted once', () => {
  const next = clockIds(new ManualClock(START));
  const ids = Array.from({ length: 50_000 }, next);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? '')));
});

test('seeded ids repeat, other seeds differ', () => {
  const ids = (seed: number): string[] => {
    const next = seededIds(seed, new ManualClock(START));
    return [next(), next(), next()];
  };
  assert.deepEqual(ids(7), ids(7));
  assert.notDeepEqual(ids(7), ids(8));
  assert.match(ids(7)[0] as string, FORM);
});
