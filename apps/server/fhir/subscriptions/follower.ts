import { formatPosition, type Position, parsePosition } from '@mach/base/position.ts';
import type { Engine } from '@mach/engine';
import type { JsonObject } from '@mach/fhir/json.ts';
import {
  type FeedEntry,
  feedHead,
  type Queryable,
  readFeed,
  readVersion,
  type StoredRecord,
  writeCursor,
} from '@mach/store';
import { trustedHosts } from '../operations/outgoing/settings.ts';
import { type Change, passes, topicTest } from './conditions.ts';
import { passesElsewhere } from './elsewhere.ts';
import { type Owners, visibleVersion } from './reading.ts';
import { readSpec, type Spec } from './spec.ts';
import {
  appendEvents,
  decidedState,
  forgetEvents,
  liveStates,
  type NumberedEvent,
  readState,
  removeState,
  type State,
  seenState,
} from './store.ts';
import type { TopicShelf } from './topic-shelf.ts';
import type { Interaction } from './topics.ts';

const CONSUMER = 'subscriptions';
/** Name of this program where it writes into Subscriptions. */
export const KEEPER = 'subscriptions';
const BATCH = 100;
/** Look by itself for what other processes have committed, ms. */
const IDLE = 1_000;
const PAUSE = 2_000;
/** A Subscription that was written elsewhere than at its own door is told so after this time, ms. */
const GRACE = 3_000;
/** Events are kept this long, days. */
const KEPT = 7;
const CLEAN = 3_600_000;

interface Live {
  readonly spec: Spec;
  readonly state: Pick<State, 'id' | 'owner'>;
  readonly test: (change: Change) => boolean;
}

interface Versions {
  readonly now: StoredRecord | undefined;
  readonly was: StoredRecord | undefined;
}

async function versionsOf(on: Queryable, type: string, id: string, version: number): Promise<Versions> {
  const [now, was] = await Promise.all([
    readVersion(on, type, id, version),
    version > 1 ? readVersion(on, type, id, version - 1) : undefined,
  ]);
  return { now, was };
}

const content = (record: StoredRecord | undefined): JsonObject | undefined =>
  record && !record.deleted ? (record.resource as unknown as JsonObject) : undefined;

/**
 * Follows the committed feed and gives every event of every subscription its number, exactly once: numbers, events and
 * the place in the feed are one transaction, and one process at a time holds that place.
 */
export class SubscriptionFollower {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly owners: Owners;
  private readonly shelf: TopicShelf;
  private readonly onEvents: (subscriptions: readonly string[]) => void;
  private live: Map<string, Live> | undefined;
  private at: Position | undefined;
  /** Seen as it was handed over, with nothing to do in it; written down with the next step. */
  private passed: Position | undefined;
  private busy = false;
  private wake: (() => void) | undefined;
  private called = false;
  private stopped = false;
  private cleaned = 0;
  private loop: Promise<void> = Promise.resolve();
  private unfollow: (() => void) | undefined;

  constructor(
    engine: Engine,
    tenant: number,
    owners: Owners,
    shelf: TopicShelf,
    onEvents: (subscriptions: readonly string[]) => void,
  ) {
    this.engine = engine;
    this.tenant = tenant;
    this.owners = owners;
    this.shelf = shelf;
    this.onEvents = onEvents;
  }

  start(): void {
    this.unfollow = this.engine.relay(this.tenant).onEntries((entries) => {
      if (!this.pass(entries)) this.poke();
    });
    this.loop = this.run();
  }

  /** Without subscribers only new ones matter: what is handed over need not be read again, if nothing is missing before it. */
  private pass(entries: readonly FeedEntry[]): boolean {
    const from = this.passed ?? this.at;
    if (this.busy || from === undefined || this.live?.size !== 0) return false;
    let { epoch, n } = parsePosition(from);
    for (const { position, records } of entries) {
      const next = parsePosition(position);
      if (next.epoch !== epoch || next.n !== n + 1n || records.some(([type]) => type === 'Subscription')) return false;
      ({ epoch, n } = next);
    }
    this.passed = entries.at(-1)?.position ?? from;
    return true;
  }

  poke(): void {
    this.called = true;
    this.wake?.();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unfollow?.();
    this.wake?.();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        this.called = false;
        const seen = await this.step();
        if (seen < BATCH && !this.called) await this.sleep(IDLE);
      } catch {
        this.live = undefined;
        await this.sleep(PAUSE);
      }
    }
  }

  private sleep(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Deals with what is in the feed now, or a part of it. @returns the number of entries */
  async step(): Promise<number> {
    this.busy = true;
    try {
      await this.clean();
      return await this.forward();
    } finally {
      this.busy = false;
    }
  }

  private async forward(): Promise<number> {
    const touched = new Set<string>();
    const count = await this.engine.database.transaction(this.tenant, async (on) => {
      const held = await this.hold(on);
      // Another process has been here since.
      if (this.at !== held) this.live = this.passed = undefined;
      this.live ??= await this.load(on);
      const after = this.passed ?? held;
      const entries = await readFeed(on, after, BATCH);
      const versions = this.ahead(on, entries);
      for (const entry of entries) await this.take(on, entry, versions, touched);
      const last = entries.at(-1)?.position ?? after;
      if (last !== held) await writeCursor(on, CONSUMER, last);
      this.at = undefined;
      return { entries: entries.length, at: last };
    });
    this.at = count.at;
    this.passed = undefined;
    if (touched.size > 0) this.onEvents([...touched]);
    return count.entries;
  }

  /** The place in the feed, held until the transaction ends; a fresh facility begins at the newest. */
  private async hold(on: Queryable): Promise<Position> {
    const read = async (): Promise<Position | undefined> => {
      const { rows } = await on.query<{ epoch: number; position: string }>({
        name: 'subscription_hold',
        text: 'select epoch, position from feed_cursor where tenant = mach_tenant() and consumer = $1 for update',
        values: [CONSUMER],
      });
      return rows[0] && formatPosition(rows[0].epoch, BigInt(rows[0].position));
    };
    const held = await read();
    if (held !== undefined) return held;
    const head = parsePosition(await feedHead(on));
    await on.query({
      text: `insert into feed_cursor (tenant, consumer, epoch, position) values (mach_tenant(), $1, $2, $3)
             on conflict (tenant, consumer) do nothing`,
      values: [CONSUMER, head.epoch, String(head.n)],
    });
    return (await read()) ?? formatPosition(head.epoch, head.n);
  }

  private async load(on: Queryable): Promise<Map<string, Live>> {
    const live = new Map<string, Live>();
    for (const state of await liveStates(on)) {
      const entry = await this.liveOf(on, state);
      if (entry) live.set(state.id, entry);
    }
    return live;
  }

  private async liveOf(on: Queryable, state: State): Promise<Live | undefined> {
    if (state.version === null) return undefined;
    const record = await readVersion(on, 'Subscription', state.id, state.version);
    if (!record || record.deleted) return undefined;
    try {
      const topicOf = await this.shelf.all();
      const rules = { trusted: trustedHosts(this.engine, this.tenant), tenant: this.tenant };
      const spec = readSpec(record.resource as unknown as JsonObject, state.version, topicOf, rules);
      return { spec, state, test: topicTest(spec.topic, this.tenant) };
    } catch {
      // A topic that is no more, an address that was closed since: whoever delivers says so in the record.
      return undefined;
    }
  }

  /** Asks for what these entries have changed, all in one breath. */
  private ahead(on: Queryable, entries: readonly FeedEntry[]): Map<string, Promise<Versions>> {
    const versions = new Map<string, Promise<Versions>>();
    for (const { records } of entries)
      for (const [type, id, version, what] of records) {
        if (this.interested(type, what as Interaction).length === 0) continue;
        const asked = versionsOf(on, type, id, version);
        asked.catch(() => undefined);
        versions.set(`${type}/${id}/${version}`, asked);
      }
    return versions;
  }

  private interested(type: string, what: Interaction): Live[] {
    return [...(this.live?.values() ?? [])].filter(({ spec }) =>
      spec.topic.triggers.some((t) => t.resource === type && t.interactions.includes(what)),
    );
  }

  private async take(
    on: Queryable,
    entry: FeedEntry,
    versions: ReadonlyMap<string, Promise<Versions>>,
    touched: Set<string>,
  ): Promise<void> {
    const events = new Map<string, Omit<NumberedEvent, 'number'>[]>();
    for (const [type, id, version, what] of entry.records) {
      if (type === 'Subscription') await this.subscription(on, entry, id, version, what);
      if (type === 'Basic') {
        this.shelf.forget();
        this.live = await this.load(on);
      }
      const interested = this.interested(type, what as Interaction);
      if (interested.length === 0) continue;
      const { now, was } = await (versions.get(`${type}/${id}/${version}`) ?? versionsOf(on, type, id, version));
      const change: Change = { type, what: what as Interaction, before: content(was), after: content(now) };
      for (const { spec, state, test } of interested) {
        if (!test(change) || !passes(spec.filters, change)) continue;
        const owner = await this.owners.of(state.owner);
        // What may not be read may not be counted either.
        if (!owner || !(await visibleVersion(this.engine, owner, { type, id, version }, now))) continue;
        if (!(await passesElsewhere(this.engine, owner, spec.filters, change, id))) continue;
        const list = events.get(state.id) ?? [];
        events.set(state.id, list);
        list.push({ at: entry.at, type, id, version, what: what as Interaction });
      }
    }
    for (const [id, list] of events) {
      await appendEvents(on, id, list);
      touched.add(id);
    }
  }

  /** A Subscription was written: by this program, who then has decided about it, or by somebody who wants something. */
  private async subscription(
    on: Queryable,
    entry: FeedEntry,
    id: string,
    version: number,
    what: string,
  ): Promise<void> {
    if (what === 'delete') {
      await removeState(on, id);
      this.live?.delete(id);
      return;
    }
    const record = await readVersion(on, 'Subscription', id, version);
    if (!record || record.deleted) return;
    const resource = record.resource as unknown as { status?: string; error?: string; channel?: { type?: string } };
    const { status } = resource;
    if (entry.actor !== `system:${KEEPER}`) {
      await seenState(on, id, version, status === 'off', GRACE);
      if (status === 'off') this.live?.delete(id);
      return;
    }
    if (status !== 'active' && status !== 'error' && status !== 'off') return;
    const pushed = resource.channel?.type === 'rest-hook';
    await decidedState(on, id, { version, status, reason: resource.error ?? null, pushed });
    if (status === 'off') this.live?.delete(id);
    if (status !== 'active') return;
    const state = await readState(on, id);
    const live = state && (await this.liveOf(on, state));
    if (live) this.live?.set(id, live);
  }

  private async clean(): Promise<void> {
    if (Date.now() - this.cleaned < CLEAN) return;
    this.cleaned = Date.now();
    await forgetEvents(this.engine.database.tenant(this.tenant), KEPT);
  }
}
