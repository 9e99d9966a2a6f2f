import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEvent, compareRows, matchesFilters } from './apply-event.ts';
import type { LiveEvent, Row, ViewFilters, ViewPage } from './transport.ts';

let clock = 0;
const next = (): string => {
  clock += 1;
  return `1.${clock}`;
};
const put = (row: Row, position = next()): LiveEvent => ({ op: 'put', view: 'v', key: String(row.key), row, position });
const remove = (key: string): LiveEvent => ({ op: 'remove', view: 'v', key, position: next() });
const keys = (page: ViewPage<Row>): unknown[] => page.rows.map((row) => row.key);

function apply(page: ViewPage<Row>, event: LiveEvent, filters: ViewFilters, sort: string): ViewPage<Row> {
  const result = applyEvent(page, event, filters, sort);
  assert.notEqual(result, 'reload');
  return result === 'reload' ? page : result;
}

test('a row enters, moves and leaves a filtered, sorted list', () => {
  let page: ViewPage<Row> = { rows: [{ key: 'a', room: '305', rank: 1 }] };
  const step = (event: LiveEvent): unknown[] => {
    page = apply(page, event, { room: '305' }, 'rank');
    return keys(page);
  };
  assert.deepEqual(step(put({ key: 'b', room: '305', rank: 0 })), ['b', 'a']);
  assert.deepEqual(step(put({ key: 'b', room: '305', rank: 5 })), ['a', 'b']);
  assert.deepEqual(step(put({ key: 'a', room: '307', rank: 1 })), ['b']);
  assert.deepEqual(step(remove('b')), []);
  assert.deepEqual(step(remove('never-seen')), []);
});

test('an event that the rows already show changes nothing', () => {
  const page: ViewPage<Row> = { rows: [{ key: 'a', n: 2 }], asOf: '1.50' };
  assert.equal(applyEvent(page, put({ key: 'a', n: 1 }, '1.9'), {}, 'n'), page);
  assert.notEqual(applyEvent(page, put({ key: 'a', n: 3 }, '1.51'), {}, 'n'), page);
});

test('every row of one command arrives', () => {
  let page: ViewPage<Row> = { rows: [{ key: 'a', n: 1 }], asOf: '1.50' };
  for (const key of ['b', 'c', 'd']) page = apply(page, put({ key, n: 2 }, '1.51'), {}, 'n');
  assert.deepEqual(keys(page), ['a', 'b', 'c', 'd']);
});

test('a reset and a list without a known order are loaded again', () => {
  const page: ViewPage<Row> = { rows: [] };
  assert.equal(applyEvent(page, { op: 'reset', view: 'v', position: '2.1' }, {}, 'rank'), 'reload');
  assert.equal(applyEvent(page, put({ key: 'a' }), {}, undefined), 'reload');
});

test('a row behind the loaded pages does not appear at the end of them', () => {
  const page: ViewPage<Row> = { rows: [{ key: 'a', rank: 1 }], next: 'cursor' };
  assert.deepEqual(keys(apply(page, put({ key: 'b', rank: 9 }), {}, 'rank')), ['a']);
});

test('filters: one of, ranges, absence', () => {
  const row = { key: 'a', status: 'waiting', stat: true, n: 3, at: '2026-11-24T00:12:00.000Z', left: null };
  assert.ok(matchesFilters(row, { status: ['waiting', 'called'], stat: true, n: 3 }));
  assert.ok(matchesFilters(row, { status: 'called,waiting', 'at.from': '2026-11-24', 'n.to': 3 }));
  assert.ok(!matchesFilters(row, { 'at.from': '2026-11-25' }));
  assert.ok(!matchesFilters(row, { 'n.from': 10 }), '3 < 10 as numbers');
  assert.ok(matchesFilters(row, { 'left.missing': true }));
  assert.ok(!matchesFilters(row, { 'left.missing': 'false' }));
  assert.ok(!matchesFilters({ key: 'b', status: null }, { status: 'null' }));
});

test('missing values stand last in both directions', () => {
  const rows = [
    { key: 'a', n: null },
    { key: 'b', n: 2 },
    { key: 'c', n: 10 },
  ];
  const order = (sort: string): unknown[] => [...rows].sort((x, y) => compareRows(x, y, sort)).map((r) => r.key);
  assert.deepEqual(order('n'), ['b', 'c', 'a']);
  assert.deepEqual(order('-n'), ['c', 'b', 'a']);
});

test('any sequence of events ends as the sorted set of the last rows', () => {
  const row = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), rank: fc.nat(20), on: fc.boolean() });
  const event = fc.oneof(
    row.map((r) => ({ row: r })),
    fc.constantFrom('a', 'b').map((gone) => ({ gone })),
  );
  fc.assert(
    fc.property(fc.array(event), fc.constantFrom('rank', '-rank'), (events, sort) => {
      let page: ViewPage<Row> = { rows: [] };
      const last = new Map<string, Row>();
      for (const one of events) {
        if ('gone' in one) last.delete(one.gone);
        else last.set(one.row.key, one.row);
        page = apply(page, 'gone' in one ? remove(one.gone) : put(one.row), { on: true }, sort);
      }
      const expected = [...last.values()].filter((r) => r.on).sort((a, b) => compareRows(a, b, sort));
      assert.deepEqual(page.rows, expected);
    }),
  );
});
