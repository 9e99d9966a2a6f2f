import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { type Actor, readView } from '@mach/engine';
import { knowRestored } from '@mach/engine/restored.ts';
import { reconcile } from '@mach/store';
import { asOwner } from '../../apps/server/owner.ts';
import { testEngine } from '../../apps/server/testing/engine.ts';
import { type BlockRow, type Grant, giveBack, keepNote, type PaperNumber, showBlock, takeNumbers } from './contract.ts';
import desk from './module.ts';

const numberOf = (grant: Pick<Grant, 'block' | 'prefix' | 'width'>, n: number): PaperNumber => ({
  block: grant.block,
  n,
  number: grant.prefix + String(n).padStart(grant.width, '0'),
});
const SINCE = '2026-11-24T00:30:00.000Z';
const AT = '2026-11-24T08:00:00.000Z';

test('put back to the morning: paper of the lost time is handed in once, and none of its numbers is given out again', async (t) => {
  const h = await testEngine(t, [desk]);
  const person = (login: string): Actor => ({ ...h.actor('reception'), id: `account-${login}`, login, name: login });
  const [an, binh, cuc] = [person('an'), person('binh'), person('cuc')];
  const note = (paper: PaperNumber, as: Actor, key: string, performedAt = '2026-11-24T05:00:00.000Z') =>
    h.send(keepNote, { kind: 'act', paper, name: 'Lan', title: 'Sinh hiệu', text: 'mạch 80' }, as, {
      key,
      performedAt,
    });
  const code = async (work: Promise<unknown>): Promise<string | undefined> => {
    const error = await work.then(
      () => assert.fail('a refusal was expected'),
      (e: unknown) => e,
    );
    assert.ok(error instanceof Problem, String(error));
    return error.issues[0]?.code;
  };
  const blocks = async (): Promise<BlockRow[]> =>
    (await readView(h.engine, h.actor('administrator'), 'desk.blocks', {})).rows as unknown as BlockRow[];

  // What the house still knows: An holds a block, and one more was given back.
  const held = await h.send(takeNumbers, { series: 'note', desk: 'desk-1' }, an);
  await note(numberOf(held, 1), an, 'before-restore', '2026-11-24T00:10:00.000Z');
  const free = await h.send(takeNumbers, { series: 'note', desk: 'desk-2' }, binh);
  await h.send(giveBack, { block: free.block, next: free.next }, binh);
  assert.deepEqual([held.next, free.next], [1, 31]);
  // What it has forgotten: Bình took the free block, then An gave hers back with one number used and Cúc took it, then a
  // third block, of which no record is left, was made for An.
  const lost = { block: h.engine.ids(), prefix: held.prefix, width: held.width };

  h.clock.set('2026-11-24T08:00:00.000Z');
  await asOwner({ ownerUrl: h.ownerUrl }, (owner) =>
    reconcile(owner, { at: AT, source: 'test', since: SINCE, until: AT, seenUntil: SINCE, marks: {} }),
  );
  knowRestored(h.engine, { at: AT, since: SINCE });
  h.clock.set('2026-11-24T08:05:00.000Z');

  // Nobody is given numbers that may be on paper already.
  const next = await h.send(takeNumbers, { series: 'note', desk: 'desk-4' }, cuc);
  assert.ok(next.next > 90, `${next.next} is behind everything that the lost time can have given out`);
  assert.notEqual(next.block, free.block);

  // The desks hand in again what they were told was done: what is known is known, the rest is done, each once.
  const acts = [
    [numberOf(held, 1), an, 'before-restore', '2026-11-24T00:10:00.000Z'],
    [numberOf(free, 31), binh, 'lost-act-1', undefined],
    [numberOf(held, 2), cuc, 'lost-act-2', undefined],
    [numberOf(lost, 61), an, 'lost-act-3', undefined],
    [numberOf(lost, 62), an, 'lost-act-4', undefined],
  ] as const;
  for (const round of [1, 2])
    for (const [paper, who, key, performedAt] of acts) {
      const answer = await note(paper, who, key, performedAt);
      assert.equal(answer.number, paper.number, `${key}, round ${round}`);
    }
  const { rows: notes } = await readView(h.engine, h.actor('administrator'), 'desk.notes', {});
  assert.deepEqual(
    notes.map((row) => row.number).sort(),
    acts.map(([paper]) => paper.number).sort(),
    'each paper once',
  );
  // Two papers never carry one number, whoever brings the second.
  assert.equal(await code(note(numberOf(held, 2), binh, 'same-number')), 'number-used');
  assert.equal(
    await code(note(numberOf({ ...lost, block: h.engine.ids() }, 63), binh, 'forged-block')),
    'number-outside',
  );
  assert.equal(
    await code(note({ ...numberOf(lost, 63), number: 'PG26-0064' }, binh, 'wrong-number')),
    'number-outside',
  );

  // A desk that still holds numbers shows them before it writes the next one; the one who lost its block is told.
  const show = (grant: Pick<Grant, 'block' | 'prefix' | 'width'>, n: number, as: Actor) =>
    h.send(showBlock, { paper: numberOf(grant, n), desk: `desk-${as.login}` }, as);
  assert.deepEqual(await show(free, 32, binh), { held: true });
  assert.deepEqual(await show(held, 3, cuc), { held: true });
  assert.deepEqual(await show(held, 2, an), { held: false }, 'Cúc has it');
  assert.deepEqual(await show(lost, 63, an), { held: true });
  const another = { block: h.engine.ids(), prefix: held.prefix, width: held.width };
  assert.deepEqual(await show(another, 91, binh), { held: true }, 'not one number of it was handed in');
  assert.deepEqual(await show(next, next.next, cuc), { held: true });
  // From now on as in any house: the holder alone, and what is given back may be given out.
  await note(numberOf(held, 3), cuc, 'after-restore', '2026-11-24T08:06:00.000Z');
  assert.equal(await code(note(numberOf(held, 4), an, 'not-mine-now', '2026-11-24T08:07:00.000Z')), 'block-not-held');
  await h.send(giveBack, { block: free.block, next: 32 }, binh);
  const again = await h.send(takeNumbers, { series: 'note', desk: 'desk-5' }, an);
  assert.deepEqual([again.block, again.next], [free.block, 32]);

  const ranges = (await blocks()).map((row) => row.range).sort();
  assert.equal(new Set(ranges).size, ranges.length, 'no two blocks share numbers');
  assert.deepEqual(ranges.slice(0, 4), [
    'PG26-0001–PG26-0030',
    'PG26-0031–PG26-0060',
    'PG26-0061–PG26-0090',
    'PG26-0091–PG26-0120',
  ]);
});

test('a house that was never put back takes no numbers that it has not given out', async (t) => {
  const h = await testEngine(t, [desk]);
  const paper = { block: h.engine.ids(), n: 1, number: 'PG26-0001' };
  assert.deepEqual(await h.send(showBlock, { paper, desk: 'desk-1' }, 'reception'), { held: false });
  await assert.rejects(
    h.send(keepNote, { kind: 'act', paper, name: 'Lan', title: 'x', text: 'x' }, 'reception'),
    (error: unknown) => error instanceof Problem && error.issues[0]?.code !== 'internal',
  );
});
