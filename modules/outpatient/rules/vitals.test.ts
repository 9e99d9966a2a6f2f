import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type News2Data, readNews2 } from '@mach/vn/clinical/news2.ts';
import { readVitals, type VitalsData } from '@mach/vn/clinical/vitals.ts';
import fc from 'fast-check';
import { VITAL_ITEMS, type VitalItemCode } from '../lists.ts';
import { type MeowsData, readMeows } from './meows.ts';
import { type PewsData, readPews } from './pews.ts';
import { observationsOf, stillUrgent } from './vital-records.ts';
import { assessVitals, news2Verdict, type VitalSet } from './vitals.ts';

const data = <T>(path: string): T =>
  JSON.parse(readFileSync(new URL(`../../../rulepacks/${path}.json`, import.meta.url), 'utf8')).data;
const vitals = readVitals(data<VitalsData>('vitals/2020-01-01'));
const news2 = readNews2(data<News2Data>('news2/2017-12-19'));
const pews = readPews(data<PewsData>('pews/2009-08-04'));
const meows = readMeows(data<MeowsData>('meows/2012-01-01'));
const ADULT = { ageDays: 62 * 365, ageYears: 62, vitals, news2, pews, meows };
const assess = (set: VitalSet, context: Partial<typeof ADULT> & { ageDays?: number; ageYears?: number } = {}) =>
  assessVitals(set, { ...ADULT, ...context });

test('every item of the form has a place in the pack', () => {
  for (const item of VITAL_ITEMS) assert.ok(vitals.items.has(item), item);
});

test('NEWS2 of a set, by hand from the official chart', () => {
  const found = assess({
    values: { resp: '22', spo2: '94', sbp: '105', dbp: '60', pulse: '112', temp: '38,5' },
    consciousness: 'A',
    oxygen: true,
  });
  // 22 breaths 2 · 94 % 1 · oxygen 2 · 105 mmHg 1 · 112 beats 2 · alert 0 · 38.5 °C 1
  assert.equal(found.news2?.total, 9);
  assert.equal(found.news2?.risk, 'high');
  assert.ok(found.urgent.includes('news2'));
});

test('a single 3 calls for the front although the sum is low', () => {
  const found = assess({ values: { pulse: '135' } });
  assert.deepEqual([found.news2?.total, found.news2?.risk, found.urgent], [3, 'low-medium', ['news2']]);
});

test('a low sum of few parameters is not called low risk; one that alarms stands', () => {
  const verdict = (set: VitalSet): string => {
    const score = assess(set).news2;
    return score ? news2Verdict(score).risk : 'none';
  };
  assert.equal(verdict({ values: { sbp: '120' } }), 'incomplete');
  assert.equal(verdict({ values: { sbp: '85' } }), 'low-medium');
  const all = { resp: '16', spo2: '98', sbp: '120', pulse: '70', temp: '37' };
  assert.equal(verdict({ values: all, oxygen: false, consciousness: 'A' }), 'low');
});

test('a flow of oxygen says that oxygen is given; a flow of zero says air', () => {
  assert.equal(assess({ values: { spo2: '98', o2flow: '2' } }).oxygen, true);
  assert.equal(assess({ values: { spo2: '98', o2flow: '0' } }).oxygen, false);
  assert.equal(assess({ values: { spo2: '98' } }).oxygen, undefined);
});

test('without an age: adult ranges, no score', () => {
  const found = assess({ values: { pulse: '120' } }, { ageDays: undefined, ageYears: undefined });
  assert.deepEqual([found.errors, found.warnings, found.news2], [[], [], undefined]);
});

test('an odd body mass points at the weight', () => {
  const found = assess({ values: { weight: '140', height: '150' } });
  assert.deepEqual(
    found.warnings.map((w) => w.field),
    ['values.weight'],
  );
});

const FRAME = {
  subject: { reference: 'Patient/p' },
  encounter: { reference: 'Encounter/e' },
  effectiveDateTime: '2026-11-24T00:00:00.000Z',
  issued: '2026-11-24T00:00:00.000Z',
  performer: [{ display: 'ĐD' }],
  late: false,
};

test('whatever is measured is recorded once, with the number that was read', () => {
  const typed: Record<string, string[]> = {
    sbp: ['120', '95'],
    dbp: ['60', '70'],
    pulse: ['60', '99'],
    temp: ['36,5', '37.9'],
    resp: ['14', '20'],
    spo2: ['95', '99'],
    o2flow: ['0', '2,5'],
    weight: ['58,25', '60'],
    height: ['150,5', '170'],
    pain: ['0', '7'],
    glucose: ['5,6', '11'],
    gcs: ['15', '14'],
  };
  const values = fc.record(Object.fromEntries(Object.entries(typed).map(([k, v]) => [k, fc.constantFrom(...v)])), {
    requiredKeys: [],
  });
  fc.assert(
    fc.property(values, (given) => {
      fc.pre(Object.keys(given).length > 0);
      const found = assess({ values: given as VitalSet['values'] });
      assert.deepEqual(found.errors, []);
      const { members } = observationsOf({ found, frame: FRAME, items: vitals.items, urgent: found.urgent });
      const numbers = new Map<string, number[]>();
      for (const { resource } of members)
        for (const part of [resource, ...(resource.component ?? [])]) {
          const code = part.code.coding?.[0]?.code ?? '';
          const value = part.valueQuantity?.value;
          if (value !== undefined) numbers.set(code, [...(numbers.get(code) ?? []), value]);
        }
      for (const [item, text] of Object.entries(given)) {
        const loinc = vitals.items.get(item)?.loinc ?? '';
        assert.deepEqual(numbers.get(loinc), [Number(String(text).replace(',', '.'))], item);
      }
    }),
    { numRuns: 300 },
  );
});

test('what called for the front stays until it is measured again', () => {
  const first = assess({ values: { sbp: '190', dbp: '100' } });
  assert.deepEqual(first.urgent, ['sbp']);
  const { panel } = observationsOf({ found: first, frame: FRAME, items: vitals.items, urgent: first.urgent });
  const after = (values: Partial<Record<VitalItemCode, string>>) => stillUrgent([panel], assess({ values }));
  assert.deepEqual(after({ weight: '60' }), ['sbp']);
  assert.deepEqual(after({ sbp: '130', dbp: '80' }), []);
  assert.deepEqual(stillUrgent([{ ...panel, status: 'entered-in-error' }], assess({ values: { weight: '60' } })), []);
});
