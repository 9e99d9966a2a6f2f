import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromXml } from '@mach/fhir/xml-read.ts';
import { testApp } from '../testing/app.ts';

interface Bundle {
  total?: number;
  entry?: {
    fullUrl?: string;
    resource?: { id: string; resourceType: string; [k: string]: unknown };
    request?: { method: string; url: string };
    response?: { status: string; location?: string; etag?: string; outcome?: { issue: unknown[] } };
  }[];
  link?: { relation: string; url: string }[];
}
const bundleOf = (body: unknown): Bundle => body as Bundle;
const patient = (family: string, more: object = {}): object => ({
  resourceType: 'Patient',
  name: [{ text: `${family} Lan`, family, given: ['Lan'] }],
  ...more,
});
const idOf = (body: unknown): string => (body as { id: string }).id;
const identified = (value: string): object => ({ identifier: [{ system: 'urn:x', value }] });

test('conditional read answers 304 by version and by date, and 200 when it has changed', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const made = await ask('POST', '/fhir/Patient', token, patient('Trần'));
  const url = `/fhir/Patient/${idOf(made.body)}`;
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await ask('GET', url, token, undefined, headers)).status;
  const modified = String((await ask('GET', url, token)).headers['last-modified']);
  assert.equal(await status({ 'if-none-match': 'W/"1"' }), 304);
  assert.equal(await status({ 'if-none-match': 'W/"7", W/"1"' }), 304);
  assert.equal(await status({ 'if-none-match': 'W/"2"' }), 200);
  assert.equal(await status({ 'if-modified-since': modified }), 304);
  assert.equal(await status({ 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' }), 200);
  // The entity tag decides where both are given.
  assert.equal(await status({ 'if-none-match': 'W/"2"', 'if-modified-since': modified }), 200);
});

test('conditional create, update, patch and delete: none, one, several', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const create = (body: object, condition: string): ReturnType<typeof ask> =>
    ask('POST', '/fhir/Patient', token, body, { 'if-none-exist': condition });
  const first = await create(patient('A', identified('1')), 'identifier=urn:x|1');
  assert.equal(first.status, 201, first.text);
  const again = await create(patient('B', identified('1')), 'identifier=urn:x|1');
  assert.equal(again.status, 200);
  assert.equal(idOf(again.body), idOf(first.body));
  // At the same time: one is made, the others find it.
  const race = await Promise.all(
    Array.from({ length: 5 }, () => create(patient('C', identified('2')), 'identifier=urn:x|2')),
  );
  assert.deepEqual(race.map((r) => r.status).sort(), [200, 200, 200, 200, 201]);
  assert.equal(new Set(race.map((r) => idOf(r.body))).size, 1);
  assert.equal((await create(patient('D'), 'colour=red')).status, 400);
  assert.equal((await create(patient('D'), '')).status, 400);

  const put = await ask('PUT', '/fhir/Patient?identifier=urn:x|1', token, patient('E', identified('1')));
  assert.equal(put.status, 200, put.text);
  assert.equal(put.headers.etag, 'W/"2"');
  assert.equal(
    (await ask('PUT', '/fhir/Patient?identifier=urn:x|9', token, patient('F', identified('9')))).status,
    201,
  );
  const own = await ask('PUT', '/fhir/Patient?identifier=urn:x|8', token, {
    ...patient('G', identified('8')),
    id: 'mine',
  });
  assert.equal(own.status, 201);
  assert.equal(idOf(own.body), 'mine');
  assert.equal(
    (await ask('PUT', '/fhir/Patient?identifier=urn:x|1', token, { ...patient('H', identified('1')), id: 'other' }))
      .status,
    400,
  );
  assert.equal((await ask('PUT', '/fhir/Patient?family=', token, patient('H'))).status, 400);

  const op = [{ op: 'add', path: '/gender', value: 'female' }];
  assert.equal((await ask('PATCH', '/fhir/Patient?identifier=urn:x|1', token, op)).status, 200);
  assert.equal((await ask('PATCH', '/fhir/Patient?identifier=urn:x|404', token, op)).status, 404);
  await ask('POST', '/fhir/Patient', token, patient('Z', identified('two')));
  await ask('POST', '/fhir/Patient', token, patient('Z', identified('two')));
  for (const method of ['PATCH', 'PUT', 'DELETE'] as const)
    assert.equal(
      (
        await ask(
          method,
          '/fhir/Patient?identifier=urn:x|two',
          token,
          method === 'DELETE' ? undefined : method === 'PATCH' ? op : patient('Q'),
        )
      ).status,
      412,
      method,
    );
  assert.equal((await ask('DELETE', '/fhir/Patient?identifier=urn:x|1', token)).status, 204);
  assert.equal((await ask('GET', `/fhir/Patient/${idOf(first.body)}`, token)).status, 410);
  assert.equal((await ask('DELETE', '/fhir/Patient?identifier=urn:x|1', token)).status, 204);
  assert.equal((await ask('DELETE', '/fhir/Patient', token)).status, 400);
});

test('Prefer decides what a write gives back', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const post = (prefer: string): ReturnType<typeof ask> =>
    ask('POST', '/fhir/Patient', token, patient('Trần'), { prefer });
  const minimal = await post('return=minimal');
  assert.equal(minimal.status, 201);
  assert.equal(minimal.text, '');
  assert.match(String(minimal.headers.location), /\/fhir\/Patient\/[^/]+\/_history\/1$/);
  assert.equal(((await post('return=representation')).body as { resourceType: string }).resourceType, 'Patient');
  assert.equal(
    ((await post('return=OperationOutcome')).body as { resourceType: string }).resourceType,
    'OperationOutcome',
  );
  // If-None-Match: * allows no record to be there yet.
  const only = { 'if-none-match': '*' };
  assert.equal((await ask('PUT', '/fhir/Patient/x', token, { ...patient('A'), id: 'x' }, only)).status, 201);
  assert.equal((await ask('PUT', '/fhir/Patient/x', token, { ...patient('B'), id: 'x' }, only)).status, 412);
});

test('FHIRPath Patch changes a record, and what it makes invalid is refused', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const id = idOf((await ask('POST', '/fhir/Patient', token, patient('Trần'))).body);
  const patch = (type: string, path: string, ...more: object[]): ReturnType<typeof ask> =>
    ask(
      'PATCH',
      `/fhir/Patient/${id}`,
      token,
      {
        resourceType: 'Parameters',
        parameter: [
          {
            name: 'operation',
            part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...more],
          },
        ],
      },
      { 'content-type': 'application/fhir+json' },
    );
  const added = await patch(
    'add',
    'Patient',
    { name: 'name', valueString: 'birthDate' },
    { name: 'value', valueDate: '1964-07-14' },
  );
  assert.equal(added.status, 200, added.text);
  assert.equal((added.body as { birthDate: string }).birthDate, '1964-07-14');
  assert.equal((await patch('replace', 'Patient.birthDate', { name: 'value', valueDate: 'gestern' })).status, 422);
  assert.equal((await patch('delete', 'Patient.((')).status, 422);
  assert.equal((await patch('explode', 'Patient')).status, 400);
  assert.equal(
    (await ask('PATCH', `/fhir/Patient/${id}`, token, [{ op: 'replace', path: '/id', value: 'x' }])).status,
    422,
  );
  assert.equal(
    (await ask('PATCH', `/fhir/Patient/${id}`, token, [{ op: 'remove', path: '/birthDate' }], { 'if-match': 'W/"1"' }))
      .status,
    412,
  );
});

test('patches at the same time all take effect, each on what the others left', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const made = idOf(
    (await ask('POST', '/fhir/Patient', token, patient('Trần', { telecom: [{ system: 'phone', value: 'first' }] })))
      .body,
  );
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      ask('PATCH', `/fhir/Patient/${made}`, token, [
        { op: 'add', path: '/telecom/-', value: { system: 'phone', value: String(i) } },
      ]),
    ),
  );
  assert.deepEqual(
    answers.map((a) => a.status),
    Array(6).fill(200),
  );
  const { telecom } = (await ask('GET', `/fhir/Patient/${made}`, token)).body as { telecom: { value: string }[] };
  assert.deepEqual(telecom.map((c) => c.value).sort(), ['0', '1', '2', '3', '4', '5', 'first']);
});

test('history of a record, a type and the system, in pages that hold while data changes', async (t) => {
  const { ask, client, clock } = await testApp(t, []);
  const token = await client();
  const step = (): void => clock.set(new Date(clock.now().getTime() + 60_000).toISOString());
  const start = clock.now().toISOString();
  const ids: string[] = [];
  for (const family of ['A', 'B', 'C']) {
    step();
    ids.push(idOf((await ask('POST', '/fhir/Patient', token, patient(family))).body));
  }
  step();
  await ask('PUT', `/fhir/Patient/${ids[0]}`, token, { ...patient('A2'), id: ids[0] });
  step();
  const before = clock.now().toISOString();
  await ask('DELETE', `/fhir/Patient/${ids[1]}`, token);
  step();
  await ask('POST', '/fhir/Organization', token, { resourceType: 'Organization', name: 'BV' });

  const own = bundleOf((await ask('GET', `/fhir/Patient/${ids[0]}/_history`, token)).body);
  assert.equal(own.total, 2);
  assert.deepEqual(
    own.entry?.map((e) => e.response?.etag),
    ['W/"2"', 'W/"1"'],
  );
  assert.deepEqual(
    own.entry?.map((e) => e.request?.method),
    ['PUT', 'POST'],
  );
  const pages: string[] = [];
  let url: string | undefined = '/fhir/Patient/_history?_count=2';
  for (let n = 0; url; n++) {
    const page: Bundle = bundleOf((await ask('GET', url, token)).body);
    assert.ok((page.entry?.length ?? 0) <= 2);
    pages.push(
      ...(page.entry ?? []).map((e) => `${e.request?.method} ${e.response?.location?.split('/').slice(-3).join('/')}`),
    );
    // A write between two pages is newer than both.
    if (n === 0) await ask('PUT', `/fhir/Patient/${ids[2]}`, token, { ...patient('C2'), id: ids[2] });
    url = page.link?.find((l) => l.relation === 'next')?.url.replace(/^.*\/fhir/, '/fhir');
  }
  assert.deepEqual(pages, [
    `DELETE ${ids[1]}/_history/2`,
    `PUT ${ids[0]}/_history/2`,
    `POST ${ids[2]}/_history/1`,
    `POST ${ids[1]}/_history/1`,
    `POST ${ids[0]}/_history/1`,
  ]);
  const system = bundleOf((await ask('GET', '/fhir/_history', token)).body);
  assert.equal(system.entry?.length, 7);
  assert.ok(system.entry?.some((e) => e.resource?.resourceType === 'Organization'));
  const count = async (query: string): Promise<number> =>
    bundleOf((await ask('GET', `/fhir/Patient/_history?${query}`, token)).body).entry?.length ?? 0;
  assert.equal(await count(`_since=${encodeURIComponent(before)}`), 2);
  // At the start there was nothing; just before the deletion three records were current.
  assert.equal(await count(`_at=${encodeURIComponent(start)}`), 0);
  const earlier = new Date(Date.parse(before) - 1).toISOString();
  assert.equal(await count(`_at=${encodeURIComponent(earlier)}`), 3);
  assert.equal((await ask('GET', `/fhir/Patient/${ids[1]}/_history/2`, token)).status, 410);
  assert.equal((await ask('GET', `/fhir/Patient/${ids[0]}/_history/9`, token)).status, 404);
  for (const wrong of ['_since=gestern', '_count=x', 'colour=red', '_after=e30'])
    assert.equal((await ask('GET', `/fhir/Patient/_history?${wrong}`, token)).status, 400, wrong);
  assert.equal((await ask('GET', '/fhir/Patient/nobody/_history', token)).status, 404);
});

test('XML in and out, pretty where asked, and formats that are not served are refused', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const xml =
    '<Patient xmlns="http://hl7.org/fhir"><active value="true"/><name><family value="Trần"/></name></Patient>';
  const made = await ask('POST', '/fhir/Patient', token, xml, {
    'content-type': 'application/fhir+xml',
    accept: 'application/fhir+xml',
  });
  assert.equal(made.status, 201, made.text);
  assert.match(String(made.headers['content-type']), /^application\/fhir\+xml/);
  const back = fromXml(made.text);
  assert.ok(back.ok);
  const { id } = back.value as { id: string };
  const json = await ask('GET', `/fhir/Patient/${id}`, token);
  assert.deepEqual(back.value, json.body);
  for (const format of ['xml', 'application/fhir+xml', 'application%2Ffhir%2Bxml', 'text/xml']) {
    const read = await ask('GET', `/fhir/Patient/${id}?_format=${format}`, token);
    assert.match(read.text, /^<\?xml/, format);
  }
  assert.match((await ask('GET', `/fhir/Patient/${id}?_pretty=true`, token)).text, /\n {2}"id"/);
  assert.match((await ask('GET', `/fhir/Patient/${id}?_pretty=true&_format=xml`, token)).text, /\n {2}<id value=/);
  assert.match((await ask('GET', '/fhir/Patient?_format=xml', token)).text, /<Bundle xmlns="http:\/\/hl7.org\/fhir">/);
  assert.match((await ask('GET', '/fhir/metadata?_format=xml', token)).text, /<CapabilityStatement/);
  // Refusals come in the same dress.
  const plain = { 'content-type': 'application/json' };
  assert.equal((await ask('POST', '/fhir/Patient', token, patient('Lê'), plain)).status, 201);
  assert.equal((await ask('POST', '/fhir/Patient', token, '{bad', plain)).status, 400);
  const missing = await ask('GET', '/fhir/Patient/nobody', token, undefined, { accept: 'application/fhir+xml' });
  assert.equal(missing.status, 404);
  assert.match(missing.text, /<OperationOutcome/);
  const bad = await ask(
    'POST',
    '/fhir/Patient',
    token,
    '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><Patient/>',
    {
      'content-type': 'application/fhir+xml',
    },
  );
  assert.equal(bad.status, 400);
  assert.match(bad.text, /DOCTYPE/);
  assert.equal((await ask('GET', `/fhir/Patient/${id}?_format=ttl`, token)).status, 406);
  assert.equal((await ask('GET', `/fhir/Patient/${id}`, token, undefined, { accept: 'text/turtle' })).status, 406);
  assert.equal(
    (await ask('GET', `/fhir/Patient/${id}`, token, undefined, { accept: 'text/turtle, application/json;q=0.5' }))
      .status,
    200,
  );
  const preferred = await ask('GET', `/fhir/Patient/${id}`, token, undefined, {
    accept: 'application/fhir+json;q=0.1, application/fhir+xml',
  });
  assert.match(preferred.text, /^<\?xml/);
});

test('a transaction may read, patch, delete and depend on conditions; what it may not is refused whole', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const [a, b] = await Promise.all(
    ['1', '2'].map((v) => ask('POST', '/fhir/Patient', token, patient('A', identified(v)))),
  );
  const idA = idOf(a?.body);
  const idB = idOf(b?.body);
  const patchBinary = {
    resourceType: 'Binary',
    contentType: 'application/json-patch+json',
    data: Buffer.from(JSON.stringify([{ op: 'add', path: '/gender', value: 'male' }])).toString('base64'),
  };
  const patchParameters = {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'add' },
          { name: 'path', valueString: 'Patient' },
          { name: 'name', valueString: 'birthDate' },
          { name: 'value', valueDate: '2001-02-03' },
        ],
      },
    ],
  };
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient?identifier=urn:x|1' },
  };
  const run = (...entry: object[]): ReturnType<typeof ask> =>
    ask('POST', '/fhir', token, { resourceType: 'Bundle', type: 'transaction', entry });
  const done = await run(
    { request: { method: 'GET', url: `Patient/${idA}` } },
    { request: { method: 'GET', url: 'Patient?identifier=urn:x|1' } },
    { request: { method: 'GET', url: `Patient/${idA}/_history/1` } },
    { resource: observation, request: { method: 'POST', url: 'Observation' } },
    { resource: patchBinary, request: { method: 'PATCH', url: 'Patient?identifier=urn:x|1' } },
    { request: { method: 'DELETE', url: `Patient/${idB}`, ifMatch: 'W/"1"' } },
    {
      resource: patient('N', identified('1')),
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:x|1' },
    },
  );
  assert.equal(done.status, 200, done.text);
  const entries = bundleOf(done.body).entry ?? [];
  assert.deepEqual(
    entries.map((e) => e.response?.status.slice(0, 3)),
    ['200', '200', '200', '201', '200', '204', '200'],
  );
  // Reads come last and see what was written.
  assert.equal(entries[0]?.resource?.gender, 'male');
  assert.equal(bundleOf(entries[1]?.resource).entry?.[0]?.resource?.id, idA);
  assert.equal(entries[2]?.resource?.gender, undefined);
  const [, , , made] = entries;
  const stored = await ask('GET', String(made?.response?.location).replace(/^.*\/fhir/, '/fhir'), token);
  assert.equal((stored.body as { subject: { reference: string } }).subject.reference, `Patient/${idA}`);
  const twice = await run(
    { resource: patchParameters, request: { method: 'PATCH', url: `Patient/${idA}` } },
    { resource: patchBinary, request: { method: 'PATCH', url: 'Patient?identifier=urn:x|1' } },
  );
  assert.equal(twice.status, 400, twice.text);
  assert.equal(
    (await run({ resource: patchParameters, request: { method: 'PATCH', url: `Patient/${idA}` } })).status,
    200,
  );
  const none = await run({
    resource: { ...observation, subject: { reference: 'Patient?identifier=urn:x|77' } },
    request: { method: 'POST', url: 'Observation' },
  });
  assert.equal(none.status, 412);
  const full = await ask(
    'POST',
    '/fhir',
    token,
    {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: patient('R'), request: { method: 'POST', url: 'Patient' } }],
    },
    { prefer: 'return=representation' },
  );
  assert.equal(bundleOf(full.body).entry?.[0]?.resource?.resourceType, 'Patient');
});

test('a batch keeps its order: good entries stay when one is refused', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const entry = [
    ...Array.from({ length: 6 }, (_, i) => ({
      resource: patient(`F${i}`, i === 3 ? { gender: 'x' } : {}),
      request: { method: 'POST', url: 'Patient' },
    })),
    { request: { method: 'GET', url: 'Patient?_summary=count' } },
    { request: { method: 'GET', url: 'Patient/nobody' } },
  ];
  const answer = await ask('POST', '/fhir', token, { resourceType: 'Bundle', type: 'batch', entry });
  const entries = bundleOf(answer.body).entry ?? [];
  assert.deepEqual(
    entries.map((e) => e.response?.status.slice(0, 3)),
    ['201', '201', '201', '422', '201', '201', '200', '404'],
  );
  assert.equal(bundleOf(entries[6]?.resource).total, 5);
  assert.ok((entries[3]?.response?.outcome?.issue.length ?? 0) > 0);
});
