import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import fc from 'fast-check';
import { type BundlesData, bundleOf } from './bundle-pack.ts';
import { runState, type StepMark } from './bundle-run.ts';
import { computeDose, type Dose, type DoseRule } from './dose.ts';
import { proposeTriage, recheckAt, seeBy, type TriageFacts } from './triage.ts';
import { LEVELS, readTriage, type TriageData } from './triage-pack.ts';
import { unitsOf } from './units.ts';

const data = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../rulepacks/${path}.json`, import.meta.url), 'utf8')).data;
const triage = readTriage(data<TriageData>('triage/2020-01-01'));
const bundles = data<BundlesData>('bundles/2020-01-01');
const facts = (over: Partial<TriageFacts> = {}): TriageFacts => ({ signs: [], values: {}, ...over });
const level = (over: Partial<TriageFacts>): number => proposeTriage(facts(over), triage).level;
const value = (item: string, number: number, ageYears = 60): number =>
  level({ values: { [item]: Decimal.of(String(number)) }, ageYears });

test('every measured limit, on both sides', () => {
  const quiet = triage.unmeasured;
  const cases: [string, number, number][] = [
    ['gcs', 8, 1],
    ['gcs', 9, 2],
    ['gcs', 13, 2],
    ['gcs', 14, quiet],
    ['spo2', 84, 1],
    ['spo2', 85, 2],
    ['spo2', 89, 2],
    ['spo2', 90, quiet],
    ['sbp', 79, 1],
    ['sbp', 80, 2],
    ['sbp', 89, 2],
    ['sbp', 90, quiet],
    ['sbp', 219, quiet],
    ['sbp', 220, 2],
    ['glucose', 2.9, 2],
    ['glucose', 3, quiet],
    ['temp', 31.9, 2],
    ['temp', 32, quiet],
    ['temp', 40.9, quiet],
    ['temp', 41, 2],
    ['pain', 3, quiet],
    ['pain', 4, 3],
    ['pain', 7, 3],
    ['pain', 8, 2],
  ];
  for (const [item, number, wanted] of cases) assert.equal(value(item, number), wanted, `${item} ${number}`);
  const low = proposeTriage(facts({ values: { sbp: Decimal.of('70'), spo2: Decimal.of('80') }, ageYears: 60 }), triage);
  assert.deepEqual(
    low.reasons.map((r) => `${r.code} ${r.level}`),
    ['spo2', 'sbp'].map((item) => `value.${item} 1`),
    'one reason an item, the loudest',
  );
  assert.equal(value('sbp', 75, 3), quiet, 'the pressure of a child is graded by PEWS');
});

test('scores and consciousness; a quiet full score alone is not urgent', () => {
  const score = (scale: string, risk: string, complete = true): number =>
    level({ score: { scale, risk, complete, text: { vi: '7', en: '7' } } });
  assert.deepEqual(
    [score('news2', 'high'), score('news2', 'medium'), score('news2', 'low-medium'), score('news2', 'low')],
    [2, 3, 3, 5],
  );
  assert.deepEqual([score('pews', 'high'), score('pews', 'medium'), score('meows', 'high')], [2, 3, 2]);
  assert.equal(score('news2', 'incomplete', false), 4, 'too little was measured to call it not urgent');
  assert.deepEqual(
    ['A', 'C', 'V', 'P', 'U'].map((consciousness) => level({ consciousness })),
    [4, 2, 2, 1, 1],
  );
});

test('the proposal is the most urgent of its reasons; a further sign never makes it milder', () => {
  const signs = fc.subarray([...triage.signs.keys()]);
  fc.assert(
    fc.property(
      signs,
      fc.constantFrom(...triage.signs.keys()),
      fc.option(fc.integer({ min: 60, max: 100 })),
      (has, more, spo2) => {
        const values = spo2 === null ? {} : { spo2: Decimal.of(String(spo2)) };
        const first = proposeTriage(facts({ signs: has, values }), triage);
        assert.equal(first.level, Math.min(...first.reasons.map((r) => r.level)));
        assert.deepEqual(
          first.reasons.map((r) => r.level),
          first.reasons.map((r) => r.level).toSorted(),
        );
        const loud = first.reasons.some((r) => r.code !== 'none');
        const second = proposeTriage(facts({ signs: [...new Set([...has, more])], values }), triage);
        if (loud) assert.ok(second.level <= first.level);
      },
    ),
    { numRuns: 200 },
  );
});

test('five levels, each with its shape and its minutes; bundles that signs name exist', () => {
  assert.deepEqual(
    LEVELS.map((l) => [triage.levels.get(l)?.shape, triage.levels.get(l)?.maxWaitMinutes]),
    [
      ['diamond', 0],
      ['triangle', 10],
      ['circle', 30],
      ['square', 60],
      ['ring', 120],
    ],
  );
  for (const sign of triage.signs.values()) {
    assert.ok(
      triage.groups.some((g) => g.code === sign.group),
      sign.code,
    );
    if (sign.bundle !== undefined) assert.ok(bundleOf(bundles, sign.bundle), sign.bundle);
  }
});

test('the clock of waiting runs from the door; who gets worse never gets more time, who gets better keeps the door', () => {
  const doorAt = '2026-11-24T00:00:00.000Z';
  const at = (minutes: number): string => new Date(Date.parse(doorAt) + minutes * 60_000).toISOString();
  const by = (minutes: number, l: 1 | 2 | 3 | 4 | 5, before?: { level: 1 | 2 | 3 | 4 | 5; seeBy: string }): string =>
    seeBy({ doorAt, at: at(minutes), level: l, before }, triage);
  assert.equal(by(5, 3), at(30));
  assert.equal(by(40, 2, { level: 4, seeBy: at(60) }), at(50));
  assert.equal(by(58, 2, { level: 4, seeBy: at(60) }), at(60), 'never later than it was');
  assert.equal(by(8, 4, { level: 2, seeBy: at(10) }), at(60));
  assert.equal(recheckAt(at(5), 3, triage), at(35));
});

const dose = (name: string, kg: string | undefined, ageYears: number | undefined): Dose | string => {
  const rule = bundles.doses[name] as DoseRule;
  const made = computeDose(rule, { weightKg: kg === undefined ? undefined : Decimal.of(kg), ageYears });
  return made.ok ? made.value : made.error.code;
};
const amount = (name: string, kg: string | undefined, ageYears: number | undefined): string => {
  const made = dose(name, kg, ageYears);
  return typeof made === 'string' ? made : made.amount;
};

test('doses by hand: per kilogram, cap, age; nothing without weight, age or a row', () => {
  // Adrenaline 0.01 mg/kg: 0.3 mg at most under 12 years, 0.5 mg from 12 on.
  assert.deepEqual(
    [
      amount('adrenaline', '4', 0),
      amount('adrenaline', '30', 11),
      amount('adrenaline', '31', 11),
      amount('adrenaline', '45', 12),
    ],
    ['0.04', '0.3', '0.3', '0.45'],
  );
  assert.deepEqual([amount('adrenaline', '50', 30), amount('adrenaline', '120', 30)], ['0.5', '0.5']);
  assert.deepEqual(
    [amount('alteplase', '70', 60), amount('alteplase', '100', 60), amount('alteplase', '130', 60)],
    ['63', '90', '90'],
  );
  assert.deepEqual(
    [amount('crystalloid', '60.5', 40), amount('crystalloid', '120', 40), amount('crystalloid', '12', 2)],
    ['1815', '3000', '120'],
  );
  assert.deepEqual([amount('heparin', '60', 60), amount('heparin', '80', 60)], ['3600', '4000']);
  assert.deepEqual(
    [amount('tranexamic', '20', 6), amount('tranexamic', '80', 11), amount('tranexamic', undefined, 40)],
    ['300', '1000', '1000'],
  );
  assert.equal(amount('aspirin', undefined, 60), '300', 'a fixed dose needs no weight');
  assert.equal(amount('adrenaline', undefined, 30), 'weight-missing');
  assert.equal(amount('adrenaline', '0', 30), 'weight-missing');
  assert.equal(amount('adrenaline', '70', undefined), 'age-missing');
  assert.equal(amount('alteplase', '50', 15), 'no-dose-for-age');
  const split = dose('alteplase', '70', 60);
  assert.ok(typeof split !== 'string');
  assert.deepEqual(split.split, { first: '6.3', rest: '56.7' });
  assert.match(split.working.vi, /^0,9 mg\/kg × 70 kg = 63 mg; 6,3 \+ 56,7 mg: /);
  const heparin = dose('heparin', '60', 60);
  assert.ok(typeof heparin !== 'string');
  assert.deepEqual(heparin.volume, { amount: '0.72', unit: 'ml' });
});

test('no weight gives more than the cap, nor less for a heavier person; the volume is the amount', () => {
  const kg = fc.integer({ min: 5, max: 2500 }).map((n) => String(n / 10));
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(bundles.doses)),
      kg,
      kg,
      fc.integer({ min: 0, max: 100 }),
      (name, a, b, age) => {
        const [light, heavy] = [a, b].sort((x, y) => Number(x) - Number(y));
        const [less, more] = [dose(name, light, age), dose(name, heavy, age)];
        if (typeof less === 'string' || typeof more === 'string') return assert.equal(less, more);
        assert.ok(Number(less.amount) <= Number(more.amount));
        const rule = bundles.doses[name] as DoseRule;
        const row = rule.rows.find((r) => age >= r.ageFromYears && age < (r.ageToYears ?? 999));
        if (row?.max !== undefined) assert.ok(Number(more.amount) <= Number(row.max));
        if (row?.perKg !== undefined) {
          const exact = Number(row.perKg) * Number(light);
          const wanted = Math.min(exact, Number(row.max ?? exact));
          assert.ok(Math.abs(Number(less.amount) - wanted) <= 0.5 / 10 ** rule.decimals + 1e-9, `${name} ${light}`);
        }
        if (more.volume && rule.concentration) {
          const back =
            (Number(more.volume.amount) * Number(rule.concentration.amount)) / Number(rule.concentration.volume);
          assert.ok(Math.abs(back - Number(more.amount)) <= 0.005 * Number(rule.concentration.amount) + 1e-9);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the pack holds together: services, doses, clocks and steps exist, texts in both languages', () => {
  const lab = data<{ tests: { rows: [string][] }; services: { rows: [string][] } }>('lab/2026-01-01');
  const known = new Set([...lab.tests.rows, ...lab.services.rows].map(([code]) => code));
  const drugs = data<{ items: { rows: [string][] } }>('formulary/2026-01-01');
  const formulary = new Set(drugs.items.rows.map(([code]) => code));
  for (const bundle of bundles.bundles) {
    const codes = bundle.steps.map((s) => s.code);
    assert.equal(new Set(codes).size, codes.length, bundle.code);
    for (const clock of bundle.clocks) assert.ok(codes.includes(clock.stops), `${bundle.code} ${clock.code}`);
    for (const step of bundle.steps) {
      assert.ok(step.vi && step.en && step.dueMinutes > 0, step.code);
      for (const service of step.services ?? []) assert.ok(known.has(service), `${bundle.code} ${service}`);
      assert.equal(step.kind === 'order', step.services !== undefined, step.code);
      assert.equal(step.kind === 'dose', step.dose !== undefined && step.dose in bundles.doses, step.code);
      assert.equal(step.kind === 'ask', step.ask !== undefined, step.code);
    }
  }
  for (const [name, rule] of Object.entries(bundles.doses)) {
    if (rule.drug !== undefined) assert.ok(formulary.has(rule.drug), name);
    assert.ok(
      rule.rows.every((r) => (r.perKg === undefined) !== (r.fixed === undefined)),
      name,
    );
    assert.ok(
      rule.rows.every((r) => r.fixed !== undefined || r.max !== undefined),
      `${name} has a cap`,
    );
  }
});

test('a bundle in motion: what is due first, what is late, which clock stopped when', () => {
  const rule = bundleOf(bundles, 'stroke');
  assert.ok(rule);
  const of = { doorAt: '2026-11-24T00:00:00.000Z', startedAt: '2026-11-24T00:04:00.000Z' };
  const mark = (step: string, kind: StepMark['kind'], at: string): StepMark => ({
    step,
    kind,
    at,
    by: 'BS',
    text: '',
    orders: [],
  });
  const fresh = runState(rule, { ...of, marks: [] });
  assert.deepEqual([fresh.next?.dueAt, fresh.clock?.rule.code, fresh.done], ['2026-11-24T00:05:00.000Z', 'ct', 0]);
  const marks = [
    mark('onset', 'done', '2026-11-24T00:05:00.000Z'),
    mark('team', 'done', '2026-11-24T00:05:00.000Z'),
    mark('ct', 'ordered', '2026-11-24T00:06:00.000Z'),
  ];
  const ordered = runState(rule, { ...of, marks });
  assert.equal(ordered.clock?.rule.code, 'ct', 'an order is no picture');
  const done = runState(rule, { ...of, marks: [...marks, mark('ct', 'done', '2026-11-24T00:18:00.000Z')] });
  assert.deepEqual([done.clock?.rule.code, done.clocks[0]?.stoppedAt], ['needle', '2026-11-24T00:18:00.000Z']);
  const against = rule.steps.map((s) =>
    mark(s.code, s.code === 'thrombolysis' ? 'not-done' : 'done', '2026-11-24T00:30:00.000Z'),
  );
  const over = runState(rule, { ...of, marks: against });
  assert.equal(over.complete, true);
  assert.equal(over.clocks[1]?.stoppedAt, null, 'a needle that was decided against is no needle time');
});

test('a dose opens whole units, and none is guessed where dose and unit are not measured alike', () => {
  const units = (amount: string, amountUnit: string, dose: string, unit: string, doseUnitsPerUnit = '1') =>
    unitsOf({ amount, amountUnit, doseUnitsPerUnit }, { amount: dose, unit })?.toString();
  assert.equal(units('1', 'mg', '0.14', 'mg'), '1');
  assert.equal(units('1', 'mg', '1', 'mg'), '1');
  assert.equal(units('1', 'mg', '1.01', 'mg'), '2');
  assert.equal(units('500', 'ml', '1000', 'ml'), '2');
  assert.equal(units('100', 'mg', '300', 'mg'), '3');
  assert.equal(units('2', 'mg', '9', 'mg', '2'), '3');
  assert.equal(units('500', 'mg', '10', 'ml'), undefined);
  assert.equal(unitsOf({}, { amount: '5', unit: 'ml' }), undefined);
});
