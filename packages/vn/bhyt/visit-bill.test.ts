import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { Problem } from '@mach/base/problem.ts';
import fc from 'fast-check';
import type { BenefitInput } from './benefit.ts';
import type { BenefitCard } from './card.ts';
import { benefitPackOn } from './editions.fixture.ts';
import { type BillInput, type BillLine, billVisit } from './visit-bill.ts';

const rules = benefitPackOn('2026-11-22');

const DAY = '2026-11-22';
const line = (id: string, over: Partial<BillLine> = {}): BillLine => ({
  id,
  at: `${DAY}T01:00:00.000Z`,
  day: DAY,
  kind: 'lab',
  quantity: 1,
  price: 1_000_000,
  scope: 1,
  ...over,
});
const coverage = (card: Partial<BenefitCard> = {}, over: Partial<BenefitInput> = {}) => ({
  id: 'c1',
  input: {
    card: { digit: '4', validFrom: '2020-01-01', registeredFacility: '79001', ...card },
    facility: { code: '79001', level: 'specialised' as const },
    visit: { date: DAY, careClass: 'inpatient' as const, route: 'right' as const },
    ...over,
  },
});
const bill = (lines: BillLine[], over: Partial<BillInput> = {}) =>
  billVisit({ lines, coverages: [coverage()], ...over }, rules);
const amountsOf = (b: ReturnType<typeof bill>, id: string) => {
  const found = b.lines.find((l) => l.id === id);
  assert.ok(found);
  return found.amounts;
};
const three = (b: ReturnType<typeof bill>) => [b.totals.total, b.totals.insurance, b.totals.patient].map(String);

test('three totals of a plain visit', () => {
  const b = bill([line('a'), line('b', { price: 500_000, scope: 2 })]);
  assert.deepEqual(three(b), ['1500000', '800000', '700000']);
  assert.deepEqual([b.totals.coPayment, b.totals.ownPayment].map(String), ['200000', '500000']);
});

test('§2.1 under 15 % of the base salary the whole insured part is paid', () => {
  const at = (price: number) => bill([line('a', { price }), line('b', { price: 10_000, scope: 2 })]);
  const below = at(379_499);
  assert.ok(below.threshold.below);
  assert.deepEqual(three(below), ['389499', '379499', '10000']);
  const reached = at(379_500);
  assert.ok(!reached.threshold.below);
  assert.deepEqual(three(reached), ['389500', '303600', '85900']);
});

test('§2.1 the threshold takes the ceiling of services and the price of drugs and devices', () => {
  const b = bill([
    line('a', { kind: 'lab', price: 300_000, ceiling: 200_000 }),
    line('b', { kind: 'drug', price: 150_000, ceiling: 100_000 }),
    line('c', { kind: 'exam', price: 50_000, consumed: true }),
    line('d', { kind: 'lab', price: 50_000, paidByPatient: true }),
  ]);
  assert.equal(String(b.threshold.total), '350000');
});

test('§4 exams of a day are ranked by time; other days start again; earlier visits count', () => {
  const exam = (id: string, hour: string, day = DAY) =>
    line(id, { kind: 'exam', price: 1_000_000, at: `${day}T${hour}:00:00.000Z`, day });
  const lines = [exam('third', '05'), exam('first', '01'), exam('second', '03'), exam('next', '01', '2026-11-23')];
  const b = bill(lines);
  const ratio = (id: string) => String(amountsOf(b, id).tyLeTtDv);
  assert.deepEqual(['first', 'second', 'third', 'next'].map(ratio), ['100', '30', '30', '100']);
  const later = bill([exam('x', '06')], { examsBefore: { [DAY]: 4 } });
  assert.equal(String(amountsOf(later, 'x').tyLeTtDv), '10');
});

test('§4 device package is capped at 45 base salaries and shared in proportion', () => {
  const device = (id: string, price: number) => line(id, { kind: 'device', price, devicePackage: 'G1' });
  const b = bill([device('a', 100_000_000), device('b', 51_800_000)]);
  assert.equal(String(b.totals.insured), '113850000');
  assert.equal(String(amountsOf(b, 'a').thanhTienBh), '75000000');
  assert.equal(String(amountsOf(b, 'a').bntt), '25000000');
  assert.deepEqual(three(b), ['151800000', '91080000', '60720000']);
});

test('§4 five-year card: the co-payment of the year stops at six base salaries', () => {
  const expensive = line('op', { kind: 'surgery', price: 100_000_000 });
  const after = line('later', { at: `${DAY}T09:00:00.000Z` });
  const five = { fiveYearsFrom: '2024-01-01' };
  const b = bill([after, expensive], { coverages: [coverage(five, { yearCoPayment: 5_000_000 })] });
  // max(80 % of the limit, limit − what is left of six base salaries): 100,000,000 − 10,180,000
  assert.equal(String(amountsOf(b, 'op').bncct), '10180000');
  assert.equal(String(amountsOf(b, 'op').bhtt), '89820000');
  assert.equal(String(amountsOf(b, 'later').bncct), '0');
  assert.equal(String(amountsOf(b, 'later').mucHuong), '100');
  const without = bill([after, expensive]);
  assert.equal(String(amountsOf(without, 'op').bncct), '20000000');
});

test('§4 five-year card and limit already passed: the full amount is paid', () => {
  const b = bill([line('a', { kind: 'surgery', price: 100_000_000 })], {
    coverages: [coverage({ fiveYearsFrom: '2024-01-01' }, { yearCoPayment: 15_180_001 })],
  });
  assert.deepEqual(three(b), ['100000000', '100000000', '0']);
});

test('second stent counts at half its price', () => {
  const b = bill([
    line('s1', { kind: 'device', price: 40_000_000, stentNumber: 1 }),
    line('s2', { kind: 'device', price: 40_000_000, stentNumber: 2 }),
    line('s3', { kind: 'device', price: 40_000_000, stentNumber: 3 }),
  ]);
  assert.deepEqual(
    ['s1', 's2', 's3'].map((id) => String(amountsOf(b, id).thanhTienBh)),
    ['40000000', '20000000', '0'],
  );
});

test('lines after the grace days of an expired card are the patient’s own', () => {
  const stay = coverage({ validTo: '2026-11-22' }, {});
  stay.input.visit = { ...stay.input.visit, end: '2026-12-20' } as typeof stay.input.visit;
  const b = bill([line('in', { day: '2026-12-07' }), line('out', { day: '2026-12-08' })], { coverages: [stay] });
  assert.deepEqual(
    ['in', 'out'].map((id) => String(amountsOf(b, id).bhtt)),
    ['800000', '0'],
  );
});

test('two coverages in one stay: each line by its own rate, the threshold over the visit', () => {
  const poor = { ...coverage({ digit: '2' }), id: 'c2' };
  const b = bill([line('a'), line('b', { coverage: 'c2' })], { coverages: [coverage(), poor] });
  assert.deepEqual(
    ['a', 'b'].map((id) => String(amountsOf(b, id).bhtt)),
    ['800000', '1000000'],
  );
  assert.equal(b.benefits.length, 2);
});

test('fee-paying visit: everything is the patient’s own, exam scale untouched', () => {
  const exams = [line('a', { kind: 'exam', paidByPatient: true }), line('b', { kind: 'exam', paidByPatient: true })];
  const b = bill(exams, { coverages: [] });
  assert.deepEqual(three(b), ['2000000', '0', '2000000']);
});

test('cash is whole đồng and the rounding is shown', () => {
  const b = bill([line('a', { price: '1000000.33', quantity: '1.5' })]);
  assert.equal(b.totals.patient.toFixed(2), '300000.10');
  assert.equal(String(b.totals.patientCash), '300000');
  assert.equal(String(b.totals.cashRounding), '-0.1');
});

test('every line says why in both languages', () => {
  const b = bill([line('a', { price: 1_500_000, ceiling: 1_000_000 })]);
  const why = b.lines[0]?.why ?? [];
  const codes = why.map((w) => w.code);
  assert.deepEqual(codes, ['cost', 'price-difference', 'recognised', 'rate', 'shares']);
  assert.match(why.map((w) => w.text.vi).join(' | '), /mức hưởng 80 %.*đúng nơi đăng ký/);
  for (const w of why) assert.ok(w.text.vi && w.text.en);
});

test('two lines with one id are refused', () => {
  assert.throws(() => bill([line('a'), line('a')]), Problem);
});

const billLine = (i: number): fc.Arbitrary<BillLine> =>
  fc.record({
    id: fc.constant(`l${i}`),
    at: fc.integer({ min: 0, max: 6 }).map((h) => `${DAY}T0${h}:00:00.000Z`),
    day: fc.constantFrom(DAY, '2026-11-23'),
    kind: fc.constantFrom('drug', 'device', 'exam', 'bed', 'surgery', 'lab', 'transport'),
    quantity: fc.integer({ min: 1, max: 9000 }).map((n) => Decimal.of(n).div(1000, 3)),
    price: fc.integer({ min: 0, max: 400_000_000 }).map((n) => Decimal.of(n).div(10, 1)),
    scope: fc.constantFrom(1, 1, 1, 2, 3),
    ceiling: fc.option(fc.integer({ min: 0, max: 40_000_000 }), { nil: undefined }),
    ratio: fc.constantFrom(undefined, 50, 100),
    devicePackage: fc.constantFrom(undefined, 'G1'),
    bedSharedBy: fc.constantFrom(undefined, 2, 3),
    stentNumber: fc.constantFrom(undefined, undefined, 2),
  });
const visitArb = fc
  .integer({ min: 1, max: 10 })
  .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => billLine(i))))
  .chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })));

test('totals add up to the đồng and do not depend on the order of the lines', () => {
  const people = fc.record({
    digit: fc.constantFrom('1', '3', '4'),
    five: fc.boolean(),
    paid: fc.integer({ min: 0, max: 16_000_000 }),
  });
  fc.assert(
    fc.property(visitArb, people, ([lines, shuffled], who) => {
      const card = { digit: who.digit, fiveYearsFrom: who.five ? '2020-01-01' : undefined };
      const coverages = [coverage(card, { yearCoPayment: who.paid })];
      const b = billVisit({ lines, coverages }, rules);
      const t = b.totals;
      assert.ok(Decimal.sum([t.insurance, t.coPayment, t.ownPayment, t.otherSources]).eq(t.total));
      assert.ok(t.coPayment.add(t.ownPayment).sub(t.discount).eq(t.patient));
      assert.ok(t.insurance.eq(t.insured.sub(t.coPayment)), 'XML1: T_BHTT = T_TONGCHI_BH − T_BNCCT');
      assert.ok(t.cashRounding.abs().lte('0.5'));
      if (who.five) assert.ok(t.coPayment.lte(Decimal.of(15_180_000)), 'never above six base salaries');
      const other = billVisit({ lines: shuffled, coverages }, rules);
      const print = (x: typeof b) =>
        JSON.stringify([...x.lines].sort((p, q) => (p.id < q.id ? -1 : 1)).map((l) => [l.id, l.amounts]));
      assert.equal(print(other), print(b));
      assert.equal(JSON.stringify(other.totals), JSON.stringify(t));
    }),
    { numRuns: 300 },
  );
});
