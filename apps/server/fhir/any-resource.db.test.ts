import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@mach/fhir/json.ts';
import { valuesOf } from '@mach/fhir/search/match.ts';
import { anyResource, storedTypes } from '@mach/fhir/testing/any-resource.ts';
import { parseJson } from '@mach/fhir/written-numbers.ts';
import { fromXml } from '@mach/fhir/xml-read.ts';
import { toXml } from '@mach/fhir/xml-write.ts';
import fc from 'fast-check';
import { testApp } from '../testing/app.ts';
import { servedParams } from './metadata.ts';
import { questionOf } from './testing/questions.ts';

/** Resources of one run; a longer one by `MACH_ANY=2000`. */
const RESOURCES = Number(process.env.MACH_ANY ?? 16);
/** The same draw each time, so that a failure comes from a change; other draws by MACH_ANY_SEED. */
const SEED = Number(process.env.MACH_ANY_SEED ?? 20_261_122);
/** Searches of one resource by what it holds. */
const ASKED = 12;
/** Dozens of invariants about each other's elements leave chance too little room. */
const TOO_RARE = ['StructureDefinition', 'EventDefinition'];
/** What these ask for must be possible here, which no definition says. */
const OWN_RULES = ['Subscription', 'SearchParameter'];
const LEFT_OUT = new Set([...TOO_RARE, ...OWN_RULES]);

/** Numbers as texts, so that nothing but the same digits is the same; without what the server adds. */
function exact(text: string): object {
  const asText = (_key: string, value: unknown, { source }: { source: string }): unknown =>
    typeof value === 'number' ? source : value;
  const { meta, ...rest } = JSON.parse(text, asText as (key: string, value: unknown) => unknown) as JsonObject;
  return { ...rest, tag: (meta as JsonObject | undefined)?.tag };
}

test(`${RESOURCES} resources made from the definitions come back in JSON and XML and are found by what they hold`, async (t) => {
  const { app, client } = await testApp(t, []);
  const token = await client();
  const headers = { authorization: `Bearer ${token}`, prefer: 'handling=lenient' };
  const get = async (url: string): Promise<string> => {
    const answer = await app.inject({ method: 'GET', url: `/fhir/${url}`, headers });
    assert.equal(answer.statusCode, 200, `${url}: ${answer.body.slice(0, 500)}`);
    return answer.body;
  };
  t.diagnostic(`MACH_ANY_SEED=${SEED}`);
  let [count, searches] = [0, 0];
  const types = storedTypes().filter((type) => !LEFT_OUT.has(type));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), fc.nat(1_000_000), fc.boolean(), async (type, seed, asXml) => {
      const id = `any-${++count}`;
      const resource = anyResource(type, seed, id);
      const text = JSON.stringify(resource);
      const put = await app.inject({
        method: 'PUT',
        url: `/fhir/${type}/${id}`,
        headers: { ...headers, 'content-type': asXml ? 'application/fhir+xml' : 'application/fhir+json' },
        payload: asXml ? toXml(resource) : text,
      });
      assert.equal(put.statusCode, 201, `${put.body.slice(0, 800)}\n${text}`);
      assert.deepEqual(exact(await get(`${type}/${id}`)), exact(text));
      const xml = fromXml(await get(`${type}/${id}?_format=xml`));
      assert.ok(xml.ok);
      assert.deepEqual(exact(JSON.stringify(xml.value)), exact(text), 'as XML');
      const parsed = parseJson(text) as JsonObject;
      const questions = servedParams(type).flatMap((param) => {
        const value = valuesOf(type, param, parsed).find((v) => !v.param.endsWith(':identifier'));
        const asked = value && questionOf(value);
        return asked === undefined ? [] : [`${param.code}=${encodeURIComponent(asked)}`];
      });
      for (const question of questions.slice(0, ASKED)) {
        const found = JSON.parse(await get(`${type}?_id=${id}&${question}`)) as { entry?: object[] };
        assert.equal(found.entry?.length, 1, `${type}?${question} does not find\n${text}`);
        searches++;
      }
    }),
    { numRuns: RESOURCES, seed: SEED, endOnFailure: true },
  );
  t.diagnostic(`${count} resources, ${searches} searches`);
  assert.ok(searches > count, `${searches} searches`);
});
