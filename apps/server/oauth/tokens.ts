import type { Actor, Engine } from '@mach/engine';
import { findAccountById, memberships } from '@mach/store';
import { objectHash } from './adapter.ts';
import { consentOf } from './grants.ts';

/** A person at a place of work, as they are now; undefined when they may no longer work there. */
export async function personAt(engine: Engine, account: string, tenant: number): Promise<Actor | undefined> {
  const on = engine.database.system;
  const known = await findAccountById(on, account);
  if (!known || known.disabled) return undefined;
  const place = (await memberships(on, account)).find((m) => m.tenant === tenant);
  return (
    place && {
      id: `account:${account}`,
      tenant,
      login: known.login,
      name: known.displayName,
      roles: place.roles,
      permissions: engine.policy.permissionsOf(place.roles),
      practitioner: place.practitioner,
      scopes: null,
    }
  );
}

/** The record of a person: `https://his.example.vn/fhir/Practitioner/7`. */
export const fhirUser = (origin: string, person: Actor): string | undefined =>
  person.practitioner === null ? undefined : `${origin}/fhir/Practitioner/${person.practitioner}`;

interface TokenRow extends Record<string, unknown> {
  account: string | null;
  client: string;
  scope: string | null;
  grant: string | null;
  tenant: number;
}

/** Who an access token that the provider gave out speaks for: an app by itself, or an app for a person. */
export async function tokenActor(engine: Engine, token: string): Promise<Actor | undefined> {
  const { rows } = await engine.database.system.query<TokenRow>({
    name: 'oauth_token',
    // Without an audience it is a token for `userinfo` alone.
    text: `select o.payload->>'accountId' as account, c.id as client, o.payload->>'scope' as scope, o.grant_id as grant, c.tenant
           from system.oauth_object o join system.client c on c.id = o.payload->>'clientId' and c.disabled_at is null
           where o.kind in ('AccessToken', 'ClientCredentials') and o.id = $1 and o.expires_at > now() and o.payload ? 'aud'`,
    values: [objectHash(token)],
  });
  const [row] = rows;
  if (!row) return undefined;
  const scopes = (row.scope ?? '').split(' ').filter(Boolean);
  if (row.account === null)
    return {
      id: `client:${row.client}`,
      tenant: row.tenant,
      login: row.client,
      name: row.client,
      roles: [],
      permissions: new Set(),
      practitioner: null,
      scopes,
    };
  const person = await personAt(engine, row.account, row.tenant);
  const given = row.grant === null ? undefined : await consentOf(engine, row.tenant, row.grant);
  if (!person || !given || given.signedOut) return undefined;
  return { ...person, scopes, patient: given.patient, app: row.client };
}
