import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeptAct } from '@mach/ui';
import { fixesFor } from './fixes.ts';

const refused = (
  issues: { code: string; field?: string }[],
  input: object,
  command = 'reception.checkIn',
): KeptAct => ({
  id: 'a',
  sequence: 1,
  performedAt: '2026-11-24T01:00:00.000Z',
  command,
  input,
  title: { vi: 'Tiếp đón', en: 'Check-in' },
  name: 'TRẦN THỊ LAN',
  lane: 'ticket:G0001',
  state: 'refused',
  tries: 1,
  issues: issues.map((one) => ({ severity: 'error', text: { vi: 'x', en: 'x' }, ...one })),
});

test('a duplicate is the same person or another one; a card that does not hold leaves self-paying', () => {
  const alike = refused([{ code: 'possible-duplicate', field: 'notDuplicateOf.p-1' }], { cccdQr: 'x', payer: 'fee' });
  assert.deepEqual(
    fixesFor(alike).map((fix) => [fix.label, fix.change]),
    [
      ['samePerson', { patient: 'p-1', cccdQr: undefined, person: undefined }],
      ['otherPerson', { notDuplicateOf: ['p-1'] }],
    ],
  );
  const card = refused([{ code: 'card-expired', field: 'coverage' }], { bhytQr: 'x', payer: 'bhyt' });
  assert.deepEqual(
    fixesFor(card).map((fix) => fix.change),
    [{ payer: 'fee' }],
    'the card still says who it is',
  );
  assert.deepEqual(fixesFor(refused([{ code: 'already-waiting', field: 'room' }], { payer: 'fee' })), []);
  assert.deepEqual(fixesFor(refused([{ code: 'no-shift' }], {}, 'cashier.takePaperReceipt')), []);
});
