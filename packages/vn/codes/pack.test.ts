import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coversDate, editionFor, listCell, numberCell, type RulePack, records, textCell } from './pack.ts';

const pack = (validFrom: string, validTo: string | null, knownFrom: string): RulePack<null> => ({
  subject: 's',
  edition: `${validFrom}.k${knownFrom}`,
  validFrom,
  validTo,
  knownFrom,
  source: [],
  data: null,
});

test('the first and last day belong to the edition', () => {
  const p = pack('2020-10-28', '2026-06-30', '2020-10-28');
  assert.deepEqual(
    ['2020-10-27', '2020-10-28', '2026-06-30', '2026-07-01'].map((d) => coversDate(p, d)),
    [false, true, true, false],
  );
});

test('the date of the event chooses the edition, what was known then chooses the correction', () => {
  const a = pack('2020-01-01', '2026-06-30', '2020-01-01');
  const corrected = pack('2020-01-01', '2026-06-30', '2026-09-01');
  const b = pack('2026-07-01', null, '2026-06-15');
  const all = [b, corrected, a];
  assert.equal(editionFor(all, '2024-01-01', '2026-08-01'), a);
  assert.equal(editionFor(all, '2024-01-01', '2026-09-01'), corrected);
  assert.equal(editionFor(all, '2026-07-01'), b);
  assert.equal(editionFor(all, '2019-12-31'), undefined);
});

test('columns are taken by name, and a missing one is an error', () => {
  const table = {
    columns: ['code', 'n', 'list'],
    rows: [
      ['a', 1, ['x']],
      ['b', null, null],
    ],
  };
  const rows = [...records(table, 'n', 'code', 'list')];
  assert.deepEqual(
    rows.map((r) => [textCell(r.code), numberCell(r.n), listCell(r.list)]),
    [
      ['a', 1, ['x']],
      ['b', undefined, []],
    ],
  );
  assert.throws(() => [...records(table, 'nope')], /no column "nope"/);
});
