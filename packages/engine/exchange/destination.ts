import type { Issue } from '@mach/base/problem.ts';

export interface Outgoing {
  id: string;
  kind: string;
  subject: string;
  payload: unknown;
  attempts: number;
  corrects?: string;
}

/**
 * How an attempt ended. `accepted`: with the receipt that proves it. `refused`: the other side has read it and says no:
 * work for the owner, no retry. `later`: nobody answered, try again.
 */
export type Delivery =
  | { outcome: 'accepted'; receipt: unknown }
  | { outcome: 'refused'; receipt?: unknown; issues: Issue[] }
  | { outcome: 'later'; reason: string };

/** One place that messages go to: the adapter knows its protocol, the outbox knows clocks and retries. */
export interface Destination {
  name: string;
  title: { vi: string; en: string };
  /** What each kind of message is called; a destination of one kind needs none. */
  kinds?: Readonly<Record<string, { vi: string; en: string }>>;
  /** True when what answers is a simulator in this program, not the real service. */
  simulated: boolean;
  /** Must give up within a few seconds; care never waits for it, but the queue does. */
  deliver(message: Outgoing, signal: AbortSignal): Promise<Delivery>;
}

/** Wait before attempt n+1: 5 s doubling to 5 minutes at most. */
export function retryDelay(attempts: number): number {
  return Math.min(5_000 * 2 ** Math.min(attempts - 1, 10), 300_000);
}
