import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '../testing/app.ts';

interface Bundle {
  total?: number;
  entry?: {
    resource: { id: string; resourceType: string; [k: string]: unknown };
    search?: { mode: string };
    response?: { status: string; location?: string };
  }[];
  link?: { relation: string; url: string }[];
}
const bundleOf = (body: unknown): Bundle => body as Bundle;
const patient = (family: string, more: object = {}): object => ({
  resourceType: 'Patient',
  name: [{ text: `${family} Lan`, family, given: ['Lan'] }],
  ...more,
});

test('a resource is created, read, changed, patched, removed, and every version can be read again', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const made = await ask('POST', '/fhir/Patient', token, patient('Trần'));
  assert.equal(made.status, 201, made.text);
  const { id } = made.body as { id: string };
  assert.equal(made.headers.etag, 'W/"1"');
  const read = await ask('GET', `/fhir/Patient/${id}`, token);
  assert.deepEqual(read.body, made.body);
  assert.equal((await ask('GET', `/fhir/Patient/${id}`, token, undefined, { 'if-none-match': 'W/"1"' })).status, 304);
  const changed = await ask('PUT', `/fhir/Patient/${id}`, token, { ...patient('Lê'), id }, { 'if-match': 'W/"1"' });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(
    (await ask('PUT', `/fhir/Patient/${id}`, token, { ...patient('Lý'), id }, { 'if-match': 'W/"1"' })).status,
    412,
  );
  const patched = await ask('PATCH', `/fhir/Patient/${id}`, token, [{ op: 'add', path: '/gender', value: 'female' }]);
  assert.equal((patched.body as { gender: string }).gender, 'female', patched.text);
  assert.equal((await ask('DELETE', `/fhir/Patient/${id}`, token)).status, 204);
  assert.equal((await ask('GET', `/fhir/Patient/${id}`, token)).status, 410);
  const old = await ask('GET', `/fhir/Patient/${id}/_history/1`, token);
  assert.deepEqual(old.body, made.body);
  assert.equal(bundleOf((await ask('GET', `/fhir/Patient/${id}/_history`, token)).body).total, 4);
  assert.equal((await ask('PUT', '/fhir/Patient/my-own', token, { ...patient('Võ'), id: 'my-own' })).status, 201);
});

test('what is wrong is refused with its place, and nothing is written', async (t) => {
  const { ask, client, signIn } = await testApp(t, []);
  const token = await client();
  const bad = await ask('POST', '/fhir/Patient', token, patient('Trần', { gender: 'woman', color: 1 }));
  assert.equal(bad.status, 422, bad.text);
  const issues = (bad.body as { issue: { expression?: string[] }[] }).issue;
  assert.ok(issues.some((i) => i.expression?.[0] === 'Patient.gender') && issues.length >= 2, bad.text);
  const dangling = await ask('POST', '/fhir/Observation', token, {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/none' },
  });
  assert.equal(dangling.status, 422);
  assert.equal((await ask('POST', '/fhir/Patient', token, '{bad')).status, 400);
  assert.equal((await ask('GET', '/fhir/Patient?colour=red', token)).status, 400);
  assert.equal((await ask('GET', '/fhir/Nothing', token)).status, 404);
  assert.equal((await ask('GET', '/fhir/Patient', 'wrong-token')).status, 401);
  assert.equal((await ask('GET', '/fhir/Patient', await signIn(['nobody']))).status, 403);
  assert.equal(bundleOf((await ask('GET', '/fhir/Patient?_summary=count', token)).body).total, 0);
});

test('search finds by token, name without tones, reference, date, chain and reverse chain, in pages', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const transaction = await ask('POST', '/fhir', token, {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
        resource: patient('Nguyễn', { birthDate: '1964-07-14', identifier: [{ system: 'urn:x', value: '12' }] }),
        request: { method: 'POST', url: 'Patient' },
      },
      ...Array.from({ length: 5 }, (_, i) => ({
        resource: {
          resourceType: 'Observation',
          status: 'final',
          subject: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' },
          code: { coding: [{ system: 'http://loinc.org', code: i % 2 ? '8867-4' : '8310-5' }] },
          effectiveDateTime: `2026-11-2${i}T08:00:00+07:00`,
          valueQuantity: { value: 36 + i, unit: '°C', system: 'http://unitsofmeasure.org', code: 'Cel' },
        },
        request: { method: 'POST', url: 'Observation' },
      })),
    ],
  });
  assert.equal(transaction.status, 200, transaction.text);
  const found = async (query: string): Promise<number> => {
    const answer = await ask('GET', `/fhir/${query}`, token);
    assert.equal(answer.status, 200, answer.text);
    return bundleOf(answer.body).entry?.filter((e) => e.search?.mode === 'match').length ?? 0;
  };
  assert.equal(await found('Patient?name=nguyen'), 1);
  assert.equal(await found(`Patient?family=${encodeURIComponent('nguyễ')}`), 1);
  assert.equal(await found('Patient?name:exact=Nguyen'), 0);
  assert.equal(await found('Patient?identifier=urn:x|12'), 1);
  assert.equal(await found('Patient?identifier=urn:y|12'), 0);
  assert.equal(await found('Patient?birthdate=1964'), 1);
  assert.equal(await found('Observation?code=http://loinc.org|8867-4'), 2);
  assert.equal(await found('Observation?code=8867-4,8310-5'), 5);
  assert.equal(await found('Observation?date=ge2026-11-22'), 3);
  assert.equal(await found('Observation?value-quantity=gt38'), 2);
  assert.equal(await found('Observation?value-quantity=gt311.5|http://unitsofmeasure.org|K'), 2);
  assert.equal(await found('Observation?patient.name=nguyen'), 5);
  assert.equal(await found('Patient?_has:Observation:patient:code=8867-4'), 1);
  assert.equal(await found('Patient?_has:Observation:patient:code=0000'), 0);
  const included = bundleOf((await ask('GET', '/fhir/Observation?_include=Observation:subject&_count=2', token)).body);
  assert.equal(included.entry?.filter((e) => e.search?.mode === 'include').length, 1);
  const seen: string[] = [];
  for (let url: string | undefined = '/fhir/Observation?_sort=-date&_count=2'; url; ) {
    const page = bundleOf((await ask('GET', url, token)).body);
    seen.push(...(page.entry ?? []).map((e) => String(e.resource.effectiveDateTime)));
    url = page.link?.find((l) => l.relation === 'next')?.url.replace(/^.*\/fhir/, '/fhir');
  }
  assert.deepEqual(seen, [...seen].sort().reverse());
  assert.equal(seen.length, 5);
});

test('a batch answers each entry by itself, a transaction all or nothing', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const entry = (resource: object): object => ({ resource, request: { method: 'POST', url: 'Patient' } });
  const batch = await ask('POST', '/fhir', token, {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [entry(patient('A')), entry(patient('B', { gender: 'x' }))],
  });
  assert.deepEqual(
    bundleOf(batch.body).entry?.map((e) => e.response?.status),
    ['201 Created', '422'],
  );
  const whole = await ask('POST', '/fhir', token, {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [entry(patient('C')), entry(patient('D', { gender: 'x' }))],
  });
  assert.equal(whole.status, 422);
  assert.equal(bundleOf((await ask('GET', '/fhir/Patient?_summary=count', token)).body).total, 1);
});
