import cookie from '@fastify/cookie';
import { type Engine, Sessions } from '@mach/engine';
import Fastify, { type FastifyInstance } from 'fastify';
import { fhirRoutes } from '../fhir/routes.ts';
import { oauthRoutes } from '../oauth/routes.ts';
import { accessRoutes } from './access-routes.ts';
import type { Doors } from './auth.ts';
import { bankRoutes } from './bank-routes.ts';
import { boardRoutes } from './board-routes.ts';
import { codeRoutes } from './code-routes.ts';
import { commandRoutes } from './command-routes.ts';
import { errorHandler } from './errors.ts';
import { metricsRoutes } from './metrics.ts';
import { openapi } from './openapi.ts';
import { printRoutes } from './print-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { staticRoutes } from './static.ts';
import { viewRoutes } from './view-routes.ts';

export interface AppOptions {
  /** Folder of the built staff app. */
  web: string;
  log: (line: string, error?: unknown) => void;
}

/** All doors of the program over one engine. Nothing is listened to yet. */
export async function buildApp(engine: Engine, options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: 2 * 1024 * 1024,
    logger: { level: 'warn', redact: ['req.headers.authorization', 'req.headers.cookie'] },
    routerOptions: { maxParamLength: 200 },
    trustProxy: 'loopback',
    forceCloseConnections: true,
  });
  const doors: Doors = { engine, sessions: new Sessions(engine) };
  await app.register(cookie);
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
  app.setErrorHandler(errorHandler(options.log));
  let ready = true;
  app.addHook('preClose', async () => {
    ready = false;
  });
  app.get('/healthz', async (_request, reply) => {
    try {
      if (!ready) throw new Error('closing');
      await engine.database.system.query({ name: 'health', text: 'select 1' });
      return { status: 'ok', facilities: engine.allFacilities.length };
    } catch {
      return reply.status(503).send({ status: 'starting' });
    }
  });
  metricsRoutes(app, engine);
  sessionRoutes(app, doors);
  oauthRoutes(app, doors, options.web);
  commandRoutes(app, doors);
  viewRoutes(app, doors);
  codeRoutes(app, doors);
  printRoutes(app, doors);
  boardRoutes(app, doors);
  accessRoutes(app, doors);
  bankRoutes(app, doors);
  let description: object | undefined;
  app.get('/api/openapi.json', async () => {
    description ??= openapi(engine);
    return description;
  });
  fhirRoutes(app, doors);
  await staticRoutes(app, options.web);
  return app;
}
