import type { Query, Queryable, Row } from '@mach/store';
import type { Engine } from '../engine.ts';
import { unseal } from './sealing.ts';

/** An OpenID provider that a facility trusts with the sign-in of its people. */
export interface IdentityProvider {
  id: string;
  tenant: number;
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: Buffer | null;
  scopes: string;
  /** Values of `acr` or `amr` that stand for a second factor. */
  factors: readonly string[];
  loginClaim: string | null;
}

/** An account elsewhere that opens one here. */
export interface Link {
  provider: string;
  name: string;
  linkedAt: string;
  lastUsedAt: string | null;
}

interface ProviderRow extends Row {
  id: string;
  tenant: number;
  name: string;
  issuer: string;
  client_id: string;
  client_secret: Buffer | null;
  scopes: string;
  factors: string[];
  login_claim: string | null;
}

const COLUMNS = 'id, tenant, name, issuer, client_id, client_secret, scopes, factors, login_claim';
const toProvider = (row: ProviderRow): IdentityProvider => ({
  id: row.id,
  tenant: row.tenant,
  name: row.name,
  issuer: row.issuer,
  clientId: row.client_id,
  clientSecret: row.client_secret,
  scopes: row.scopes,
  factors: row.factors,
  loginClaim: row.login_claim,
});

/** The providers in use, of all facilities of the installation. */
export async function identityProviders(on: Queryable): Promise<IdentityProvider[]> {
  const { rows } = await on.query<ProviderRow>({
    name: 'provider_list',
    text: `select ${COLUMNS} from system.identity_provider where disabled_at is null order by name`,
  });
  return rows.map(toProvider);
}

/** Whose secret a provider's is, for `seal` and `unseal`. */
export const secretOwner = (provider: string): string => `identity-provider:${provider}`;

/** @throws Error when the installation's key is another one */
export const clientSecretOf = (engine: Engine, { id, clientSecret }: IdentityProvider): string | undefined =>
  clientSecret === null ? undefined : unseal(engine, secretOwner(id), clientSecret).toString('utf8');

/** The account that a subject of a provider opens. */
export async function accountOf(on: Queryable, provider: string, subject: string): Promise<string | undefined> {
  const { rows } = await on.query<{ account: string }>({
    name: 'link_account',
    text: 'select account from system.external_identity where provider = $1 and subject = $2',
    values: [provider, subject],
  });
  return rows[0]?.account;
}

export interface NewLink {
  provider: string;
  subject: string;
  account: string;
  by: string;
  now: Date;
}

/** The statement that links an account; whoever has the subject or the account already keeps it. */
export const linkStatement = ({ provider, subject, account, by, now }: NewLink): Query => ({
  name: 'link_add',
  text: `insert into system.external_identity (provider, subject, account, linked_by, linked_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing`,
  values: [provider, subject, account, by, now],
});

/** Links an account. @returns false when the subject or the account is linked already, with another one */
export async function linkAccount(on: Queryable, link: NewLink): Promise<boolean> {
  const { rowCount } = await on.query(linkStatement(link));
  return rowCount === 1 || (await accountOf(on, link.provider, link.subject)) === link.account;
}

export async function touchLink(on: Queryable, provider: string, subject: string, now: Date): Promise<void> {
  await on.query({
    name: 'link_used',
    text: 'update system.external_identity set last_used_at = $3 where provider = $1 and subject = $2',
    values: [provider, subject, now],
  });
}

/** @returns false where there was no link */
export async function unlinkAccount(on: Queryable, provider: string, account: string): Promise<boolean> {
  const { rowCount } = await on.query({
    name: 'link_remove',
    text: 'delete from system.external_identity where provider = $1 and account = $2',
    values: [provider, account],
  });
  return rowCount === 1;
}

/** What opens an account beside its own sign-in. */
export async function linksOf(on: Queryable, account: string): Promise<Link[]> {
  const { rows } = await on.query<{ provider: string; name: string; linked_at: Date; last_used_at: Date | null }>({
    name: 'link_list',
    text: `select l.provider, p.name, l.linked_at, l.last_used_at from system.external_identity l
           join system.identity_provider p on p.id = l.provider where l.account = $1 order by p.name`,
    values: [account],
  });
  return rows.map((row) => ({
    provider: row.provider,
    name: row.name,
    linkedAt: row.linked_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }));
}
