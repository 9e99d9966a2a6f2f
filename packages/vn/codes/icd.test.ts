import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDiagnosis, compileIcd, type DiagnosisContext, normalizeIcd } from './icd.ts';
import { icd2020, icd2026 } from './testing/packs.ts';

const now = compileIcd(icd2026());
const old = compileIcd(icd2020());
const adult: DiagnosisContext = { principal: true, sex: 'female', ageDays: 40 * 365, date: '2026-08-01' };
const codesOf = (code: string, context: Partial<DiagnosisContext> = {}, rules = now): string[] =>
  checkDiagnosis(code, { ...adult, ...context }, rules).map((i) => `${i.severity}:${i.code}`);

test('a usable code raises nothing, however it is written', () => {
  for (const written of ['E11.9', 'e119', ' E11.9 ', 'I10', 'J18.9']) assert.deepEqual(codesOf(written), []);
  assert.equal(normalizeIcd('a17.0†'), 'A17.0');
});

test('counts of the 2026 list', () => {
  const count = (flag: string): number => [...now.codes.values()].filter((c) => c.flags.has(flag)).length;
  assert.equal(now.codes.size, 15_844);
  assert.equal(count('more-specific-exists'), 2_119);
  assert.equal(count('not-principal'), 2_427);
  assert.equal(count('discouraged-principal'), 221);
  assert.equal(count('mortality-only'), 12);
  assert.equal(count('female-only'), 933);
  assert.equal(count('male-only'), 144);
});

test('a heading is refused with its finer codes as the remedy', () => {
  const [issue] = checkDiagnosis('E11', adult, now);
  assert.equal(issue?.code, 'icd-more-specific-exists');
  assert.match(issue?.remedy?.vi ?? '', /E11\.0 .*E11\.9/);
  const [deeper] = checkDiagnosis('M54.5', adult, now);
  assert.match(deeper?.remedy?.en ?? '', /M54\.5\d/);
});

test('an asterisk code may accompany but not lead, and names its underlying diseases', () => {
  assert.deepEqual(codesOf('G01', { principal: false }), []);
  const [issue] = checkDiagnosis('G01*', adult, now);
  assert.equal(issue?.code, 'icd-not-principal');
  assert.match(issue?.remedy?.vi ?? '', /A01\.0/);
});

test('sex: an error when it contradicts, a warning when it is not recorded', () => {
  assert.deepEqual(codesOf('N40'), ['error:icd-sex']);
  assert.deepEqual(codesOf('N40', { sex: 'male' }), []);
  assert.deepEqual(codesOf('D25.9', { sex: 'male' }), ['error:icd-sex']);
  assert.deepEqual(codesOf('D25.9', { sex: undefined }), ['warning:icd-sex']);
});

test('age: binding with the 2020 annex, advice with the 2026 list; limits are inclusive', () => {
  const then = { date: '2024-05-01' };
  const newborn = [...old.codes.values()].find((c) => c.ages.some((b) => b.band === 'A3.1') && c.flags.size === 0);
  assert.ok(newborn);
  assert.deepEqual(codesOf(newborn.code, { ...then, ageDays: 365 }, old), []);
  assert.deepEqual(codesOf(newborn.code, { ...then, ageDays: 366 }, old), ['error:icd-age']);
  assert.ok(codesOf('P59.9', { ageDays: 366 }).includes('warning:icd-age'));
  assert.deepEqual(codesOf('O80.9', { ageYears: 60, ageDays: 60 * 366 }), []);
  assert.deepEqual(codesOf('O80.9', { ageYears: 61, ageDays: 61 * 366 }), ['warning:icd-age']);
  assert.deepEqual(codesOf('O80.9', { ageYears: undefined, ageDays: undefined }), []);
});

test('mortality codes only for causes of death', () => {
  const code = [...now.codes.values()].find(
    (c) => c.flags.has('mortality-only') && !c.flags.has('more-specific-exists'),
  );
  assert.ok(code);
  const free = { principal: false, sex: undefined, ageDays: undefined };
  assert.ok(codesOf(code.code, free).includes('error:icd-mortality-only'));
  assert.ok(!codesOf(code.code, { ...free, causeOfDeath: true }).includes('error:icd-mortality-only'));
});

test('a code of the former list names its successors; nonsense is unknown', () => {
  const [gone] = checkDiagnosis('A90', adult, now);
  assert.equal(gone?.code, 'icd-code-replaced');
  assert.match(gone?.remedy?.vi ?? '', /A97\.9/);
  assert.deepEqual(codesOf('Q00.99'), ['error:icd-code-unknown']);
  assert.deepEqual(codesOf(''), ['error:icd-code-unknown']);
});

test('an edition is not asked about days on which it is not in force', () => {
  assert.deepEqual(codesOf('I10', { date: '2026-06-30' }), ['error:icd-edition-not-in-force']);
  assert.deepEqual(codesOf('I10', { date: '2026-06-30' }, old), []);
  assert.deepEqual(codesOf('I10', { date: '2026-07-01' }, old), ['error:icd-edition-not-in-force']);
});

test('every issue speaks both languages', () => {
  for (const code of ['E11', 'G01', 'N40', 'P59.9', 'A90', 'ZZZ'])
    for (const issue of checkDiagnosis(code, adult, now)) {
      assert.ok(issue.text.vi && issue.text.en && issue.text.vi !== issue.text.en);
      assert.ok(issue.remedy === undefined || (issue.remedy.vi && issue.remedy.en));
    }
});
