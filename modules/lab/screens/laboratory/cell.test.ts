import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResult } from '@mach/vn/clinical/lab-result.ts';
import { chosen } from './cell.ts';

const item = { kind: 'quantity', code: 'TSH' } as const;

test('a chosen reading can be read in one way only, with its comparator', () => {
  for (const typed of ['1.256', '<12.500', '1,000', '-1.256']) {
    const asked = parseResult(typed, item);
    assert.ok(!asked.ok && asked.choices, typed);
    for (const choice of asked.choices) {
      const read = parseResult(chosen(typed, choice), item);
      assert.ok(read.ok && read.value.kind === 'quantity', `${typed} as ${choice}`);
      assert.equal(read.value.value.cmp(choice), 0);
      assert.equal(read.value.comparator, typed.startsWith('<') ? '<' : undefined);
    }
  }
});
