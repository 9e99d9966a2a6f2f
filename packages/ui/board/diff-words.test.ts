import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffWords } from './diff-words.ts';

test('a changed dose is what is marked, and nothing around it', () => {
  assert.deepEqual(diffWords('metformin 500 mg sáng, chiều', 'metformin 850 mg sáng, chiều'), [
    { kind: 'same', text: 'metformin ' },
    { kind: 'out', text: '500' },
    { kind: 'in', text: '850' },
    { kind: 'same', text: ' mg sáng, chiều' },
  ]);
});

test('nothing, everything; a change of several words stays in one piece', () => {
  assert.deepEqual(diffWords('', ''), []);
  assert.deepEqual(diffWords('', 'Khó thở'), [{ kind: 'in', text: 'Khó thở' }]);
  assert.deepEqual(diffWords('đau bụng', 'sốt cao'), [
    { kind: 'out', text: 'đau bụng' },
    { kind: 'in', text: 'sốt cao' },
  ]);
  assert.deepEqual(diffWords('Khó thở', ''), [{ kind: 'out', text: 'Khó thở' }]);
});

test('what stayed and what came is the new text, what stayed and what went the old one', () => {
  const text = fc.array(fc.constantFrom('đau', 'bụng', 'không', 'sốt', '2', 'ngày'), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = diffWords(before.join(' '), after.join(' '));
      const of = (kind: 'in' | 'out') =>
        parts
          .filter((part) => part.kind === 'same' || part.kind === kind)
          .map((part) => part.text)
          .join('');
      assert.equal(of('in'), after.join(' '));
      assert.equal(of('out'), before.join(' '));
    }),
    { numRuns: 200 },
  );
});

test('very long texts are shown whole instead of word by word', () => {
  const long = Array.from({ length: 700 }, (_, i) => `từ${i}`).join(' ');
  assert.deepEqual(
    diffWords(long, 'ngắn').map((part) => part.kind),
    ['out', 'in'],
  );
});
