import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { counterJumps } from './counter-jumps.ts';

const at = (day: string, time = '10:00'): string => `${day}T${time}:00+07:00`;

test('a day that nobody has seen begins behind the busiest one known, in each form of a name', () => {
  const now = new Map([
    ['visit:20261120', 180],
    ['visit:20261119', 240],
    ['queue:room-305:20261120', 60],
    ['appointment:261120', 12],
    ['day:2026-11-20', 5],
    ['patient:2026', 3_240],
    ['stock-in:main', 365],
  ]);
  const jumps = counterJumps(now, {}, { since: at('2026-11-20'), until: at('2026-11-21') }, at('2026-11-20'));
  assert.deepEqual([...jumps].sort(), [
    ['appointment:261120', 124],
    ['appointment:261121', 112],
    ['day:2026-11-20', 110],
    ['day:2026-11-21', 105],
    ['patient:2026', 3_380],
    ['queue:room-305:20261120', 220],
    ['queue:room-305:20261121', 160],
    ['stock-in:main', 469],
    ['visit:20261120', 520],
    ['visit:20261121', 340],
  ]);
});

test('numbers that the archive has seen are passed by a margin, also those of counters that the restored house lacks', () => {
  const marks = { 'visit:20261121': 41, 'patient:2026': 900 };
  const lost = { since: at('2026-11-20'), until: at('2026-11-21', '10:01') };
  const jumps = counterJumps(new Map([['visit:20261120', 7]]), marks, lost, at('2026-11-21'));
  assert.equal(jumps.get('visit:20261121'), 141);
  assert.equal(jumps.get('visit:20261120'), 107);
  assert.equal(jumps.get('patient:2026'), 1_000);
});

test('no counter ever goes back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a:20261120', 'a:20261121', 'b:2026', 'b:2025', 'c'), fc.nat(100_000))),
      fc.array(fc.tuple(fc.constantFrom('a:20261121', 'b:2026', 'c'), fc.nat(100_000))),
      fc.nat(5 * 24 * 60),
      (now, marks, minutes) => {
        const since = Date.parse(at('2026-11-20'));
        const until = new Date(since + minutes * 60_000).toISOString();
        const before = new Map<string, number>(now);
        const known: Record<string, number> = Object.fromEntries(marks);
        const jumps = counterJumps(before, known, { since: new Date(since).toISOString(), until }, until);
        for (const [name, value] of jumps)
          assert.ok(value > (before.get(name) ?? 0) && value > (known[name] ?? 0), name);
        for (const name of Object.keys(known)) assert.ok(jumps.has(name), name);
      },
    ),
    { numRuns: 200 },
  );
});
