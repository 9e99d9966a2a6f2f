import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findSuites, runSuite } from './suites.mjs';

/** Runs one made-up test file; what would be seen of it is among the answers. */
async function run(text, kind = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mach-suite-'));
  const file = join(folder, 'some.test.mjs');
  writeFileSync(file, `import { suite, test } from 'node:test';\n${text}`);
  const suite = { name: 'made-up', files: [file], testTimeout: 10_000, deadline: 20_000, atOnce: 1, ...kind };
  let seen = '';
  try {
    // A runner inside a runner would report to the outer one.
    const result = await runSuite(suite, { NODE_TEST_CONTEXT: undefined }, (part) => (seen += part));
    return { ...result, text: seen };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('what passes, fails and is skipped is counted, inside suites and tests too', async () => {
  const result = await run(
    `test('a', () => {});
     test('b', { skip: 'no data' }, () => {});
     test('c', async (t) => { await t.test('d', () => {}); });
     suite('s', () => { test('e', () => {}); test('f', () => { throw new Error('broken bone'); }); });`,
  );
  assert.deepEqual([result.passed, result.failed, result.skipped], [4, 1, 1]);
  assert.match(result.text, /✖ f .*\n.*broken bone/);
  assert.match(result.text, /– b .*no data/);
});

test('a file that does not load, a process that dies and a file without tests are failures', async () => {
  assert.equal((await run("import './nothing.mjs';")).failed, 1);
  assert.equal((await run("test('x', () => process.exit(0));")).failed, 1);
  assert.ok((await run("test('x', () => process.kill(process.pid, 'SIGKILL'));")).failed >= 1);
  assert.equal((await run('test;')).failed, 1);
});

test('what hangs is ended and named; what only leaves something open has passed', async () => {
  const sleeps = "test('sleeps', () => new Promise((done) => setTimeout(done, 60_000)));";
  let hung = await run(sleeps, { deadline: 1_500, testTimeout: 60_000 });
  // A machine that is busy may not even have begun by then.
  if (hung.text.includes('began: none')) hung = await run(sleeps, { deadline: 20_000, testTimeout: 60_000 });
  assert.deepEqual([hung.passed, hung.failed], [0, 1]);
  assert.match(hung.text, /no end within [\d.]+ s; the last that began: sleeps/);
  const left = await run("test('leaves', () => { setInterval(() => {}, 1000); });");
  assert.deepEqual([left.passed, left.failed], [1, 0]);
});

test('each test file belongs to one kind', () => {
  const kinds = Object.fromEntries(findSuites().map((suite) => [suite.name, suite.files]));
  const all = Object.values(kinds).flat();
  assert.equal(new Set(all).size, all.length);
  assert.ok(kinds.unit.includes(join('scripts', 'lib', 'suites.test.mjs')));
  assert.ok(kinds.database.every((file) => file.endsWith('.db.test.ts')));
  assert.deepEqual(findSuites('no such path'), []);
});
