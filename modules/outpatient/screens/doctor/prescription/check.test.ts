import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AllergyIntolerance } from '@mach/fhir/types.ts';
import type { ResultRow as LabValue } from '@mach/lab/contract.ts';
import { formulary, rules } from '@mach/vn/clinical/testing/packs.ts';
import { CS } from '@mach/vn/systems.ts';
import { NO_KNOWN_ALLERGY } from '../../../rules/allergies.ts';
import { type CheckFacts, checkLines, personOf } from './check.ts';
import { type RxLine, readTypedLine } from './line.ts';
import { drugRow } from './testing.ts';

const packs = {
  rules: rules(),
  formulary: formulary(),
  ingredients: new Set(formulary().items.flatMap((item) => item.ingredients)),
};
const NOW = '2026-11-24T02:00:00Z';

const allergy = (text: string, more: Partial<AllergyIntolerance> = {}): AllergyIntolerance => ({
  resourceType: 'AllergyIntolerance',
  patient: { reference: 'Patient/p' },
  verificationStatus: { coding: [{ code: 'confirmed' }] },
  clinicalStatus: { coding: [{ code: 'active' }] },
  code: { text },
  criticality: 'high',
  ...more,
});
const none = allergy('Không dị ứng đã biết', {
  code: { coding: [{ system: CS.snomed, code: NO_KNOWN_ALLERGY }] },
  criticality: undefined,
});

const facts = (more: Partial<CheckFacts> = {}): CheckFacts => ({
  patient: { resourceType: 'Patient', birthDate: '1964-07-14', gender: 'female' },
  encounter: 'now',
  insured: true,
  allergies: [none],
  medications: [],
  diagnoses: [{ code: 'E11.9', principal: true }],
  values: [],
  companion: '',
  replaced: new Set(),
  now: NOW,
  ...more,
});
function line(code: string, typed: string): RxLine {
  const drug = drugRow(code);
  const read = readTypedLine(typed, drug, undefined);
  assert.ok(read.ok, typed);
  return { key: code, drug, state: 'new', ...read.draft };
}
const rulesOf = (all: readonly { rule: string; severity: string }[]): string[] =>
  all.filter((f) => f.severity !== 'info').map((f) => `${f.severity} ${f.rule}`);

test('a plain line of a known patient has nothing against it', () => {
  assert.deepEqual(rulesOf(checkLines([line('metformin-850-mg-v', '1v x 2 30n')], facts(), packs)), []);
  assert.deepEqual(checkLines([], facts(), packs), []);
});

test('a severe allergy to the class stops or warns at its line; unasked allergies ask', () => {
  const amoxicillin = line('amoxicilin-500', '1v x 3 7n');
  const found = checkLines(
    [line('metformin-850-mg-v', '1v x 2 30n'), amoxicillin],
    facts({ allergies: [allergy('penicilin')] }),
    packs,
  ).filter((f) => f.rule.startsWith('allergy'));
  assert.equal(found.length, 1);
  assert.match(found[0]?.rule ?? '', /:1$/);
  assert.notEqual(found[0]?.severity, 'info');
  const same = checkLines([amoxicillin], facts({ allergies: [allergy('amoxicilin')] }), packs);
  assert.ok(same.some((f) => f.rule.startsWith('allergy-substance') && f.severity === 'stop'));
  assert.ok(
    rulesOf(checkLines([amoxicillin], facts({ allergies: [] }), packs)).some((r) => r.includes('allergy-state')),
  );
});

test('too high a dose and one drug twice', () => {
  const found = rulesOf(
    checkLines([line('metformin-850-mg-v', '3v x 3 30n'), line('metformin-500-mg-v', '1v x 2 30n')], facts(), packs),
  );
  assert.ok(
    found.some((r) => r.includes('dose-')),
    found.join(),
  );
  assert.ok(
    found.some((r) => r.includes('duplicate-ingredient')),
    found.join(),
  );
});

test('a child under 72 months needs weight and companion', () => {
  const child = { resourceType: 'Patient' as const, birthDate: '2024-05-01', gender: 'male' as const };
  const one = [line('paracetamol-500', '1/2v x 3 3n')];
  const without = rulesOf(checkLines(one, facts({ patient: child }), packs));
  assert.ok(without.some((r) => r === 'stop child-details-missing'));
  const weight = { value: '12', at: NOW, earlier: false };
  const withAll = rulesOf(checkLines(one, facts({ patient: child, weight, companion: 'mẹ' }), packs));
  assert.ok(!withAll.some((r) => r.includes('child-details-missing')));
  assert.equal(personOf(facts({ patient: child, weight: { ...weight, earlier: true } })).weightKg, undefined);
});

test('kidneys: the newest final creatinine of the last three months in the unit of the house', () => {
  const value = (more: Partial<LabValue>): LabValue =>
    ({ item: 'CREA', status: 'final', number: 150, unit: 'µmol/L', at: '2026-11-20T00:00:00Z', ...more }) as LabValue;
  const weight = { value: '58', at: NOW, earlier: false };
  assert.ok((personOf(facts({ values: [value({})], weight })).clearance ?? 0) > 20);
  for (const bad of [{ unit: 'mg/dL' }, { at: '2026-05-01T00:00:00Z' }, { status: 'preliminary' }, { item: 'GLU' }])
    assert.equal(personOf(facts({ values: [value(bad)] })).egfr, undefined);
});
