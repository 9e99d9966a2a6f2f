import { resolve } from 'node:path';

/** What the environment may say (the outside face); read here and nowhere else. */
export interface ServerOptions {
  port: number;
  host: string;
  dataDir: string;
  databaseUrl: string | undefined;
  /** `1`: demo hospital with history · `accounts`: demo hospital without patients · `0`: nothing. */
  demo: '1' | 'accounts' | '0';
}

/** @throws Error that names the variable and what it may be */
export function readOptions(env: NodeJS.ProcessEnv): ServerOptions {
  const port = Number(env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT: "${env.PORT}" is not a port (0–65535)`);
  const demo = env.MACH_DEMO ?? '1';
  if (demo !== '1' && demo !== 'accounts' && demo !== '0')
    throw new Error(`MACH_DEMO: "${demo}" is none of 1, accounts, 0`);
  return {
    port,
    host: env.HOST ?? '127.0.0.1',
    dataDir: resolve(env.MACH_DATA ?? '.mach'),
    databaseUrl: env.DATABASE_URL || undefined,
    demo,
  };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
