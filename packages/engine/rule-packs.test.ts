import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoEdition, RulePacks } from './rule-packs.ts';

const edition = (
  validFrom: string,
  validTo: string | null,
  knownFrom: string,
  rate: number,
  padding = '',
): (() => Buffer) => {
  const pack = {
    subject: 'rate',
    edition: validFrom,
    validFrom,
    validTo,
    knownFrom,
    source: [],
    data: { rate, padding },
  };
  return () => Buffer.from(JSON.stringify(pack));
};
const rate = (packs: RulePacks, date: string, knownAt?: string): number =>
  packs.at<{ rate: number }>('rate', date, knownAt).data.rate;

test("the event's date chooses, and a correction never rewrites what was known before it", () => {
  const packs = new RulePacks();
  packs.add(edition('2024-01-01', '2026-06-30', '2024-01-01', 80));
  packs.add(edition('2026-07-01', null, '2026-06-01', 95));
  packs.add(edition('2026-07-01', null, '2026-08-15', 90));
  assert.equal(rate(packs, '2026-06-30'), 80);
  assert.equal(rate(packs, '2026-07-01T03:00:00.000Z'), 90);
  assert.equal(rate(packs, '2026-07-01', '2026-08-01'), 95);
  // The law of July begins at midnight in Vietnam, seven hours before the day in Greenwich.
  assert.equal(rate(packs, '2026-06-30T17:30:00.000Z'), 90);
  assert.equal(rate(packs, '2026-06-30T16:59:00.000Z'), 80);
  assert.throws(
    () => rate(packs, '2023-12-31'),
    (e) => e instanceof RangeError && e instanceof NoEdition && e.problem.issues[0]?.code === 'no-rules-then',
  );
  assert.throws(() => packs.at('nothing', '2026-01-01'), /no edition of rule pack nothing/);
});

test('a large edition that was let go is read again, with the same hash; derived work is done once', () => {
  const packs = new RulePacks();
  let reads = 0;
  const read = edition('2024-01-01', null, '2024-01-01', 80, 'x'.repeat(300_000));
  packs.add(() => {
    reads++;
    return read();
  });
  const { hash } = packs.meta('rate', '2025-01-01');
  assert.equal(reads, 1);
  assert.equal(packs.at('rate', '2025-01-01').hash, hash);
  let computed = 0;
  const twice = [1, 2].map(() => packs.derived('rate', '2025-01-01', 'sum', (pack) => ++computed && pack.hash));
  assert.deepEqual([twice, computed], [[hash, hash], 1]);
});
