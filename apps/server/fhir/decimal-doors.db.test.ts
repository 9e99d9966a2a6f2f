import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '@mach/fhir/written-numbers.ts';
import { fromXml } from '@mach/fhir/xml-read.ts';
import { toXml } from '@mach/fhir/xml-write.ts';
import fc from 'fast-check';
import { testApp } from '../testing/app.ts';

/** Decimals as R4 allows them (datatypes.html#decimal), of which a double and its text often are not the same. */
const decimal = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^(0|[1-9][0-9]{0,12})$/),
    fc.option(fc.stringMatching(/^[0-9]{1,8}$/)),
    fc.option(fc.constantFrom('e2', 'E-3', 'e+1'), { freq: 6 }),
  )
  .map(([sign, whole, fraction, power]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${power ?? ''}`);

/** A resource with decimals at the top, in a part, beside a reference, in a choice, and in an extension. */
const resource = (id: string, [top, part, choice]: readonly string[], subject = 'Patient/p'): string =>
  `{"resourceType":"ChargeItem","id":"${id}","extension":[{"url":"urn:e","valueDecimal":${choice}}],` +
  `"identifier":[{"system":"urn:d","value":"${id}"}],"status":"billable","code":{"text":"Khám"},` +
  `"subject":{"reference":"${subject}"},"quantity":{"value":${part},"unit":"lần"},"factorOverride":${top}}`;

type Reviver = (key: string, value: unknown, context: { source: string }) => unknown;
/** Numbers as texts, so that nothing but the same digits is the same; without what the server adds or sets anew. */
function exact(text: string): object {
  const asText: Reviver = (_key, value, { source }) => (typeof value === 'number' ? source : value);
  return {
    ...(JSON.parse(text, asText as (key: string, value: unknown) => unknown) as object),
    subject: null,
    meta: null,
  };
}
const quoted = (text: string): string => JSON.stringify(text);

test('every decimal comes back as it was written, through every door that writes', async (t) => {
  const house = await testApp(t, []);
  const token = await house.client();
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    url: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<string> => {
    const answer = await house.ask(method, `/fhir/${url}`, token, body, headers);
    assert.ok(answer.status < 300, `${method} ${url}: ${answer.text}`);
    return answer.text;
  };
  await ask('PUT', 'Patient/p', '{"resourceType":"Patient","id":"p"}');
  const fhir = { 'content-type': 'application/fhir+json' };
  const urn = 'urn:uuid:0193e0e7-1e10-4000-8000-000000000001';
  const entry = (text: string, method: string, url: string, more = ''): string =>
    `{"resource":${text},"request":{"method":"${method}","url":"${url}"${more}}}`;
  const bundle = (type: string, ...entries: string[]): string =>
    `{"resourceType":"Bundle","type":"${type}","entry":[${entries.join()}]}`;
  const person = `{"fullUrl":"${urn}","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}`;
  const idOf = (text: string): string => String((JSON.parse(text) as { id: string }).id);
  const placeOf = (text: string, index: number): string => {
    const { entry: entries } = JSON.parse(text) as { entry: { response: { location: string } }[] };
    return /ChargeItem\/([^/]+)\//.exec(entries[index]?.response.location ?? '')?.[1] ?? '';
  };
  const jsonPatch = (d: readonly string[]): string =>
    `[{"op":"replace","path":"/factorOverride","value":${d[0]}},{"op":"replace","path":"/quantity/value","value":${d[1]}},` +
    `{"op":"replace","path":"/extension/0/valueDecimal","value":${d[2]}},{"op":"replace","path":"/quantity/unit","value":"lần"}]`;
  const operation = (path: string, type: string, value: string): string =>
    `{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"${path}"},{"name":"value","value${type}":${value}}]}`;
  const pathPatch = (d: readonly string[]): string =>
    `{"resourceType":"Parameters","parameter":[${[
      operation('ChargeItem.factorOverride', 'Decimal', d[0] ?? ''),
      operation('ChargeItem.quantity.value', 'Decimal', d[1] ?? ''),
      operation('ChargeItem.extension[0].value', 'Decimal', d[2] ?? ''),
      operation('ChargeItem.quantity.unit', 'String', quoted('lần')),
    ].join()}]}`;
  const before = async (id: string): Promise<void> => {
    await ask('PUT', `ChargeItem/${id}`, resource(id, ['7', '8.0', '9']));
  };
  type Door = (id: string, d: readonly string[]) => Promise<string>;
  /** Each writes the resource with these decimals and says under which id. */
  const doors: Readonly<Record<string, Door>> = {
    create: async (id, d) => idOf(await ask('POST', 'ChargeItem', resource(id, d))),
    'conditional create': async (id, d) =>
      idOf(await ask('POST', 'ChargeItem', resource(id, d), { 'if-none-exist': `identifier=urn:d|${id}` })),
    update: async (id, d) => idOf(await ask('PUT', `ChargeItem/${id}`, resource(id, d))),
    'update as XML': async (id, d) => {
      const xml = toXml(parseJson(resource(id, d)) as Record<string, unknown>);
      await ask('PUT', `ChargeItem/${id}`, xml, { 'content-type': 'application/fhir+xml' });
      return id;
    },
    'conditional update that creates': async (id, d) =>
      idOf(await ask('PUT', `ChargeItem?identifier=urn:d|${id}`, resource(id, d))),
    'conditional update': async (id, d) => {
      await before(id);
      return idOf(await ask('PUT', `ChargeItem?identifier=urn:d|${id}`, resource(id, d)));
    },
    'JSON Patch': async (id, d) => {
      await before(id);
      return idOf(await ask('PATCH', `ChargeItem/${id}`, jsonPatch(d)));
    },
    'FHIRPath Patch': async (id, d) => {
      await before(id);
      return idOf(await ask('PATCH', `ChargeItem/${id}`, pathPatch(d), fhir));
    },
    'a patch of something else': async (id, d) => {
      await ask('PUT', `ChargeItem/${id}`, resource(id, d).replace('billable', 'planned'));
      return idOf(await ask('PATCH', `ChargeItem/${id}`, '[{"op":"replace","path":"/status","value":"billable"}]'));
    },
    'a label': async (id, d) => {
      await ask('PUT', `ChargeItem/${id}`, resource(id, d));
      const meta = '{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"code":"x"}]}}]}';
      await ask('POST', `ChargeItem/${id}/$meta-add`, meta);
      return id;
    },
    transaction: async (id, d) => {
      const put = entry(resource(id, d, urn), 'PUT', `ChargeItem/${id}`);
      await ask('POST', '', bundle('transaction', person, put));
      return id;
    },
    'transaction that creates': async (id, d) => {
      const post = entry(resource(id, d, urn), 'POST', 'ChargeItem', `,"ifNoneExist":"identifier=urn:d|${id}"`);
      return placeOf(await ask('POST', '', bundle('transaction', person, post)), 1);
    },
    'transaction with a patch': async (id, d) => {
      await before(id);
      await ask('POST', '', bundle('transaction', entry(pathPatch(d), 'PATCH', `ChargeItem/${id}`)));
      return id;
    },
    'batch with a patch in a Binary': async (id, d) => {
      await before(id);
      const data = Buffer.from(jsonPatch(d)).toString('base64');
      const binary = `{"resourceType":"Binary","contentType":"application/json-patch+json","data":"${data}"}`;
      await ask('POST', '', bundle('batch', entry(binary, 'PATCH', `ChargeItem/${id}`)));
      return id;
    },
    batch: async (id, d) =>
      placeOf(
        await ask(
          'POST',
          '',
          bundle(
            'batch',
            person,
            entry(resource(id, d), 'POST', 'ChargeItem'),
            entry(resource(`${id}b`, d), 'PUT', `ChargeItem/${id}b`),
          ),
        ),
        1,
      ),
  };
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(doors)), fc.tuple(decimal, decimal, decimal), async (name, d) => {
      const key = `d${++count}`;
      const id = (await doors[name]?.(key, d)) ?? '';
      const expected = { ...exact(resource(key, d)), id };
      const same = (text: string, from: string): void => assert.deepEqual(exact(text), expected, from);
      same(await ask('GET', `ChargeItem/${id}`), `${name}, read`);
      const xml = fromXml(await ask('GET', `ChargeItem/${id}?_format=xml`));
      assert.ok(xml.ok);
      same(JSON.stringify(xml.value), `${name}, read as XML`);
      const found = await ask('GET', `ChargeItem?_id=${id}&_summary=data`);
      for (const digits of d) assert.ok(found.includes(`:${digits}`), `${name}, summary: ${digits} in ${found}`);
    }),
    {
      numRuns: 45,
      examples: Object.keys(doors).map((name): [string, [string, string, string]] => [name, ['1.50', '0.10', '1e2']]),
    },
  );
  t.diagnostic(`${count} writes by ${Object.keys(doors).length} doors`);
});
