import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parsePosition } from '@mach/base/position.ts';
import { type House, openHouse, restoreInto } from '@mach/server/boot.ts';
import { readOptions, type ServerOptions } from '@mach/server/options.ts';
import { asOwner } from '@mach/server/owner.ts';
import { checkBackup, dump, feedHead, proveAudit, readBackup, UnreadableBackup, writeBackup } from '@mach/store';
import { prove } from './verify.ts';

const SECRET = 'một khoá chỉ dùng để thử';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'mach-backup-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const optionsOf = (dataDir: string): ServerOptions => readOptions({ MACH_DATA: dataDir, MACH_DEMO: 'accounts' });
const silent = (): void => undefined;

/** Writes some people, renames one, and deletes one: versions, history, index rows, audit. */
async function work({ engine }: House, name: string): Promise<void> {
  const actor = engine.systemActor(1, 'test', ['system']);
  const all = { ...actor, permissions: new Set([...actor.permissions, 'record.write', 'record.write:Basic']) };
  const write = (key: string, ...entries: unknown[]) =>
    engine.sendByName('record.write', { entries }, all, { key: `backup-${name}-${key}` });
  const resource = (text: string) => ({ resourceType: 'Basic', id: `b-${name}`, code: { text } });
  await write('create', { op: 'put', resource: resource('một'), ifVersion: 0 });
  await write('change', { op: 'put', resource: resource('hai "\\ \n Ễ') });
  await write('other', { op: 'create', resource: { resourceType: 'Basic', code: { text: 'ba' } } });
}

const backUp = (house: House, path: string): Promise<number> => {
  const taken = house.engine.clock.now().toISOString();
  return asOwner(house.urls, (owner) => writeBackup(path, SECRET, taken, dump(owner, house.dataDir, taken)));
};

test('a backup opens with its key only, is noticed when changed or cut, and restores everything', async (t) => {
  const [from, to, out] = [folder(t), folder(t), folder(t)];
  const file = join(out, 'a.mbk');
  const house = await openHouse(optionsOf(from), silent);
  try {
    await work(house, 'a');
    await house.anchors.seal();
    await backUp(house, file);
    // What comes later is not in the backup.
    await work(house, 'later');
  } finally {
    await house.stop();
  }
  const { rows } = await checkBackup((await readBackup(file, SECRET)).reader);
  assert.ok(rows > 100);

  await assert.rejects(readBackup(file, 'another key'), UnreadableBackup);
  const bytes = readFileSync(file);
  const spoilt = join(out, 'spoilt.mbk');
  const broken = async (content: Buffer): Promise<void> => {
    writeFileSync(spoilt, content);
    await assert.rejects(async () => checkBackup((await readBackup(spoilt, SECRET)).reader));
  };
  const changed = Buffer.from(bytes);
  const middle = Math.floor(bytes.length / 2);
  changed[middle] = (changed[middle] ?? 0) ^ 1;
  await broken(changed);
  await broken(bytes.subarray(0, bytes.length - 20));
  await broken(Buffer.concat([bytes, Buffer.from('more')]));
  await assert.rejects(restoreInto(optionsOf(to), (await readBackup(spoilt, SECRET)).reader, silent));

  // The attempt that broke off is no obstacle to the next one.
  await restoreInto(optionsOf(to), (await readBackup(file, SECRET)).reader, silent);
  await assert.rejects(restoreInto(optionsOf(to), (await readBackup(file, SECRET)).reader, silent), /trống/);
  const restored = await openHouse({ ...optionsOf(to), demo: '0' }, silent);
  try {
    const { proofs, sound } = await prove(restored);
    assert.ok(sound, JSON.stringify(proofs.filter((p) => p.faults.length > 0)));
    const on = restored.engine.database.tenant(1);
    const { rows: found } = await on.query({ text: `select id, version, content from record where id like 'b-%'` });
    assert.deepEqual(
      found.map((r) => [r.id, r.version]),
      [['b-a', 2]],
    );
    assert.match(String(found[0]?.content), /hai \\"/);
    assert.ok(parsePosition(await feedHead(on)).epoch > 3_000_000, 'followers who had read further notice');
    await work(restored, 'new');
    assert.ok((await prove(restored)).sound);
  } finally {
    await restored.stop();
  }
});

test('an audit row cannot be changed; where somebody gets round that, the chain and the anchors say so', async (t) => {
  const house = await openHouse(optionsOf(folder(t)), silent);
  try {
    const on = house.engine.database.tenant(1);
    await work(house, 'a');
    await house.anchors.seal();
    await work(house, 'b');
    await house.anchors.seal();
    assert.deepEqual((await proveAudit(on)).broken, []);
    assert.deepEqual((await house.anchors.prove(1, '99001')).faults, []);
    const forge = `update audit set actor = 'somebody' where action = 'record.write' and detail ->> 'key' = 'backup-a-change'`;
    await assert.rejects(on.query({ text: forge }), /permission denied/);
    await asOwner(house.urls, async (owner) => {
      await owner.query(`select set_config('mach.tenant', '1', false)`);
      await assert.rejects(owner.query(forge), /never changed/);
      await assert.rejects(owner.query('delete from audit'), /never deleted/);
      await owner.query('alter table audit disable trigger all');
      await owner.query(forge);
    });
    const { broken } = await proveAudit(on);
    assert.equal(broken.length, 1, 'the seal over the changed row');
    await asOwner(house.urls, async (owner) => {
      await owner.query(`select set_config('mach.tenant', '1', false)`);
      // The whole chain computed anew, as an owner could: only the anchors outside still know.
      await owner.query(`update audit set seal = null`);
      await owner.query('delete from audit_seal');
      await owner.query('alter table audit enable trigger all');
    });
    await house.anchors.seal();
    assert.deepEqual((await proveAudit(on)).broken, []);
    assert.ok((await house.anchors.prove(1, '99001')).faults.length > 0);
    assert.equal((await prove(house)).sound, false);
  } finally {
    await house.stop();
  }
});
