import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defineModule } from '@mach/engine';
import { type OauthHouse, oauthHouse, SECRET, Visitor } from '../oauth/testing.ts';
import { asOwner } from '../owner.ts';
import { type TestApp, testApp } from '../testing/app.ts';
import { type ProviderDraft, providerFault, saveProvider } from './register.ts';
import { showsFactor } from './relying-party.ts';

const people = defineModule({
  name: 'people',
  title: { vi: 'Người', en: 'People' },
  roles: { doctor: ['record.read:Patient'] },
});

interface Two {
  /** The province's house gives out identities: a real OpenID provider, ours. */
  province: OauthHouse;
  hospital: TestApp;
  origin: string;
  /** The session of somebody in each of the two. */
  there: string;
  here: string;
  save(more?: Partial<ProviderDraft>): Promise<void>;
}

async function two(t: TestContext): Promise<Two> {
  const province = await oauthHouse(t);
  const hospital = await testApp(t, [people]);
  await hospital.app.listen({ port: 0, host: '127.0.0.1' });
  const address = hospital.app.server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  await province.register({
    id: 'hospital',
    kind: 'confidential',
    scopes: ['user/Patient.rs'],
    redirectUris: [`${origin}/api/providers/callback`],
  });
  const save: Two['save'] = (more = {}) =>
    asOwner({ ownerUrl: hospital.ownerUrl }, (owner) =>
      saveProvider(hospital.engine, owner, {
        id: 'so-y-te',
        tenant: 1,
        name: 'Sở Y tế',
        issuer: province.origin,
        clientId: 'hospital',
        clientSecret: SECRET,
        scopes: 'openid profile',
        factors: [],
        loginClaim: null,
        ...more,
      }),
    );
  await save();
  return {
    province,
    hospital,
    origin,
    there: await province.signIn(['doctor']),
    here: await hospital.signIn(['doctor']),
    save,
  };
}

/** Through the provider's pages and back, as a browser goes. @returns where the house sends the person */
async function through(house: Two, browser: Visitor, url: string, session = house.there): Promise<string> {
  const back = await new Visitor(house.province.origin, session).authorize(url);
  assert.equal(back.origin, house.origin);
  const bounce = await browser.go(`${back.pathname}${back.search}`);
  const again = /url=([^"]+)"/.exec(bounce.page)?.[1]?.replaceAll('&amp;', '&');
  assert.ok(again, bounce.page);
  return (await browser.go(again)).location;
}

async function signInBy(house: Two, session = house.there): Promise<{ location: string; browser: Visitor }> {
  const browser = new Visitor(house.origin);
  const begun = await browser.go('/api/providers/so-y-te/start?lang=vi');
  assert.equal(begun.status, 303);
  return { location: await through(house, browser, begun.location, session), browser };
}

const toldIn = (location: string): { issues?: { code: string }[]; next?: string } =>
  JSON.parse(decodeURIComponent(location.split('#sign-in=')[1] ?? 'null')) as ReturnType<typeof toldIn>;

async function link(house: Two, session = house.here): Promise<string> {
  const browser = new Visitor(house.origin, session);
  const asked = await fetch(`${house.origin}/api/account/links`, {
    method: 'POST',
    headers: { cookie: `mach_session=${session}`, 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'so-y-te' }),
  });
  assert.equal(asked.status, 200, await asked.clone().text());
  browser.keep(asked.headers.getSetCookie());
  return through(house, browser, ((await asked.json()) as { url: string }).url);
}

test('a stranger is told how to link; who linked signs in by the provider; a removed link opens nothing', async (t) => {
  const house = await two(t);
  const listed = await fetch(`${house.origin}/api/providers`);
  assert.deepEqual(await listed.json(), { providers: [{ id: 'so-y-te', name: 'Sở Y tế', facility: 'BV Mẫu' }] });

  const stranger = await signInBy(house);
  assert.equal(toldIn(stranger.location).issues?.[0]?.code, 'not-linked');

  assert.equal(await link(house), '/account');
  const { location, browser } = await signInBy(house);
  assert.equal(location, '/');
  const session = JSON.parse((await browser.go('/api/session')).page) as { user: { account: string } };
  assert.equal(session.user.account, 'person-1');
  const page = JSON.parse((await browser.go('/api/account')).page) as {
    links: { provider: string; lastUsedAt: string }[];
  };
  assert.equal(page.links[0]?.provider, 'so-y-te');
  assert.ok(page.links[0]?.lastUsedAt);

  // The same identity belongs to nobody else.
  const second = await house.hospital.signIn(['doctor']);
  assert.equal(toldIn(await link(house, second)).issues?.[0]?.code, 'linked-elsewhere');

  const gone = await fetch(`${house.origin}/api/account/links/so-y-te`, {
    method: 'DELETE',
    headers: { cookie: `mach_session=${house.here}` },
  });
  assert.equal(gone.status, 204);
  assert.equal(toldIn((await signInBy(house)).location).issues?.[0]?.code, 'not-linked');
});

test('a journey is of the browser that began it, once; a provider that is away says so', async (t) => {
  const house = await two(t);
  await link(house);
  const browser = new Visitor(house.origin);
  const begun = await browser.go('/api/providers/so-y-te/start');
  const back = await new Visitor(house.province.origin, house.there).authorize(begun.location);
  // Somebody else is led to the answer: a foreign browser, and a made-up state.
  const foreign = await new Visitor(house.origin).go(`${back.pathname}${back.search}&own=1`);
  assert.equal(toldIn(foreign.location).issues?.[0]?.code, 'ticket-over');
  const other = new URL(back);
  other.searchParams.set('state', 'other');
  const forged = await browser.go(`${other.pathname}${other.search}&own=1`);
  assert.equal(toldIn(forged.location).issues?.[0]?.code, 'provider-failed');
  const twice = await browser.go(`${back.pathname}${back.search}&own=1`);
  assert.equal(toldIn(twice.location).issues?.[0]?.code, 'ticket-over');

  await house.save({ issuer: 'http://127.0.0.1:59999' });
  const away = await new Visitor(house.origin).go('/api/providers/so-y-te/start');
  assert.equal(toldIn(away.location).issues?.[0]?.code, 'provider-failed');
  const unknown = await new Visitor(house.origin).go('/api/providers/other/start');
  assert.equal(toldIn(unknown.location).issues?.[0]?.code, 'not-found');
});

test('a trusted claim names the account at the first sign-in; another facility is not opened by it', async (t) => {
  const house = await two(t);
  await house.save({ loginClaim: 'sub' });
  // The subject is no login here.
  assert.equal(toldIn((await signInBy(house)).location).issues?.[0]?.code, 'not-linked');
  const subject = await asOwner({ ownerUrl: house.province.ownerUrl }, async (owner) => {
    const { rows } = await owner.query<{ id: string }>(`select id from system.account where login = 'person-1'`);
    return rows[0]?.id ?? '';
  });
  await asOwner({ ownerUrl: house.hospital.ownerUrl }, async (owner) => {
    await owner.query(`update system.account set login = $1 where login = 'person-1'`, [subject]);
    // He works in the other facility only.
    await owner.query('update system.membership set tenant = 2');
  });
  assert.equal(toldIn((await signInBy(house)).location).issues?.[0]?.code, 'not-linked');
  await asOwner({ ownerUrl: house.hospital.ownerUrl }, (owner) =>
    owner.query('update system.membership set tenant = 1'),
  );
  assert.equal((await signInBy(house)).location, '/');
});

test('what a provider must be; which words of it stand for a second factor', () => {
  const draft = { id: 'a1', tenant: 1, name: 'A', clientId: 'x', clientSecret: null, factors: [], loginClaim: null };
  const fault = (issuer: string, scopes = 'openid') => providerFault({ ...draft, issuer, scopes });
  assert.equal(fault('https://id.example.vn/realms/x'), undefined);
  assert.equal(fault('http://127.0.0.1:8180'), undefined);
  assert.match(fault('http://id.example.vn') ?? '', /https/);
  assert.match(fault('https://id.example.vn/?a=1') ?? '', /question/);
  assert.match(fault('https://169.254.169.254/x') ?? '', /link-local/);
  assert.match(fault('nothing') ?? '', /address/);
  assert.match(fault('https://id.example.vn', 'profile') ?? '', /openid/);
  assert.equal(showsFactor(['otp'], { amr: ['pwd', 'otp'] }), true);
  assert.equal(showsFactor(['urn:loa:2'], { acr: 'urn:loa:2' }), true);
  assert.equal(showsFactor(['otp'], { amr: ['pwd'], acr: '1' }), false);
  assert.equal(showsFactor([], { acr: undefined }), false);
});
