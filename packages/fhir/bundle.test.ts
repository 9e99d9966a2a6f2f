import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planBundle, resolveReferences } from './bundle.ts';
import { noSynthea, syntheaBundles } from './testing/official-data.ts';
import { validate } from './validate.ts';

const A = 'urn:uuid:11111111-1111-4111-8111-111111111111';
const B = 'urn:uuid:22222222-2222-4222-8222-222222222222';
const entry = (method: string, url: string, resource?: object, extra: object = {}): object => ({
  resource,
  request: { method, url },
  ...extra,
});
const bundle = (type: string, ...entries: object[]): object => ({ resourceType: 'Bundle', type, entry: entries });
const faults = (b: unknown): string[] => {
  const plan = planBundle(b);
  const issues = plan.ok ? [...plan.value.faults.values()].flat() : plan.error;
  return issues.map((i) => `${i.code} ${i.field}`);
};
const patient = (extra: object = {}): object => ({ resourceType: 'Patient', ...extra });

test('a transaction is done in the order of the specification, answers keep that of the bundle', () => {
  const plan = planBundle(
    bundle(
      'transaction',
      entry('GET', 'Patient?name=x'),
      entry('PUT', 'Patient/1', patient({ id: '1' })),
      entry('POST', 'Patient', patient()),
      entry('DELETE', 'Patient/2'),
      entry('PATCH', 'Patient/3', { resourceType: 'Parameters' }),
    ),
  );
  assert.ok(plan.ok);
  assert.deepEqual(
    plan.value.order.map((e) => `${e.method} ${e.index}`),
    ['DELETE 3', 'POST 2', 'PUT 1', 'PATCH 4', 'GET 0'],
  );
  assert.deepEqual(
    plan.value.entries.map((e) => e.index),
    [0, 1, 2, 3, 4],
  );
  const batch = planBundle(bundle('batch', entry('GET', 'Patient/1'), entry('DELETE', 'Patient/1')));
  assert.ok(batch.ok);
  assert.deepEqual(
    batch.value.order.map((e) => e.method),
    ['GET', 'DELETE'],
  );
});

test('request urls', () => {
  const target = (method: string, url: string, resource?: object): object | string[] => {
    const plan = planBundle(bundle('batch', entry(method, url, resource)), { baseUrl: 'https://me.vn/fhir' });
    assert.ok(plan.ok);
    return plan.value.faults.get(0)?.map((i) => i.code) ?? { ...plan.value.entries[0]?.target };
  };
  assert.deepEqual(target('POST', 'Patient', patient()), { kind: 'type', type: 'Patient' });
  assert.deepEqual(target('PUT', 'https://me.vn/fhir/Patient/1', patient({ id: '1' })), {
    kind: 'instance',
    type: 'Patient',
    id: '1',
  });
  assert.deepEqual(target('PUT', '/Patient?identifier=a|b', patient()), {
    kind: 'conditional',
    type: 'Patient',
    query: 'identifier=a|b',
  });
  assert.deepEqual(target('DELETE', 'Patient?identifier=a|b'), {
    kind: 'conditional',
    type: 'Patient',
    query: 'identifier=a|b',
  });
  assert.deepEqual(target('GET', 'Patient/1/_history/2'), { kind: 'version', type: 'Patient', id: '1', version: '2' });
  assert.deepEqual(target('GET', 'Patient/1/_history'), { kind: 'history', type: 'Patient', id: '1', query: '' });
  assert.deepEqual(target('GET', '_history?_count=1'), { kind: 'history', type: null, id: null, query: '_count=1' });
  assert.deepEqual(target('GET', 'Patient/1/Observation?code=1'), {
    kind: 'search',
    type: 'Observation',
    query: 'code=1',
    compartment: { name: 'Patient', id: '1' },
  });
  assert.deepEqual(target('GET', '?_type=Patient'), {
    kind: 'search',
    type: null,
    query: '_type=Patient',
    compartment: null,
  });
  assert.deepEqual(target('POST', 'Patient/_search?name=x'), {
    kind: 'search',
    type: 'Patient',
    query: 'name=x',
    compartment: null,
  });
  assert.deepEqual(target('GET', 'Patient/1/$everything'), {
    kind: 'operation',
    type: 'Patient',
    id: '1',
    name: 'everything',
    query: '',
  });
  assert.deepEqual(target('POST', '$process-message'), {
    kind: 'operation',
    type: null,
    id: null,
    name: 'process-message',
    query: '',
  });
  for (const [method, url] of [
    ['POST', 'Patient/1'],
    ['PUT', 'Patient'],
    ['DELETE', 'Patient'],
    ['GET', 'Foo/1'],
    ['GET', 'Patient/1/2/3'],
    ['GET', 'Patient/a b'],
    ['PATCH', 'Patient'],
    ['PUT', ''],
    ['GET', 'https://other.vn/Patient/1'],
  ]) {
    assert.deepEqual(target(method ?? '', url ?? '', patient()), ['value'], `${method} ${url}`);
  }
});

test('faults of entries, all together', () => {
  assert.deepEqual(faults(bundle('collection')), ['value Bundle.type']);
  assert.deepEqual(faults({}), ['structure Bundle']);
  assert.deepEqual(
    faults(
      bundle(
        'transaction',
        {},
        entry('BREW', 'Patient'),
        entry('POST', 'Patient'),
        entry('POST', 'Patient', { resourceType: 'Group' }),
        entry('PUT', 'Patient/1', patient({ id: '2' })),
      ),
    ),
    [
      'required Bundle.entry[0].request',
      'value Bundle.entry[1].request.method',
      'required Bundle.entry[2].resource',
      'value Bundle.entry[3].resource',
      'value Bundle.entry[4].resource',
    ],
  );
  const mixed = planBundle(bundle('batch', entry('BREW', 'Patient'), entry('GET', 'Patient/1')));
  assert.ok(mixed.ok, 'an entry of a batch that cannot be read leaves the others alone');
  assert.deepEqual([[...mixed.value.faults.keys()], mixed.value.order.map((e) => e.index)], [[0], [1]]);
  assert.deepEqual(
    faults(bundle('transaction', entry('PUT', 'Patient/1', patient({ id: '1' })), entry('DELETE', 'Patient/1'))),
    ['conflict Bundle.entry[1].request.url'],
  );
  assert.deepEqual(
    faults(bundle('batch', entry('PUT', 'Patient/1', patient({ id: '1' })), entry('DELETE', 'Patient/1'))),
    [],
  );
  assert.deepEqual(
    faults(
      bundle(
        'transaction',
        entry('POST', 'Patient', patient(), { fullUrl: A }),
        entry('POST', 'Patient', patient(), { fullUrl: A }),
      ),
    ),
    ['duplicate Bundle.entry[1].fullUrl'],
  );
  const dangling = { resourceType: 'Observation', subject: { reference: B } };
  assert.deepEqual(faults(bundle('transaction', entry('POST', 'Observation', dangling))), [
    'not-found Bundle.entry[0].resource.subject',
  ]);
});

test('references between entries, and conditional ones', () => {
  const observation = {
    resourceType: 'Observation',
    subject: { reference: A },
    performer: [{ reference: 'Practitioner?identifier=cchn|1' }, { reference: 'Practitioner?identifier=cchn|1' }],
    encounter: { reference: 'Encounter/9' },
  };
  const plan = planBundle(
    bundle(
      'transaction',
      entry('POST', 'Patient', patient(), { fullUrl: A }),
      entry('POST', 'Observation', observation, { fullUrl: B }),
    ),
  );
  assert.ok(plan.ok);
  assert.deepEqual(
    [...plan.value.fullUrls],
    [
      [A, 'Patient'],
      [B, 'Observation'],
    ],
  );
  assert.deepEqual(plan.value.conditionalReferences, [
    { reference: 'Practitioner?identifier=cchn|1', type: 'Practitioner', query: 'identifier=cchn|1' },
  ]);
  const second = plan.value.entries[1];
  assert.ok(second);
  const resolved = resolveReferences(
    second,
    new Map([
      [A, 'Patient/new'],
      ['Practitioner?identifier=cchn|1', 'Practitioner/7'],
    ]),
  );
  assert.deepEqual(resolved, {
    ...observation,
    subject: { reference: 'Patient/new' },
    performer: [{ reference: 'Practitioner/7' }, { reference: 'Practitioner/7' }],
  });
});

test('a relative reference below the full URL of its entry names another entry', () => {
  const base = 'https://other.vn/fhir';
  const plan = planBundle(
    bundle(
      'transaction',
      entry('POST', 'Patient', patient(), { fullUrl: `${base}/Patient/5` }),
      entry(
        'POST',
        'Observation',
        { resourceType: 'Observation', subject: { reference: 'Patient/5' } },
        { fullUrl: `${base}/Observation/6` },
      ),
    ),
  );
  assert.ok(plan.ok && plan.value.entries[1]);
  const resolved = resolveReferences(plan.value.entries[1], new Map([[`${base}/Patient/5`, 'Patient/new']]));
  assert.deepEqual(resolved?.subject, { reference: 'Patient/new' });
});

test('the Synthea bundles: every urn resolves, and the result is valid', { skip: noSynthea }, () => {
  for (const b of syntheaBundles()) {
    const plan = planBundle(b);
    assert.ok(plan.ok);
    const resolved = new Map(
      [...plan.value.fullUrls].map(([url, type], i): [string, string] => [url, `${type}/n${i}`]),
    );
    for (const e of plan.value.entries) {
      const resource = resolveReferences(e, resolved);
      assert.ok(!/"reference":"urn:/.test(JSON.stringify(resource)));
      assert.deepEqual(validate(resource), []);
    }
  }
});
