import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { Problem } from '@mach/base/problem.ts';
import { disagreements, proveView, readFeed, rebuildViews, viewTable } from '@mach/store';
import fc from 'fast-check';
import { testEngine } from '../../apps/server/testing/engine.ts';
import { readView } from './index.ts';
import { add, measure, noted, pay, people, rename, sample, values } from './testing/sample.ts';

test('a command is one transaction, answered again under its key, and refused in two languages', async (t) => {
  const house = await testEngine(t, [sample]);
  const actor = house.actor('tester');
  const first = await house.engine.sendByName(add.name, { name: 'Lan' }, actor, { key: 'key-one-1' });
  const again = await house.engine.sendByName(add.name, { name: 'Lan' }, actor, { key: 'key-one-1' });
  assert.deepEqual(again.result, first.result);
  assert.equal(again.replayed, true);
  assert.match(String(first.position), /^1\.\d+$/);
  await assert.rejects(
    house.engine.sendByName(add.name, { name: 'Hoa' }, actor, { key: 'key-one-1' }),
    (e) => e instanceof Problem && e.status === 422,
  );
  await assert.rejects(
    house.send(add, { name: '' }, 'tester'),
    (e) => e instanceof Problem && e.issues[0]?.field === 'name',
  );
  await assert.rejects(
    house.send(add, { name: 'Lan' }, 'reader'),
    (e) => e instanceof Problem && e.status === 403 && /tester/.test(e.issues[0]?.remedy?.vi ?? ''),
  );
  const feed = await readFeed(house.engine.database.tenant(1), '1.0');
  assert.equal(feed.length, 1);
  const page = await readView(house.engine, actor, 'sample.people', {});
  assert.deepEqual(
    page.rows.map((r) => r.name),
    ['Lan'],
  );
});

test('nobody sees or writes another facility', async (t) => {
  const house = await testEngine(t, [sample]);
  const { patient } = await house.send(add, { name: 'Lan' }, 'tester');
  const stranger = house.actor('tester', { tenant: 2 });
  await assert.rejects(
    house.send(measure, { patient, value: 1 }, stranger),
    (e) => e instanceof Problem && e.status === 404,
  );
  assert.equal((await readView(house.engine, stranger, 'sample.people', {})).rows.length, 0);
});

test('an event is reacted to exactly once', async (t) => {
  noted.length = 0;
  const house = await testEngine(t, [sample]);
  const { patient } = await house.send(add, { name: 'Lan' }, 'tester');
  await house.settle();
  await house.settle();
  assert.deepEqual(noted, [patient]);
});

test('views kept by commands equal a set-based rebuild, whatever happened and in whatever order', async (t) => {
  const house = await testEngine(t, [sample]);
  const seeds = await Promise.all(['An', 'Bình', 'Chi'].map((name) => house.send(add, { name }, 'tester')));
  const step = fc.record({
    kind: fc.constantFrom('measure', 'rename', 'add', 'refused'),
    who: fc.nat(2),
    value: fc.integer({ min: -50, max: 800 }).map((n) => n / 4),
    status: fc.constantFrom('final', 'preliminary'),
    name: fc.constantFrom('Ễ Ỗ', "O'Neil", '"x"', 'Ýến'),
    active: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 24 }), async (steps) => {
      await Promise.all(
        steps.map(async ({ kind, who, value, status, name, active }) => {
          const patient = seeds[who]?.patient ?? '';
          if (kind === 'measure') await house.send(measure, { patient, value, status }, 'tester');
          else if (kind === 'rename')
            await house
              .send(rename, { patient, name, active }, 'tester')
              .catch((e) => assert.equal((e as Problem).status, 409));
          else if (kind === 'add') await house.send(add, { name }, 'tester');
          else await assert.rejects(house.send(measure, { patient, value: 999 }, 'tester'));
        }),
      );
      for (const view of [people, values]) {
        const proof = await proveView(house.engine.database, 1, view);
        assert.deepEqual({ ...proof, rows: 0 }, { view: view.name, rows: 0, missing: [], extra: [], different: [] });
      }
    }),
    { numRuns: 12 },
  );
  assert.ok((await rebuildViews(house.engine.database, 1, [values])) > 0);
});

test('ledger: random concurrent movements leave every account agreeing with its movements, none negative', async (t) => {
  const house = await testEngine(t, [sample]);
  const names = ['a', 'b', 'c', 'd'];
  await Promise.all(names.map((to) => house.send(pay, { from: 'world', to, amount: '1000' }, 'tester')));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.integer({ min: 1, max: 200_000 })), { minLength: 4, maxLength: 30 }),
      async (moves) => {
        await Promise.all(
          moves
            .filter(([a, b]) => a !== b)
            .map(([a, b, cents]) =>
              house
                .send(
                  pay,
                  {
                    from: names[a] ?? '',
                    to: names[b] ?? '',
                    amount: Decimal.of(cents).div(Decimal.of(100), 2, 'down').toString(),
                  },
                  'tester',
                )
                .catch((e) => {
                  assert.equal((e as Problem).issues[0]?.code, 'balance-too-low');
                  refused++;
                }),
            ),
        );
        assert.deepEqual(await disagreements(house.engine.database.tenant(1)), []);
      },
    ),
    { numRuns: 12 },
  );
  assert.ok(refused > 0, 'the guard was met');
});

test('a row that is missing from a view is made whole by the next command that would change it', async (t) => {
  const house = await testEngine(t, [sample]);
  const { patient } = await house.send(add, { name: 'Lan' }, 'tester');
  const on = house.engine.database.tenant(1);
  await on.query({ text: `delete from view.${viewTable(people).table} where key = $1`, values: [patient] });
  await house.send(measure, { patient, value: 7 }, 'tester');
  const proof = await proveView(house.engine.database, 1, people);
  assert.deepEqual([proof.rows, proof.missing, proof.different], [1, [], []]);
});
