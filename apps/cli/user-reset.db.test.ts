import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Sessions } from '@mach/engine';
import { openHouse } from '@mach/server/boot.ts';
import { readOptions } from '@mach/server/options.ts';
import { UsageError } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { Output } from './output.ts';
import { resetUser } from './user-reset.ts';

test('who is locked out gets a code that is good once; sessions end, and the log says who did it and why', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mach-reset-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const house = await openHouse(readOptions({ MACH_DATA: dataDir, MACH_DEMO: 'accounts' }), () => undefined);
  t.after(() => house.stop());
  const { engine } = house;
  const { signIns } = new Sessions(engine);
  const where = {
    address: '127.0.0.1',
    agent: 'test',
    site: 'inside',
    browser: 'a-browser',
    device: undefined,
  } as const;
  const before = await signIns.password('bacsi', 'mach-demo', undefined, where);
  assert.ok('token' in before);
  const said: string[] = [];
  const out = Object.assign(new Output(true), { result: (data: object) => said.push(JSON.stringify(data)) });
  const flags = { account: 'BacSi', reason: 'Quên mật khẩu, đã gặp mặt', factors: true };
  const words = { flags } as never;
  assert.equal(await resetUser({ house, words, out }), 0);
  const { code, factors } = JSON.parse(said[0] ?? '{}') as { code: string; factors: boolean };
  assert.match(code, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  assert.equal(factors, true);
  const { rows: sessions } = await engine.database.system.query<{ n: number }>({
    text: `select count(*)::int as n from system.session s join system.account a on a.id = s.account where a.login = 'bacsi'`,
  });
  assert.equal(sessions[0]?.n, 0, 'every session is over');
  await assert.rejects(signIns.password('bacsi', 'mach-demo', undefined, where));
  const half = await signIns.password('bacsi', code, undefined, where);
  assert.equal('next' in half && half.next, 'password', 'a new password is asked for at once');
  const { rows } = await engine.database.tenant(1).query<{ actor: string; detail: { login: string; reason: string } }>({
    text: `select actor, detail from audit where tenant = mach_tenant() and action = 'user.reset'`,
  });
  assert.deepEqual(rows[0] && [rows[0].actor, rows[0].detail.login, rows[0].detail.reason], [
    'system:cli',
    'bacsi',
    'Quên mật khẩu, đã gặp mặt',
  ]);
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(code), 'the code itself is kept nowhere');
  const nobody = { flags: { account: 'khong-co', reason: 'thử' } } as never;
  await assert.rejects(resetUser({ house, words: nobody, out }), UsageError);
  assert.ok(COMMANDS.some((command) => command.words.join(' ') === 'user reset'));
});
