import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXT } from '@mach/vn/systems.ts';
import { doseText } from './lines.ts';
import { vitalsText } from './results.ts';
import { birth, day, minute, plainText } from './text.ts';

test('dates as the claim writes them', () => {
  assert.deepEqual(['1964', '1964-07', '1964-07-14'].map(birth), ['196400000000', '196407000000', '196407140000']);
  assert.deepEqual([day('2026-11-24'), day('2026-11-24T17:30:00.000Z'), day(undefined)], ['20261124', '20261125', '']);
  assert.equal(minute('2026-11-24T17:30:59.000Z'), '202611250030');
});

test('the narrative loses its tags, not its signs', () => {
  assert.equal(
    plainText('<div xmlns="http://www.w3.org/1999/xhtml"><p>HA 120/80 &lt; 140</p><p>Tim &amp; phổi</p></div>'),
    'HA 120/80 < 140 Tim & phổi',
  );
});

test('the dose of an out-patient line', () => {
  const request = {
    resourceType: 'MedicationRequest' as const,
    status: 'active' as const,
    intent: 'order' as const,
    subject: {},
    dosageInstruction: [
      {
        text: 'Uống sáng nửa viên, tối nửa viên',
        timing: { repeat: { frequency: 2, boundsDuration: { value: 5 } } },
        doseAndRate: [{ doseQuantity: { value: 0.5, unit: 'viên' } }],
      },
    ],
  };
  assert.equal(doseText(request), '0.5 viên/lần * 2 lần/ngày * 5 ngày [1 viên/ngày]');
  const asNeeded = { ...request, dosageInstruction: [{ text: 'Khi đau, tối đa 3 viên/ngày' }] };
  assert.equal(doseText(asNeeded), 'Khi đau, tối đa 3 viên/ngày', 'without a frequency the words stand for themselves');
});

test('doses that differ by the hour are written one by one, as the official example does', () => {
  const slot = (code: string, dose: number) => ({
    url: EXT.slotDose,
    extension: [
      { url: 'slot', valueCode: code },
      { url: 'dose', valueDecimal: dose },
    ],
  });
  const request = (...doses: [string, number][]) => ({
    resourceType: 'MedicationRequest' as const,
    status: 'active' as const,
    intent: 'order' as const,
    subject: {},
    dosageInstruction: [
      {
        extension: doses.map(([code, dose]) => slot(code, dose)),
        text: 'Uống',
        // As older records have it: the largest dose times the times, which is more than the day holds.
        timing: { repeat: { frequency: doses.length, boundsDuration: { value: 10 } } },
        doseAndRate: [{ doseQuantity: { value: Math.max(...doses.map(([, dose]) => dose)), unit: 'viên' } }],
      },
    ],
  });
  assert.equal(
    doseText(request(['morning', 3], ['afternoon', 2], ['night', 1])),
    'Sáng: 3 viên, Chiều: 2 viên, Tối: 1 viên [6 viên/ngày]',
  );
  assert.equal(doseText(request(['morning', 1], ['night', 0.5])), 'Sáng: 1 viên, Tối: 0.5 viên [1.5 viên/ngày]');
  assert.equal(doseText(request(['morning', 1], ['night', 1])), '1 viên/lần * 2 lần/ngày * 10 ngày [2 viên/ngày]');
});

test('vital signs of table 5', () => {
  const sign = (loinc: string, value: number) => ({
    resourceType: 'Observation' as const,
    id: loinc,
    status: 'final' as const,
    code: { coding: [{ system: 'http://loinc.org', code: loinc }] },
    valueQuantity: { value },
  });
  const pressure = {
    resourceType: 'Observation' as const,
    id: 'bp',
    status: 'final' as const,
    code: { coding: [{ code: '85354-9' }] },
    component: [
      { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 120 } },
      { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 70 } },
    ],
  };
  assert.equal(
    vitalsText({ observations: [sign('8867-4', 75), sign('8310-5', 37), pressure] }),
    'CSST<M75_T37_HA120/70>',
  );
  assert.equal(vitalsText({ observations: [] }), '');
});
