import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '@mach/base/random.ts';
import { anyResource } from '@mach/fhir/testing/any-resource.ts';
import { testApp } from '../testing/app.ts';

/** Types of one run, chosen by this seed; `MACH_CAPABILITIES=145` asks for all. */
/** The same draw each time, so that a failure comes from a change; other draws by MACH_CAPABILITIES_SEED. */
const SEED = Number(process.env.MACH_CAPABILITIES_SEED ?? 20_261_122);
const TYPES = Number(process.env.MACH_CAPABILITIES ?? 4);
/** Always among them: what has operations of its own. */
const ALWAYS = ['Patient', 'Encounter', 'ValueSet'];
/** Chance makes too few valid ones, or their content must be possible here. */
const NOT_MADE = new Set(['StructureDefinition', 'EventDefinition', 'Subscription', 'SearchParameter']);

interface Stated {
  type: string;
  interaction: { code: string }[];
  operation: { name: string }[];
  conditionalCreate: boolean;
  conditionalUpdate: boolean;
  conditionalDelete: string;
  conditionalRead: string;
  updateCreate: boolean;
  versioning: string;
}
interface Statement {
  rest: { resource: Stated[]; interaction: { code: string }[]; operation: { name: string }[] }[];
}

test('what is stated is done, and what is not stated is refused', async (t) => {
  const { app, client } = await testApp(t, []);
  const token = await client();
  const send = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<{ status: number; text: string }> => {
    const type = Array.isArray(body) ? 'application/json-patch+json' : 'application/fhir+json';
    const answer = await app.inject({
      method,
      url: `/fhir/${url}`,
      headers: {
        authorization: `Bearer ${token}`,
        prefer: 'handling=lenient',
        ...(body === undefined ? {} : { 'content-type': type }),
        ...more,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, text: answer.body };
  };
  const is = async (expected: number, asked: ReturnType<typeof send>, what: string): Promise<string> => {
    const { status, text } = await asked;
    assert.equal(status, expected, `${what}: ${text.slice(0, 500)}`);
    return text;
  };
  t.diagnostic(`MACH_CAPABILITIES_SEED=${SEED}`);
  const [rest] = (JSON.parse((await send('GET', 'metadata')).text) as Statement).rest;
  assert.ok(rest);
  const random = new Random(SEED);
  const others = rest.resource.filter(({ type }) => !ALWAYS.includes(type) && !NOT_MADE.has(type));
  const chosen = new Set([
    ...ALWAYS,
    ...Array.from({ length: TYPES }, () => others[random.int(0, others.length - 1)]?.type),
  ]);
  if (TYPES >= rest.resource.length) for (const { type } of others) chosen.add(type);
  const everywhere = new Set(rest.resource.flatMap((r) => r.operation.map((o) => o.name)));
  for (const stated of rest.resource.filter(({ type }) => chosen.has(type))) {
    const { type } = stated;
    const id = 'stated';
    const resource = {
      ...anyResource(type, random.int(0, 1_000_000), id),
      meta: { tag: [{ system: 'urn:s', code: 'one' }] },
    };
    const tagged = `${type}?_tag=urn:s|one`;
    const one = `${type}/${id}`;
    const done = new Set<string>();
    const interaction: Readonly<Record<string, () => Promise<unknown>>> = {
      // In the order in which they can be done; a name that is stated and not here fails below.
      update: () => is(201, send('PUT', one, resource), `update as create of ${type}`),
      read: () => is(200, send('GET', one), one),
      vread: () => is(200, send('GET', `${one}/_history/1`), `${one}/_history/1`),
      patch: () => is(200, send('PATCH', one, [{ op: 'add', path: '/language', value: 'vi' }]), `patch of ${one}`),
      'search-type': () => is(200, send('GET', tagged), tagged),
      'history-instance': () => is(200, send('GET', `${one}/_history`), `history of ${one}`),
      'history-type': () => is(200, send('GET', `${type}/_history?_count=1`), `history of ${type}`),
      create: () => is(201, send('POST', type, resource), `create of ${type}`),
      delete: () => is(204, send('DELETE', one), `delete of ${one}`),
    };
    const codes = stated.interaction.map((i) => i.code);
    for (const [code, run] of Object.entries(interaction)) {
      if (!codes.includes(code)) continue;
      await run();
      done.add(code);
    }
    assert.deepEqual([...done].sort(), [...codes].sort(), type);
    assert.equal(stated.versioning, 'versioned-update');
    await is(410, send('GET', one), `${one} after its deletion`);
    await is(201, send('PUT', one, resource), `${one} anew`);
    // Two bear the tag now: the one that was created and this one.
    assert.equal(stated.conditionalDelete, 'single');
    await is(412, send('DELETE', tagged), `a delete of several ${type}`);
    await is(412, send('PUT', tagged, resource), `an update of several ${type}`);
    const only = `${tagged}&_id=${id}`;
    assert.ok(stated.conditionalCreate && stated.conditionalUpdate && stated.updateCreate);
    await is(
      200,
      send('POST', type, resource, { 'if-none-exist': only.slice(type.length + 1) }),
      `a create of ${type} that is there`,
    );
    await is(200, send('PUT', only, resource), `a conditional update of ${type}`);
    assert.equal(stated.conditionalRead, 'full-support');
    const version = (JSON.parse((await send('GET', one)).text) as { meta: { versionId: string } }).meta.versionId;
    await is(304, send('GET', one, undefined, { 'if-none-match': `W/"${version}"` }), `a conditional read of ${one}`);
    await is(412, send('PUT', one, resource, { 'if-match': 'W/"999"' }), `a version that is none of ${one}`);
    await is(204, send('DELETE', only), `a conditional delete of ${type}`);
    // Operations of other types are none of this one.
    const own = new Set(stated.operation.map((o) => o.name));
    for (const name of [...everywhere, 'no-such'].filter((n) => !own.has(n)))
      for (const url of [`${type}/$${name}`, `${type}/${id}/$${name}`]) {
        await is(404, send('GET', url), url);
        assert.ok([404, 400].includes((await send('POST', url, { resourceType: 'Parameters' })).status), `POST ${url}`);
      }
  }
  const system = new Set(rest.operation.map((o) => o.name));
  for (const name of [...everywhere, 'no-such', 'closure', 'diff', 'convert'].filter((n) => !system.has(n)))
    for (const method of ['GET', 'POST'] as const)
      assert.equal(
        (await send(method, `$${name}`, method === 'POST' ? {} : undefined)).status,
        404,
        `${method} $${name}`,
      );
  const whole: Readonly<Record<string, () => Promise<unknown>>> = {
    batch: () => is(200, send('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [] }), 'batch'),
    transaction: () =>
      is(200, send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [] }), 'transaction'),
    'search-system': () => is(200, send('GET', '?_tag=urn:s|one'), 'search'),
    'history-system': () => is(200, send('GET', '_history?_count=1'), 'history'),
  };
  assert.deepEqual(rest.interaction.map((i) => i.code).sort(), Object.keys(whole).sort());
  for (const run of Object.values(whole)) await run();
  // Neither of a type that R4 does not have, nor of what is no record.
  for (const type of ['Parameters', 'SubscriptionTopic', 'patient', 'DomainResource'])
    for (const [method, url] of [
      ['GET', `${type}/x`],
      ['GET', type],
      ['PUT', `${type}/x`],
      ['POST', type],
      ['DELETE', `${type}/x`],
    ] as const) {
      const body = method === 'PUT' || method === 'POST' ? { resourceType: type, id: 'x' } : undefined;
      if (type === 'SubscriptionTopic' && method === 'GET') continue;
      await is(404, send(method, url, body), `${method} ${url}`);
    }
});
