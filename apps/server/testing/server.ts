import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataFolderOwner } from '../postgres/lock.ts';

/** What the keeper writes once its PostgreSQL takes connections. */
export interface TestServer {
  superuserUrl: string;
  /** Process id of the keeper: SIGTERM stops the server and removes its data. */
  keeper: number;
}

/** Where the shared server of this checkout and user lives; a test run names its own with MACH_TEST_SERVER. */
export function testServerFolder(): string {
  const place = createHash('sha256')
    .update(import.meta.dirname)
    .digest('hex')
    .slice(0, 10);
  return process.env.MACH_TEST_SERVER ?? join(tmpdir(), `mach-test-${process.getuid?.() ?? ''}-${place}`);
}

/** The file in which the keeper tells how to reach its server. */
export const SERVER_FILE = 'server.json';

function readServer(folder: string): TestServer | undefined {
  try {
    const server = JSON.parse(readFileSync(join(folder, SERVER_FILE), 'utf8')) as TestServer;
    return dataFolderOwner(folder) === server.keeper ? server : undefined;
  } catch {
    return undefined;
  }
}

let found: Promise<TestServer> | undefined;

/** The shared PostgreSQL for tests; started when nobody has yet, and ended by its keeper when nobody uses it any more. */
export function testServer(): Promise<TestServer> {
  found ??= findServer(testServerFolder());
  return found;
}

async function findServer(folder: string): Promise<TestServer> {
  const running = readServer(folder);
  if (running) return running;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(folder, 'keeper.log'), 'a', 0o600);
  // Of several keepers started at once, one gets the folder's lock; the others end.
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts'), folder], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  keeper.unref();
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(20)) {
    const server = readServer(folder);
    if (server) return server;
  }
  throw new Error(`the test PostgreSQL did not start; see ${join(folder, 'keeper.log')}`);
}
