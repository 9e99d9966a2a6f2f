import { clockIds } from '@mach/base/ids.ts';
import { Random } from '@mach/base/random.ts';
import type { Envelope } from '@mach/engine/dispatch.ts';
import type { Engine } from '@mach/engine/engine.ts';
import type { OutboxWorker } from '@mach/engine/exchange/worker.ts';
import type { Reactions } from '@mach/engine/reactions.ts';

/** What follows an event comes this long after it, ms. */
const LAG = 1_500;
/** An event older than this belongs to a simulated day, ms: the followers of real ones are never so late. */
const OLD = 60_000;

/**
 * Simulated days lie in the past, while reactions and messages run now. In a demo facility what follows an old event is
 * dated right after it, with ids that depend on the event alone, so that a simulated claim was sent on its own day.
 */
export function dateFollowers(
  engine: Engine,
  followers: { reactions: readonly Reactions[]; outboxes: readonly OutboxWorker[] },
): void {
  for (const reactions of followers.reactions) {
    reactions.envelope = (event) => after(engine, event.at, event.key);
  }
  for (const outbox of followers.outboxes) {
    outbox.envelope = (message) => (message.attempts > 1 ? {} : after(engine, message.createdAt, message.id));
  }
}

function after(engine: Engine, at: string, key: string): Partial<Envelope> {
  const moment = Date.parse(at) + LAG;
  if (engine.clock.now().getTime() - moment < OLD) return {};
  const clock = { now: () => new Date(moment) };
  const bytes = new Random(0).fork(`after:${key}`);
  const random = (n: number): Uint8Array => bytes.bytes(n);
  return { clock, ids: clockIds(clock, random), random, wait: false, durable: false };
}
