import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '../testing/app.ts';

interface Answer {
  entry: {
    resource?: { resourceType: string; total?: number };
    response: { status: string; outcome?: { issue: { expression?: string[] }[] } };
  }[];
}

test('a batch answers each entry, operations and what cannot be read too; a transaction takes no operation by POST', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const put = await ask('PUT', '/fhir/Patient/p', token, { resourceType: 'Patient', id: 'p', gender: 'male' });
  assert.equal(put.status, 201, put.text);
  const entry = [
    ['GET', 'metadata'],
    ['GET', 'Patient/p/$everything'],
    ['POST', 'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender'],
    ['GET', 'Patient/none/$everything'],
    ['BREW', 'Patient'],
    ['GET', 'Patient/p'],
  ].map(([method, url]) => ({ request: { method, url } }));
  const batch = await ask('POST', '/fhir', token, { resourceType: 'Bundle', type: 'batch', entry });
  assert.equal(batch.status, 200, batch.text);
  const answers = (batch.body as Answer).entry;
  assert.deepEqual(
    answers.map((a) => `${a.response.status.slice(0, 3)} ${a.resource?.resourceType ?? ''}`.trim()),
    ['400', '200 Bundle', '200 ValueSet', '404', '400', '200 Patient'],
  );
  assert.equal(answers[1]?.resource?.total, 1);
  assert.deepEqual(answers[4]?.response.outcome?.issue[0]?.expression, ['Bundle.entry[4].request.method']);
  const refused = await ask('POST', '/fhir', token, {
    ...{ resourceType: 'Bundle', type: 'transaction' },
    entry: [{ request: { method: 'POST', url: 'Patient/p/$meta-add' } }],
  });
  assert.equal(refused.status, 400, refused.text);
  // Another version of FHIR is not spoken here; a type without a body is no fault.
  const accept = (version: string): Record<string, string> => ({
    accept: `application/fhir+json; fhirVersion=${version}`,
  });
  assert.equal((await ask('GET', '/fhir/Patient/p', token, undefined, accept('5.0'))).status, 406);
  assert.equal((await ask('GET', '/fhir/Patient/p', token, undefined, accept('4.0'))).status, 200);
  const type = { 'content-type': 'application/fhir+json' };
  assert.equal((await ask('DELETE', '/fhir/Patient/p', token, undefined, type)).status, 204);
});
