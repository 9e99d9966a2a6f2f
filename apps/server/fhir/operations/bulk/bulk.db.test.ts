import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobHandle, Progress } from '@mach/engine';
import { type TestApp, testApp } from '../../../testing/app.ts';
import { type ExportArgs, type ExportCursor, runExport } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'mach-export-test-'));
const dataBefore = process.env.MACH_DATA;
process.env.MACH_DATA = folder;
after(() => {
  if (dataBefore === undefined) delete process.env.MACH_DATA;
  else process.env.MACH_DATA = dataBefore;
  rmSync(folder, { recursive: true, force: true });
});

interface Manifest {
  transactionTime: string;
  requiresAccessToken: boolean;
  request: string;
  output: { type: string; url: string; count: number }[];
  error: { type: string; url: string }[];
}
interface House extends TestApp {
  token: string;
  /** Asks for an export, waits, reads all files: `Type/id` sorted, as often as it stands there. */
  run(url: string, as?: string, body?: object): Promise<{ manifest: Manifest; status: string; ids: string[] }>;
}
const path = (url: string): string => url.slice(url.indexOf('/fhir/'));

async function house(t: Parameters<typeof testApp>[0]): Promise<House> {
  const app = await testApp(t, [{ name: 'x', title: { vi: 'x', en: 'x' }, roles: { clerk: ['record.read:Patient'] } }]);
  const token = await app.client();
  const patient = (id: string): object => ({ reference: `Patient/${id}` });
  const records: { resourceType: string; id: string; [k: string]: unknown }[] = [
    { resourceType: 'Organization', id: 'o1', name: 'BV' },
    { resourceType: 'Practitioner', id: 'd1' },
    { resourceType: 'Practitioner', id: 'd2' },
    ...['p1', 'p2', 'p3'].map((id) => ({
      resourceType: 'Patient',
      id,
      name: [{ text: `Lê ${id}` }],
      managingOrganization: { reference: 'Organization/o1' },
    })),
    ...['p1', 'p2', 'p3'].flatMap((p) =>
      ['a', 'b'].map((x) => ({
        resourceType: 'Observation',
        id: `${p}-${x}`,
        status: x === 'a' ? 'final' : 'preliminary',
        code: { text: x },
        subject: patient(p),
        performer: [{ reference: 'Practitioner/d1' }],
      })),
    ),
    // One record of two patients: must come once.
    {
      resourceType: 'Appointment',
      id: 'ap',
      status: 'booked',
      start: '2026-11-25T01:00:00Z',
      end: '2026-11-25T02:00:00Z',
      participant: [
        { actor: patient('p1'), status: 'accepted' },
        { actor: patient('p2'), status: 'accepted' },
      ],
    },
    {
      resourceType: 'Group',
      id: 'g',
      type: 'person',
      actual: true,
      member: [{ entity: patient('p1') }, { entity: patient('p2') }, { entity: patient('p3'), inactive: true }],
    },
  ];
  const made = await app.ask('POST', '/fhir', token, {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: records.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  });
  assert.equal(made.status, 200, made.text);
  const run: House['run'] = async (url, as = token, body) => {
    const kick = await app.ask(body ? 'POST' : 'GET', url, as, body, { prefer: 'respond-async' });
    assert.equal(kick.status, 202, kick.text);
    const status = path(String(kick.headers['content-location']));
    for (let i = 0; i < 100; i++) {
      const answer = await app.ask('GET', status, as);
      if (answer.status === 202) {
        assert.ok(typeof answer.headers['x-progress'] === 'string');
        await sleep(100);
        continue;
      }
      assert.equal(answer.status, 200, answer.text);
      const manifest = answer.body as Manifest;
      const ids: string[] = [];
      for (const file of manifest.output) {
        const got: { statusCode: number; body: string; headers: Record<string, unknown> } = await app.app.inject({
          method: 'GET',
          url: path(file.url),
          headers: { authorization: `Bearer ${as}`, accept: 'application/fhir+ndjson' },
        });
        assert.equal(got.statusCode, 200);
        assert.match(String(got.headers['content-type']), /^application\/fhir\+ndjson/);
        const lines = got.body
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as { resourceType: string; id: string });
        assert.equal(lines.length, file.count);
        for (const r of lines) {
          assert.equal(r.resourceType, file.type);
          ids.push(`${r.resourceType}/${r.id}`);
        }
      }
      return { manifest, status, ids: ids.sort() };
    }
    throw new Error('the export takes too long');
  };
  return { ...app, token, run };
}

const OBSERVATIONS = ['p1', 'p2', 'p3'].flatMap((p) => [`Observation/${p}-a`, `Observation/${p}-b`]);
const of = (...patients: string[]): string[] => OBSERVATIONS.filter((o) => patients.some((p) => o.includes(p)));

test('the whole server, by type, by filter, since an instant', async (t) => {
  const { run, engine, clock, ask, token } = await house(t);
  const all = await run('/fhir/$export');
  assert.deepEqual(all.ids, [
    'Appointment/ap',
    'Group/g',
    ...OBSERVATIONS,
    'Organization/o1',
    'Patient/p1',
    'Patient/p2',
    'Patient/p3',
    'Practitioner/d1',
    'Practitioner/d2',
  ]);
  assert.equal(all.manifest.requiresAccessToken, true);
  await engine.audits.flush();
  const { rows } = await engine.database.tenant(1).query<{ action: string; n: number }>({
    text: `select action, count(*)::integer as n from audit where action like 'export%' group by action order by action`,
  });
  assert.deepEqual(rows, [
    { action: 'export', n: 1 },
    { action: 'export file', n: all.manifest.output.length },
  ]);
  assert.equal(all.manifest.transactionTime, engine.clock.now().toISOString());
  assert.deepEqual((await run('/fhir/$export?_type=Patient,Group')).ids, [
    'Group/g',
    'Patient/p1',
    'Patient/p2',
    'Patient/p3',
  ]);
  const filter = encodeURIComponent('Observation?status=final');
  const filtered = await run(
    `/fhir/$export?_type=Observation,Patient&_typeFilter=${filter}&_typeFilter=${encodeURIComponent('Observation?_id=p1-a,p2-b')}`,
  );
  assert.deepEqual(filtered.ids, [
    'Observation/p1-a',
    'Observation/p2-a',
    'Observation/p2-b',
    'Observation/p3-a',
    'Patient/p1',
    'Patient/p2',
    'Patient/p3',
  ]);
  const { transactionTime } = all.manifest;
  clock.set('2026-11-24T01:00:00.000Z');
  await ask('PUT', '/fhir/Practitioner/d2', token, { resourceType: 'Practitioner', id: 'd2', active: true });
  assert.deepEqual((await run(`/fhir/$export?_since=${new Date(Date.parse(transactionTime) + 1).toISOString()}`)).ids, [
    'Practitioner/d2',
  ]);
});

test('patients, and a group: their compartments and what these name, each record once', async (t) => {
  const { run } = await house(t);
  assert.deepEqual((await run('/fhir/Patient/$export')).ids, [
    'Appointment/ap',
    'Group/g',
    ...OBSERVATIONS,
    'Organization/o1',
    'Patient/p1',
    'Patient/p2',
    'Patient/p3',
    'Practitioner/d1',
  ]);
  const group = await run('/fhir/Group/g/$export?_type=Patient,Observation,Appointment');
  assert.deepEqual(group.ids, ['Appointment/ap', ...of('p1', 'p2'), 'Patient/p1', 'Patient/p2']);
  const body = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'patient', valueReference: { reference: 'Patient/p3' } },
      { name: '_type', valueString: 'Observation' },
      { name: '_typeFilter', valueString: 'Observation?status=final' },
    ],
  };
  assert.deepEqual((await run('/fhir/Patient/$export', undefined, body)).ids, ['Observation/p3-a']);
});

test('only who asked sees it, deleting removes the files, and what is wrong is refused', async (t) => {
  const { run, ask, token, signIn } = await house(t);
  const clerk = await signIn(['clerk']);
  const own = await run('/fhir/$export', clerk);
  assert.deepEqual(own.ids, ['Patient/p1', 'Patient/p2', 'Patient/p3']);
  assert.equal((await ask('GET', own.status, token)).status, 404);
  const [file] = own.manifest.output;
  assert.equal((await ask('GET', path(file?.url ?? ''), token)).status, 404);
  const folders = (): number => readdirSync(join(folder, 'exports')).length;
  const before = folders();
  assert.equal((await ask('DELETE', own.status, clerk)).status, 202);
  assert.equal(folders(), before - 1);
  assert.equal((await ask('GET', own.status, clerk)).status, 404);
  assert.equal((await ask('GET', path(file?.url ?? ''), clerk)).status, 404);
  const kick = (url: string, as = token): Promise<number> =>
    ask('GET', url, as, undefined, { prefer: 'respond-async' }).then((a) => a.status);
  assert.equal((await ask('GET', '/fhir/$export', token)).status, 400);
  assert.equal(await kick('/fhir/$export?_type=Observation', clerk), 403);
  assert.equal(await kick('/fhir/$export?_type=Nonsense'), 400);
  assert.equal(await kick('/fhir/$export?_tpye=Patient'), 400);
  assert.equal(await kick('/fhir/$export?_outputFormat=csv'), 400);
  assert.equal(await kick(`/fhir/$export?_typeFilter=${encodeURIComponent('Observation?nope=1')}`), 400);
  assert.equal(await kick('/fhir/Group/none/$export'), 404);
  assert.equal(await kick('/fhir/$export', 'nonsense'), 401);
});

test('an export that is killed at any of its steps goes on and is the same in the end', async (t) => {
  const { engine } = await house(t);
  for (const level of ['system', 'patient'] as const) {
    const args: ExportArgs = {
      folder: 'x',
      actor: 'client:partner',
      level,
      types: ['Appointment', 'Group', 'Observation', 'Organization', 'Patient', 'Practitioner'],
      filters: { Observation: ['status=final', 'status=preliminary'] },
      since: null,
      transactionTime: engine.clock.now().toISOString(),
      patients: null,
      request: '',
      baseUrl: 'http://localhost/fhir',
    };
    /** Runs with a worker that dies at its n-th report, then with others until the end. */
    const linesAfter = async (dieAt: number): Promise<string[]> => {
      const target = mkdtempSync(join(folder, 'run-'));
      let saved: Progress = { cursor: null, done: 0, total: null };
      for (let attempt = 0; attempt < 3; attempt++) {
        let reports = 0;
        const job: JobHandle = {
          args,
          progress: structuredClone(saved),
          signal: new AbortController().signal,
          report: async (next) => {
            if (attempt === 0 && ++reports === dieAt) throw new Error('killed');
            saved = structuredClone(next);
          },
        };
        try {
          await runExport(engine, 1, job, target);
          const { files } = saved.cursor as ExportCursor;
          return files.flatMap((f) => readFileSync(join(target, f.name), 'utf8').trimEnd().split('\n')).sort();
        } catch (error) {
          assert.equal((error as Error).message, 'killed');
        }
      }
      throw new Error('the export does not come to an end');
    };
    const whole = await linesAfter(0);
    assert.equal(new Set(whole).size, whole.length);
    assert.ok(whole.length >= 12);
    for (let dieAt = 1; dieAt <= 7; dieAt++)
      assert.deepEqual(await linesAfter(dieAt), whole, `${level}, report ${dieAt}`);
  }
});

test('views are exported as files, NDJSON or CSV', async (t) => {
  const { app, ask, token, signIn } = await house(t);
  const view = (name: string, resource: string, ...column: object[]): object => ({
    name: 'viewResource',
    resource: { resourceType: 'ViewDefinition', name, status: 'active', resource, select: [{ column }] },
  });
  const id = { name: 'id', path: 'id' };
  const body = {
    resourceType: 'Parameters',
    parameter: [
      view('patients', 'Patient', id, { name: 'ten', path: 'name.text.first()' }),
      view('patients', 'Patient', id),
      view('bad', 'Group', { name: 'v', path: 'member.entity.reference' }),
      view('none', 'Immunization', id),
      { name: '_format', valueCode: 'csv' },
    ],
  };
  const url = '/fhir/ViewDefinition/$export';
  const kick = await ask('POST', url, token, body, { prefer: 'respond-async' });
  assert.equal(kick.status, 202, kick.text);
  let manifest: Manifest | undefined;
  for (let i = 0; i < 100 && !manifest; i++) {
    const answer = await ask('GET', path(String(kick.headers['content-location'])), token);
    if (answer.status === 200) manifest = answer.body as Manifest;
    else await sleep(100);
  }
  const texts: [string, number, string][] = [];
  for (const file of manifest?.output ?? []) {
    const got: { body: string } = await app.inject({
      method: 'GET',
      url: path(file.url),
      headers: { authorization: `Bearer ${token}` },
    });
    texts.push([file.type, file.count, got.body]);
  }
  assert.deepEqual(texts, [
    ['patients', 3, 'id,ten\r\np1,Lê p1\r\np2,Lê p2\r\np3,Lê p3\r\n'],
    ['patients_2', 3, 'id\r\np1\r\np2\r\np3\r\n'],
    ['bad', 0, 'v\r\n'],
    ['none', 0, 'id\r\n'],
  ]);
  const [fault] = manifest?.error ?? [];
  const told = await app.inject({
    method: 'GET',
    url: path(fault?.url ?? ''),
    headers: { authorization: `Bearer ${token}` },
  });
  assert.match(told.body, /bad: Group\/g: the column v has 3 values/);
  const clerk = await signIn(['clerk']);
  assert.equal((await ask('POST', url, clerk, body, { prefer: 'respond-async' })).status, 403);
  assert.equal(
    (await ask('POST', url, token, { resourceType: 'Parameters' }, { prefer: 'respond-async' })).status,
    400,
  );
});
