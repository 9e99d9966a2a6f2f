import assert from 'node:assert/strict';
import { request } from 'node:https';
import { type TestContext, test } from 'node:test';
import { type TestApp, testApp } from '../../testing/app.ts';
import { localCertificate } from '../../testing/certificate.ts';
import { buildApp } from '../app.ts';

type Issue = { issue: { code: string; text?: { vi: string } }[] };
const codeOf = (body: unknown): string | undefined => (body as Issue).issue[0]?.code;

const cases: [string, (house: TestApp, t: TestContext) => Promise<void>][] = [];
const it = (name: string, work: (house: TestApp, t: TestContext) => Promise<void>): unknown => cases.push([name, work]);

it('every answer says what a browser may do with it', async (house) => {
  const { app, ask, signIn } = house;
  const token = await signIn([]);
  const api = await ask('GET', '/api/session', token);
  assert.match(String(api.headers['content-security-policy']), /default-src 'none'/);
  assert.equal(api.headers['cache-control'], 'no-store');
  assert.equal(api.headers['x-content-type-options'], 'nosniff');
  assert.equal(api.headers['strict-transport-security'], undefined, 'plain HTTP locks nobody out');
  const page = await app.inject({ url: '/nowhere' });
  const policy = String(page.headers['content-security-policy']);
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /script-src[^;]*(unsafe|\*|data:)/);
  assert.match(policy, /frame-ancestors 'none'/);
  const https = await app.inject({ url: '/healthz', headers: { 'x-forwarded-proto': 'https' } });
  assert.match(String(https.headers['strict-transport-security']), /max-age=31536000/);
  const refused = await app.inject({ url: '/fhir/Patient' });
  assert.equal(refused.headers['cache-control'], 'no-store', 'a refusal too');
});

it('the session cookie is out of reach of scripts and other sites, and of plain lines where HTTPS is', async (house) => {
  const { app, signIn } = house;
  await signIn([]);
  const open = async (headers: Record<string, string>) =>
    (
      await app.inject({
        method: 'POST',
        url: '/api/session',
        headers,
        payload: { account: 'person-2', password: 'correct horse' },
      })
    ).cookies;
  for (const cookie of await open({})) assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Strict']);
  const secure = await open({ 'x-forwarded-proto': 'https' });
  assert.ok(secure.length >= 2);
  for (const cookie of secure) assert.equal(cookie.secure, true, cookie.name);
});

it('over HTTPS a cookie is this host’s own; one that a neighbour planted opens nothing', async (house) => {
  const { app, signIn } = house;
  const planted = await signIn([]);
  const https = { 'x-forwarded-proto': 'https' };
  const ask = (cookie: string, method: 'GET' | 'DELETE' = 'GET', url = '/api/session') =>
    app.inject({ method, url, headers: { ...https, cookie } });
  const payload = { account: 'person-1', password: 'correct horse' };
  const former = 'x'.repeat(32);
  const cookie = `mach_browser=${former}; mach_session=${planted}`;
  const signedIn = await app.inject({ method: 'POST', url: '/api/session', headers: { ...https, cookie }, payload });
  assert.equal(signedIn.statusCode, 200, signedIn.body);
  const lines = [signedIn.headers['set-cookie'] ?? []].flat();
  assert.deepEqual(lines.map((line) => line.split('=')[0]).sort(), ['__Host-mach_browser', '__Host-mach_session']);
  for (const line of lines) {
    assert.match(line, /Path=\/(;|$)/);
    assert.match(line, /; Secure/);
    assert.doesNotMatch(line, /Domain/i);
  }
  const kept = Object.fromEntries(signedIn.cookies.map(({ name, value }) => [name, value]));
  assert.equal(kept['__Host-mach_browser'], former, 'a browser that is known stays known');
  const own = `__Host-mach_session=${kept['__Host-mach_session']}`;
  assert.equal((await ask(own)).statusCode, 200);
  assert.equal((await ask(`mach_session=${planted}; ${own}`)).json().user.account, 'person-1');
  assert.equal((await ask(`mach_session=${planted}`)).statusCode, 401);
  // On a plain line it is the other way round: the prefix is no browser's there.
  const plain = await app.inject({ url: '/api/session', headers: { cookie: `mach_session=${planted}` } });
  assert.equal(plain.statusCode, 200);
  const out = await ask(own, 'DELETE');
  assert.match(String(out.headers['set-cookie']), /^__Host-mach_session=;.*; Secure/);
  assert.equal((await ask(own)).statusCode, 401);
});

it('a page of another site changes nothing, by cookie or without one', async (house) => {
  const { app, signIn } = house;
  const token = await signIn([]);
  const post = (headers: Record<string, string>, url = '/api/account/confirm') =>
    app.inject({ method: 'POST', url, headers, payload: { password: 'correct horse' } });
  const cookieOf = (headers: Record<string, string>): string =>
    `${headers['x-forwarded-proto'] === 'https' ? '__Host-' : ''}mach_session=${token}`;
  const host = 'his.example.vn';
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'https://his.example.vn.evil.example' },
    { origin: 'null' },
    { origin: 'not an address' },
    { origin: 'http://his.example.vn', 'x-forwarded-proto': 'https' },
  ];
  for (const headers of foreign)
    for (const url of ['/api/account/confirm', '/api/session', '/fhir/Patient']) {
      const answer = await post({ cookie: cookieOf(headers), host, ...headers }, url);
      assert.equal(answer.statusCode, 403, JSON.stringify(headers));
      const { issue } = answer.json<{ issue: { code: string; details?: { coding: { code: string }[] } }[] }>();
      assert.equal(issue[0]?.details?.coding[0]?.code ?? issue[0]?.code, 'cross-site');
    }
  const own: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'same-origin', origin: 'http://his.example.vn' },
    { origin: 'http://his.example.vn' },
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { origin: 'https://his.example.vn', 'x-forwarded-proto': 'https' },
  ];
  for (const headers of own)
    assert.equal((await post({ cookie: cookieOf(headers), host, ...headers })).statusCode, 204);
  const bearer = { authorization: `Bearer ${token}`, host, origin: 'https://app.example' };
  assert.equal((await post(bearer)).statusCode, 204, 'a token is never sent by a browser on its own');
});

it('bodies that are too deep, too wide or no JSON are refused at every door', async (house) => {
  const { ask, signIn } = house;
  const token = await signIn([]);
  const deep = `{"name":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
  const wide = `{"a":[${Array(30_000).fill(0)}]}`;
  for (const url of ['/api/commands/x.y', '/fhir/Patient', '/api/account/confirm'])
    for (const [body, status] of [
      [deep, 413],
      [wide, 413],
      ['{"a":', 400],
    ] as const)
      assert.equal((await ask('POST', url, token, body, { 'idempotency-key': 'key-00001' })).status, status, url);
  const own = await ask('POST', '/api/account/confirm', token, '{"__proto__":{"a":1},"password":"correct horse"}');
  assert.equal(own.status, 204, 'a member of that name is left out');
});

it('who asks too often is told to wait, in his own account alone', async (house, t) => {
  const [one, two] = [await house.signIn([]), await house.signIn([])];
  const rates = { account: { perSecond: 0.01, burst: 5 }, address: { perSecond: 0.01, burst: 7 } };
  const app = await buildApp(house.engine, { web: '/nonexistent', log: () => undefined, rates, hosts: ['mach.local'] });
  t.after(() => app.close());
  const ask = (headers: Record<string, string>, url = '/api/session') =>
    app.inject({ url, headers: { host: 'mach.local', ...headers } });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  for (let i = 0; i < 5; i++) assert.equal((await ask(bearer(one))).statusCode, 200);
  const held = await ask(bearer(one));
  assert.equal(held.statusCode, 429);
  assert.equal(codeOf(held.json()), 'too-many-requests');
  assert.ok(Number(held.headers['retry-after']) >= 1);
  assert.equal((await ask(bearer(two))).statusCode, 200);
  const fhir = await ask(bearer(one), '/fhir/Patient/1');
  assert.equal(fhir.json<{ resourceType: string }>().resourceType, 'OperationOutcome');
  assert.equal(fhir.statusCode, 429);
  // Without a sign-in the address counts, and guessing tokens is the same.
  for (let i = 0; i < 4; i++) assert.equal((await ask({})).statusCode, 401);
  for (let i = 0; i < 3; i++) assert.equal((await ask(bearer('guess'))).statusCode, 401);
  assert.equal((await ask({})).statusCode, 429);
  assert.equal((await ask(bearer('guess'))).statusCode, 429);
  assert.equal((await ask({ host: 'evil.example' })).statusCode, 421);
  for (const host of ['mach.local:1@evil.example', 'evil.example#mach.local', 'mach.local/evil'])
    assert.equal((await ask({ host }, '/healthz')).statusCode, 421, host);
  assert.equal((await ask({ host: 'evil.example' }, '/healthz')).statusCode, 200);
});

it('with a certificate of its own it speaks HTTPS, and says so to browsers', async (house, t) => {
  const tls = await localCertificate();
  const app = await buildApp(house.engine, { web: '/nonexistent', log: () => undefined, tls });
  t.after(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { status, hsts } = await new Promise<{ status: number | undefined; hsts: unknown }>((resolve, reject) => {
    const call = request(
      {
        port: address.port,
        host: '127.0.0.1',
        path: '/healthz',
        ca: tls.cert,
      },
      (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode, hsts: answer.headers['strict-transport-security'] });
      },
    );
    call.once('error', reject).end();
  });
  assert.equal(status, 200);
  assert.match(String(hsts), /max-age/);
});

test('what stands before the doors', async (t) => {
  const house = await testApp(t, []);
  for (const [name, work] of cases) await t.test(name, (one) => work(house, one));
});
