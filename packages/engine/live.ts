import { comparePosition, type Position, parsePosition } from '@mach/base/position.ts';
import { type FeedEntry, feedHead, type PlainRow, queryView, readFeed } from '@mach/store';
import type { Actor } from './actor.ts';
import type { Engine } from './engine.ts';
import { viewSieve } from './policy/view-sieve.ts';
import { requireView } from './view-service.ts';

export type LiveEvent =
  | { view: string; op: 'put'; key: string; row: PlainRow; position: Position }
  | { view: string; op: 'remove'; key: string; row: null; position: Position }
  /** What was missed cannot be told one by one (another epoch, too long ago): load the view again. */
  | { view: string; op: 'reset'; key: null; row: null; position: Position };

/** `complete`: everything of this position has been told with this event; a reader may go on from here. */
export type LiveSend = (event: LiveEvent, complete: boolean) => void;

interface Subscriber {
  actor: Actor;
  views: ReadonlySet<string>;
  send: LiveSend;
  /** Of views that he does not see whole: the keys that he has been shown. */
  shown: Map<string, Set<string>>;
}

/** A reader that missed more than this many commands loads anew. */
const CATCH_UP = 2_000;

const resets = (events: readonly LiveEvent[]): LiveEvent[] =>
  [...new Map(events.map((event) => [event.view, event])).values()].map(({ view, position }) => ({
    view,
    op: 'reset',
    key: null,
    row: null,
    position,
  }));

/** Follows the feed of one tenant and tells subscribers which rows changed. Rows are read once for all of them. */
export class LiveHub {
  private readonly subscribers = new Set<Subscriber>();
  private readonly engine: Engine;
  private readonly tenant: number;
  private chain: Promise<void> = Promise.resolve();

  constructor(engine: Engine, tenant: number) {
    this.engine = engine;
    this.tenant = tenant;
    engine.relay(tenant).onEntries((entries) => {
      this.chain = this.chain.then(() => this.spread(entries, [...this.subscribers])).catch(() => undefined);
    });
  }

  /** Starts a stream; `after` is where the reader stopped (Last-Event-ID). @throws Problem 403, 404 */
  async subscribe(
    actor: Actor,
    views: readonly string[],
    after: Position | undefined,
    send: LiveSend,
  ): Promise<() => void> {
    const subscriber: Subscriber = { actor, views: new Set(views), send, shown: new Map() };
    for (const name of views) {
      const sieve = await viewSieve(this.engine, actor, requireView(this.engine, actor, name));
      if (sieve) subscriber.shown.set(name, await sieve.keys());
    }
    const on = this.engine.database.tenant(this.tenant);
    const head = await feedHead(on);
    if (after !== undefined && comparePosition(after, head) !== 0) {
      const sameEpoch = parsePosition(after).epoch === parsePosition(head).epoch && comparePosition(after, head) < 0;
      const missed = sameEpoch ? await readFeed(on, after, CATCH_UP + 1) : [];
      if (!sameEpoch || missed.length > CATCH_UP)
        for (const view of views)
          send({ view, op: 'reset', key: null, row: null, position: head }, view === views.at(-1));
      else await this.spread(missed, [subscriber]);
    }
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  get size(): number {
    return this.subscribers.size;
  }

  private async spread(entries: readonly FeedEntry[], to: readonly Subscriber[]): Promise<void> {
    const changed = new Map<string, Map<string, Position>>();
    for (const entry of entries)
      for (const [view, keys] of Object.entries(entry.dirty)) {
        if (!to.some((s) => s.views.has(view))) continue;
        const positions = changed.get(view) ?? new Map<string, Position>();
        changed.set(view, positions);
        for (const key of keys) positions.set(key, entry.position);
      }
    const events = (await Promise.all([...changed].map(([name, positions]) => this.eventsOf(name, positions)))).flat();
    // Oldest first: a reader takes what is behind the last position it saw for known.
    events.sort((a, b) => comparePosition(a.position, b.position));
    for (const subscriber of to) {
      const all = events.filter((event) => subscriber.views.has(event.view));
      // Where it cannot be told what he may see, he loads anew and is answered there.
      const own = await this.sifted(subscriber, all).catch(() => resets(all));
      for (const [i, event] of own.entries()) subscriber.send(event, own[i + 1]?.position !== event.position);
    }
  }

  /** What a reader is told: rows that he may not see are not there, and go only where he has seen them. */
  private async sifted(subscriber: Subscriber, events: LiveEvent[]): Promise<LiveEvent[]> {
    const told = new Map<LiveEvent, LiveEvent>(events.map((event) => [event, event]));
    for (const [name, own] of Map.groupBy(events, (event) => event.view)) {
      const view = this.engine.views.get(name);
      const sieve = view && (await viewSieve(this.engine, subscriber.actor, view));
      if (!sieve) continue;
      let shown = subscriber.shown.get(name);
      const first = own[0];
      if (!shown && first) {
        // The facility has only now begun to limit what he sees.
        shown = await sieve.keys();
        subscriber.shown.set(name, shown);
        for (const event of own) told.delete(event);
        told.set(first, { view: name, op: 'reset', key: null, row: null, position: first.position });
        continue;
      }
      const open = await sieve.open(own.flatMap((event) => (event.op === 'put' ? [event.key] : [])));
      for (const event of own) {
        if (event.op === 'reset' || !shown) continue;
        if (event.op === 'put' && open.has(event.key)) {
          shown.add(event.key);
          told.set(event, { ...event, row: sieve.shown(event.row) });
        } else if (shown.delete(event.key)) told.set(event, { ...event, op: 'remove', row: null });
        else told.delete(event);
      }
    }
    return events.flatMap((event) => told.get(event) ?? []);
  }

  private async eventsOf(name: string, positions: ReadonlyMap<string, Position>): Promise<LiveEvent[]> {
    const view = this.engine.views.get(name);
    if (!view) return [];
    const { rows } = await queryView(this.engine.database.tenant(this.tenant), view.definition, {
      keys: [...positions.keys()],
      limit: 1000,
    });
    const byKey = new Map(rows.map((row) => [String(row.key), row]));
    return [...positions].map(([key, position]) => {
      const row = byKey.get(key);
      return row
        ? { view: name, op: 'put', key, row, position }
        : { view: name, op: 'remove', key, row: null, position };
    });
  }
}
