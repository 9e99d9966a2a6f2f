import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { refuse } from '@mach/base/problem.ts';
import {
  clearFailures,
  countFailure,
  endSession,
  findAccount,
  findAccountById,
  findClient,
  type Membership,
  memberships,
  readSession,
  writeSession,
} from '@mach/store';
import type { Actor } from './actor.ts';
import type { Engine } from './engine.ts';

const derive = promisify(argon2);
const HOURS = 3_600_000;
/** A shift and its hand-over. */
const SESSION = 12 * HOURS;
const CLIENT_SESSION = HOURS;
const FAILURES = 10;
const LOCK = 5 * 60_000;
/** A session's rights may lag behind a change of roles by this much, ms. */
const CACHE = 10_000;

/** Argon2id, 19 MiB, two passes: `argon2id$salt$hash` in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `argon2id$${salt.toString('base64url')}$${(await digest(password, salt)).toString('base64url')}`;
}

function digest(password: string, nonce: Buffer): Promise<Buffer> {
  return derive('argon2id', {
    message: password.normalize('NFC'),
    nonce,
    parallelism: 1,
    tagLength: 32,
    memory: 19_456,
    passes: 2,
  }) as Promise<Buffer>;
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, salt = '', hash = ''] = stored.split('$');
  if (kind !== 'argon2id') return false;
  const actual = await digest(password, Buffer.from(salt, 'base64url'));
  const expected = Buffer.from(hash, 'base64url');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

export interface SignIn {
  token: string;
  actor: Actor;
  expiresAt: string;
}

/** Opaque sessions over accounts and clients; who a token speaks for is remembered for a few seconds. */
export class Sessions {
  private readonly engine: Engine;
  private readonly known = new Map<string, { actor: Actor; until: number }>();
  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** @throws Problem 401 for a wrong name or password (the same answer for both), 429 while locked, 403 without a place of work. */
  async signIn(login: string, password: string, facilityCode?: string): Promise<SignIn> {
    const on = this.engine.database.system;
    const account = await findAccount(on, login.trim().toLowerCase());
    const now = this.engine.clock.now();
    if (account?.lockedUntil && account.lockedUntil > now.toISOString())
      throw refuse(
        429,
        'locked',
        { vi: 'Tài khoản tạm khoá vì sai mật khẩu nhiều lần', en: 'The account is locked after wrong passwords' },
        {
          remedy: { vi: 'Đợi 5 phút hoặc nhờ quản trị', en: 'Wait five minutes or ask an administrator' },
        },
      );
    // An unknown name costs as much time as a wrong password.
    const right = await verifyPassword(
      password,
      account?.passwordHash ?? `argon2id$${'A'.repeat(22)}$${'A'.repeat(43)}`,
    );
    if (!account || !right || account.disabled) {
      if (account) await countFailure(on, account.id, FAILURES, new Date(now.getTime() + LOCK).toISOString());
      throw refuse(401, 'wrong-password', { vi: 'Sai tài khoản hoặc mật khẩu', en: 'Wrong account or password' });
    }
    await clearFailures(on, account.id);
    const places = await memberships(on, account.id);
    const place = facilityCode ? places.find((p) => p.facilityCode === facilityCode) : places[0];
    if (!place)
      throw refuse(
        403,
        'no-membership',
        { vi: 'Tài khoản chưa được gán vào cơ sở này', en: 'The account does not work in this facility' },
        { field: 'facility' },
      );
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(now.getTime() + SESSION).toISOString();
    await writeSession(on, token, { tenant: place.tenant, account: account.id, client: null, scope: null, expiresAt });
    const actor = this.person(account.id, account.login, account.displayName, place);
    await this.engine.audits.read(actor, 'sign-in', now.toISOString(), { kind: 'sign-in' });
    return { token, actor, expiresAt };
  }

  private person(id: string, login: string, name: string, place: Membership): Actor {
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
    const cached = this.known.get(token);
    if (cached && cached.until > now) return cached.actor;
    const actor = await this.load(token);
    if (this.known.size > 2_000) this.known.clear();
    if (actor) this.known.set(token, { actor, until: now + CACHE });
    return actor;
  }

  private async load(token: string): Promise<Actor | undefined> {
    const on = this.engine.database.system;
    const session = await readSession(on, token);
    if (!session) return undefined;
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
    const account = session.account === null ? undefined : await findAccountById(on, session.account);
    if (!account || account.disabled) return undefined;
    const place = (await memberships(on, account.id)).find((m) => m.tenant === session.tenant);
    return place && this.person(account.id, account.login, account.displayName, place);
  }

  async signOut(token: string): Promise<void> {
    this.known.delete(token);
    await endSession(this.engine.database.system, token);
  }
}
