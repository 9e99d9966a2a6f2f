import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderRow, ServiceCodeRow } from '../../../contract.ts';
import {
  addItems,
  exactRow,
  itemOf,
  lastOrders,
  ruleName,
  separateWords,
  standingOrder,
  toInput,
  unsignedOf,
} from './basket.ts';

const row = (code: string, more: Partial<ServiceCodeRow> = {}): ServiceCodeRow =>
  ({
    code,
    display: code,
    kind: 'service',
    price: 1000,
    bhytRatio: 100,
    ceiling: null,
    via: null,
    ...more,
  }) as ServiceCodeRow;

test('a service is in the basket once, also from a bundle', () => {
  const basket = addItems(
    [itemOf(row('GLU'))],
    [itemOf(row('HBA1C'), 'DTD'), itemOf(row('GLU'), 'DTD'), itemOf(row('HBA1C'))],
  );
  assert.deepEqual(
    basket.map((one) => [one.row.code, one.from]),
    [
      ['GLU', undefined],
      ['HBA1C', 'DTD'],
    ],
  );
});

test('several orders typed at once', () => {
  assert.deepEqual(separateWords('hba1c, glu; điện tim'), ['hba1c', 'glu', 'điện tim']);
  assert.deepEqual(separateWords('glu crea ecg'), ['glu', 'crea', 'ecg']);
  assert.deepEqual(separateWords('glu'), []);
  assert.deepEqual(separateWords('x quang'), [], 'a letter is no order');
});

test('only what is meant without doubt is taken', () => {
  const rows = [row('GLU', { display: 'Glucose' }), row('GLU2', { display: 'Glucose', via: 'glu' })];
  assert.equal(exactRow(rows, 'glu')?.code, 'GLU');
  assert.equal(exactRow(rows, 'glucose'), undefined, 'two of the name');
  assert.equal(exactRow([row('ECG', { via: 'Điện tâm đồ' })], 'dien tam do')?.code, 'ECG');
});

const order = (more: Partial<OrderRow>): OrderRow =>
  ({
    key: 'o',
    service: 'GLU',
    encounter: 'e',
    state: 'signed',
    orderedAt: '2026-11-01T00:00:00Z',
    ...more,
  }) as OrderRow;

test('a repetition is pointed out: of this visit always, of others within a week, never of a cancelled one', () => {
  const now = '2026-11-24T01:00:00Z';
  assert.ok(standingOrder([order({})], 'GLU', 'e', now));
  assert.equal(standingOrder([order({})], 'HBA1C', 'e', now), undefined);
  assert.equal(standingOrder([order({ encounter: 'old' })], 'GLU', 'e', now), undefined);
  assert.ok(standingOrder([order({ encounter: 'old', orderedAt: '2026-11-20T00:00:00Z' })], 'GLU', 'e', now));
  assert.equal(standingOrder([order({ state: 'cancelled' })], 'GLU', 'e', now), undefined);
});

test('the orders of the last visit can be repeated', () => {
  const found = lastOrders(
    [
      order({ encounter: 'now', orderedAt: '2026-11-24T00:00:00Z' }),
      order({ encounter: 'old', service: 'HBA1C', orderedAt: '2026-10-22T00:00:00Z' }),
      order({ encounter: 'old', service: 'GLU', orderedAt: '2026-10-22T00:00:00Z' }),
      order({ encounter: 'old', service: 'CT', state: 'cancelled', orderedAt: '2026-10-22T00:00:00Z' }),
      order({ encounter: 'older', service: 'TSH', orderedAt: '2026-01-01T00:00:00Z' }),
      order({ encounter: 'exam', service: '02.1898', group: 'exam', orderedAt: '2026-11-01T00:00:00Z' }),
    ],
    'now',
  );
  assert.equal(found?.on, '2026-10-22T00:00:00Z');
  assert.deepEqual([...(found?.services ?? [])].sort(), ['GLU', 'HBA1C']);
  assert.equal(lastOrders([order({ encounter: 'now' })], 'now'), undefined);
});

test('input and cost of what is chosen', () => {
  const basket = [
    itemOf(row('GLU')),
    { ...itemOf(row('XR')), priority: 'urgent' as const, question: ' gãy? ', paidByPatient: true },
  ];
  assert.deepEqual(toInput('e', basket), {
    encounter: 'e',
    items: [{ service: 'GLU' }, { service: 'XR', priority: 'urgent', question: 'gãy?', paidByPatient: true }],
  });
  const [, second] = basket;
  assert.ok(second);
  assert.equal(unsignedOf(second).paidByPatient, true);
  assert.equal(ruleName('duplicate-order', second), 'duplicate-order:XR');
});
