import { openSession } from '@mach/engine/identity/session-store.ts';
import type { FastifyInstance } from 'fastify';
import { federationRoutes } from '../federation/routes.ts';
import { scimRoutes } from '../scim/routes.ts';
import { accountRoutes } from './account-routes.ts';
import { administrationRoutes } from './administration-routes.ts';
import { COOKIE, type Doors, requireActor, tokenOf } from './auth.ts';
import { linkRoutes } from './link-routes.ts';
import { describe, signInRoutes } from './sign-in-routes.ts';

/** Everything about who is there: sign-in, the open session, one's own account, the administration of people. */
export function sessionRoutes(app: FastifyInstance, doors: Doors): void {
  signInRoutes(app, doors);
  accountRoutes(app, doors);
  administrationRoutes(app, doors);
  linkRoutes(app, doors);
  federationRoutes(app, doors);
  scimRoutes(app, doors);

  app.get('/api/session', async (request) => {
    const actor = await requireActor(doors, request);
    return { ...describe(doors, actor), session: await limits(doors, tokenOf(request)) };
  });

  app.delete('/api/session', async (request, reply) => {
    const token = tokenOf(request);
    if (token !== undefined) await doors.sessions.signOut(token);
    reply.clearCookie(COOKIE, { path: '/' });
    return reply.status(204).send();
  });
}

/** How long the session lasts, for a screen that locks itself before its reader has gone far. */
async function limits(doors: Doors, token: string | undefined): Promise<object | null> {
  const { engine } = doors;
  const session =
    token === undefined ? undefined : await openSession(engine.database.system, token, engine.clock.now());
  return session
    ? { idleSeconds: session.idleSeconds, expiresAt: session.expiresAt.toISOString(), place: session.place }
    : null;
}
