import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestApp, testApp } from '../../../testing/app.ts';

const folder = mkdtempSync(join(tmpdir(), 'mach-async-test-'));
const dataBefore = process.env.MACH_DATA;
process.env.MACH_DATA = folder;
after(() => {
  if (dataBefore === undefined) delete process.env.MACH_DATA;
  else process.env.MACH_DATA = dataBefore;
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  type: string;
  entry: { resource?: Record<string, unknown>; response: { status: string; outcome?: object } }[];
}
const LATER = { prefer: 'respond-async' };
const path = (url: unknown): string => String(url).slice(String(url).indexOf('/fhir/'));

async function wait(app: TestApp, token: string, status: string): Promise<Answer> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(30)) {
    const answer = await app.ask('GET', status, token);
    if (answer.status === 202) continue;
    assert.equal(answer.status, 200, answer.text);
    return answer.body as Answer;
  }
  throw new Error('the request takes too long');
}

test('searches, operations and bundles later: the same answers, for who asked alone', async (t) => {
  const app = await testApp(t, [{ name: 'x', title: { vi: 'x', en: 'x' }, roles: { clerk: ['record.read:Patient'] } }]);
  const token = await app.client();
  const later = async (
    method: 'GET' | 'POST',
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
    as = token,
  ): Promise<{ status: string; answer: Answer }> => {
    const kick = await app.ask(method, url, as, body, { ...LATER, ...headers });
    assert.equal(kick.status, 202, kick.text);
    const status = path(kick.headers['content-location']);
    return { status, answer: await wait(app, as, status) };
  };
  const entry = (id: string): object => ({
    resource: { resourceType: 'Patient', id, name: [{ text: `Lê ${id}` }] },
    request: { method: 'PUT', url: `Patient/${id}` },
  });
  const made = await later('POST', '/fhir', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: ['a', 'b'].map(entry),
  });
  assert.equal(made.answer.type, 'batch-response');
  assert.equal(made.answer.entry[0]?.response.status, '200 OK');
  assert.equal(made.answer.entry[0]?.resource?.type, 'transaction-response');

  const now = (await app.ask('GET', '/fhir/Patient?name=le&_total=accurate', token)).body;
  const found = await later('GET', '/fhir/Patient?name=le&_total=accurate');
  assert.deepEqual(found.answer.entry[0]?.resource, now);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const posted = await later('POST', '/fhir/Patient/_search', 'name=le', form);
  assert.equal(JSON.stringify(posted.answer).match(/"fullUrl"/g)?.length, 2);
  const everything = await later('GET', '/fhir/Patient/a/$everything');
  assert.equal(everything.answer.entry[0]?.resource?.type, 'searchset');
  const wrong = await later('GET', '/fhir/Patient?nonsense=1');
  assert.equal(wrong.answer.entry[0]?.response.status, '400 Bad Request');
  assert.ok(wrong.answer.entry[0]?.response.outcome);

  // Short work does not wait, and an answer belongs to who asked.
  assert.equal((await app.ask('GET', '/fhir/Patient/a', token, undefined, LATER)).status, 200);
  assert.equal((await app.ask('GET', '/fhir/metadata', token, undefined, LATER)).status, 200);
  assert.equal((await app.ask('GET', '/fhir/Patient?name=le', 'nonsense', undefined, LATER)).status, 401);
  const clerk = await app.signIn(['clerk']);
  assert.equal((await app.ask('GET', found.status, clerk)).status, 404);
  const forbidden = await later('GET', '/fhir/Observation', undefined, {}, clerk);
  assert.equal(forbidden.answer.entry[0]?.response.status, '403 Forbidden');
  assert.equal(
    (await app.ask('GET', '/fhir/Patient?name=le', token, undefined, { 'x-mach-inner': 'guess' })).status,
    200,
  );
  assert.equal(
    (await app.ask('GET', '/fhir/Patient?name=le', 'nonsense', undefined, { 'x-mach-inner': 'guess' })).status,
    401,
  );

  const before = readdirSync(join(folder, 'async')).length;
  assert.equal((await app.ask('DELETE', found.status, token)).status, 202);
  assert.equal((await app.ask('GET', found.status, token)).status, 404);
  assert.equal(readdirSync(join(folder, 'async')).length, before - 1);
});
