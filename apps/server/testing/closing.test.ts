import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeInTime } from './closing.ts';

test('what does not end is named and left; what fails says so', async (t) => {
  const written = t.mock.method(process.stderr, 'write', () => true);
  await closeInTime('a server', () => new Promise(() => undefined), 20);
  await closeInTime('a file', async () => 'late', 10_000);
  const text = written.mock.calls.map((call) => String(call.arguments[0])).join('');
  written.mock.restore();
  assert.match(text, /a server had not ended after \d+ ms/);
  assert.doesNotMatch(text, /a file/);
  await assert.rejects(
    closeInTime('a pool', () => Promise.reject(new Error('in use'))),
    /in use/,
  );
});
