import cookie from '@fastify/cookie';
import { type Engine, Sessions } from '@mach/engine';
import Fastify, { type FastifyInstance } from 'fastify';
import { QuickDoor } from '../fhir/quick/door.ts';
import { fhirRoutes } from '../fhir/routes.ts';
import { oauthRoutes } from '../oauth/routes.ts';
import { accessRoutes } from './access-routes.ts';
import type { Doors } from './auth.ts';
import { backupRoutes } from './backup-routes.ts';
import { bankRoutes } from './bank-routes.ts';
import { boardRoutes } from './board-routes.ts';
import { codeRoutes } from './code-routes.ts';
import { commandRoutes } from './command-routes.ts';
import { errorHandler } from './errors.ts';
import { RateLimits, type Rates } from './guard/rates.ts';
import { registerGuards, STALLED } from './guard/register.ts';
import { Unreadable } from './guard/unreadable.ts';
import { houseRoutes } from './house-routes.ts';
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
  /** How often one person or address may ask; as often as it likes where nothing is said. */
  rates?: Rates | undefined;
  /** Names under which the house may be called; any where nothing is said. */
  hosts?: readonly string[];
  /** How late the event loop may be before partners are sent away, ms. */
  tooLate?: number;
  /** For how long the state of the ways out is told to everybody who asks, ms. */
  linksFresh?: number;
  /** Time without a byte taken by the one who asked, ms, after which his line is cut. */
  stalled?: number;
  /** Certificate and key of our own, in PEM. */
  tls?: { cert: string; key: string } | undefined;
}

/** A request has to be here by then, its body too, ms: slow lines take up no place for ever. */
const REQUEST_TIMEOUT = 120_000;

/** All doors of the program over one engine. Nothing is listened to yet. */
export async function buildApp(engine: Engine, options: AppOptions): Promise<FastifyInstance> {
  const { tls } = options;
  const unreadable = new Unreadable();
  const app = Fastify({
    // The type of an HTTPS server differs in its socket only, which no door looks at.
    ...((tls ? { https: { ...tls, minVersion: 'TLSv1.2' } } : {}) as object),
    requestTimeout: REQUEST_TIMEOUT,
    bodyLimit: 2 * 1024 * 1024,
    logger: { level: 'warn', redact: ['req.headers.authorization', 'req.headers.cookie'] },
    routerOptions: { maxParamLength: 200 },
    trustProxy: 'loopback',
    forceCloseConnections: true,
    clientErrorHandler: (error, socket) => unreadable.broken(error, socket),
  });
  const rates = options.rates && new RateLimits(options.rates);
  const doors: Doors = { engine, sessions: new Sessions(engine), rates, linksFresh: options.linksFresh };
  await app.register(cookie);
  const gate = registerGuards(app, {
    rates,
    hosts: options.hosts ?? [],
    tooLate: options.tooLate,
    stalled: options.stalled,
  });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
  const fail = errorHandler(options.log);
  app.setErrorHandler(fail);
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
  new QuickDoor({
    ...{ doors, gate, fail, hosts: new Set(options.hosts), stalled: options.stalled ?? STALLED },
    isOpen: () => ready,
    isRouted: (url) => app.hasRoute({ method: 'GET', url }),
    observe: metricsRoutes(app, engine, gate),
  }).guard(app.server);
  app.server.on('request', (request, response) => unreadable.begun(request, response));
  sessionRoutes(app, doors);
  oauthRoutes(app, doors, options.web);
  commandRoutes(app, doors);
  viewRoutes(app, doors);
  codeRoutes(app, doors);
  printRoutes(app, doors);
  boardRoutes(app, doors);
  accessRoutes(app, doors);
  backupRoutes(app, doors);
  bankRoutes(app, doors);
  houseRoutes(app, doors);
  let description: object | undefined;
  app.get('/api/openapi.json', async () => {
    description ??= openapi(engine);
    return description;
  });
  fhirRoutes(app, doors);
  await staticRoutes(app, options.web);
  return app;
}
