import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { type ClusterPlan, prepareCluster, type Transport } from './cluster.ts';
import { type DataFolderLock, dataFolderOwner, isAlive, lockDataFolder, plainly } from './lock.ts';
import { clearOrphan, readPostmaster, stopPostmaster } from './postmaster.ts';
import { asUser, chooseRunAs, giveTo, type RunAs } from './run-as.ts';
import { DEFAULT_SETTINGS, VOLATILE_SETTINGS } from './settings.ts';
import { addressToUrl } from './url.ts';

export interface EmbeddedOptions {
  /** The data folder (`MACH_DATA`): in it the cluster is `postgres/`, the socket in `run/`, the log in `logs/`. */
  dataDir: string;
  log: (line: string) => void;
  /** Beyond the defaults, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
  /** Called when PostgreSQL ends without having been asked to; start it again with {@link startEmbedded}. */
  onExit?: (reason: string) => void;
  /** The data folder's lock, where the caller holds it already; otherwise it is taken, and given back by `stop`. */
  lock?: DataFolderLock;
  /** False for throw-away data: faster, and lost when the machine crashes. */
  durable?: boolean;
  /** A private Unix socket, or a password on the loopback interface where Node cannot open one (Windows). */
  transport?: Transport;
  /** `user`: as root, use an unprivileged account even where a user namespace would do. */
  runAs?: RunAs['kind'];
}

export interface Embedded {
  /** The folder of the socket; the loopback address where there is none. */
  socketDir: string;
  port: number;
  superuserUrl: string;
  /** Process id of the postmaster. */
  pid: number;
  /** Rolls back what is open, writes everything out and ends. May be called twice. */
  stop(): Promise<void>;
}

const SOCKET_PORT = 5432;
/** Bytes of a Unix socket's path that every supported system takes (macOS 103, Linux 107). */
const SOCKET_PATH_LIMIT = 103;
const LOG_LIMIT = 16 * 1024 * 1024;

/** The folder of the sockets and library links: in the data folder, or a private short one where its path is too long. */
function runFolder(dataDir: string): string {
  const inside = join(dataDir, 'run');
  if (Buffer.byteLength(join(inside, `.s.PGSQL.${SOCKET_PORT}`)) <= SOCKET_PATH_LIMIT) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    return inside;
  }
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const short = join(tmpdir(), `mach-${process.getuid?.() ?? ''}-${name}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  const found = lstatSync(short);
  // The temporary folder is everybody's: somebody may have put a trap there under our name.
  if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid() && process.getuid() !== 0))
    throw new Error(`${short} exists and is not ours; remove it, or choose a data folder with a shorter path`);
  return short;
}

function openLog(dataDir: string): { file: string; start: number; fd: number } {
  const file = join(dataDir, 'logs', 'postgres.log');
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT) renameSync(file, `${file}.1`);
  return { file, start: size > LOG_LIMIT ? 0 : size, fd: openSync(file, 'a', 0o600) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/**
 * Starts the program's own PostgreSQL on a data folder, creating it on the first run, recovering it after a crash,
 * and stopping one that outlived a killed parent. It listens on a Unix socket inside a private folder and nowhere else.
 * @throws DataFolderBusy when another process works on the folder
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = options.lock ?? lockDataFolder(dataDir);
  try {
    return await start(dataDir, options, () => options.lock === undefined && lock.release());
  } catch (error) {
    if (options.lock === undefined) lock.release();
    throw plainly(error, dataDir);
  }
}

async function start(dataDir: string, options: EmbeddedOptions, released: () => void): Promise<Embedded> {
  const { log, durable = true, transport = process.platform === 'win32' ? 'tcp' : 'socket' } = options;
  const folder = join(dataDir, 'postgres');
  const runAs = chooseRunAs(folder, options.runAs);
  const run = runFolder(dataDir);
  if (runAs.kind === 'user') giveTo({ kind: 'self' }, dataDir, 0o711);
  giveTo(runAs, run, 0o700);
  const binaries = findBinaries(join(run, 'lib'));
  const tools = { pgCtl: binaries.pgCtl, cluster: folder, env: { ...process.env, ...binaries.env } };
  await clearOrphan(tools, log);
  const plan: ClusterPlan = {
    folder,
    passwordFile: join(dataDir, 'keys', 'postgres.password'),
    run,
    binaries,
    runAs,
    transport,
    settings: { ...DEFAULT_SETTINGS, ...(durable ? {} : VOLATILE_SETTINGS), ...options.settings },
    durable,
  };
  await prepareCluster(plan, log);
  const port = transport === 'tcp' ? await freePort() : SOCKET_PORT;
  const child = await launch(plan, run, port, dataDir, log);
  const pid = child.pid ?? 0;

  let ended = false;
  let stopping: Promise<void> | undefined;
  // The last chance when the parent ends without a call of stop(): PostgreSQL then stops by itself.
  const atExit = (): void => void child.kill('SIGINT');
  process.once('exit', atExit);
  child.once('exit', (code, signal) => {
    ended = true;
    process.removeListener('exit', atExit);
    if (!stopping)
      options.onExit?.(
        `PostgreSQL ended (${signal ?? `status ${code}`}); see ${join(dataDir, 'logs', 'postgres.log')}`,
      );
  });
  const host = transport === 'tcp' ? '127.0.0.1' : run;
  const password = transport === 'tcp' ? { password: readFileSync(plan.passwordFile, 'utf8') } : {};
  return {
    socketDir: host,
    port,
    superuserUrl: addressToUrl({ host, port, database: 'postgres', user: 'postgres', ...password }),
    pid,
    stop() {
      // One that has ended may have left its number to somebody else: no signal then.
      stopping ??= (ended ? Promise.resolve() : stopPostmaster(pid, tools, log)).finally(released);
      return stopping;
    },
  };
}

/** Starts the postmaster and waits until it takes connections, however long its recovery takes. */
async function launch(
  plan: ClusterPlan,
  run: string,
  port: number,
  dataDir: string,
  log: (line: string) => void,
): Promise<ChildProcess> {
  const places =
    plan.transport === 'tcp'
      ? ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
      : ['-c', 'listen_addresses=', '-c', `unix_socket_directories="${run}"`, '-c', 'unix_socket_permissions=0700'];
  const command = asUser(plan.runAs, plan.binaries.postgres, ['-D', plan.folder, '-p', String(port), ...places]);
  const patience = Date.now() + 20_000;
  for (;;) {
    const output = openLog(dataDir);
    const child = spawn(command.file, command.args, {
      ...command.options,
      env: { ...process.env, ...plan.binaries.env, LC_ALL: 'C' },
      // Its own session: Ctrl+C in the terminal reaches us alone, and we stop the database last.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    const failure = await ready(child, plan.folder, log);
    closeSync(output.fd);
    if (failure === undefined) return child;
    const said = readFileSync(output.file).subarray(output.start).toString().trim();
    // The killed postmaster's children hold its shared memory until they notice, a matter of seconds.
    if (/pre-existing shared memory block|lock file .* already exists/.test(said) && Date.now() < patience) {
      await sleep(200);
      continue;
    }
    throw new Error(
      `PostgreSQL did not start (${failure})${/No space left/.test(said) ? ': the disk is full' : ''}\n${said}`,
    );
  }
}

/** Undefined once the postmaster takes connections; otherwise why it ended. */
async function ready(child: ChildProcess, cluster: string, log: (line: string) => void): Promise<string | undefined> {
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ??= signal ?? `status ${code}`));
  const began = Date.now();
  for (let told = 0; ended === undefined; ) {
    const file = readPostmaster(cluster);
    if (file?.pid === child.pid && file?.status === 'ready') return undefined;
    const seconds = Math.floor((Date.now() - began) / 1000);
    if (seconds >= told + 5) {
      told = seconds;
      log(`PostgreSQL is recovering, ${seconds} s`);
    }
    await sleep(10);
  }
  return ended;
}

/**
 * The embedded PostgreSQL that a process of ours runs on this data folder, for tools that work beside it. Undefined when
 * nobody runs one.
 */
export function runningEmbedded(dataDir: string): { superuserUrl: string; ownerPid: number } | undefined {
  const folder = resolve(dataDir);
  const ownerPid = dataFolderOwner(folder);
  const file = readPostmaster(join(folder, 'postgres'));
  if (ownerPid === undefined || !file || file.status !== 'ready' || !isAlive(file.pid)) return undefined;
  const at = { port: file.port, database: 'postgres', user: 'postgres' };
  if (existsSync(file.socketDir)) return { superuserUrl: addressToUrl({ host: file.socketDir, ...at }), ownerPid };
  const password = join(folder, 'keys', 'postgres.password');
  if (file.socketDir !== '' || !existsSync(password)) return undefined;
  const secret = readFileSync(password, 'utf8');
  return { superuserUrl: addressToUrl({ host: '127.0.0.1', ...at, password: secret }), ownerPid };
}
