import { type Database, leaseOutbox, type OutboxRow, settleStatement } from '@mach/store';
import type { Engine } from '../engine.ts';
import type { Envelope } from '../envelope.ts';
import { type Delivery, type Destination, retryDelay } from './destination.ts';
import { answerCommand } from './module.ts';

/** A destination that has not answered by then is asked again later, ms. */
const TIMEOUT = 8_000;
const LEASE = 30_000;
const PARALLEL = 4;
/** Messages taken at once where their order matters. */
const IN_ORDER = 40;

/**
 * Sends what waits in a tenant's outbox. Leases end by themselves, so what a dead worker held goes out again:
 * destinations must know a message by its id.
 */
export class OutboxWorker {
  private readonly destinations: ReadonlyMap<string, Destination>;
  private readonly database: Database;
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly name: string;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private round: Promise<void> = Promise.resolve();
  /** True: in the order in which they are due, also their answers. */
  inOrder = false;
  /** Clock and ids of the answer where the message is simulated; the engine's own otherwise. */
  envelope: (message: OutboxRow) => Partial<Envelope> = () => ({});

  constructor(engine: Engine, tenant: number) {
    this.engine = engine;
    this.database = engine.database;
    this.tenant = tenant;
    this.name = engine.ids();
    this.destinations = new Map(engine.modules.flatMap((m) => m.destinations ?? []).map((d) => [d.name, d]));
  }

  start(everyMs = 1_000): void {
    const tick = (): void => {
      if (this.stopped) return;
      this.round = this.drain()
        .then(() => undefined)
        .catch(() => undefined)
        .finally(() => {
          this.timer = setTimeout(tick, everyMs);
          this.timer.unref();
        });
    };
    tick();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  /** Sends everything that is due now. @returns how many were tried. */
  async drain(): Promise<number> {
    let tried = 0;
    for (;;) {
      const now = this.engine.clock.now();
      const leased = await leaseOutbox(
        this.database.tenant(this.tenant),
        this.name,
        now.toISOString(),
        new Date(now.getTime() + LEASE).toISOString(),
        this.inOrder ? IN_ORDER : PARALLEL,
      );
      if (leased.length === 0) return tried;
      if (this.inOrder) {
        // Handed over in their order, and their answers written down in the same.
        const deliveries = leased.map((message) => this.deliver(message));
        for (const [i, message] of leased.entries()) await this.settle(message, await deliveries[i]);
      } else await Promise.all(leased.map(async (message) => this.settle(message, await this.deliver(message))));
      tried += leased.length;
      if (this.stopped) return tried;
    }
  }

  private async settle(message: OutboxRow, delivery: Delivery): Promise<void> {
    const now = this.engine.clock.now();
    if (delivery.outcome === 'later') {
      const nextAttemptAt = new Date(now.getTime() + retryDelay(message.attempts)).toISOString();
      const end = {
        state: 'pending' as const,
        error: { reason: delivery.reason },
        at: now.toISOString(),
        nextAttemptAt,
      };
      await this.database.tenant(this.tenant).query(settleStatement(this.name, message.id, end));
      return;
    }
    const { destination, kind, subject } = message;
    const issues = delivery.outcome === 'refused' ? delivery.issues : [];
    const answer = {
      message: message.id,
      worker: this.name,
      destination,
      kind,
      subject,
      outcome: delivery.outcome,
      receipt: delivery.receipt ?? null,
      issues,
    };
    const actor = this.engine.systemActor(this.tenant, `exchange.${destination}`, ['system']);
    const key = `answer:${message.id}:${message.attempts}`;
    await this.engine.send(answerCommand, answer, actor, { key, ...this.envelope(message) });
  }

  private async deliver(message: OutboxRow): Promise<Delivery> {
    const destination = this.destinations.get(message.destination);
    if (!destination) return { outcome: 'later', reason: `no adapter is installed for ${message.destination}` };
    try {
      return await destination.deliver(
        {
          id: message.id,
          kind: message.kind,
          subject: message.subject,
          payload: JSON.parse(message.payload),
          attempts: message.attempts,
          corrects: message.corrects,
        },
        AbortSignal.timeout(TIMEOUT),
      );
    } catch (error) {
      return { outcome: 'later', reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
