import { refuse } from '@mach/base/problem.ts';
import type { Actor } from '../actor.ts';
import type { Engine } from '../engine.ts';
import { attemptKey, charge, forgive } from './attempts.ts';
import { type BadgeRow, badgeOf, removeBadge, setBadge } from './badges.ts';
import {
  beginTotp,
  confirmTotp,
  type FactorRow,
  factorsOf,
  removeFactor,
  renewRecovery,
  type TotpOffer,
} from './factors.ts';
import { identityProviders, type Link, linksOf, unlinkAccount } from './federation.ts';
import { hashPassword, NO_HASH, verifyPassword } from './hash.ts';
import { type Notice, seeNotices, unseenNotices } from './notices.ts';
import { keepPasskey, passkeyOffer, type RegistrationResponseJSON, type Site } from './passkeys.ts';
import { checkNewPassword } from './passwords.ts';
import { forgetBrowsers, type Person, personById, setPassword } from './people.ts';
import { type IdentityPolicy, identityPolicy, needsFactor } from './policy.ts';
import {
  confirmSession,
  endSessions,
  listSessions,
  type OpenSession,
  openSession,
  type SessionRow,
} from './session-store.ts';
import { issueTicket, redeemTicket, tryTicket } from './tickets.ts';

/** The person who asks, and the session they ask in. */
export interface Me {
  actor: Actor;
  session: OpenSession;
  person: Person;
}

/** "Tài khoản của tôi": all that a person may know and change of their own sign-in. */
export interface AccountPage {
  factors: FactorRow[];
  recoveryLeft: number;
  /** Whether the role asks for a second factor. */
  factorRequired: boolean;
  badge: BadgeRow | null;
  badgeAllowed: boolean;
  badgeDigits: [number, number];
  /** Accounts elsewhere that open this one, and providers that could. */
  links: Link[];
  providers: { id: string; name: string }[];
  passwordLeast: number;
  sessions: (SessionRow & { current: boolean })[];
  /** Until when changes need no further proof; null when the proof is too old. */
  confirmedUntil: string | null;
}

/** One's own account. Each change asks for a proof that is a few minutes old at most, and is written into the audit. */
export class OwnAccount {
  private readonly engine: Engine;
  constructor(engine: Engine) {
    this.engine = engine;
  }

  private get on() {
    return this.engine.database.system;
  }

  /** @throws Problem 403 for a partner's client: it has no account */
  async me(actor: Actor, token: string): Promise<Me> {
    const session = await openSession(this.on, token, this.engine.clock.now());
    const person = session?.account ? await personById(this.on, session.account) : undefined;
    if (!session || !person)
      throw refuse(403, 'no-account', { vi: 'Chỉ người dùng mới có tài khoản', en: 'Only people have an account' });
    return { actor, session, person };
  }

  private policy(me: Me): IdentityPolicy {
    return identityPolicy(this.engine, me.actor.tenant);
  }

  private confirmedUntil(me: Me): Date | null {
    const { confirmedAt } = me.session;
    const until = confirmedAt && new Date(confirmedAt.getTime() + this.policy(me).confirmMinutes * 60_000);
    return until && until > this.engine.clock.now() ? until : null;
  }

  private requireFresh(me: Me): void {
    if (this.confirmedUntil(me)) return;
    throw refuse(
      403,
      'confirm-first',
      { vi: 'Cần xác nhận lại mật khẩu trước khi đổi', en: 'Confirm your password before this change' },
      { remedy: { vi: 'Nhập mật khẩu ở đầu trang', en: 'Enter the password at the top of the page' } },
    );
  }

  private async audit(me: Me, action: string, detail?: object): Promise<void> {
    await this.engine.audits.read(me.actor, `account ${action}`, this.engine.clock.now().toISOString(), {
      kind: 'sign-in',
      detail: { session: me.session.id, ...detail },
    });
  }

  async page(me: Me): Promise<AccountPage> {
    const policy = this.policy(me);
    const { list, recoveryLeft } = await factorsOf(this.on, me.person.id);
    const links = await linksOf(this.on, me.person.id);
    const linked = new Set(links.map(({ provider }) => provider));
    const providers = (await identityProviders(this.on)).filter(
      (p) => p.tenant === me.actor.tenant && !linked.has(p.id),
    );
    const sessions = await listSessions(this.on, me.actor.tenant, this.engine.clock.now(), me.person.id);
    return {
      factors: list,
      recoveryLeft,
      factorRequired: needsFactor(policy, me.actor.roles, me.session.place ?? 'inside'),
      badge: await badgeOf(this.engine, me.actor.tenant, me.person.id),
      badgeAllowed: !me.actor.roles.some((role) => policy.badge.excludedRoles.includes(role)),
      badgeDigits: [policy.badge.minDigits, policy.badge.maxDigits],
      links,
      providers: providers.map(({ id, name }) => ({ id, name })),
      passwordLeast: list.length > 0 ? policy.password.withFactor : policy.password.alone,
      sessions: sessions.map((row) => ({ ...row, current: row.key === me.session.id })),
      confirmedUntil: this.confirmedUntil(me)?.toISOString() ?? null,
    };
  }

  /** What was changed in how this person signs in, and was not seen by him yet. */
  notices(me: Me): Promise<Notice[]> {
    return unseenNotices(this.on, me.person.id);
  }

  async sawNotices(me: Me, ids: readonly string[]): Promise<void> {
    await seeNotices(this.on, me.person.id, ids, this.engine.clock.now());
  }

  /** A fresh proof in an open session. @throws Problem 401, 429 */
  async confirm(me: Me, password: string): Promise<void> {
    const now = this.engine.clock.now();
    const counts = [{ key: attemptKey('confirm', me.person.id), budget: this.policy(me).guessing.known }];
    await charge(this.on, now, counts);
    if (!(await verifyPassword(password, me.person.passwordHash ?? NO_HASH)))
      throw refuse(
        422,
        'wrong-password',
        { vi: 'Mật khẩu chưa đúng', en: 'The password is wrong' },
        { field: 'password' },
      );
    await forgive(this.on, counts);
    await confirmSession(this.on, me.session.id, now);
  }

  /** A new password; the other sessions of the account end, since whoever knew the old one may sit in them. */
  async changePassword(me: Me, current: string, password: string): Promise<void> {
    await this.confirm(me, current);
    const hasFactor = (await factorsOf(this.on, me.person.id)).list.length > 0;
    await checkNewPassword(password, this.policy(me), {
      login: me.person.login,
      name: me.person.name,
      facility: this.engine.facility(me.actor.tenant).name,
      hasFactor,
    });
    await setPassword(this.on, me.person.id, await hashPassword(password), this.engine.clock.now());
    await endSessions(this.on, me.person.id, { except: me.session.id });
    await forgetBrowsers(this.on, me.person.id);
    await this.audit(me, 'password');
  }

  async offerTotp(me: Me): Promise<TotpOffer> {
    this.requireFresh(me);
    return beginTotp(this.engine, this.on, me.person, this.engine.facility(me.actor.tenant).name);
  }

  /** @returns recovery codes where this was the first factor */
  async takeTotp(me: Me, code: string): Promise<string[]> {
    this.requireFresh(me);
    await confirmTotp(this.engine, this.on, me.person.id, code);
    await this.audit(me, 'totp');
    return this.firstCodes(me);
  }

  private async firstCodes(me: Me): Promise<string[]> {
    const { recoveryLeft } = await factorsOf(this.on, me.person.id);
    return recoveryLeft > 0 ? [] : renewRecovery(this.engine, this.on, me.person.id);
  }

  async offerPasskey(me: Me, site: Site) {
    this.requireFresh(me);
    const options = await passkeyOffer(this.on, site, this.engine.facility(me.actor.tenant).name, me.person);
    const ticket = await issueTicket(
      this.on,
      {
        step: 'new-passkey',
        account: me.person.id,
        tenant: me.actor.tenant,
        passed: true,
        via: 'passkey',
        challenge: options.challenge,
      },
      new Date(this.engine.clock.now().getTime() + this.policy(me).ticketMinutes * 60_000),
    );
    return { ticket, options };
  }

  async takePasskey(
    me: Me,
    site: Site,
    ticket: string,
    label: string,
    response: RegistrationResponseJSON,
  ): Promise<string[]> {
    this.requireFresh(me);
    const asked = await tryTicket(this.on, ticket, 'new-passkey', this.engine.clock.now());
    await redeemTicket(this.on, ticket);
    if (asked.account !== me.person.id)
      throw refuse(403, 'ticket-over', { vi: 'Yêu cầu này của người khác', en: 'This request is somebody else’s' });
    await keepPasskey(this.engine, this.on, site, {
      account: me.person.id,
      challenge: asked.challenge ?? '',
      label,
      response,
    });
    await this.audit(me, 'passkey');
    return this.firstCodes(me);
  }

  /** @throws Problem 409 when the role needs a factor and this is the last one */
  async removeFactor(me: Me, id: string): Promise<void> {
    this.requireFresh(me);
    const { list } = await factorsOf(this.on, me.person.id);
    if (list.length === 1 && needsFactor(this.policy(me), me.actor.roles, me.session.place ?? 'inside'))
      throw refuse(
        409,
        'last-factor',
        { vi: 'Vai trò của bạn bắt buộc có xác thực hai lớp', en: 'Your role needs a second factor' },
        { remedy: { vi: 'Thêm cách khác rồi xoá cách này', en: 'Add another one, then remove this' } },
      );
    if (!(await removeFactor(this.on, me.person.id, id)))
      throw refuse(404, 'not-found', { vi: 'Không còn cách xác thực này', en: 'There is no such factor' });
    await this.audit(me, 'factor-removed', { factor: id });
  }

  async renewCodes(me: Me): Promise<string[]> {
    this.requireFresh(me);
    if ((await factorsOf(this.on, me.person.id)).list.length === 0)
      throw refuse(409, 'no-factor', { vi: 'Chưa bật xác thực hai lớp', en: 'No second factor is set up' });
    const codes = await renewRecovery(this.engine, this.on, me.person.id);
    await this.audit(me, 'recovery-codes');
    return codes;
  }

  async setBadge(me: Me, badge: string, pin: string): Promise<void> {
    this.requireFresh(me);
    await setBadge(this.engine, me.actor.tenant, { account: me.person.id, roles: me.actor.roles }, badge, pin);
    await this.audit(me, 'badge');
  }

  /** Before a provider is asked whose account there should open this one. */
  requireMayLink(me: Me): void {
    this.requireFresh(me);
  }

  async linked(me: Pick<Me, 'actor'>, provider: string): Promise<void> {
    await this.engine.audits.read(me.actor, 'account linked', this.engine.clock.now().toISOString(), {
      kind: 'sign-in',
      detail: { provider },
    });
  }

  async unlink(me: Me, provider: string): Promise<void> {
    this.requireFresh(me);
    if (!(await unlinkAccount(this.on, provider, me.person.id)))
      throw refuse(404, 'not-found', { vi: 'Không còn liên kết này', en: 'There is no such link' });
    await this.audit(me, 'unlinked', { provider });
  }

  async removeBadge(me: Me): Promise<void> {
    this.requireFresh(me);
    await removeBadge(this.on, me.actor.tenant, me.person.id);
    await this.audit(me, 'badge-removed');
  }

  /** Ends one of one's own sessions, or (without an id) all the others; no browser is then known any more. */
  async endSessions(me: Me, id?: string): Promise<number> {
    const ended = await endSessions(this.on, me.person.id, id === undefined ? { except: me.session.id } : { only: id });
    if (id === undefined) await forgetBrowsers(this.on, me.person.id);
    await this.audit(me, 'sessions-ended', { ended });
    return ended;
  }
}
