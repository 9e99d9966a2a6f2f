import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkEvery, type Every, lastTime, nextTime, plan } from './times.ts';

const MINUTE = 60_000;
const rhythms: fc.Arbitrary<Every> = fc.oneof(
  fc.constantFrom(1, 5, 10, 15, 30, 60, 120, 720, 1440).map((minutes) => ({ minutes })),
  fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => ({ daily: `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}` })),
);
const instants = fc
  .integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2040-01-01T00:00:00Z') })
  .map((ms) => new Date(ms).toISOString());
const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();

test('daily times are local times of Vietnam, in winter and in summer', () => {
  assert.equal(lastTime({ daily: '16:00' }, '2026-11-24T08:59:59.000Z'), '2026-11-23T09:00:00.000Z');
  assert.equal(lastTime({ daily: '16:00' }, '2026-11-24T09:00:00.000Z'), '2026-11-24T09:00:00.000Z');
  // The nights on which Europe and America turn their clocks.
  for (const night of ['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01'])
    assert.equal(nextTime({ daily: '02:30' }, `${night}T00:00:00.000Z`), `${night}T19:30:00.000Z`);
  assert.equal(lastTime({ daily: '00:30' }, '2026-11-23T17:29:00.000Z'), '2026-11-22T17:30:00.000Z');
});

test('minutes are counted from midnight and come round with the day', () => {
  assert.equal(lastTime({ minutes: 10 }, '2026-11-24T00:09:59.999Z'), '2026-11-24T00:00:00.000Z');
  assert.equal(nextTime({ minutes: 720 }, '2026-11-24T00:00:00.000Z'), '2026-11-24T05:00:00.000Z');
  for (const bad of [{ minutes: 7 }, { minutes: 0 }, { minutes: 1.5 }, { daily: '24:00' }, { daily: '7:30' }])
    assert.throws(() => checkEvery(bad), RangeError);
});

test('an instant lies between its last time and its next, and both are fixed points of the rhythm', () => {
  fc.assert(
    fc.property(rhythms, instants, (every, at) => {
      checkEvery(every);
      const [last, next] = [lastTime(every, at), nextTime(every, at)];
      assert.ok(last <= at && at < next);
      assert.equal(lastTime(every, last), last);
      assert.equal(lastTime(every, next), next);
      assert.equal(lastTime(every, later(next, -1)), last);
    }),
    { numRuns: 300 },
  );
});

test('however often and at whatever moments somebody looks, each time is run or stood for once, in order', () => {
  fc.assert(
    fc.property(
      rhythms,
      instants,
      fc.array(fc.integer({ min: 1, max: 3 * 1440 }), { maxLength: 40 }),
      (every, from, gaps) => {
        let planned: string | null = null;
        let [now, stoodFor] = [from, 0];
        const runs: string[] = [];
        for (const gap of [0, ...gaps]) {
          now = later(now, gap * MINUTE);
          const next = plan(every, planned, now);
          assert.equal(
            plan(every, next?.to ?? planned, now),
            undefined,
            'a second look at the same moment finds nothing',
          );
          if (!next) continue;
          planned = next.to;
          if (next.due !== null) runs.push(next.due);
          if (next.due !== null) stoodFor += 1 + next.missed;
        }
        assert.deepEqual(runs, [...new Set(runs)].sort());
        const period = 'minutes' in every ? every.minutes : 1440;
        const times = (Date.parse(lastTime(every, now)) - Date.parse(lastTime(every, from))) / MINUTE / period;
        assert.equal(stoodFor, times);
      },
    ),
    { numRuns: 200 },
  );
});

test('a clock that was far ahead does not put a timer to sleep', () => {
  const every = { minutes: 60 } as const;
  const ahead = plan(every, '2026-11-24T01:00:00.000Z', '2031-01-01T00:10:00.000Z');
  assert.equal(ahead?.due, '2031-01-01T00:00:00.000Z');
  const back = plan(every, ahead?.to ?? null, '2026-11-24T02:20:00.000Z');
  assert.deepEqual(back, { to: '2026-11-24T02:00:00.000Z', due: null, missed: 0 });
  assert.equal(plan(every, back?.to ?? null, '2026-11-24T03:05:00.000Z')?.due, '2026-11-24T03:00:00.000Z');
});

test('a timer that is new waits for its next time', () => {
  const first = plan({ daily: '16:00' }, null, '2026-11-24T03:00:00.000Z');
  assert.deepEqual(first, { to: '2026-11-23T09:00:00.000Z', due: null, missed: 0 });
  assert.equal(plan({ daily: '16:00' }, first?.to ?? null, '2026-11-24T08:00:00.000Z'), undefined);
  assert.equal(
    plan({ daily: '16:00' }, first?.to ?? null, '2026-11-24T09:00:01.000Z')?.due,
    '2026-11-24T09:00:00.000Z',
  );
});
