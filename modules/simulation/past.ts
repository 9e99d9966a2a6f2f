import { clockIds } from '@mach/base/ids.ts';
import { Random } from '@mach/base/random.ts';
import type { Engine } from '@mach/engine/engine.ts';
import type { Envelope } from '@mach/engine/envelope.ts';
import type { OutboxWorker } from '@mach/engine/exchange/worker.ts';
import type { Reactions } from '@mach/engine/reactions.ts';
import { type Batch, relay } from '@mach/store';

/** What follows an event comes this long after it, ms. */
const LAG = 1_500;
/** An event older than this belongs to a simulated day, ms: the followers of real ones are never so late. */
const OLD = 60_000;
/** Commands given their place in the feed at once, most. */
const RELAYED = 500;

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

/**
 * Runs what follows from the events so far, until nothing is left: for a house that does not work by itself yet (a tool,
 * or a server whose doors are still closed). Its commands go with the batch.
 */
export async function runFollowers(
  engine: Engine,
  tenant: number,
  followers: { reactions: readonly Reactions[]; outboxes: readonly OutboxWorker[] },
  batch?: Batch,
): Promise<void> {
  const workers = [...followers.reactions, ...followers.outboxes];
  const usual = workers.map((worker) => worker.envelope);
  for (const reactions of followers.reactions) reactions.envelope = joined(reactions.envelope, batch);
  for (const outbox of followers.outboxes) {
    outbox.envelope = joined(outbox.envelope, batch);
    // One after the other: two answers about the same visit then always come in the same order.
    outbox.inOrder = true;
  }
  try {
    for (let dealt = 1; dealt > 0; ) {
      // Everything committed gets its place in the feed first: what is followed depends on no timer.
      await batch?.flush();
      while ((await relay(engine.database, tenant, RELAYED)).length === RELAYED);
      dealt = 0;
      for (const worker of workers) dealt += await worker.drain();
    }
  } finally {
    for (const outbox of followers.outboxes) outbox.inOrder = false;
    for (const [i, worker] of workers.entries()) worker.envelope = usual[i] ?? worker.envelope;
  }
}

/** The envelope of what is simulated, sent with the batch. */
function joined<T>(usual: (cause: T) => Partial<Envelope>, batch: Batch | undefined): (cause: T) => Partial<Envelope> {
  return (cause) => (batch ? { ...usual(cause), batch } : usual(cause));
}

function after(engine: Engine, at: string, key: string): Partial<Envelope> {
  const moment = Date.parse(at) + LAG;
  if (engine.clock.now().getTime() - moment < OLD) return {};
  const clock = { now: () => new Date(moment) };
  const bytes = new Random(0).fork(`after:${key}`);
  const random = (n: number): Uint8Array => bytes.bytes(n);
  return { clock, ids: clockIds(clock, random), random, wait: false, durable: false };
}
