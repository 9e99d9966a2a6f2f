import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type News2Input, type News2Score, news2 } from './news2.ts';
import { news2Pack } from './testing/packs.ts';

const healthy: News2Input = { resp: 16, spo2: 98, oxygen: false, sbp: 120, pulse: 70, consciousness: 'A', temp: 36.8 };

function score(input: News2Input): News2Score {
  const result = news2(input, { ageYears: 60, pack: news2Pack() });
  assert.ok(result.applicable);
  return result;
}

/** Every edge of the 2017 chart: [parameter, value, points]. */
const edges: [keyof News2Input, number, number][] = [
  ['resp', 8, 3],
  ['resp', 9, 1],
  ['resp', 11, 1],
  ['resp', 12, 0],
  ['resp', 20, 0],
  ['resp', 21, 2],
  ['resp', 24, 2],
  ['resp', 25, 3],
  ['spo2', 91, 3],
  ['spo2', 92, 2],
  ['spo2', 93, 2],
  ['spo2', 94, 1],
  ['spo2', 95, 1],
  ['spo2', 96, 0],
  ['sbp', 90, 3],
  ['sbp', 91, 2],
  ['sbp', 100, 2],
  ['sbp', 101, 1],
  ['sbp', 110, 1],
  ['sbp', 111, 0],
  ['sbp', 219, 0],
  ['sbp', 220, 3],
  ['pulse', 40, 3],
  ['pulse', 41, 1],
  ['pulse', 50, 1],
  ['pulse', 51, 0],
  ['pulse', 90, 0],
  ['pulse', 91, 1],
  ['pulse', 110, 1],
  ['pulse', 111, 2],
  ['pulse', 130, 2],
  ['pulse', 131, 3],
  ['temp', 35.0, 3],
  ['temp', 35.1, 1],
  ['temp', 36.0, 1],
  ['temp', 36.1, 0],
  ['temp', 38.0, 0],
  ['temp', 38.1, 1],
  ['temp', 39.0, 1],
  ['temp', 39.1, 2],
];

test('every edge of the chart', () => {
  for (const [parameter, value, points] of edges) {
    assert.equal(score({ ...healthy, [parameter]: value }).total, points, `${parameter} ${value}`);
  }
  assert.equal(score({ ...healthy, oxygen: true }).total, 2);
  for (const c of ['C', 'V', 'P', 'U'] as const) assert.equal(score({ ...healthy, consciousness: c }).total, 3);
});

test('SpO₂ scale 2 depends on oxygen above 92 %', () => {
  const spo2 = (value: number, oxygen?: boolean): number | undefined =>
    score({ ...healthy, spo2: value, spo2Scale: 2, oxygen }).scores.spo2;
  const table: [number, number, number][] = [
    [83, 3, 3],
    [84, 2, 2],
    [85, 2, 2],
    [86, 1, 1],
    [87, 1, 1],
    [88, 0, 0],
    [92, 0, 0],
    [93, 0, 1],
    [94, 0, 1],
    [95, 0, 2],
    [96, 0, 2],
    [97, 0, 3],
    [100, 0, 3],
  ];
  for (const [value, air, onOxygen] of table) {
    assert.equal(spo2(value, false), air, `${value} on air`);
    assert.equal(spo2(value, true), onOxygen, `${value} on oxygen`);
  }
  assert.equal(spo2(94), undefined, 'air or oxygen unknown');
  assert.equal(spo2(90), 0);
});

test('a missing parameter is shown, not guessed', () => {
  const result = score({ ...healthy, temp: undefined, consciousness: undefined });
  assert.equal(result.complete, false);
  assert.equal(result.recorded, '5/7');
  assert.deepEqual(result.missing, ['consciousness', 'temp']);
  assert.equal(score(healthy).complete, true);
});

test('response bands: a single 3 is more than its total', () => {
  assert.equal(score(healthy).risk, 'low');
  assert.equal(score(healthy).intervalMinutes, 720);
  assert.equal(score({ ...healthy, pulse: 95 }).intervalMinutes, 360);
  assert.equal(score({ ...healthy, sbp: 88 }).risk, 'low-medium');
  assert.equal(score({ ...healthy, sbp: 88, temp: 39.2 }).risk, 'medium');
  assert.equal(score({ ...healthy, sbp: 88, temp: 39.2, oxygen: true }).risk, 'high');
  assert.equal(score({ ...healthy, sbp: 88, temp: 39.2, oxygen: true }).intervalMinutes, 0);
});

test('not under 16 years, not in pregnancy', () => {
  const pack = news2Pack();
  assert.deepEqual(news2(healthy, { ageYears: 15, pack }).applicable, false);
  assert.equal(news2(healthy, { ageYears: 16, pack }).applicable, true);
  const pregnant = news2(healthy, { ageYears: 30, pregnant: true, pack });
  assert.ok(!pregnant.applicable && pregnant.reason === 'pregnant');
});

test('the total is the sum of what is there and lies between 0 and 20', () => {
  const value = (min: number, max: number): fc.Arbitrary<number | undefined> =>
    fc.option(fc.integer({ min, max }), { nil: undefined });
  const input = fc.record({
    resp: value(1, 80),
    spo2: value(30, 100),
    spo2Scale: fc.constantFrom(1 as const, 2 as const),
    oxygen: fc.option(fc.boolean(), { nil: undefined }),
    sbp: value(30, 300),
    pulse: value(20, 300),
    consciousness: fc.option(fc.constantFrom('A' as const, 'C' as const, 'U' as const), { nil: undefined }),
    temp: value(25, 45),
  });
  fc.assert(
    fc.property(input, (i) => {
      const result = score(i);
      const sum = Object.values(result.scores).reduce((a, b) => a + b, 0);
      assert.equal(result.total, sum);
      assert.ok(result.total >= 0 && result.total <= 20);
      assert.equal(Object.keys(result.scores).length + result.missing.length, 7);
    }),
  );
});
