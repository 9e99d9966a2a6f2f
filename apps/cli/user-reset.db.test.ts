import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '@mach/server/testing/app.ts';
import { UsageError } from './arguments.ts';
import type { Call } from './call.ts';
import { COMMANDS } from './commands.ts';
import { Output } from './output.ts';
import { resetUser } from './user-reset.ts';

test('who is locked out gets a code that is good once; sessions end, and the log says who did it and why', async (t) => {
  const { app, engine, ownerUrl, signIn } = await testApp(t, []);
  await signIn(['doctor']);
  const login = async (password: string) =>
    app.inject({ method: 'POST', url: '/api/session', payload: { account: 'person-1', password } });
  assert.equal((await login('correct horse')).statusCode, 200);
  const said: string[] = [];
  const out = Object.assign(new Output(true), { result: (data: object) => said.push(JSON.stringify(data)) });
  const house = { engine, urls: { ownerUrl } } as Call['house'];
  const words = (flags: object): Call['words'] => ({ flags }) as Call['words'];
  const asked = { account: 'Person-1', reason: 'Quên mật khẩu, đã gặp mặt', factors: true };
  assert.equal(await resetUser({ house, words: words(asked), out }), 0);
  const { code, factors } = JSON.parse(said[0] ?? '{}') as { code: string; factors: boolean };
  assert.match(code, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  assert.equal(factors, true);
  const { rows: sessions } = await engine.database.system.query<{ n: number }>({
    text: `select count(*)::int as n from system.session s join system.account a on a.id = s.account where a.login = 'person-1'`,
  });
  assert.equal(sessions[0]?.n, 0, 'every session is over');
  assert.equal((await login('correct horse')).statusCode, 401);
  const half = await login(code);
  assert.deepEqual([half.statusCode, half.json<{ next: string }>().next], [202, 'password'], 'a new one is asked for');
  const { rows } = await engine.database.tenant(1).query<{ actor: string; detail: { login: string; reason: string } }>({
    text: `select actor, detail from audit where tenant = mach_tenant() and action = 'user.reset'`,
  });
  assert.deepEqual(rows[0] && [rows[0].actor, rows[0].detail.login, rows[0].detail.reason], [
    'system:cli',
    'person-1',
    'Quên mật khẩu, đã gặp mặt',
  ]);
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(code), 'the code itself is kept nowhere');
  const nobody = words({ account: 'khong-co', reason: 'thử' });
  await assert.rejects(resetUser({ house, words: nobody, out }), UsageError);
  assert.ok(COMMANDS.some((command) => command.words.join(' ') === 'user reset'));
});
