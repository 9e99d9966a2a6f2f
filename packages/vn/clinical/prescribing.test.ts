import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Dose } from './dose.ts';
import type { DrugItem } from './formulary.ts';
import { checkPrescription } from './prescribing.ts';
import type { ActiveMedication, Allergy, Finding, PrescriptionInput } from './prescribing-types.ts';
import { drug, formulary, rules } from './testing/packs.ts';

const dose = (item: DrugItem, perDose = '1', times = 1, days = 7): Dose => ({
  perDose,
  doseUnit: item.doseUnit,
  frequency: { times, period: 1, unit: 'day' },
  days,
});

function input(codes: readonly string[], change: Partial<PrescriptionInput> = {}): PrescriptionInput {
  return {
    patient: { ageDays: 20_000, sex: 'male', weightKg: 60 },
    allergyState: 'none-known',
    allergies: [],
    lines: codes.map((code) => ({ drug: drug(code), dose: dose(drug(code)) })),
    activeMedications: [],
    diagnoses: [{ code: 'J18.9', primary: true }],
    date: '2026-11-22',
    ...change,
  };
}

const check = (i: PrescriptionInput): Finding[] => checkPrescription(i, { rules: rules(), formulary: formulary() });
const of = (findings: readonly Finding[], rule: string): Finding[] => findings.filter((f) => f.rule.startsWith(rule));
const allergic = (substance: string, severe = false): Partial<PrescriptionInput> => ({
  allergyState: 'listed',
  allergies: [{ substance, display: substance, severe, reaction: 'phản vệ' } satisfies Allergy],
});

function taking(code: string, endedOn?: string): ActiveMedication {
  const item = drug(code);
  return {
    display: item.display,
    ingredients: item.ingredients,
    route: item.route,
    systemic: item.systemic,
    atc: item.atc,
    endedOn,
  };
}

test('severe allergy to the very substance is the hard stop; a mild one is not', () => {
  const [severe] = of(check(input(['amoxicilin-500-mg-v'], allergic('Amoxicillin', true))), 'allergy');
  assert.equal(severe?.rule, 'allergy-substance');
  assert.equal(severe?.level, 'stop');
  assert.equal(severe?.overridable, false);
  assert.ok(severe?.alternative);
  assert.ok(severe?.why?.vi.includes('phản vệ'));
  const [mild] = of(check(input(['amoxicilin-500-mg-v'], allergic('amoxicilin'))), 'allergy');
  assert.equal(mild?.level, 'warn');
  assert.equal(mild?.override, 'reason-and-pharmacist');
  const [combination] = of(check(input(['amoxicilin-acid'], allergic('amoxicilin', true))), 'allergy');
  assert.equal(combination?.level, 'stop', 'found inside a combination');
});

test('class and cross-reaction: penicillins, side chains, NSAIDs', () => {
  const rulesOf = (codes: string[], substance: string, severe = false): string[] =>
    of(check(input(codes, allergic(substance, severe))), 'allergy').map((f) => `${f.rule} ${f.level} ${f.override}`);
  assert.deepEqual(rulesOf(['ampicilin-1'], 'amoxicilin', true), ['allergy-class warn reason-and-pharmacist']);
  assert.deepEqual(rulesOf(['cloxacilin'], 'penicillin'), ['allergy-class warn reason']);
  assert.deepEqual(rulesOf(['cefalexin-500'], 'amoxicilin'), ['allergy-cross warn reason']);
  assert.deepEqual(rulesOf(['cefalexin-500'], 'amoxicilin', true), ['allergy-cross warn reason-and-pharmacist']);
  assert.deepEqual(rulesOf(['ceftriaxon-1'], 'amoxicilin'), ['allergy-cross note not-needed']);
  assert.deepEqual(rulesOf(['ceftriaxon-1'], 'amoxicilin', true), ['allergy-cross warn reason']);
  assert.deepEqual(rulesOf(['cefalexin-500'], 'penicillin'), ['allergy-cross warn reason']);
  assert.deepEqual(rulesOf(['ceftriaxon-1'], 'cefotaxim'), ['allergy-class warn reason-and-pharmacist']);
  assert.deepEqual(rulesOf(['ceftriaxon-1'], 'cefazolin'), ['allergy-class warn reason']);
  assert.deepEqual(rulesOf(['meropenem-1'], 'penicillin'), ['allergy-cross note not-needed']);
  assert.deepEqual(rulesOf(['ibuprofen-400'], 'aspirin'), ['allergy-class warn reason']);
  assert.deepEqual(rulesOf(['celecoxib'], 'ibuprofen'), ['allergy-cross note not-needed']);
  assert.deepEqual(rulesOf(['paracetamol-500'], 'ibuprofen', true), []);
  assert.deepEqual(rulesOf(['sulfamethoxazol'], 'sulfonamide-antibiotic', true), [
    'allergy-class warn reason-and-pharmacist',
  ]);
  assert.deepEqual(rulesOf(['furosemid-40'], 'sulfonamide-antibiotic', true), [], 'no cross-reaction is claimed');
  assert.deepEqual(rulesOf(['metformin-500'], 'tôm'), []);
});

test('allergies not asked about are named', () => {
  const rules_ = (allergyState: PrescriptionInput['allergyState']): number =>
    of(check(input(['metformin-500'], { allergyState })), 'allergy-state').length;
  assert.equal(rules_('not-asked'), 1);
  assert.equal(rules_('none-known'), 0);
});

test('an absolute pair of decision 5948 asks for a reason and a pharmacist, with its text', () => {
  const [pair] = of(check(input(['simvastatin', 'clarithromycin-500'])), 'interaction');
  assert.equal(pair?.level, 'warn');
  assert.equal(pair?.override, 'reason-and-pharmacist');
  assert.deepEqual(pair?.lines, [0, 1]);
  assert.match(pair?.source ?? '', /^QĐ 5948\/QĐ-BYT, \d+/);
  assert.ok((pair?.manage?.vi.length ?? 0) > 20);
  assert.ok((pair?.why?.vi.length ?? 0) > 20);
  assert.equal(of(check(input(['simvastatin', 'azithromycin-500'])), 'interaction').length, 0);
});

test('pairs do not depend on the order of the lines, and combinations match by any ingredient', () => {
  for (const [a, b] of [
    ['ketorolac', 'diclofenac-50'],
    ['sacubitril', 'enalapril-5'],
    ['atorvastatin-10', 'ciclosporin'],
    ['isosorbid-mononitrat', 'sildenafil'],
  ] as const) {
    const one = of(check(input([a, b])), 'interaction').map((f) => f.source);
    const two = of(check(input([b, a])), 'interaction').map((f) => f.source);
    assert.equal(one.length, 1, `${a} ${b}`);
    assert.deepEqual(one, two);
  }
  assert.equal(of(check(input(['levodopa', 'metoclopramid-10-mg-v'])), 'interaction').length, 1);
});

test('the route counts where the decision names one', () => {
  assert.equal(of(check(input(['kali-clorid-500', 'trihexyphenidyl'])), 'interaction').length, 1);
  assert.equal(of(check(input(['kali-clorid-10', 'trihexyphenidyl'])), 'interaction').length, 0, 'by infusion');
  assert.equal(of(check(input(['xanh-methylen', 'fluoxetin'])), 'interaction').length, 1);
  assert.equal(of(check(input(['ketoconazol', 'simvastatin'])), 'interaction').length, 0, 'cream');
});

test('waiting time after a drug has ended: day by day, and only from the drug that it counts from', () => {
  const found = (code: string, other: string, endedOn: string): number =>
    of(check(input([code], { activeMedications: [taking(other, endedOn)] })), 'interaction').length;
  assert.equal(found('fluoxetin', 'linezolid-600-mg-v', '2026-11-22'), 1);
  assert.equal(found('sertralin', 'linezolid-600-mg-v', '2026-11-08'), 1, '14 days');
  assert.equal(found('sertralin', 'linezolid-600-mg-v', '2026-11-07'), 0, '15 days');
  assert.equal(found('fluoxetin', 'linezolid-600-mg-v', '2026-10-18'), 1, '35 days');
  assert.equal(found('fluoxetin', 'linezolid-600-mg-v', '2026-10-17'), 0, '36 days');
  assert.equal(found('praziquantel', 'rifampicin', '2026-10-25'), 1, '4 weeks');
  assert.equal(found('praziquantel', 'rifampicin', '2026-10-24'), 0);
  assert.equal(found('rifampicin', 'praziquantel', '2026-11-20'), 0, 'the other way round nothing waits');
  assert.equal(found('sacubitril', 'enalapril-5', '2026-11-20'), 1, '36 hours reach into the second day');
  assert.equal(found('sacubitril', 'enalapril-5', '2026-11-19'), 0);
  assert.equal(found('simvastatin', 'clarithromycin-500', '2026-11-21'), 0, 'no waiting time in the text');
  const [f] = of(
    check(input(['sertralin'], { activeMedications: [taking('linezolid-600-mg-v', '2026-11-10')] })),
    'interaction',
  );
  assert.ok(f?.text.vi.includes('10/11/2026'));
});

test('conditional pairs look at the patient first', () => {
  const calcium = (ageDays: number): Finding | undefined =>
    of(
      check(input(['ceftriaxon-1', 'calci-gluconat'], { patient: { ageDays, weightKg: 3.5, companion: 'mẹ' } })),
      'interaction',
    )[0];
  assert.equal(calcium(27)?.override, 'reason-and-pharmacist');
  assert.equal(calcium(28)?.level, 'note');
  assert.equal(calcium(20_000)?.level, 'note');
  const contrast = (egfr?: number): Finding | undefined =>
    of(check(input(['metformin-500', 'iohexol'], { patient: { ageDays: 20_000, egfr } })), 'interaction')[0];
  assert.equal(contrast(29)?.override, 'reason-and-pharmacist');
  assert.equal(contrast(30)?.level, 'note');
  assert.equal(contrast()?.override, 'reason');
  const qt = (longQt?: boolean): Finding | undefined =>
    of(check(input(['amiodaron-200', 'haloperidol-1'], { patient: { ageDays: 20_000, longQt } })), 'interaction')[0];
  assert.equal(qt(true)?.override, 'reason-and-pharmacist');
  assert.equal(qt()?.override, 'reason');
});

test('the same ingredient or class twice', () => {
  const dup = (codes: string[], active: ActiveMedication[] = []): string[] =>
    of(check(input(codes, { activeMedications: active })), 'duplicate').map((f) => f.rule);
  assert.deepEqual(dup(['paracetamol-500-mg-v', 'paracetamol-tramadol']), ['duplicate-ingredient']);
  assert.deepEqual(dup(['omeprazol-20', 'pantoprazol-40-mg-v']), ['duplicate-class']);
  assert.deepEqual(dup(['omeprazol-20'], [taking('esomeprazol-20')]), ['duplicate-class']);
  assert.deepEqual(dup(['omeprazol-20'], [taking('esomeprazol-20', '2026-11-20')]), []);
  assert.deepEqual(dup(['diclofenac-50', 'diclofenac-1']), [], 'gel beside tablets');
  assert.deepEqual(dup(['natri-clorid-0p9-pc-500', 'glucose-5']), [], 'fluids');
  assert.deepEqual(dup(['amlodipin-5', 'losartan-50']), []);
});

test('adult doses: single, daily, low', () => {
  const item = drug('metformin-500');
  const of_ = (perDose: string, times: number): string[] =>
    of(check(input([], { lines: [{ drug: item, dose: dose(item, perDose, times) }] })), 'dose').map((f) => f.rule);
  assert.deepEqual(of_('2', 2), []);
  assert.deepEqual(of_('3', 1), ['dose-single']);
  assert.deepEqual(of_('2', 3), ['dose-daily']);
  assert.deepEqual(of_('0.5', 1), ['dose-low']);
  const [over] = of(check(input([], { lines: [{ drug: item, dose: dose(item, '4', 1) }] })), 'dose-single');
  assert.equal(over?.override, 'reason-and-pharmacist', 'twice the maximum');
  assert.ok(over?.text.vi.replaceAll(/[\u00a0\u202f]/g, ' ').includes('2 000 mg'));
});

test('children: by weight, never above the adult maximum, weight needed', () => {
  const syrup = drug('paracetamol-120-mg-5-ml');
  const child = (perDose: string, weightKg?: number, ageDays = 1000): Finding[] =>
    check(
      input([], {
        patient: { ageDays, weightKg, companion: 'mẹ' },
        lines: [{ drug: syrup, dose: dose(syrup, perDose, 4) }],
        diagnoses: [{ code: 'J06.9' }],
      }),
    );
  // 24 mg/ml; 12 kg: 10–15 mg/kg is 5 to 7.5 ml.
  assert.deepEqual(
    of(child('5', 12), 'dose').map((f) => f.rule),
    [],
  );
  assert.deepEqual(
    of(child('7.5', 12), 'dose').map((f) => f.rule),
    [],
  );
  assert.deepEqual(
    of(child('8', 12), 'dose').map((f) => f.rule),
    ['dose-single', 'dose-daily'],
  );
  assert.ok(of(child('8', 12), 'dose-single')[0]?.why?.vi.replaceAll('\u00a0', ' ').includes('16 mg/kg/lần'));
  assert.deepEqual(
    of(child('4', 12), 'dose').map((f) => f.rule),
    ['dose-low'],
  );
  assert.deepEqual(
    of(child('5'), 'dose').map((f) => f.rule),
    ['dose-weight-missing'],
  );
  // 90 kg at 15 years: 15 mg/kg would be 1,350 mg, but the adult maximum of 1,000 mg holds.
  assert.deepEqual(of(child('45', 90, 15 * 366), 'dose-single').length, 1);
  assert.deepEqual(of(child('41', 90, 15 * 366), 'dose-single').length, 0);
});

test('products that are not for small children', () => {
  const age = (ageDays: number): number =>
    of(check(input(['tramadol-50'], { patient: { ageDays, weightKg: 40, companion: 'mẹ' } })), 'dose-age').length;
  assert.equal(age(12 * 365.25 - 1), 1);
  assert.equal(age(12 * 365.25), 0);
});

test('a child under 72 months needs weight and companion; from 72 months not', () => {
  const details = (patient: PrescriptionInput['patient']): Finding[] =>
    of(check(input(['paracetamol-150-mg-g'], { patient })), 'child-details');
  const young = 71 * 30.4375;
  assert.equal(details({ ageDays: young, weightKg: 15, companion: 'bà' }).length, 0);
  const [missing] = details({ ageDays: young });
  assert.equal(missing?.level, 'stop');
  assert.ok(missing?.text.vi.includes('71 tháng') && missing.text.vi.includes('cân nặng, người đưa trẻ'));
  assert.ok(details({ ageDays: young, weightKg: 15, companion: ' ' })[0]?.text.vi.includes('người đưa trẻ'));
  assert.equal(details({ ageDays: 72 * 30.4375 }).length, 0);
});

test('days: 30, 90 for listed diseases, narcotics 7, psychotropics 10', () => {
  const days = (code: string, n: number, icd: string): string[] => {
    const item = drug(code);
    const i = input([], { lines: [{ drug: item, dose: { ...dose(item), days: n } }], diagnoses: [{ code: icd }] });
    return of(check(i), 'days-over-limit').map((f) => `${f.level} ${f.override}`);
  };
  assert.deepEqual(days('metformin-500', 30, 'J18.9'), []);
  assert.deepEqual(days('metformin-500', 31, 'J18.9'), ['warn reason']);
  assert.deepEqual(days('metformin-500', 90, 'E11.9'), []);
  assert.deepEqual(days('metformin-500', 91, 'E11.9'), ['stop none']);
  assert.deepEqual(days('amlodipin-5', 60, 'I10'), []);
  assert.deepEqual(days('morphin-10-mg-v', 7, 'R52'), []);
  assert.deepEqual(days('morphin-10-mg-v', 8, 'R52'), ['warn reason-and-pharmacist']);
  assert.deepEqual(days('morphin-10-mg-v', 30, 'C34.9'), []);
  assert.deepEqual(days('morphin-10-mg-v', 31, 'C34.9'), ['stop none']);
  assert.deepEqual(days('diazepam-5', 10, 'G47.0'), []);
  assert.deepEqual(days('diazepam-5', 11, 'G47.0'), ['warn reason-and-pharmacist']);
  assert.deepEqual(days('diazepam-5', 30, 'F41.1'), []);
  assert.deepEqual(days('diazepam-5', 31, 'F41.1'), ['stop none']);
});

test('controlled drugs go on their own sheet', () => {
  assert.deepEqual(of(check(input(['morphin-10-mg-v', 'paracetamol-500'])), 'controlled')[0]?.lines, [0]);
  assert.equal(of(check(input(['morphin-10-mg-v'])), 'controlled').length, 0);
});

test('diagnosis and insured indication', () => {
  assert.equal(of(check(input(['metformin-500'], { diagnoses: [] })), 'diagnosis-missing')[0]?.level, 'stop');
  const bhyt = (icd: string, payer: PrescriptionInput['payer'] = 'bhyt'): string[] =>
    of(check(input(['metformin-500'], { diagnoses: [{ code: icd }], payer })), 'indication').map((f) => f.level);
  assert.deepEqual(bhyt('E11.9'), []);
  assert.deepEqual(bhyt('J18.9'), ['warn']);
  assert.deepEqual(bhyt('J18.9', 'self'), []);
  assert.deepEqual(
    of(check(input(['glucosamin'], { diagnoses: [{ code: 'J18.9' }], payer: 'bhyt' })), 'indication'),
    [],
    'not paid by insurance anyway',
  );
});

test('notes: kidney, high alert, look-alikes in one prescription', () => {
  const renal = (clearance?: number): number =>
    of(check(input(['metformin-500'], { patient: { ageDays: 20_000, clearance } })), 'renal').length;
  assert.deepEqual([renal(), renal(46), renal(45), renal(20)], [0, 0, 1, 1]);
  const notes = check(input(['gliclazid-30', 'glimepirid-2']));
  assert.equal(of(notes, 'high-alert').length, 2);
  assert.equal(of(notes, 'look-alike').length, 2);
});

test('findings are sorted by level and point to lines that exist', () => {
  const order = { stop: 0, warn: 1, note: 2 };
  const codes = formulary().items.map((item) => item.code);
  const active = fc.array(fc.tuple(fc.constantFrom(...codes), fc.constantFrom(undefined, '2026-11-15', '2026-09-01')), {
    maxLength: 3,
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...codes), { maxLength: 6 }),
      active,
      fc.integer({ min: 0, max: 40_000 }),
      fc.constantFrom('E11.9', 'J18.9', 'C50.9', 'F41.1'),
      (list, taken, ageDays, icd) => {
        const i = input(list, {
          patient: { ageDays, weightKg: 20, companion: 'mẹ' },
          activeMedications: taken.map(([code, ended]) => taking(code, ended)),
          diagnoses: [{ code: icd }],
          payer: 'bhyt',
        });
        const findings = check(i);
        let last = 0;
        for (const f of findings) {
          assert.ok(order[f.level] >= last);
          last = order[f.level];
          assert.ok(f.text.vi !== '' && f.text.en !== '' && f.source !== '');
          assert.ok(f.lines.every((line) => line >= 0 && line < i.lines.length));
          assert.equal(f.overridable, f.override !== 'none');
          assert.equal(f.level === 'stop', !f.overridable);
          assert.equal(f.level === 'note', f.override === 'not-needed');
        }
      },
    ),
    { numRuns: 150 },
  );
});
