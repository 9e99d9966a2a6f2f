import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { isValid, validate } from '@mach/fhir/validate.ts';
import { fromXml } from '@mach/fhir/xml-read.ts';
import { toXml } from '@mach/fhir/xml-write.ts';
import { testApp } from '../testing/app.ts';

const DATA = process.env.MACH_SHARED_DATA ?? join(import.meta.dirname, '../../../../shared/data');
const FILE = join(DATA, 'fhir-r4-examples/r4-examples-dev-half.ndjson.gz');
const skip = existsSync(FILE) ? false : 'the official examples are not here';
type Resource = Record<string, unknown> & { resourceType: string; id: string; meta?: Record<string, unknown> };

/** What the server sets is left out of the comparison, and so are the values of a Subscription's headers: they come back sealed. */
function bare({ meta, ...whole }: Resource): object {
  const { versionId: _v, lastUpdated: _l, ...kept } = meta ?? {};
  const { channel } = whole as { channel?: { header?: string[] } };
  const header = channel?.header?.map((line) => line.slice(0, line.indexOf(':')));
  const rest = header ? { ...whole, channel: { ...channel, header } } : whole;
  return Object.keys(kept).length > 0 ? { ...rest, meta: kept } : rest;
}

test('official examples go in as XML or JSON and come back as they were, in both', { skip }, async (t) => {
  const { app, client } = await testApp(t, []);
  const token = await client();
  const headers = { authorization: `Bearer ${token}`, prefer: 'handling=lenient' };
  const examples = gunzipSync(readFileSync(FILE))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Resource)
    .filter((resource) => resource.resourceType !== 'Parameters' && isValid(validate(resource)));
  assert.ok(examples.length > 300);
  for (const [i, resource] of examples.entries()) {
    const url = `/fhir/${resource.resourceType}/${resource.id}`;
    const asXml = i % 2 === 0;
    const put = await app.inject({
      method: 'PUT',
      url,
      headers: { ...headers, 'content-type': asXml ? 'application/fhir+xml' : 'application/fhir+json' },
      payload: asXml ? toXml(resource) : JSON.stringify(resource),
    });
    assert.equal(put.statusCode, 201, `${url}: ${put.body.slice(0, 600)}`);
    const json = await app.inject({ method: 'GET', url, headers });
    assert.deepEqual(bare(JSON.parse(json.body) as Resource), bare(resource), url);
    const xml = await app.inject({ method: 'GET', url: `${url}?_format=xml`, headers });
    const back = fromXml(xml.body);
    assert.ok(back.ok, url);
    assert.deepEqual(bare(back.value as Resource), bare(resource), `${url} as XML`);
  }
});

test('without lenient handling a reference must lead somewhere', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const dangling = { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: 'Patient/none' } };
  assert.equal((await ask('POST', '/fhir/Basic', token, dangling)).status, 422);
  assert.equal((await ask('POST', '/fhir/Basic', token, dangling, { prefer: 'handling=lenient' })).status, 201);
});
