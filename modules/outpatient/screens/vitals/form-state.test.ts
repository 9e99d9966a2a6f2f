import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueueRow } from '../../contract.ts';
import {
  confirm,
  EMPTY,
  FIELDS,
  isConfirmed,
  isEmpty,
  mgPerDl,
  nextPerson,
  open,
  placeOf,
  toInput,
  worklist,
} from './form-state.ts';

test('a confirmation holds for its value only', () => {
  const form = confirm({ ...EMPTY, values: { sbp: '230', dbp: '125' } }, 'sbp');
  assert.equal(isConfirmed(form, 'sbp'), true);
  assert.equal(isConfirmed({ ...form, values: { ...form.values, sbp: '235' } }, 'sbp'), false);
  assert.equal(confirm(form, 'sbp'), form);
  const warning = (field: string) => ({ severity: 'warning' as const, code: 'x', field, text: { vi: '', en: '' } });
  const found = { warnings: [warning('values.sbp'), warning('values.dbp')] };
  assert.deepEqual(
    open(form, found).map((w) => w.field),
    ['values.dbp'],
  );
});

test('what is sent: only what was given, numbers with one meaning, confirmations that still hold', () => {
  const form = {
    ...confirm({ ...EMPTY, values: { sbp: '230', weight: '3.125', pulse: '' } }, 'sbp'),
    oxygen: 'air' as const,
    note: ' sau nghỉ ',
  };
  assert.deepEqual(toInput('e', form), {
    encounter: 'e',
    values: { sbp: '230', weight: '3.1250' },
    oxygen: false,
    confirmed: ['sbp'],
    note: 'sau nghỉ',
  });
  const changed = { ...form, values: { ...form.values, sbp: '231' } };
  assert.equal('confirmed' in toInput('e', changed), false);
  assert.equal(isEmpty({ ...EMPTY, values: { pulse: '' } }), true);
  assert.equal(isEmpty({ ...EMPTY, consciousness: 'A' }), false);
});

test('the bar never runs out of its ends, and glucose has its twin', () => {
  assert.equal(placeOf('165', [30, 300]), 50);
  assert.equal(placeOf('10', [30, 300]), 0);
  assert.equal(placeOf('400', [30, 300]), 100);
  assert.equal(mgPerDl('7'), '126');
  assert.equal(mgPerDl('5.6'), '101');
});

const row = (
  key: string,
  arrivedAt: string,
  vitalsAt: string | null = null,
  priority: number | null = null,
): QueueRow => ({ key, arrivedAt, vitalsAt, priority }) as QueueRow;

test('the list: not measured before measured, priority before time', () => {
  const rows = [row('c', '08:00'), row('a', '07:00', '07:30'), row('b', '07:10'), row('p', '09:00', null, 2)];
  assert.deepEqual(
    worklist(rows).map((r) => r.key),
    ['p', 'b', 'c', 'a'],
  );
  assert.equal(nextPerson(rows, 'p')?.key, 'b');
  assert.equal(nextPerson([row('x', '07:00')], 'x'), undefined);
  assert.equal(new Set(FIELDS).size, FIELDS.length);
});
