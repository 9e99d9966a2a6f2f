import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balanceOf, CASH, paymentsOf, usualNotes } from './ways.ts';

test('an empty amount is the rest; nothing due needs no payment', () => {
  assert.deepEqual(paymentsOf([CASH], 114_820), [{ method: 'cash', amount: 114_820 }]);
  assert.deepEqual(paymentsOf([CASH], 0), []);
  const split = [
    { method: 'qr' as const, amount: '100000', reference: ' FT123 ' },
    { ...CASH, amount: '' },
  ];
  assert.deepEqual(paymentsOf(split, 114_820), [
    { method: 'qr', amount: 100_000, reference: 'FT123' },
    { method: 'cash', amount: 14_820 },
  ]);
});

test('the deposit pays first, what is left of it stays; a transfer names itself', () => {
  assert.deepEqual(paymentsOf([CASH], 100_000, 30_000), [
    { method: 'deposit', amount: 30_000 },
    { method: 'cash', amount: 70_000 },
  ]);
  assert.deepEqual(paymentsOf([CASH], 20_000, 30_000), [{ method: 'deposit', amount: 20_000 }]);
  const came = { method: 'qr' as const, amount: '50000', reference: 'MH1', transfer: 't1' };
  assert.deepEqual(paymentsOf([came, CASH], 60_000), [
    { method: 'qr', amount: 50_000, reference: 'MH1', transfer: 't1' },
    { method: 'cash', amount: 10_000 },
  ]);
});

test('missing and change', () => {
  assert.deepEqual(balanceOf([{ method: 'cash', amount: 200_000 }], 114_820), { missing: 0, change: 85_180 });
  assert.deepEqual(balanceOf([{ method: 'cash', amount: 100_000 }], 114_820), { missing: 14_820, change: 0 });
});

test('notes that people hand over', () => {
  assert.deepEqual(usualNotes(114_820), [120_000, 150_000, 200_000, 500_000]);
  assert.deepEqual(usualNotes(500_000), [600_000]);
  assert.deepEqual(usualNotes(0), []);
});
