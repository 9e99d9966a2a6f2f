import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findSuites, runSuite } from './suites.mjs';

/** Runs one made-up test file, silently. */
async function run(t, text, options = []) {
  const folder = mkdtempSync(join(tmpdir(), 'mach-suite-'));
  const file = join(folder, 'some.test.mjs');
  writeFileSync(file, `import { suite, test } from 'node:test';\n${text}`);
  const written = t.mock.method(process.stdout, 'write', () => true);
  try {
    // A runner inside a runner would report to the outer one.
    const result = await runSuite({ name: 'made-up', files: [file], options }, { NODE_TEST_CONTEXT: undefined });
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

test('a file that does not load, a runner that dies and a file without tests are failures', async (t) => {
  for (const isolation of ['none', 'process']) {
    const options = [`--test-isolation=${isolation}`];
    assert.equal((await run(t, "import './nothing.mjs';", options)).failed, 1);
    assert.equal((await run(t, "test('x', () => process.exit(0));", options)).failed, 1);
    assert.ok((await run(t, "test('x', () => process.kill(process.pid, 'SIGKILL'));", options)).failed >= 1);
    assert.equal((await run(t, 'test;', options)).failed, 1);
  }
});

test('each test file belongs to one kind', () => {
  const kinds = Object.fromEntries(findSuites().map((suite) => [suite.name, suite.files]));
  const all = Object.values(kinds).flat();
  assert.equal(new Set(all).size, all.length);
  assert.ok(kinds.unit.includes(join('scripts', 'lib', 'suites.test.mjs')));
  assert.ok(kinds.database.every((file) => file.endsWith('.db.test.ts')));
  assert.deepEqual(findSuites('no such path'), []);
});
