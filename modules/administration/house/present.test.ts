import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { layOver, type OverlayEntry } from '@mach/engine/rule-packs/overlay.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import { present } from './present.ts';

const DATA = {
  tests: {
    columns: ['code', 'name', 'minutes', 'fasting'],
    rows: [
      ['GLU', 'Glucose', null, true],
      ['HBA1C', 'HbA1c', 90, false],
    ],
  },
  limits: { days: 30 },
};
const rules = { rules: () => ({ data: DATA }) as unknown as RulePack };
const entry = (over: Partial<OverlayEntry>): OverlayEntry => ({
  subject: 'lab',
  path: 'tests',
  key: { code: 'TROP' },
  op: 'add',
  cells: { code: 'TROP', name: 'Troponin I', minutes: 60 },
  ...over,
});
const code = (over: Partial<OverlayEntry>): string => {
  try {
    present(rules, entry(over), '2026-11-24', 'entries.0');
    return 'ok';
  } catch (error) {
    return error instanceof Problem ? (error.issues[0]?.code ?? '') : String(error);
  }
};

test('a new row fits its table: a name of its own, known columns, the kind of value that the others have', () => {
  assert.equal(code({}), 'ok');
  assert.equal(code({ key: { code: 'GLU' } }), 'exists');
  assert.equal(code({ key: { code: ' ' } }), 'no-key');
  assert.equal(code({ key: {} }), 'exists', 'without a name it would be the first row that comes');
  assert.equal(
    code({ cells: { minutes: '60 phút' } }),
    'type',
    'the first row says nothing of the column, the second does',
  );
  assert.equal(code({ cells: { fasting: 'có' } }), 'type');
  assert.equal(code({ cells: { colour: 'đỏ' } }), 'no-column');
  assert.equal(code({ path: 'limits', key: { a: 'b' }, cells: { days: 1 } }), 'exists', 'an object has no rows');
});

test('laid over the pack it is one more row, and the others stay', () => {
  const added = present(rules, entry({}), '2026-11-24', 'entries.0');
  const slice = {
    id: 'c',
    source: { document: 'x', certainty: 'H' as const },
    knownFrom: '2026-11-24T00:00:00.000Z',
    validFrom: '2026-11-24',
    validTo: null,
    ended: [],
    entries: [added],
    hash: 'h',
  };
  assert.deepEqual(layOver(DATA, [slice]).tests.rows, [...DATA.tests.rows, ['TROP', 'Troponin I', 60, null]]);
});
