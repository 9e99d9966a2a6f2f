import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimFinding } from '../contract.ts';
import { addressOf, groupFindings } from './groups.ts';

const finding = (over: Partial<ClaimFinding>): ClaimFinding => ({
  severity: 'error',
  code: 'field-missing',
  text: { vi: 'Thiếu', en: 'Missing' },
  money: 0,
  portal: false,
  ...over,
});
const at = (record: string, workspace: NonNullable<ClaimFinding['source']>['workspace']) => ({
  source: { record, field: 'x', workspace },
});

test('one cause, one group; errors and money first', () => {
  const groups = groupFindings([
    finding({ severity: 'warning', money: 900, ...at('Patient/p', 'reception') }),
    finding({ money: 100, ...at('ServiceRequest/s', 'lab') }),
    finding({ money: 500, ...at('Coverage/c', 'reception') }),
    finding({ severity: 'warning', money: 500, ...at('Coverage/c', 'reception') }),
    finding({ money: 50, portal: true, ...at('Patient/p', 'reception') }),
  ]);
  assert.deepEqual(
    groups.map((g) => [g.cause, g.findings.length, g.money]),
    [
      ['card', 2, 500],
      ['results', 1, 100],
      ['portal', 1, 50],
      ['person', 1, 0],
    ],
  );
});

test('the address of a finding', () => {
  const claim = { encounter: 'e', patient: 'p' };
  assert.deepEqual(addressOf(finding(at('Patient/p', 'reception')), claim), {
    workspace: 'reception',
    path: ['person', 'p'],
  });
  assert.deepEqual(addressOf(finding(at('ServiceRequest/s', 'imaging')), claim), {
    workspace: 'imaging',
    path: ['order', 's'],
  });
  assert.deepEqual(addressOf(finding(at('Encounter/e', 'vitals')), claim), {
    workspace: 'vitals',
    path: ['e'],
  });
  assert.equal(addressOf(finding(at('MedicationRequest/m', 'claims')), claim), undefined);
});
