import { Problem, refuse } from '@mach/base/problem.ts';
import {
  accountOf,
  type IdentityProvider,
  identityProviders,
  linkAccount,
  touchLink,
} from '@mach/engine/identity/federation.ts';
import { personByLogin } from '@mach/engine/identity/people.ts';
import { identityPolicy } from '@mach/engine/identity/policy.ts';
import type { Where } from '@mach/engine/identity/sign-in.ts';
import { issueTicket, redeemTicket, tryTicket } from '@mach/engine/identity/tickets.ts';
import { memberships } from '@mach/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { COOKIE, type Doors, requireActor, tokenOf } from '../http/auth.ts';
import { parseBody } from '../http/parse.ts';
import { cookieOptions, whereOf } from '../http/where.ts';
import { page } from '../oauth/pages.ts';
import { languageOf } from '../oauth/texts.ts';
import { type Journey, RelyingParty, type Shown } from './relying-party.ts';

/** Ties a journey to the browser that began it. */
const JOURNEY = 'mach_provider';
const CALLBACK = '/api/providers/callback';
/** The page of one's own account, and the sign-in, which read what follows the sign. */
const ACCOUNT = '/account';

const providerId = z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/);

/**
 * Sign-in by another authority. `GET /api/providers/{id}/start` leaves for it and `…/callback` comes back: signed in, or
 * to a further step of the sign-in, which the page finds behind `#sign-in=`.
 */
export function federationRoutes(app: FastifyInstance, doors: Doors): void {
  const { engine, sessions } = doors;
  const on = engine.database.system;
  const party = new RelyingParty(engine);

  async function find(id: string, tenant?: number): Promise<IdentityProvider> {
    const found = (await identityProviders(on)).find((p) => p.id === id && (tenant ?? p.tenant) === p.tenant);
    if (found) return found;
    throw refuse(404, 'not-found', {
      vi: `Không có nơi đăng nhập "${id}"`,
      en: `There is no identity provider “${id}”`,
    });
  }

  /** Keeps the journey behind a ticket that this browser alone holds. @returns where to go */
  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    provider: IdentityProvider,
    account: string | null,
    language: string,
  ): Promise<string> {
    const origin = `${request.protocol}://${request.host}`;
    const { url, journey } = await party.begin(provider, origin + CALLBACK, account, language);
    const { ticketMinutes } = identityPolicy(engine, provider.tenant);
    const until = new Date(engine.clock.now().getTime() + 2 * ticketMinutes * 60_000);
    const ticket = await issueTicket(
      on,
      {
        step: 'provider',
        account,
        tenant: provider.tenant,
        passed: false,
        via: 'provider',
        challenge: JSON.stringify(journey),
      },
      until,
    );
    reply.setCookie(JOURNEY, ticket, { ...cookieOptions(request), path: CALLBACK, expires: until });
    return url;
  }

  /** Where the sign-in page may send people. */
  app.get('/api/providers', async () => {
    const several = engine.allFacilities.length > 1;
    const providers = await identityProviders(on);
    return {
      providers: providers.map(({ id, name, tenant }) => ({
        id,
        name,
        ...(several ? { facility: engine.facility(tenant).name } : {}),
      })),
    };
  });

  app.get<{ Params: { id: string }; Querystring: { lang?: string } }>(
    '/api/providers/:id/start',
    async (request, reply) => {
      const language = languageOf(request.query.lang, request.headers['accept-language']);
      reply.header('cache-control', 'no-store');
      try {
        const provider = await find(parseBody(providerId, request.params.id));
        return await reply.redirect(await begin(request, reply, provider, null, language), 303);
      } catch (error) {
        return fragment(reply, told(request, error));
      }
    },
  );

  /** Begins to link an account; the page then leaves for the address. */
  app.post('/api/account/links', async (request, reply) => {
    const { provider: id, lang } = parseBody(
      z.strictObject({ provider: providerId, lang: z.enum(['vi', 'en']).optional() }),
      request.body,
    );
    const me = await sessions.own.me(await requireActor(doors, request), tokenOf(request) ?? '');
    sessions.own.requireMayLink(me);
    const provider = await find(id, me.actor.tenant);
    return { url: await begin(request, reply, provider, me.person.id, lang ?? 'vi') };
  });

  app.delete<{ Params: { provider: string } }>('/api/account/links/:provider', async (request, reply) => {
    const me = await sessions.own.me(await requireActor(doors, request), tokenOf(request) ?? '');
    await sessions.own.unlink(me, parseBody(providerId, request.params.provider));
    return reply.status(204).send();
  });

  app.get<{ Querystring: Record<string, string> }>(CALLBACK, async (request, reply) => {
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
    const { own, ...answer } = request.query;
    // What another site sends here brings no cookies of ours; the page comes back by itself, and then it does.
    if (own === undefined) {
      const language = languageOf(undefined, request.headers['accept-language']);
      const refresh = `${CALLBACK}?${new URLSearchParams({ ...answer, own: '1' })}`;
      return reply.type('text/html; charset=utf-8').send(page({ language, title: 'Mạch', body: '', refresh }));
    }
    const ticket = request.cookies[JOURNEY] ?? '';
    reply.clearCookie(JOURNEY, { path: CALLBACK });
    try {
      return await arrive(request, reply, ticket, answer);
    } catch (error) {
      return fragment(reply, told(request, error));
    }
  });

  async function arrive(
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    answer: Record<string, string>,
  ): Promise<FastifyReply> {
    const { challenge } = await tryTicket(on, token, 'provider', engine.clock.now());
    await redeemTicket(on, token);
    const journey = JSON.parse(challenge ?? '') as Journey;
    const provider = await find(journey.provider);
    const back = new URL(`${request.protocol}://${request.host}${CALLBACK}`);
    for (const [name, value] of Object.entries(answer)) back.searchParams.append(name, value);
    const shown = await party.finish(provider, journey, back);
    if (journey.link !== null) return link(request, reply, provider, journey.link, shown);
    const where = await whereOf(doors, request, reply);
    const account = await owner(provider, shown, where);
    const outcome = await sessions.signIns.provided(account, provider.tenant, shown.passed, where);
    await touchLink(on, provider.id, shown.subject, engine.clock.now());
    if ('next' in outcome) return fragment(reply, outcome);
    reply.setCookie(COOKIE, outcome.token, { ...cookieOptions(request), expires: new Date(outcome.expiresAt) });
    return reply.redirect('/', 303);
  }

  /** Whose account a subject opens. @throws Problem 403 where nobody linked it */
  async function owner(provider: IdentityProvider, shown: Shown, where: Where): Promise<string> {
    const known = (await accountOf(on, provider.id, shown.subject)) ?? (await named(provider, shown));
    if (known !== undefined) return known;
    const problem = refuse(
      403,
      'not-linked',
      {
        vi: `Tài khoản ${provider.name} này chưa gắn với ai ở đây`,
        en: `This account of ${provider.name} belongs to nobody here yet`,
      },
      {
        remedy: {
          vi: 'Đăng nhập bằng mật khẩu một lần, mở "Tài khoản của tôi" rồi gắn',
          en: 'Sign in with your password once, open “My account” and link it',
        },
      },
    );
    const visitor = engine.systemActor(provider.tenant, `provider:${provider.id}`, []);
    engine.audits.refusal(
      visitor,
      'sign-in',
      problem,
      engine.clock.now().toISOString(),
      `${where.address} ${where.agent.slice(0, 120)}`,
    );
    throw problem;
  }

  /** Where the facility trusts the provider with the names of accounts: the one that is named, once and for all. */
  async function named(provider: IdentityProvider, { subject, claims }: Shown): Promise<string | undefined> {
    const login = provider.loginClaim === null ? undefined : claims[provider.loginClaim];
    if (typeof login !== 'string') return undefined;
    const person = await personByLogin(on, login.trim().toLowerCase());
    const worksHere = person && (await memberships(on, person.id)).some((m) => m.tenant === provider.tenant);
    if (!person || !worksHere) return undefined;
    const now = engine.clock.now();
    const by = `claim:${provider.loginClaim}`;
    return (await linkAccount(on, { provider: provider.id, subject, account: person.id, by, now }))
      ? person.id
      : undefined;
  }

  async function link(
    request: FastifyRequest,
    reply: FastifyReply,
    provider: IdentityProvider,
    account: string,
    { subject }: Shown,
  ): Promise<FastifyReply> {
    const actor = await requireActor(doors, request);
    if (actor.id !== `account:${account}`)
      throw refuse(403, 'ticket-over', { vi: 'Yêu cầu này của người khác', en: 'This request is somebody else’s' });
    const now = engine.clock.now();
    if (!(await linkAccount(on, { provider: provider.id, subject, account, by: actor.login, now })))
      throw refuse(
        409,
        'linked-elsewhere',
        {
          vi: `Tài khoản ${provider.name} này, hoặc tài khoản của bạn, đã gắn với tài khoản khác`,
          en: `This account of ${provider.name}, or yours here, is linked with another one`,
        },
        { remedy: { vi: 'Gỡ liên kết cũ trước', en: 'Remove the former link first' } },
      );
    await sessions.own.linked({ actor }, provider.id);
    return reply.redirect(ACCOUNT, 303);
  }

  /** Refusals are told on the sign-in page; why a provider failed stands in the log. @throws what is no refusal */
  function told(request: FastifyRequest, error: unknown): object {
    if (!(error instanceof Problem)) throw error;
    if (error.cause instanceof Error) request.log.warn({ err: error.cause }, 'identity provider');
    return { issues: error.issues };
  }

  const fragment = (reply: FastifyReply, what: object): FastifyReply =>
    reply.redirect(`/#sign-in=${encodeURIComponent(JSON.stringify(what))}`, 303);
}
