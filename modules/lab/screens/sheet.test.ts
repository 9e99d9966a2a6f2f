import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseClinicalNumber } from '@mach/base/number-input.ts';
import fc from 'fast-check';
import type { LabRow, ResultRow } from '../contract.ts';
import {
  asTyped,
  chosen,
  comparatorOf,
  lastValues,
  nextOnBench,
  recentFrom,
  sheetQuery,
  standing,
  toCollect,
} from './sheet.ts';

const order = (key: string, encounter: string, rank: number): LabRow => ({ key, encounter, rank }) as LabRow;
const value = (over: Partial<ResultRow>): ResultRow => ({ key: 'k', status: 'final', ...over }) as ResultRow;

test('people to collect from: the most urgent first, then the longest wait', () => {
  const people = toCollect([order('3', 'b', 3), order('2', 'a', 3), order('4', 'c', 1), order('1', 'b', 3)]);
  assert.deepEqual(
    people.map((p) => [p.key, p.orders.map((o) => o.key)]),
    [
      ['c', ['4']],
      ['b', ['1', '3']],
      ['a', ['2']],
    ],
  );
});

test('what an earlier day has left stands behind; a night shift keeps its evening', () => {
  const of = (key: string, orderedAt: string, rank: number): LabRow =>
    ({ ...order(key, key, rank), orderedAt }) as LabRow;
  const from = recentFrom('2026-11-24T00:30:00.000Z', '2026-11-23T17:00:00.000Z');
  assert.equal(from, '2026-11-23T12:00:00.000Z', '19:00 of the evening before, at half past seven');
  assert.equal(recentFrom('2026-11-24T09:10:00.000Z', '2026-11-23T17:00:00.000Z'), '2026-11-23T17:00:00.000Z');
  const rows = [of('a', '2026-11-21T02:00:00.000Z', 1), of('b', '2026-11-24T00:10:00.000Z', 3)];
  const people = toCollect(rows, (at) => at !== null && at < from);
  assert.deepEqual(
    people.map((p) => [p.key, p.old]),
    [
      ['b', false],
      ['a', true],
    ],
  );
});

test('after a result: the tube in the hand, then the same visit, then the first of the list', () => {
  const one = (key: string, encounter: string, specimen: string | null) => ({ key, encounter, specimen });
  const rows = [
    one('1', 'x', 'M1'),
    one('2', 'y', 'M2'),
    one('3', 'y', 'M3'),
    one('4', 'y', 'M2'),
    one('5', 'z', null),
  ];
  assert.equal(nextOnBench(rows, rows[1])?.key, '4');
  assert.equal(nextOnBench(rows, rows[2])?.key, '2');
  assert.equal(nextOnBench(rows, rows[4])?.key, '1', 'no tube is not the same tube');
  assert.equal(nextOnBench(rows, undefined)?.key, '1');
  assert.equal(nextOnBench([], rows[0]), undefined);
});

test('either reading of an ambiguous number is typed so that it reads one way', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 999 }), (whole, rest) => {
      const typed = `${whole}.${String(rest).padStart(3, '0')}`;
      const asked = parseClinicalNumber(typed);
      if (asked.ok || !asked.choices) return;
      for (const choice of asked.choices) {
        const again = parseClinicalNumber(chosen(choice));
        assert.ok(again.ok && again.value.eq(choice), `${typed} → ${chosen(choice)}`);
      }
    }),
  );
  assert.equal(chosen('1.125', '< '), '< 01,125');
  assert.equal(comparatorOf('≥ 1.125'), '≥ ');
  assert.equal(asTyped('1,125'), '01,125');
  assert.equal(asTyped('< 1,125'), '< 01,125');
  assert.equal(asTyped('11,20'), '11,20');
  assert.equal(asTyped('Âm tính'), 'Âm tính');
});

test('what stands: not withdrawn, the newest; last values: validated, of another order', () => {
  const rows = [
    value({ key: 'a', item: 'CREA', order: 'o1', status: 'cancelled', issued: '3' }),
    value({ key: 'b', item: 'CREA', order: 'o1', status: 'preliminary', issued: '2', at: '2' }),
    value({ key: 'c', item: 'CREA', order: 'o0', at: '0' }),
    value({ key: 'd', item: 'CREA', order: 'o9', at: '1' }),
  ];
  assert.equal(standing(rows.slice(0, 2)).get('CREA')?.key, 'b');
  assert.equal(lastValues(rows, 'o1').get('CREA')?.key, 'd');
});

test('a question of codes fits the door', () => {
  assert.equal(sheetQuery(['B', 'A', 'B']), 'A B');
  assert.ok(sheetQuery(Array.from({ length: 90 }, (_, i) => `CODE${i}`)).length <= 200);
});
