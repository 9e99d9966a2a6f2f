import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPrescription } from '@mach/vn/clinical/prescribing.ts';
import { drug, formulary, rules } from '@mach/vn/clinical/testing/packs.ts';
import { judge, namedFindings } from '../../../rules/findings.ts';
import { findingsOf, open, placeFindings, stableName, toOverrides } from './findings.ts';
import { readTypedLine } from './line.ts';
import { drugRow } from './testing.ts';

function dose(typed: string, code: string) {
  const read = readTypedLine(typed, drugRow(code), undefined);
  assert.ok(read.ok);
  return read.draft.dose;
}

/** Penicillin for somebody allergic to it, two interacting drugs twice over, one at too high a dose. */
function checked() {
  const lines = [
    ['amoxicilin-500', '2v x 3 7n'],
    ['metformin-850-mg-v', '3v x 3 30n'],
    ['amoxicilin-500', '1v x 3 7n'],
  ] as const;
  return namedFindings(
    checkPrescription(
      {
        patient: { ageDays: 62 * 365, sex: 'female' },
        allergyState: 'listed',
        allergies: [{ substance: 'penicillin', display: 'penicillin', severe: true, reaction: 'phản vệ' }],
        lines: lines.map(([code, typed]) => ({ drug: drug(code), dose: dose(typed, code) })),
        activeMedications: [],
        diagnoses: [{ code: 'E11.9', primary: true }],
        date: '2026-11-24',
        payer: 'bhyt',
        setting: 'outpatient',
      },
      { rules: rules(), formulary: formulary() },
    ),
  );
}

test('a refusal gives back the findings by the very names that overrides need', () => {
  const all = checked().filter((f) => f.severity !== 'info');
  assert.ok(all.length >= 3, JSON.stringify(all.map((f) => f.rule)));
  const { refused } = judge(all, []);
  const again = findingsOf(refused);
  assert.equal(again.length, all.length);
  for (const [i, finding] of again.entries()) {
    assert.equal(finding.severity, all[i]?.severity);
    assert.equal(finding.text.vi, all[i]?.text.vi);
    if (finding.severity === 'warn') assert.equal(finding.rule, all[i]?.rule);
    assert.doesNotMatch(finding.remedy?.vi ?? '', /Muốn tiếp tục|Không bỏ qua/);
  }
  const placed = placeFindings(again, ['a', 'b', 'c']);
  const reasons = Object.fromEntries(placed.map((one) => [stableName(one), 'đã cân nhắc']));
  const left = judge(all, toOverrides(placed, reasons)).refused;
  assert.ok(
    left.every((issue) => issue.severity === 'error'),
    'every warning is answered, no stop is',
  );
});

test('findings stand at their lines', () => {
  const placed = placeFindings(
    [
      { rule: 'interaction-qd5948:0,2', severity: 'warn', field: 'lines.0', text: { vi: 'a', en: 'a' } },
      { rule: 'interaction-qd5948:0,2#2', severity: 'warn', field: 'lines.0', text: { vi: 'b', en: 'b' } },
      { rule: 'allergy-substance', severity: 'stop', field: 'lines.1', text: { vi: 'c', en: 'c' } },
      { rule: 'allergy-state-missing', severity: 'warn', field: 'lines', text: { vi: 'd', en: 'd' } },
    ],
    ['x', 'y', 'z'],
  );
  assert.deepEqual(
    placed.map((one) => one.lines),
    [['x', 'z'], ['x', 'z'], ['y'], []],
  );
  assert.deepEqual(open(placed, {}), { warnings: 3, stops: 1 });
  const answered = { [stableName(placed[0] as (typeof placed)[0])]: 'lý do' };
  assert.deepEqual(open(placed, answered), { warnings: 2, stops: 1 });
});

test('a reason stays with its finding when the lines change places, and goes when the finding changes', () => {
  const at = (rule: string, keys: string[], text = 'a') =>
    placeFindings([{ rule, severity: 'warn', field: 'lines.0', text: { vi: text, en: text } }], keys)[0];
  const one = at('dose-daily:0', ['x', 'y']);
  const moved = at('dose-daily:1', ['y', 'x']);
  const other = at('dose-daily:0', ['x', 'y'], 'another amount');
  assert.ok(one && moved && other);
  assert.equal(stableName(one), stableName(moved));
  assert.notEqual(stableName(one), stableName(other));
});
