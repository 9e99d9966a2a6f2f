import { type Queryable, tokenHash } from '@mach/store';

/** An account as the sign-in needs it. */
export interface Person {
  id: string;
  login: string;
  name: string;
  passwordHash: string | null;
  disabled: boolean;
  mustChange: boolean;
  oneTimeUntil: Date | null;
  lastSignInAt: Date | null;
  createdAt: Date;
}

interface PersonRow {
  id: string;
  login: string;
  name: string;
  password_hash: string | null;
  disabled: boolean;
  must_change: boolean;
  one_time_until: Date | null;
  last_sign_in_at: Date | null;
  created_at: Date;
}

const COLUMNS = `id, login, display_name as name, password_hash, disabled_at is not null as disabled,
  must_change_password as must_change, one_time_until, last_sign_in_at, created_at`;

const toPerson = (row: PersonRow | undefined): Person | undefined =>
  row && {
    id: row.id,
    login: row.login,
    name: row.name,
    passwordHash: row.password_hash,
    disabled: row.disabled,
    mustChange: row.must_change,
    oneTimeUntil: row.one_time_until,
    lastSignInAt: row.last_sign_in_at,
    createdAt: row.created_at,
  };

export async function personByLogin(on: Queryable, login: string): Promise<Person | undefined> {
  const text = `select ${COLUMNS} from system.account where login = $1`;
  return toPerson(
    (await on.query<PersonRow & Record<string, unknown>>({ name: 'person_login', text, values: [login] })).rows[0],
  );
}

export async function personById(on: Queryable, id: string): Promise<Person | undefined> {
  const text = `select ${COLUMNS} from system.account where id = $1`;
  return toPerson(
    (await on.query<PersonRow & Record<string, unknown>>({ name: 'person_id', text, values: [id] })).rows[0],
  );
}

/** Sets an own password: it no longer needs to be changed. */
export async function setPassword(on: Queryable, account: string, hash: string, now: Date): Promise<void> {
  await on.query({
    name: 'person_password',
    text: `update system.account set password_hash = $2, password_changed_at = $3, must_change_password = false,
             one_time_until = null where id = $1`,
    values: [account, hash, now],
  });
}

/** Keeps when a person signed in last, and where. */
export async function signedIn(on: Queryable, account: string, tenant: number, now: Date): Promise<void> {
  await on.query({
    name: 'person_signed_in_at',
    text: `with here as (update system.membership set last_used_at = $3 where account = $1 and tenant = $2)
           update system.account set last_sign_in_at = $3 where id = $1`,
    values: [account, tenant, now],
  });
}

/** Whether this browser has signed this account in before; such a browser has a budget of its own. */
export async function knowsBrowser(on: Queryable, account: string, token: string): Promise<boolean> {
  const { rowCount } = await on.query({
    name: 'browser_known',
    text: 'select 1 from system.known_browser where account = $1 and token_hash = $2',
    values: [account, tokenHash(token)],
  });
  return rowCount === 1;
}

export async function rememberBrowser(on: Queryable, account: string, token: string, now: Date): Promise<void> {
  await on.query({
    name: 'browser_remember',
    text: `insert into system.known_browser (account, token_hash, last_used_at) values ($1, $2, $3)
           on conflict (account, token_hash) do update set last_used_at = excluded.last_used_at`,
    values: [account, tokenHash(token), now],
  });
}

/** After a password was reset or a person signs out everywhere, no browser is trusted. */
export async function forgetBrowsers(on: Queryable, account: string): Promise<void> {
  await on.query({
    name: 'browser_forget',
    text: 'delete from system.known_browser where account = $1',
    values: [account],
  });
}
