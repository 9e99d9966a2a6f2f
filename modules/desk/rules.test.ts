import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Block, closeAll, firstFree, giveBack, prefixOf, spend, written } from './rules.ts';

const block: Block = { series: 'receipt', ...prefixOf('receipt', 2026), from: 31, to: 40, state: 'open', spent: [] };
const paper = (n: number) => ({ block: 'b', n, number: written(block, n) });
const at = { at: '2026-11-24T00:00:00.000Z', by: 'An' };

test('numbers are written as they stand on the paper', () => {
  assert.equal(written(block, 31), 'BG26-000031');
  assert.equal(written({ ...prefixOf('queue', 2026) }, 7), 'G0007');
});

test('a number is used once; the same paper again changes nothing', () => {
  const once = spend(block, paper(31), { as: 'used', record: 'Basic/a', ...at });
  assert.ok(once.ok);
  const again = spend(once.value, paper(31), { as: 'used', record: 'Basic/a', ...at });
  assert.ok(again.ok && again.value === once.value);
  const other = spend(once.value, paper(31), { as: 'used', record: 'Basic/b', ...at });
  assert.ok(!other.ok && other.error.code === 'number-used');
  const wrong = spend(block, { ...paper(31), number: 'BG26-000032' }, { as: 'used', ...at });
  assert.ok(!wrong.ok && wrong.error.code === 'number-outside');
});

test('a block is not given back over a hole', () => {
  const two = spend(block, paper(32), { as: 'used', record: 'Basic/a', ...at });
  assert.ok(two.ok);
  const refused = giveBack(two.value, 33);
  assert.ok(!refused.ok && refused.error.code === 'numbers-missing' && refused.error.text.vi.includes('BG26-000031'));
  const voided = spend(two.value, paper(31), { as: 'void', reason: 'rách', ...at });
  assert.ok(voided.ok);
  const back = giveBack(voided.value, 33);
  assert.ok(back.ok && back.value.state === 'free');
  assert.equal(firstFree(voided.value), 33);
});

test('any use of a block leaves every number used, void or still to give', () => {
  const deed = fc.record({
    n: fc.integer({ min: 28, max: 43 }),
    as: fc.constantFrom('used' as const, 'void' as const),
  });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 25 }), (deeds) => {
      let now = block;
      for (const { n, as } of deeds) {
        const next = spend(now, paper(n), { as, record: as === 'used' ? `Basic/${n}` : undefined, ...at });
        if (next.ok) now = next.value;
      }
      const numbers = now.spent.map((one) => one.number);
      assert.equal(new Set(numbers).size, numbers.length, 'no number twice');
      assert.equal(now.state === 'done', numbers.length === 10);
      const free = firstFree(now);
      const back = giveBack(now, free);
      const hole = now.spent.some((one) => Number(one.number.slice(5)) > free);
      assert.equal(back.ok, !hole);
      assert.equal(closeAll(now, { reason: 'x', ...at }).spent.length, 10);
    }),
    { numRuns: 200 },
  );
});
