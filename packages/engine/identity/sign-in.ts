import { randomBytes } from 'node:crypto';
import { type Problem, refuse } from '@mach/base/problem.ts';
import { endSession, type Membership, memberships } from '@mach/store';
import type { Actor } from '../actor.ts';
import type { Engine } from '../engine.ts';
import { attemptKey, charge, countFailure, countsOf, forgive, requireCalm } from './attempts.ts';
import { checkBadge, clearPin } from './badges.ts';
import type { Device } from './devices.ts';
import { arrival, elsewhere, refuseEntry } from './elsewhere.ts';
import { beginTotp, checkCode, confirmTotp, factorsOf, renewRecovery, type TotpOffer } from './factors.ts';
import { hashPassword, NO_HASH, verifyPassword } from './hash.ts';
import { type AuthenticationResponseJSON, checkPasskey, passkeyQuestion, type Site } from './passkeys.ts';
import { checkNewPassword } from './passwords.ts';
import {
  forgetBrowsers,
  type Person,
  personById,
  personByLogin,
  rememberBrowser,
  setPassword,
  signedIn,
} from './people.ts';
import { type IdentityPolicy, identityPolicy, isInside, needsFactor, type Place, sessionLimit } from './policy.ts';
import { beginSession, type Via } from './session-store.ts';
import { refuseStale } from './stale.ts';
import { challengeTicket, issueTicket, redeemTicket, type Step, tryTicket } from './tickets.ts';

/** From where somebody signs in. */
export interface Where {
  address: string;
  agent: string;
  site: Site;
  /** The token of a browser that may have signed in before; a new one is given where there is none. */
  browser: string;
  /** The enrolled device, if this is one. */
  device: Device | undefined;
}

export interface SignedIn {
  token: string;
  actor: Actor;
  expiresAt: string;
}

/** What a half-open sign-in needs next. */
export interface NextStep {
  next: Exclude<Step, 'passkey' | 'new-passkey' | 'provider'>;
  ticket: string;
  expiresAt: string;
  /** Ways to show a second factor that this person has set up. */
  methods: ('totp' | 'passkey' | 'recovery')[];
  /** Of the step `facility`: where this person works. */
  facilities?: { code: string; name: string }[];
}

export type Outcome = SignedIn | NextStep;

/** A person whose first proof was taken, at one place of work. */
interface Progress {
  person: Person;
  place: Membership;
  passed: boolean;
  via: Via;
}

/** Sign-in of people, step by step: password or passkey or badge, second factor, a password of one's own. */
export class SignIns {
  private readonly engine: Engine;
  private readonly actorOf: (person: { id: string; login: string; name: string }, place: Membership) => Actor;
  constructor(engine: Engine, actorOf: SignIns['actorOf']) {
    this.engine = engine;
    this.actorOf = actorOf;
  }

  private get on() {
    return this.engine.database.system;
  }
  private get now(): Date {
    return this.engine.clock.now();
  }

  /** @throws Problem 401 for a wrong name or password (the same answer for both), 403, 429 with `retryAfter` */
  async password(login: string, password: string, facility: string | undefined, where: Where): Promise<Outcome> {
    const name = login.trim().toLowerCase();
    const person = await personByLogin(this.on, name);
    const { guessing } = identityPolicy(this.engine, this.anyTenant());
    const { own, shared } = await countsOf(this.on, guessing, { name, account: person?.id }, where);
    if (shared) await requireCalm(this.on, this.now, shared);
    await charge(this.on, this.now, [own]);
    const right = await verifyPassword(password, person?.passwordHash ?? NO_HASH);
    if (!person || !right || person.disabled) {
      const problem = refuse(401, 'wrong-password', {
        vi: 'Sai tài khoản hoặc mật khẩu',
        en: 'Wrong account or password',
      });
      if (shared) await countFailure(this.on, this.now, shared);
      if (person) await this.auditRefusal(person, problem, where);
      throw problem;
    }
    await forgive(this.on, [own]);
    return this.arrive({ person, passed: false, via: 'password' }, facility, where);
  }

  /** The first proof was taken: on to the facility that is named or was the last one; else the person says which. */
  private async arrive(proved: Omit<Progress, 'place'>, facility: string | undefined, where: Where): Promise<Outcome> {
    const { person, passed, via } = proved;
    const at = arrival(await memberships(this.on, person.id), facility, where.device?.tenant);
    if (!('choose' in at)) return this.enter({ ...proved, place: at }, where);
    const { ticketMinutes } = identityPolicy(this.engine, this.anyTenant());
    const until = new Date(this.now.getTime() + ticketMinutes * 60_000);
    const ticket = await issueTicket(
      this.on,
      { step: 'facility', account: person.id, tenant: null, passed, via, challenge: null },
      until,
    );
    const facilities = at.choose.map(({ facilityCode, facilityName }) => ({ code: facilityCode, name: facilityName }));
    return { next: 'facility', ticket, expiresAt: until.toISOString(), methods: [], facilities };
  }

  private async enter(progress: Progress, where: Where): Promise<Outcome> {
    if (progress.via === 'password') await clearPin(this.on, progress.place.tenant, progress.person.id);
    return this.proceed(progress, where);
  }

  /** Where this sign-in goes, of the facilities where the person works. @throws Problem 401, 403 */
  async choose(token: string, facility: string, where: Where): Promise<Outcome> {
    const { account, passed, via } = await tryTicket(this.on, token, 'facility', this.now);
    const person = account === null ? undefined : await personById(this.on, account);
    if (!person || person.disabled)
      throw refuse(401, 'ticket-over', { vi: 'Lần đăng nhập này đã hết hạn', en: 'This sign-in is over' });
    const at = arrival(await memberships(this.on, person.id), facility, undefined);
    if ('choose' in at) throw new RangeError('a facility that is named is chosen');
    await redeemTicket(this.on, token);
    return this.enter({ person, place: at, passed, via }, where);
  }

  private anyTenant(): number {
    const [first] = this.engine.allFacilities;
    if (!first) throw refuse(503, 'no-facility', { vi: 'Chưa có cơ sở nào', en: 'There is no facility yet' });
    return first.tenant;
  }

  private async auditRefusal(person: Person, problem: Problem, where: Where): Promise<void> {
    const [place] = await memberships(this.on, person.id);
    if (place)
      this.engine.audits.refusal(
        this.actorOf(person, place),
        'sign-in',
        problem,
        this.now.toISOString(),
        originText(where),
      );
  }

  /** Asks for the next proof that is missing, or opens the session. */
  private async proceed(progress: Progress, where: Where): Promise<Outcome> {
    const { person, place, passed } = progress;
    const policy = identityPolicy(this.engine, place.tenant);
    refuseStale(person, policy, this.now.getTime());
    if (!passed) {
      const { list, recoveryLeft } = await factorsOf(this.on, person.id);
      if (list.length > 0) {
        const methods: NextStep['methods'] = [...new Set(list.map((factor) => factor.kind))];
        return this.ask('factor', progress, policy, recoveryLeft > 0 ? [...methods, 'recovery'] : methods);
      }
      if (needsFactor(policy, place.roles, placeAt(where))) return this.ask('enrol', progress, policy, []);
    }
    if (person.mustChange) return this.ask('password', progress, policy, []);
    return this.open(progress, policy, where);
  }

  private async ask(
    next: NextStep['next'],
    { person, place, passed, via }: Progress,
    policy: IdentityPolicy,
    methods: NextStep['methods'],
  ): Promise<NextStep> {
    const until = new Date(this.now.getTime() + policy.ticketMinutes * 60_000);
    const ticket = await issueTicket(
      this.on,
      { step: next, account: person.id, tenant: place.tenant, passed, via, challenge: null },
      until,
    );
    return { next, ticket, expiresAt: until.toISOString(), methods };
  }

  private async open({ person, place, via }: Progress, policy: IdentityPolicy, where: Where): Promise<SignedIn> {
    const now = this.now;
    const at = placeAt(where);
    const limit = sessionLimit(policy, place.roles, at);
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(now.getTime() + limit.absolute);
    await beginSession(this.on, token, {
      id: this.engine.ids(),
      tenant: place.tenant,
      account: person.id,
      now,
      expiresAt,
      idleSeconds: Math.round(limit.idle / 1000),
      via,
      place: at,
      address: where.address,
      agent: where.agent,
      device: where.device?.id ?? null,
    });
    await signedIn(this.on, person.id, place.tenant, now);
    // A shared computer is no proof of who sits at it.
    if (at !== 'ward' && where.browser !== '') await rememberBrowser(this.on, person.id, where.browser, now);
    const actor = this.actorOf(person, place);
    await this.engine.audits.read(actor, 'sign-in', now.toISOString(), {
      kind: 'sign-in',
      origin: originText(where),
      detail: { via, place: at, ...(where.device ? { device: where.device.id } : {}) },
    });
    return { token, actor, expiresAt: expiresAt.toISOString() };
  }

  /** The person and place behind a ticket, with its step's try counted. */
  private async resume(token: string, step: NextStep['next']): Promise<Progress & { challenge: string | null }> {
    const ticket = await tryTicket(this.on, token, step, this.now);
    const person = ticket.account === null ? undefined : await personById(this.on, ticket.account);
    const place = person && (await memberships(this.on, person.id)).find((m) => m.tenant === ticket.tenant);
    if (!person || person.disabled || !place)
      throw refuse(401, 'ticket-over', { vi: 'Lần đăng nhập này đã hết hạn', en: 'This sign-in is over' });
    return { person, place, passed: ticket.passed, via: ticket.via, challenge: ticket.challenge };
  }

  /** A time-based or recovery code. @throws Problem 401 */
  async code(ticket: string, code: string, where: Where): Promise<Outcome> {
    const progress = await this.resume(ticket, 'factor');
    const counts = [
      {
        key: attemptKey('factor', progress.person.id),
        budget: identityPolicy(this.engine, progress.place.tenant).guessing.factor,
      },
    ];
    await charge(this.on, this.now, counts);
    if (!(await checkCode(this.engine, this.on, progress.person.id, code))) {
      const problem = refuse(
        401,
        'wrong-code',
        { vi: 'Mã không đúng hoặc đã dùng', en: 'The code is wrong or was used' },
        { field: 'code', remedy: { vi: 'Đợi mã mới rồi nhập lại', en: 'Wait for the next code' } },
      );
      await this.auditRefusal(progress.person, problem, where);
      throw problem;
    }
    await forgive(this.on, counts);
    await redeemTicket(this.on, ticket);
    return this.proceed({ ...progress, passed: true }, where);
  }

  /** Options for a passkey: as the second step of a ticket, or as the whole sign-in (then a ticket is made). */
  async passkeyQuestion(ticket: string | undefined, where: Where) {
    if (ticket !== undefined) {
      const { person } = await this.resume(ticket, 'factor');
      const options = await passkeyQuestion(this.on, where.site, person.id);
      await challengeTicket(this.on, ticket, options.challenge);
      return { ticket, options };
    }
    const { ticketMinutes } = identityPolicy(this.engine, this.anyTenant());
    const options = await passkeyQuestion(this.on, where.site, null);
    const fresh = await issueTicket(
      this.on,
      { step: 'passkey', account: null, tenant: null, passed: false, via: 'passkey', challenge: options.challenge },
      new Date(this.now.getTime() + ticketMinutes * 60_000),
    );
    return { ticket: fresh, options };
  }

  /** A passkey, unlocked by its owner, is possession and person in one: it needs no password beside it. */
  async passkey(
    token: string,
    alone: boolean,
    response: AuthenticationResponseJSON,
    facility: string | undefined,
    where: Where,
  ): Promise<Outcome> {
    if (!alone) {
      const { challenge, ...progress } = await this.resume(token, 'factor');
      await redeemTicket(this.on, token);
      await checkPasskey(this.engine, this.on, where.site, {
        account: progress.person.id,
        challenge: challenge ?? '',
        response,
      });
      return this.proceed({ ...progress, passed: true }, where);
    }
    const ticket = await tryTicket(this.on, token, 'passkey', this.now);
    await redeemTicket(this.on, token);
    const account = await checkPasskey(this.engine, this.on, where.site, {
      account: null,
      challenge: ticket.challenge ?? '',
      response,
    });
    const person = await personById(this.on, account);
    if (!person || person.disabled)
      throw refuse(401, 'wrong-password', { vi: 'Tài khoản đã ngừng', en: 'The account is closed' });
    return this.arrive({ person, passed: true, via: 'passkey' }, facility, where);
  }

  /**
   * Somebody whom a provider of this facility has shown to be the owner of an account. `passed`: with a second factor
   * that the facility counts as one. The password of the account is not asked, nor one that must be changed.
   * @throws Problem 401, 403
   */
  async provided(account: string, tenant: number, passed: boolean, where: Where): Promise<Outcome> {
    const person = await personById(this.on, account);
    const place = person && (await memberships(this.on, person.id)).find((m) => m.tenant === tenant);
    if (!person || person.disabled || !place)
      throw refuse(
        403,
        'no-membership',
        { vi: 'Tài khoản không làm việc ở cơ sở này', en: 'The account does not work in this facility' },
        { remedy: { vi: 'Nhờ quản trị của cơ sở', en: 'Ask an administrator of the facility' } },
      );
    return this.proceed({ person: { ...person, mustChange: false }, place, passed, via: 'provider' }, where);
  }

  /**
   * The same person in another facility of his, with the roles that he has there and none of those from here; the former
   * session ends. Where that facility demands a second factor and he has none, he is not let in. @throws Problem
   */
  async switchTo(token: string, facility: string, where: Where): Promise<SignedIn> {
    const { account, via, place } = await elsewhere(this.on, token, facility, this.now);
    const person = await personById(this.on, account);
    if (!person || person.disabled)
      throw refuse(401, 'wrong-password', { vi: 'Tài khoản đã ngừng', en: 'The account is closed' });
    // Whoever has a factor was asked for it at the sign-in, or set it up in this very session.
    const passed = (await factorsOf(this.on, account)).list.length > 0;
    const policy = identityPolicy(this.engine, place.tenant);
    refuseEntry(!passed && needsFactor(policy, place.roles, placeAt(where)), person.mustChange);
    const outcome = await this.open({ person, place, passed, via }, policy, where);
    await endSession(this.on, token);
    return outcome;
  }

  /** First half of setting up the factor that the role demands, during the sign-in. */
  async offerTotp(ticket: string): Promise<TotpOffer> {
    const { person, place } = await this.resume(ticket, 'enrol');
    return beginTotp(this.engine, this.on, person, place.facilityName);
  }

  /** Second half. @returns the recovery codes, shown this once, and what comes next */
  async takeTotp(ticket: string, code: string, where: Where): Promise<{ recoveryCodes: string[]; outcome: Outcome }> {
    const progress = await this.resume(ticket, 'enrol');
    await confirmTotp(this.engine, this.on, progress.person.id, code);
    await redeemTicket(this.on, ticket);
    const recoveryCodes = await renewRecovery(this.engine, this.on, progress.person.id);
    return { recoveryCodes, outcome: await this.proceed({ ...progress, passed: true }, where) };
  }

  /** A password of one's own in place of one that an administrator set. */
  async newPassword(ticket: string, password: string, where: Where): Promise<Outcome> {
    const progress = await this.resume(ticket, 'password');
    const { person, place } = progress;
    const hasFactor = (await factorsOf(this.on, person.id)).list.length > 0;
    await checkNewPassword(password, identityPolicy(this.engine, place.tenant), {
      login: person.login,
      name: person.name,
      facility: place.facilityName,
      hasFactor,
    });
    if (await verifyPassword(password, person.passwordHash ?? NO_HASH))
      throw refuse(
        422,
        'password-same',
        { vi: 'Mật khẩu mới phải khác mật khẩu tạm', en: 'The new password must differ from the one-time one' },
        { field: 'password' },
      );
    await redeemTicket(this.on, ticket);
    await setPassword(this.on, person.id, await hashPassword(password), this.now);
    await forgetBrowsers(this.on, person.id);
    return this.proceed(
      { ...progress, person: { ...person, mustChange: false, oneTimeUntil: null, lastSignInAt: this.now } },
      where,
    );
  }

  /** Badge and PIN, at an enrolled ward device only: possession and knowledge, so nothing further is asked. */
  async badge(badge: string, pin: string, where: Where): Promise<Outcome> {
    const { device } = where;
    if (device?.kind !== 'ward')
      throw refuse(
        403,
        'device-not-enrolled',
        { vi: 'Máy này chưa ghi danh để dùng thẻ', en: 'This device is not enrolled for badges' },
        { remedy: { vi: 'Đăng nhập bằng mật khẩu', en: 'Sign in with the password' } },
      );
    const policy = identityPolicy(this.engine, device.tenant);
    const count = { key: attemptKey('device', device.id), budget: policy.guessing.address };
    await requireCalm(this.on, this.now, count);
    const account = await checkBadge(this.engine, device.tenant, badge, pin).catch(async (error: unknown) => {
      await countFailure(this.on, this.now, count);
      throw error;
    });
    const person = await personById(this.on, account);
    const place = person && (await memberships(this.on, person.id)).find((m) => m.tenant === device.tenant);
    if (!person || person.disabled || !place || place.roles.some((role) => policy.badge.excludedRoles.includes(role)))
      throw refuse(401, 'wrong-pin', { vi: 'Sai thẻ hoặc PIN', en: 'Wrong badge or PIN' }, { field: 'pin' });
    return this.proceed({ person, place, passed: true, via: 'badge' }, where);
  }
}

/** Where somebody sits, by the device and the address. */
export const placeAt = ({ device, address }: Pick<Where, 'address' | 'device'>): Place =>
  device?.kind === 'ward' ? 'ward' : isInside(address) ? 'inside' : 'outside';

const originText = (where: Where): string => `${where.address} ${where.agent.slice(0, 120)}`.trim();
