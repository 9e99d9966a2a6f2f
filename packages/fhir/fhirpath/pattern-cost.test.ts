import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAffordable, patternPower } from './pattern-cost.ts';

test('patterns that take for ever are known by their look', () => {
  for (const bad of ['(a+)+$', '(a|a)*$', '(.*)*x', '((ab)+c)+', '(a{2,})*', '(?:x+y?)+z', '([a-z]+)*', 'a)', '(a'])
    assert.equal(patternPower(bad), Number.POSITIVE_INFINITY, bad);
  const powers: [string, number][] = [
    ['^[A-Z]{2}\\d{13}$', 0],
    ['abc', 0],
    ['a*', 1],
    ['.*foo.*bar', 2],
    ['[+*]{1,64}', 1],
    ['(?:ab)+', 1],
    ['\\(a+\\)+', 2],
    ['[]a]+', 1],
    ['(a|b)c', 0],
  ];
  for (const [pattern, power] of powers) assert.equal(patternPower(pattern), power, pattern);
});

test('an affordable pattern ends in time', () => {
  const part = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '\\w',
    'a*',
    'b+',
    '.*',
    '(ab)+',
    'a{1,3}',
    'x?',
    '(a|b)',
    'a{2,}',
    '$',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.integer({ min: 0, max: 4000 }), (parts, length) => {
      const pattern = parts.join('');
      if (!isAffordable(pattern, length)) return;
      const start = performance.now();
      new RegExp(`^(?:${pattern})$`, 's').test(`${'a'.repeat(length)}!`);
      assert.ok(performance.now() - start < 2_000, `${pattern} on ${length}`);
    }),
    { numRuns: 300 },
  );
});
