import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { JobHandle, Progress } from '@mach/engine';
import { type TestApp, testApp } from '../../../testing/app.ts';
import { type ImportArgs, type ImportCursor, runImport } from './run.ts';
import { stageStream } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'mach-import-test-'));
const dataBefore = process.env.MACH_DATA;
process.env.MACH_DATA = folder;

/** What another system offers: path → NDJSON. */
const offered = new Map<string, string>();
const asked: string[] = [];
let source: Server;
let port = 0;
before(async () => {
  source = createServer((request, response) => {
    asked.push(String(request.url));
    const body = offered.get(String(request.url));
    if (request.url === '/elsewhere') response.writeHead(302, { location: '/patients' }).end();
    else if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
  });
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
  ({ port } = source.address() as AddressInfo);
});
after(async () => {
  if (dataBefore === undefined) delete process.env.MACH_DATA;
  else process.env.MACH_DATA = dataBefore;
  rmSync(folder, { recursive: true, force: true });
  source.closeAllConnections();
  await new Promise((resolve) => source.close(resolve));
});

interface Manifest {
  output: {
    type?: string;
    inputUrl: string | null;
    count: number;
    created: number;
    updated: number;
    unchanged: number;
  }[];
  error: { inputUrl: string | null; count: number; url: string }[];
}
const path = (url: string): string => url.slice(url.indexOf('/fhir/'));
const line = (resource: object): string => JSON.stringify(resource);
const patient = (id: string, more: object = {}): string =>
  line({ resourceType: 'Patient', id, name: [{ text: `Lê ${id}` }], ...more });

const house = (t: Parameters<typeof testApp>[0]): Promise<TestApp> =>
  testApp(t, [
    {
      name: 'fhir',
      title: { vi: 'x', en: 'x' },
      settings: { 'import-hosts': [`127.0.0.1:${port}`], 'trusted-hosts': [`127.0.0.1:${port}`] },
      roles: { loader: ['record.write', 'record.write:Patient', 'record.read:Patient'] },
    },
  ]);

/** Asks, waits for the end, and reads what was wrong. */
async function run(
  app: TestApp,
  token: string,
  body: object | string,
): Promise<{ manifest: Manifest; status: string; faults: string[] }> {
  const kick = await app.ask('POST', '/fhir/$import', token, body, {
    prefer: 'respond-async',
    ...(typeof body === 'string' ? { 'content-type': 'application/fhir+ndjson' } : {}),
  });
  assert.equal(kick.status, 202, kick.text);
  const status = path(String(kick.headers['content-location']));
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(50)) {
    const answer = await app.ask('GET', status, token);
    if (answer.status === 202) {
      assert.equal(typeof answer.headers['x-progress'], 'string');
      continue;
    }
    assert.equal(answer.status, 200, answer.text);
    const manifest = answer.body as Manifest;
    const faults: string[] = [];
    for (const { url, count } of manifest.error) {
      const file = await app.app.inject({ url: path(url), headers: { authorization: `Bearer ${token}` } });
      assert.equal(file.statusCode, 200, file.body);
      const lines = file.body.trimEnd().split('\n');
      assert.equal(lines.length, count);
      for (const text of lines) {
        const [issue] = (
          JSON.parse(text) as { issue: { diagnostics: string; details?: { coding: { code: string }[] } }[] }
        ).issue;
        faults.push(`${issue?.details?.coding[0]?.code ?? 'other'}: ${issue?.diagnostics}`);
      }
    }
    return { manifest, status, faults };
  }
  throw new Error('the import takes too long');
}

test('files of another system: taken, told what is wrong, taken again without a change', async (t) => {
  const app = await house(t);
  const token = await app.client();
  offered.set('/patients', [patient('p1'), '', '{"oops', patient('p2', { gender: 'blue' }), patient('p3')].join('\n'));
  offered.set(
    '/observations',
    `${line({ resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/later' } })}\n${patient('px')}\n`,
  );
  const url = (name: string): string => `http://127.0.0.1:${port}${name}`;
  const manifest = {
    inputFormat: 'application/fhir+ndjson',
    inputSource: 'https://his.example.org/fhir',
    storageDetail: { type: 'https' },
    input: [
      { type: 'Patient', url: url('/patients') },
      { type: 'Observation', url: url('/observations') },
      { type: 'Patient', url: url('/nowhere') },
      { type: 'Patient', url: url('/elsewhere') },
    ],
  };
  const first = await run(app, token, manifest);
  assert.deepEqual(
    first.manifest.output.map(({ type, count, created }) => [type, count, created]),
    [
      ['Patient', 2, 2],
      ['Observation', 1, 1],
    ],
  );
  assert.match(first.faults[0] ?? '', /^invalid-json: Dòng #3/);
  assert.match(first.faults[1] ?? '', /Dòng #4 Patient\/p2: /);
  assert.match(first.faults[2] ?? '', /^type-mismatch: Dòng #2/);
  assert.match(first.faults[3] ?? '', /HTTP 404/);
  assert.match(first.faults[4] ?? '', /HTTP 302/, 'a redirection would lead past the checks');
  const stored = await app.ask('GET', '/fhir/Patient/p1', token);
  assert.equal((stored.body as { meta: { source: string } }).meta.source, manifest.inputSource);
  assert.equal((await app.ask('GET', '/fhir/Patient?name=le', token)).text.match(/"fullUrl"/g)?.length, 2);

  const parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'inputFormat', valueCode: 'application/fhir+ndjson' },
      { name: 'inputSource', valueUri: manifest.inputSource },
      { name: 'storageDetail', part: [{ name: 'type', valueCode: 'https' }] },
      {
        name: 'input',
        part: [
          { name: 'type', valueCode: 'Patient' },
          { name: 'url', valueUrl: url('/patients') },
        ],
      },
    ],
  };
  offered.set('/patients', [patient('p1'), patient('p3', { active: true })].join('\n'));
  const again = await run(app, token, parameters);
  assert.deepEqual(
    again.manifest.output.map(({ created, updated, unchanged }) => [created, updated, unchanged]),
    [[0, 1, 1]],
  );
  assert.equal(
    ((await app.ask('GET', '/fhir/Patient/p1', token)).body as { meta: { versionId: string } }).meta.versionId,
    '1',
  );
  assert.equal((await app.ask('DELETE', again.status, token)).status, 202);
  assert.equal((await app.ask('GET', again.status, token)).status, 404);
});

test('an upload; a person writes what he may; others do not see it; what is wrong is refused', async (t) => {
  const app = await house(t);
  const token = await app.client();
  const loader = await app.signIn(['loader']);
  const lines = [patient('u1'), line({ resourceType: 'Device', id: 'd1' }), line({ resourceType: 'Patient' })].join(
    '\n',
  );
  const { manifest, status, faults } = await run(app, loader, lines);
  assert.equal(manifest.output[0]?.created, 2);
  assert.match(faults[0] ?? '', /^forbidden: Dòng #2 Device\/d1/);
  assert.equal((await app.ask('GET', status, token)).status, 404);
  const kick = (body: object, headers: Record<string, string> = { prefer: 'respond-async' }): Promise<number> =>
    app.ask('POST', '/fhir/$import', token, body, headers).then((a) => a.status);
  const from = (url: string): object => ({ inputFormat: 'application/fhir+ndjson', input: [{ type: 'Patient', url }] });
  const before = asked.length;
  assert.equal(await kick(from(`http://127.0.0.1:${port}/patients`), {}), 400);
  assert.equal(await kick(from(`http://127.0.0.1:${port + 1}/patients`)), 422);
  assert.equal(await kick(from(`http://[::ffff:127.0.0.1]:${port}/patients`)), 422);
  assert.equal(await kick(from('https://example.org/x')), 422, 'not on the list');
  assert.equal(await kick(from('file:///etc/passwd')), 422);
  assert.equal(await kick({ ...from(`http://127.0.0.1:${port}/x`), inputFormat: 'text/csv' }), 400);
  assert.equal(await kick({ input: [] }), 400);
  assert.equal(await kick({ input: [{ type: 'Nonsense', url: 'https://x.y' }] }), 400);
  assert.equal(asked.length, before, 'nothing was called');
});

test('an import that is killed at any of its steps goes on, and nothing is written twice', async (t) => {
  const { engine, ask, client } = await house(t);
  const token = await client();
  const args: ImportArgs = {
    folder: 'killed',
    actor: 'client:partner',
    by: { id: 'client:partner', login: 'partner', scopes: ['system/*.cruds'], patient: null, app: null },
    input: [
      { type: null, url: null },
      { type: null, url: null },
    ],
    source: null,
    request: '',
    transactionTime: engine.clock.now().toISOString(),
  };
  // More than one group of lines a file, the same record in two groups, one line that is refused.
  const many = Array.from({ length: 1_150 }, (_, i) => patient(`k${i % 1_100}`, i >= 1_100 ? { active: true } : {}));
  many.splice(700, 0, '{"resourceType":"Patient","id":"bad","gender":"blue"}');
  let dieAt = 0;
  for (let left = true; left; ) {
    dieAt++;
    left = false;
    const place = join(folder, `killed-${dieAt}`);
    for (const [file, list] of [many, many.slice(698, 703)].entries())
      await stageStream(place, file, Readable.from([list.join('\n').replaceAll('"k', `"k${dieAt}-${file}-`)]));
    let saved: Progress = { cursor: null, done: 0, total: null };
    for (let attempt = 0; attempt < 2; attempt++) {
      let reports = 0;
      const job: JobHandle = {
        args: { ...args, folder: `killed-${dieAt}` },
        progress: structuredClone(saved),
        signal: new AbortController().signal,
        report: async (next) => {
          if (attempt === 0 && ++reports === dieAt) {
            left = true;
            throw new Error('killed');
          }
          saved = structuredClone(next);
        },
      };
      await runImport(engine, 1, job, place, { trusted: [] }).catch((error: Error) => {
        if (error.message !== 'killed') throw error;
      });
    }
    const { files, errors } = saved.cursor as ImportCursor;
    const whole = { created: 1_100, updated: 50, unchanged: 0, refused: 1 };
    const few = { created: 4, updated: 0, unchanged: 0, refused: 1 };
    assert.deepEqual(files, [whole, few], `killed at ${dieAt}`);
    assert.deepEqual(
      errors.map((e) => e.count),
      [1, 1],
    );
    assert.equal(saved.done, 1_154);
    const twice = (await ask('GET', `/fhir/Patient/k${dieAt}-0-7`, token)).body as {
      active: boolean;
      meta: { versionId: string };
    };
    assert.deepEqual([twice.active, twice.meta.versionId], [true, '2']);
    if (dieAt > 12) throw new Error('the import never ends by itself');
  }
});
