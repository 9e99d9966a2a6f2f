import type { Actor } from '@mach/engine';
import { enrolDevice } from '@mach/engine/identity/devices.ts';
import { workplaces } from '@mach/engine/identity/elsewhere.ts';
import type { AuthenticationResponseJSON } from '@mach/engine/identity/passkeys.ts';
import type { Outcome } from '@mach/engine/identity/sign-in.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { COOKIE, type Doors, requireActor, tokenOf } from './auth.ts';
import { parseBody } from './parse.ts';
import { cookieOptions, deviceOf, keepDevice, whereOf } from './where.ts';

const facility = z.string().max(20).optional();
const ticket = z.string().min(20).max(100);
const secret = z.string().min(1).max(200);

/** What a browser's authenticator answers; the library checks its content. */
export const credentialSchema = z.looseObject({
  id: z.string().min(1).max(2000),
  rawId: z.string().min(1).max(2000),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
});

const signIn = z.strictObject({ account: z.string().min(1).max(100), password: secret, facility });
const byCode = z.strictObject({ ticket, code: z.string().min(6).max(40) });
const byPasskey = z.strictObject({ ticket, alone: z.boolean().optional(), response: credentialSchema, facility });
const byBadge = z.strictObject({ badge: z.string().min(1).max(60), pin: z.string().min(1).max(20) });

/** A wait is also told in the header that programs look at. */
export async function withRetryAfter<T>(reply: FastifyReply, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'retryAfter' in error) reply.header('retry-after', String(error.retryAfter));
    throw error;
  }
}

/**
 * `POST /api/session` and its further steps. 200: signed in, with the cookie. 202: half-open; `next` names the step
 * (`facility`, `factor`, `enrol`, `password`) that `ticket` is good for, and nothing else.
 */
export function signInRoutes(app: FastifyInstance, doors: Doors): void {
  const { signIns } = doors.sessions;

  function answer(request: FastifyRequest, reply: FastifyReply, outcome: Outcome, more: object = {}): object {
    reply.header('cache-control', 'no-store');
    if ('next' in outcome) {
      reply.status(202);
      return { ...outcome, ...more };
    }
    const { token, actor, expiresAt } = outcome;
    reply.setCookie(COOKIE, token, { ...cookieOptions(request), expires: new Date(expiresAt) });
    return { token, expiresAt, ...describe(doors, actor), ...more };
  }

  app.post('/api/session', async (request, reply) => {
    const body = parseBody(signIn, request.body);
    const where = await whereOf(doors, request, reply);
    const work = () => signIns.password(body.account, body.password, body.facility, where);
    return answer(request, reply, await withRetryAfter(reply, work));
  });

  app.post('/api/session/place', async (request, reply) => {
    const body = parseBody(z.strictObject({ ticket, facility: z.string().min(1).max(20) }), request.body);
    const where = await whereOf(doors, request, reply);
    return answer(request, reply, await signIns.choose(body.ticket, body.facility, where));
  });

  app.post('/api/session/factor', async (request, reply) => {
    const body = parseBody(byCode, request.body);
    const where = await whereOf(doors, request, reply);
    return answer(request, reply, await withRetryAfter(reply, () => signIns.code(body.ticket, body.code, where)));
  });

  app.post('/api/session/passkey-options', async (request, reply) => {
    const body = parseBody(z.strictObject({ ticket: ticket.optional() }), request.body);
    const where = await whereOf(doors, request, reply);
    return withRetryAfter(reply, () => signIns.passkeyQuestion(body.ticket, where));
  });

  app.post('/api/session/passkey', async (request, reply) => {
    const body = parseBody(byPasskey, request.body);
    const where = await whereOf(doors, request, reply);
    const response = body.response as unknown as AuthenticationResponseJSON;
    const work = () => signIns.passkey(body.ticket, body.alone === true, response, body.facility, where);
    return answer(request, reply, await withRetryAfter(reply, work));
  });

  app.post('/api/session/enrol', async (request, reply) => {
    const body = parseBody(z.strictObject({ ticket, code: z.string().min(6).max(10).optional() }), request.body);
    if (body.code === undefined) return signIns.offerTotp(body.ticket);
    const where = await whereOf(doors, request, reply);
    const { recoveryCodes, outcome } = await signIns.takeTotp(body.ticket, body.code, where);
    return answer(request, reply, outcome, { recoveryCodes });
  });

  app.post('/api/session/password', async (request, reply) => {
    const body = parseBody(z.strictObject({ ticket, password: secret }), request.body);
    const where = await whereOf(doors, request, reply);
    return answer(request, reply, await signIns.newPassword(body.ticket, body.password, where));
  });

  app.post('/api/session/badge', async (request, reply) => {
    const body = parseBody(byBadge, request.body);
    const where = await whereOf(doors, request, reply);
    return answer(request, reply, await withRetryAfter(reply, () => signIns.badge(body.badge, body.pin, where)));
  });

  /** One identity, a role in each facility: where the person of this session works, and the way there. */
  app.get('/api/session/facilities', async (request) => {
    await requireActor(doors, request);
    const { database, clock } = doors.engine;
    return { facilities: await workplaces(database.system, tokenOf(request) ?? '', clock.now()) };
  });

  app.post('/api/session/facility', async (request, reply) => {
    await requireActor(doors, request);
    const body = parseBody(z.strictObject({ facility: z.string().min(1).max(20) }), request.body);
    const where = await whereOf(doors, request, reply);
    const former = tokenOf(request) ?? '';
    const outcome = await signIns.switchTo(former, body.facility, where);
    doors.sessions.forget();
    return answer(request, reply, outcome);
  });

  /** What the sign-in page may offer on this device. */
  app.get('/api/device', async (request, reply) => {
    const device = await deviceOf(doors, request, reply);
    return { device: device ? { kind: device.kind, label: device.label, room: device.room } : null };
  });

  app.post('/api/device', async (request, reply) => {
    const { token } = parseBody(z.strictObject({ token: z.string().min(20).max(100) }), request.body);
    const device = await enrolDevice(doors.engine, token);
    keepDevice(request, reply, device.credential);
    return { device: { kind: device.kind, label: device.label, room: device.room } };
  });
}

/** Who is signed in and where, as the app shows it. */
export function describe(doors: Doors, actor: Actor): object {
  const { code, name, mode } = doors.engine.facility(actor.tenant);
  return {
    user: {
      account: actor.login,
      name: actor.name,
      roles: actor.roles,
      permissions: [...actor.permissions].sort(),
      practitioner: actor.practitioner,
    },
    // A clinic opens on its one screen, whatever else the person may open.
    facility: {
      code,
      name,
      mode,
      ...(doors.engine.settings(actor.tenant).get('clinic.mode') ? { home: 'clinic' } : {}),
    },
  };
}
