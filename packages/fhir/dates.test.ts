import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DATE_MAX, DATE_MIN, dateRange, isCertainlyAfter } from './dates.ts';

const range = (text: string): [string, string] | undefined => {
  const r = dateRange(text);
  return r && [new Date(r.low).toISOString(), new Date(r.high).toISOString()];
};

test('ranges by precision, without a zone in Viet Nam', () => {
  assert.deepEqual(range('2024'), ['2023-12-31T17:00:00.000Z', '2024-12-31T16:59:59.999Z']);
  assert.deepEqual(range('2024-02'), ['2024-01-31T17:00:00.000Z', '2024-02-29T16:59:59.999Z']);
  assert.deepEqual(range('2024-02-29'), ['2024-02-28T17:00:00.000Z', '2024-02-29T16:59:59.999Z']);
  assert.deepEqual(range('2024-01-01T10'), ['2024-01-01T03:00:00.000Z', '2024-01-01T03:59:59.999Z']);
  assert.deepEqual(range('2024-01-01T10:30'), ['2024-01-01T03:30:00.000Z', '2024-01-01T03:30:59.999Z']);
  assert.deepEqual(range('2024-01-01T10:30:05'), ['2024-01-01T03:30:05.000Z', '2024-01-01T03:30:05.999Z']);
  assert.deepEqual(range('2024-01-01T10:30:05.5Z'), ['2024-01-01T10:30:05.500Z', '2024-01-01T10:30:05.599Z']);
  assert.deepEqual(range('2024-01-01T10:30:05.123456-05:30'), ['2024-01-01T16:00:05.123Z', '2024-01-01T16:00:05.123Z']);
});

test('what is no date', () => {
  for (const text of [
    '',
    '24',
    '2024-13',
    '2024-02-30',
    '2023-02-29',
    '2024-00-01',
    '2024-01-00',
    '0000',
    '2024-01-01T25:00Z',
    '2024-1-1',
    '2024-01-01 10:00',
    'abc',
  ]) {
    assert.equal(dateRange(text), undefined, text);
  }
});

test('the limits hold every date', () => {
  assert.ok((dateRange('0001-01-02')?.low ?? 0) >= DATE_MIN);
  assert.ok((dateRange('9999-12-31')?.high ?? 0) <= DATE_MAX);
});

test('a finer date lies within the coarser one, and instants round-trip', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (d) => {
      const text = d.toISOString();
      assert.deepEqual(dateRange(text), { low: d.getTime(), high: d.getTime() });
      const local = new Date(d.getTime() + 7 * 3600_000).toISOString();
      const chain = [4, 7, 10, 13, 16, 19].map((n) => dateRange(local.slice(0, n)));
      for (const [i, r] of chain.entries()) {
        assert.ok(r && r.low <= d.getTime() && d.getTime() <= r.high, `${local} ${i}`);
        const coarser = chain[i - 1];
        if (coarser) assert.ok(coarser.low <= r.low && r.high <= coarser.high);
      }
    }),
  );
});

test('certainly after', () => {
  assert.ok(isCertainlyAfter('2024-02', '2024-01-31'));
  assert.ok(!isCertainlyAfter('2024', '2024-01-31'));
  assert.ok(!isCertainlyAfter('2024-01-01', '2024-01-01'));
  assert.ok(!isCertainlyAfter('x', '2024'));
});
