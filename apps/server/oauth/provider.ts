import type { Engine } from '@mach/engine';
import type { ClientAuthMethod, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { fetchOut } from '../federation/outgoing.ts';
import { trustedHosts } from '../fhir/operations/outgoing/settings.ts';
import { PostgresAdapter, sweep } from './adapter.ts';
import { findApp, isOriginOf, type RegisteredApp, secretMatches } from './apps.ts';
import { allowedScopes, isRecordScope, ownScopes, STATIC_SCOPES } from './asked.ts';
import { consentOf, GRANT_DAYS, openLaunch } from './grants.ts';
import { cookieKey, signingKeys } from './keys.ts';
import { errorPage } from './pages.ts';
import { tokenContext } from './response.ts';
import { fhirUser, personAt } from './tokens.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** SMART Backend Services: an assertion may be valid for this long. */
const ASSERTION = 5 * MINUTE;

export interface ProviderParts {
  readonly engine: Engine;
  /** `https://his.example.vn`: the issuer, and what every address begins with. */
  readonly origin: string;
  /** Tokens were revoked: what was remembered of them is forgotten. */
  readonly forget: () => void;
}

export const AUTH_METHODS: ClientAuthMethod[] = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
];
export const ASSERTION_ALGORITHMS = ['RS384', 'ES384'] as const;

/** Only this resource server is here. */
export const fhirBase = (origin: string): string => `${origin}/fhir`;
const isBase = (origin: string, url: unknown): boolean =>
  typeof url === 'string' && url.replace(/\/$/, '') === fhirBase(origin);

/** The OpenID provider of one address. The library is loaded when it is first asked for. */
export async function openProvider(parts: ProviderParts): Promise<Provider> {
  const { engine, origin, forget } = parts;
  const { Provider: Library, errors, interactionPolicy } = await import('oidc-provider');
  const on = engine.database.system;
  const keys = await signingKeys(engine);
  const [newest] = keys;
  if (!newest) throw new Error('no key signs identity tokens');
  await sweep(on);

  const appOf = async (client: { clientId: string } | undefined): Promise<RegisteredApp> => {
    const app = client && (await findApp(on, client.clientId));
    if (!app) throw new errors.InvalidClient('the app is not registered');
    return app;
  };
  const spent = (kind: string): Error =>
    kind === 'ReplayDetection'
      ? new errors.InvalidClientAuth('client assertion tokens must only be used once')
      : new errors.InvalidGrant('it was used already');

  const configuration: Configuration = {
    adapter: (kind: string) => new PostgresAdapter(kind, { on, forget, spent }),
    jwks: { keys: keys.map((key) => ({ ...key })) },
    cookies: {
      keys: [cookieKey(newest)],
      names: { session: '_mach_op', interaction: '_mach_interaction', resume: '_mach_resume' },
      short: { path: '/oauth2', sameSite: 'lax', httpOnly: true, signed: true, secure: origin.startsWith('https:') },
      long: { path: '/oauth2', sameSite: 'lax', httpOnly: true, signed: true, secure: origin.startsWith('https:') },
    },
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      revocation: '/oauth2/revoke',
      introspection: '/oauth2/introspect',
      jwks: '/oauth2/jwks',
      userinfo: '/oauth2/userinfo',
    },
    scopes: [...STATIC_SCOPES],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], fhirUser: ['fhirUser'] },
    // Apps read who signed in from the identity token.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: AUTH_METHODS,
    enabledJWA: { clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS], idTokenSigningAlgValues: ['RS256'] },
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      (code.scopes.has('offline_access') || code.scopes.has('online_access')),
    // Each authorization is for one patient, so none is taken over from another.
    loadExistingGrant: async (ctx) => {
      const id = (ctx.oidc.result?.consent as { grantId?: string } | undefined)?.grantId;
      return id === undefined ? undefined : ctx.oidc.provider.Grant.find(id);
    },
    ttl: {
      AccessToken: HOUR,
      ClientCredentials: (_ctx, _token, client) =>
        client.tokenEndpointAuthMethod === 'private_key_jwt' ? 5 * MINUTE : HOUR,
      AuthorizationCode: MINUTE,
      RefreshToken: (_ctx, token) => (token.scopes.has('offline_access') ? 90 * DAY : 12 * HOUR),
      IdToken: HOUR,
      Interaction: 30 * MINUTE,
      Session: 30 * MINUTE,
      Grant: GRANT_DAYS * DAY,
    },
    extraParams: {
      aud(_ctx, value) {
        if (value !== undefined && !isBase(origin, value))
          throw new errors.InvalidRequest(`aud must be ${fhirBase(origin)}`);
      },
      async launch(_ctx, value, client) {
        if (value === undefined) return;
        const app = await appOf(client);
        if (!(await openLaunch(engine, app.tenant, app.id, String(value))))
          throw new errors.InvalidRequest('the launch is over or unknown');
      },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: true },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      introspection: {
        enabled: true,
        // A server of the facility may ask about any of its tokens, a public app about its own.
        allowedPolicy: async (_ctx, client, token) => {
          if (token.clientId === client.clientId) return true;
          if (client.clientAuthMethod === 'none') return false;
          const [asker, owner] = await Promise.all([findApp(on, client.clientId), findApp(on, String(token.clientId))]);
          return asker !== undefined && asker.tenant === owner?.tenant;
        },
      },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: async (ctx, client) => {
          const { params } = ctx.oidc;
          if (params?.grant_type === 'client_credentials') {
            // Who names no scope asks for all that was registered.
            if (params.scope === undefined && client) params.scope = ownScopes(await appOf(client)) || undefined;
            return fhirBase(origin);
          }
          if (isBase(origin, params?.aud)) return fhirBase(origin);
          // An app that might be talking to an impostor of this server must not be given its records' token.
          if (askedScopes(ctx).some(isRecordScope)) throw new errors.InvalidRequest(`aud must be ${fhirBase(origin)}`);
          return undefined as unknown as string;
        },
        useGrantedResource: () => true,
        getResourceServerInfo: async (ctx, resource, client) => {
          if (!isBase(origin, resource)) throw new errors.InvalidTarget();
          const forPerson = ctx.oidc.params?.grant_type !== 'client_credentials';
          const asked = askedScopes(ctx);
          const { allowed, fault } = allowedScopes(await appOf(client), asked, forPerson);
          if (fault !== undefined)
            throw new errors.InvalidScope(`scopes for ${fault} cannot be combined in this way`, asked.join(' '));
          if (asked.length > 0 && allowed.length === 0)
            throw new errors.InvalidScope('none of these scopes is registered for this app', asked.join(' '));
          return { scope: allowed.join(' '), audience: fhirBase(origin), accessTokenFormat: 'opaque' };
        },
      },
    },
    interactions: {
      url: (_ctx, interaction) => `/oauth2/interaction/${interaction.uid}`,
      policy: interactionPolicy.base(),
    },
    findAccount: async (ctx, id, token) => {
      const app = await appOf(ctx.oidc.client ?? (token?.clientId ? { clientId: token.clientId } : undefined));
      const person = await personAt(engine, id, app.tenant);
      if (!person) return undefined;
      const grantId = token && 'grantId' in token ? (token.grantId as string | undefined) : undefined;
      const given = grantId === undefined ? undefined : await consentOf(engine, app.tenant, grantId);
      if (grantId !== undefined && (!given || given.signedOut)) return undefined;
      return {
        accountId: id,
        claims: async () => ({
          sub: id,
          name: person.name,
          preferred_username: person.login,
          fhirUser: fhirUser(origin, person),
        }),
      };
    },
    assertJwtClientAuthClaimsAndHeader: (_ctx, claims) => {
      const left = Number(claims.exp) - Date.now() / 1000;
      if (left > ASSERTION + 15)
        throw new errors.InvalidClientAuth('exp must be no more than five minutes in the future');
    },
    clientBasedCORS: (_ctx, asking, client) => (client.redirectUris ?? []).some((uri) => isOriginOf(uri, asking)),
    fetch: (url, options) => fetchKeys(engine, url, options),
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage(ctx.get('accept-language'), out);
    },
  };
  const provider = new Library(origin, configuration);
  provider.proxy = true;
  const clientPrototype = provider.Client.prototype as unknown as {
    clientSecret: string;
    compareClientSecret(secret: string): Promise<boolean>;
  };
  clientPrototype.compareClientSecret = function (secret) {
    return secretMatches(this.clientSecret, secret);
  };
  provider.use(tokenContext(engine, origin));
  provider.on('server_error', (_ctx, error) => process.emitWarning(error));
  return provider;
}

/** The scopes of this request, or of the code or token that it brings. */
function askedScopes(ctx: KoaContextWithOIDC): string[] {
  const { params, entities } = ctx.oidc;
  const text = params?.scope ?? entities.AuthorizationCode?.scope ?? entities.RefreshToken?.scope ?? '';
  return String(text).split(' ').filter(Boolean);
}

/** Longest set of public keys, bytes. */
const KEYS_SIZE = 256 * 1024;

/**
 * Fetches the published keys of an app, straight and soon. The address was registered by an administrator, and is called
 * like any that somebody else has named: over https, nothing inside the house but what its facility trusts, no redirection.
 */
async function fetchKeys(engine: Engine, url: string | URL | Request, options?: RequestInit): Promise<Response> {
  const address = url instanceof Request ? url.url : String(url);
  const { rows } = await engine.database.system.query<{ tenant: number }>({
    name: 'oauth_keys_tenant',
    text: 'select distinct tenant from system.client where jwks_uri = $1 and disabled_at is null',
    values: [address],
  });
  const trusted = rows.flatMap(({ tenant }) => trustedHosts(engine, tenant));
  return fetchOut(address, options, { trusted }, { timeout: 2_500, most: KEYS_SIZE });
}
