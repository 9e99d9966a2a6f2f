import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { groupedMoney, moneyDigits } from './money-input.ts';

test('money is typed in whole đồng with dots', () => {
  assert.equal(groupedMoney('1250000'), '1.250.000');
  assert.equal(moneyDigits('1.250.000'), '1250000');
  assert.equal(moneyDigits('0012a'), '12');
  assert.equal(groupedMoney(''), '');
});

test('a pasted amount with decimals is not a hundred times as much', () => {
  for (const pasted of ['150.000,00', '150.000,5', '150.000,00 ₫', '150000,00 đồng'])
    assert.equal(moneyDigits(pasted), '150000', pasted);
  assert.equal(moneyDigits('150,000'), '150000');
});

test('typed key by key, and taken back key by key, it is what was pressed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999_999_999 }), (amount) => {
      let shown = '';
      for (const key of String(amount)) shown = groupedMoney(moneyDigits(shown + key));
      assert.equal(moneyDigits(shown), String(amount));
      shown = groupedMoney(moneyDigits(shown.slice(0, -1)));
      assert.equal(moneyDigits(shown), String(amount).slice(0, -1));
    }),
  );
});
