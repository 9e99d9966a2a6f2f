import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaches } from '@mach/store';
import { allMigrations } from './migrations.ts';

/** Released as they are, before there was a version to be kept working. */
const BEFORE_FIRST_RELEASE = new Set(['store/0020_oauth.sql']);

test('no migration breaks the version before it', async () => {
  const all = await allMigrations();
  assert.ok(all.length > 10);
  const found = all
    .filter(({ name }) => !BEFORE_FIRST_RELEASE.has(name))
    .flatMap(({ name, sql }) => breaches(sql).map((b) => `${name}:${b.line} ${b.statement} — ${b.why}`));
  assert.deepEqual(found, []);
});
