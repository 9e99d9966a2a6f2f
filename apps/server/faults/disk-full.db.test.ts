import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const permitted =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /tmp'], { stdio: 'ignore' }).status === 0;

test('a full disk refuses, loses nothing that was acknowledged, and works again when there is space', {
  timeout: 180_000,
  skip: permitted ? false : 'user namespaces with mounts are not permitted here',
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mach-full-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // The disk lives in the namespace of that process alone, and goes with it.
  const script = join(import.meta.dirname, 'disk-full.ts');
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [
      '-rm',
      'sh',
      '-c',
      'mount -t tmpfs -o size=170m tmpfs "$1" && exec "$2" "$3" "$1"',
      'sh',
      folder,
      process.execPath,
      script,
    ],
    { encoding: 'utf8', timeout: 170_000 },
  );
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /^acknowledged \d+, refused [1-9]\d*, there again \d+$/m);
  assert.ok(!existsSync(join(folder, 'site')), 'the disk was one of its own');
});
