import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockIds } from '@mach/base/ids.ts';
import { Problem } from '@mach/base/problem.ts';
import { Random } from '@mach/base/random.ts';
import { Batch, disagreements, proveView, viewTable } from '@mach/store';
import fc from 'fast-check';
import { type TestEngine, testEngine } from '../../apps/server/testing/engine.ts';
import type { Envelope } from './index.ts';
import { add, measure, pay, people, rename, sample, values } from './testing/sample.ts';

interface Step {
  kind: 'add' | 'measure' | 'rename' | 'pay' | 'refused' | 'again';
  who: number;
  value: number;
  name: string;
  active: boolean;
  flush: boolean;
}

const NAMES = ['Ễ Ỗ', "O'Neil", '"x\\"', 'Ýến'];
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('add', 'measure', 'rename', 'pay', 'refused', 'again'),
  who: fc.nat(9),
  value: fc.integer({ min: 1, max: 800 }),
  name: fc.constantFrom(...NAMES),
  active: fc.boolean(),
  flush: fc.boolean(),
});

/** Everything that the steps leave in the tables of facility 1, without numbers that depend on the moment. */
async function dump({ engine }: TestEngine): Promise<unknown> {
  const on = engine.database.tenant(1);
  const rows = async (text: string): Promise<unknown[]> => (await on.query({ text })).rows;
  return {
    records: await rows(
      'select type, id, version, updated, deleted, sealed, patient, content from record order by 1, 2',
    ),
    history: await rows('select type, id, version, updated, deleted, content from record_history order by 1, 2, 3'),
    keys: await rows('select k.key, k.qualifier, r.id from search_key k join record r using (rid) order by 1, 2, 3'),
    dates: await rows(
      'select d.param, d.low, d.high, r.id from search_date d join record r using (rid) order by 1, 2, 4',
    ),
    log: await rows('select key, name, result, records, events, actor, performed_at from command_log order by key'),
    audit: await rows(
      `select at, action, outcome, patient, entities from audit where kind = 'command' order by 1, 2, 5`,
    ),
    accounts: await rows('select ledger, account, balance, floor from ledger_account order by 1, 2'),
    movements: await rows(
      'select from_account, to_account, amount, command_key from ledger_movement order by 4, 1, 2, 3',
    ),
    people: await rows(`select * from view.${viewTable(people).table} order by key`),
    values: await rows(`select * from view.${viewTable(values).table} order by key`),
  };
}

/** Sends the steps one after the other, always with the same clock and ids. @returns what each was answered */
async function run(house: TestEngine, steps: readonly Step[], batch?: Batch): Promise<unknown[]> {
  const answers: unknown[] = [];
  const patients: string[] = [];
  const now = { ms: Date.parse('2026-11-24T01:00:00Z') };
  const clock = { now: () => new Date(now.ms) };
  /** Ids belong to their step: a command sent again may ask for some before it is known to have been answered. */
  const idsOf = (key: string) => {
    const random = new Random(7).fork(key);
    return clockIds(clock, (n) => random.bytes(n));
  };
  const sent: { name: string; input: unknown; key: string }[] = [];
  const send = async (name: string, input: unknown, key: string): Promise<void> => {
    const envelope: Envelope = { key, clock, ids: idsOf(key), wait: false, batch };
    try {
      const { result } = await house.engine.sendByName(name, input, house.actor('tester'), envelope);
      if (name === add.name) patients.push((result as { patient: string }).patient);
      answers.push(result);
      sent.push({ name, input, key });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      answers.push(error.issues.map((issue) => issue.code));
    }
  };
  for (const [i, { kind, who, value, name, active, flush }] of steps.entries()) {
    now.ms += 1_000;
    const patient = patients[who % Math.max(patients.length, 1)] ?? 'nobody';
    const key = `step-key-${i}`;
    if (kind === 'add') await send(add.name, { name }, key);
    else if (kind === 'measure') await send(measure.name, { patient, value }, key);
    else if (kind === 'refused') await send(measure.name, { patient, value: 999 }, key);
    else if (kind === 'rename') await send(rename.name, { patient, name, active }, key);
    else if (kind === 'pay') await send(pay.name, { from: 'world', to: name, amount: String(value) }, key);
    else {
      const before = sent[who % Math.max(sent.length, 1)];
      if (before) await send(before.name, before.input, before.key);
    }
    if (flush) await batch?.flush();
  }
  await batch?.flush();
  return answers;
}

/** Two houses that are closed again when `work` is done: a property runs many times. */
async function withHouses(work: (single: TestEngine, together: TestEngine) => Promise<void>): Promise<void> {
  const ends: (() => unknown)[] = [];
  const scope = { after: (end: () => unknown) => void ends.push(end) } as Parameters<typeof testEngine>[0];
  try {
    await work(await testEngine(scope, [sample]), await testEngine(scope, [sample]));
  } finally {
    for (const end of ends) await end();
  }
}

const leavesTheSame = (steps: readonly Step[]): Promise<void> =>
  withHouses(async (single, together) => {
    const { engine } = together;
    const expected = await run(single, steps);
    assert.deepEqual(await run(together, steps, new Batch(engine.database, 1, engine.viewSet)), expected);
    assert.deepEqual(await dump(together), await dump(single));
    for (const view of [people, values]) {
      const proof = await proveView(engine.database, 1, view);
      assert.deepEqual([proof.missing, proof.extra, proof.different], [[], [], []]);
    }
    assert.deepEqual(await disagreements(engine.database.tenant(1)), []);
  });

test('commands in a batch leave exactly what they leave one by one', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), leavesTheSame), { numRuns: 8 });
});

test('a batch whose record another has written is refused as a whole, and the batch is over', async (t) => {
  const house = await testEngine(t, [sample]);
  const { engine } = house;
  const { patient } = await house.send(add, { name: 'Lan' }, 'tester');
  const batch = new Batch(engine.database, 1, engine.viewSet);
  const actor = house.actor('tester');
  await engine.sendByName(rename.name, { patient, name: 'Mai', active: true }, actor, { key: 'batch-key-1', batch });
  await engine.sendByName(add.name, { name: 'Cúc' }, actor, { key: 'batch-key-2', batch });
  await house.send(rename, { patient, name: 'Đào', active: true }, 'tester');
  await assert.rejects(batch.flush());
  await assert.rejects(engine.sendByName(add.name, { name: 'Sen' }, actor, { key: 'batch-key-3', batch }));
  const { rows } = await engine.database
    .tenant(1)
    .query({ text: `select key from command_log where key like 'batch%'` });
  assert.deepEqual(rows, []);
  const proof = await proveView(engine.database, 1, people);
  assert.deepEqual([proof.rows, proof.different], [1, []]);
});
