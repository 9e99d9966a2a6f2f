/** Sends the commands of the simulated people, with their clock, their ids and their names. */
import { clockIds } from '@mach/base/ids.ts';
import { Problem } from '@mach/base/problem.ts';
import type { Random } from '@mach/base/random.ts';
import type { Actor } from '@mach/engine/actor.ts';
import type { CommandRef } from '@mach/engine/command-ref.ts';
import type { Engine } from '@mach/engine/engine.ts';
import type { Batch } from '@mach/store';
import type { StaffMember } from './pack.ts';

/** A refusal that the plan did not foresee. */
export interface Refusal {
  command: string;
  code: string;
  text: string;
  count: number;
}

export interface Deed {
  staff: StaffMember;
  /** Simulated moment, ms. */
  at: number;
  /** Unlike any other of the run: makes the idempotency key and the ids. */
  key: string;
  overrides?: readonly { rule: string; reason: string }[];
  /** Refusals that the caller deals with itself, by code. */
  expected?: readonly string[];
}

export type Sent<R> = { ok: true; result: R } | { ok: false; problem: Problem };

export interface Pace {
  /** Called after each command with the ms that it took. */
  after?(ms: number): Promise<void> | undefined;
}

export class Sender {
  commands = 0;
  /** Commands that no earlier run had sent. */
  fresh = 0;
  readonly refusals = new Map<string, Refusal>();
  private readonly actors = new Map<string, Actor>();
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly random: Random;
  private readonly run: string;
  private readonly pace: Pace;
  private readonly batch: Batch | undefined;

  constructor(of: { engine: Engine; tenant: number; random: Random; run: string; pace?: Pace; batch?: Batch }) {
    this.engine = of.engine;
    this.tenant = of.tenant;
    this.random = of.random;
    this.run = of.run;
    this.pace = of.pace ?? {};
    this.batch = of.batch;
  }

  /** A day of which nothing was ever sent needs no look into the log for each of its keys. */
  async begin(day: string): Promise<void> {
    if (!this.batch) return;
    const prefix = `sim:${this.run}:${day}:`;
    const { rows } = await this.engine.database.tenant(this.tenant).query({
      text: 'select 1 from command_log where tenant = mach_tenant() and key >= $1 and key < $2 limit 1',
      values: [prefix, `${prefix}\uffff`],
    });
    this.batch.fresh = rows.length === 0;
  }

  async send<I, R>(command: CommandRef<I, R>, input: I, deed: Deed): Promise<Sent<R>> {
    const key = `sim:${this.run}:${deed.key}`;
    const bytes = this.random.fork(`bytes:${deed.key}`);
    const clock = { now: () => new Date(deed.at) };
    const started = performance.now();
    this.commands++;
    try {
      const answer = await this.engine.sendByName(command.name, input, this.actor(deed.staff), {
        key,
        clock,
        ids: clockIds(clock, (n) => bytes.bytes(n)),
        random: (n) => bytes.bytes(n),
        overrides: deed.overrides,
        wait: false,
        durable: false,
        batch: this.batch,
      });
      if (!answer.replayed) this.fresh++;
      return { ok: true, result: answer.result as R };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.note(command.name, error, deed.expected ?? []);
      return { ok: false, problem: error };
    } finally {
      await this.pace.after?.(performance.now() - started);
    }
  }

  private note(command: string, problem: Problem, expected: readonly string[]): void {
    for (const issue of problem.issues) {
      if (expected.includes(issue.code)) continue;
      const slot = `${command} ${issue.code}`;
      const known = this.refusals.get(slot);
      if (known) known.count++;
      else this.refusals.set(slot, { command, code: issue.code, text: issue.text.vi, count: 1 });
    }
  }

  private actor(staff: StaffMember): Actor {
    const known = this.actors.get(staff.login);
    if (known) return known;
    const system = this.engine.systemActor(this.tenant, staff.login, [staff.role], `prac-${staff.login}`);
    const actor = { ...system, name: staff.name };
    this.actors.set(staff.login, actor);
    return actor;
  }
}
