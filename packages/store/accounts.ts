import { createHash } from 'node:crypto';
import type { Queryable } from './database.ts';

export interface Account {
  id: string;
  login: string;
  displayName: string;
  disabled: boolean;
}

export interface Membership {
  tenant: number;
  facilityCode: string;
  facilityName: string;
  mode: 'production' | 'demo' | 'training';
  roles: string[];
  practitioner: string | null;
  /** When this person last signed in here, or came here from another facility. */
  lastUsedAt: Date | null;
}

/** Only this of a token is ever stored. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

export async function findAccountById(on: Queryable, id: string): Promise<Account | undefined> {
  const { rows } = await on.query<{ login: string; display_name: string; disabled_at: Date | null }>({
    name: 'account_id',
    text: 'select login, display_name, disabled_at from system.account where id = $1',
    values: [id],
  });
  const [row] = rows;
  return row && { id, login: row.login, displayName: row.display_name, disabled: row.disabled_at !== null };
}

export async function memberships(on: Queryable, account: string): Promise<Membership[]> {
  const { rows } = await on.query<{
    tenant: number;
    facility_code: string;
    name: string;
    mode: Membership['mode'];
    roles: string[];
    practitioner: string | null;
    last_used_at: Date | null;
  }>({
    name: 'memberships',
    text: `select m.tenant, t.facility_code, t.name, t.mode, m.roles, m.practitioner, m.last_used_at
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
    lastUsedAt: r.last_used_at,
  }));
}

export async function endSession(on: Queryable, token: string): Promise<void> {
  await on.query({
    name: 'session_end',
    text: 'delete from system.session where token_hash = $1',
    values: [tokenHash(token)],
  });
}
