import { createHmac } from 'node:crypto';

/** Where a database is, in the form that the driver takes. */
export interface Address {
  /** A folder for a Unix socket, or a host name. */
  host: string;
  port: number;
  database: string;
  user: string;
  password?: string;
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

/** Reads a `postgresql://` address; what else it holds (TLS and so on) stays in the text. */
export function urlToAddress(text: string): Address {
  const url = parse(text);
  const password = decodeURIComponent(url.password);
  return {
    host: url.searchParams.get('host') ?? (url.hostname || 'localhost'),
    port: Number(url.searchParams.get('port') ?? (url.port || 5432)),
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    user: decodeURIComponent(url.username) || 'postgres',
    ...(password === '' ? {} : { password }),
  };
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
