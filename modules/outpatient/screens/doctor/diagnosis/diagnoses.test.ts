import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Condition, Encounter } from '@mach/fhir/types.ts';
import { CS } from '@mach/vn/systems.ts';
import type { IcdCodeRow } from '../../../contract.ts';
import {
  addDx,
  type Dx,
  lastDiagnoses,
  makePrincipal,
  recorded,
  refusal,
  removeDx,
  sameDiagnoses,
  toInput,
  withText,
} from './diagnoses.ts';

const row = (code: string, more: Partial<IcdCodeRow> = {}): IcdCodeRow =>
  ({ code, display: `tên ${code}`, flags: [], usable: true, principal: 'yes', ...more }) as IcdCodeRow;
const list = (...codes: string[]): Dx[] => codes.reduce<Dx[]>((all, code) => addDx(all, row(code)), []);
const codes = (all: readonly Dx[]): string[] => all.map((dx) => `${dx.principal ? '*' : ''}${dx.code}`);

test('the first code that may be principal is; a marked one never becomes so by itself', () => {
  assert.deepEqual(codes(list('E11.9', 'I10')), ['*E11.9', 'I10']);
  const withStar = addDx([], row('G01', { principal: 'no' }));
  assert.deepEqual(codes(withStar), ['G01']);
  assert.deepEqual(codes(addDx(withStar, row('A39.0'))), ['*A39.0', 'G01']);
});

test('choosing another principal moves it to the front; removing it promotes the next', () => {
  assert.deepEqual(codes(makePrincipal(list('E11.9', 'I10', 'N18.3'), 'N18.3')), ['*N18.3', 'E11.9', 'I10']);
  assert.deepEqual(codes(removeDx(list('E11.9', 'I10'), 'E11.9')), ['*I10']);
  assert.deepEqual(codes(removeDx(list('E11.9', 'I10'), 'I10')), ['*E11.9']);
  assert.deepEqual(removeDx(list('E11.9'), 'E11.9'), []);
});

test('refusals: twice, too coarse, for causes of death, more than thirteen', () => {
  const given = list('E11.9');
  assert.equal(refusal(given, row('I10')), undefined);
  assert.equal(refusal(given, row('E11.9')), 'dxTaken');
  assert.equal(refusal(given, row('E11', { usable: false, flags: ['more-specific-exists'] })), 'dxMoreSpecific');
  assert.equal(refusal(given, row('R99', { usable: false, flags: ['mortality-only'] })), 'dxMortality');
  const many = list(...Array.from({ length: 13 }, (_, i) => `A${String(i).padStart(2, '0')}`));
  assert.equal(refusal(many, row('B00')), 'dxTooMany');
});

test('the input: own words only where they differ', () => {
  const given = withText(list('E11.9', 'I10'), 'I10', ' THA độ 2 ');
  assert.deepEqual(toInput('e', given), {
    encounter: 'e',
    diagnoses: [
      { code: 'E11.9', principal: true },
      { code: 'I10', text: 'THA độ 2', principal: false },
    ],
  });
  assert.ok(sameDiagnoses(list('I10'), withText(list('I10'), 'I10', 'tên I10')));
  assert.ok(!sameDiagnoses(list('I10'), list('I11')));
});

const condition = (id: string, code: string, text = `tên ${code}`): Condition & { id: string } => ({
  resourceType: 'Condition',
  id,
  subject: { reference: 'Patient/p' },
  code: { coding: [{ system: CS.icd10, code, display: `tên ${code}` }], text },
});
const visit = (id: string, start: string, ...conditions: string[]): Encounter & { id: string } => ({
  resourceType: 'Encounter',
  id,
  status: 'finished',
  class: { code: 'AMB' },
  period: { start },
  diagnosis: conditions.map((c, i) => ({ condition: { reference: `Condition/${c}` }, rank: i + 1 })),
});

test('what the records say, and what the last visit said', () => {
  const all = [condition('a', 'E11.9'), condition('b', 'I10', 'THA'), condition('c', 'J00')];
  const now = visit('now', '2026-11-24T00:00:00Z', 'a', 'b');
  assert.deepEqual(codes(recorded(now, all)), ['*E11.9', 'I10']);
  assert.equal(recorded(now, all)[1]?.text, 'THA');
  const older = visit('o1', '2026-05-01T00:00:00Z', 'c');
  const old = visit('o2', '2026-10-22T00:00:00Z', 'b', 'a');
  const none = visit('o3', '2026-11-01T00:00:00Z');
  const found = lastDiagnoses([older, now, none, old], all, 'now');
  assert.equal(found?.on, '2026-10-22T00:00:00Z');
  assert.deepEqual(codes(found?.list ?? []), ['*I10', 'E11.9']);
  assert.ok(found?.list.every((dx) => dx.carried));
});
