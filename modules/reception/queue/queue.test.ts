import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ClockRow, clockSummary, visitClock } from './clocks.ts';
import { paceOf, waitRange } from './estimate.ts';
import { type Absence, fairOrder, type QueuePerson } from './order.ts';
import { CLOCK_RULES, QUEUE_RULES as rules } from './testing.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 24, 0, minute)).toISOString();
const person = (n: number, over: Partial<QueuePerson> = {}): QueuePerson => ({
  key: `e${String(n).padStart(4, '0')}`,
  state: 'waiting',
  queueNumber: String(n).padStart(4, '0'),
  arrivedAt: at(n),
  priority: 0,
  calledAt: null,
  ...over,
});
const numbers = (people: readonly QueuePerson[]): number[] => people.map((one) => Number(one.queueNumber));
const none: ReadonlyMap<string, Absence> = new Map();
const order = (people: readonly QueuePerson[], absences = none) => fairOrder(people, absences, rules);

test('danger, then back with results, then two of priority for one ordinary', () => {
  const people = [
    person(1),
    person(2),
    person(3, { priority: 1 }),
    person(4, { priority: 1 }),
    person(5, { priority: 1 }),
    person(6, { state: 'results-ready', calledAt: at(0) }),
    person(7, { priority: 2 }),
    person(8, { urgent: true }),
    person(9, { state: 'awaiting-results', calledAt: at(0) }),
    person(10, { state: 'awaiting-payment', calledAt: at(0) }),
  ];
  assert.deepEqual(numbers(order(people)), [7, 8, 6, 3, 4, 1, 5, 2]);
});

test('absent: back some places later, and after three times at the end', () => {
  const people = [1, 2, 3, 4, 5].map((n) => person(n));
  const once = new Map([['e0001', { at: at(30), times: 1 }]]);
  assert.deepEqual(numbers(order(people, once)), [2, 3, 4, 1, 5]);
  const called = people.map((one, i) => (i === 1 ? { ...one, state: 'in-exam', calledAt: at(31) } : one));
  assert.deepEqual(numbers(order(called, once)), [3, 4, 1, 5]);
  assert.deepEqual(numbers(order(people, new Map([['e0001', { at: at(30), times: 3 }]]))), [2, 3, 4, 5, 1]);
});

const kind = fc.constantFrom(0, 0, 0, 1, 1, 2);
const crowd = fc.array(kind, { minLength: 1, maxLength: 40 });

test('calling the first leaves the others in the order in which they were, whoever is absent', () => {
  fc.assert(
    fc.property(crowd, fc.array(fc.nat(39), { maxLength: 5 }), (kinds, missing) => {
      let people = kinds.map((priority, i) => person(i, { priority }));
      const absences = new Map<string, Absence>(
        missing.map((n, i) => [`e${String(n).padStart(4, '0')}`, { at: at(100 + i), times: 1 }]),
      );
      let before = numbers(order(people, absences));
      assert.equal(before.length, kinds.length);
      for (let minute = 200; before.length > 0; minute++) {
        const first = before[0];
        people = people.map((one) =>
          Number(one.queueNumber) === first ? { ...one, state: 'in-exam', calledAt: at(minute) } : one,
        );
        const after = numbers(order(people, absences));
        // An emergency is outside the turn: it moves nobody who is absent by more than the place it has left.
        if (people.find((one) => Number(one.queueNumber) === first)?.priority !== 2)
          assert.deepEqual(after, before.slice(1));
        else assert.equal(after.length, before.length - 1);
        before = after;
      }
    }),
    { numRuns: 60 },
  );
});

test('no ordinary person waits for ever, however many of priority come and however many come back with results', () => {
  fc.assert(
    fc.property(
      fc.nat(12),
      fc.array(fc.record({ arrive: fc.constantFrom(1, 1, 1, 0), back: fc.boolean() }), {
        minLength: 200,
        maxLength: 200,
      }),
      (ahead, steps) => {
        // So many ordinary people are there first; then somebody of priority, or ordinary, arrives at every single call.
        let people = Array.from({ length: ahead + 1 }, (_, n) => person(n));
        const last = ahead;
        let waited = 0;
        for (const [i, step] of steps.entries()) {
          people.push(person(1000 + i, { priority: step.arrive }));
          const next = order(people)[0];
          assert.ok(next);
          waited++;
          if (Number(next.queueNumber) === last) break;
          const returns = step.back && next.state === 'waiting';
          people = people.map((one) =>
            one.key === next.key
              ? { ...one, state: returns ? 'results-ready' : 'in-exam', calledAt: one.calledAt ?? at(2000 + i) }
              : one,
          );
        }
        // Each ordinary place costs at most two of priority, itself, and one return of each of the three.
        assert.ok(waited <= (ahead + 1) * 2 * (rules.priorityInRow + 1), `${waited} calls for place ${ahead}`);
      },
    ),
    { numRuns: 60 },
  );
});

test('within a class nobody overtakes', () => {
  fc.assert(
    fc.property(crowd, (kinds) => {
      const people = kinds.map((priority, i) => person(i, { priority }));
      const ordered = order(people);
      for (const level of [0, 1, 2]) {
        const own = numbers(ordered.filter((one) => one.priority === level));
        assert.deepEqual(
          own,
          [...own].sort((a, b) => a - b),
        );
      }
    }),
    { numRuns: 60 },
  );
});

const gaps = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 30 });

test('the wait is sane: ordered, growing with the line, between the shortest and the longest exam', () => {
  fc.assert(
    fc.property(gaps, fc.nat(60), (minutes, ahead) => {
      let now = 0;
      const calls = [
        at(0),
        ...minutes.map((gap) => {
          now += gap;
          return at(now);
        }),
      ];
      const pace = paceOf(calls, rules.estimate);
      assert.ok(pace.low <= pace.middle && pace.middle <= pace.high);
      const real = minutes.filter((gap) => gap <= rules.estimate.breakMinutes).slice(-rules.estimate.services);
      assert.equal(pace.measured, real.length >= rules.estimate.least);
      if (pace.measured) {
        assert.ok(pace.low >= Math.min(...real) && pace.high <= Math.max(...real));
      }
      const here = waitRange(ahead, pace, rules.estimate);
      const behind = waitRange(ahead + 1, pace, rules.estimate);
      assert.ok(here.from >= 0 && here.from < here.to);
      assert.ok(here.from <= behind.from && here.to <= behind.to, JSON.stringify([here, behind, pace]));
      assert.ok(here.from <= ahead * pace.middle && here.to >= ahead * pace.middle);
      assert.equal(here.to % rules.estimate.roundMinutes, 0);
    }),
    { numRuns: 200 },
  );
});

test('pace: the median of the newest gaps, breaks left out', () => {
  assert.equal(paceOf([at(0), at(5), at(11)], rules.estimate).measured, false);
  assert.equal(paceOf([at(16), at(0), at(5), at(11)], rules.estimate).middle, 5);
  assert.equal(paceOf([at(0), at(4), at(8), at(12), at(80), at(84)], rules.estimate).middle, 4);
});

const visit = (over: Partial<ClockRow>): ClockRow => ({
  key: 'v',
  patient: 'p',
  visitCode: null,
  state: 'closed',
  room: null,
  roomName: null,
  arrivedAt: at(0),
  calledAt: at(20),
  orderedAt: null,
  resultsAt: null,
  endedAt: at(50),
  handedAt: null,
  lab: 0,
  imaging: 0,
  functional: 0,
  ...over,
});

test('the four clocks equal the calculation by hand', () => {
  const clock = (over: Partial<ClockRow>, now = at(600)) => visitClock(visit(over), CLOCK_RULES, now);
  assert.deepEqual(
    [
      clock({}),
      clock({ lab: 3, endedAt: at(190) }),
      clock({ lab: 1, imaging: 1 }),
      clock({ lab: 1, imaging: 2, functional: 1 }),
    ].map((one) => [one?.path.path, one?.path.limitMinutes, one?.minutes, one?.over]),
    [
      ['exam', 120, 50, false],
      ['one', 180, 190, true],
      ['two', 210, 50, false],
      ['three', 240, 50, false],
    ],
  );
  assert.equal(
    clock({ endedAt: at(-30) }),
    undefined,
    'ended before it began: a clock was wrong, no visit of 0 minutes',
  );
  const whole = clock({ lab: 1, orderedAt: at(25), resultsAt: at(70), endedAt: at(80), handedAt: at(95) });
  assert.deepEqual([whole?.toExam, whole?.toResults, whole?.toEnd, whole?.minutes], [20, 45, 25, 95]);
  const running = clock({ state: 'in-exam', endedAt: null }, at(100));
  assert.deepEqual([running?.running, running?.minutes, running?.near, running?.over], [true, 100, true, false]);
  assert.equal(clock({ state: 'left' }), undefined);
  // A visit that was reopened is running again, whatever was handed out is before its end.
  assert.equal(clock({ endedAt: at(80), handedAt: at(60) })?.minutes, 80);
});

test('over a day: averages of what has ended, the longest of what runs', () => {
  const rows = [
    visit({ endedAt: at(60) }),
    visit({ endedAt: at(130) }),
    visit({ state: 'in-exam', endedAt: null }),
    visit({ state: 'cancelled' }),
    visit({ lab: 1, endedAt: at(100) }),
  ];
  const [exam, one, two] = clockSummary(rows, CLOCK_RULES, at(45));
  assert.deepEqual(
    [exam?.ended, exam?.average, exam?.median, exam?.p90, exam?.over, exam?.running, exam?.longestNow],
    [2, 95, 60, 130, 1, 1, 45],
  );
  assert.deepEqual([one?.ended, one?.average, two?.ended, two?.average], [1, 100, 0, null]);
});
