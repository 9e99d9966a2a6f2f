import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AccessPack } from '@mach/engine/policy/rules.ts';
import { askedPurposes, type PurposePack } from './purposes.ts';

const pack = <T>(name: string): T => {
  const file = join(import.meta.dirname, '..', '..', '..', 'rulepacks', name, '2026-07-01.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { data: T }).data;
};
const processing = pack<PurposePack>('privacy-processing');
const access = pack<AccessPack>('access-policy');

test('what people decide on is what the policy keeps, and nothing is open by silence that needs a yes', () => {
  const rules = (access.policies['care-relation']?.rules ?? []).flatMap((rule) =>
    rule.kind === 'consent' ? [rule] : [],
  );
  const kept = (needs: 'agreement' | undefined): string[] =>
    rules.flatMap((rule) => (rule.needs === needs ? rule.purposes : [])).sort();
  const decided = (decides: string): string[] =>
    processing.purposes.flatMap((one) => (one.decides === decides ? [one.purpose] : [])).sort();
  assert.deepEqual(kept('agreement'), decided('agreement'));
  assert.deepEqual(kept(undefined), decided('refusal'));
  for (const must of ['HRESCH', 'HMARKT', 'FAMRQT', 'COVERAGE']) assert.ok(decided('agreement').includes(must), must);
});

test('each purpose can be stated, has a ground, and whoever is asked is told what for', () => {
  const stated = access.purposes.map((one) => one.code).sort();
  assert.deepEqual(processing.purposes.map((one) => one.purpose).sort(), stated);
  for (const { purpose, basis, decides, told } of processing.purposes) {
    assert.ok(processing.bases[basis], purpose);
    // Who is asked rests on consent, or on a law that lets him object; who is not asked never rests on consent.
    assert.equal(basis === 'consent', decides === 'agreement', purpose);
    assert.equal(told !== undefined, decides !== 'law', purpose);
  }
  for (const { purpose, decides, told } of askedPurposes(processing)) {
    assert.match(told.vi, decides === 'agreement' ? /nhạy cảm/ : /phản đối/, purpose);
    assert.match(told.vi, decides === 'agreement' ? /Rút lại được/ : /quyền/, purpose);
  }
});
