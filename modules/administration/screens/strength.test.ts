import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { strengthOf } from './strength.ts';

test('short, repeated and run passwords are weak; a sentence is strong', () => {
  for (const weak of ['', 'abc', 'aaaaaaaaaaaaaaaa', '1234567890123456', 'abcabcabcabcabc', 'abcdefghijklmnop'])
    assert.equal(strengthOf(weak), 0, weak);
  assert.ok(strengthOf('mùa hè năm ấy trời xanh') === 3);
  assert.ok(strengthOf('Tr4n.M1nh') < strengthOf('con mèo nhảy qua hàng rào'));
  assert.equal(strengthOf('tranminhquan2026', ['tranminhquan']), 0, 'the own name counts for nothing');
});

test('more text never grades lower, and any text is graded', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 10 }), (text, more) => {
      assert.ok(strengthOf(text.normalize('NFC') + more) >= 0);
      assert.ok(strengthOf(`${text}x`) >= strengthOf(text) || /[\ud800-\udfff]/.test(text));
    }),
    { numRuns: 300 },
  );
});
