import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as client from 'openid-client';
import { type OauthHouse, oauthHouse, REDIRECT, SECRET, Visitor } from './testing.ts';

const insecure = { execute: [client.allowInsecureRequests] };

async function discover(house: OauthHouse, id: string, auth?: client.ClientAuth): Promise<client.Configuration> {
  return client.discovery(new URL(house.origin), id, undefined, auth ?? client.None(), insecure);
}

/** A request for a code, and what is needed to spend it. */
async function request(
  house: OauthHouse,
  config: client.Configuration,
  more: Record<string, string> = {},
): Promise<{ url: URL; verifier: string; state: string }> {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: 'openid fhirUser launch/patient patient/*.rs offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    aud: `${house.origin}/fhir`,
    ...more,
  });
  return { url, verifier, state };
}

const reason = (error: unknown): string =>
  error instanceof client.ResponseBodyError || error instanceof client.AuthorizationResponseError
    ? error.error
    : String(error);
const fails = async (work: Promise<unknown>, code: string): Promise<void> => {
  await assert.rejects(work, (error) => {
    assert.equal(reason(error), code);
    return true;
  });
};

test('names that no database can hold are names of nobody, not a fault of ours', async (t) => {
  const house = await oauthHouse(t);
  for (const path of ['introspect', 'revoke', 'token']) {
    const answer = await fetch(`${house.origin}/oauth2/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'token=x&grant_type=client_credentials&client_secret=y&client_id=%00y',
    });
    assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status} ${await answer.text()}`);
  }
});

test('code with PKCE: sign-in page, patient, consent, tokens; introspection and revocation; refresh is used once', async (t) => {
  const house = await oauthHouse(t);
  await house.register({ id: 'server', kind: 'confidential' });
  const config = await discover(house, 'server', client.ClientSecretBasic(SECRET));
  await house.signIn(['doctor']);
  const { url, verifier, state } = await request(house, config);

  // Nobody is signed in: the page comes back by itself once, then asks for account and password.
  const visitor = new Visitor(house.origin);
  const begun = await visitor.go(url.href);
  const interaction = new URL(begun.location, house.origin).pathname;
  assert.match((await visitor.go(interaction)).page, /http-equiv="refresh"/);
  assert.match((await visitor.go(`${interaction}?s=1`)).page, /name="password"/);
  const wrong = await visitor.go(`${interaction}/sign-in`, { account: 'person-1', password: 'wrong' });
  assert.equal(wrong.status, 401);
  assert.match(wrong.page, /Sai tài khoản hoặc mật khẩu/);
  const right = await visitor.go(`${interaction}/sign-in`, { account: 'person-1', password: 'correct horse' });
  assert.equal(right.status, 303, right.page);
  assert.match((await visitor.go(right.location)).page, /Chọn người bệnh/);
  const found = await visitor.go(`${interaction}?s=1&q=hoa`);
  assert.match(found.page, /Nguyễn Thị Hoa/);
  assert.doesNotMatch(found.page, /Trần Văn Nam/);
  const consent = await visitor.go(`${interaction}?s=1&patient=p1&lang=en`);
  assert.match(consent.page, /App server asks for access/);
  assert.match(consent.page, /See the whole record of this patient/);
  assert.doesNotMatch(consent.page, /<script|style=/);
  let step = await visitor.go(`${interaction}/allow`, { patient: 'p1' });
  while (step.location.startsWith(house.origin)) step = await visitor.go(step.location);
  const back = new URL(step.location);

  const tokens = await client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  assert.equal(tokens.patient, 'p1');
  assert.equal(tokens.claims()?.fhirUser, `${house.origin}/fhir/Practitioner/prac-person-1`);
  assert.ok(tokens.scope?.split(' ').includes('patient/*.rs'));
  const told = await client.tokenIntrospection(config, tokens.access_token);
  assert.deepEqual([told.active, told.client_id, told.patient, told.username], [true, 'server', 'p1', 'person-1']);
  assert.equal((await house.ask('GET', '/fhir/Patient/p1', tokens.access_token)).status, 200);
  assert.equal((await house.ask('GET', '/fhir/Patient/p2', tokens.access_token)).status, 404);
  // Beside the FHIR door a person's own session is needed.
  assert.equal((await house.ask('GET', '/api/session', tokens.access_token)).status, 403);

  const first = tokens.refresh_token ?? assert.fail('no refresh token');
  const second = await client.refreshTokenGrant(config, first);
  assert.equal(second.patient, 'p1');
  assert.notEqual(second.refresh_token, first);
  assert.equal((await house.ask('GET', '/fhir/Patient/p1', second.access_token)).status, 200);
  // The first one again: somebody has stolen one of the two, so the whole family ends.
  await fails(client.refreshTokenGrant(config, first), 'invalid_grant');
  await fails(client.refreshTokenGrant(config, second.refresh_token ?? ''), 'invalid_grant');
  for (const token of [tokens.access_token, second.access_token])
    assert.equal((await house.ask('GET', '/fhir/Patient/p1', token)).status, 401);

  // Allowed before, but not opened from the record: the patient is asked for again. Then the token is given back.
  const again = await request(house, config);
  const end = await visitor.authorize(again.url, { patient: 'p2' });
  const third = await client.authorizationCodeGrant(config, end, {
    pkceCodeVerifier: again.verifier,
    expectedState: again.state,
  });
  assert.equal(third.patient, 'p2');
  await client.tokenRevocation(config, third.access_token);
  assert.equal((await house.ask('GET', '/fhir/Patient/p2', third.access_token)).status, 401);
  assert.equal((await client.tokenIntrospection(config, third.access_token)).active, false);
});

test('what is wrong with a request or a code is refused', async (t) => {
  const house = await oauthHouse(t);
  const config = await discover(house, 'chart');
  const session = await house.signIn(['doctor']);
  const visitor = new Visitor(house.origin, session);
  const errorOf = async (more: Record<string, string>): Promise<string | null> => {
    const { url } = await request(house, config, more);
    const { searchParams, hash } = await visitor.authorize(url, { patient: 'p1' });
    return searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error');
  };

  const strange = await visitor.go(
    (await request(house, config, { redirect_uri: 'https://evil.example/cb' })).url.href,
  );
  assert.equal(strange.status, 400);
  assert.match(strange.page, /invalid_redirect_uri/);
  const { url } = await request(house, config);
  url.searchParams.delete('code_challenge');
  url.searchParams.delete('code_challenge_method');
  assert.equal((await visitor.authorize(url)).searchParams.get('error'), 'invalid_request');
  assert.equal(await errorOf({ code_challenge_method: 'plain' }), 'invalid_request');
  assert.equal(await errorOf({ aud: 'https://other.example/fhir' }), 'invalid_request');
  assert.equal(await errorOf({ response_type: 'token' }), 'unsupported_response_type');
  assert.equal(await errorOf({ launch: 'made-up' }), 'invalid_request');
  assert.equal(await errorOf({ scope: 'system/*.rs' }), 'invalid_scope');
  assert.equal(
    await errorOf({ scope: 'patient/Observation.rs?category=laboratory patient/Observation.rs?code=8867-4' }),
    'invalid_scope',
  );
  const refused = await visitor.authorize((await request(house, config)).url, { patient: 'p1', refuse: true });
  assert.equal(refused.searchParams.get('error'), 'access_denied');
  const missing = await request(house, config);
  missing.url.searchParams.delete('aud');
  assert.equal((await visitor.authorize(missing.url)).searchParams.get('error'), 'invalid_request');

  // A code is good once, with its verifier; the second use ends what the first has given.
  const one = await request(house, config);
  const back = await visitor.authorize(one.url, { patient: 'p1' });
  const spend = (verifier: string) =>
    client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: one.state });
  await fails(spend(client.randomPKCECodeVerifier()), 'invalid_grant');
  const tokens = await spend(one.verifier);
  assert.equal((await house.ask('GET', '/fhir/Patient/p1', tokens.access_token)).status, 200);
  await fails(spend(one.verifier), 'invalid_grant');
  assert.equal((await house.ask('GET', '/fhir/Patient/p1', tokens.access_token)).status, 401);

  // Without leave to stay, the token ends with the sign-in.
  const short = await request(house, config, { scope: 'openid launch/patient patient/*.rs online_access' });
  const end = await visitor.authorize(short.url, { patient: 'p1' });
  const mine = await client.authorizationCodeGrant(config, end, {
    pkceCodeVerifier: short.verifier,
    expectedState: short.state,
  });
  assert.equal((await house.ask('DELETE', '/api/session', session)).status, 204);
  await fails(client.refreshTokenGrant(config, mine.refresh_token ?? ''), 'invalid_grant');
});
