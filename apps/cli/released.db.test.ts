import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Actor } from '@mach/engine';
import { type House, openHouse, restoreInto } from '@mach/server/boot.ts';
import { answerDigest, keptOf, type ReleasedHouse } from '@mach/server/faults/released.ts';
import { readOptions } from '@mach/server/options.ts';
import { asOwner } from '@mach/server/owner.ts';
import { readBackup } from '@mach/store';
import { prove } from './verify.ts';

const FOLDER = join(import.meta.dirname, '..', 'server', 'faults', 'fixtures');
/** The small house of each released version, with what was in it; `npm run release:house` makes the next one. */
const RELEASED = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    file: join(FOLDER, file.replace(/json$/, 'mbk')),
    house: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as ReleasedHouse,
  }));

/** A member of the staff as the house knows him, whatever has become of his password since. */
async function actorOf({ engine }: House, login: string): Promise<Actor> {
  const { rows } = await engine.database.system.query<{ roles: string[]; practitioner: string | null }>({
    text: 'select m.roles, m.practitioner from system.membership m join system.account a on a.id = m.account where a.login = $1',
    values: [login],
  });
  const [member] = rows;
  assert.ok(member, login);
  return engine.systemActor(1, login, member.roles, member.practitioner);
}

for (const { file, house: then } of RELEASED)
  test(`the house of ${then.version} opens in this version: nothing is lost or altered, every deed is known, and work goes on`, {
    timeout: 120_000,
  }, async (t) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'mach-released-'));
    t.after(() => rmSync(dataDir, { recursive: true, force: true }));
    const options = readOptions({ MACH_DATA: dataDir, MACH_DEMO: '0' });
    await restoreInto(options, (await readBackup(file, then.key)).reader, () => undefined, then.taken);
    const house = await openHouse(options, () => undefined);
    try {
      const { proofs, sound } = await prove(house);
      assert.ok(sound, JSON.stringify(proofs.filter(({ faults }) => faults.length > 0)));
      await asOwner(house.urls, async (owner) => {
        assert.deepEqual(await keptOf(owner, then.taken), then.kept);
        // What a careless migration might do is seen by the same comparison.
        for (const careless of [
          `update record set content = replace(content, 'Tim đều', 'Tim đập')`,
          `update record_history set deleted = true where version = 1`,
          `delete from audit where kind = 'command'`,
          `update ledger_movement set amount = amount + 1`,
        ]) {
          await owner.query('begin');
          await owner.query(`alter table audit disable trigger user`);
          const touched = (await owner.query(careless)).rowCount ?? 0;
          assert.ok(touched > 0, `${careless}: there is nothing in the house to spoil`);
          assert.notDeepEqual(await keptOf(owner, then.taken), then.kept, careless);
          await owner.query('rollback');
        }
      });
      for (const { key, login, name, input, answer } of then.deeds) {
        const again = await house.engine.sendByName(name, input, await actorOf(house, login), { key });
        assert.deepEqual([again.replayed, answerDigest(again.result)], [true, answer], `${key} ${name}`);
      }
      const doctor = await actorOf(house, 'bacsi');
      for (const encounter of then.waiting)
        await house.engine.sendByName('encounter.startExam', { encounter }, doctor, { key: `newest-${encounter}` });
      assert.ok((await prove(house)).sound);
    } finally {
      await house.stop();
    }
  });

test('there is a house of each released version', () => {
  const told = readFileSync(join(import.meta.dirname, '..', '..', 'CHANGELOG.md'), 'utf8');
  const versions = [...told.matchAll(/^## (\d+\.\d+\.\d+)/gm)].map((match) => match[1]).sort();
  assert.ok(versions.length > 0);
  assert.deepEqual(RELEASED.map(({ house }) => house.version).sort(), versions);
});
