import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKS } from './checks.mjs';
import { install } from './install.mjs';
import { ROOT } from './paths.mjs';
import { captured, platformNode } from './run.mjs';
import { seconds, Trouble } from './say.mjs';
import { findSuites, runSuite } from './suites.mjs';
import { buildWeb } from './web.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };

function count(name, result, start) {
  for (const key of Object.keys(total)) total[key] += result[key];
  const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
  process.stdout.write(
    `${result.failed > 0 ? '✖' : '✔'} ${name}: ${result.passed} passed, ${result.failed} failed${skipped} (${seconds(start)})\n`,
  );
}

async function check({ name, run }) {
  const start = performance.now();
  const faults = await run();
  for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  count(name, { passed: faults.length === 0 ? 1 : 0, failed: faults.length === 0 ? 0 : 1, skipped: 0 }, start);
}

/** The run's own PostgreSQL: started once, shared by all database and browser tests, gone at the end. */
async function startDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'mach-test-'));
  const keeper = spawn(platformNode(), [join(ROOT, 'apps', 'server', 'testing', 'keeper.ts'), folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  keeper.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise((done) => keeper.once('close', done));
  const stop = async () => {
    keeper.kill('SIGTERM');
    await Promise.race([ended, sleep(20_000)]);
    keeper.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  while (!existsSync(join(folder, 'server.json'))) {
    if (keeper.exitCode !== null)
      throw new Trouble(
        'Không khởi động được PostgreSQL cho kiểm thử.',
        `The tests’ PostgreSQL did not start.\n${output}`,
      );
    await sleep(50);
  }
  return { folder, stop };
}

/** Unpacks the browser before its tests, so that a machine without one is told so once and clearly. */
async function prepareBrowser() {
  const module = new URL('../../apps/server/testing/browser.ts', import.meta.url).href;
  const { status, output } = await captured(platformNode(), [
    '--input-type=module',
    '-e',
    `await (await import(${JSON.stringify(module)})).findBrowser()`,
  ]);
  if (status !== 0) process.stdout.write(`  ${output.trim()}\n`);
}

/** A staff app that cannot be built is a failure like another: the tests go on. */
async function webFaults() {
  try {
    await buildWeb();
    return [];
  } catch (error) {
    if (error instanceof Trouble) return [error.message];
    throw error;
  }
}

/** The set-up that is missing, then every check and test. @returns whether all of them passed */
export async function testAll(only) {
  await install();
  if (!only) for (const one of CHECKS) await check(one);
  const suites = findSuites(only);
  if (suites.length === 0)
    throw new Trouble(`Không có kiểm thử nào khớp "${only}".`, `No test’s path holds "${only}".`);
  let database;
  try {
    for (const suite of suites) {
      if (suite.name !== 'unit') database ??= await startDatabase();
      if (suite.name === 'browser') {
        await check({ name: 'staff app builds', run: webFaults });
        await prepareBrowser();
      }
      const start = performance.now();
      const result = await runSuite(suite, database ? { MACH_TEST_SERVER: database.folder } : {});
      count(`${suite.name} tests`, result, start);
      for (const [ms, name] of result.slowest) if (only || ms > 10_000) process.stdout.write(`    ${ms} ms ${name}\n`);
    }
  } finally {
    await database?.stop();
  }
  // Only what needs the official data may be skipped, and only where they are absent; a missing peer is a fault.
  const data = process.env.MACH_SHARED_DATA ?? join(ROOT, '..', 'shared', 'data');
  if (process.env.CI === 'true' && total.skipped > 0 && existsSync(data)) {
    process.stdout.write(`  ✖ ${total.skipped} tests were skipped, which is not allowed here\n`);
    total.failed += total.skipped;
    total.skipped = 0;
  }
  process.stdout.write(
    `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`,
  );
  return total.failed === 0;
}
