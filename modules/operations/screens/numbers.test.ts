import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { change, share, shortMoney } from './numbers.ts';

const words = { thousand: 'nghìn', million: 'tr' };

test('money as it is spoken', () => {
  const told = (dong: number) => shortMoney(dong, words);
  assert.deepEqual(
    [0, 500, 850_000, 999_499, 1_000_000, 41_230_000, 99_940_000, 100_400_000, 2_184_000_000, -1_500_000].map(told),
    ['0', '1 nghìn', '850 nghìn', '999 nghìn', '1 tr', '41,2 tr', '99,9 tr', '100 tr', '2.184 tr', '−1,5 tr'],
  );
});

test('what is written is never further off than its last digit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000, max: 10_000_000_000 }), (dong) => {
      const text = shortMoney(dong, words).replace(' tr', '').replaceAll('.', '').replace(',', '.');
      assert.ok(Math.abs(Number(text) * 1e6 - dong) <= (dong < 100_000_000 ? 50_000 : 500_000), `${dong} ${text}`);
    }),
    { numRuns: 200 },
  );
});

test('a change needs something to compare with', () => {
  assert.deepEqual(
    [change('110', '100'), change('90', '100'), change('5', '0'), change('0', '4')],
    [10, -10, null, -100],
  );
  assert.deepEqual([share('80', '100'), share('0', '0')], [80, null]);
});
