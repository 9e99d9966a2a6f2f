import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BEGUN, COUNTS } from './count-reporter.mjs';
import { ROOT } from './paths.mjs';
import { platformEnv, platformNode } from './run.mjs';
import { seconds } from './say.mjs';

const FLOORS = ['packages', 'modules', 'apps', 'scripts', 'bench', 'rulepacks'];
const SKIPPED = new Set(['node_modules', 'dist', 'generated']);

/**
 * The kinds of tests, told apart by their names, and how each is run. Thousands of quick tests share one process:
 * starting one for each file would cost more than the tests. The others have a process for each file, so many `atOnce`,
 * and none has longer than its `deadline` (ms): a test that hangs, or leaves a browser open, must not hold up the rest.
 */
const KINDS = [
  { name: 'unit', pattern: /(?<!\.(db|e2e))\.test\.(ts|mjs)$/, testTimeout: 120_000, deadline: 600_000 },
  { name: 'database', pattern: /\.db\.test\.ts$/, testTimeout: 180_000, deadline: 420_000, atOnce: 2 },
  { name: 'browser', pattern: /\.e2e\.test\.ts$/, testTimeout: 240_000, deadline: 420_000, atOnce: 2 },
];
/** A file that takes longer is named, ms: whoever waits sees that it goes on. */
const TOLD_FROM = 10_000;

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

/** Ends a process with all that it started: browsers, servers. */
function sweep(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** Runs these files in one process. What they print is kept, so that two at once do not talk into each other. */
async function runProcess(files, { testTimeout, deadline }, env) {
  const reporter = new URL('./count-reporter.mjs', import.meta.url).href;
  const options = [`--test-reporter=${reporter}`, `--test-timeout=${testTimeout}`, '--test-force-exit'];
  const child = spawn(platformNode(), ['--test', '--test-isolation=none', ...options, ...files], {
    cwd: ROOT,
    env: platformEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that whatever a test leaves behind ends with it.
    detached: true,
  });
  const stop = (signal) => {
    sweep(child);
    process.kill(process.pid, signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  let counts;
  let begun = '';
  let text = '';
  let rest = '';
  let late;
  const timer = setTimeout(() => {
    late = `no end within ${deadline / 1000} s; the last that began: ${begun || 'none'}`;
    sweep(child);
  }, deadline);
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (chunk) => (text += chunk));
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith(BEGUN)) begun = line.slice(BEGUN.length);
      else if (line.startsWith(COUNTS)) counts = JSON.parse(line.slice(COUNTS.length));
      else text += `${line}\n`;
    }
  });
  const status = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', (code, signal) => done(code ?? signal));
    child.once('exit', (code, signal) => {
      // A browser that it left holds its pipes open; what it has written itself is read within this time.
      sweep(child);
      setTimeout(done, 3000, code ?? signal).unref();
    });
  });
  clearTimeout(timer);
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, stop);
  if (rest) text += `${rest}\n`;
  const result = counts ?? { passed: 0, failed: 0, skipped: 0, slowest: [] };
  const fail = (why) => {
    text += `  ✖ ${why} (${files.length === 1 ? files[0] : `${files.length} files`})\n`;
    result.failed++;
  };
  // A process that dies, or ends badly without naming a failing test, is itself a failure.
  if (late) fail(late);
  else if (!counts || (status !== 0 && result.failed === 0)) fail(`the tests ended with ${status}`);
  else if (result.passed + result.failed + result.skipped === 0) fail('no test ran');
  return { ...result, text };
}

/**
 * Runs one kind of tests; `write` gets what is to be seen of it.
 * @returns {Promise<{ passed: number, failed: number, skipped: number, slowest: [number, string][] }>}
 */
export async function runSuite(suite, env, write = (text) => process.stdout.write(text)) {
  const total = { passed: 0, failed: 0, skipped: 0, slowest: [] };
  const queue = suite.atOnce ? suite.files.map((file) => [file]) : [suite.files];
  const work = async () => {
    for (let files = queue.shift(); files; files = queue.shift()) {
      const start = performance.now();
      const result = await runProcess(files, suite, env);
      for (const key of ['passed', 'failed', 'skipped']) total[key] += result[key];
      total.slowest.push(...result.slowest);
      const took = performance.now() - start;
      if (suite.atOnce && (result.failed > 0 || took > TOLD_FROM))
        write(`  ${result.failed > 0 ? '✖' : '·'} ${files[0]} ${seconds(start)}\n`);
      write(result.text);
    }
  };
  await Promise.all(Array.from({ length: suite.atOnce ?? 1 }, work));
  total.slowest = total.slowest.sort((a, b) => b[0] - a[0]).slice(0, 5);
  return total;
}
