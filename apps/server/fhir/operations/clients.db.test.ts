import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Client } from 'fhir-kit-client';
import smart from 'fhirclient';
import { testApp } from '../../testing/app.ts';

/** What these clients give back, as far as the tests look into it. */
interface Resource {
  resourceType: string;
  id?: string;
  meta?: { versionId: string };
  [element: string]: unknown;
}
interface Bundle extends Resource {
  total?: number;
  entry?: { resource?: Resource; response?: { status: string } }[];
}

const bundle = (value: unknown): Bundle => value as Bundle;
const ids = (value: unknown): (string | undefined)[] => (bundle(value).entry ?? []).map((e) => e.resource?.id);

/** The doors on a port, as the programs of others reach them. */
async function served(t: Parameters<typeof testApp>[0]): Promise<{ base: string; token: string }> {
  const { app, client } = await testApp(t, []);
  const token = await client();
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { base: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/fhir`, token };
}

test('fhir-kit-client: every interaction it knows', async (t) => {
  const { base, token } = await served(t);
  const client = new Client({ baseUrl: base, bearerToken: token });
  const statement = (await client.capabilityStatement()) as Resource;
  assert.deepEqual([statement.resourceType, statement.fhirVersion], ['CapabilityStatement', '4.0.1']);
  const body = { resourceType: 'Patient', name: [{ family: 'Lê', given: ['An'] }], active: true };
  const made = (await client.create({ resourceType: 'Patient', body })) as Resource;
  const id = String(made.id);
  assert.equal(((await client.read({ resourceType: 'Patient', id })) as Resource).active, true);
  const changed = { ...made, gender: 'female' };
  assert.equal(
    ((await client.update({ resourceType: 'Patient', id, body: changed })) as Resource).meta?.versionId,
    '2',
  );
  const jsonPatch = [{ op: 'replace' as const, path: '/active', value: false }];
  assert.equal(((await client.patch({ resourceType: 'Patient', id, jsonPatch })) as Resource).active, false);
  const first = (await client.vread({ resourceType: 'Patient', id, version: '1' })) as Resource;
  assert.deepEqual([first.active, first.gender], [true, undefined]);
  assert.equal(bundle(await client.resourceHistory({ resourceType: 'Patient', id })).entry?.length, 3);

  const entries = ['a', 'b', 'c'].map((name) => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${name}`,
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: name },
      subject: { reference: `Patient/${id}` },
    },
    request: { method: 'POST', url: 'Observation' },
  }));
  const written = bundle(
    await client.transaction({ body: { resourceType: 'Bundle', type: 'transaction', entry: entries } }),
  );
  assert.deepEqual(
    written.entry?.map((e) => e.response?.status.slice(0, 3)),
    ['201', '201', '201'],
  );
  const batch = bundle(
    await client.batch({
      body: { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `Patient/${id}` } }] },
    }),
  );
  assert.equal(batch.entry?.[0]?.resource?.id, id);

  const searchParams = { patient: id, _count: 2, _sort: '_id' };
  const page = bundle(await client.search({ resourceType: 'Observation', searchParams }));
  const next = await client.nextPage({ bundle: page as never });
  assert.equal(new Set([...ids(page), ...ids(next)]).size, 3);
  const compartment = { resourceType: 'Patient', id };
  const own = await client.search({ resourceType: 'Observation', compartment, searchParams: { _count: 10 } });
  assert.equal(ids(own).length, 3);
  const subject = await client.resolve({ reference: `Patient/${id}` });
  assert.equal((subject as Resource).id, id);
  const all = await client.operation({ name: 'everything', resourceType: 'Patient', id, method: 'GET' });
  assert.equal(ids(all).length, 4);
  const question = encodeURIComponent(`{ Patient(id: "${id}") { name { family } } }`);
  const graph = (await client.request(`$graphql?query=${question}`)) as Resource;
  assert.deepEqual(graph.data, { Patient: { name: [{ family: 'Lê' }] } });
  const [gone = ''] = ids(page);
  await client.delete({ resourceType: 'Observation', id: gone });
  await assert.rejects(
    client.read({ resourceType: 'Observation', id: gone }),
    (error: { response?: { status: number } }) => {
      return error.response?.status === 410;
    },
  );
});

test('fhirclient: reads, pages, references, writes', async (t) => {
  const { base, token } = await served(t);
  const client = smart({} as never, {} as never).client({ serverUrl: base, tokenResponse: { access_token: token } });
  assert.equal(await client.getFhirRelease(), 4);
  const made = await client.create<Resource>({ resourceType: 'Patient', name: [{ family: 'Trần' }] } as never);
  const observations = await Promise.all(
    [1, 2, 3].map((n) =>
      client.create<Resource>({
        resourceType: 'Observation',
        status: 'final',
        code: { text: String(n) },
        subject: { reference: `Patient/${made.id}` },
      } as never),
    ),
  );
  const url = `Observation?patient=${made.id}&_count=2`;
  const found = await client.request<Resource[]>(url, {
    pageLimit: 0,
    flat: true,
    resolveReferences: ['subject'],
  });
  assert.deepEqual(found.map((o) => o.id).sort(), observations.map((o) => o.id).sort());
  for (const { subject } of found) assert.deepEqual((subject as { name: object }).name, [{ family: 'Trần' }]);
  const [one] = observations;
  await client.update({ ...one, status: 'amended' } as never);
  const patched = await client.patch<Resource>(`Patient/${made.id}`, [{ op: 'add', path: '/active', value: true }]);
  assert.equal(patched.active, true);
  await client.delete(`Observation/${one?.id}`);
  assert.equal((await client.request<Bundle>(`Observation?patient=${made.id}&_summary=count`)).total, 2);
});
