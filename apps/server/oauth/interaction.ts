import { Problem } from '@mach/base/problem.ts';
import { type Actor, type Interaction, parseScope } from '@mach/engine';
import type { NextStep } from '@mach/engine/identity/sign-in.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { COOKIE, type Doors } from '../http/auth.ts';
import { cookieOptions, whereOf } from '../http/where.ts';
import { objectHash } from './adapter.ts';
import { findApp, type RegisteredApp } from './apps.ts';
import { allowedScopes, isRecordScope, STATIC_SCOPES } from './asked.ts';
import { consentPage, patientPage, type Rights, refreshPage, signInPage, type View } from './consent.ts';
import { hasConsented, keepConsent, openLaunch, spendLaunch } from './grants.ts';
import { errorPage, pagePolicy } from './pages.ts';
import { findPatients, patientLine } from './patients.ts';
import { fhirBase } from './provider.ts';
import { languageOf } from './texts.ts';

type At = { Params: { uid: string }; Querystring: Record<string, string | undefined> };
type Body = Record<string, string | undefined>;

/** One request of an app for a person's consent, at one moment. */
interface Visit {
  readonly provider: Provider;
  readonly origin: string;
  readonly app: RegisteredApp;
  readonly params: Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  readonly view: View;
}

/**
 * The pages between an app and its token: sign-in, the patient, consent. They live on a cookie of their own that only
 * this browser has, for this request alone; who is there is told by the session of the staff app.
 */
export function interactionRoutes(
  app: FastifyInstance,
  doors: Doors,
  open: (request: FastifyRequest) => Promise<{ provider: Provider; origin: string }>,
): void {
  const { engine } = doors;

  async function visitOf(request: FastifyRequest<At>, reply: FastifyReply): Promise<Visit> {
    const { provider, origin } = await open(request);
    const details = await provider.interactionDetails(request.raw, reply.raw);
    const { params } = details;
    const registered = await findApp(engine.database.system, String(params.client_id));
    if (!registered) throw new Error('the app is not registered');
    const { allowed } = allowedScopes(registered, String(params.scope ?? '').split(' '), true);
    const language = languageOf(request.query.lang ?? params.ui_locales, request.headers['accept-language']);
    const { uid } = request.params;
    const view: View = { uid, language, app: registered.name, facility: engine.facility(registered.tenant).name };
    return { provider, origin, app: registered, params, scopes: allowed, view };
  }

  /** The person who is signed in in this browser, at the facility of the app. */
  async function personOf(request: FastifyRequest, tenant: number): Promise<{ person?: Actor; elsewhere: boolean }> {
    const token = request.cookies[COOKIE];
    const actor = token === undefined ? undefined : await doors.sessions.actor(token);
    if (!actor || actor.scopes !== null || !actor.id.startsWith('account:')) return { elsewhere: false };
    return actor.tenant === tenant ? { person: actor, elsewhere: false } : { elsewhere: true };
  }

  const html = (reply: FastifyReply, text: string, visit?: Visit, status = 200): FastifyReply =>
    reply
      .status(status)
      .header('cache-control', 'no-store')
      .header('content-security-policy', pagePolicy(visit ? [String(visit.params.redirect_uri)] : []))
      .type('text/html; charset=utf-8')
      .send(text);

  /** Runs a step; what goes wrong is told on a page, in the person's language. */
  const step = (
    run: (visit: Visit, request: FastifyRequest<At>, reply: FastifyReply) => Promise<FastifyReply>,
  ): ((request: FastifyRequest<At>, reply: FastifyReply) => Promise<FastifyReply>) => {
    return async (request, reply) => {
      try {
        return await run(await visitOf(request, reply), request, reply);
      } catch (error) {
        const over = error instanceof Error && error.name === 'SessionNotFound' ? error : undefined;
        if (!over && !(error instanceof Problem)) throw error;
        const problem = error instanceof Problem ? error : undefined;
        const language = languageOf(request.query.lang, request.headers['accept-language']);
        const [issue] = problem?.issues ?? [];
        const out = over
          ? { error: 'session_not_found', error_description: over.message }
          : { error: issue?.code, error_description: issue?.text[language] };
        return html(reply, errorPage(language, out), undefined, problem?.status ?? 400);
      }
    };
  };

  app.get<At>(
    '/oauth2/interaction/:uid',
    step(async (visit, request, reply) => {
      const { person, elsewhere } = await personOf(request, visit.app.tenant);
      // The session cookie does not travel with a link from another site, but it does with our own page's.
      if (!person && !elsewhere && request.query.s === undefined) return html(reply, refreshPage(visit.view), visit);
      if (!person || request.query.sign === '1') return html(reply, signInPage(visit.view, { elsewhere }), visit);
      return consent(visit, person, request, reply);
    }),
  );

  app.post<At>(
    '/oauth2/interaction/:uid/sign-in',
    step(async (visit, request, reply) => {
      const { account = '', password = '', ticket, code = '' } = (request.body ?? {}) as Body;
      const where = await whereOf(doors, request, reply);
      const { signIns } = doors.sessions;
      const facility = engine.facility(visit.app.tenant).code;
      try {
        const outcome = ticket
          ? await signIns.code(ticket, code, where)
          : await signIns.password(account, password, facility, where);
        if ('next' in outcome) return html(reply, signInPage(visit.view, { account, ...nextOf(outcome) }), visit);
        reply.setCookie(COOKIE, outcome.token, { ...cookieOptions(request), expires: new Date(outcome.expiresAt) });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const issue = error.issues[0]?.text[visit.view.language];
        return html(reply, signInPage(visit.view, { account, ticket, issue }), visit, error.status);
      }
      return reply.redirect(`/oauth2/interaction/${visit.view.uid}?s=1&lang=${visit.view.language}`, 303);
    }),
  );

  app.post<At>(
    '/oauth2/interaction/:uid/refuse',
    step(async (visit, request, reply) => {
      const result = { error: 'access_denied', error_description: 'the person refused' };
      return reply.redirect(await visit.provider.interactionResult(request.raw, reply.raw, result), 303);
    }),
  );

  app.post<At>(
    '/oauth2/interaction/:uid/allow',
    step(async (visit, request, reply) => {
      const { person } = await personOf(request, visit.app.tenant);
      if (!person) return html(reply, signInPage(visit.view, {}), visit, 401);
      const body = (request.body ?? {}) as Body;
      return allow(visit, person, body.patient || null, request, reply);
    }),
  );

  /** The launch that the app came with: for this person, or not at all. @throws Problem 403 */
  async function launchOf(visit: Visit, person: Actor) {
    const { launch } = visit.params;
    if (launch === undefined) return undefined;
    const found = await openLaunch(engine, visit.app.tenant, visit.app.id, String(launch));
    const mine = found !== undefined && `account:${found.account}` === person.id;
    if (!mine)
      throw new Problem(403, [
        {
          severity: 'error',
          code: 'launch-not-yours',
          text: {
            vi: 'Lần mở này đã hết hạn hoặc dành cho người khác. Mở lại từ hồ sơ người bệnh.',
            en: "This launch is over or was made for somebody else. Open the app again from the patient's record.",
          },
        },
      ]);
    return found;
  }

  async function consent(
    visit: Visit,
    person: Actor,
    request: FastifyRequest<At>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { view, scopes } = visit;
    const launch = await launchOf(visit, person);
    const rights = rightsOf(person, scopes);
    const chosen = launch?.patient ?? request.query.patient;
    if (needsPatient(scopes) && chosen === undefined) {
      const words = (request.query.q ?? '').trim().normalize('NFC');
      const found = words.length < 2 ? undefined : await findPatients(doors, person, request, words, view.language);
      return html(reply, patientPage(view, person, words, found), visit);
    }
    const patient = chosen === undefined ? undefined : await patientLine(doors, person, request, chosen, view.language);
    const account = person.id.slice('account:'.length);
    // Opened from the record, and allowed before: nothing is left to ask.
    if (launch && (await hasConsented(engine, visit.app.tenant, account, visit.app.id, rights.given)))
      return allow(visit, person, null, request, reply);
    return html(reply, consentPage(view, { person, patient, rights, canChange: !launch }), visit);
  }

  /** What is asked for and this person may do in some part; the doors decide on each record again. */
  function rightsOf(person: Actor, scopes: readonly string[]): Rights {
    const { policy } = engine;
    const mayWrite = policy.may(person, 'record.write');
    const letters = new Map(
      scopes.map((text) => {
        const scope = parseScope(text);
        const open = (interaction: Interaction): boolean =>
          scope?.type === '*' || policy.record(person, interaction, scope?.type ?? '') !== 'denied';
        const kept = [...(scope?.letters ?? '')].filter((letter) =>
          /[rs]/.test(letter) ? open('read') : mayWrite && open('update'),
        );
        return [text, kept.join('')];
      }),
    );
    const may = (text: string): boolean => !isRecordScope(text) || letters.get(text) !== '';
    return { given: scopes.filter(may), withheld: scopes.filter((s) => !may(s)), letters };
  }

  async function allow(
    visit: Visit,
    person: Actor,
    picked: string | null,
    request: FastifyRequest<At>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { app: registered, provider, scopes, params, view } = visit;
    const launch = await launchOf(visit, person);
    const patient = launch?.patient ?? (needsPatient(scopes) ? picked : null);
    if (needsPatient(scopes) && patient === null) return html(reply, patientPage(view, person, '', undefined), visit);
    if (patient !== null) await patientLine(doors, person, request, patient, view.language);
    if (launch && !(await spendLaunch(engine, registered.tenant, String(params.launch))))
      throw new Problem(403, [
        { severity: 'error', code: 'launch-used', text: { vi: 'Lần mở này đã dùng', en: 'This launch was used' } },
      ]);
    const accountId = person.id.slice('account:'.length);
    const { given, withheld } = rightsOf(person, scopes);
    const grant = new provider.Grant({ accountId, clientId: registered.id });
    const isOwn = (scope: string): boolean => (STATIC_SCOPES as readonly string[]).includes(scope);
    grant.addOIDCScope(given.filter(isOwn).join(' '));
    const base = fhirBase(visit.origin);
    if (scopes.some(isRecordScope) || params.aud !== undefined) {
      grant.addResourceScope(base, given.join(' '));
      if (withheld.length > 0) grant.rejectResourceScope(base, withheld.join(' '));
    }
    const grantId = await grant.save();
    await keepConsent(engine, registered.tenant, grantId, {
      account: accountId,
      client: registered.id,
      scopes: given,
      patient,
      encounter: launch?.encounter ?? null,
      sessionHash: given.includes('offline_access') ? null : objectHash(request.cookies[COOKIE] ?? ''),
    });
    await engine.audits.read(person, 'app consent', engine.clock.now().toISOString(), {
      kind: 'sign-in',
      patient,
      detail: { app: registered.id, scopes: given, grant: grantId },
    });
    const result = { login: { accountId, remember: false }, consent: { grantId } };
    return reply.redirect(await provider.interactionResult(request.raw, reply.raw, result), 303);
  }
}

/** Scopes about one patient need to know which. */
function needsPatient(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope.startsWith('patient/') || scope === 'launch/patient');
}

function nextOf({ next, ticket, methods }: NextStep): { ticket?: string; inApp?: boolean } {
  const byCode = next === 'factor' && methods.some((method) => method !== 'passkey');
  return byCode ? { ticket } : { inApp: true };
}
