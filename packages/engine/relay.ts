import type { Position } from '@mach/base/position.ts';
import { type Database, type FeedEntry, relay } from '@mach/store';

/** Shortest pause between two rounds, ms: commands that end together share one. */
const PAUSE = 4;
/** Positions kept for commands that ask for theirs only after it was given. */
const RECENT = 2_000;
/** Look for commands of other processes this often, ms. */
const IDLE = 250;

/**
 * Runs the store's relay for a tenant: gives positions, tells whoever waits for one, and hands the entries on (live
 * updates, deferred views). Poked after each command; looks by itself for what other processes have committed.
 */
export class Relay {
  private readonly waiting = new Map<string, (position: Position | undefined) => void>();
  private readonly recent = new Map<string, Position>();
  private readonly listeners = new Set<(entries: readonly FeedEntry[]) => void>();
  private running = false;
  private again = false;
  private stopped = false;
  private readonly timer: NodeJS.Timeout;
  private readonly database: Database;
  private readonly tenant: number;

  constructor(database: Database, tenant: number) {
    this.database = database;
    this.tenant = tenant;
    this.timer = setInterval(() => void this.run(), IDLE);
    this.timer.unref();
  }

  onEntries(listener: (entries: readonly FeedEntry[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The position of a command just committed; undefined when the relay does not answer within a second. */
  position(key: string): Promise<Position | undefined> {
    // A round for somebody else may have met this command between its commit and this question.
    const given = this.recent.get(key);
    if (given !== undefined) return Promise.resolve(given);
    return new Promise((resolve) => {
      const timeout = setTimeout(() => settle(undefined), 1_000);
      const settle = (position: Position | undefined): void => {
        clearTimeout(timeout);
        this.waiting.delete(key);
        resolve(position);
      };
      this.waiting.set(key, settle);
      void this.run();
    });
  }

  private async run(): Promise<void> {
    this.again = true;
    if (this.running || this.stopped) return;
    this.running = true;
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        const entries = await relay(this.database, this.tenant);
        for (const entry of entries) this.give(entry.key, entry.position);
        if (entries.length > 0) for (const listener of this.listeners) listener(entries);
        if (entries.length > 0 || this.waiting.size > 0) {
          await new Promise((resolve) => setTimeout(resolve, PAUSE));
          this.again ||= this.waiting.size > 0;
        }
      }
    } catch {
      // The database is away for a moment: commands say so themselves, and the timer tries again.
    } finally {
      this.running = false;
    }
  }

  private give(key: string, position: Position): void {
    this.waiting.get(key)?.(position);
    this.recent.set(key, position);
    const oldest = this.recent.keys().next();
    if (this.recent.size > RECENT && !oldest.done) this.recent.delete(oldest.value);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    while (this.running) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const settle of this.waiting.values()) settle(undefined);
  }
}
