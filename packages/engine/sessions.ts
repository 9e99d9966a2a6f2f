import { randomBytes } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { endSession, findClient, type Membership, writeSession } from '@mach/store';
import type { Actor } from './actor.ts';
import type { Engine } from './engine.ts';
import { OwnAccount } from './identity/account.ts';
import { verifyPassword } from './identity/hash.ts';
import { currentRevision } from './identity/revision.ts';
import { type OpenSession, openSession, sweep, touchSession } from './identity/session-store.ts';
import { SignIns } from './identity/sign-in.ts';

export { hashPassword, verifyPassword } from './identity/hash.ts';

const HOURS = 3_600_000;
const CLIENT_SESSION = HOURS;
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
  private readonly engine: Engine;
  private readonly known = new Map<string, Known>();
  private swept = 0;
  constructor(engine: Engine) {
    this.engine = engine;
    this.signIns = new SignIns(engine, (person, place) => this.person(person.id, person.login, person.name, place));
    this.own = new OwnAccount(engine);
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

  /** OAuth 2 client credentials. @throws Problem 401, 400 */
  async clientToken(
    id: string,
    secret: string,
    scope: string,
  ): Promise<{ token: string; scope: string; expiresIn: number }> {
    const on = this.engine.database.system;
    const client = await findClient(on, id);
    if (!client || !(await verifyPassword(secret, client.secretHash)))
      throw refuse(401, 'invalid_client', {
        vi: 'Sai client_id hoặc client_secret',
        en: 'Wrong client_id or client_secret',
      });
    const asked = scope.split(' ').filter(Boolean);
    const granted = asked.length === 0 ? client.scopes : asked.filter((s) => client.scopes.includes(s));
    if (granted.length === 0)
      throw refuse(400, 'invalid_scope', {
        vi: 'Không có phạm vi nào được phép',
        en: 'None of these scopes is allowed',
      });
    const token = randomBytes(32).toString('base64url');
    await writeSession(on, token, {
      tenant: client.tenant,
      account: null,
      client: id,
      scope: granted.join(' '),
      expiresAt: new Date(this.engine.clock.now().getTime() + CLIENT_SESSION).toISOString(),
    });
    return { token, scope: granted.join(' '), expiresIn: CLIENT_SESSION / 1000 };
  }

  /** Who a token speaks for; undefined when it is unknown or over. */
  async actor(token: string): Promise<Actor | undefined> {
    const now = this.engine.clock.now().getTime();
    const revision = currentRevision();
    const cached = this.known.get(token);
    if (cached && cached.until > now && cached.revision === revision) return cached.actor;
    const session = await openSession(this.engine.database.system, token, new Date(now));
    const actor = session && this.actorOf(session);
    this.known.delete(token);
    if (!session || !actor) return undefined;
    if (this.known.size > 2_000) this.known.clear();
    this.known.set(token, { actor, until: now + CACHE, revision });
    await this.touch(session, now);
    return actor;
  }

  private actorOf(session: OpenSession): Actor | undefined {
    if (session.client !== null) {
      const scopes = (session.scope ?? '').split(' ');
      return {
        id: `client:${session.client}`,
        tenant: session.tenant,
        login: session.client,
        name: session.client,
        roles: [],
        permissions: new Set(),
        practitioner: null,
        scopes,
      };
    }
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
