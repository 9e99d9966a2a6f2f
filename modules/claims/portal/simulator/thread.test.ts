import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordHash, TOKEN_PATH } from '../client.ts';
import { simulatorThread } from './thread.ts';

const signIn = (password: string) => ({
  path: TOKEN_PATH,
  form: { username: '01999_BV', password: passwordHash(password) },
});

test('the thread answers as the simulator does, each request its own answer', async () => {
  const http = simulatorThread('mo-phong');
  const signal = new AbortController().signal;
  const answers = await Promise.all([
    http(signIn('mo-phong'), signal),
    http(signIn('sai'), signal),
    http({ path: 'api/khac', form: {} }, signal),
  ]);
  assert.deepEqual(
    answers.map(({ status, body }) => [status, status === 200 ? JSON.parse(body).maKetQua : body]),
    [
      [200, '200'],
      [200, '401'],
      [404, 'Not Found'],
    ],
  );
});

test('who waits no longer is told so, and the next is answered', async () => {
  const http = simulatorThread('mo-phong');
  const impatient = new AbortController();
  const asked = http(signIn('mo-phong'), impatient.signal);
  impatient.abort();
  await assert.rejects(asked, /did not answer in time/);
  await assert.rejects(http(signIn('mo-phong'), impatient.signal), /aborted/);
  const { body } = await http(signIn('mo-phong'), new AbortController().signal);
  assert.equal(JSON.parse(body).maKetQua, '200');
});
