import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from './http.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

export interface BenchServer {
  client: Client;
  dataDir: string;
  pid: number;
  port: number;
  /** Resident memory of the server process (without PostgreSQL), MiB. */
  memory(): number;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/**
 * A server of its own on a temporary data folder: one process, embedded PostgreSQL, demo accounts, no patients. What it
 * says goes to our own stderr, or to the file `log`.
 */
export async function startServer(env: Record<string, string> = {}, log?: string): Promise<BenchServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-bench-'));
  const port = await freePort();
  const { config } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    config: { serverFlags: string[] };
  };
  const output = log === undefined ? undefined : openSync(log, 'a', 0o600);
  const child: ChildProcess = spawn(
    process.execPath,
    [...config.serverFlags, join(ROOT, 'apps', 'server', 'main.ts')],
    {
      env: { ...process.env, MACH_DATA: dataDir, PORT: String(port), MACH_DEMO: 'accounts', MACH_RATE: 'off', ...env },
      stdio: ['ignore', output ?? 'ignore', output ?? 'inherit'],
    },
  );
  if (output !== undefined) closeSync(output);
  const client = new Client(port);
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 1200) throw new Error('the server did not start');
    const ready = await client.request('GET', '/healthz').then(
      (a) => a.status === 200,
      () => false,
    );
    if (ready) break;
    await new Promise((next) => setTimeout(next, 100));
  }
  return {
    client,
    dataDir,
    pid: child.pid ?? 0,
    port,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      client.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A token of the demo house's own program, for all records. */
export async function systemToken(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'demo-system',
      client_secret: 'demo-system-secret',
      scope: 'system/*.cruds',
    }),
  });
  if (answer.status !== 200) throw new Error(`token: ${answer.status}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
