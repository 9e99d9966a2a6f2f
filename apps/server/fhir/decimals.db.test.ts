import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '../testing/app.ts';

test('a decimal keeps its digits through the store, JSON, XML, transactions and patches', async (t) => {
  const house = await testApp(t, []);
  const token = await house.signIn(['administrator']);
  const body = (id: string, subject = 'Patient/p'): string =>
    `{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"Kali"},"subject":{"reference":"${subject}"},"valueQuantity":{"value":1.50,"unit":"mmol/L"},"referenceRange":[{"low":{"value":3.0},"high":{"value":1e1}}]}`;
  const isKept = async (id: string): Promise<void> => {
    const { text } = await house.ask('GET', `/fhir/Observation/${id}`, token);
    assert.match(text, /"valueQuantity":\{"value":1\.50,/);
    assert.match(text, /"low":\{"value":3\.0\},"high":\{"value":1e1\}/);
  };
  const person = await house.ask('PUT', '/fhir/Patient/p', token, { resourceType: 'Patient', id: 'p' });
  assert.equal(person.status, 201, person.text);
  const put = await house.ask('PUT', '/fhir/Observation/a', token, body('a'));
  assert.equal(put.status, 201, put.text);
  assert.match(put.text, /1\.50/);
  await isKept('a');

  const xml = await house.ask('GET', '/fhir/Observation/a', token, undefined, { accept: 'application/fhir+xml' });
  assert.match(xml.text, /<value value="1\.50"\/>/);
  const sent = await house.ask(
    'PUT',
    '/fhir/Observation/x',
    token,
    xml.text.replace('<id value="a"/>', '<id value="x"/>'),
    {
      'content-type': 'application/fhir+xml',
    },
  );
  assert.equal(sent.status, 201, sent.text);
  await isKept('x');

  // References are set anew in a transaction; what stands beside them is not touched.
  const entry = (resource: string, url: string, fullUrl: string): string =>
    `{"fullUrl":"${fullUrl}","resource":${resource},"request":{"method":"PUT","url":"${url}"}}`;
  const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[${[
    entry('{"resourceType":"Patient","id":"q"}', 'Patient/q', 'urn:uuid:0193e0e7-1e10-4000-8000-000000000001'),
    entry(
      body('t', 'urn:uuid:0193e0e7-1e10-4000-8000-000000000001'),
      'Observation/t',
      'urn:uuid:0193e0e7-1e10-4000-8000-000000000002',
    ),
  ].join()}]}`;
  const done = await house.ask('POST', '/fhir', token, bundle);
  assert.equal(done.status, 200, done.text);
  await isKept('t');

  const json = await house.ask('PATCH', '/fhir/Observation/a', token, [
    { op: 'replace', path: '/status', value: 'amended' },
  ]);
  assert.equal(json.status, 200, json.text);
  await isKept('a');
  const parameters = {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'Observation.status' },
          { name: 'value', valueCode: 'corrected' },
        ],
      },
    ],
  };
  const path = await house.ask('PATCH', '/fhir/Observation/a', token, parameters, {
    'content-type': 'application/fhir+json',
  });
  assert.equal(path.status, 200, path.text);
  await isKept('a');

  // It is a number to those who search.
  const found = await house.ask('GET', '/fhir/Observation?value-quantity=1.5&_summary=count', token);
  assert.equal((found.body as { total: number }).total, 3);
});
