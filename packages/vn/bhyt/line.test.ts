import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { Problem } from '@mach/base/problem.ts';
import fc from 'fast-check';
import { benefitPackOn } from './editions.fixture.ts';
import { type LineAmounts, type PriceLine, priceLine } from './line.ts';
import { shareLimit } from './package-limit.ts';
import { examRatio, serviceRatio, stentRatio } from './service-ratio.ts';

const now = benefitPackOn('2026-11-22');
const qd4750 = benefitPackOn('2024-10-01');
const rates = { effectiveRate: 80, transport: false, armedScope: false };
const service = (over: Partial<PriceLine> = {}): PriceLine => ({
  kind: 'lab',
  quantity: 1,
  price: 100_000,
  scope: 1,
  ...over,
});
const shares = (a: LineAmounts) => [a.thanhTienBv, a.bhtt, a.bncct, a.bntt, a.nguonKhac].map(String);

test('plain line: fund and co-payment', () => {
  assert.deepEqual(shares(priceLine(service(), rates, now)), ['100000', '80000', '20000', '0', '0']);
});

test('a price above the ceiling: the difference is the own payment', () => {
  const a = priceLine(service({ price: 150_000, ceiling: 100_000 }), rates, now);
  assert.deepEqual(shares(a), ['150000', '80000', '20000', '50000', '0']);
  assert.equal(String(a.donGiaBh), '100000');
  const flat = priceLine(service({ price: 150_000, ceiling: 100_000, noDifference: true }), rates, now);
  assert.deepEqual(shares(flat), ['100000', '80000', '20000', '0', '0']);
});

test('§4 drug or device with a ratio: ratio × price × (1 + VAT)', () => {
  const drug = service({ kind: 'drug', quantity: 2, price: 10_000, vat: 5, ratio: 50 });
  assert.deepEqual(shares(priceLine(drug, rates, now)), ['21000', '8400', '2100', '10500', '0']);
});

test('unit price keeps three decimals, money two, half away from zero', () => {
  const a = priceLine(service({ kind: 'drug', quantity: '3', price: '1234.5675' }), rates, now);
  assert.equal(String(a.donGiaBv), '1234.568');
  assert.equal(a.thanhTienBv.toFixed(2), '3703.70');
  const half = priceLine(service({ quantity: '0.005', price: 1 }), { ...rates, effectiveRate: 100 }, now);
  assert.equal(half.thanhTienBv.toFixed(2), '0.01');
});

test('scope 2, own choice, armed forces and transport decide whether the fund pays at all', () => {
  const own = ['100000', '0', '0', '100000', '0'];
  assert.deepEqual(shares(priceLine(service({ scope: 2 }), rates, now)), own);
  assert.deepEqual(shares(priceLine(service({ paidByPatient: true }), rates, now)), own);
  assert.deepEqual(shares(priceLine(service({ scope: 3 }), rates, now)), own);
  assert.equal(String(priceLine(service({ scope: 3 }), { ...rates, armedScope: true }, now).bhtt), '80000');
  assert.deepEqual(shares(priceLine(service({ kind: 'transport' }), rates, now)), own);
  assert.equal(String(priceLine(service({ kind: 'transport' }), { ...rates, transport: true }, now).bhtt), '80000');
});

test('consumed, not executed and free lines cost nothing', () => {
  for (const flag of ['consumed', 'notExecuted', 'free'] as const) {
    const a = priceLine(service({ [flag]: true }), rates, now);
    assert.deepEqual(shares(a), ['0', '0', '0', '0', '0'], flag);
    assert.equal(a.notes.length, 1, flag);
  }
});

test('a repeated exam where the facility keeps its full price (example of QĐ 3176)', () => {
  const line = service({ kind: 'exam', price: 100_000, ceiling: 40_000, serviceRatio: 30, fullHospitalPrice: true });
  const a = priceLine(line, { ...rates, effectiveRate: 100 }, now);
  assert.deepEqual(shares(a), ['72000', '12000', '0', '60000', '0']);
});

const donor = (mode: 'personal' | 'general' | 'co-payment', amount = 3_000_000): PriceLine =>
  service({ kind: 'drug', price: 10_000_000, ratio: 50, otherSources: { domestic: amount, mode } });

test('other source (a): own payment, then co-payment, then the fund', () => {
  assert.deepEqual(shares(priceLine(donor('personal'), rates, qd4750)), [
    '10000000',
    '4000000',
    '1000000',
    '2000000',
    '3000000',
  ]);
  assert.deepEqual(shares(priceLine(donor('personal', 5_500_000), rates, qd4750)), [
    '10000000',
    '4000000',
    '500000',
    '0',
    '5500000',
  ]);
  assert.deepEqual(shares(priceLine(donor('personal', 8_000_000), rates, qd4750)), [
    '10000000',
    '2000000',
    '0',
    '0',
    '8000000',
  ]);
});

test('other source (b): the worked example of QĐ 130', () => {
  const a = priceLine(donor('general'), rates, qd4750);
  assert.equal(String(a.thanhTienBh), '3500000');
  assert.deepEqual(shares(a), ['10000000', '2800000', '700000', '3500000', '3000000']);
});

test('from 2025 every other source is deducted in order, whatever it was given for', () => {
  assert.deepEqual(shares(priceLine(donor('general'), rates, now)), shares(priceLine(donor('personal'), rates, now)));
});

test('antiretrovirals: the other source takes over the co-payment', () => {
  const a = priceLine(service({ kind: 'drug', otherSources: { stateBudget: 1, mode: 'co-payment' } }), rates, now);
  assert.deepEqual(shares(a), ['100000', '80000', '0', '0', '20000']);
});

test('the four source fields add up to what was used; an excess is cut and told', () => {
  const line = service({ otherSources: { stateBudget: 60_000, foreign: 70_000, mode: 'personal' } });
  const a = priceLine(line, rates, now);
  assert.deepEqual([a.nguonKhacNsnn, a.nguonKhacVtnn, a.nguonKhac].map(String), ['60000', '40000', '100000']);
  assert.ok(a.notes.some((n) => n.code === 'other-source-over-total'));
});

test('a discount waives own payment only', () => {
  const a = priceLine(service({ price: 150_000, ceiling: 100_000, discount: 70_000 }), rates, now);
  assert.deepEqual([a.discount, a.patient].map(String), ['50000', '20000']);
});

test('negative amounts and ratios above 100 are refused', () => {
  assert.throws(() => priceLine(service({ quantity: -1 }), rates, now), Problem);
  assert.throws(() => priceLine(service({ price: '-0.01' }), rates, now), Problem);
  assert.throws(() => priceLine(service({ ratio: 101 }), rates, now), Problem);
});

test('§4 several exams a day: 100, 30, 30, 30, 10, 0', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 9].map((n) => examRatio(n, now).percent),
    [100, 30, 30, 30, 10, 0, 0],
  );
});

test('§4 shared bed: 50 for two; 33 for three, 30 before July 2024; stretcher 50', () => {
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => serviceRatio({ bedSharedBy: n }, now).percent),
    [100, 50, 33, 33],
  );
  assert.equal(serviceRatio({ bedSharedBy: 3 }, benefitPackOn('2024-06-30')).percent, 30);
  assert.equal(serviceRatio({ stretcher: true }, now).percent, 50);
});

test('§4 added surgery: same team 50, other team 80, procedure 80', () => {
  const of = (addedSurgery: 'same-team' | 'other-team' | 'procedure') => serviceRatio({ addedSurgery }, now).percent;
  assert.deepEqual([of('same-team'), of('other-team'), of('procedure')], [50, 80, 80]);
});

test('§4 second stent at half, third not paid', () => {
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => stentRatio(n, now).percent),
    [100, 50, 0, 0],
  );
});

const money = fc.integer({ min: 0, max: 5_000_000_00 }).map((n) => Decimal.of(n).div(100, 2));

test('§4 sharing a limit: exact, in proportion, never above its part', () => {
  fc.assert(
    fc.property(fc.array(money, { minLength: 1, maxLength: 12 }), money, (parts, limit) => {
      const got = shareLimit(parts, limit);
      const total = Decimal.sum(parts);
      assert.ok(Decimal.sum(got).eq(total.lte(limit) ? total : limit));
      for (const [i, share] of got.entries()) {
        assert.ok(!share.isNegative());
        assert.ok(share.lte(parts[i] ?? 0));
      }
    }),
  );
});

const lineArb: fc.Arbitrary<PriceLine> = fc.record(
  {
    kind: fc.constantFrom('drug', 'blood', 'device', 'exam', 'bed', 'surgery', 'lab', 'transport', 'other'),
    quantity: fc.integer({ min: 0, max: 400_000 }).map((n) => Decimal.of(n).div(1000, 3)),
    price: fc.integer({ min: 0, max: 90_000_000_000 }).map((n) => Decimal.of(n).div(10_000, 4)),
    scope: fc.constantFrom(1, 2, 3),
    extra: fc.integer({ min: 0, max: 100_000 }),
    vat: fc.constantFrom(0, 5, 8, 10),
    ceiling: fc.integer({ min: 0, max: 9_000_000 }),
    ratio: fc.constantFrom(0, 30, 50, 60, 70, 80, 100),
    serviceRatio: fc.constantFrom(0, 10, 30, 33, 50, 80, 100),
    discount: fc.integer({ min: 0, max: 500_000 }),
    noDifference: fc.boolean(),
    fullHospitalPrice: fc.boolean(),
    consumed: fc.constantFrom(true, false, false, false),
    paidByPatient: fc.constantFrom(true, false, false, false),
    otherSources: fc.record({
      stateBudget: fc.integer({ min: 0, max: 2_000_000 }),
      rest: money,
      mode: fc.constantFrom('personal', 'general', 'co-payment'),
    }),
  },
  { requiredKeys: ['kind', 'quantity', 'price', 'scope'] },
);

test('shares always sum to the total to the last unit, and none is negative', () => {
  const effectiveRate = fc.constantFrom(0, 32, 38, 40, 47.5, 80, 95, 100);
  const arb = fc.tuple(lineArb, effectiveRate, fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(arb, ([line, rate, armedScope, old]) => {
      const a = priceLine(line, { effectiveRate: rate, transport: armedScope, armedScope }, old ? qd4750 : now);
      assert.ok(Decimal.sum([a.bhtt, a.bncct, a.bntt, a.nguonKhac]).eq(a.thanhTienBv));
      assert.ok(Decimal.sum([a.nguonKhacNsnn, a.nguonKhacVtnn, a.nguonKhacVttn, a.nguonKhacCl]).eq(a.nguonKhac));
      for (const part of [a.bhtt, a.bncct, a.bntt, a.nguonKhac, a.discount, a.patient]) assert.ok(!part.isNegative());
      for (const part of [a.bhtt, a.bncct, a.bntt]) assert.ok(part.eq(part.round(2)));
      assert.ok(a.thanhTienBh.lte(a.thanhTienBv));
    }),
    { numRuns: 1000 },
  );
});
