import { createHash, randomBytes } from 'node:crypto';
import type { Engine } from '@mach/engine';
import type { JsonObject } from '@mach/fhir/json.ts';
import { readVersion } from '@mach/store';
import type { WebSocket } from 'ws';
import type { ActorRef } from '../operations/actors.ts';
import { trustedHosts } from '../operations/outgoing/settings.ts';
import { factsOf, notification } from './notification.ts';
import type { Owners } from './reading.ts';
import { readSpec, type Spec } from './spec.ts';
import { readNumbered, readState } from './store.ts';
import type { TopicShelf } from './topic-shelf.ts';

/** A ticket is used within this time, ms; the socket then stays open for as long as it likes. */
export const TICKET = 300_000;
/** Sockets of one facility in this process. */
const MAX_SOCKETS = 500;
const POLL = 1_000;
/** Bytes that a slow listener may be behind before it is cut off: it can ask for what it missed. */
const MAX_BEHIND = 4 * 1024 * 1024;

interface Bound {
  readonly id: string;
  readonly owner: ActorRef;
  sent: number;
  at: number;
}
interface Listener {
  readonly socket: WebSocket;
  bound: readonly Bound[];
}

const hashOf = (ticket: string): Buffer => createHash('sha256').update(ticket).digest();

/** Subscriptions that listen on a WebSocket: bound by a ticket, told what happens from then on. */
export class SubscriptionSockets {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly owners: Owners;
  private readonly shelf: TopicShelf;
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(engine: Engine, tenant: number, owners: Owners, shelf: TopicShelf) {
    this.engine = engine;
    this.tenant = tenant;
    this.owners = owners;
    this.shelf = shelf;
  }

  /** A ticket for these subscriptions, good once. */
  async ticket(subscriptions: readonly string[], owner: ActorRef): Promise<{ token: string; expires: string }> {
    const token = `${this.tenant}.${randomBytes(32).toString('base64url')}`;
    const { rows } = await this.engine.database.tenant(this.tenant).query<{ expires_at: Date }>({
      name: 'subscription_ticket',
      text: `insert into subscription_ticket (tenant, hash, subscriptions, owner, expires_at)
             values (mach_tenant(), $1, $2, $3, now() + $4::float8 * interval '1 millisecond') returning expires_at`,
      values: [hashOf(token), subscriptions, JSON.stringify(owner), TICKET],
    });
    return { token, expires: rows[0]?.expires_at.toISOString() ?? '' };
  }

  /** Binds a socket to what its ticket names. @returns whether the ticket is good */
  async bind(socket: WebSocket, token: string): Promise<boolean> {
    if (this.listeners.size >= MAX_SOCKETS) return false;
    const { rows } = await this.engine.database
      .tenant(this.tenant)
      .query<{ subscriptions: string[]; owner: ActorRef }>({
        name: 'subscription_ticket_use',
        text: `delete from subscription_ticket where tenant = mach_tenant() and hash = $1 and expires_at > now()
             returning subscriptions, owner`,
        values: [hashOf(token)],
      });
    const [ticket] = rows;
    if (!ticket) return false;
    const bound: Bound[] = [];
    for (const id of ticket.subscriptions) {
      const state = await readState(this.engine.database.tenant(this.tenant), id);
      if (state) bound.push({ id, owner: ticket.owner, sent: state.events, at: Date.now() });
    }
    const listener: Listener = { socket, bound };
    for (const one of bound) await this.tell(listener, one, 'handshake');
    this.listeners.add(listener);
    socket.once('close', () => this.listeners.delete(listener));
    this.watch();
    return true;
  }

  /** Something has happened: look now. */
  poke(): void {
    if (this.listeners.size === 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.round = this.round.then(() => this.look()).catch(() => undefined);
    void this.round.then(() => this.watch());
  }

  private watch(): void {
    if (this.listeners.size === 0 || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.poke();
    }, POLL);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const open = [...this.listeners];
    this.listeners.clear();
    for (const { socket } of open) socket.terminate();
    await this.round;
  }

  private async look(): Promise<void> {
    for (const listener of [...this.listeners]) {
      for (const one of listener.bound) await this.tell(listener, one, 'event-notification');
      if (listener.socket.bufferedAmount > MAX_BEHIND) listener.socket.close(1013, 'too slow');
      else if (listener.bound.length === 0) listener.socket.close(1000, 'no subscription is left');
    }
  }

  private async tell(listener: Listener, one: Bound, type: 'handshake' | 'event-notification'): Promise<void> {
    const on = this.engine.database.tenant(this.tenant);
    const state = await readState(on, one.id);
    const owner = state && (await this.owners.of(one.owner));
    const spec = state?.version == null ? undefined : await this.spec(one.id, state.version);
    const drop = (): void => {
      listener.bound = listener.bound.filter((b) => b !== one);
    };
    if (!state || !owner || !spec || state.status === 'off') {
      drop();
      return;
    }
    const send = async (
      ...what: Parameters<typeof notification> extends [unknown, unknown, unknown, ...infer R] ? R : never
    ): Promise<void> => {
      const bundle = await notification(this.engine, owner, factsOf(state, spec), ...what);
      listener.socket.send(JSON.stringify(bundle));
      one.at = Date.now();
    };
    if (type === 'handshake') {
      await send('handshake');
      return;
    }
    while (one.sent < state.events) {
      const events = await readNumbered(on, one.id, one.sent, state.events, spec.maxCount);
      if (events.length > 0) await send('event-notification', events, spec.content);
      one.sent = events.at(-1)?.number ?? state.events;
      await this.audit(one, owner, events.length);
    }
    if (spec.heartbeat !== null && Date.now() - one.at >= spec.heartbeat * 1_000) await send('heartbeat');
  }

  private async audit(
    one: Bound,
    owner: NonNullable<Awaited<ReturnType<Owners['of']>>>,
    events: number,
  ): Promise<void> {
    await this.engine.audits.read(owner, 'notify socket', this.engine.clock.now().toISOString(), {
      kind: 'exchange',
      detail: { subscription: one.id, events },
    });
  }

  private async spec(id: string, version: number): Promise<Spec | undefined> {
    const record = await readVersion(this.engine.database.tenant(this.tenant), 'Subscription', id, version);
    if (!record || record.deleted) return undefined;
    try {
      const rules = { trusted: trustedHosts(this.engine, this.tenant), tenant: this.tenant };
      return readSpec(record.resource as unknown as JsonObject, version, await this.shelf.all(), rules);
    } catch {
      return undefined;
    }
  }
}
