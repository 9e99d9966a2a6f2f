import { createHmac } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';

/** Where a database is, in the form that the driver takes. */
export interface Address {
  /** A folder for a Unix socket, or a host name. */
  host: string;
  port: number;
  database: string;
  user: string;
  password?: string;
  /** How the line is encrypted; absent where it is not. */
  ssl?: true | ConnectionOptions;
}

/** `postgresql://…`; a socket's folder travels as a parameter, for it may hold spaces. */
export function addressToUrl(address: Address): string {
  const { host, port, database, user, password } = address;
  const login = encodeURIComponent(user) + (password === undefined ? '' : `:${encodeURIComponent(password)}`);
  const path = encodeURIComponent(database);
  return host.startsWith('/')
    ? `postgresql://${login}@localhost/${path}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgresql://${login}@${host}:${port}/${path}`;
}

function parse(text: string): URL {
  // Node's parser wants a host; an empty one is PostgreSQL's way to say "a socket".
  return new URL(text.replace(/^(postgres(?:ql)?:\/\/[^/@]*@)\//, '$1localhost/'));
}

/** What an address says of TLS (`sslmode`, `sslrootcert`, `sslcert` …), as the driver itself reads it. */
function tlsOf(text: string): Address['ssl'] {
  // Its types know whether, not how.
  const { ssl } = new pg.Client({ connectionString: text }) as unknown as { ssl: boolean | ConnectionOptions };
  return ssl === false ? undefined : ssl;
}

/** Reads a `postgresql://` address. */
export function urlToAddress(text: string): Address {
  const url = parse(text);
  const password = decodeURIComponent(url.password);
  const ssl = tlsOf(text);
  return {
    host: url.searchParams.get('host') ?? (url.hostname || 'localhost'),
    port: Number(url.searchParams.get('port') ?? (url.port || 5432)),
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    user: decodeURIComponent(url.username) || 'postgres',
    ...(password === '' ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
  };
}

/**
 * Patients' data crosses a network encrypted and to the right machine, or not at all. A socket and this machine need
 * neither; `MACH_DATABASE_PLAIN=1` says that the line is a private one.
 * @throws Error that says what to add to the address
 */
export function refusePlainLine(text: string, plain: boolean): void {
  const { host, ssl } = urlToAddress(text);
  if (plain || host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host)) return;
  const verified = ssl === true || (ssl !== undefined && ssl.rejectUnauthorized !== false);
  if (!verified)
    throw new Error(
      `DATABASE_URL: dữ liệu người bệnh sẽ đi tới ${host} ${ssl ? 'mà không biết có đúng máy đó' : 'không mã hoá'}: thêm ?sslmode=verify-full (và &sslrootcert=TỆP) · patients' data would travel to ${host} ${ssl ? 'without knowing that it is that machine' : 'in clear'}: add ?sslmode=verify-full (and &sslrootcert=FILE); MACH_DATABASE_PLAIN=1 where the line is a private one`,
    );
}

/** The same server reached otherwise: another role, database or password; further parameters (TLS) are kept. */
export function changeUrl(text: string, change: Partial<Pick<Address, 'database' | 'user' | 'password'>>): string {
  const url = parse(text);
  if (change.database !== undefined) url.pathname = `/${encodeURIComponent(change.database)}`;
  if (change.user !== undefined) {
    url.username = encodeURIComponent(change.user);
    url.password = '';
  }
  if (change.password !== undefined) url.password = encodeURIComponent(change.password);
  return url.href;
}

/**
 * A role's password, derived from the password of the one that creates it: nothing further to store, and several
 * servers on one database agree. Undefined where the creator has none (a private socket).
 */
export function derivePassword(creator: string | undefined, role: string): string | undefined {
  return creator === undefined ? undefined : createHmac('sha256', creator).update(`mach:${role}`).digest('base64url');
}
