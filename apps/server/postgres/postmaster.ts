import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isAlive } from './lock.ts';

const run = promisify(execFile);

/** What `postmaster.pid` says. */
export interface PostmasterFile {
  pid: number;
  port: number;
  socketDir: string;
  /** `starting`, `ready`, `stopping`, `standby`; empty while the file is being written. */
  status: string;
}

/** Reads the cluster's `postmaster.pid`; undefined where there is none. */
export function readPostmaster(cluster: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Math.abs(Number(lines[0]));
    if (!Number.isInteger(pid) || pid === 0) return undefined;
    return { pid, port: Number(lines[3] ?? 0), socketDir: lines[4] ?? '', status: (lines[7] ?? '').trim() };
  } catch {
    return undefined;
  }
}

/** Whether a process is the PostgreSQL of this cluster, and not one that got a dead postmaster's number. */
async function runsCluster(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    try {
      // A postmaster works inside its data folder, and its program keeps its name.
      const program = basename(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '');
      return program.startsWith('postgres') && realpathSync(readlinkSync(`/proc/${pid}/cwd`)) === realpathSync(cluster);
    } catch (error) {
      const denied = error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
      if (denied)
        throw new Error(`process ${pid} uses ${cluster} and belongs to another user; stop it first`, { cause: error });
      return false;
    }
  }
  const listing =
    process.platform === 'win32'
      ? run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])
      : run('ps', ['-p', String(pid), '-o', 'command=']);
  const { stdout } = await listing.catch(() => ({ stdout: '' }));
  return stdout.toLowerCase().includes('postgres');
}

/** Waits until a process is gone; false when it is still there after `ms` milliseconds. */
async function gone(pid: number, ms: number): Promise<boolean> {
  const until = Date.now() + ms;
  while (isAlive(pid)) {
    if (Date.now() > until) return false;
    await sleep(15);
  }
  return true;
}

/** How to ask a postmaster to stop; Windows knows no signals, so its own tool is called. */
export interface StopTools {
  pgCtl: string;
  cluster: string;
  env: NodeJS.ProcessEnv;
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (isAlive(pid)) throw error;
  }
}

/**
 * Stops a postmaster: fast (open transactions are rolled back, everything is written out), then at once (the next
 * start recovers from the log), at last by force (the same recovery).
 */
export async function stopPostmaster(
  pid: number,
  tools: StopTools,
  log: (line: string) => void,
  patience = 30_000,
): Promise<void> {
  if (process.platform === 'win32') {
    await run(tools.pgCtl, ['stop', '-D', tools.cluster, '-m', 'fast', '-w', '-t', String(patience / 1000)], {
      env: tools.env,
    }).catch(() => undefined);
    if (await gone(pid, 1_000)) return;
  } else {
    signal(pid, 'SIGINT');
    if (await gone(pid, patience)) return;
    log('PostgreSQL did not stop in time: stopping it at once');
    signal(pid, 'SIGQUIT');
    if (await gone(pid, 6_000)) return;
  }
  signal(pid, 'SIGKILL');
  if (!(await gone(pid, 5_000))) throw new Error(`PostgreSQL (process ${pid}) cannot be stopped`);
}

/**
 * Clears the way after a crash: stops a postmaster that outlived its parent, and removes the file of one that is
 * gone while its number may already belong to somebody else. The caller holds the data folder's lock, so nobody
 * else is using that postmaster.
 */
export async function clearOrphan(tools: StopTools, log: (line: string) => void): Promise<void> {
  const left = readPostmaster(tools.cluster);
  if (!left) return;
  if (await runsCluster(left.pid, tools.cluster)) {
    log(`PostgreSQL (process ${left.pid}) was left running by a process that died: stopping it first`);
    await stopPostmaster(left.pid, tools, log);
  } else {
    log('PostgreSQL was not stopped cleanly: it recovers from its log');
  }
  rmSync(join(tools.cluster, 'postmaster.pid'), { force: true });
}
