import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Engine } from '@mach/engine';
import { secretOwner } from '@mach/engine/identity/federation.ts';
import { seal } from '@mach/engine/identity/sealing.ts';
import type pg from 'pg';
import { isLoopback } from '../options.ts';

export interface ProviderDraft {
  id: string;
  tenant: number;
  name: string;
  issuer: string;
  clientId: string;
  /** Undefined: the former one stays; null: a public client. */
  clientSecret: string | null | undefined;
  scopes: string;
  factors: readonly string[];
  loginClaim: string | null;
}

const ID = /^[a-z0-9][a-z0-9-]{1,39}$/;

/** What is wrong with a provider, in a sentence; undefined where nothing is. */
export function providerFault(draft: ProviderDraft): string | undefined {
  if (!ID.test(draft.id)) return 'the id is 2 to 40 small letters, digits, dashes';
  if (draft.name.trim() === '') return 'a provider needs a name that people know';
  if (!URL.canParse(draft.issuer)) return `${draft.issuer} is no address`;
  const { protocol, hostname, search, hash } = new URL(draft.issuer);
  const plain = protocol === 'http:' && isLoopback(hostname) && (isIP(hostname) !== 0 || hostname === 'localhost');
  if (protocol !== 'https:' && !plain) return 'the issuer must be an https address';
  // Where clouds give out the machine's own keys: no provider of identities stands there.
  if (/^(169\.254\.|\[fe[89ab])/.test(hostname)) return 'the issuer must not be a link-local address';
  if (search !== '' || hash !== '') return 'the issuer has no question and no fragment';
  if (draft.clientId === '') return 'the provider knows this house under a client id';
  if (!draft.scopes.split(' ').includes('openid')) return 'the scopes must hold openid';
  return undefined;
}

/** Takes a provider in, or changes it; as the owner of the tables. @throws RangeError with what is wrong */
export async function saveProvider(engine: Engine, owner: pg.Client, draft: ProviderDraft): Promise<void> {
  const fault = providerFault(draft);
  if (fault !== undefined) throw new RangeError(fault);
  const { clientSecret } = draft;
  const secret =
    typeof clientSecret === 'string' ? seal(engine, secretOwner(draft.id), Buffer.from(clientSecret)) : null;
  const { rowCount } = await owner.query(
    `insert into system.identity_provider as p
       (id, tenant, name, issuer, client_id, client_secret, scopes, factors, login_claim)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (id) do update set name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id,
       client_secret = case when $10 then p.client_secret else excluded.client_secret end, scopes = excluded.scopes,
       factors = excluded.factors, login_claim = excluded.login_claim, disabled_at = null
     where p.tenant = excluded.tenant`,
    [
      draft.id,
      draft.tenant,
      draft.name.normalize('NFC'),
      draft.issuer,
      draft.clientId,
      secret,
      draft.scopes,
      draft.factors,
      draft.loginClaim,
      clientSecret === undefined,
    ],
  );
  if (rowCount !== 1) throw new RangeError(`${draft.id} belongs to another facility`);
}

/** Nobody signs in by it any more; links are kept for the day that it comes back. @returns false where there is none */
export async function endProvider(owner: pg.Client, tenant: number, id: string): Promise<boolean> {
  const { rowCount } = await owner.query(
    'update system.identity_provider set disabled_at = now() where id = $1 and tenant = $2 and disabled_at is null',
    [id, tenant],
  );
  return rowCount === 1;
}

export interface ScimDraft {
  id: string;
  tenant: number;
  token: string;
  provider: string | null;
  defaultRoles: readonly string[];
}

export const scimTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Lets a program keep the staff list of a facility; a former token of it ends. @throws RangeError with what is wrong */
export async function saveScimClient(owner: pg.Client, draft: ScimDraft): Promise<void> {
  if (!ID.test(draft.id)) throw new RangeError('the id is 2 to 40 small letters, digits, dashes');
  const { rowCount } = await owner.query(
    `insert into system.scim_client as c (id, tenant, token_hash, provider, default_roles)
     select $1, $2, $3, $4, $5
     where $4::text is null or exists (select 1 from system.identity_provider where id = $4 and tenant = $2)
     on conflict (id) do update set token_hash = excluded.token_hash, provider = excluded.provider,
       default_roles = excluded.default_roles, revoked_at = null
     where c.tenant = excluded.tenant`,
    [draft.id, draft.tenant, scimTokenHash(draft.token), draft.provider, draft.defaultRoles],
  );
  if (rowCount !== 1)
    throw new RangeError(
      `${draft.id} belongs to another facility, or there is no provider ${draft.provider ?? ''} here`,
    );
}

/** @returns false where there is none */
export async function endScimClient(owner: pg.Client, tenant: number, id: string): Promise<boolean> {
  const { rowCount } = await owner.query(
    'update system.scim_client set revoked_at = now() where id = $1 and tenant = $2 and revoked_at is null',
    [id, tenant],
  );
  return rowCount === 1;
}
