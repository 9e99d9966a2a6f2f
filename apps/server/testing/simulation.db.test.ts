import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { canonicalJson } from '@mach/base/json.ts';
import cashier from '@mach/cashier/module.ts';
import { claimsModule } from '@mach/claims/module.ts';
import encounter from '@mach/encounter/module.ts';
import { OutboxWorker, Reactions } from '@mach/engine';
import lab from '@mach/lab/module.ts';
import { nationalSimulator } from '@mach/outpatient/exchange/simulator.ts';
import { outpatientModule } from '@mach/outpatient/module.ts';
import pharmacy from '@mach/pharmacy/module.ts';
import reception from '@mach/reception/module.ts';
import { dateFollowers, type RunOptions, runFollowers, simulate } from '@mach/simulation';
import { disagreements, proveView } from '@mach/store';
import { seedDemoRecords } from '../demo.ts';
import { type TestEngine, testEngine } from './engine.ts';

/** Modules with simulated national services of their own: those remember what they were sent. */
const modules = () => [
  encounter,
  reception,
  outpatientModule({ transport: nationalSimulator(), password: () => 'simulated' }),
  lab,
  pharmacy,
  cashier,
  claimsModule(),
];

/** A demo hospital over a fresh database, and a run of one day in it. */
async function hospital(t: TestContext) {
  const house = await testEngine(t, modules());
  const { engine } = house;
  await seedDemoRecords(engine);
  const followers = { reactions: [new Reactions(engine, 1)], outboxes: [new OutboxWorker(engine, 1)] };
  dateFollowers(engine, followers);
  const run = (more: Partial<RunOptions> = {}) =>
    simulate({
      engine,
      tenant: 1,
      seed: 11,
      visits: 14,
      days: ['2026-11-18'],
      fixed: true,
      together: true,
      follow: (batch) => runFollowers(engine, 1, followers, batch),
      ...more,
    });
  return { ...house, run };
}

/** Signatures are random by their nature, and so are the files that hold them; what is signed is not. */
const RANDOM = new Set(['signature', 'data', 'hash', 'size']);
/** The simulated portals count their receipts for the whole process. */
const RECEIPT = /\bSIM\d{10,}/g;

/** All current records as one canonical text each. */
async function records({ engine }: TestEngine): Promise<string[]> {
  const { rows } = await engine.database.tenant(1).query<{ content: string }>({
    text: 'select content from record where tenant = mach_tenant() and not deleted order by type, id',
  });
  return rows.map(({ content }) =>
    canonicalJson(JSON.parse(content, (name, value) => (RANDOM.has(name) ? undefined : value))).replace(RECEIPT, 'SIM'),
  );
}

test('a simulated day breaks no rule, and leaves views and ledgers that prove themselves', async (t) => {
  const house = await hospital(t);
  const report = await house.run();
  assert.deepEqual(report.refusals, []);
  assert.equal(report.visits, 14);
  for (const view of [...house.engine.views.values()].map((v) => v.definition)) {
    const proof = await proveView(house.engine.database, 1, view);
    assert.deepEqual([proof.missing, proof.extra, proof.different], [[], [], []], view.name);
  }
  assert.deepEqual(await disagreements(house.engine.database.tenant(1)), []);

  const before = await records(house);
  const again = await house.run();
  assert.equal(again.complete, true);
  assert.deepEqual(await records(house), before, 'the same run again changes nothing');
});

test('the same seed makes the same hospital', async (t) => {
  const [a, b] = [await hospital(t), await hospital(t)];
  await a.run({ visits: 8 });
  // Stopped in the middle and continued: the end is the same.
  let steps = 0;
  const half = await b.run({ visits: 8, stopped: () => ++steps > 60 });
  assert.equal(half.complete, false);
  await b.run({ visits: 8 });
  assert.deepEqual(await records(b), await records(a));
});

test('a day that is cut off leaves people on their way', async (t) => {
  const house = await hospital(t);
  await house.run({ visits: 16, hours: [7, 9], until: '2026-11-18T01:20:00.000Z' });
  const { rows } = await house.engine.database.tenant(1).query<{ content: string }>({
    text: `select content from record where tenant = mach_tenant() and content like '{"resourceType":"Encounter"%'`,
  });
  const states = new Set(rows.map((r) => /visit-?[sS]tate","valueCode":"([a-z-]+)"/.exec(r.content)?.[1]));
  assert.ok(states.size >= 2, [...states].join(', '));
  assert.deepEqual(
    rows.filter((r) => (JSON.parse(r.content).period?.start ?? '') > '2026-11-18T01:20:00.000Z'),
    [],
  );
});
