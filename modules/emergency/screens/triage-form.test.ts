import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readVitalPacks, type VitalPacks } from '@mach/outpatient/contract.ts';
import { readTriage, type TriageData } from '../rules/triage-pack.ts';
import { EMPTY_TRIAGE, type TriageForm, toTriage, triageState } from './triage-form.ts';

const EDITIONS = { vitals: '2020-01-01', news2: '2017-12-19', pews: '2009-08-04', meows: '2012-01-01' } as const;
const data = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../rulepacks/${path}.json`, import.meta.url), 'utf8')).data;
const packs = readVitalPacks((subject) => data(`${subject}/${EDITIONS[subject]}`)) as VitalPacks;
const pack = readTriage(data('triage/2020-01-01') as TriageData);
const ADULT = { days: 60 * 365, years: 60, months: 720 };
const state = (form: Partial<TriageForm>) => triageState({ ...EMPTY_TRIAGE, ...form }, ADULT, packs, pack);

test('a number that is half typed or cannot be grades nobody', () => {
  assert.equal(state({ values: { sbp: '9' } }).level, null);
  assert.equal(state({ values: { sbp: '92' } }).level, 4);
  assert.equal(state({ values: { sbp: '75' } }).level, 1);
});

test('nobody is graded before somebody has looked; a level of one’s own needs its reason, also the usual one', () => {
  assert.equal(state({}).level, null);
  assert.equal(state({ consciousness: 'A' }).level, 4);
  const own = { ...EMPTY_TRIAGE, level: 4 as const, reason: 'Bong gân cổ chân, đi lại được' };
  assert.deepEqual([state(own).level, state(own).own], [4, true]);
  assert.deepEqual(toTriage('e', own, state(own)), { encounter: 'e', signs: [], level: 4, reason: own.reason });
});

test('nothing measured sends no vital signs; what is unusual must be confirmed', () => {
  const signs = state({ signs: ['mild'] });
  assert.deepEqual(toTriage('e', { ...EMPTY_TRIAGE, signs: ['mild'] }, signs), { encounter: 'e', signs: ['mild'] });
  const odd = { values: { sbp: '235' } };
  assert.deepEqual(state(odd).unusual, ['sbp']);
  const confirmed = state({ ...odd, confirmed: true });
  assert.deepEqual([confirmed.unusual, confirmed.vitals?.confirmed], [[], ['sbp']]);
});

test('another level travels with its reason, the proposed one without', () => {
  const form = { ...EMPTY_TRIAGE, signs: ['stroke'], level: 3 as const, reason: ' Đã khám ở phòng khám ' };
  const input = toTriage('e', form, state(form));
  assert.deepEqual([input.level, input.reason], [3, 'Đã khám ở phòng khám']);
  const same = { ...form, level: 2 as const };
  assert.equal(toTriage('e', same, state(same)).level, undefined);
});
