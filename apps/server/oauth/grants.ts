import { randomBytes } from 'node:crypto';
import type { Engine } from '@mach/engine';
import { objectHash } from './adapter.ts';

/** What an app was opened for. */
export interface LaunchContext {
  readonly patient: string | null;
  readonly encounter: string | null;
}

export interface ConsentGiven extends LaunchContext {
  readonly account: string;
  readonly client: string;
  readonly scopes: readonly string[];
  /** SHA-256 of the sign-in that it ends with; null where it outlives that. */
  readonly sessionHash: Buffer | null;
}

/** Long enough for the app's page to load and come back, short enough to be worthless in a browser's history. */
const LAUNCH_MINUTES = 5;
/** Nobody's consent lasts longer than this without being asked again. */
export const GRANT_DAYS = 180;

/** A launch of an app from a patient's record; the secret that the app brings back. */
export async function beginLaunch(
  engine: Engine,
  tenant: number,
  launch: { account: string; client: string; patient: string; encounter: string | null },
): Promise<string> {
  const secret = randomBytes(24).toString('base64url');
  await engine.database.tenant(tenant).query({
    name: 'oauth_launch_put',
    text: `insert into oauth_launch (tenant, id, account, client, patient, encounter, expires_at)
           values ($1, $2, $3, $4, $5, $6, now() + make_interval(mins => ${LAUNCH_MINUTES}))`,
    values: [tenant, objectHash(secret), launch.account, launch.client, launch.patient, launch.encounter],
  });
  return secret;
}

/** A launch that may still be used, for this app. */
export async function openLaunch(
  engine: Engine,
  tenant: number,
  client: string,
  secret: string,
): Promise<(LaunchContext & { account: string }) | undefined> {
  const { rows } = await engine.database
    .tenant(tenant)
    .query<LaunchContext & { account: string; [column: string]: unknown }>({
      name: 'oauth_launch_get',
      text: `select account::text, patient, encounter from oauth_launch
           where tenant = $1 and id = $2 and client = $3 and used_at is null and expires_at > now()`,
      values: [tenant, objectHash(secret), client],
    });
  return rows[0];
}

/** Spends a launch; false for the second of two at once. */
export async function spendLaunch(engine: Engine, tenant: number, secret: string): Promise<boolean> {
  const on = engine.database.tenant(tenant);
  const { rowCount } = await on.query({
    name: 'oauth_launch_spend',
    text: 'update oauth_launch set used_at = now() where tenant = $1 and id = $2 and used_at is null and expires_at > now()',
    values: [tenant, objectHash(secret)],
  });
  await on.query({
    name: 'oauth_launch_sweep',
    text: `delete from oauth_launch where tenant = $1 and expires_at < now() - interval '1 day'`,
    values: [tenant],
  });
  return rowCount === 1;
}

/** Keeps what a person allowed, under the id of the provider's grant. */
export async function keepConsent(engine: Engine, tenant: number, id: string, given: ConsentGiven): Promise<void> {
  const on = engine.database.tenant(tenant);
  await on.query({
    name: 'oauth_grant_sweep',
    text: 'delete from oauth_grant where tenant = $1 and expires_at < now()',
    values: [tenant],
  });
  await on.query({
    name: 'oauth_grant_put',
    text: `insert into oauth_grant (tenant, id, account, client, scopes, patient, encounter, session_hash, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(days => ${GRANT_DAYS}))`,
    values: [tenant, id, given.account, given.client, given.scopes, given.patient, given.encounter, given.sessionHash],
  });
}

export async function consentOf(
  engine: Engine,
  tenant: number,
  id: string,
): Promise<(ConsentGiven & { signedOut: boolean }) | undefined> {
  const { rows } = await engine.database
    .tenant(tenant)
    .query<ConsentGiven & { signedOut: boolean; [column: string]: unknown }>({
      name: 'oauth_grant_get',
      text: `select g.account::text, g.client, g.scopes, g.patient, g.encounter, g.session_hash as "sessionHash",
               g.session_hash is not null and not exists (
                 select 1 from system.session s where s.token_hash = g.session_hash and s.expires_at > now()) as "signedOut"
             from oauth_grant g where g.tenant = $1 and g.id = $2 and g.expires_at > now()`,
      values: [tenant, id],
    });
  return rows[0];
}

/** Whether this person has allowed this app all of these scopes before. */
export async function hasConsented(
  engine: Engine,
  tenant: number,
  account: string,
  client: string,
  scopes: readonly string[],
): Promise<boolean> {
  const { rowCount } = await engine.database.tenant(tenant).query({
    name: 'oauth_grant_like',
    text: `select 1 from oauth_grant where tenant = $1 and account = $2 and client = $3 and scopes @> $4::text[]
           and expires_at > now() limit 1`,
    values: [tenant, account, client, scopes],
  });
  return (rowCount ?? 0) > 0;
}

export interface AllowedApp extends Record<string, unknown> {
  readonly app: string;
  readonly name: string;
  readonly scopes: string[];
  readonly since: Date;
}

/** The apps that a person has allowed here, each with all that was allowed. */
export async function allowedApps(engine: Engine, tenant: number, account: string): Promise<AllowedApp[]> {
  const { rows } = await engine.database.tenant(tenant).query<AllowedApp>({
    name: 'oauth_allowed',
    text: `select g.client as app, coalesce(c.name, c.id) as name, array_agg(distinct s) as scopes, min(g.created_at) as since
           from oauth_grant g join system.client c on c.id = g.client cross join unnest(g.scopes) s
           where g.tenant = $1 and g.account = $2 and g.expires_at > now() group by 1, 2 order by 2`,
    values: [tenant, account],
  });
  return rows;
}

/** Takes back what a person has allowed an app: its tokens end with it. False where there was nothing. */
export async function withdraw(engine: Engine, tenant: number, account: string, app: string): Promise<boolean> {
  const { rowCount } = await engine.database.tenant(tenant).query({
    name: 'oauth_withdraw',
    text: `with gone as (delete from oauth_grant where tenant = $1 and account = $2 and client = $3 returning id),
             tokens as (delete from system.oauth_object o using gone where o.grant_id = gone.id)
           select id from gone`,
    values: [tenant, account, app],
  });
  return (rowCount ?? 0) > 0;
}
