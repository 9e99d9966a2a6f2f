import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PharmacyLineRow, StockRow } from '../contract.ts';
import { inputOf, picksOf } from './pick.ts';

const TODAY = '2026-03-10';
const line = (key: string, quantity: number, dispensed = 0, status = 'active') =>
  ({ key, drug: 'a', status, quantity, dispensed, days: 10, unit: 'viên' }) as PharmacyLineRow;
const lot = (name: string, expiry: string, quantity: string) =>
  ({ key: name, drug: 'a', lot: name, expiry, quantity, unit: 'viên' }) as StockRow;
const taken = (picks: ReturnType<typeof picksOf>) =>
  picks.map((one) => one.picked.map((p) => `${p.lot} ${p.quantity.toString()}`));

test('first to expire first; an expired lot is neither taken nor offered; two lines share the lots', () => {
  const stock = [lot('L2', '2026-09-01', '15'), lot('OLD', '2026-03-09', '99'), lot('L1', '2026-03-10', '10')];
  const picks = picksOf([line('m1', 20, 8), line('m2', 20)], stock, {}, TODAY);
  assert.deepEqual(taken(picks), [['L1 10', 'L2 2'], ['L2 13']]);
  assert.deepEqual(
    picks.map((one) => one.missing.toString()),
    ['0', '7'],
  );
  assert.deepEqual(
    picks.flatMap((one) => one.lots.map((l) => l.lot)),
    ['L1', 'L2', 'L2'],
  );
  assert.deepEqual(inputOf(picks), [
    {
      medicationRequest: 'm1',
      lots: [
        { lot: 'L1', quantity: '10' },
        { lot: 'L2', quantity: '2' },
      ],
    },
    { medicationRequest: 'm2' },
  ]);
});

test('typed by hand: too much is told, a line left at nothing is not sent, done and cancelled lines never', () => {
  const stock = [lot('L1', '2026-09-01', '10'), lot('L2', '2027-01-01', '30')];
  assert.equal(picksOf([line('m1', 5)], stock, { m1: { L2: '6' } }, TODAY)[0]?.tooMuch, true);
  assert.equal(picksOf([line('m1', 20)], stock, { m1: { L1: '11' } }, TODAY)[0]?.tooMuch, true);
  assert.deepEqual(inputOf(picksOf([line('m1', 20)], stock, { m1: { L1: '' } }, TODAY)), []);
  assert.deepEqual(inputOf(picksOf([line('m1', 20, 20), line('m2', 5, 0, 'cancelled')], stock, {}, TODAY)), []);
});
