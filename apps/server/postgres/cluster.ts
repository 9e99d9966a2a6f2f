import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Binaries, POSTGRES_MAJOR } from './binaries.ts';
import { asUser, giveTo, type RunAs } from './run-as.ts';
import { renderSettings } from './settings.ts';

/** How clients reach the cluster. */
export type Transport = 'socket' | 'tcp';

export interface ClusterPlan {
  /** The cluster's folder. */
  folder: string;
  /** File with the superuser's password, for the owner of the data folder only. */
  passwordFile: string;
  /** Private folder of the account that runs PostgreSQL. */
  run: string;
  binaries: Binaries;
  runAs: RunAs;
  transport: Transport;
  settings: Readonly<Record<string, string>>;
  /** False for throw-away clusters: nothing is forced to the disk. */
  durable: boolean;
}

/** Runs a program to its end; throws with what it printed unless it succeeds. */
async function run(plan: ClusterPlan, program: string, args: readonly string[]): Promise<void> {
  const { file, args: all, options } = asUser(plan.runAs, program, args);
  const child = spawn(file, all, {
    ...options,
    env: { ...process.env, ...plan.binaries.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  if (/No space left on device/.test(output))
    throw new Error('the disk is full: PostgreSQL could not create its files');
  const hint =
    plan.runAs.kind === 'user'
      ? '\nRunning as root without user namespaces, PostgreSQL runs as an unprivileged account, which must be able to reach the program and the data folder. Start as an ordinary user, or set MACH_DATA to a folder that account can enter.'
      : '';
  throw new Error(`${program} failed (${code}):\n${output.trim()}${hint}`);
}

/**
 * Creates the cluster where there is none. It is made beside its final place and renamed when complete, so that an
 * interruption never leaves half a cluster.
 *
 * Locale: the builtin provider's C.UTF-8, whose order (code points) and case mapping come with PostgreSQL itself: an
 * upgrade of the operating system can never change them and so never corrupts an index.
 */
async function createCluster(plan: ClusterPlan, log: (line: string) => void): Promise<void> {
  const draft = `${plan.folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveTo(plan.runAs, draft, 0o700);
  const password = randomBytes(24).toString('base64url');
  mkdirSync(dirname(plan.passwordFile), { recursive: true, mode: 0o700 });
  writeFileSync(plan.passwordFile, password, { mode: 0o600 });
  // initdb cannot read the first one where it runs as another account.
  const once = join(plan.run, 'initdb.password');
  writeFileSync(once, password, { mode: 0o600 });
  giveTo(plan.runAs, once, 0o600);
  log('creating the database cluster');
  await run(plan, plan.binaries.initdb, [
    `--pgdata=${draft}`,
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--auth=scram-sha-256',
    `--pwfile=${once}`,
    ...(plan.durable ? [] : ['--no-sync']),
  ]);
  rmSync(once);
  appendFileSync(join(draft, 'postgresql.conf'), "\ninclude_if_exists = 'mach.conf'\n");
  renameSync(draft, plan.folder);
}

/**
 * Makes the cluster ready to start: created where missing, its version checked, its settings and access rules written.
 * Over the private socket every role is trusted, since only its owner can enter the folder; over TCP (Windows) each
 * needs its password.
 */
export async function prepareCluster(plan: ClusterPlan, log: (line: string) => void): Promise<void> {
  if (!existsSync(plan.folder)) await createCluster(plan, log);
  const version = readFileSync(join(plan.folder, 'PG_VERSION'), 'utf8').trim();
  if (version !== POSTGRES_MAJOR)
    throw new Error(
      `${plan.folder} was written by PostgreSQL ${version}; this release brings ${POSTGRES_MAJOR}. Export it with the release that wrote it.`,
    );
  // A copied or restored folder often comes with wider permissions, which PostgreSQL refuses.
  giveTo(plan.runAs, plan.folder, 0o700);
  const own = (name: string, text: string): void => {
    const file = join(plan.folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    giveTo(plan.runAs, file, 0o600);
  };
  own('mach.conf', renderSettings(plan.settings));
  const rules =
    plan.transport === 'socket'
      ? ['local all all trust', 'local replication postgres trust']
      : ['host all all 127.0.0.1/32 scram-sha-256', 'host replication postgres 127.0.0.1/32 scram-sha-256'];
  own('pg_hba.conf', `${rules.join('\n')}\n`);
}
