import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldText } from '@mach/base/fold.ts';
import { formatDate } from '@mach/base/time.ts';
import type { ResultRow as LabValue } from '@mach/lab/contract.ts';
import type { OrderRow } from '../../../contract.ts';
import { dataWords, earlierResults, type ResultWords, visitResults } from './results.ts';

const words: ResultWords = { preliminary: 'sơ bộ', callBack: 'chưa xác nhận', state: (state) => `[${state}]` };
const NONE = new Set<string>();

const value = (item: string, text: string, more: Partial<LabValue> = {}): LabValue => ({
  key: `${item}-${more.at ?? 'now'}`,
  patient: 'p',
  patientId: 'p',
  encounter: 'now',
  order: `o-${item}`,
  item,
  loinc: null,
  name: item,
  status: 'final',
  text,
  number: Number(text.replace(',', '.')) || null,
  unit: 'mmol/L',
  flag: 'N',
  critical: false,
  range: '3,9–5,6',
  at: '2026-11-24T01:00:00Z',
  issued: '2026-11-24T02:00:00Z',
  previous: null,
  previousAt: null,
  difference: null,
  exceeds: false,
  correctedFrom: null,
  computed: false,
  note: null,
  ...more,
});
const order = (service: string, more: Partial<OrderRow> = {}): OrderRow =>
  ({
    key: `o-${service}`,
    encounter: 'now',
    service,
    name: service,
    group: 'lab',
    state: 'validated',
    report: `r-${service}`,
    conclusion: null,
    ...more,
  }) as OrderRow;

const read = (orders: readonly OrderRow[], values: readonly LabValue[], critical = NONE) =>
  visitResults(orders, values, 'now', critical, words);

test('values carry flag, twin, trend of at most six, and what they were', () => {
  const old = [3, 4, 5, 6, 7, 8, 9].map((n) =>
    value('GLU', `${n},0`, { encounter: 'old', at: `2026-0${n - 2}-01T01:00:00Z` }),
  );
  const now = value('GLU', '9,40', { flag: 'H', previous: '9,0', correctedFrom: '4,9' });
  const { rows } = read([order('GLU')], [now, ...old]);
  assert.equal(rows.length, 1);
  const [row] = rows;
  assert.equal(row?.value, '9.40');
  assert.equal(row?.flag, 'high');
  assert.equal(row?.twin, '169 mg/dL');
  assert.deepEqual(row?.trend, [5, 6, 7, 8, 9, 9.4]);
  assert.equal(row?.previous, '9.0');
  assert.equal(row?.corrected?.value, '4,9');
  assert.equal(row?.fresh, true);
  assert.equal(read([order('CREA')], [value('CREA', '84', { unit: 'µmol/L' })]).rows[0]?.twin, '0,95 mg/dL');
  assert.equal(read([], [value('CREA', '88', { unit: 'µmol/L' })]).rows[0]?.twin, '1,00 mg/dL');
  assert.equal(
    read([], [value('CREA', '84', { unit: 'mg/L' })]).rows[0]?.twin,
    undefined,
    'never in a unit it does not know',
  );
});

test('what is no plain number is shown as it was written', () => {
  const { rows } = read(
    [],
    [value('TSH', '< 0,01', { number: 0.01 }), value('HBSAG', 'Âm tính', { number: null, unit: null })],
  );
  assert.deepEqual(
    rows.map((r) => r.value),
    ['Âm tính', '< 0,01'],
  );
  assert.equal(read([], [value('PLT', '12 500', { number: 12500 })]).rows[0]?.value, '12500');
});

test('entered in error is nowhere; preliminary says so; pending last, seen ones are not to be seen again', () => {
  const result = read(
    [
      order('GLU'),
      order('K', { state: 'preliminary' }),
      order('ECG', { group: 'functional', state: 'in-progress' }),
      order('XR', { group: 'imaging', state: 'seen', conclusion: 'Bình thường' }),
      order('CT', { group: 'imaging', state: 'cancelled' }),
      order('02.1898', { group: 'exam', state: 'performed' }),
      order('OLD', { encounter: 'old', state: 'validated' }),
    ],
    [
      value('GLU', '5,0'),
      value('K', '2,4', { status: 'preliminary', flag: 'LL', critical: true }),
      value('NA', '1', { status: 'entered-in-error' }),
    ],
  );
  assert.deepEqual(
    result.rows.map((r) => r.test),
    ['GLU', 'K (sơ bộ)', 'ECG'],
  );
  assert.equal(result.rows[1]?.flag, 'critical');
  assert.equal(result.rows[2]?.expected, '[in-progress]');
  assert.deepEqual(result.unseen, ['o-GLU']);
  assert.deepEqual(
    result.pending.map((o) => o.key),
    ['o-K', 'o-ECG'],
  );
  assert.deepEqual(
    result.reports.map((o) => o.key),
    ['o-XR'],
  );
});

test('a critical value that nobody took note of says so', () => {
  const values = [value('K', '2,4', { flag: 'LL', critical: true })];
  assert.equal(read([order('K')], values, new Set(['r-K'])).rows[0]?.callBack, 'chưa xác nhận');
  assert.equal(read([order('K')], values).rows[0]?.callBack, undefined);
});

test('earlier results: the newest of each item, newest first, none of this visit', () => {
  const rows = earlierResults(
    [
      value('GLU', '9,4'),
      value('GLU', '7,0', { encounter: 'a', at: '2026-05-01T01:00:00Z' }),
      value('GLU', '8,0', { encounter: 'b', at: '2026-08-01T01:00:00Z' }),
      value('K', '4,0', { encounter: 'a', at: '2026-05-01T01:00:00Z' }),
    ],
    'now',
  );
  assert.deepEqual(
    rows.map((r) => [r.test, r.value]),
    [
      ['GLU', '8.0'],
      ['K', '4.0'],
    ],
  );
  assert.deepEqual(rows[0]?.trend, [7, 8]);
});

test('values can be called into a note by their word', () => {
  const found = dataWords([value('HBA1C', '8,1', { unit: '%', name: 'HbA1c' })], foldText, formatDate);
  assert.deepEqual(found, [{ words: ['hba1c', 'hba1c'], text: 'HbA1c 8,1 % (24/11/2026)' }]);
});
