import pg from 'pg';
import { changeUrl, derivePassword, urlToAddress } from './url.ts';

/** The two roles of a database: one changes its shape, the other does the daily work. */
export const OWNER_ROLE = 'mach_owner';
export const APP_ROLE = 'mach_app';

export interface DatabaseUrls {
  /** Migrations only. */
  ownerUrl: string;
  /** Everything else: owns nothing, bypasses nothing. */
  appUrl: string;
}

const { escapeIdentifier, escapeLiteral } = pg;
const OWNER_LIMITS = 'nosuperuser nocreatedb nocreaterole nobypassrls noreplication';
const APP_LIMITS = `${OWNER_LIMITS} noinherit`;

/** Runs `work` on one connection that is closed in any case. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  // A connection cut while idle is reported by the query that follows.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function exists(client: pg.Client, query: string, name: string): Promise<boolean> {
  return (await client.query(query, [name])).rowCount === 1;
}

function login(url: string, user: string, database?: string): string {
  const password = derivePassword(urlToAddress(url).password, user);
  return changeUrl(url, {
    user,
    ...(database === undefined ? {} : { database }),
    ...(password === undefined ? {} : { password }),
  });
}

function secret(url: string, role: string): string {
  const password = derivePassword(urlToAddress(url).password, role);
  return password === undefined ? '' : ` password ${escapeLiteral(password)}`;
}

/** Creates a role, or brings an existing one back to what it may be. */
async function ensureRole(client: pg.Client, superuserUrl: string, role: string, limits: string): Promise<void> {
  const verb = (await exists(client, 'select from pg_roles where rolname = $1', role)) ? 'alter' : 'create';
  await client.query(`${verb} role ${escapeIdentifier(role)} login ${limits}${secret(superuserUrl, role)}`);
}

/** A database that only the two roles may enter. Access rights are not copied from a template: call it for a copy too. */
export async function limitDatabase(client: pg.Client, database: string): Promise<void> {
  const name = escapeIdentifier(database);
  await client.query(
    `revoke all on database ${name} from public; grant connect, temporary on database ${name} to ${APP_ROLE}`,
  );
}

/**
 * Sets up an embedded cluster: the two roles and the database, each created where missing. The superuser is used for
 * nothing else.
 */
export async function prepareRoles(superuserUrl: string, database = 'mach'): Promise<DatabaseUrls> {
  await withClient(superuserUrl, async (client) => {
    await ensureRole(client, superuserUrl, OWNER_ROLE, OWNER_LIMITS);
    await ensureRole(client, superuserUrl, APP_ROLE, APP_LIMITS);
    if (!(await exists(client, 'select from pg_database where datname = $1', database)))
      await client.query(`create database ${escapeIdentifier(database)} owner ${OWNER_ROLE}`);
    await limitDatabase(client, database);
  });
  return { ownerUrl: login(superuserUrl, OWNER_ROLE, database), appUrl: login(superuserUrl, APP_ROLE, database) };
}

/**
 * Sets up a PostgreSQL of the hospital's own. `ownerUrl` (`DATABASE_URL`) names an existing database and its owner; the
 * daily role is created beside it when the owner may create roles, otherwise the administrator is told what to run.
 */
export async function prepareOwnDatabase(ownerUrl: string): Promise<DatabaseUrls> {
  const appUrl = login(ownerUrl, APP_ROLE);
  await withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ version: number; encoding: string; database: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
              current_database() as database`,
    );
    const server = rows[0];
    if (!server || server.version < 150_000) throw new Error('DATABASE_URL: PostgreSQL 15 or newer is needed');
    if (server.encoding !== 'UTF8')
      throw new Error(`DATABASE_URL: the database's encoding is ${server.encoding}; it must be UTF8`);
    await offerAppRole(client, ownerUrl, server.database);
  });
  await withClient(appUrl, (client) => refusePowers(client)).catch((error: unknown) => {
    throw new Error(
      `DATABASE_URL: cannot work as role ${APP_ROLE}. As an administrator of that PostgreSQL run:\n${instructions(ownerUrl)}`,
      {
        cause: error,
      },
    );
  });
  return { ownerUrl, appUrl };
}

/** Creates the daily role or renews its password; leaves things as they are where the owner may not. */
async function offerAppRole(client: pg.Client, ownerUrl: string, database: string): Promise<void> {
  const known = await exists(client, 'select from pg_roles where rolname = $1', APP_ROLE);
  const password = secret(ownerUrl, APP_ROLE);
  try {
    if (!known) await client.query(`create role ${APP_ROLE} login ${APP_LIMITS}${password}`);
    else if (password !== '') await client.query(`alter role ${APP_ROLE} login${password}`);
    await client.query(`grant connect, temporary on database ${escapeIdentifier(database)} to ${APP_ROLE}`);
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === '42501';
    if (!denied) throw error;
  }
}

/** The daily role must not be able to step around row-level security. */
async function refusePowers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ powerful: boolean }>(
    'select rolsuper or rolbypassrls or rolcreaterole as powerful from pg_roles where rolname = current_user',
  );
  if (rows[0]?.powerful !== false)
    throw new Error(`the role ${APP_ROLE} is a superuser, creates roles or bypasses row-level security`);
}

function instructions(ownerUrl: string): string {
  const { database } = urlToAddress(ownerUrl);
  return `  create role ${APP_ROLE} login ${APP_LIMITS}${secret(ownerUrl, APP_ROLE)};\n  grant connect, temporary on database ${escapeIdentifier(database)} to ${APP_ROLE};`;
}
