import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bill } from '@mach/cashier/contract.ts';
import { decideBenefit } from '@mach/vn/bhyt/benefit.ts';
import { benefitPackOn } from '@mach/vn/bhyt/editions.fixture.ts';
import { type BillLine, billVisit, type VisitBill } from '@mach/vn/bhyt/visit-bill.ts';
import fc from 'fast-check';
import { preview, type Unsigned } from './preview.ts';

const DAY = '2026-11-22';
const pack = benefitPackOn(DAY);

const coverage = (digit: string) => ({
  id: 'c1',
  input: {
    card: { digit, validFrom: '2020-01-01', registeredFacility: '79001' },
    facility: { code: '79001', level: 'basic' as const, points: 46 },
    visit: { date: DAY, careClass: 'outpatient' as const, route: 'right' as const },
  },
});

const billLine = (line: Unsigned): BillLine => ({
  id: line.key,
  at: `${DAY}T01:00:00.000Z`,
  day: DAY,
  kind: line.drug ? 'drug' : 'lab',
  quantity: line.quantity,
  price: line.price,
  ceiling: line.ceiling ?? undefined,
  ratio: line.ratio === 0 ? undefined : line.ratio,
  scope: line.ratio === 0 ? 2 : 1,
  paidByPatient: line.ratio !== 0 && line.paidByPatient === true,
});

/** The answer of the cashier's command, as far as the preview reads it. */
function answer(computed: VisitBill, insured: boolean): Bill {
  const { totals, threshold } = computed;
  return {
    payer: insured ? 'bhyt' : 'fee',
    lines: computed.lines.map(({ id, amounts: a }) => ({
      chargeItem: id,
      total: a.thanhTienBv.toString(),
      insured: a.thanhTienBh.toString(),
      insurer: a.bhtt.toString(),
      patientPays: a.patient.toString(),
    })),
    total: totals.total.toString(),
    insurerTotal: totals.insurance.toString(),
    patientExact: totals.patient.toString(),
    benefit: insured ? { effectiveRate: computed.benefits[0]?.benefit.effectiveRate } : undefined,
    threshold: insured
      ? { total: threshold.total.toString(), limit: threshold.limit.toString(), below: threshold.below }
      : undefined,
  } as unknown as Bill;
}

const unsigned = (prefix: string) =>
  fc
    .array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 90 }).map(String),
        price: fc.integer({ min: 100, max: 90_000 }),
        cap: fc.option(fc.integer({ min: 50, max: 90_000 })),
        ratio: fc.constantFrom(0, 50, 80, 100, 100, 100),
        drug: fc.boolean(),
        paidByPatient: fc.constantFrom(false, false, true),
      }),
      { maxLength: 5 },
    )
    .map((list): Unsigned[] => list.map(({ cap, ...rest }, i) => ({ ...rest, ceiling: cap, key: `${prefix}${i}` })));

test('a preview says what the bill says once the lines are signed', () => {
  fc.assert(
    fc.property(fc.constantFrom('1', '2', '3', '4', 'fee'), unsigned('a'), unsigned('b'), (digit, signed, added) => {
      const coverages = digit === 'fee' ? [] : [coverage(digit)];
      const before = billVisit({ lines: signed.map(billLine), coverages }, pack);
      const after = billVisit({ lines: [...signed, ...added].map(billLine), coverages }, pack);
      const desk = coverages[0] && decideBenefit(coverages[0].input, pack).effectiveRate;
      const told = preview(answer(before, digit !== 'fee'), desk, added);
      assert.equal(told.visit.total.toString(), after.totals.total.toString());
      assert.equal(told.visit.insurance.toString(), after.totals.insurance.toString());
      assert.equal(told.visit.patient.toString(), after.totals.patientCash.toString());
      for (const line of after.lines.filter((l) => l.id.startsWith('b'))) {
        assert.equal(told.lines.get(line.id)?.patient.toString(), line.amounts.patient.toString());
        assert.equal(told.lines.get(line.id)?.total.toString(), line.amounts.thanhTienBv.toString());
      }
      assert.equal(told.crossesThreshold, digit !== 'fee' && before.threshold.below && !after.threshold.below);
    }),
    { numRuns: 300 },
  );
});

test('without a bill yet the patient is told the full price', () => {
  const one: Unsigned = { key: 'x', quantity: '2', price: 1000, ceiling: null, ratio: 100 };
  const told = preview(undefined, 80, [one]);
  assert.equal(told.visit.patient.toString(), '2000');
  assert.equal(told.rate.toString(), '0');
});
