import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRange } from './range.ts';

test('soft and hard bounds are inclusive', () => {
  const range = { soft: [34, 41], hard: [25, 45] } as const;
  for (const [value, verdict] of [
    ['36.7', 'ok'],
    ['34', 'ok'],
    ['41', 'ok'],
    ['41.1', 'soft'],
    ['25', 'soft'],
    ['24.9', 'hard'],
    ['45.01', 'hard'],
  ] as const)
    assert.equal(checkRange(value, range), verdict, value);
  assert.equal(checkRange('900', undefined), 'ok');
});
