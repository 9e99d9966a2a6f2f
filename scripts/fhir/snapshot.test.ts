import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

test('the committed snapshot is what the definitions give', () => {
  const run = spawnSync(process.execPath, [join(here, 'snapshot.ts'), '--check'], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
});

test('the snapshot is small', () => {
  const generated = join(here, '../../packages/fhir/generated');
  const bytes = ['r4-structures.js', 'r4-search.js'].reduce((n, f) => n + readFileSync(join(generated, f)).length, 0);
  assert.ok(bytes < 1_500_000, String(bytes));
});
