import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, request } from 'node:http';
import { test } from 'node:test';
import access from '@mach/engine/policy/module.ts';
import { putAll, switchPolicy } from '../../testing/access.ts';
import { byMe, encounter, observation, patient, WARD_POLICY, WARD_WORLD, ward } from '../../testing/access-world.ts';
import { testApp } from '../../testing/app.ts';
import { askedBy, isPlain } from './address.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

function get(port: number, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(parts).toString(),
        }),
      );
    });
    asked.once('error', reject).end();
  });
}

/** What both ways must answer alike; a name of the moment stands for itself. */
const alike = ({ status, headers: { date: _, ...headers }, text }: Answer): object => ({ status, headers, text });

const PATHS = [
  'Patient/mine',
  'Patient/mine/_history/1',
  'Patient/mine/_history/7',
  'Patient/mine/_history/99999999999',
  'Patient/other',
  'Patient/gone',
  'Patient/gone/_history/1',
  'Patient/gone/_history/2',
  'Patient/never-was',
  'Patient/mine/$everything',
  'Patient/other/$everything',
  'Encounter/e-mine/$everything',
  'Observation/mine/$everything',
  'Patient',
  'Patient?name=Kh%C3%A1c&_total=accurate',
  'Patient?name=a&name:exact=b&_count=1',
  'Observation?patient=Patient/mine&_sort=-date&_include=Observation:patient',
  'Encounter?_has:Observation:encounter:code=x',
  'Observation?patient.name=a',
  'Observation?bed=3',
  'Observation?_count=x',
  'Observation?reason-code=1;2',
  'Organization?name=%E0%A4%A',
  'Basic?_summary=count',
  'Nonsense/1',
  'Nonsense?a=1',
  'Parameters/1',
  'Patient/mine/',
  'Patient/mine?_elements=name',
  'Patient/mine?_format=xml',
  'Patient/m%69ne',
  `Patient/${'a'.repeat(65)}`,
  'Patient/mine/_history',
  'Patient/mine/Observation',
  'Patient/mine/_history/1/2',
];

const CONDITIONS = [{}, { 'if-none-match': 'W/"1"' }, { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' }];

test('the short way answers as the long one does: status, headers and bytes, whoever asks, and counts alike', async (t) => {
  const app = await testApp(t, [ward, access]);
  let long = 0;
  app.app.addHook('onRequest', (_request, _reply, done) => {
    long++;
    done();
  });
  const client = await app.client();
  const doctor = await app.signIn(['doctor']);
  await putAll(app, client, WARD_WORLD);
  await putAll(app, client, [patient('mine', 'Của tôi'), encounter('e-mine', 'mine', byMe)]);
  await putAll(app, client, [observation('o-1', 'mine', 7), patient('other', 'Khác'), observation('o-2', 'other', 9)]);
  await putAll(app, client, [patient('gone', 'Đã đi')]);
  assert.equal((await app.ask('DELETE', '/fhir/Patient/gone', client)).status, 204);
  await switchPolicy(app, 'ward', WARD_POLICY);
  await app.app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.app.server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { port } = address;
  const tokens = [client, doctor, await app.signIn(['cashier']), await app.signIn([]), 'nobody'];
  let [short, all] = [0, 0];
  for (const token of tokens)
    for (const path of PATHS)
      for (const more of path.startsWith('Patient/mine') ? CONDITIONS : [{}]) {
        const headers: Record<string, string> = { authorization: `Bearer ${token}`, connection: 'close' };
        Object.assign(headers, more);
        const before = long;
        all++;
        const one = await get(port, `/fhir/${path}`, headers);
        if (long === before) short++;
        const other = await get(port, `/fhir/${path}`, { ...headers, 'accept-charset': 'utf-8' });
        assert.deepEqual(alike(one), alike(other), `${path} ${token.slice(0, 4)} ${JSON.stringify(more)}`);
      }
  assert.ok(short > all / 3, `${short} of ${all} took the short way`);

  // Each read stands in the audit, once for each way.
  await app.engine.audits.flush();
  const { rows } = await app.engine.database.tenant(1).query<{ action: string; actor: string; n: string }>({
    text: `select action, actor, count(*) as n from audit where tenant = mach_tenant() and kind in ('read', 'search')
           group by action, actor order by 1, 2`,
  });
  assert.ok(rows.length > 10);
  const odd = rows.filter(({ n }) => Number(n) % 2 === 1);
  assert.deepEqual(odd, []);
});

test('what takes the short way: plain questions with a token and nothing else', () => {
  assert.deepEqual(askedBy('/fhir/Patient/a-1'), { kind: 'read', type: 'Patient', id: 'a-1' });
  assert.deepEqual(askedBy('/fhir/Patient/a/_history/3'), { kind: 'vread', type: 'Patient', id: 'a', version: '3' });
  assert.deepEqual(askedBy('/fhir/Patient/a/$everything'), { kind: 'everything', type: 'Patient', id: 'a' });
  assert.deepEqual(askedBy('/fhir/Patient?name=%20x'), { kind: 'search', type: 'Patient' });
  for (const url of [
    '/fhir/Patient/a/',
    '/fhir/Patient/a?_summary=true',
    '/fhir/Patient/$everything',
    '/fhir/Group/a/$everything',
    '/fhir/Patient/a/$everything/1',
    '/fhir/Patient/a/_history',
    '/fhir/Patient/a/_history/0',
    '/fhir/Patient/_search',
    '/fhir/ViewDefinition/a',
    '/fhir/metadata',
    '/fhir/%50atient/a',
    '/api/session',
  ])
    assert.equal(askedBy(url), undefined, url);
  const authorization = 'Bearer x';
  assert.equal(isPlain({ authorization, host: 'h', accept: 'application/fhir+json' }, '/fhir/Patient'), true);
  for (const headers of [
    {},
    { authorization: 'Basic x' },
    { authorization, cookie: 'a=b' },
    { authorization, prefer: 'respond-async' },
    { authorization, 'x-forwarded-for': '1.2.3.4' },
    { authorization, 'x-purpose-of-use': 'HRESCH' },
    { authorization, 'content-length': '3' },
    { authorization, 'transfer-encoding': 'chunked' },
    { authorization, accept: 'application/fhir+xml' },
  ])
    assert.equal(isPlain(headers, '/fhir/Patient'), false, JSON.stringify(headers));
  assert.equal(isPlain({ authorization }, '/fhir/Patient?_format=xml'), false);
});
