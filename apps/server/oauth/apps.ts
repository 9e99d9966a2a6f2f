import { verifyPassword } from '@mach/engine';
import type { Queryable } from '@mach/store';

/** A registered app: data of a facility, never code. */
export interface RegisteredApp {
  readonly id: string;
  readonly tenant: number;
  readonly name: string;
  /** `public`: a browser or phone, no secret · `confidential`: a server with a secret · `backend`: signed assertions. */
  readonly kind: 'confidential' | 'public' | 'backend';
  readonly secretHash: string | null;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly launchUrl: string | null;
  readonly jwks: { readonly keys: readonly object[] } | null;
  readonly jwksUri: string | null;
  readonly demo: boolean;
}

const COLUMNS = `id, tenant, coalesce(name, id) as name, kind, secret_hash as "secretHash", scopes,
  redirect_uris as "redirectUris", launch_url as "launchUrl", jwks, jwks_uri as "jwksUri", demo`;

type AppRow = RegisteredApp & Record<string, unknown>;

/** An app that may work now. */
export async function findApp(on: Queryable, id: string): Promise<RegisteredApp | undefined> {
  // No text of the database holds it, so no app is called so.
  if (id.includes('\0')) return undefined;
  const { rows } = await on.query<AppRow>({
    name: 'oauth_app',
    text: `select ${COLUMNS} from system.client where id = $1 and disabled_at is null`,
    values: [id],
  });
  return rows[0];
}

/** The apps that a facility has registered and can be opened from a patient's record. */
export async function launchableApps(on: Queryable, tenant: number): Promise<RegisteredApp[]> {
  const { rows } = await on.query<AppRow>({
    name: 'oauth_apps',
    text: `select ${COLUMNS} from system.client where tenant = $1 and launch_url is not null and disabled_at is null order by name`,
    values: [tenant],
  });
  return rows;
}

/** Addresses of all registered apps that are pages: those may call from a browser. */
export async function appAddresses(on: Queryable): Promise<string[]> {
  const { rows } = await on.query<{ uri: string }>({
    name: 'oauth_addresses',
    text: 'select distinct unnest(redirect_uris) as uri from system.client where disabled_at is null',
  });
  return rows.map(({ uri }) => uri);
}

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?=[:/]|$)/;

/** Whether a page of this origin may belong to the app that comes back to this address. On one's own machine any port is it. */
export function isOriginOf(uri: string, origin: string): boolean {
  if (!/^https?:/.test(uri)) return false;
  const [, host] = LOOPBACK.exec(uri) ?? [];
  return new URL(uri).origin === origin || (host !== undefined && LOOPBACK.exec(origin)?.[1] === host);
}

/** Client metadata (RFC 7591) of an app, as the provider reads it. */
export function metadataOf(app: RegisteredApp): Record<string, unknown> {
  const grants = app.redirectUris.length > 0 ? ['authorization_code', 'refresh_token'] : [];
  const auth = { public: 'none', confidential: 'client_secret_basic', backend: 'private_key_jwt' }[app.kind];
  const native = app.redirectUris.some((uri) => !/^https?:/.test(uri) || LOOPBACK.test(uri));
  return {
    client_id: app.id,
    client_name: app.name,
    application_type: native ? 'native' : 'web',
    grant_types: app.kind === 'public' ? grants : [...grants, 'client_credentials'],
    response_types: app.redirectUris.length > 0 ? ['code'] : [],
    redirect_uris: [...app.redirectUris],
    token_endpoint_auth_method: auth,
    id_token_signed_response_alg: 'RS256',
    // Never compared as it stands: the provider is told to verify the hash.
    ...(app.kind === 'confidential' ? { client_secret: app.secretHash ?? '-' } : {}),
    ...(app.kind === 'backend' && app.jwks ? { jwks: app.jwks } : {}),
    ...(app.kind === 'backend' && !app.jwks && app.jwksUri !== null ? { jwks_uri: app.jwksUri } : {}),
  };
}

/** Argon2id, as for people's passwords. */
export const secretMatches = (hash: string, secret: string): Promise<boolean> => verifyPassword(secret, hash);
