import { refuse } from '@mach/base/problem.ts';
import type { Actor } from '@mach/engine';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { COOKIE, type Doors, requireActor, tokenOf } from './auth.ts';
import { parseBody } from './parse.ts';

const signIn = z.strictObject({
  account: z.string().min(1).max(100),
  password: z.string().min(1).max(200),
  facility: z.string().max(20).optional(),
});

/** `POST`, `GET` and `DELETE /api/session`, and OAuth 2 client credentials. */
export function sessionRoutes(app: FastifyInstance, doors: Doors): void {
  app.post('/api/session', async (request, reply) => {
    const { account, password, facility } = parseBody(signIn, request.body);
    const { token, actor, expiresAt } = await doors.sessions.signIn(account, password, facility);
    reply.setCookie(COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      expires: new Date(expiresAt),
    });
    return { token, expiresAt, ...describe(doors, actor) };
  });

  app.get('/api/session', async (request) => describe(doors, await requireActor(doors, request)));

  app.delete('/api/session', async (request, reply) => {
    const token = tokenOf(request);
    if (token !== undefined) await doors.sessions.signOut(token);
    reply.clearCookie(COOKIE, { path: '/' });
    return reply.status(204).send();
  });

  app.post('/oauth2/token', async (request, reply) => {
    const form = (request.body ?? {}) as Record<string, string | undefined>;
    if (form.grant_type !== 'client_credentials')
      throw refuse(
        400,
        'unsupported_grant_type',
        { vi: 'Chỉ nhận grant_type=client_credentials', en: 'Only grant_type=client_credentials is served' },
        { field: 'grant_type' },
      );
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '');
    const [id = '', ...rest] = basic
      ? Buffer.from(basic[1] ?? '', 'base64')
          .toString('utf8')
          .split(':')
      : [form.client_id ?? '', form.client_secret ?? ''];
    const { token, scope, expiresIn } = await doors.sessions.clientToken(
      decodeURIComponent(id),
      decodeURIComponent(rest.join(':')),
      form.scope ?? '',
    );
    reply.header('cache-control', 'no-store');
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn, scope };
  });
}

function describe(doors: Doors, actor: Actor): object {
  const facility = doors.engine.facility(actor.tenant);
  return {
    user: {
      account: actor.login,
      name: actor.name,
      roles: actor.roles,
      permissions: [...actor.permissions].sort(),
      practitioner: actor.practitioner,
    },
    facility: { code: facility.code, name: facility.name, mode: facility.mode },
  };
}
