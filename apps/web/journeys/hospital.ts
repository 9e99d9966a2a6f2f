import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
/** A first start makes a database cluster, which takes its time on a slow machine, ms. */
const START_LIMIT = 120_000;
/** A server that has been asked to stop may finish what it is doing, ms. */
const STOP_LIMIT = 60_000;

export interface Hospital {
  /** `http://127.0.0.1:…` */
  base: string;
  /** Stops the server as an administrator would, and waits until its database is down. */
  stop(): Promise<void>;
  /** `mach …` on the data folder. @returns what it printed; fails unless it ended well */
  mach(...words: string[]): Promise<string>;
  remove(): void;
}

function environment(data: string, demo: string): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...env } = process.env;
  return { ...env, MACH_DATA: data, MACH_DEMO: demo, PORT: '0', HOST: '127.0.0.1' };
}

/** Waits for the line that tells where the server listens. */
async function address(server: ChildProcess, log: () => string): Promise<string> {
  let output = '';
  return new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error(`the server did not start in time\n${log()}`)), START_LIMIT);
    server.once('exit', (code) => failed(new Error(`the server ended with ${code}\n${log()}`)));
    server.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const [base] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (base === undefined) return;
      clearTimeout(late);
      done(base);
    });
  });
}

/**
 * The real program as a process of its own, on a new data folder and a free port.
 * @param demo `accounts`: a hospital with staff, prices and stock and without patients; `1`: one that has been working
 */
export async function openHospital(demo: 'accounts' | '1'): Promise<Hospital> {
  const data = mkdtempSync(join(tmpdir(), 'mach-journey-'));
  const env = environment(data, demo);
  const server = spawn(process.execPath, [join(ROOT, 'apps', 'server', 'main.ts')], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-20_000);
  });
  const ended = once(server, 'exit');
  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGTERM');
    const killer = setTimeout(() => server.kill('SIGKILL'), STOP_LIMIT);
    await ended;
    clearTimeout(killer);
  };
  const remove = (): void => rmSync(data, { recursive: true, force: true });
  try {
    const base = await address(server, () => log);
    return { base, stop, mach: (...words) => mach(words, env), remove };
  } catch (error) {
    await stop();
    remove();
    throw error;
  }
}

async function mach(words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const tool = spawn(process.execPath, [join(ROOT, 'apps', 'cli', 'main.ts'), ...words], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let log = '';
  tool.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  tool.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const [code] = (await once(tool, 'close')) as [number | null];
  if (code !== 0) throw new Error(`mach ${words.join(' ')} ended with ${code}\n${log}\n${out}`);
  return out;
}
