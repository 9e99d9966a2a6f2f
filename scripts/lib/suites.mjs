import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { COUNTS } from './count-reporter.mjs';
import { ROOT } from './paths.mjs';
import { platformEnv, platformNode } from './run.mjs';

const FLOORS = ['packages', 'modules', 'apps', 'scripts', 'bench', 'rulepacks'];
const SKIPPED = new Set(['node_modules', 'dist', 'generated']);

/** The kinds of tests, told apart by their names, and how each is run. */
const KINDS = [
  // Thousands of quick tests share one process: starting one for each file would cost more than the tests.
  {
    name: 'unit',
    pattern: /(?<!\.(db|e2e))\.test\.(ts|mjs)$/,
    options: ['--test-isolation=none', '--test-timeout=120000'],
  },
  { name: 'database', pattern: /\.db\.test\.ts$/, options: ['--test-concurrency=2', '--test-timeout=180000'] },
  { name: 'browser', pattern: /\.e2e\.test\.ts$/, options: ['--test-concurrency=2', '--test-timeout=300000'] },
];

function walk(folder, found) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) walk(path, found);
    } else if (/\.test\.(ts|mjs)$/.test(entry.name)) found.push(relative(ROOT, path));
  }
  return found;
}

/** The test files of each kind; `only` keeps those whose path holds it. */
export function findSuites(only) {
  const files = FLOORS.flatMap((floor) => {
    try {
      return walk(join(ROOT, floor), []);
    } catch {
      return [];
    }
  })
    .filter((file) => !only || file.includes(only))
    .sort();
  return KINDS.map((kind) => ({ ...kind, files: files.filter((file) => kind.pattern.test(file)) })).filter(
    (kind) => kind.files.length > 0,
  );
}

/**
 * Runs one kind of tests.
 * @returns {Promise<{ passed: number, failed: number, skipped: number, slowest: [number, string][] }>}
 */
export async function runSuite(suite, env) {
  const reporter = new URL('./count-reporter.mjs', import.meta.url).href;
  const child = spawn(platformNode(), ['--test', `--test-reporter=${reporter}`, ...suite.options, ...suite.files], {
    cwd: ROOT,
    env: platformEnv(env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  let counts;
  let rest = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith(COUNTS)) counts = JSON.parse(line.slice(COUNTS.length));
      else process.stdout.write(`${line}\n`);
    }
  });
  const status = await new Promise((done) => child.once('close', (code, signal) => done(code ?? signal)));
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, stop);
  if (rest) process.stdout.write(`${rest}\n`);
  const result = counts ?? { passed: 0, failed: 0, skipped: 0, slowest: [] };
  // A runner that dies, or ends badly without naming a failing test, is itself a failure.
  if (status !== 0 && result.failed === 0) {
    process.stdout.write(`  ✖ the ${suite.name} tests ended with ${status}\n`);
    result.failed++;
  }
  if (status === 0 && result.passed + result.failed + result.skipped === 0) {
    process.stdout.write(`  ✖ no ${suite.name} test ran\n`);
    result.failed++;
  }
  return result;
}
