import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaches, compareVersions, neededBy } from './migration-rules.ts';

const whys = (sql: string): string[] => breaches(sql).map((breach) => `${breach.line} ${breach.why}`);

test('what breaks the version before is found, also in the middle of a file', () => {
  assert.deepEqual(whys('create table a (b integer);\n\nalter table a drop column b;'), [
    '1 the version before reads it',
  ]);
  assert.equal(whys('alter table a rename column b to c;').length, 1);
  assert.equal(whys('alter table a alter column b type bigint;').length, 1);
  assert.equal(whys('alter table a alter column b set not null;').length, 1);
  assert.equal(whys('alter table a add column c text not null;').length, 1);
  assert.equal(whys('DROP TABLE a;').length, 1);
});

test('what adds is free, and so is what is said in a comment or a name', () => {
  assert.deepEqual(whys(`alter table a add column c text not null default 'x';`), []);
  assert.deepEqual(whys('alter table a add column d timestamptz;'), []);
  assert.deepEqual(whys('create index if not exists x on a (b); -- drop table a'), []);
  assert.deepEqual(whys('drop index a_b; create unique index a_b on a (b) where b is not null;'), []);
});

test('a contraction names the release that stopped needing it', () => {
  assert.deepEqual(whys('-- contract: 0.2.0 no longer reads a.b\nalter table a drop column b;'), []);
  assert.equal(whys('-- contract: some day\nalter table a drop column b;').length, 1);
  assert.equal(whys('-- contract: 0.2.0 no longer reads a.b\nalter table a drop column b;\ndrop table c;').length, 1);
});

test('the oldest program that a step leaves working is the newest that it names', () => {
  const lines = (...versions: string[]) =>
    versions.map((v) => `-- contract: ${v} no longer reads a.b\ndrop table a;`).join('\n');
  assert.equal(neededBy(lines('0.9.0', '0.10.0', '0.2.0')), '0.10.0');
  assert.equal(neededBy('create table a (b integer); -- contract: none'), undefined);
  assert.deepEqual(['1.0.0', '0.10.0', '0.9.9', '0.9.10'].sort(compareVersions), [
    '0.9.9',
    '0.9.10',
    '0.10.0',
    '1.0.0',
  ]);
});
