import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import * as client from 'openid-client';
import { fetchOut } from './outgoing.ts';

const BOUNDS = { timeout: 5_000, most: 4_096 };

interface Malicious {
  readonly origin: string;
  readonly rules: { readonly trusted: readonly string[] };
  /** What the provider was asked for. */
  readonly asked: string[];
}

/** A provider that says of itself what it likes; what stands on `secret` is the house's own. */
async function provider(t: TestContext, metadata: (origin: string) => object): Promise<Malicious> {
  const asked: string[] = [];
  const server: Server = createServer((request, answer) => {
    const { url = '' } = request;
    asked.push(`${request.method} ${url}`);
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    if (url.startsWith('/redirect')) {
      answer.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
      return;
    }
    if (url.startsWith('/endless')) {
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end('x'.repeat(BOUNDS.most + 1));
      return;
    }
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.end(JSON.stringify({ issuer: origin, authorization_endpoint: `${origin}/a`, ...metadata(origin) }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => new Promise((closed) => server.close(closed)));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, rules: { trusted: [`127.0.0.1:${port}`] }, asked };
}

const discovered = ({ origin, rules }: Malicious): Promise<client.Configuration> =>
  client.discovery(new URL(origin), 'hospital', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
    [client.customFetch]: (url, options) => fetchOut(url, options as RequestInit, rules, BOUNDS),
  });

/** Everything that was thrown on the way, as one text. */
const told = async (work: Promise<unknown>): Promise<string> => {
  const lines: string[] = [];
  try {
    await work;
  } catch (error) {
    for (let at = error as Error | undefined; at; at = at.cause as Error | undefined) lines.push(at.message);
  }
  return lines.join(' | ');
};

const INSIDE = [
  'http://169.254.169.254/latest/meta-data/iam',
  'https://169.254.169.254/token',
  'http://127.0.0.1:5432/token',
  'https://localhost/token',
  'https://10.0.3.7/token',
  'https://192.168.1.1/token',
  'https://172.16.0.9:8443/token',
  'https://[::1]/token',
  'https://[::ffff:127.0.0.1]/token',
  'https://2130706433/token',
  'https://0x7f.1/token',
  'https://keycloak.internal/token',
  'file:///etc/passwd',
];

for (const address of INSIDE)
  test(`a provider whose metadata lead to ${address} is not followed there`, async (t) => {
    const evil = await provider(t, () => ({ token_endpoint: address, jwks_uri: address }));
    const config = await discovered(evil);
    const back = new URL('http://127.0.0.1:1/callback?code=abc');
    const tokens = client.authorizationCodeGrant(config, back, { pkceCodeVerifier: 'x'.repeat(43) });
    assert.match(await told(tokens), /address-refused|only requests to HTTP/, address);
    assert.deepEqual(evil.asked, ['GET /.well-known/openid-configuration']);
  });

test('a redirection is an answer like any other: nobody goes there', async (t) => {
  const evil = await provider(t, (origin) => ({
    token_endpoint: `${origin}/redirect`,
    jwks_uri: `${origin}/redirect`,
  }));
  const answer = await fetchOut(`${evil.origin}/redirect`, undefined, evil.rules, BOUNDS);
  assert.equal(answer.status, 302);
  const config = await discovered(evil);
  const back = new URL('http://127.0.0.1:1/callback?code=abc');
  assert.notEqual(await told(client.authorizationCodeGrant(config, back, { pkceCodeVerifier: 'x'.repeat(43) })), '');
  assert.deepEqual(evil.asked, ['GET /redirect', 'GET /.well-known/openid-configuration', 'POST /redirect']);
});

test('an answer without an end is cut; the other port of a trusted host is not trusted', async (t) => {
  const evil = await provider(t, () => ({}));
  assert.match(await told(fetchOut(`${evil.origin}/endless`, undefined, evil.rules, BOUNDS)), /longer than 4096/);
  const other = `http://127.0.0.1:${Number(new URL(evil.origin).port) + 1}/`;
  assert.match(await told(fetchOut(other, undefined, evil.rules, BOUNDS)), /address-refused/);
});
