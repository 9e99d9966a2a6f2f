import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ManualClock } from '@mach/base/clock.ts';
import {
  type Actor,
  type CommandRef,
  type Engine,
  Jobs,
  type Module,
  OutboxWorker,
  Reactions,
  RulePacks,
  TestPki,
} from '@mach/engine';
import { assemble, RULE_PACKS } from '../assemble.ts';
import { migrationFolders } from '../migrations.ts';
import { testDatabase } from './database.ts';

let packs: Promise<RulePacks> | undefined;
let signer: Promise<TestPki> | undefined;

/** The one test authority of this process: its folder goes with the process's temporary files. */
async function testSigner(): Promise<TestPki> {
  const folder = await mkdtemp(join(tmpdir(), 'mach-test-pki-'));
  try {
    return await TestPki.open(folder, new Date());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface TestEngine {
  engine: Engine;
  clock: ManualClock;
  /** Somebody with exactly these roles, in facility 1 unless said otherwise. */
  actor(role: string | readonly string[], options?: { tenant?: number; practitioner?: string }): Actor;
  /** Sends a command under a fresh key; the result alone. */
  send<I, R>(
    command: CommandRef<I, R>,
    input: I,
    as: string | Actor,
    options?: { key?: string; performedAt?: string; overrides?: { rule: string; reason: string }[] },
  ): Promise<R>;
  /** Runs reactions and the outbox until nothing is left to do: what a running house does by itself. */
  settle(): Promise<void>;
  ownerUrl: string;
  jobs: Jobs;
}

/**
 * An engine over a fresh database with two facilities (1 "BV Mẫu" 01999, 2 "BV Khác" 01998; both demo), the rule packs of the
 * house, and a clock that stands at 2026-11-24 07:00 in Vietnam until it is set.
 */
export async function testEngine(test: Pick<TestContext, 'after'>, modules: readonly Module[]): Promise<TestEngine> {
  const database = await testDatabase();
  const clock = new ManualClock('2026-11-24T00:00:00.000Z');
  packs ??= RulePacks.load(RULE_PACKS);
  signer ??= testSigner();
  const engine = await assemble({
    ownerUrl: database.ownerUrl,
    app: database.app,
    modules,
    signer: await signer,
    migrations: migrationFolders(),
    packs: await packs,
    clock,
    seed: async (owner) => {
      await owner.query(
        `insert into system.tenant (id, facility_code, name, mode) values (1, '01999', 'BV Mẫu', 'demo'), (2, '01998', 'BV Khác', 'demo')`,
      );
    },
  });
  const jobs = new Jobs(engine.database, engine.ids);
  const reactions = new Reactions(engine, 1);
  const outbox = new OutboxWorker(engine, 1);
  test.after(async () => {
    await engine.stop();
    await engine.database.close();
    await database.drop();
  });
  const actor: TestEngine['actor'] = (role, options = {}) =>
    engine.systemActor(
      options.tenant ?? 1,
      `test-${[role].flat().join('-')}`,
      [role].flat(),
      options.practitioner ?? `prac-${[role].flat()[0]}`,
    );
  let count = 0;
  return {
    engine,
    clock,
    actor,
    jobs,
    ownerUrl: database.ownerUrl,
    send: async <I, R>(
      command: CommandRef<I, R>,
      input: I,
      as: string | Actor,
      options: Parameters<TestEngine['send']>[3] = {},
    ) => {
      const answer = await engine.sendByName(command.name, input, typeof as === 'string' ? actor(as) : as, {
        key: options.key ?? `test-key-${++count}`,
        performedAt: options.performedAt,
        overrides: options.overrides,
      });
      return answer.result as R;
    },
    settle: async () => {
      for (let idle = 0; idle < 2; ) idle = (await reactions.drain()) + (await outbox.drain()) === 0 ? idle + 1 : 0;
    },
  };
}
