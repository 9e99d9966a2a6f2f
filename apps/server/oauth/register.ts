import { parseScope } from '@mach/engine';
import type pg from 'pg';
import type { RegisteredApp } from './apps.ts';

export type AppDraft = RegisteredApp;

/** What is wrong with a registration, in a sentence; undefined where nothing is. */
export function draftFault(app: AppDraft): string | undefined {
  if (!/^[A-Za-z0-9._-]{3,60}$/.test(app.id)) return 'the id is 3 to 60 letters, digits, dots, dashes';
  const strange = app.scopes.find((scope) => !parseScope(scope));
  if (strange !== undefined) return `${strange} is no scope like patient/Observation.rs`;
  if (app.scopes.length === 0) return 'an app needs scopes';
  for (const uri of app.redirectUris) {
    if (!URL.canParse(uri) || uri.includes('#')) return `${uri} is no address`;
    const { protocol, hostname } = new URL(uri);
    const isLocal = hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost';
    if (/^(javascript|data|vbscript|file|blob|about):$/.test(protocol)) return `${uri} is no address to come back to`;
    if (protocol === 'http:' && app.kind === 'public' && !isLocal) return `${uri} must be https`;
  }
  if (app.kind === 'public' && app.redirectUris.length === 0) return 'a public app needs an address to come back to';
  if (app.kind === 'public' && app.scopes.some((s) => s.startsWith('system/')))
    return 'a public app keeps no secret, so it never works by itself: no system/ scopes';
  if (app.kind === 'backend' && !app.jwks && app.jwksUri === null) return 'a backend service needs its public keys';
  if (app.jwks?.keys.some((key) => 'd' in key || 'k' in key)) return 'the keys must be public ones';
  if (app.launchUrl !== null && !/^https?:\/\//.test(app.launchUrl)) return `${app.launchUrl} is no web address`;
  return undefined;
}

/** Registers an app, or changes its registration; as the owner of the tables. @throws RangeError with what is wrong */
export async function saveApp(owner: pg.Client, app: AppDraft): Promise<void> {
  const fault = draftFault(app);
  if (fault !== undefined) throw new RangeError(fault);
  const { rowCount } = await owner.query(
    `insert into system.client (id, tenant, name, kind, secret_hash, scopes, redirect_uris, launch_url, jwks, jwks_uri, demo)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (id) do update set name = excluded.name, kind = excluded.kind,
       secret_hash = coalesce(excluded.secret_hash, system.client.secret_hash), scopes = excluded.scopes,
       redirect_uris = excluded.redirect_uris, launch_url = excluded.launch_url, jwks = excluded.jwks,
       jwks_uri = excluded.jwks_uri, disabled_at = null
     where system.client.tenant = excluded.tenant`,
    [
      app.id,
      app.tenant,
      app.name,
      app.kind,
      app.secretHash,
      app.scopes,
      app.redirectUris,
      app.launchUrl,
      app.jwks === null ? null : JSON.stringify(app.jwks),
      app.jwksUri,
      app.demo,
    ],
  );
  if (rowCount !== 1) throw new RangeError(`${app.id} is registered by another facility`);
}

/** The apps of a facility, also those that were ended. */
export async function listApps(
  owner: pg.Client,
  tenant: number,
): Promise<{ id: string; name: string; kind: string; scopes: string[]; ended: boolean }[]> {
  const { rows } = await owner.query<{ id: string; name: string; kind: string; scopes: string[]; ended: boolean }>(
    `select id, coalesce(name, id) as name, kind, scopes, disabled_at is not null as ended
     from system.client where tenant = $1 order by id`,
    [tenant],
  );
  return rows;
}

/** Ends an app at once: its tokens and consents with it. Gives false where there is none. */
export async function endApp(owner: pg.Client, tenant: number, id: string): Promise<boolean> {
  const { rowCount } = await owner.query(
    'update system.client set disabled_at = now() where id = $1 and tenant = $2 and disabled_at is null',
    [id, tenant],
  );
  if (rowCount !== 1) return false;
  await owner.query(`delete from system.oauth_object where payload->>'clientId' = $1`, [id]);
  return true;
}
