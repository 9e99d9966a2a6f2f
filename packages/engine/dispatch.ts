import { createHash } from 'node:crypto';
import { canonicalJson } from '@mach/base/json.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
import {
  type CommandAnswer,
  Conflict,
  type Counters,
  commitUnits,
  type DatabaseGround,
  DuplicateKey,
  type Ground,
  Habits,
  inTransaction,
  LedgerFloor,
  type Queryable,
  readAnswer,
  singly,
  storedOf,
  Together,
  Transaction,
  type Unit,
} from '@mach/store';
import type { Actor } from './actor.ts';
import { hearClock } from './clock-doubt.ts';
import type { Command } from './command.ts';
import { HandlerContext } from './context.ts';
import type { Engine } from './engine.ts';
import type { Answer, Envelope } from './envelope.ts';
import { isLate, tooLate } from './lateness.ts';
import { type RowGuard, rowGuard } from './policy/row-guard.ts';
import { schemaIssues } from './schema-issues.ts';

const ATTEMPTS = 5;
/** National services get this long, ms. */
const PATIENCE = 3_000;
/** A phone's clock may run ahead by this much, ms. */
const AHEAD = 10 * 60_000;

/** A command as it is being done: checked, with what the outside said. */
interface Deed<I, R> {
  command: Command<I, R>;
  input: I;
  actor: Actor;
  envelope: Envelope;
  received: string;
  bodyHash: Buffer;
  gathered: unknown;
  /** Holds the command to the records that its sender may see; undefined: nothing limits him. */
  limits: RowGuard | undefined;
}

/** Ends a transaction that need not have begun: its command was answered before. */
class AnsweredBefore extends Error {
  readonly answer: CommandAnswer;
  constructor(answer: CommandAnswer) {
    super('answered before');
    this.answer = answer;
  }
}

/** Runs commands: policy → schema → idempotency → handler → one transaction → position. */
export class Dispatcher {
  private readonly engine: Engine;
  /** By command. */
  private readonly habits = new Map<string, Habits>();
  /** By facility. */
  private readonly groups = new Map<number, Together>();
  constructor(engine: Engine) {
    this.engine = engine;
  }

  private habitsOf(command: string): Habits {
    const known = this.habits.get(command) ?? new Habits();
    this.habits.set(command, known);
    return known;
  }

  private groupOf(tenant: number): Together {
    const known = this.groups.get(tenant) ?? new Together(this.engine.database, tenant, this.engine.viewSet);
    this.groups.set(tenant, known);
    return known;
  }

  async send<I, R>(command: Command<I, R>, input: unknown, actor: Actor, envelope: Envelope): Promise<Answer<R>> {
    const received = (envelope.clock ?? this.engine.clock).now().toISOString();
    try {
      this.engine.policy.require(actor, command.permission);
      checkEnvelope(envelope, received, this.engine.facility(actor.tenant).mode, (ahead) =>
        hearClock(this.engine, actor.id, ahead),
      );
      await this.refuseLate(command, actor, envelope, received);
      const parsed = command.input.safeParse(upcast(command, input, envelope.version));
      if (!parsed.success) throw new Problem(422, schemaIssues(parsed.error));
      const bodyHash = envelope.fresh ? NO_BODY : bodyHashOf(command.name, input);
      const gathered = await this.gather(command, parsed.data, actor, received);
      const limits = await rowGuard(this.engine, actor, command.permission);
      return await this.attempt({ command, input: parsed.data, actor, envelope, received, bodyHash, gathered, limits });
    } catch (error) {
      if (error instanceof Problem) this.engine.audits.refusal(actor, command.name, error, received, envelope.origin);
      throw error;
    }
  }

  /** What was answered before is answered again, however late it is asked: else it would be done a second time. */
  private async refuseLate(
    command: Pick<Command, 'kind' | 'lateDays'>,
    actor: Actor,
    envelope: Envelope,
    received: string,
  ): Promise<void> {
    const { performedAt, key } = envelope;
    if (performedAt === undefined || !isLate(command, performedAt, received)) return;
    if (!(await readAnswer(this.engine.database.tenant(actor.tenant), key))) throw tooLate(performedAt);
  }

  /** What the outside says, if it says it in time: care never waits longer. */
  private async gather<I, R>(command: Command<I, R>, input: I, actor: Actor, now: string): Promise<unknown> {
    if (!command.gather) return undefined;
    const signal = AbortSignal.timeout(PATIENCE);
    const facility = this.engine.facility(actor.tenant);
    const silence = new Promise<undefined>((resolve) =>
      signal.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    const asked = command.gather(input, { signal, facility, actor, packs: this.engine.packsOf(actor.tenant), now });
    try {
      return await Promise.race([asked, silence]);
    } catch (error) {
      if (error instanceof Problem) throw error;
      return undefined;
    }
  }

  private async attempt<I, R>(deed: Deed<I, R>): Promise<Answer<R>> {
    const { command, actor, envelope, bodyHash } = deed;
    let whole = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(deed, whole);
      } catch (error) {
        if (error instanceof DuplicateKey) {
          const first = await readAnswer(this.engine.database.tenant(actor.tenant), envelope.key);
          if (first) return replay(first, command.name, bodyHash);
        }
        if (error instanceof LedgerFloor) throw ledgerProblem(error);
        if (!(error instanceof Conflict)) throw error;
        whole ||= error.rowMissing;
        if (attempt >= ATTEMPTS)
          throw refuse(
            409,
            'conflict',
            { vi: 'Hồ sơ vừa được người khác sửa', en: 'Somebody else has just changed this record' },
            {
              remedy: {
                vi: 'Mở lại để xem bản mới, rồi làm tiếp',
                en: 'Open it again to see the new version, then go on',
              },
            },
          );
        await new Promise((resolve) => setTimeout(resolve, attempt * 10 * (0.5 + Math.random())));
      }
    }
  }

  private async once<I, R>(deed: Deed<I, R>, whole: boolean): Promise<Answer<R>> {
    const { engine } = this;
    const { command, actor, envelope, bodyHash } = deed;
    const { batch } = envelope;
    await engine.rids.reserve();
    const answered = (known: CommandAnswer): Answer<R> => replay<R>(known, command.name, bodyHash);
    if (batch) {
      const known = await batch.answer(envelope.key);
      if (known) return answered(known);
      const { unit, minted, result } = await this.decide(deed, batch, batch.counters, Promise.resolve());
      await batch.take(unit, minted);
      return { result, position: undefined, replayed: false };
    }
    let done: Answer<R>;
    try {
      done = await (command.together && envelope.durable !== false
        ? this.inGroup(deed, whole)
        : this.alone(deed, whole));
    } catch (error) {
      if (!(error instanceof AnsweredBefore)) throw error;
      return answered(error.answer);
    }
    if (envelope.wait === false) return done;
    return { ...done, position: await engine.relay(actor.tenant).position(envelope.key) };
  }

  /** Decides and commits in a transaction of its own. */
  private alone<I, R>(deed: Deed<I, R>, whole: boolean): Promise<Answer<R>> {
    const { engine } = this;
    const { command, actor, envelope } = deed;
    const run = async (on: Queryable, ground: DatabaseGround): Promise<Answer<R>> => {
      const { unit, minted, result } = await this.decideUnanswered(deed, on, ground);
      await commitUnits({ units: [unit], changes: unit.changes, minted }, on, ground, engine.viewSet, whole);
      return doneWith(unit, result);
    };
    const habits = this.habitsOf(command.name);
    return inTransaction(engine.database, actor.tenant, run, envelope.durable !== false, habits);
  }

  /** Decides outside of a transaction, and commits with others. */
  private async inGroup<I, R>(deed: Deed<I, R>, whole: boolean): Promise<Answer<R>> {
    const { tenant } = deed.actor;
    const group = this.groupOf(tenant);
    const ground = group.ground();
    try {
      const { unit, minted, result } = await this.decideUnanswered(deed, this.engine.database.reading(tenant), ground);
      await group.take(unit, minted, whole);
      return doneWith(unit, result);
    } finally {
      ground.release();
    }
  }

  /** Decides, unless the key turns out to have been answered. @throws AnsweredBefore */
  private async decideUnanswered<I, R>(
    deed: Deed<I, R>,
    on: Queryable,
    ground: Ground,
  ): Promise<{ unit: Unit; minted: ReadonlySet<string>; result: R }> {
    const { actor, envelope } = deed;
    const ready = envelope.fresh ? Promise.resolve() : unanswered(on, envelope.key);
    const deciding = this.decide(deed, ground, singly(this.engine.database.relaxed(actor.tenant)), ready);
    await deciding.catch(() => ready);
    await ready;
    return deciding;
  }

  /** Runs the handler. Nothing is sent: what it leaves is given back. */
  private async decide<I, R>(
    deed: Deed<I, R>,
    ground: Ground,
    counters: Counters,
    ready: Promise<void>,
  ): Promise<{ unit: Unit; minted: ReadonlySet<string>; result: R }> {
    const { engine } = this;
    const { command, input, actor, envelope, received, bodyHash, gathered, limits } = deed;
    const transaction = new Transaction(ground, counters, engine.rids, received, ready);
    const context = new HandlerContext({
      transaction,
      facility: engine.facility(actor.tenant),
      actor,
      key: envelope.key,
      now: received,
      performedAt: envelope.performedAt ?? received,
      overrides: envelope.overrides ?? [],
      ids: envelope.ids ?? engine.ids,
      random: envelope.random ?? engine.random,
      packs: engine.packsOf(actor.tenant),
      commands: engine.commands,
      guard: engine.guard,
      settings: engine.settings(actor.tenant),
      signer: engine.signer,
      limits,
    });
    const result = await command.handle(input, context, gathered);
    await limits?.checkWritten(transaction.written);
    transaction.audit(engine.audits.commandEntry(actor, command.name, transaction.written, received, envelope));
    const unit = transaction.unit({
      key: envelope.key,
      name: command.name,
      version: command.version,
      bodyHash,
      actor: actor.id,
      performedAt: context.performedAt,
      receivedAt: received,
      device: envelope.device,
      deviceSequence: envelope.sequence,
      rulePacks: [...context.usedPacks],
      overrides: envelope.overrides?.length ? envelope.overrides : undefined,
      result,
    });
    return { unit, minted: transaction.minted, result };
  }
}

const doneWith = <R>(unit: Unit, result: R): Answer<R> => ({
  result,
  position: undefined,
  replayed: false,
  written: [...unit.changes.values()].map(storedOf),
});

/** Stands for the body where nobody can ask for the same answer again. */
const NO_BODY = createHash('sha256').digest();

const bodyHashOf = (command: string, input: unknown): Buffer =>
  createHash('sha256')
    .update(canonicalJson([command, input ?? null]))
    .digest();

/**
 * Asked with the handler's first reads: a replay is known before a number is taken, a refusal given, or a write sent.
 * Rejects with AnsweredBefore.
 */
function unanswered(on: Queryable, key: string): Promise<void> {
  const ready = readAnswer(on, key).then((known) => {
    if (known) throw new AnsweredBefore(known);
  });
  ready.catch(() => undefined);
  return ready;
}

function upcast<I, R>(command: Command<I, R>, input: unknown, version = command.version): unknown {
  let value = input;
  for (let v = version; v < command.version; v++) {
    const step = command.upcast[v];
    if (!step)
      throw refuse(422, 'version-too-old', {
        vi: `Phiên bản ${version} của lệnh ${command.name} không còn được nhận`,
        en: `Version ${version} of ${command.name} is no longer accepted`,
      });
    value = step(value);
  }
  if (version > command.version)
    throw refuse(422, 'version-unknown', {
      vi: `Máy chủ chưa biết phiên bản ${version} của ${command.name}`,
      en: `The server does not know version ${version} of ${command.name}`,
    });
  return value;
}

function checkEnvelope(envelope: Envelope, received: string, mode: string, tooEarly: (ahead: number) => void): void {
  if (!/^[\x21-\x7e]{8,128}$/.test(envelope.key))
    throw refuse(
      400,
      'idempotency-key',
      { vi: 'Thiếu hoặc sai Idempotency-Key', en: 'The Idempotency-Key is missing or malformed' },
      {
        field: 'Idempotency-Key',
        remedy: { vi: '8–128 ký tự, mỗi việc một khoá', en: '8–128 characters, one key a deed' },
      },
    );
  if ((envelope.clock || envelope.ids || envelope.durable === false || envelope.batch) && mode !== 'demo')
    throw refuse(403, 'backdating', {
      vi: 'Chỉ cơ sở thử nghiệm được ghi lùi ngày',
      en: 'Only a demo facility may back-date',
    });
  const performed = envelope.performedAt;
  if (performed === undefined) return;
  const at = Date.parse(performed);
  const ahead = at - Date.parse(received);
  if (ahead > AHEAD) tooEarly(ahead);
  if (Number.isNaN(at) || ahead > AHEAD)
    throw refuse(
      422,
      'performed-at',
      {
        vi: 'Thời điểm thực hiện sau giờ của máy chủ, hoặc không hợp lệ',
        en: "The time performed is later than the server's clock, or not a time",
      },
      {
        field: 'performedAt',
        remedy: {
          vi: 'So với đồng hồ đúng: chỉnh giờ máy này nếu nó nhanh; nếu máy này đúng thì giờ máy chủ chậm, báo quản trị',
          en: 'Compare with a right clock: set this device if it is fast; if it is right, the server is slow: tell the administrator',
        },
      },
    );
}

function replay<R>(first: CommandAnswer, name: string, bodyHash: Buffer): Answer<R> {
  if (first.name !== name || !first.bodyHash.equals(bodyHash))
    throw refuse(
      422,
      'idempotency-key-reused',
      { vi: 'Idempotency-Key này đã dùng cho một việc khác', en: 'This Idempotency-Key was used for something else' },
      { field: 'Idempotency-Key', remedy: { vi: 'Tạo khoá mới cho việc mới', en: 'Make a new key for a new deed' } },
    );
  return { result: first.result as R, position: first.position, replayed: true };
}

function ledgerProblem(fault: LedgerFloor): Problem {
  return fault.constraint === 'ledger_floor'
    ? refuse(
        409,
        'balance-too-low',
        { vi: 'Số dư hoặc tồn kho không đủ', en: 'The balance or stock is not enough' },
        {
          remedy: { vi: 'Tải lại để xem số hiện có', en: 'Reload to see what is left' },
        },
      )
    : refuse(409, 'already-reversed', {
        vi: 'Bút toán này đã được đảo',
        en: 'This movement has been reversed already',
      });
}
