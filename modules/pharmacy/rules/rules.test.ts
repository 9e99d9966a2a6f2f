import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { addDays } from '@mach/base/time.ts';
import fc from 'fast-check';
import { dispenseInput, receiveStockInput } from '../inputs.ts';
import { openingStock } from '../opening.ts';
import { stockRows } from '../views/stock.ts';
import { stockAccount } from './accounts.ts';
import { checkHandPicked, isExpired, pickFirstExpiry, type ShelfLot } from './first-expiry.ts';
import { namesReceiver } from './identity.ts';
import { releaseOf } from './payment.ts';

const TODAY = '2026-11-24';

const shelf = fc.uniqueArray(
  fc.record({
    lot: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G'),
    expiry: fc.integer({ min: -30, max: 400 }).map((days) => addDays(TODAY, days)),
    quantity: fc.integer({ min: 0, max: 600 }).map((n) => Decimal.of(n).div(2, 1)),
  }),
  { selector: (one) => one.lot, maxLength: 7 },
);
const amount = fc.integer({ min: 1, max: 1200 }).map((n) => Decimal.of(n).div(2, 1));
const sum = (lots: readonly { quantity: Decimal }[]): Decimal => Decimal.sum(lots.map((l) => l.quantity));

test('first expiry: never an expired lot, never a later lot while an earlier one holds stock, all that there is', () => {
  fc.assert(
    fc.property(shelf, amount, (lots, wanted) => {
      const { picked, missing } = pickFirstExpiry(lots, wanted, TODAY);
      assert.ok(sum(picked).add(missing).eq(wanted));
      for (const one of picked) {
        assert.ok(!isExpired(one.expiry, TODAY), 'expired lots stay');
        assert.ok(one.quantity.gt(0));
        const source = lots.find((l) => l.lot === one.lot) as ShelfLot;
        assert.ok(one.quantity.lte(source.quantity));
        for (const earlier of lots)
          if (!isExpired(earlier.expiry, TODAY) && earlier.expiry < one.expiry)
            assert.ok(
              (picked.find((p) => p.lot === earlier.lot)?.quantity ?? Decimal.ZERO).eq(earlier.quantity),
              `${earlier.lot} expires before ${one.lot} and is not used up`,
            );
      }
      const usable = sum(lots.filter((l) => !isExpired(l.expiry, TODAY)));
      assert.ok(missing.eq(usable.gte(wanted) ? 0 : wanted.sub(usable)), 'short only when the shelf is');
    }),
    { numRuns: 300 },
  );
});

test('what first expiry picks passes the check of lots picked by hand', () => {
  fc.assert(
    fc.property(shelf, amount, fc.integer({ min: 0, max: 90 }), (lots, wanted, days) => {
      const { picked } = pickFirstExpiry(lots, wanted, TODAY);
      const checked = checkHandPicked(lots, picked, TODAY, addDays(TODAY, days), 'lots');
      assert.deepEqual(checked.issues, []);
      assert.deepEqual(checked.picked, picked);
    }),
    { numRuns: 200 },
  );
});

test('hand-picked lots: expired, unknown, short and doubled ones are refused; a later one is asked about', () => {
  const lots: ShelfLot[] = [
    { lot: 'OLD', expiry: '2026-11-23', quantity: Decimal.of(50) },
    { lot: 'TODAY', expiry: '2026-11-24', quantity: Decimal.of(5) },
    { lot: 'SOON', expiry: '2026-12-10', quantity: Decimal.of(20) },
    { lot: 'MID', expiry: '2027-03-01', quantity: Decimal.of(20) },
    { lot: 'LATE', expiry: '2028-01-01', quantity: Decimal.of(20) },
  ];
  const codes = (picked: [string, number][], courseEnd: string): string[] =>
    checkHandPicked(
      lots,
      picked.map(([lot, n]) => ({ lot, quantity: Decimal.of(n) })),
      TODAY,
      courseEnd,
      'lots',
    ).issues.map((i) => i.code);
  assert.deepEqual(codes([['OLD', 1]], TODAY), ['lot-expired']);
  assert.deepEqual(codes([['TODAY', 1]], TODAY), [], 'good on its last day');
  assert.deepEqual(
    codes(
      [
        ['NONE', 1],
        ['SOON', 21],
        ['SOON', 1],
      ],
      TODAY,
    ),
    ['lot-unknown', 'lot-short', 'lot-twice'],
  );
  assert.deepEqual(codes([['LATE', 1]], TODAY), ['not-first-expiry']);
  assert.deepEqual(codes([['MID', 1]], '2026-12-23'), [], 'lots that end inside the treatment are rightly passed over');
  assert.deepEqual(codes([['LATE', 1]], '2026-12-23'), ['not-first-expiry'], 'MID would last');
});

test('quantities that can be read in two ways do not pass the door', () => {
  const quantity = (text: string): boolean =>
    dispenseInput.safeParse({
      prescription: 'p',
      lines: [{ medicationRequest: 'm', quantity: text }],
    }).success;
  for (const good of ['1', '30', '0.5', '1000', '0.125', '2.25', '1234.5']) assert.ok(quantity(good), good);
  for (const bad of ['1.000', '1.125', '30.0', '1,5', '0', '0.0', '-1', '1e3', '', ' 1', '01', '1 000'])
    assert.ok(!quantity(bad), bad);
  const lot = (text: string): string | undefined =>
    receiveStockInput.safeParse({
      place: 'KHO-LE',
      items: [{ drug: 'd', lot: text, expiry: '2027-01-01', quantity: '1', price: '1' }],
    }).data?.items[0]?.lot;
  assert.equal(lot(' ab12 '), 'AB12');
  assert.equal(lot('A:B'), undefined, 'a colon would name another account');
});

test('who may take drugs along: settled and billed, nothing to pay, or an emergency', () => {
  const line = (status: 'billed' | 'billable' | 'aborted', unitPrice = '1000') => ({ status, unitPrice });
  const release = (state: 'settled' | 'awaiting-payment', charges: ReturnType<typeof line>[], emergency = false) =>
    releaseOf({ state, payer: 'fee', priority: emergency ? 'emergency' : undefined, charges });
  assert.equal(release('settled', [line('billed'), line('aborted')]), 'settled');
  assert.equal(release('settled', [line('billed'), line('billable')]), 'due', 'a line that came after the bill');
  assert.equal(release('awaiting-payment', [line('billable')]), 'due');
  assert.equal(release('awaiting-payment', [line('billable', '0')]), 'free');
  assert.equal(release('awaiting-payment', [line('billable')], true), 'emergency');
});

test('the window knows the person by any of their papers, and nobody else', () => {
  const lan = {
    resourceType: 'Patient' as const,
    id: 'lan',
    identifier: [
      { system: 'https://mach.vn/fhir/sid/patient-code', value: '2600-000-000-1' },
      { system: 'https://mach.vn/fhir/sid/cccd', value: '001164000123' },
    ],
  };
  const visit = {
    resourceType: 'Encounter' as const,
    status: 'finished' as const,
    class: {},
    identifier: [{ system: 'https://mach.vn/fhir/sid/visit-code', value: '01999-261124-000011' }],
  };
  const names = (scan: string): boolean => namesReceiver(scan, lan, visit, ['01999abc1234-C']);
  for (const good of [
    'lan',
    '26000000001',
    '2600-000-000-1',
    '001164000123',
    '001164000123|012345678|Trần Thị Lan|14071964|Nữ|Hà Nội|01012021',
    '01999-261124-000011',
    '01999abc1234-c',
  ])
    assert.ok(names(good), good);
  for (const bad of ['', '   ', '-', 'hung', '2600-000-000-2', '00116400012', '|x|y']) assert.ok(!names(bad), bad);
});

test('opening stock: fixed keys, batches of 200, one expiry a lot', () => {
  const rows = Array.from({ length: 450 }, (_, i) => ['KHO-CHAN', `drug-${i}`, 'L1', 400, 10, 5, 'X']);
  const pack = {
    hash: 'f'.repeat(64),
    data: {
      openingStock: {
        columns: ['shelf', 'item', 'lot', 'expiresInDays', 'quantity', 'unitCost', 'supplier'],
        rows: [...rows, ['KHO-LE', 'drug-1', 'L1', 30, 7, 5, 'X'], ['KHO-LE', 'drug-2', 'L2', 30, 0, 5, 'X']],
      },
    },
  };
  const batches = openingStock(pack, TODAY);
  assert.deepEqual(
    batches.map((b) => [b.input.place, b.input.items.length]),
    [
      ['KHO-CHAN', 200],
      ['KHO-CHAN', 200],
      ['KHO-CHAN', 50],
      ['KHO-LE', 1],
    ],
  );
  assert.equal(new Set(batches.map((b) => b.key)).size, 4);
  assert.deepEqual(
    openingStock(pack, TODAY).map((b) => b.key),
    batches.map((b) => b.key),
  );
  const expiries = batches.flatMap((b) => b.input.items.filter((i) => i.drug === 'drug-1').map((i) => i.expiry));
  assert.deepEqual(expiries, ['2026-12-24', '2026-12-24'], 'the earlier day holds on both shelves');
  for (const { input } of batches) assert.ok(receiveStockInput.safeParse(input).success);
});

test('stock card rows: filters, words without tones, days to expiry', () => {
  const balance = (place: string, lot: string, expiry: string, quantity: string) => ({
    account: `stock:${place}:x:${lot}`,
    unit: 'viên',
    balance: Decimal.of(quantity),
    floor: Decimal.ZERO,
    attributes: stockAccount({
      place,
      drug: 'x',
      lot,
      expiry,
      price: '5',
      name: 'đường glucose 5 %, dịch truyền',
      unit: 'viên',
    }).attributes as Record<string, string>,
  });
  const all = [
    balance('KHO-LE', 'B', '2027-01-01', '3'),
    balance('KHO-LE', 'A', '2026-11-20', '2.5'),
    balance('KHO-CHAN', 'C', '2027-01-01', '0'),
  ];
  const rows = (filters: { column: string; op: 'eq' | 'to'; values: string[] }[]) =>
    stockRows(all, { filters }, TODAY).map((r) => [r.lot, r.quantity, r.daysToExpiry]);
  assert.deepEqual(rows([]), [
    ['A', '2.5', -4],
    ['B', '3', 38],
  ]);
  assert.deepEqual(rows([{ column: 'q', op: 'eq', values: ['duong glu'] }]).length, 2);
  assert.deepEqual(rows([{ column: 'q', op: 'eq', values: ['paracetamol'] }]), []);
  assert.deepEqual(rows([{ column: 'expiry', op: 'to', values: ['2026-12-01'] }]), [['A', '2.5', -4]]);
  assert.deepEqual(
    rows([
      { column: 'place', op: 'eq', values: ['KHO-CHAN'] },
      { column: 'empty', op: 'eq', values: ['true'] },
    ]),
    [['C', '0', 38]],
  );
});
