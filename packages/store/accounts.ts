import { createHash } from 'node:crypto';
import type { Queryable } from './database.ts';

export interface Account {
  id: string;
  login: string;
  displayName: string;
  passwordHash: string | null;
  demo: boolean;
  disabled: boolean;
  lockedUntil: string | null;
}

export interface Membership {
  tenant: number;
  facilityCode: string;
  facilityName: string;
  mode: 'production' | 'demo' | 'training';
  roles: string[];
  practitioner: string | null;
}

export interface Session {
  tenant: number;
  account: string | null;
  client: string | null;
  scope: string | null;
  expiresAt: string;
}

/** Only this of a token is ever stored. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

export async function findAccount(on: Queryable, login: string): Promise<Account | undefined> {
  return readAccount(on, 'login = $1', login);
}
export async function findAccountById(on: Queryable, id: string): Promise<Account | undefined> {
  return readAccount(on, 'id = $1', id);
}

async function readAccount(
  on: Queryable,
  where: 'login = $1' | 'id = $1',
  value: string,
): Promise<Account | undefined> {
  const { rows } = await on.query<{
    id: string;
    login: string;
    display_name: string;
    password_hash: string | null;
    demo: boolean;
    disabled_at: Date | null;
    locked_until: Date | null;
  }>({
    name: `account_${where.slice(0, 2)}`,
    text: `select id, login, display_name, password_hash, demo, disabled_at, locked_until from system.account where ${where}`,
    values: [value],
  });
  const row = rows[0];
  return (
    row && {
      id: row.id,
      login: row.login,
      displayName: row.display_name,
      passwordHash: row.password_hash,
      demo: row.demo,
      disabled: row.disabled_at !== null,
      lockedUntil: row.locked_until?.toISOString() ?? null,
    }
  );
}

export async function memberships(on: Queryable, account: string): Promise<Membership[]> {
  const { rows } = await on.query<{
    tenant: number;
    facility_code: string;
    name: string;
    mode: Membership['mode'];
    roles: string[];
    practitioner: string | null;
  }>({
    name: 'memberships',
    text: `select m.tenant, t.facility_code, t.name, t.mode, m.roles, m.practitioner
           from system.membership m join system.tenant t on t.id = m.tenant where m.account = $1 order by m.tenant`,
    values: [account],
  });
  return rows.map((r) => ({
    tenant: r.tenant,
    facilityCode: r.facility_code,
    facilityName: r.name,
    mode: r.mode,
    roles: r.roles,
    practitioner: r.practitioner,
  }));
}

/** Counts a failed sign-in; after `limit` in a row the account waits until `lockUntil`. */
export async function countFailure(on: Queryable, account: string, limit: number, lockUntil: string): Promise<void> {
  await on.query({
    name: 'account_failed',
    text: `update system.account set failed_count = failed_count + 1,
             locked_until = case when failed_count + 1 >= $2 then $3::timestamptz else locked_until end where id = $1`,
    values: [account, limit, lockUntil],
  });
}

export async function clearFailures(on: Queryable, account: string): Promise<void> {
  await on.query({
    name: 'account_cleared',
    text: 'update system.account set failed_count = 0, locked_until = null where id = $1 and failed_count > 0',
    values: [account],
  });
}

export async function writeSession(on: Queryable, token: string, session: Session): Promise<void> {
  await on.query({
    name: 'session_write',
    text: `insert into system.session (token_hash, tenant, account, client, scope, expires_at) values ($1, $2, $3, $4, $5, $6)`,
    values: [tokenHash(token), session.tenant, session.account, session.client, session.scope, session.expiresAt],
  });
}

export async function readSession(on: Queryable, token: string): Promise<Session | undefined> {
  const { rows } = await on.query<{
    tenant: number;
    account: string | null;
    client: string | null;
    scope: string | null;
    expires_at: Date;
  }>({
    name: 'session_read',
    text: 'select tenant, account, client, scope, expires_at from system.session where token_hash = $1 and expires_at > now()',
    values: [tokenHash(token)],
  });
  const row = rows[0];
  return row && { ...row, expiresAt: row.expires_at.toISOString() };
}

export async function endSession(on: Queryable, token: string): Promise<void> {
  await on.query({
    name: 'session_end',
    text: 'delete from system.session where token_hash = $1',
    values: [tokenHash(token)],
  });
}

export async function findClient(
  on: Queryable,
  id: string,
): Promise<{ id: string; tenant: number; secretHash: string; scopes: string[] } | undefined> {
  const { rows } = await on.query<{ id: string; tenant: number; secret_hash: string; scopes: string[] }>({
    name: 'client_read',
    text: 'select id, tenant, secret_hash, scopes from system.client where id = $1',
    values: [id],
  });
  const row = rows[0];
  return row && { id: row.id, tenant: row.tenant, secretHash: row.secret_hash, scopes: row.scopes };
}
