import { Problem } from '@mach/base/problem.ts';
import { type Engine, recordWrite } from '@mach/engine';
import type { JsonObject } from '@mach/fhir/json.ts';
import { toXml } from '@mach/fhir/xml-write.ts';
import { readRecord, readVersion, type StoredRecord } from '@mach/store';
import { callOut } from '../operations/outgoing/call.ts';
import { trustedHosts } from '../operations/outgoing/settings.ts';
import { KEEPER } from './follower.ts';
import { openHeaders } from './headers.ts';
import { factsOf, type NotificationType, notification } from './notification.ts';
import type { Owners } from './reading.ts';
import { readSpec, type Spec, type SpecRules } from './spec.ts';
import {
  endTurn,
  leaseStates,
  type NumberedEvent,
  readNumbered,
  type State,
  type Status,
  type TurnEnd,
} from './store.ts';
import type { TopicShelf } from './topic-shelf.ts';

/** Subscriptions served at once by this process. */
const PARALLEL = 8;
/** Longer than the longest patience with an end. */
const LEASE = 90_000;
const POLL = 500;
/** Messages sent to one end before others get their turn. */
const A_TURN = 20;
/** Tries in a row after which an end is given up: with waits of 2 s doubling to 5 minutes, in half an hour. */
const ATTEMPTS = 12;
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 300_000;

export interface DeliveryOptions {
  readonly attempts?: number;
  readonly firstWait?: number;
}

/** What is wrong with a subscription itself: no further try will help. */
class Unservable extends Error {}

/** Shakes hands with new ends, and sends events to those that are called: in their order, each until it is taken. */
export class SubscriptionDelivery {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly owners: Owners;
  private readonly shelf: TopicShelf;
  private readonly worker: string;
  private readonly attempts: number;
  private readonly firstWait: number;
  private readonly abort = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private readonly busy = new Set<Promise<void>>();
  private round: Promise<void> = Promise.resolve();

  constructor(engine: Engine, tenant: number, owners: Owners, shelf: TopicShelf, options: DeliveryOptions = {}) {
    this.engine = engine;
    this.tenant = tenant;
    this.owners = owners;
    this.shelf = shelf;
    this.worker = engine.ids();
    this.attempts = options.attempts ?? ATTEMPTS;
    this.firstWait = options.firstWait ?? FIRST_WAIT;
  }

  start(): void {
    this.tick(0);
  }

  /** Something is to be sent: look now. */
  poke(): void {
    if (this.timer) this.tick(0);
  }

  private tick(wait: number): void {
    clearTimeout(this.timer);
    if (this.abort.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.round = this.round
        .then(() => this.look())
        .catch(() => undefined)
        .finally(() => this.tick(POLL));
    }, wait);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    clearTimeout(this.timer);
    await this.round;
    await Promise.all(this.busy);
  }

  private async look(): Promise<void> {
    const free = PARALLEL - this.busy.size;
    if (free <= 0 || this.abort.signal.aborted) return;
    for (const state of await leaseStates(this.engine.database.tenant(this.tenant), this.worker, LEASE, free)) {
      const turn: Promise<void> = this.turn(state)
        .catch(() => undefined)
        .finally(() => {
          this.busy.delete(turn);
          this.poke();
        });
      this.busy.add(turn);
    }
  }

  private async turn(state: State): Promise<void> {
    let end: TurnEnd;
    try {
      end = await this.serve(state);
    } catch (error) {
      // Our own fault, or the database is away: the lease ends by itself.
      if (!(error instanceof Unservable)) throw error;
      await this.decide(state.id, 'error', error.message);
      end = { delivered: state.delivered, settled: state.asked, attempts: 0, sent: false, again: null, paused: true };
    }
    await endTurn(this.engine.database.tenant(this.tenant), this.worker, state.id, end);
  }

  private async serve(state: State): Promise<TurnEnd> {
    const idle: TurnEnd = {
      delivered: state.delivered,
      settled: null,
      attempts: 0,
      sent: false,
      again: null,
      paused: false,
    };
    if (state.asked !== null) return this.shakeHands(state, state.asked);
    if (state.status === 'requested' || state.owner === null) {
      const record = await this.record(state.id);
      if (record && state.owner === null)
        throw new Unservable(
          'Ghi Subscription này tại /fhir/Subscription thì mới chạy · write it at /fhir/Subscription itself',
        );
      if (record)
        throw new Unservable('Đã sửa qua cửa khác: ghi lại tại /fhir/Subscription · changed elsewhere: write it again');
      return idle;
    }
    if (state.status !== 'active' || state.version === null) return idle;
    const version = await readVersion(this.on, 'Subscription', state.id, state.version);
    if (!version || version.deleted) return idle;
    const spec = await this.spec(version);
    if (spec.end !== null && Date.parse(spec.end) <= this.engine.clock.now().getTime()) {
      await this.decide(state.id, 'off', null);
      return idle;
    }
    return spec.channel === 'rest-hook' ? this.send(state, spec) : idle;
  }

  private get on() {
    return this.engine.database.tenant(this.tenant);
  }

  private get rules(): SpecRules {
    return { trusted: trustedHosts(this.engine, this.tenant), tenant: this.tenant };
  }

  private async record(id: string): Promise<StoredRecord | undefined> {
    const record = await readRecord(this.on, 'Subscription', id);
    return record && !record.deleted ? record : undefined;
  }

  /** @throws Unservable for one that cannot be served as it is written */
  private async spec(record: StoredRecord): Promise<Spec> {
    try {
      return readSpec(record.resource as unknown as JsonObject, record.version, await this.shelf.all(), this.rules);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      throw new Unservable(error.issues.map((i) => `${i.field ?? ''} ${i.text.vi} · ${i.text.en}`.trim()).join('; '));
    }
  }

  /** A new or changed subscription: its end must answer once before anything is sent. */
  private async shakeHands(state: State, asked: number): Promise<TurnEnd> {
    const done: TurnEnd = {
      delivered: state.delivered,
      settled: asked,
      attempts: 0,
      sent: true,
      again: null,
      paused: false,
    };
    const record = await this.record(state.id);
    if (!record) return { ...done, sent: false };
    const spec = await this.spec(record);
    if (!(await this.owners.of(state.owner)))
      throw new Unservable('Người đăng ký không còn quyền ở đây · its owner has no rights here');
    if (spec.channel === 'rest-hook') {
      const fault = await this.call(state, spec, 'handshake', []);
      if (fault !== undefined) return this.failed({ ...done, settled: null, sent: false }, state, fault);
    }
    // Changed meanwhile: the newer version is asked for by itself.
    await this.decide(state.id, 'active', null, record);
    return done;
  }

  private async send(state: State, spec: Spec): Promise<TurnEnd> {
    let { delivered } = state;
    let isSent = false;
    const wait = spec.heartbeat === null ? null : spec.heartbeat * 1_000;
    const end = (attempts: number, again: number | null): TurnEnd => ({
      delivered,
      settled: null,
      attempts,
      sent: isSent,
      again,
      paused: false,
    });
    for (let message = 0; message < A_TURN && delivered < state.events; message++) {
      const events = await readNumbered(this.on, state.id, delivered, state.events, spec.maxCount);
      // Older ones have been forgotten.
      if (events.length === 0) delivered = state.events;
      else {
        const fault = await this.call(state, spec, 'event-notification', events);
        if (fault !== undefined) return this.failed(end(0, null), isSent ? { ...state, attempts: 0 } : state, fault);
        delivered = events.at(-1)?.number ?? delivered;
        isSent = true;
      }
    }
    if (delivered < state.events) return end(0, 0);
    if (wait === null || isSent) return end(0, wait);
    const silent = state.silent ?? wait;
    // A timer may be early by some milliseconds.
    if (silent < wait - 50) return end(0, wait - silent);
    const fault = await this.call(state, spec, 'heartbeat', []);
    if (fault !== undefined) return this.failed(end(0, null), state, fault);
    isSent = true;
    return end(0, wait);
  }

  /** Waits longer each time; an end that fails for too long is paused, and its owner reads why. */
  private async failed(end: TurnEnd, state: State, fault: string): Promise<TurnEnd> {
    const attempts = state.attempts + 1;
    if (attempts < this.attempts)
      return { ...end, attempts, again: Math.min(this.firstWait * 2 ** (attempts - 1), LONGEST_WAIT) };
    await this.decide(
      state.id,
      'error',
      `Nơi nhận không trả lời sau ${attempts} lần · the end failed ${attempts} times: ${fault}`,
    );
    return { ...end, settled: state.asked, attempts: 0, again: null, paused: true };
  }

  /** @returns why it was not taken */
  private async call(
    state: State,
    spec: Spec,
    type: NotificationType,
    events: readonly NumberedEvent[],
  ): Promise<string | undefined> {
    const reader = await this.owners.of(state.owner);
    if (!reader) throw new Unservable('Người đăng ký không còn quyền ở đây · its owner has no rights here');
    const facts = { ...factsOf(state, spec), status: type === 'handshake' ? ('requested' as const) : state.status };
    const bound = { tenant: this.tenant, writer: state.owner?.id ?? '', endpoint: spec.endpoint };
    const headers = await openHeaders(this.engine, bound, spec.headers);
    if ('closed' in headers)
      throw new Unservable(`Nhập lại đầu mục ${headers.closed} · the header ${headers.closed} must be given again`);
    const bundle = await notification(this.engine, reader, facts, type, events, spec.content);
    try {
      const answer = await callOut(
        {
          method: 'POST',
          url: spec.endpoint ?? '',
          headers: { ...headers, 'content-type': `application/fhir+${spec.xml ? 'xml' : 'json'}` },
          body: spec.xml ? toXml(bundle as JsonObject) : JSON.stringify(bundle),
          timeout: spec.timeout * 1_000,
          signal: this.abort.signal,
        },
        this.rules,
      );
      // What it says is of no interest, and may be endless.
      answer.destroy();
      const { statusCode = 0 } = answer;
      if (statusCode < 200 || statusCode >= 300) return `HTTP ${statusCode}`;
      await this.engine.audits.read(reader, `notify ${type}`, this.engine.clock.now().toISOString(), {
        kind: 'exchange',
        entities: spec.content === 'empty' ? [] : events.map((e) => `${e.type}/${e.id}/_history/${e.version}`),
        detail: { subscription: state.id, endpoint: spec.endpoint, events: events.length },
      });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Writes into the Subscription what has become of it; the feed then tells the one who numbers the events. */
  private async decide(id: string, status: Status, reason: string | null, known?: StoredRecord): Promise<void> {
    const record = known ?? (await this.record(id));
    if (!record) return;
    const { error: _old, ...resource } = record.resource as unknown as JsonObject;
    const put = { ...resource, status, ...(reason === null ? {} : { error: reason.slice(0, 1_000) }) };
    const entries = [{ op: 'put' as const, resource: put as never, ifVersion: record.version }];
    const actor = this.engine.systemActor(this.tenant, KEEPER, ['importer']);
    const key = `subscription:${id}:${record.version}:${status}`.slice(-128);
    try {
      await this.engine.sendByName(recordWrite.name, { entries, references: 'keep' }, actor, { key });
    } catch (problem) {
      // Somebody has written it meanwhile: that version counts.
      if (!(problem instanceof Problem) || (problem.status !== 412 && problem.status !== 409)) throw problem;
    }
  }
}
