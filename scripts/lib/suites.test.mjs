import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findSuites, runSuite } from './suites.mjs';

/** Runs one made-up test file, silently. */
async function run(t, text, kind = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mach-suite-'));
  const file = join(folder, 'some.test.mjs');
  writeFileSync(file, `import { suite, test } from 'node:test';\n${text}`);
  const written = t.mock.method(process.stdout, 'write', () => true);
  try {
    // A runner inside a runner would report to the outer one.
    const suite = { name: 'made-up', files: [file], testTimeout: 10_000, deadline: 20_000, atOnce: 1, ...kind };
    const result = await runSuite(suite, { NODE_TEST_CONTEXT: undefined });
    return { ...result, text: written.mock.calls.map((call) => call.arguments[0]).join('') };
  } finally {
    written.mock.restore();
    rmSync(folder, { recursive: true, force: true });
  }
}

test('what passes, fails and is skipped is counted, inside suites and tests too', async (t) => {
  const result = await run(
    t,
    `test('a', () => {});
     test('b', { skip: 'no data' }, () => {});
     test('c', async (t) => { await t.test('d', () => {}); });
     suite('s', () => { test('e', () => {}); test('f', () => { throw new Error('broken bone'); }); });`,
  );
  assert.deepEqual([result.passed, result.failed, result.skipped], [4, 1, 1]);
  assert.match(result.text, /✖ f .*\n.*broken bone/);
  assert.match(result.text, /– b .*no data/);
});

test('a file that does not load, a process that dies and a file without tests are failures', async (t) => {
  assert.equal((await run(t, "import './nothing.mjs';")).failed, 1);
  assert.equal((await run(t, "test('x', () => process.exit(0));")).failed, 1);
  assert.ok((await run(t, "test('x', () => process.kill(process.pid, 'SIGKILL'));")).failed >= 1);
  assert.equal((await run(t, 'test;')).failed, 1);
});

test('what hangs is ended and named; what only leaves something open has passed', async (t) => {
  const hung = await run(t, "test('sleeps', () => new Promise((done) => setTimeout(done, 60_000)));", {
    deadline: 1500,
  });
  assert.deepEqual([hung.passed, hung.failed], [0, 1]);
  assert.match(hung.text, /no end within 1.5 s; the last that began: sleeps/);
  const left = await run(t, "test('leaves', () => { setInterval(() => {}, 1000); });");
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
