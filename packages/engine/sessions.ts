import { endSession, type Membership } from '@mach/store';
import type { Actor } from './actor.ts';
import type { Engine } from './engine.ts';
import { OwnAccount } from './identity/account.ts';
import { watchGuessing } from './identity/guessing-alarm.ts';
import { openRegistry } from './identity/registry.ts';
import { currentRevision } from './identity/revision.ts';
import { type OpenSession, openSession, sweep, touchSession } from './identity/session-store.ts';
import { SignIns } from './identity/sign-in.ts';

export { hashPassword, verifyPassword } from './identity/hash.ts';

const HOURS = 3_600_000;
/** A session's rights may lag behind a change that another process made by this much, ms. */
const CACHE = 10_000;
/** What is long over is removed this often, ms. */
const SWEEP = HOURS;

interface Known {
  actor: Actor;
  until: number;
  revision: number;
}

/** Opaque sessions over accounts and clients; who a token speaks for is remembered for a few seconds. */
export class Sessions {
  /** Sign-in of people, step by step. */
  readonly signIns: SignIns;
  /** What a person does with their own account. */
  readonly own: OwnAccount;
  /** Tokens that another authority gave out (OAuth 2): asked about what is no session. */
  authority: ((token: string) => Promise<Actor | undefined>) | undefined;
  private readonly engine: Engine;
  private readonly known = new Map<string, Known>();
  private swept = 0;
  constructor(engine: Engine) {
    this.engine = engine;
    this.signIns = new SignIns(engine, (person, place) => this.person(person.id, person.login, person.name, place));
    this.own = new OwnAccount(engine);
    openRegistry(engine);
    watchGuessing(engine);
  }

  private person(
    id: string,
    login: string,
    name: string,
    place: Pick<Membership, 'tenant' | 'roles' | 'practitioner'>,
  ): Actor {
    return {
      id: `account:${id}`,
      tenant: place.tenant,
      login,
      name,
      roles: place.roles,
      permissions: this.engine.policy.permissionsOf(place.roles),
      practitioner: place.practitioner,
      scopes: null,
    };
  }

  /** Who a token speaks for; undefined when it is unknown or over. */
  async actor(token: string): Promise<Actor | undefined> {
    const now = this.engine.clock.now().getTime();
    const revision = currentRevision();
    const cached = this.known.get(token);
    // A clock that was set back does not make it last longer.
    const fresh = cached !== undefined && cached.until > now && cached.until <= now + CACHE;
    if (fresh && cached.revision === revision) return cached.actor;
    const session = await openSession(this.engine.database.system, token, new Date(now));
    const actor = session ? this.actorOf(session) : await this.authority?.(token);
    this.known.delete(token);
    if (!actor) return undefined;
    if (this.known.size > 2_000) this.known.clear();
    this.known.set(token, { actor, until: now + CACHE, revision });
    if (session) await this.touch(session, now);
    return actor;
  }

  /** Asks anew about every token: some were revoked. */
  forget(): void {
    this.known.clear();
  }

  /** Whether a token is still good; asking is no use of the session. */
  async isOpen(token: string): Promise<boolean> {
    const session = await openSession(this.engine.database.system, token, this.engine.clock.now());
    const actor = session ? this.actorOf(session) : await this.authority?.(token);
    return actor !== undefined;
  }

  private actorOf(session: OpenSession): Actor | undefined {
    const { account, login, name, roles, practitioner, tenant } = session;
    if (account === null || login === null || name === null || roles === null) return undefined;
    return this.person(account, login, name, { tenant, roles, practitioner });
  }

  /** Moves the end of idleness now and then: a write for each request would cost more than it tells. */
  private async touch(session: OpenSession, now: number): Promise<void> {
    const on = this.engine.database.system;
    if (session.idleSeconds !== null) {
      const due = Math.min(60_000, session.idleSeconds * 200);
      if (now - session.lastSeenAt.getTime() > due) await touchSession(on, session.id, new Date(now));
    }
    if (now - this.swept > SWEEP) {
      this.swept = now;
      await sweep(on, new Date(now));
    }
  }

  async signOut(token: string): Promise<void> {
    this.known.delete(token);
    await endSession(this.engine.database.system, token);
  }
}
