import { resolve } from 'node:path';

/** What the environment may say (the outside face); read here and nowhere else. */
export interface ServerOptions {
  port: number;
  host: string;
  dataDir: string;
  databaseUrl: string | undefined;
  /** `MACH_DATABASE_PLAIN=1`: the line to a database on another machine is a private one and needs no encryption. */
  plainDatabase: boolean;
  /** `1`: demo hospital with history · `accounts`: demo hospital without patients · `0`: nothing. */
  demo: '1' | 'accounts' | '0';
  /** Files of a certificate and its key: the server then speaks HTTPS itself. */
  tls: { cert: string; key: string } | undefined;
  /** Names under which the house may be called (`MACH_HOSTS`, by comma); any when it is empty. */
  hosts: readonly string[];
  /** Whether people and addresses are held to a number of requests (`MACH_RATE=off` for measurements). */
  rates: boolean;
}

/** @throws Error that names the variable and what it may be */
export function readOptions(env: NodeJS.ProcessEnv): ServerOptions {
  const port = Number(env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT: "${env.PORT}" is not a port (0–65535)`);
  const demo = env.MACH_DEMO ?? '1';
  if (demo !== '1' && demo !== 'accounts' && demo !== '0')
    throw new Error(`MACH_DEMO: "${demo}" is none of 1, accounts, 0`);
  const { MACH_TLS_CERT: cert, MACH_TLS_KEY: key, MACH_RATE: rate = 'on' } = env;
  if (!cert !== !key) throw new Error('MACH_TLS_CERT, MACH_TLS_KEY: both or neither');
  if (rate !== 'on' && rate !== 'off') throw new Error(`MACH_RATE: "${rate}" is none of on, off`);
  const hosts = (env.MACH_HOSTS ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return {
    tls: cert && key ? { cert: resolve(cert), key: resolve(key) } : undefined,
    hosts,
    rates: rate === 'on',
    port,
    host: env.HOST ?? '127.0.0.1',
    dataDir: resolve(env.MACH_DATA ?? '.mach'),
    databaseUrl: env.DATABASE_URL || undefined,
    plainDatabase: env.MACH_DATABASE_PLAIN === '1',
    demo,
  };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
