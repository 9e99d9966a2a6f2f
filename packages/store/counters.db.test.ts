import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testEngine } from '../../apps/server/testing/engine.ts';
import { CounterBlocks, singly } from './counters.ts';

test('no number is given twice, whoever takes them and whatever is given back', async (t) => {
  const { engine } = await testEngine(t, []);
  const on = engine.database.tenant(1);
  const step = fc.constantFrom('single', 'block-a', 'block-b', 'back-a', 'back-b');
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const name = `counter-${run++}`;
      const blocks = { a: new CounterBlocks(on), b: new CounterBlocks(on) };
      const given: number[] = [];
      for (const one of steps) {
        if (one === 'single') given.push(await singly(on).next(name));
        else if (one.startsWith('block')) given.push(await blocks[one === 'block-a' ? 'a' : 'b'].next(name));
        else await blocks[one === 'back-a' ? 'a' : 'b'].giveBack();
      }
      assert.equal(new Set(given).size, given.length, given.join());
    }),
    { numRuns: 40 },
  );
});

test('what a block has left goes on where it stopped, unless somebody took later numbers', async (t) => {
  const { engine } = await testEngine(t, []);
  const on = engine.database.tenant(1);
  const block = new CounterBlocks(on);
  assert.deepEqual([await block.next('x'), await block.next('x')], [1, 2]);
  await block.giveBack();
  assert.equal(await singly(on).next('x'), 3);
  assert.equal(await block.next('x'), 4);
  const other = await singly(on).next('x');
  assert.ok(other > 4);
  await block.giveBack();
  assert.equal(await singly(on).next('x'), other + 1);
});
