import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deed } from './clients.ts';
import { judge, type Version } from './judge.ts';

const version = (n: number, mark: string, family = 'Lê'): Version => ({ version: n, deleted: false, mark, family });
const gone = (n: number): Version => ({ version: n, deleted: true, mark: undefined, family: undefined });
const write = (mark: string, n: number, start: number, end: number): Deed => ({
  ...{ id: 'r', kind: 'write', status: 200 },
  ...{ mark, version: n, start, end },
});
const look = (seen: Deed['seen'] & {}, start: number, end: number): Deed => ({
  ...{ id: 'r', kind: 'look', status: 200 },
  ...{ seen, start, end },
});
const AB = [version(1, 'a'), version(2, 'b')];
const A = write('a', 1, 0, 1);
const B = write('b', 2, 2, 5);

test('a history that a register can have is passed', () => {
  assert.deepEqual(judge([A, B, look({ version: 1 }, 3, 4), look({ version: 2 }, 3, 4.5)], AB), []);
  assert.deepEqual(judge([A, { ...B, status: 0, end: Number.POSITIVE_INFINITY }], AB), [], 'not answered, and done');
  assert.deepEqual(judge([A, { ...B, status: 0, end: Number.POSITIVE_INFINITY }], AB.slice(0, 1)), []);
});

test('what no register does is told', () => {
  const finds = (deeds: Deed[], history: Version[], fault: RegExp): void =>
    assert.match(judge(deeds, history).join('; '), fault);
  finds([A, B], [version(1, 'a')], /acknowledged as 2, and is lost/);
  finds([A, B, look({ version: 1 }, 6, 7)], AB, /saw 1 after 2 was known/);
  finds([A, B, look({ version: 2 }, 3, 4), look({ version: 1 }, 4.1, 4.5)], AB, /saw 1 after 2 was known/);
  finds([A, B, look({ version: 2 }, 1.1, 1.5)], AB, /before it was begun/);
  finds([A, B, look('absent', 3, 4)], AB, /found nothing/);
  finds([A, write('b', 1, 2, 3)], [version(1, 'a'), version(2, 'b')], /acknowledged as 1, and is 2/);
  finds([A, B], [...AB, version(3, 'b')], /written twice/);
  finds([A, B], [...AB, version(3, 'c')], /nobody asked for/);
  finds([A, B], [...AB, gone(3)], /nobody asked for/);
  finds([A, { ...B, status: 412 }], AB, /was refused, and is version 2/);
  finds([A, { ...B, expected: 0 }], AB, /replaced version 1, not 0/);
  finds([A, { ...B, kind: 'patch' }], [version(1, 'a'), version(2, 'b', 'Trần')], /changed more than was asked/);
  finds([A, { ...write('c', 0, 2, 3), status: 412, expected: 1 }], AB.slice(0, 1), /which nobody had replaced/);
  const family = { id: 'r', kind: 'family', status: 200, family: 'Lê', start: 6, end: 7 } as const;
  finds([A, B, { ...family, found: undefined }], AB, /did not find/);
  finds([A, B, { ...family, family: 'Trần', found: 2 }], AB, /found 2/);
});
