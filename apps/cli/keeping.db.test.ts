import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSetting } from '@mach/engine/identity/setting-secrets.ts';
import { openHouse } from '@mach/server/boot.ts';
import { readOptions } from '@mach/server/options.ts';
import { listEvents } from '@mach/server/safekeeping/events.ts';
import { readWords, UsageError } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { Output } from './output.ts';

/** Keeps what a command says instead of printing it. */
class Heard extends Output {
  data: Record<string, unknown> = {};
  lines: readonly string[] = [];
  override result(data: object, lines: readonly string[]): void {
    this.data = { ...data };
    this.lines = lines;
  }
}

test('mach backup --base, reconcile and setting, word for word', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-keeping-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const { MACH_BACKUP: before } = process.env;
  process.env.MACH_BACKUP = join(dataDir, 'disk');
  t.after(() => {
    if (before === undefined) delete process.env.MACH_BACKUP;
    else process.env.MACH_BACKUP = before;
  });
  const house = await openHouse(readOptions({ MACH_DATA: dataDir, MACH_DEMO: 'accounts' }), () => undefined);
  t.after(() => house.stop());
  const { system } = house.engine.database;
  const run = async (...args: string[]): Promise<Heard> => {
    const command = COMMANDS.find((one) => one.words.every((word, i) => args[i] === word));
    assert.ok(command, args.join(' '));
    const out = new Heard(false);
    const words = readWords(args.slice(command.words.length), command.flags);
    assert.equal(await command.run({ house, words, out }), 0, out.lines.join('\n'));
    return out;
  };

  // The demo house's own secret was sealed when the house was opened.
  const stored = async (): Promise<string> =>
    String(
      (await system.query({ text: `select value::text as v from system.setting where key = 'cashier.bank'` })).rows[0]
        ?.v,
    );
  assert.doesNotMatch(await stored(), /bank-simulator-secret/);
  const value = { bank: '970436', bankName: 'VCB', account: '1', holder: 'BV', secret: 'a-secret-of-the-bank' };
  const file = join(dataDir, 'bank.json');
  writeFileSync(file, JSON.stringify(value));
  const set = await run('setting', 'set', 'cashier.bank', '--file', file);
  assert.equal(set.data.sealed, 1);
  assert.doesNotMatch(await stored(), /a-secret-of-the-bank/);
  const settings = house.engine.settings(1) as Map<string, unknown>;
  settings.set('cashier.bank', JSON.parse(await stored()));
  assert.deepEqual(openSetting(house.engine, 1, 'cashier.bank'), value);
  const listed = await run('setting', 'list');
  assert.match(listed.lines.join('\n'), /cashier\.bank .*•••/);
  assert.doesNotMatch(listed.lines.join('\n'), /sealed|a-secret/);
  const audit = await house.engine.database
    .tenant(1)
    .query({ text: `select detail from audit where action = 'setting.set'` });
  assert.deepEqual(audit.rows[0]?.detail, { key: 'cashier.bank', sealed: 1 });
  for (const wrong of ['nothing.at-all', 'access.policy'])
    await assert.rejects(run('setting', 'set', wrong, '--file', file), UsageError);

  const base = await run('backup', '--base');
  assert.ok(existsSync(String(base.data.file)));
  assert.match(base.lines.join('\n'), /Khoá vừa tạo.*keys\/backup\.key/);
  await assert.rejects(run('backup'), UsageError);
  assert.deepEqual(
    (await listEvents(system, 9)).map((event) => [event.kind, event.sound]),
    [['base', true]],
  );

  assert.deepEqual((await run('reconcile')).data, { behind: false });
  assert.deepEqual((await run('reconcile', '--show')).data, { restored: null });
  const accepted = await run('reconcile', '--lost-until', '2026-11-22T10:15:00+07:00');
  assert.equal(accepted.data.until, '2026-11-22T03:15:00.000Z');
  assert.ok(Number(accepted.data.epoch) > 3_000_000);
  const shown = await run('reconcile', '--show');
  assert.equal((shown.data.restored as { source: string }).source, 'reconcile');
  assert.deepEqual(shown.data.left, [{ facility: '99001', messages: [], blocks: 0 }]);
  await assert.rejects(run('reconcile', '--lost-until', '10:15'), UsageError);
});
