import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import type { Doors } from '../http/auth.ts';
import { whereNeeded } from '../http/guard/hooks.ts';
import { appAddresses, isOriginOf } from './apps.ts';
import { smartConfiguration } from './discovery.ts';
import { interactionRoutes } from './interaction.ts';
import { launchRoutes } from './launch.ts';
import { launcherRoutes } from './launcher.ts';
import { openProvider } from './provider.ts';
import { replayed, withClient } from './replay.ts';
import { styleSheet } from './style.ts';
import { tokenActor } from './tokens.ts';

/** Addresses that this server is known under at once: behind a proxy and beside it. */
const MAX_ORIGINS = 4;
/** How long the origins of registered apps are remembered, ms. */
const ORIGINS_AGE = 5_000;
/** More than any request of these protocols, bytes. */
const BODY_LIMIT = 64 * 1024;
const ENDPOINTS = ['authorize', 'authorize/:uid', 'token', 'revoke', 'introspect', 'jwks', 'userinfo'];

/** OpenID Connect, OAuth 2 and SMART App Launch. The library behind them is loaded with the first request. */
export function oauthRoutes(app: FastifyInstance, doors: Doors, web: string): void {
  const { engine, sessions } = doors;
  sessions.authority = (token) => tokenActor(engine, token);
  const providers = new Map<string, Promise<Provider>>();

  async function open(request: FastifyRequest): Promise<{ provider: Provider; origin: string }> {
    const origin = `${request.protocol}://${request.host}`;
    let provider = providers.get(origin);
    if (!provider) {
      if (providers.size >= MAX_ORIGINS) providers.delete(providers.keys().next().value ?? '');
      provider = openProvider({ engine, origin, forget: () => sessions.forget() });
      providers.set(origin, provider);
      provider.catch(() => providers.delete(origin));
    }
    return { provider: await provider, origin };
  }

  crossOrigin(app, doors);
  launchRoutes(app, doors);
  launcherRoutes(app, doors);
  for (const path of ['/.well-known/smart-configuration', '/fhir/.well-known/smart-configuration'])
    app.get(path, async (request) => smartConfiguration(`${request.protocol}://${request.host}`));
  app.get('/oauth2/style.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=300').send(styleSheet(web)),
  );
  interactionRoutes(app, doors, open);
  void app.register((scope, _options, done) => {
    // The library reads bodies itself; that of a token request is looked at before.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, next) => next(null));
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, next) =>
      next(null, String(body)),
    );
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const { provider } = await open(request);
      prepare(request);
      const { body } = request;
      const form =
        typeof body === 'string' ? await withClient(engine.database.system, body, request.headers) : undefined;
      reply.hijack();
      const { raw } = reply;
      raw.setHeader('x-content-type-options', 'nosniff');
      raw.setHeader('referrer-policy', 'no-referrer');
      raw.setHeader('content-security-policy', PROVIDER_POLICY);
      await provider.callback()(form === undefined ? request.raw : replayed(request.raw, form), raw);
    };
    for (const path of ['/.well-known/openid-configuration', ...ENDPOINTS.map((name) => `/oauth2/${name}`)])
      scope.route({ method: ['GET', 'POST', 'OPTIONS'], url: path, bodyLimit: BODY_LIMIT, handler });
    done();
  });
}

/** Of the library's own pages only the one for errors is ever shown; its style sheet is ours. */
const PROVIDER_POLICY =
  "default-src 'none'; style-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * Who is there is told by the session of the staff app at each request, so that nobody inherits the sign-in of the one
 * who sat here before: the library's own is left out. And an app that wants to stay has to be allowed to, each time.
 */
function prepare({ raw }: FastifyRequest): void {
  const kept = (raw.headers.cookie ?? '').split(/; */).filter((pair) => !pair.startsWith('_mach_op'));
  raw.headers.cookie = kept.join('; ');
  if (raw.method !== 'GET' || !raw.url?.startsWith('/oauth2/authorize?')) return;
  const url = new URL(raw.url, 'http://localhost');
  const scopes = (url.searchParams.get('scope') ?? '').split(' ');
  if (!scopes.includes('offline_access') || url.searchParams.has('prompt')) return;
  url.searchParams.set('prompt', 'consent');
  raw.url = `${url.pathname}${url.search}`;
}

/**
 * Pages of registered apps may call the FHIR door from a browser, with a token and never with a cookie. The provider's
 * own endpoints answer for themselves.
 */
function crossOrigin(app: FastifyInstance, doors: Doors): void {
  let known: { addresses: Promise<string[]>; until: number } | undefined;
  const addresses = (): Promise<string[]> => {
    const now = performance.now();
    if (!known || known.until < now)
      known = { addresses: appAddresses(doors.engine.database.system), until: now + ORIGINS_AGE };
    return known.addresses;
  };
  const open = async (request: FastifyRequest, reply: FastifyReply, origin: string): Promise<void> => {
    reply.header('vary', 'Origin');
    if (!(await addresses()).some((uri) => isOriginOf(uri, origin))) return;
    reply
      .header('access-control-allow-origin', origin)
      .header('access-control-expose-headers', 'content-location, etag, last-modified, location, x-progress');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    await reply
      .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
      .header(
        'access-control-allow-headers',
        'accept, authorization, content-type, if-match, if-none-exist, if-none-match, prefer',
      )
      .header('access-control-max-age', '600')
      .status(204)
      .send();
  };
  app.addHook(
    'onRequest',
    whereNeeded((request, reply) => {
      const { origin } = request.headers;
      if (origin === undefined || !/^\/(fhir\b|\.well-known\/smart)/.test(request.url)) return undefined;
      return open(request, reply, origin);
    }),
  );
}
