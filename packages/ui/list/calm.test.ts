import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calmMerge } from './calm.ts';

const id = (row: { id: string }): string => row.id;
const rows = (...ids: string[]): { id: string }[] => ids.map((one) => ({ id: one }));

test('new rows above wait, new rows behind join the end', () => {
  const calm = calmMerge(rows('a', 'b'), rows('x', 'a', 'y', 'b', 'z'), id);
  assert.deepEqual(calm.rows.map(id), ['a', 'b', 'z']);
  assert.equal(calm.fresh, 2);
});

test('rows that left stay, dimmed', () => {
  const calm = calmMerge(rows('a', 'b', 'c'), rows('a', 'c'), id);
  assert.deepEqual(calm.rows.map(id), ['a', 'b', 'c']);
  assert.deepEqual([...calm.gone], ['b']);
});

test('a new order moves nothing, contents are renewed', () => {
  const calm = calmMerge(
    [
      { id: 'a', n: 1 },
      { id: 'b', n: 1 },
    ],
    [
      { id: 'b', n: 2 },
      { id: 'a', n: 3 },
    ],
    id,
  );
  assert.deepEqual(calm.rows, [
    { id: 'a', n: 3 },
    { id: 'b', n: 2 },
  ]);
});

test('no shown row ever moves, no incoming row is lost or shown twice', () => {
  const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'));
  fc.assert(
    fc.property(list, list, (before, after) => {
      const calm = calmMerge(rows(...before), rows(...after), id);
      assert.deepEqual(calm.rows.slice(0, before.length).map(id), before);
      assert.equal(new Set(calm.rows.map(id)).size, calm.rows.length);
      const visible = after.filter((one) => calm.rows.some((row) => row.id === one)).length;
      assert.equal(visible + calm.fresh, after.length);
    }),
  );
});
