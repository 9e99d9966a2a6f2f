import { type SpawnOptions, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs';

/**
 * Who PostgreSQL runs as. It refuses to run as root, so a root process either maps itself to an ordinary user inside
 * a user namespace (no account needed; files stay root's) or gives the cluster to an unprivileged account.
 */
export type RunAs = { kind: 'self' } | { kind: 'namespace' } | { kind: 'user'; uid: number; gid: number };

const UNSHARE = ['unshare', '-U', '--map-user=1000', '--map-group=1000', '--'] as const;

/**
 * Chooses who runs the cluster. A cluster that exists and belongs to an ordinary user is run as that user.
 * @param cluster the cluster's folder, which may not exist yet
 */
export function chooseRunAs(cluster: string, wanted?: RunAs['kind']): RunAs {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return { kind: 'self' };
  const found = statSync(cluster, { throwIfNoEntry: false });
  if (found && found.uid !== 0) return { kind: 'user', uid: found.uid, gid: found.gid };
  if (wanted !== 'user' && canUnshare()) return { kind: 'namespace' };
  return { kind: 'user', ...nobody() };
}

function canUnshare(): boolean {
  if (process.platform !== 'linux') return false;
  const [program, ...args] = UNSHARE;
  return spawnSync(program, [...args, 'true'], { stdio: 'ignore', timeout: 5_000 }).status === 0;
}

function nobody(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':').map(Number);
  return { uid: uid ?? 65534, gid: gid ?? 65534 };
}

/** The command line and spawn options that run a program as `runAs`. */
export function asUser(
  runAs: RunAs,
  program: string,
  args: readonly string[],
): { file: string; args: string[]; options: SpawnOptions } {
  if (runAs.kind === 'namespace') {
    const [file, ...before] = UNSHARE;
    return { file, args: [...before, program, ...args], options: {} };
  }
  const options: SpawnOptions = runAs.kind === 'user' ? { uid: runAs.uid, gid: runAs.gid } : {};
  return { file: program, args: [...args], options };
}

/** Gives a path to the account that runs PostgreSQL; nothing to do where that is ourselves. */
export function giveTo(runAs: RunAs, path: string, mode: number): void {
  if (process.platform === 'win32') return;
  if (runAs.kind === 'user') chownSync(path, runAs.uid, runAs.gid);
  chmodSync(path, mode);
}
