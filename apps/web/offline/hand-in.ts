import { type Act, inOrder, type Outcome } from './acts.ts';

/** Where acts rest on the device. */
export interface ActStore {
  all(): Promise<readonly Act[]>;
  put(act: Act): Promise<void>;
  /** The server has said that it is done: it waits no more. */
  done(act: Act): Promise<void>;
}

export interface Counter {
  send(act: Act): Promise<Outcome>;
  /** The visit behind a ticket, as the server knows it; undefined: the desk that gave it has not handed in yet. */
  visitOf(ticket: string, performedAt: string): Promise<string | undefined>;
}

export interface Report {
  readonly done: number;
  /** Acts whose ticket the server does not know yet. */
  readonly unknown: ReadonlySet<string>;
  /** `stopped`: the server went away again, or the person is signed out. */
  readonly end: 'empty' | 'stopped';
  readonly signedOut: boolean;
}

/**
 * Hands in what waits, in the order of each person's lane. Every step is on the disk before the next begins and each may
 * be repeated: the server knows an act by its key, so a crash between its answer and the removal costs one more question.
 */
export async function handIn(store: ActStore, counter: Counter): Promise<Report> {
  const held = new Set<string>();
  const unknown = new Set<string>();
  let done = 0;
  const stopped = (signedOut: boolean): Report => ({ done, unknown, end: 'stopped', signedOut });
  for (const act of inOrder(await store.all())) {
    if (act.refused) held.add(act.lane);
    if (held.has(act.lane)) continue;
    let ready: Act | undefined;
    try {
      ready = await settled(act, counter);
    } catch {
      return stopped(false);
    }
    if (!ready) {
      unknown.add(act.id);
      held.add(act.lane);
      continue;
    }
    ready = { ...ready, tries: act.tries + 1 };
    await store.put(ready);
    const outcome = await counter.send(ready);
    if (outcome.kind === 'done') {
      await store.done(ready);
      done++;
    } else if (outcome.kind === 'refused') {
      await store.put({ ...ready, refused: outcome.issues });
      held.add(act.lane);
    } else if (outcome.kind === 'later') held.add(act.lane);
    else return stopped(outcome.kind === 'signed-out');
  }
  return { done, unknown, end: 'empty', signedOut: false };
}

/** The act with the input that goes out; the same one at every attempt. */
async function settled(act: Act, counter: Counter): Promise<Act | undefined> {
  if (act.ready) return act;
  if (act.encounterOf === undefined) return { ...act, ready: act.input };
  const encounter = await counter.visitOf(act.encounterOf, act.performedAt);
  return encounter === undefined ? undefined : { ...act, ready: { ...act.input, encounter } };
}
