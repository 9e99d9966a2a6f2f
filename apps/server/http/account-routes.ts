import type { Me } from '@mach/engine/identity/account.ts';
import type { RegistrationResponseJSON } from '@mach/engine/identity/passkeys.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Doors, requireActor, tokenOf } from './auth.ts';
import { onTheWay } from './guard/hooks.ts';
import { parseBody } from './parse.ts';
import { credentialSchema, withRetryAfter } from './sign-in-routes.ts';
import { siteOf } from './where.ts';

const secret = z.string().min(1).max(200);
const newPasskey = z.strictObject({
  ticket: z.string().min(20).max(100),
  label: z.string().trim().min(1).max(60),
  response: credentialSchema,
});

/**
 * "Tài khoản của tôi" (`/api/account`). Not commands: the log of commands keeps each answer for months, and these hold
 * secrets that are shown once.
 */
export function accountRoutes(app: FastifyInstance, doors: Doors): void {
  const { own } = doors.sessions;
  const meOf = async (request: FastifyRequest): Promise<Me> =>
    own.me(await requireActor(doors, request), tokenOf(request) ?? '');

  app.addHook(
    'onSend',
    onTheWay((request, reply) => {
      if (request.url.startsWith('/api/account')) reply.header('cache-control', 'no-store');
    }),
  );

  app.get('/api/account', async (request) => own.page(await meOf(request)));

  app.get('/api/account/notices', async (request) => ({ notices: await own.notices(await meOf(request)) }));

  app.post('/api/account/notices', async (request, reply) => {
    const { seen } = parseBody(z.strictObject({ seen: z.array(z.uuid()).max(20) }), request.body);
    await own.sawNotices(await meOf(request), seen);
    return reply.status(204).send();
  });

  app.post('/api/account/confirm', async (request, reply) => {
    const { password } = parseBody(z.strictObject({ password: secret }), request.body);
    const me = await meOf(request);
    await withRetryAfter(reply, () => own.confirm(me, password));
    return reply.status(204).send();
  });

  app.post('/api/account/password', async (request, reply) => {
    const body = parseBody(z.strictObject({ current: secret, password: secret }), request.body);
    const me = await meOf(request);
    await withRetryAfter(reply, () => own.changePassword(me, body.current, body.password));
    return reply.status(204).send();
  });

  app.post('/api/account/totp', async (request) => {
    const { code } = parseBody(z.strictObject({ code: z.string().min(6).max(10).optional() }), request.body);
    const me = await meOf(request);
    return code === undefined ? own.offerTotp(me) : { recoveryCodes: await own.takeTotp(me, code) };
  });

  app.post('/api/account/passkey-options', async (request) => own.offerPasskey(await meOf(request), siteOf(request)));

  app.post('/api/account/passkey', async (request) => {
    const { ticket, label, response } = parseBody(newPasskey, request.body);
    const answer = response as unknown as RegistrationResponseJSON;
    return { recoveryCodes: await own.takePasskey(await meOf(request), siteOf(request), ticket, label, answer) };
  });

  app.delete<{ Params: { id: string } }>('/api/account/factors/:id', async (request, reply) => {
    await own.removeFactor(await meOf(request), parseBody(z.uuid(), request.params.id));
    return reply.status(204).send();
  });

  app.post('/api/account/recovery-codes', async (request) => ({
    recoveryCodes: await own.renewCodes(await meOf(request)),
  }));

  app.post('/api/account/badge', async (request, reply) => {
    const body = parseBody(z.strictObject({ badge: z.string().max(60), pin: z.string().max(20) }), request.body);
    await own.setBadge(await meOf(request), body.badge, body.pin);
    return reply.status(204).send();
  });

  app.delete('/api/account/badge', async (request, reply) => {
    await own.removeBadge(await meOf(request));
    return reply.status(204).send();
  });

  /** All but this one. */
  app.delete('/api/account/sessions', async (request) => ({ ended: await own.endSessions(await meOf(request)) }));

  app.delete<{ Params: { id: string } }>('/api/account/sessions/:id', async (request) => ({
    ended: await own.endSessions(await meOf(request), parseBody(z.uuid(), request.params.id)),
  }));
}
