import { type Position, parsePosition } from '@mach/base/position.ts';
import { Problem } from '@mach/base/problem.ts';
import { type FeedEntry, readCursor, readEvents, writeCursor } from '@mach/store';
import type { Engine } from './engine.ts';
import type { Envelope } from './envelope.ts';
import type { CommittedEvent, Reaction } from './module.ts';

/** A reaction that keeps failing for another reason than a refusal is tried again after this pause, ms. */
const PAUSE = 2_000;
const BATCH = 200;
/** The place in the feed is written down this often, ms. After a crash what came since is met again, and known. */
const NOTE = 1_000;
/** Entries that the relay handed on and nobody dealt with yet; beyond, the feed is read instead. */
const HANDED = 500;

type Entry = Pick<FeedEntry, 'position' | 'key' | 'at' | 'events'>;

/**
 * Follows the feed and sends the commands that modules declared as reactions to events. The idempotency key is made of
 * the event's own key, so that a crash between the command and the cursor repeats nothing. A refusal (Problem) ends the
 * matter: it is audited; any other fault is tried again before later events are looked at.
 */
export class Reactions {
  private readonly byEvent = new Map<string, Reaction[]>();
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly consumer = 'reactions';
  private stopped = false;
  private wake: (() => void) | undefined;
  private called = false;
  private after: Position | undefined;
  private noted = { position: '', at: 0 };
  private loop: Promise<void> = Promise.resolve();
  /** What the relay has just handed on, in order: mostly it need not be read again. */
  private handed: Entry[] = [];
  /** The reaction's clock and ids where the event is simulated; the engine's own otherwise. */
  envelope: (event: CommittedEvent) => Partial<Envelope> = () => ({});

  constructor(engine: Engine, tenant: number) {
    this.engine = engine;
    this.tenant = tenant;
    for (const reaction of engine.modules.flatMap((m) => m.reactions ?? [])) {
      const list = this.byEvent.get(reaction.event) ?? [];
      this.byEvent.set(reaction.event, list);
      list.push(reaction);
    }
  }

  start(): void {
    this.engine.relay(this.tenant).onEntries((entries) => {
      if (this.handed.length + entries.length > HANDED) this.handed = [];
      else for (const { position, key, at, events } of entries) this.handed.push({ position, key, at, events });
      if (!entries.some((entry) => this.concerns(entry))) return;
      this.called = true;
      this.wake?.();
    });
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    await this.loop;
    await this.note(0).catch(() => undefined);
  }

  private concerns(entry: Pick<FeedEntry, 'events'>): boolean {
    return entry.events.some((event) => this.byEvent.has(event.name));
  }

  private async note(pause = NOTE): Promise<void> {
    const position = this.after;
    const now = performance.now();
    if (position === undefined || position === this.noted.position || now - this.noted.at < pause) return;
    this.noted = { position, at: now };
    await writeCursor(this.engine.database.relaxed(this.tenant), this.consumer, position);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        this.called = false;
        await this.drain();
        if (!this.called) await this.sleep(1_000);
      } catch {
        await this.sleep(PAUSE);
      }
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Deals with what is in the feed now. @returns the number of entries seen. */
  async drain(): Promise<number> {
    const on = this.engine.database.tenant(this.tenant);
    let seen = 0;
    this.after ??= await readCursor(on, this.consumer);
    while (!this.stopped) {
      const handed: readonly Entry[] = this.next(this.after);
      const entries: readonly Entry[] = handed.length > 0 ? handed : await readEvents(on, this.after, BATCH);
      for (const entry of entries) {
        for (const [index, event] of entry.events.entries())
          await this.react({ name: event.name, payload: event.payload, key: `${entry.key}#${index}`, at: entry.at });
        this.after = entry.position;
      }
      seen += entries.length;
      await this.note();
      if (handed.length > 0 ? this.handed.length === 0 : entries.length < BATCH) break;
    }
    return seen;
  }

  /**
   * The entries behind a position that were handed on without a gap. A gap may be an entry that another process has
   * placed: then, and when there are none, the feed itself is asked.
   */
  private next(after: Position): Entry[] {
    const from = parsePosition(after);
    const isDone = ({ epoch, n }: typeof from): boolean => epoch === from.epoch && n <= from.n;
    const waiting = this.handed.filter((entry) => !isDone(parsePosition(entry.position)));
    const gap = waiting.findIndex((entry, i) => {
      const { epoch, n } = parsePosition(entry.position);
      return epoch !== from.epoch || n !== from.n + BigInt(i + 1);
    });
    const run = gap < 0 ? waiting : waiting.slice(0, gap);
    this.handed = gap < 0 ? [] : waiting.slice(gap);
    return run;
  }

  private async react(event: CommittedEvent): Promise<void> {
    for (const reaction of this.byEvent.get(event.name) ?? []) {
      const input = reaction.input(event);
      if (input === undefined) continue;
      const actor = this.engine.systemActor(this.tenant, reaction.name, reaction.roles);
      try {
        await this.engine.sendByName(reaction.command.name, input, actor, {
          key: `${reaction.name}:${event.key}`.slice(-128),
          ...this.envelope(event),
        });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
    }
  }
}
