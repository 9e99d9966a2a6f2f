import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { COOKIE } from '../http/auth.ts';
import { launchBrowser } from '../testing/browser.ts';
import { oauthHouse } from './testing.ts';

const LIBRARY = join(
  dirname(createRequire(import.meta.url).resolve('fhirclient/package.json')),
  'build',
  'fhir-client.min.js',
);
const SCOPE = 'launch openid fhirUser patient/*.rs online_access';

/** An app as its makers write it: two pages over `fhirclient`, from a site of its own. */
const PAGES: Readonly<Record<string, string>> = {
  '/launch': `FHIR.oauth2.authorize({ clientId: 'chart', scope: '${SCOPE}', redirectUri: '/callback' })`,
  '/standalone': `FHIR.oauth2.authorize({ clientId: 'chart', scope: '${SCOPE} launch/patient', redirectUri: '/callback',
    iss: new URLSearchParams(location.search).get('iss') })`,
  '/callback': `FHIR.oauth2.ready().then(async (client) => {
    const patient = await client.patient.read();
    const results = await client.request('Observation?_sort=_id', { flat: true });
    const other = await client.request('Patient/p2').then(() => 'seen', (error) => 'refused ' + error.status);
    await client.refresh();
    const again = await client.request('Patient/' + client.patient.id);
    document.title = 'done';
    document.body.textContent = JSON.stringify({ name: patient.name[0].text, results: results.map((r) => r.id), other,
      again: again.id, encounter: client.encounter.id, user: client.user.fhirUser });
  }).catch((error) => { document.title = 'done'; document.body.textContent = 'failed: ' + error.message; })`,
};

async function serveApp(t: TestContext): Promise<string> {
  const library = readFileSync(LIBRARY);
  const server = createServer((request, reply) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const script = PAGES[pathname];
    if (pathname === '/fhir-client.js') reply.setHeader('content-type', 'text/javascript').end(library);
    else if (script === undefined) reply.writeHead(404).end();
    else
      reply
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(
          `<!doctype html><title>app</title><body><script src="/fhir-client.js"></script><script>${script}</script>`,
        );
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function answerOf(page: Page): Promise<Record<string, unknown>> {
  await page.waitForFunction(() => document.title === 'done', undefined, { timeout: 30_000 });
  const text = (await page.textContent('body')) ?? '';
  assert.match(text, /^\{/, text);
  return JSON.parse(text) as Record<string, unknown>;
}

test('a SMART app opens from the record and by itself, in a browser, over fhirclient', async (t) => {
  const house = await oauthHouse(t);
  const site = await serveApp(t);
  await house.register({ id: 'chart', redirectUris: ['http://localhost/callback'], launchUrl: `${site}/launch` });
  const session = await house.signIn(['doctor']);
  const browser = await launchBrowser();
  after(() => browser.close());

  await t.test('from the record: the session of another site is found, consent is asked once', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
    await context.addCookies([{ name: COOKIE, value: session, url: house.origin, httpOnly: true, sameSite: 'Strict' }]);
    const page = await context.newPage();
    const launch = async (): Promise<void> => {
      const answer = await context.request.post(`${house.origin}/api/apps/launch`, {
        data: { app: 'chart', patient: 'p1', encounter: 'e1' },
      });
      const { url } = (await answer.json()) as { url: string };
      await page.goto(url);
    };
    await launch();
    const allow = page.getByRole('button', { name: 'Cho phép' });
    await allow.waitFor();
    assert.match((await page.textContent('dl')) ?? '', /Nguyễn Thị Hoa/);
    const axe = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      axe.violations.map((v) => v.id),
      [],
    );
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(wide, false, 'nothing sticks out of a phone');
    await allow.click();
    assert.deepEqual(await answerOf(page), {
      name: 'Nguyễn Thị Hoa',
      results: ['l1', 'v1'],
      other: 'refused 404',
      again: 'p1',
      encounter: 'e1',
      user: 'Practitioner/prac-person-1',
    });
    // The page that the record leads to; what was allowed once is not asked again.
    await page.goto(`${house.origin}/oauth2/apps?patient=p1&encounter=e1`);
    await page.getByRole('button', { name: 'App chart' }).click();
    assert.equal((await answerOf(page)).encounter, 'e1');
    await context.close();
  });

  await t.test('by itself: sign-in, the patient, consent', async () => {
    const context = await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${site}/standalone?iss=${encodeURIComponent(`${house.origin}/fhir`)}`);
    await page.getByLabel('Account').fill('person-1');
    await page.getByLabel('Password').fill('correct horse');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Name, patient code or identity number').fill('nguyen hoa');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('button', { name: /Nguyễn Thị Hoa/ }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    const { name, other, encounter } = await answerOf(page);
    assert.deepEqual([name, other, encounter], ['Nguyễn Thị Hoa', 'refused 404', null]);
    await context.close();
  });
});
