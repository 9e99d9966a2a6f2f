import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '@mach/fhir/types.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { lastVitals, strip, weightOf } from './vitals.ts';

const at = (day: string, time = '01:00'): string => `2026-11-${day}T${time}:00.000Z`;
function sign(loinc: string, value: number, more: Partial<Observation> = {}): Observation {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: CS.loinc, code: loinc }] },
    encounter: { reference: 'Encounter/now' },
    effectiveDateTime: at('24'),
    valueQuantity: { value, unit: loinc === '29463-7' ? 'kg' : 'x' },
    ...more,
  };
}
const pressure = (sbp: number | undefined, dbp: number | undefined, more: Partial<Observation> = {}): Observation => ({
  ...sign('85354-9', 0),
  valueQuantity: undefined,
  component: [
    { code: { coding: [{ code: '8480-6' }] }, valueQuantity: sbp === undefined ? undefined : { value: sbp } },
    { code: { coding: [{ code: '8462-4' }] }, valueQuantity: dbp === undefined ? undefined : { value: dbp } },
  ],
  ...more,
});
const earlier = { encounter: { reference: 'Encounter/old' }, effectiveDateTime: at('20') };

test('the newest of this visit wins, an older visit only fills in and is marked', () => {
  const found = lastVitals(
    [
      sign('8867-4', 78),
      sign('8867-4', 120, { effectiveDateTime: at('24', '00:10') }),
      sign('29463-7', 58, earlier),
      sign('8310-5', 39, { status: 'entered-in-error' }),
    ],
    'now',
    true,
  );
  assert.equal(found.get('pulse')?.value, '78');
  assert.equal(found.get('pulse')?.earlier, false);
  assert.equal(found.get('weight')?.earlier, true);
  assert.equal(found.get('temperature'), undefined);
});

test('flags of adults; children are only flagged where the nurse was alarmed', () => {
  const bp = pressure(148, 86);
  assert.equal(lastVitals([bp], 'now', true).get('bp')?.flag, 'high');
  assert.equal(lastVitals([bp], 'now', true).get('bp')?.value, '148/86');
  assert.equal(lastVitals([bp], 'now', false).get('bp')?.flag, undefined);
  assert.equal(lastVitals([pressure(118, undefined)], 'now', true).get('bp')?.value, '118/—');
  assert.equal(lastVitals([pressure(118, undefined)], 'now', true).get('bp')?.flag, undefined);
  const alarm = { interpretation: [{ coding: [{ code: 'AA' }] }] };
  assert.equal(lastVitals([pressure(190, 120, alarm)], 'now', false).get('bp')?.flag, 'critical');
  assert.equal(lastVitals([sign('59408-5', 91)], 'now', true).get('spo2')?.flag, 'low');
  assert.equal(lastVitals([sign('8310-5', 37.5)], 'now', true).get('temperature')?.flag, 'high');
});

test('NEWS2: only of this visit, with what is missing, a single three is loud', () => {
  const news = (more: Partial<Observation>): Observation => ({
    ...sign('', 0),
    code: { coding: [{ system: CS.score, code: 'news2' }] },
    valueQuantity: undefined,
    valueInteger: 3,
    component: [{ code: {}, valueInteger: 3 }],
    extension: [{ url: EXT.computedBy, extension: [{ url: 'recorded', valueString: '5/7' }] }],
    ...more,
  });
  const found = lastVitals([news({})], 'now', true).get('news2');
  assert.equal(found?.value, '3');
  assert.equal(found?.flag, 'abnormal');
  assert.equal(found?.note, '5/7');
  assert.equal(lastVitals([news(earlier)], 'now', true).get('news2'), undefined);
});

test('the strip always has its places; weight grows old', () => {
  const empty = strip(new Map(), { bmi: 'BMI' });
  assert.deepEqual(
    empty.map((v) => v.kind),
    ['bp', 'pulse', 'temperature', 'spo2', 'breaths', 'news2'],
  );
  assert.ok(empty.every((v) => v.value === undefined));
  const found = lastVitals([sign('29463-7', 58, earlier)], 'now', true);
  assert.equal(weightOf(found, at('24'))?.stale, false);
  assert.equal(weightOf(found, '2027-03-01T00:00:00Z')?.stale, true);
  assert.equal(weightOf(new Map(), at('24')), undefined);
});
