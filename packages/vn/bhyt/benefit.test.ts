import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BenefitFacility, type BenefitInput, type BenefitVisit, decideBenefit } from './benefit.ts';
import type { Route } from './benefit-pack.ts';
import type { BenefitCard } from './card.ts';
import { benefitPackOn } from './editions.fixture.ts';
import { workingDaysBetween } from './papers.ts';

const card = (over: Partial<BenefitCard> = {}): BenefitCard => ({
  group: 'DN',
  digit: '4',
  validFrom: '2019-01-01',
  validTo: '2027-12-31',
  registeredFacility: '79001',
  registeredTier: 'district',
  ...over,
});
const papers = {
  referral: { number: '12/2026', fromFacility: '79001', issuedOn: '2026-11-16' },
  revisit: { number: '7', timesUsed: 0 },
};
const decide = (
  date: string,
  facility: Partial<BenefitFacility>,
  visit: Partial<BenefitVisit>,
  person: Partial<BenefitCard> = {},
  yearCoPayment?: number,
) => {
  const issuedOn = date;
  const input: BenefitInput = {
    card: card(person),
    facility: { code: '01001', ...facility },
    visit: {
      date,
      careClass: 'outpatient',
      route: 'self',
      papers: { ...papers, referral: { ...papers.referral, issuedOn } },
      ...visit,
    },
    yearCoPayment,
  };
  return decideBenefit(input, benefitPackOn(date));
};
const outcome = (b: ReturnType<typeof decide>) => [b.effectiveRate, b.doiTuongKcb];

test('§2 benefit digits', () => {
  for (const [digit, percent, transport] of [
    ['1', 100, true],
    ['2', 100, true],
    ['3', 95, false],
    ['4', 80, false],
    ['5', 100, true],
  ] as const) {
    const b = decide('2026-11-22', { level: 'basic' }, { route: 'emergency' }, { digit });
    assert.equal(b.effectiveRate, percent, digit);
    assert.equal(b.transport, transport, digit);
  }
});

test('§2 exceptions to 100 %: commune station, small visit, five years and six months', () => {
  assert.deepEqual(outcome(decide('2026-11-22', { level: 'initial', station: true }, {})), [100, '1.2']);
  assert.deepEqual(outcome(decide('2024-10-01', { formerTier: 'commune' }, {}, { registeredTier: undefined })), [
    100,
    '3.3',
  ]);
  const small = decide('2026-11-22', { code: '79001', level: 'basic' }, { route: 'right', insuredTotal: 379_499 });
  assert.equal(small.effectiveRate, 100);
  assert.ok(small.reasons.some((r) => r.rule === 'small-visit' && r.decisive));
  const edge = decide('2026-11-22', { code: '79001', level: 'basic' }, { route: 'right', insuredTotal: 379_500 });
  assert.equal(edge.effectiveRate, 80, 'exactly 15 % is not below 15 %');

  const five = { fiveYearsFrom: '2025-03-01' };
  const at = (paid: number, visit: Partial<BenefitVisit> = { route: 'referral' }) =>
    decide(
      '2026-11-22',
      { level: 'specialised', formerTier: 'central' },
      { careClass: 'inpatient', ...visit },
      five,
      paid,
    );
  assert.equal(at(15_180_001).effectiveRate, 100);
  assert.equal(at(15_180_000).effectiveRate, 80, 'must exceed six base salaries');
  assert.equal(at(20_000_000, { route: 'self' }).effectiveRate, 32, 'not for a visit off route');
  const tooYoung = decide(
    '2026-11-22',
    { level: 'basic' },
    { route: 'emergency' },
    { fiveYearsFrom: '2026-12-01' },
    9e7,
  );
  assert.equal(tooYoung.effectiveRate, 80);
});

test('the certificate of exemption runs to the end of its year', () => {
  const exempt = { exemptFrom: '2026-10-01' };
  assert.equal(decide('2026-11-22', { level: 'basic' }, { route: 'emergency' }, exempt).effectiveRate, 100);
  assert.equal(decide('2027-01-05', { level: 'basic' }, { route: 'emergency' }, exempt).effectiveRate, 80);
});

test('§3 tiers: right route, emergency, referral and re-visit slip pay the card rate at any tier', () => {
  for (const formerTier of ['central', 'province', 'district', 'commune'] as const) {
    for (const route of ['right', 'emergency', 'referral', 'revisit'] as const) {
      for (const careClass of ['outpatient', 'inpatient'] as const) {
        const b = decide('2024-10-01', { formerTier }, { route, careClass });
        assert.equal(b.effectiveRate, formerTier === 'commune' ? 100 : 80, `${formerTier} ${route} ${careClass}`);
      }
    }
  }
});

test('§3 tiers: off route', () => {
  const far = { registeredFacility: '48001' };
  const at = (date: string, formerTier: BenefitFacility['formerTier'], careClass: BenefitVisit['careClass'], p = {}) =>
    outcome(decide(date, { formerTier }, { careClass }, { ...far, ...p }));
  assert.deepEqual(at('2024-10-01', 'district', 'outpatient'), [80, '3.3']);
  assert.deepEqual(at('2024-10-01', 'district', 'inpatient'), [80, '3.3']);
  assert.deepEqual(at('2020-12-31', 'province', 'outpatient'), [0, '3.5']);
  assert.deepEqual(at('2020-12-31', 'province', 'inpatient'), [48, '3.2']);
  assert.deepEqual(at('2021-01-01', 'province', 'outpatient'), [0, '3.5']);
  assert.deepEqual(at('2021-01-01', 'province', 'inpatient'), [80, '3.2']);
  assert.deepEqual(at('2024-10-01', 'central', 'outpatient'), [0, '3.4']);
  for (const [digit, rate] of [
    ['2', 40],
    ['3', 38],
    ['4', 32],
  ] as const) {
    assert.deepEqual(at('2024-10-01', 'central', 'inpatient', { digit }), [rate, '3.1']);
  }
  const k = { area: 'K2' as const };
  assert.deepEqual(at('2024-10-01', 'district', 'outpatient', k), [80, '3.6']);
  assert.deepEqual(at('2024-10-01', 'central', 'inpatient', k), [80, '3.6']);
  assert.deepEqual(at('2024-10-01', 'central', 'outpatient', k), [0, '3.4']);
});

test('§3 open access inside the province before 2025', () => {
  const b = decide('2024-10-01', { code: '79555', formerTier: 'district' }, {});
  assert.deepEqual(outcome(b), [80, '1.2']);
});

test('small visit off route keeps the route factor (40 % at a central hospital)', () => {
  const b = decide('2024-10-01', { formerTier: 'central' }, { careClass: 'inpatient', insuredTotal: 100_000 });
  assert.equal(b.effectiveRate, 40);
});

/** QĐ 3276/2025 annex 1 row by row: [code, effective rate before, after 1 July 2026] for a card of 80 %. */
const LEVELS: [string, Partial<BenefitFacility>, Partial<BenefitVisit>, number, number][] = [
  ['1.1', { code: '79001', level: 'specialised', formerTier: 'central' }, {}, 80, 80],
  ['1.2', { level: 'initial', station: true }, {}, 100, 100],
  ['1.3', { level: 'specialised', formerTier: 'central' }, { route: 'referral' }, 80, 80],
  ['1.4', { level: 'specialised', formerTier: 'central' }, { route: 'residence' }, 80, 80],
  ['1.5', { level: 'specialised', formerTier: 'central' }, { route: 'revisit' }, 80, 80],
  ['1.6', { level: 'specialised', formerTier: 'central' }, { route: 'donor' }, 80, 80],
  ['1.7', { level: 'specialised', formerTier: 'central' }, { route: 'newborn' }, 80, 80],
  ['1.11', { level: 'initial' }, {}, 80, 80],
  ['1.12', { level: 'basic', points: 49 }, {}, 80, 80],
  ['1.12', { level: 'basic', provisional: true }, {}, 80, 80],
  ['1.13', { level: 'basic', points: 50 }, {}, 0, 40],
  ['1.13', { level: 'basic', points: 69 }, {}, 0, 40],
  ['1.14', { level: 'basic', points: 45, formerTier: 'province' }, {}, 0, 40],
  ['1.15', { level: 'basic', points: 60 }, { careClass: 'inpatient' }, 80, 80],
  ['1.16', { level: 'basic', points: 60 }, { listedDisease: 'II' }, 80, 80],
  ['1.17', { level: 'specialised', formerTier: 'central' }, { listedDisease: 'I' }, 80, 80],
  ['1.18', { level: 'specialised', formerTier: 'province' }, {}, 0, 40],
  ['2', { level: 'specialised', formerTier: 'central' }, { route: 'emergency' }, 80, 80],
  ['3.1', { level: 'specialised', formerTier: 'central' }, { careClass: 'inpatient' }, 32, 32],
  ['3.1', { level: 'specialised', formerTier: 'central' }, {}, 0, 0],
  ['3.2', { level: 'specialised', formerTier: 'province' }, { careClass: 'inpatient' }, 80, 80],
  ['3.3', { level: 'basic', points: 60, formerTier: 'district' }, {}, 80, 80],
];
for (const [code, facility, visit, before, after] of LEVELS) {
  test(`§3 levels: ${code} ${JSON.stringify({ ...facility, ...visit })}`, () => {
    assert.deepEqual(outcome(decide('2026-06-30', facility, visit)), [before, code]);
    assert.deepEqual(outcome(decide('2026-07-01', facility, visit)), [after, code]);
  });
}

test('§3 levels: K1–K3 in-patient at specialised level', () => {
  const central = { level: 'specialised', formerTier: 'central' } as const;
  assert.deepEqual(outcome(decide('2026-11-22', central, { careClass: 'inpatient' }, { area: 'K3' })), [80, '3.6']);
  assert.deepEqual(outcome(decide('2026-11-22', central, {}, { area: 'K3' })), [0, '3.1']);
});

test('95 % card at half rate needs the decimal that four characters allow', () => {
  const b = decide('2026-11-22', { level: 'basic', points: 55 }, {}, { digit: '3' });
  assert.equal(b.effectiveRate, 47.5);
});

test('basic level of 70 points or more without former tier: no rule, said plainly', () => {
  const b = decide('2026-11-22', { level: 'basic', points: 70 }, {});
  assert.equal(b.effectiveRate, 0);
  assert.ok(b.issues.some((i) => i.code === 'no-route-rule'));
});

test('card dates give clear outcomes', () => {
  const at = (over: Partial<BenefitCard>, end?: string) =>
    decide('2026-11-22', { level: 'basic' }, { route: 'emergency', careClass: 'inpatient', end }, over);
  assert.equal(at({ validFrom: '2026-11-23' }).state, 'not-yet-valid');
  assert.equal(at({ validTo: '2026-11-21' }).state, 'expired');
  assert.equal(at({ revoked: true }).state, 'revoked');
  assert.equal(at({ digit: '9' }).state, 'unknown-digit');
  assert.equal(at({ validFrom: '2026-11-23' }).effectiveRate, 0);
  const during = at({ validTo: '2026-11-25' }, '2026-12-20');
  assert.deepEqual([during.state, during.paysUntil, during.effectiveRate], ['expires-during-stay', '2026-12-10', 80]);
  assert.equal(at({ validTo: '2026-11-25' }, '2026-11-28').paysUntil, '2026-11-28');
  const none = decideBenefit(
    { facility: { code: '01001' }, visit: { date: '2026-11-22', careClass: 'outpatient', route: 'self' } },
    benefitPackOn('2026-11-22'),
  );
  assert.deepEqual([none.state, none.doiTuongKcb, none.effectiveRate], ['no-card', '9', 0]);
});

test('a referral slip is good for 10 working days, a year for listed diseases', () => {
  const central = { level: 'specialised', formerTier: 'central' } as const;
  const slip = (issuedOn: string, oneYear = false, holidays: string[] = []) =>
    decide('2026-11-20', central, {
      route: 'referral',
      holidays,
      papers: { referral: { number: '1', fromFacility: '79001', issuedOn, oneYear } },
    });
  assert.equal(slip('2026-11-06').doiTuongKcb, '1.3', 'ten working days later');
  const late = slip('2026-11-05');
  assert.deepEqual([late.doiTuongKcb, late.effectiveRate], ['3.1', 0]);
  assert.ok(late.issues.some((i) => i.code === 'referral-slip-expired'));
  assert.equal(slip('2026-11-05', false, ['2026-11-10']).doiTuongKcb, '1.3', 'a holiday does not count');
  assert.equal(slip('2025-11-20', true).doiTuongKcb, '1.3');
  assert.equal(slip('2025-11-19', true).doiTuongKcb, '3.1');
  assert.equal(workingDaysBetween('2026-11-06', '2026-11-20'), 10);
  const noSlip = decide('2026-11-20', central, { route: 'referral', papers: {} });
  assert.ok(noSlip.issues.some((i) => i.code === 'referral-slip-missing'));
  const used = decide('2026-11-20', central, { route: 'revisit', papers: { revisit: { number: '1', timesUsed: 1 } } });
  assert.deepEqual([used.doiTuongKcb, used.issues[0]?.code], ['3.1', 'revisit-slip-used']);
});

test('a stay over the year end warns that the exemption splits', () => {
  const b = decide(
    '2026-12-28',
    { level: 'basic' },
    { route: 'emergency', careClass: 'inpatient', end: '2027-01-03' },
    {
      fiveYearsFrom: '2020-01-01',
    },
  );
  assert.ok(b.issues.some((i) => i.code === 'exemption-splits-at-year-end'));
});

const routes: Route[] = ['right', 'referral', 'residence', 'revisit', 'donor', 'newborn', 'emergency', 'self'];
test('any case: rate within 0–100, one decisive route at most, reasons carry sources', () => {
  const arb = fc.record({
    digit: fc.constantFrom('1', '2', '3', '4', '5'),
    date: fc.constantFrom('2020-03-01', '2023-08-01', '2024-08-01', '2025-03-01', '2025-08-01', '2026-11-22'),
    level: fc.constantFrom('initial', 'basic', 'specialised', undefined),
    formerTier: fc.constantFrom('central', 'province', 'district', 'commune', undefined),
    points: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    route: fc.constantFrom(...routes),
    careClass: fc.constantFrom('outpatient', 'inpatient'),
    total: fc.option(fc.integer({ min: 0, max: 900_000 }), { nil: undefined }),
    paid: fc.integer({ min: 0, max: 30_000_000 }),
  });
  fc.assert(
    fc.property(arb, (c) => {
      const b = decide(
        c.date,
        {
          level: c.level as BenefitFacility['level'],
          formerTier: c.formerTier as BenefitFacility['formerTier'],
          points: c.points,
        },
        { route: c.route, careClass: c.careClass as BenefitVisit['careClass'], insuredTotal: c.total },
        { digit: c.digit, fiveYearsFrom: '2018-01-01' },
        c.paid,
      );
      assert.ok(b.effectiveRate >= 0 && b.effectiveRate <= 100);
      assert.equal(b.effectiveRate, (b.rate * b.factor) / 100);
      assert.ok(b.reasons.every((r) => r.source && r.text.vi && r.text.en));
      assert.ok(b.reasons.filter((r) => r.decisive && /^[TL]-/.test(r.rule)).length <= 1);
    }),
    { numRuns: 400 },
  );
});
