import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import * as client from 'openid-client';
import { localCertificate } from '../testing/certificate.ts';
import { type OauthHouse, oauthHouse, SECRET } from './testing.ts';

const insecure = { execute: [client.allowInsecureRequests] };
const ES = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicJwk = (key: KeyObject, kid: string, alg: string): Record<string, unknown> => ({
  ...key.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});
const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Claims {
  header?: object;
  claims?: object;
  key?: KeyObject;
}

function assertion(house: OauthHouse, { header, claims, key = ES.privateKey }: Claims = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const text = `${b64({ alg: 'ES384', kid: 'es', typ: 'JWT', ...header })}.${b64({
    iss: 'feeder',
    sub: 'feeder',
    aud: `${house.origin}/oauth2/token`,
    jti: `${now}-${Math.random()}`,
    exp: now + 240,
    ...claims,
  })}`;
  return `${text}.${createSign('sha384').update(text).sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64url')}`;
}

async function ask(house: OauthHouse, form: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await fetch(`${house.origin}/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, error: body.error, token: String(body.access_token), body };
}

const withAssertion = (house: OauthHouse, jwt: string, scope = 'system/Patient.rs') =>
  ask(house, {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt,
    scope,
  });

test('backend services: signed assertions by published or kept keys, and every way in which one can be false', async (t) => {
  const house = await oauthHouse(t);
  await house.register({
    id: 'feeder',
    kind: 'backend',
    redirectUris: [],
    scopes: ['system/Patient.rs', 'system/Observation.rs'],
    jwks: { keys: [publicJwk(ES.publicKey, 'es', 'ES384')] },
  });
  const certificate = await localCertificate();
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
  let fetched = 0;
  const published = createServer(certificate, (_request, reply) => {
    fetched++;
    reply.setHeader('content-type', 'application/json');
    reply.end(JSON.stringify({ keys: [publicJwk(RSA.publicKey, 'rs', 'RS384')] }));
  });
  t.after(() => published.close());
  await new Promise<void>((done) => published.listen(0, '127.0.0.1', done));
  const address = published.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await house.register({
    id: 'warehouse',
    kind: 'backend',
    redirectUris: [],
    scopes: ['system/*.rs'],
    jwksUri: `https://127.0.0.1:${port}/keys`,
  });

  // By the real client: the key of the address, RS384.
  const key = await crypto.subtle.importKey(
    'pkcs8',
    RSA.privateKey.export({ type: 'pkcs8', format: 'der' }),
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
    false,
    ['sign'],
  );
  const config = await client.discovery(
    new URL(house.origin),
    'warehouse',
    undefined,
    client.PrivateKeyJwt({ key, kid: 'rs' }),
    insecure,
  );
  // Inside the house's own network no address is called that the facility has not named.
  await assert.rejects(client.clientCredentialsGrant(config, { scope: 'system/*.rs' }));
  assert.equal(fetched, 0);
  (house.engine.settings(1) as Map<string, unknown>).set('fhir.trusted-hosts', [`127.0.0.1:${port}`]);
  const granted = await client.clientCredentialsGrant(config, { scope: 'system/*.rs' });
  assert.equal(fetched, 1);
  assert.deepEqual([granted.scope, granted.expires_in, granted.refresh_token], ['system/*.rs', 300, undefined]);
  assert.equal((await house.ask('GET', '/fhir/Patient/p2', granted.access_token)).status, 200);
  assert.equal((await house.ask('DELETE', '/fhir/Patient/p2', granted.access_token)).status, 403);

  const good = assertion(house);
  const first = await withAssertion(house, good, 'system/Patient.rs system/Encounter.rs patient/Patient.rs');
  assert.deepEqual([first.status, first.body.scope], [200, 'system/Patient.rs'], JSON.stringify(first.body));
  assert.equal((await house.ask('GET', '/fhir/Patient', first.token)).status, 200);
  assert.equal((await house.ask('GET', '/fhir/Observation', first.token)).status, 403);

  const now = Math.floor(Date.now() / 1000);
  const none = `${b64({ alg: 'none', typ: 'JWT' })}.${good.split('.')[1]}.`;
  for (const [what, jwt] of Object.entries({
    'a replayed jti': good,
    'alg none': none,
    'another key': assertion(house, { key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey }),
    'a wrong audience': assertion(house, { claims: { aud: 'https://other.example/oauth2/token' } }),
    'no end': assertion(house, { claims: { exp: undefined } }),
    'over already': assertion(house, { claims: { exp: now - 60 } }),
    'good for a day': assertion(house, { claims: { exp: now + 86_400 } }),
    'no jti': assertion(house, { claims: { jti: undefined } }),
    'in the name of another': assertion(house, { claims: { iss: 'warehouse' } }),
    'an algorithm that is not for this': assertion(house, { header: { alg: 'ES256' } }),
  })) {
    const { status, error } = await withAssertion(house, jwt);
    assert.ok(status === 401 || status === 400, `${what}: ${status}`);
    assert.ok(['invalid_client', 'invalid_request'].includes(String(error)), `${what}: ${error}`);
  }
  const outside = await withAssertion(house, assertion(house), 'system/Encounter.rs');
  assert.deepEqual([outside.status, outside.error], [400, 'invalid_scope']);
  // Two at the same time with one assertion: one token.
  const once = assertion(house);
  const both = await Promise.all([1, 2, 3].map(() => withAssertion(house, once)));
  assert.equal(both.filter((b) => b.status === 200).length, 1, JSON.stringify(both));
});

test('client credentials by secret, as the contract says; discovery; what is registered is checked', async (t) => {
  const house = await oauthHouse(t);
  await house.register({ id: 'system', kind: 'confidential', redirectUris: [], scopes: ['system/*.cruds'] });
  const basic = { authorization: `Basic ${Buffer.from(`system:${encodeURIComponent(SECRET)}`).toString('base64')}` };
  const grant = { grant_type: 'client_credentials' };
  for (const [form, headers] of [
    [{ ...grant, scope: 'system/*.cruds', client_id: 'system', client_secret: SECRET }, {}],
    [{ ...grant, scope: 'system/*.cruds' }, basic],
    [grant, basic],
  ] as const) {
    const { body } = await ask(house, form, headers);
    assert.deepEqual(
      [body.token_type, body.expires_in, body.scope],
      ['Bearer', 3600, 'system/*.cruds'],
      JSON.stringify(body),
    );
  }
  const narrow = await ask(house, { ...grant, scope: 'system/Observation.rs?category=laboratory' }, basic);
  const search = await house.ask('GET', '/fhir/Observation', narrow.token);
  assert.equal((search.body as { entry: unknown[] }).entry.length, 1);
  assert.equal(
    (await house.ask('GET', '/fhir/$export', narrow.token, undefined, { prefer: 'respond-async' })).status,
    403,
  );
  const wrong = await ask(house, { ...grant, client_id: 'system', client_secret: 'wrong' });
  assert.deepEqual([wrong.status, wrong.error], [401, 'invalid_client']);
  assert.equal((await ask(house, { grant_type: 'password', client_id: 'chart' })).error, 'unsupported_grant_type');
  assert.equal((await ask(house, { ...grant, client_id: 'chart', scope: 'system/*.rs' })).status, 400);

  const smart = await house.ask('GET', '/fhir/.well-known/smart-configuration', '');
  const told = smart.body as { token_endpoint: string; capabilities: string[] };
  assert.equal(new URL(told.token_endpoint).pathname, '/oauth2/token');
  assert.ok(told.capabilities.includes('launch-ehr') && told.capabilities.includes('permission-v2'));
  const openid = await fetch(`${house.origin}/.well-known/openid-configuration`);
  const about = (await openid.json()) as { issuer: string; jwks_uri: string };
  assert.equal(about.issuer, house.origin);
  const { keys } = (await (await fetch(about.jwks_uri)).json()) as { keys: object[] };
  assert.ok(keys.length > 0 && keys.every((key) => !('d' in key)));
  const statement = await house.ask('GET', '/fhir/metadata', '');
  assert.match(statement.text, /oauth-uris.*"token".*\/oauth2\/token/);

  // Only pages of registered apps may call from a browser, and never with a cookie.
  const from = (origin: string) =>
    house.app.inject({
      method: 'OPTIONS',
      url: '/fhir/Patient',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
  const known = await from('http://127.0.0.1:9999');
  assert.equal(known.headers['access-control-allow-origin'], 'http://127.0.0.1:9999');
  assert.equal(known.headers['access-control-allow-credentials'], undefined);
  assert.equal((await from('https://evil.example')).headers['access-control-allow-origin'], undefined);

  for (const app of [
    { id: 'x1', scopes: ['patient/Nothing.rs'] },
    { id: 'x2', scopes: ['system/*.rs'] },
    { id: 'x3', redirectUris: ['http://far.example/cb'] },
    { id: 'x4', redirectUris: ['javascript:alert(1)'] },
    { id: 'x5', kind: 'backend' as const },
    { id: 'x6', kind: 'backend' as const, jwks: { keys: [RSA.privateKey.export({ format: 'jwk' })] } },
    { id: 'system', tenant: 2, kind: 'confidential' as const },
  ])
    await assert.rejects(house.register(app), RangeError, JSON.stringify(app));
});
