import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { proveView } from '@mach/store';
import fc from 'fast-check';
import { type TestEngine, testEngine } from '../../../apps/server/testing/engine.ts';
import { add, measure, people, rename, sample, values } from '../testing/sample.ts';
import { type RecordWriteResult, recordWrite } from './write.ts';

type Entry = Readonly<Record<string, unknown>>;
const write = async (
  house: TestEngine,
  entries: readonly unknown[],
  key: string,
): Promise<{ result: RecordWriteResult; replayed: boolean }> => {
  const actor = house.actor(['administrator', 'tester']);
  const answer = await house.engine.sendByName(recordWrite.name, { entries, references: 'check' }, actor, { key });
  return { result: answer.result as RecordWriteResult, replayed: answer.replayed };
};
const patient = (id: string, name: string): unknown => ({
  resourceType: 'Patient',
  id,
  active: true,
  name: [{ text: name }],
});
const put = (id: string, name: string, ifVersion?: number): Entry => ({
  op: 'put',
  resource: patient(id, name),
  ...(ifVersion === undefined ? {} : { ifVersion }),
});
const value = (of: string, n: number): Entry => ({
  op: 'create',
  resource: {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${of}` },
    effectiveDateTime: '2026-11-24T00:00:00.000Z',
    valueQuantity: { value: n },
  },
});
const rows = async (house: TestEngine, text: string): Promise<Record<string, unknown>[]> =>
  (await house.engine.database.tenant(1).query({ text })).rows;
const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

test('what many write at once commits together, each with its own entry in log and audit', async (t) => {
  const house = await testEngine(t, [sample]);
  await write(house, [put('p-one', 'Lan')], 'first-of-all');
  await Promise.all(range(60).map((n) => write(house, [value('p-one', n)], `value-key-${n}`)));
  const [log] = await rows(
    house,
    `select count(*)::int as n, count(distinct xmin::text)::int as transactions from command_log where key like 'value-%'`,
  );
  assert.equal(log?.n, 60);
  // Position and row are written again by the relay, in transactions of its own: it too takes many at once.
  assert.ok(Number(log?.transactions) < 30, `${log?.transactions} transactions for 60 commands`);
  await house.engine.audits.flush();
  const [audit] = await rows(house, `select count(*)::int as n from audit where kind = 'command'`);
  assert.equal(audit?.n, 61);
  const [seen] = await rows(
    house,
    `select count(*)::int as n from record where type = (select min(type) from record
    where content like '%"resourceType":"Observation"%')`,
  );
  assert.equal(seen?.n, 60);
});

test('one record that everybody replaces at once has each version once, and each of them was somebody’s', async (t) => {
  const house = await testEngine(t, [sample]);
  await write(house, [put('p-hot', 'Lan')], 'first-of-all');
  const answers = await Promise.all(range(40).map((n) => write(house, [put('p-hot', `N${n}`)], `hot-key-${n}`)));
  const versions = answers.map(({ result }) => result.entries[0]?.version).sort((a, b) => Number(a) - Number(b));
  assert.deepEqual(
    versions,
    range(40).map((n) => n + 2),
  );
  const history = await rows(house, `select version from record_history where id = 'p-hot' order by 1`);
  assert.deepEqual(
    history.map((r) => r.version),
    range(40).map((n) => n + 1),
  );
});

test('of many who name the same version one is heard, and no neighbour answers for the others', async (t) => {
  const house = await testEngine(t, [sample]);
  await write(house, [put('p-race', 'Lan')], 'first-of-all');
  const outcomes = await Promise.allSettled([
    ...range(12).map((n) => write(house, [put('p-race', `N${n}`, 1)], `race-key-${n}`)),
    ...range(12).map((n) => write(house, [put(`p-free-${n}`, 'Hoa')], `free-key-${n}`)),
  ]);
  const [race, free] = [outcomes.slice(0, 12), outcomes.slice(12)];
  assert.equal(race.filter((o) => o.status === 'fulfilled').length, 1);
  for (const outcome of race)
    if (outcome.status === 'rejected') assert.equal((outcome.reason as Problem).status, 412, String(outcome.reason));
  assert.deepEqual(new Set(free.map((o) => o.status)), new Set(['fulfilled']));
});

test('the same key at the same time is written once, and answered alike', async (t) => {
  const house = await testEngine(t, [sample]);
  const answers = await Promise.all(range(6).map(() => write(house, [put('p-key', 'Lan')], 'the-same-key')));
  for (const { result } of answers) assert.deepEqual(result, answers[0]?.result);
  assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
  assert.equal((await rows(house, `select 1 from command_log where key = 'the-same-key'`)).length, 1);
  assert.equal((await rows(house, `select 1 from record where id = 'p-key' and version = 1`)).length, 1);
});

test('another program’s write between reading and writing is noticed, and the neighbours are written', async (t) => {
  const house = await testEngine(t, [sample]);
  await write(house, [put('p-two', 'Lan')], 'first-of-all');
  // A stranger holds the row while the group is on its way, and has replaced it when he lets go.
  const done = await house.engine.database.transaction(1, async (on) => {
    await on.query({ text: `update record set version = 2, content = content where id = 'p-two'` });
    const group = Promise.allSettled([
      write(house, [put('p-two', 'Hoa')], 'late-key-1'),
      ...range(5).map((n) => write(house, [put(`p-near-${n}`, 'Mai')], `near-key-${n}`)),
    ]);
    // Until the group stands before the row.
    for (let waits = false; !waits; )
      waits =
        (await rows(house, `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%record%'`))
          .length > 0;
    return { group };
  });
  const outcomes = await done.group;
  assert.deepEqual(new Set(outcomes.map((o) => o.status)), new Set(['fulfilled']));
  const [record] = await rows(house, `select version, content from record where id = 'p-two'`);
  assert.equal(record?.version, 3);
  assert.match(String(record?.content), /Hoa/);
});

test('raw writes and commands that lock, all at once, leave what a rebuild would make', async (t) => {
  const house = await testEngine(t, [sample]);
  const seeds = await Promise.all(['An', 'Bình', 'Chi'].map((name) => house.send(add, { name }, 'tester')));
  const step = fc.record({
    kind: fc.constantFrom('put', 'value', 'measure', 'rename', 'both'),
    who: fc.nat(2),
    n: fc.integer({ min: 1, max: 800 }),
  });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 32 }), async (steps) => {
      await Promise.all(
        steps.map(async ({ kind, who, n }) => {
          const id = seeds[who]?.patient ?? '';
          const key = `mixed-key-${++count}`;
          const work =
            kind === 'measure'
              ? house.send(measure, { patient: id, value: n }, 'tester')
              : kind === 'rename'
                ? house.send(rename, { patient: id, name: `R${n}`, active: n % 3 > 0 }, 'tester')
                : write(
                    house,
                    [...(kind === 'value' ? [] : [put(id, `P${n}`)]), ...(kind === 'put' ? [] : [value(id, n)])],
                    key,
                  );
          // Refused is allowed (too many at the same record at once), half is not.
          await work.catch((error) => assert.ok(error instanceof Problem && error.status === 409, String(error)));
        }),
      );
      for (const view of [people, values]) {
        const proof = await proveView(house.engine.database, 1, view);
        assert.deepEqual([proof.missing, proof.extra, proof.different], [[], [], []]);
      }
    }),
    { numRuns: 6 },
  );
});
