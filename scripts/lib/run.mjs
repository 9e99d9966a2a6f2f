import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, ROOT } from './paths.mjs';
import { Trouble } from './say.mjs';

/** The Node that the platform runs on: it comes with the packages; where none is made (macOS), our own if new enough. */
export function platformNode() {
  const names = { linux: `node-linux-${process.arch}/bin/node`, win32: `node-win-${process.arch}/bin/node.exe` };
  const packaged = join(ROOT, 'node_modules', names[process.platform] ?? '-');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Trouble(
    `Không có Node.js 24 đóng gói sẵn cho ${process.platform}-${process.arch}: hãy cài Node.js 24 trở lên.`,
    `There is no packaged Node.js 24 for ${process.platform}-${process.arch}: install Node.js 24 or newer.`,
  );
}

/**
 * Compiled code is kept between runs: 40,000 lines take a third of the time. One heap of the C library for all threads:
 * each thread's own kept what it once needed, 110 MiB of a busy server's 405 (other C libraries ignore the name).
 */
export function platformEnv(more = {}) {
  return { MALLOC_ARENA_MAX: '1', ...process.env, NODE_COMPILE_CACHE: join(cacheFolder(), 'compile'), ...more };
}

/** Runs a program to its end in the foreground, passing on the signals that would end us. @returns its exit status */
export function foreground(file, args, options = {}) {
  const child = spawn(file, args, { cwd: ROOT, stdio: 'inherit', env: platformEnv(), ...options });
  const pass = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.removeListener(name, pass);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/**
 * Runs a program and keeps what it prints (the last 200,000 characters); `onText` sees it as it comes.
 * @returns {Promise<{ status: number, output: string }>}
 */
export function captured(file, args, { onText, ...options } = {}) {
  const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: platformEnv(), ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-200_000);
      onText?.(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ status: code ?? 128 + (constants.signals[signal] ?? 0), output }));
  });
}
