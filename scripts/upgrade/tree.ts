import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** A version of the program that can be started: its files, its packages, its own runtime. */
export interface Tree {
  /** What it is called in the report: a commit, or `this`. */
  name: string;
  root: string;
  node: string;
  /** A module of that version's own. */
  module<T>(path: string): Promise<T>;
}

function run(file: string, args: readonly string[], options: { cwd?: string; input?: Buffer } = {}): Buffer {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: ROOT, maxBuffer: 512 * 1024 * 1024, ...options });
  if (status !== 0) throw new Error(`${file} ${args.slice(0, 3).join(' ')}: ${String(stderr).trim()}`);
  return stdout;
}

async function treeIn(name: string, root: string): Promise<Tree> {
  const module = <T>(path: string): Promise<T> => import(pathToFileURL(join(root, path)).href) as Promise<T>;
  const { platformNode } = await module<{ platformNode(): string }>('scripts/lib/run.mjs');
  return { name, root, node: platformNode(), module };
}

/** The program as it stands in this checkout. */
export const thisTree = (): Promise<Tree> => treeIn('this', ROOT);

/**
 * The program of an earlier commit, beside this one, with the packages of its own lock file. Kept in the cache: the
 * second proof against the same commit installs nothing.
 */
export async function treeOf(ref: string): Promise<Tree> {
  const commit = run('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
    .toString()
    .trim();
  const name = commit.slice(0, 12);
  const root = join(ROOT, '.cache', 'upgrade', name);
  if (!existsSync(root)) {
    const draft = `${root}.part`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    run('tar', ['-x', '-C', draft], { input: run('git', ['archive', '--format=tar', commit]) });
    renameSync(draft, root);
  }
  // By the version's own rules, in a process of its own: it finds its root by its own place.
  const install = pathToFileURL(join(root, 'scripts', 'lib', 'install.mjs')).href;
  run(process.execPath, ['-e', `import(${JSON.stringify(install)}).then((m) => m.install())`], { cwd: root });
  return treeIn(name, root);
}
