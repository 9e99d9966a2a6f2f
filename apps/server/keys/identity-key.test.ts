import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { identityKey } from './identity-key.ts';

test('the key is made once, for the owner alone, and a damaged one is told', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mach-identity-key-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const key = identityKey(folder);
  assert.equal(key.length, 32);
  assert.deepEqual(identityKey(folder), key);
  const path = join(folder, 'keys', 'identity.key');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  writeFileSync(path, 'short');
  assert.throws(() => identityKey(folder), /32 bytes/);
});
