import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../bench/lib/http.ts';
import type { Tree } from './tree.ts';

/** A start may bring a schema forward, back it up before, and fill views: s. */
const PATIENCE = 300;

/** A running server of some version. */
export interface House {
  tree: Tree;
  client: Client;
  /** What it has said so far. */
  said(): string;
  /** From its start to its first answer, s. */
  seconds: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const gone = (child: ChildProcess): Promise<void> =>
  new Promise((done) =>
    child.exitCode !== null || child.signalCode !== null ? done() : child.once('exit', () => done()),
  );

/** Runs a program of a version to its end. @returns what it printed and how it ended */
export async function runProgram(
  tree: Tree,
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ status: number | null; out: string; err: string }> {
  const [entry = '', ...rest] = args;
  const child = spawn(tree.node, [join(tree.root, entry), ...rest], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (out += part.toString('utf8')));
  child.stderr.on('data', (part: Buffer) => (err += part.toString('utf8')));
  await new Promise<void>((done) => child.once('close', () => done()));
  return { status: child.exitCode, out, err };
}

/** Starts a version's server on a data folder and waits for its first answer. @throws Error with what it said instead */
export async function startHouse(tree: Tree, env: Record<string, string>): Promise<House> {
  const begun = performance.now();
  const child = spawn(tree.node, [join(tree.root, 'apps', 'server', 'main.ts')], {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', MACH_RATE: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (said += part.toString('utf8')));
  // Whatever happens to the proof, no server outlives it.
  const last = (): void => void child.kill('SIGKILL');
  process.once('exit', last);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await gone(child);
    process.removeListener('exit', last);
  };
  for (;;) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    const seconds = (performance.now() - begun) / 1000;
    if (port !== undefined) {
      const client = new Client(Number(port));
      const closed = (signal: NodeJS.Signals) => async (): Promise<void> => {
        client.close();
        await end(signal);
      };
      return { tree, client, said: () => said, seconds, stop: closed('SIGTERM'), kill: closed('SIGKILL') };
    }
    if (child.exitCode !== null || child.signalCode !== null || seconds > PATIENCE) {
      await end('SIGKILL');
      throw new Error(`the program of ${tree.name} did not start\n${said}`);
    }
    await sleep(50);
  }
}
