import type { Query, Queryable } from '@mach/store';
import { tokenHash } from '@mach/store';

/** Somebody who works (or has worked) in a facility. */
export interface StaffRow {
  /** Id of the account. */
  key: string;
  login: string;
  name: string;
  roles: string[];
  practitioner: string | null;
  active: boolean;
  /** Changes with each change of the person's place here. */
  version: number;
  /** Works in another facility of this installation too. */
  elsewhere: boolean;
  factors: ('totp' | 'passkey')[];
  badge: string | null;
  sessions: number;
  lastSignInAt: string | null;
  endedAt: string | null;
  mustChangePassword: boolean;
}

/** Everybody of a facility, or one. */
export async function listStaff(
  on: Queryable,
  tenant: number,
  now: Date,
  account: string | null = null,
): Promise<StaffRow[]> {
  const { rows } = await on.query<
    Omit<StaffRow, 'lastSignInAt' | 'endedAt'> & { last: Date | null; ended: Date | null }
  >({
    name: 'staff_list',
    text: `select a.id as key, a.login, a.display_name as name, p.roles, p.practitioner, p.ended is null and a.disabled_at is null as active,
             p.version, p.ended, a.last_sign_in_at as last, a.must_change_password as "mustChangePassword", b.number as badge,
             exists (select 1 from system.membership o where o.account = a.id and o.tenant <> $1) as elsewhere,
             coalesce((select array_agg(distinct f.kind) from system.factor f
               where f.account = a.id and f.kind <> 'recovery' and f.confirmed_at is not null), '{}') as factors,
             (select count(*)::int from system.session s where s.account = a.id and s.tenant = $1 and s.expires_at > $2
               and s.last_seen_at + make_interval(secs => coalesce(s.idle_seconds, 86400)) > $2) as sessions
           from (select account, roles, practitioner, staff_version as version, null::timestamptz as ended
                 from system.membership where tenant = $1
                 union all select account, roles, practitioner, 0, ended_at from system.membership_ended where tenant = $1) p
           join system.account a on a.id = p.account
           left join system.badge b on b.tenant = $1 and b.account = a.id
           where $3::uuid is null or a.id = $3
           order by p.ended is not null, a.login limit 5000`,
    values: [tenant, now, account],
  });
  return rows.map(({ last, ended, ...row }) => ({
    ...row,
    lastSignInAt: last?.toISOString() ?? null,
    endedAt: ended?.toISOString() ?? null,
  }));
}

export async function loginTaken(on: Queryable, login: string): Promise<boolean> {
  const { rowCount } = await on.query({
    name: 'staff_login',
    text: 'select 1 from system.account where login = $1',
    values: [login],
  });
  return rowCount === 1;
}

/** Ends the command (which is then done again) unless exactly one row fits. */
const one = (name: string, change: string, what: string, values: unknown[]): Query => ({
  name,
  text: `with u as (${change} returning 1) select mach_expect((select count(*) from u), 1, '${what}')`,
  values,
});

/** A new account with a password for one time. */
export function addAccount(account: { id: string; login: string; name: string; hash: string; until: string }): Query {
  return one(
    'staff_account',
    `insert into system.account (id, login, display_name, password_hash, must_change_password, one_time_until)
     values ($1, $2, $3, $4, true, $5) on conflict do nothing`,
    'account',
    [account.id, account.login, account.name, account.hash, account.until],
  );
}

export function addMembership(account: string, roles: readonly string[], practitioner: string | null): Query {
  return one(
    'staff_membership',
    `insert into system.membership (tenant, account, roles, practitioner) values (mach_tenant(), $1, $2, $3) on conflict do nothing`,
    'staff',
    [account, roles, practitioner],
  );
}

export function changeMembership(
  account: string,
  version: number,
  roles: readonly string[],
  practitioner: string | null,
): Query {
  return one(
    'staff_change',
    `update system.membership set roles = $3, practitioner = $4, staff_version = staff_version + 1
     where tenant = mach_tenant() and account = $1 and staff_version = $2`,
    'staff',
    [account, version, roles, practitioner],
  );
}

export function rename(account: string, name: string): Query {
  return one('staff_rename', 'update system.account set display_name = $2 where id = $1', 'account', [account, name]);
}

/** Somebody stops working here: no door takes them in, their sessions and badge end. */
export function endMembership(account: string, version: number, now: string, by: string): Query[] {
  return [
    one(
      'staff_end',
      `insert into system.membership_ended (tenant, account, roles, practitioner, ended_at, ended_by)
       select tenant, account, roles, practitioner, $3, $4 from system.membership
       where tenant = mach_tenant() and account = $1 and staff_version = $2
       on conflict (tenant, account) do update set roles = excluded.roles, practitioner = excluded.practitioner,
         ended_at = excluded.ended_at, ended_by = excluded.ended_by`,
      'staff',
      [account, version, now, by],
    ),
    one('staff_gone', 'delete from system.membership where tenant = mach_tenant() and account = $1', 'staff', [
      account,
    ]),
    {
      name: 'staff_badge_gone',
      text: 'delete from system.badge where tenant = mach_tenant() and account = $1',
      values: [account],
    },
    endSessionsHere(account),
  ];
}

export function restoreMembership(account: string): Query[] {
  return [
    one(
      'staff_restore',
      `insert into system.membership (tenant, account, roles, practitioner)
       select tenant, account, roles, practitioner from system.membership_ended where tenant = mach_tenant() and account = $1
       on conflict do nothing`,
      'staff',
      [account],
    ),
    {
      name: 'staff_restored',
      text: 'delete from system.membership_ended where tenant = mach_tenant() and account = $1',
      values: [account],
    },
  ];
}

/** A password for one time; whoever was signed in is out, no browser is known. */
export function resetPassword(account: string, hash: string, until: string): Query[] {
  return [
    one(
      'staff_reset',
      `update system.account set password_hash = $2, must_change_password = true, one_time_until = $3 where id = $1`,
      'account',
      [account, hash, until],
    ),
    { name: 'staff_reset_browsers', text: 'delete from system.known_browser where account = $1', values: [account] },
    { name: 'staff_reset_sessions', text: 'delete from system.session where account = $1', values: [account] },
    { name: 'staff_reset_tickets', text: 'delete from system.sign_in_ticket where account = $1', values: [account] },
  ];
}

export function dropFactors(account: string): Query[] {
  return [
    { name: 'staff_factors', text: 'delete from system.factor where account = $1', values: [account] },
    { name: 'staff_factor_tickets', text: 'delete from system.sign_in_ticket where account = $1', values: [account] },
  ];
}

export function endSessionsHere(account: string): Query {
  return {
    name: 'staff_sessions',
    text: 'delete from system.session where tenant = mach_tenant() and account = $1',
    values: [account],
  };
}

export function endOneSession(session: string): Query {
  return one(
    'staff_session',
    'delete from system.session where tenant = mach_tenant() and id = $1 and account is not null',
    'session',
    [session],
  );
}

/** The last statement of each change of staff: these roles must be held by somebody. */
export function keepAdministrator(roles: readonly string[]): Query {
  return { name: 'staff_keep', text: 'select mach_keep_administrator($1)', values: [roles] };
}

export function addDevice(device: {
  id: string;
  kind: 'ward' | 'phone';
  label: string;
  room: string | null;
  token: string;
  until: string;
  by: string;
  now: string;
}): Query {
  return one(
    'device_add',
    `insert into system.device (id, tenant, kind, label, room, enrol_hash, enrol_until, created_by, created_at)
     values ($1, mach_tenant(), $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    'device',
    [device.id, device.kind, device.label, device.room, tokenHash(device.token), device.until, device.by, device.now],
  );
}

/** Shuts a device out, with the sessions that are open on it. */
export function revokeDevice(device: string, now: string): Query[] {
  return [
    one(
      'device_revoke',
      `update system.device set revoked_at = $2, revoked_why = 'administrator', key_hash = null, previous_key_hash = null,
         enrol_hash = null where tenant = mach_tenant() and id = $1 and revoked_at is null`,
      'device',
      [device, now],
    ),
    {
      name: 'device_sessions',
      text: 'delete from system.session where tenant = mach_tenant() and device = $1',
      values: [device],
    },
  ];
}
