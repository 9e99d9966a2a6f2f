/** Acts that wait for the server, and the order in which they are handed in. Pure. */
import type { Issue, KeepRequest } from '@mach/ui';

export interface Act extends KeepRequest {
  /** Also the idempotency key: made on this device, kept by the server for 90 days. */
  readonly id: string;
  /** Place in the order of this desk. */
  readonly sequence: number;
  readonly performedAt: string;
  readonly refused?: readonly Issue[];
  readonly tries: number;
  /**
   * The input as it goes out, once it has been settled: from the first attempt on it never changes, so that a second
   * attempt is known to be the same act.
   */
  readonly ready?: object;
}

/** An act of which a server has said that it is done. */
export interface Handed {
  readonly act: Act;
  /** Which server: another one after it was put back to an earlier time. */
  readonly house: string;
}

/**
 * Whether the server that answers now may have forgotten an act, and the act as it waits again: under its own key, so
 * that what is known after all is not done twice. Its visit may have another id now.
 */
export function forgotten({ act, house }: Handed, now: string): Act | undefined {
  if (house === now) return undefined;
  const { ready, ...rest } = act;
  return { ...rest, ...(ready && act.encounterOf === undefined ? { ready } : {}), tries: 0 };
}

/** The server's answer to one attempt. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly issues: readonly Issue[] }
  /** Not now, for a reason of this act: a conflict that passes, a fault of the server. */
  | { readonly kind: 'later' }
  /** The server is away again. */
  | { readonly kind: 'gone' }
  /** Nothing goes out any more until somebody signs in. */
  | { readonly kind: 'signed-out' };

/** What a refusal means. Only an answer about the act itself is one. */
export function outcomeOf(status: number, issues: readonly Issue[]): Outcome {
  if (status === 401) return { kind: 'signed-out' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { kind: 'later' };
  if (issues.length === 1 && issues[0]?.code === 'conflict') return { kind: 'later' };
  return { kind: 'refused', issues };
}

export const inOrder = (acts: readonly Act[]): Act[] =>
  acts.toSorted((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));

/** Whether an act waits for one before it: a refusal, or a ticket that is not known yet, holds up its own lane alone. */
export function stateOf(act: Act, acts: readonly Act[], unknown: ReadonlySet<string>): 'kept' | 'waiting' | 'refused' {
  if (act.refused) return 'refused';
  const before = acts.some((one) => one.lane === act.lane && one.sequence < act.sequence && one.refused);
  return before || unknown.has(act.id) ? 'waiting' : 'kept';
}

/** The act as a person changed it after a refusal: what was refused was never done, so the key stays. */
export function changed(act: Act, change: object = {}): Act {
  const { refused: _, ready: __, ...rest } = act;
  return { ...rest, input: { ...(act.ready ?? act.input), ...change } };
}

/** The words of an act for a note that somebody enters by hand: its fields, one a line, without the machine's own. */
export function wordsOf(act: Act): string {
  const lines = Object.entries(act.ready ?? act.input).flatMap(([name, value]) =>
    name === 'paper' || value === undefined || value === null
      ? []
      : [`${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`],
  );
  return [`${act.title.vi}${act.detail ? ` · ${act.detail}` : ''}`, act.performedAt, ...lines]
    .join('\n')
    .slice(0, 8000);
}
