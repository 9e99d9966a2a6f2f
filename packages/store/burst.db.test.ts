import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testEngine } from '../../apps/server/testing/engine.ts';
import { Conversation } from './burst.ts';
import type { Queryable } from './database.ts';
import { Gathering } from './gather.ts';

test('what is asked in one turn is answered one by one; a fault ends what is behind it, and nothing else', async (t) => {
  const { engine } = await testEngine(t, []);
  const number = (n: number) => ({ name: 'number', text: 'select $1::integer as n', values: [n] });
  const broken = { name: 'broken', text: 'select 1 / $1::integer as n', values: [0] };
  const rowsOf = async (on: Queryable, n: number): Promise<unknown> => (await on.query(number(n))).rows;
  await engine.database.withClient(1, async (client) => {
    const on = new Conversation(client);
    assert.deepEqual(await Promise.all([1, 2, 3].map((n) => rowsOf(on, n))), [[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);

    const mixed = await Promise.allSettled([on.query(number(4)), on.query(broken), on.query(number(5))]);
    assert.deepEqual(
      mixed.map((answer) => answer.status),
      ['fulfilled', 'rejected', 'rejected'],
    );
    // A statement that failed, and one that was first named behind a fault, are asked again without trouble.
    await assert.rejects(on.query(broken), /division by zero/);
    const late = { name: 'late', text: `select 'x'::text as x`, values: [] };
    await Promise.allSettled([on.query(broken), on.query(late)]);
    assert.deepEqual((await on.query(late)).rows, [{ x: 'x' }]);
    await assert.rejects(on.query({ name: 'misspelt', text: 'selekt 1' }), /syntax/);
    await assert.rejects(on.query({ name: 'misspelt', text: 'selekt 1' }), /syntax/);

    // A parameter that cannot be written is refused before anything is sent.
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await assert.rejects(on.query({ text: 'select $1::jsonb', values: [circular] }), /circular/i);
    assert.deepEqual(await rowsOf(on, 6), [{ n: 6 }]);
  });
});

test('parameters and rows keep their values: arrays, quotes, nothing, bytes', async (t) => {
  const { engine } = await testEngine(t, []);
  const texts = ['', ' ', '"', '\\', '{}', 'NULL', 'a,b', "O'Neil", 'Ễ\n\t', null];
  const { rows } = await engine.database.withClient(1, (client) =>
    new Conversation(client).query({
      text: 'select $1::text[] as texts, $2::bytea as bytes, $3::boolean[] as flags, $4::jsonb as json, $5::text as nothing',
      values: [texts, Buffer.from([0, 255, 92]), [true, false], { a: ['"'] }, undefined],
    }),
  );
  assert.deepEqual(rows, [
    { texts, bytes: Buffer.from([0, 255, 92]), flags: [true, false], json: { a: ['"'] }, nothing: null },
  ]);
});

test('questions of several askers travel together; each has its own answer, and no neighbour’s fault', async (t) => {
  const { engine } = await testEngine(t, []);
  let packets = 0;
  const take = <T>(work: (client: Queryable) => Promise<T>): Promise<T> => {
    packets++;
    return engine.database.withClient(1, work);
  };
  const number = (n: number) => ({ name: 'gathered', text: 'select 10 / $1::integer as n', values: [n] });
  const on = new Gathering(take);
  const answers = await Promise.allSettled([5, 2, 0, 1, 10].map((n) => on.query(number(n))));
  assert.deepEqual(
    answers.map((a) => (a.status === 'fulfilled' ? a.value.rows : a.reason.code)),
    [[{ n: 2 }], [{ n: 5 }], '22012', [{ n: 10 }], [{ n: 1 }]],
  );
  packets = 0;
  const many = await Promise.all(Array.from({ length: 60 }, (_, i) => on.query(number(i + 1))));
  assert.deepEqual(
    many.map(({ rows }) => rows[0]?.n),
    Array.from({ length: 60 }, (_, i) => Math.floor(10 / (i + 1))),
  );
  assert.ok(packets <= 4, `${packets} packets for 60 questions`);

  // What is told first holds for the packet, and is nobody's answer.
  const told = new Gathering(take, () => ({ text: `select set_config('mach.asker', 'one', true)` }));
  const asker = { text: `select current_setting('mach.asker', true) as who` };
  const both = await Promise.all([told.query(asker), told.query(asker), on.query(asker)]);
  assert.deepEqual(
    both.map(({ rows }) => rows[0]?.who || null),
    ['one', 'one', null],
  );
  const none = new Gathering(() => Promise.reject(new Error('no connection')));
  await assert.rejects(none.query(asker), /no connection/);
  await assert.rejects(none.query(asker), /no connection/);
});
