import { type Queryable, tokenHash } from '@mach/store';
import type { Place } from './policy.ts';
import { revise } from './revision.ts';

/** How somebody proved who they are. */
export type Via = 'password' | 'passkey' | 'badge' | 'provider';

/** A person's session as it is begun. */
export interface NewSession {
  id: string;
  tenant: number;
  account: string;
  now: Date;
  expiresAt: Date;
  idleSeconds: number;
  via: Via;
  place: Place;
  address: string;
  agent: string;
  device: string | null;
}

/** A session with the person and the place of work behind it: all that a door asks of a token, in one question. */
export interface OpenSession {
  id: string;
  tenant: number;
  account: string | null;
  client: string | null;
  scope: string | null;
  lastSeenAt: Date;
  expiresAt: Date;
  idleSeconds: number | null;
  confirmedAt: Date | null;
  via: Via | null;
  place: Place | null;
  device: string | null;
  login: string | null;
  name: string | null;
  /** Null when the person no longer works here. */
  roles: string[] | null;
  practitioner: string | null;
}

/** A session in a list for people. */
export interface SessionRow {
  key: string;
  account: string;
  login: string;
  name: string;
  via: Via | null;
  place: Place | null;
  address: string | null;
  agent: string | null;
  device: string | null;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
}

export async function beginSession(on: Queryable, token: string, session: NewSession): Promise<void> {
  await on.query({
    name: 'session_begin',
    text: `insert into system.session (token_hash, id, tenant, account, created_at, last_seen_at, confirmed_at, expires_at,
             idle_seconds, via, place, address, agent, device)
           values ($1, $2, $3, $4, $5, $5, $5, $6, $7, $8, $9, $10, $11, $12)`,
    values: [
      tokenHash(token),
      session.id,
      session.tenant,
      session.account,
      session.now,
      session.expiresAt,
      session.idleSeconds,
      session.via,
      session.place,
      session.address.slice(0, 60),
      session.agent.slice(0, 200),
      session.device,
    ],
  });
}

/** The session of a token; undefined when it is unknown, over, idle for too long, or its person was locked out. */
export async function openSession(on: Queryable, token: string, now: Date): Promise<OpenSession | undefined> {
  const { rows } = await on.query<{
    id: string;
    tenant: number;
    account: string | null;
    client: string | null;
    scope: string | null;
    last_seen_at: Date;
    expires_at: Date;
    idle_seconds: number | null;
    confirmed_at: Date | null;
    via: Via | null;
    place: Place | null;
    device: string | null;
    login: string | null;
    display_name: string | null;
    roles: string[] | null;
    practitioner: string | null;
  }>({
    name: 'session_open',
    text: `select s.id, s.tenant, s.account, s.client, s.scope, s.last_seen_at, s.expires_at, s.idle_seconds, s.confirmed_at,
             s.via, s.place, s.device, a.login, a.display_name, m.roles, m.practitioner
           from system.session s
           left join system.account a on a.id = s.account
           left join system.membership m on m.tenant = s.tenant and m.account = s.account
           where s.token_hash = $1 and s.expires_at > $2 and a.disabled_at is null
             and (s.idle_seconds is null or s.last_seen_at + make_interval(secs => s.idle_seconds) > $2)`,
    values: [tokenHash(token), now],
  });
  const row = rows[0];
  return (
    row && {
      id: row.id,
      tenant: row.tenant,
      account: row.account,
      client: row.client,
      scope: row.scope,
      lastSeenAt: row.last_seen_at,
      expiresAt: row.expires_at,
      idleSeconds: row.idle_seconds,
      confirmedAt: row.confirmed_at,
      via: row.via,
      place: row.place,
      device: row.device,
      login: row.login,
      name: row.display_name,
      roles: row.roles,
      practitioner: row.practitioner,
    }
  );
}

/** Moves the end of a session's idleness; asked at most once in a while. */
export async function touchSession(on: Queryable, id: string, now: Date): Promise<void> {
  await on.query({
    name: 'session_touch',
    text: 'update system.session set last_seen_at = $2 where id = $1 and last_seen_at < $2',
    values: [id, now],
  });
}

export async function confirmSession(on: Queryable, id: string, now: Date): Promise<void> {
  await on.query({
    name: 'session_confirm',
    text: 'update system.session set confirmed_at = $2 where id = $1',
    values: [id, now],
  });
}

type Listed = Omit<SessionRow, 'createdAt' | 'lastSeenAt' | 'expiresAt'> & Record<'created' | 'seen' | 'expires', Date>;

/** People's sessions that are open now: of one account, or of a whole facility. */
export async function listSessions(
  on: Queryable,
  tenant: number,
  now: Date,
  account: string | null = null,
): Promise<SessionRow[]> {
  const { rows } = await on.query<Listed>({
    name: 'session_list',
    text: `select s.id as key, s.account, a.login, a.display_name as name, s.via, s.place, s.address, s.agent,
             d.label as device, s.created_at as created, s.last_seen_at as seen, s.expires_at as expires
           from system.session s join system.account a on a.id = s.account
           left join system.device d on d.id = s.device and d.tenant = s.tenant
           where s.account is not null and ($4::uuid is not null or s.tenant = $1) and ($4::uuid is null or s.account = $4)
             and s.expires_at > $2 and s.last_seen_at + make_interval(secs => coalesce(s.idle_seconds, 86400)) > $2
           order by s.last_seen_at desc, s.id limit $3`,
    values: [tenant, now, 500, account],
  });
  return rows.map(({ created, seen, expires, ...row }) => ({
    ...row,
    createdAt: created.toISOString(),
    lastSeenAt: seen.toISOString(),
    expiresAt: expires.toISOString(),
  }));
}

/** Ends sessions of an account: one, or all but one. @returns how many */
export async function endSessions(
  on: Queryable,
  account: string,
  which: { only?: string; except?: string } = {},
): Promise<number> {
  const { rowCount } = await on.query({
    name: 'session_end_own',
    text: `delete from system.session where account = $1 and ($2::uuid is null or id = $2) and ($3::uuid is null or id <> $3)`,
    values: [account, which.only ?? null, which.except ?? null],
  });
  revise();
  return rowCount ?? 0;
}

/** Sessions and half-open sign-ins that are long over; called now and then. */
export async function sweep(on: Queryable, now: Date): Promise<void> {
  const day = new Date(now.getTime() - 24 * 3_600_000);
  await on.query({ name: 'sweep_session', text: 'delete from system.session where expires_at < $1', values: [day] });
  await on.query({
    name: 'sweep_ticket',
    text: 'delete from system.sign_in_ticket where expires_at < $1',
    values: [day],
  });
  await on.query({
    name: 'sweep_notice',
    text: 'delete from system.account_notice where at < $1',
    values: [new Date(now.getTime() - 400 * 24 * 3_600_000)],
  });
  await on.query({ name: 'sweep_attempt', text: 'delete from system.attempt where last_at < $1', values: [day] });
}
