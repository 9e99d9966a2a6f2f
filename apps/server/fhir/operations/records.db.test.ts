import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValid, validate } from '@mach/fhir/validate.ts';
import { type TestApp, testApp } from '../../testing/app.ts';

interface Bundle {
  total: number;
  link: { relation: string; url: string }[];
  entry: {
    fullUrl: string;
    resource: { resourceType: string; id: string; [k: string]: unknown };
    search?: { mode: string };
  }[];
}
const names = (body: unknown): string[] =>
  (body as Bundle).entry.map((e) => `${e.resource.resourceType}/${e.resource.id}`);
const parameters = (...parameter: object[]): object => ({ resourceType: 'Parameters', parameter });
const patient = (id: string): { reference: string } => ({ reference: `Patient/${id}` });
const code = (system: string, value: string, display?: string): object => ({
  coding: [{ system, code: value, display }],
  text: display,
});

const RECORDS: { resourceType: string; id: string; [k: string]: unknown }[] = [
  { resourceType: 'Organization', id: 'o', name: 'BV Mẫu' },
  { resourceType: 'Practitioner', id: 'd', name: [{ text: 'BS An' }] },
  { resourceType: 'Medication', id: 'm', code: { text: 'Metformin 500 mg' } },
  {
    resourceType: 'Patient',
    id: 'p',
    name: [{ text: 'Lê Hoà' }],
    managingOrganization: { reference: 'Organization/o' },
  },
  { resourceType: 'Patient', id: 'q', name: [{ text: 'Người khác' }] },
  // The same id as the patient's: must never be taken for the patient.
  { resourceType: 'Group', id: 'p', type: 'person', actual: true },
  {
    resourceType: 'Encounter',
    id: 'e',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: patient('p'),
    participant: [{ individual: { reference: 'Practitioner/d' } }],
    period: { start: '2026-05-01T08:00:00+07:00', end: '2026-05-01T09:00:00+07:00' },
  },
  {
    resourceType: 'Condition',
    id: 'c1',
    subject: patient('p'),
    encounter: { reference: 'Encounter/e' },
    clinicalStatus: code('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
    code: code('http://hl7.org/fhir/sid/icd-10', 'E11.9', 'Đái tháo đường type 2 <không biến chứng>'),
  },
  {
    resourceType: 'Condition',
    id: 'c2',
    subject: patient('p'),
    clinicalStatus: code('http://terminology.hl7.org/CodeSystem/condition-clinical', 'resolved'),
    code: { text: 'Viêm phổi' },
  },
  {
    resourceType: 'MedicationRequest',
    id: 'r',
    status: 'active',
    intent: 'order',
    subject: patient('p'),
    medicationReference: { reference: 'Medication/m', display: 'Metformin' },
    authoredOn: '2026-05-01',
  },
  {
    resourceType: 'Observation',
    id: 'v1',
    status: 'final',
    subject: patient('p'),
    effectiveDateTime: '2024-01-01',
    valueQuantity: { value: 60, unit: 'kg' },
    category: [code('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
    code: code('http://loinc.org', '29463-7', 'Cân nặng'),
  },
  {
    resourceType: 'Observation',
    id: 'v2',
    status: 'final',
    subject: patient('p'),
    encounter: { reference: 'Encounter/e' },
    effectiveDateTime: '2026-05-01',
    valueQuantity: { value: 62.5, unit: 'kg' },
    category: [code('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
    code: code('http://loinc.org', '29463-7', 'Cân nặng'),
  },
  { resourceType: 'Observation', id: 'x', status: 'final', subject: patient('q'), code: { text: 'của người khác' } },
  {
    resourceType: 'Observation',
    id: 'g',
    status: 'final',
    subject: { reference: 'Group/p' },
    code: { text: 'của một nhóm' },
  },
  {
    resourceType: 'Composition',
    id: 'doc',
    status: 'final',
    type: { text: 'Giấy ra viện' },
    subject: patient('p'),
    date: '2026-05-01',
    title: 'Giấy ra viện',
    author: [{ reference: 'Practitioner/d' }],
    section: [{ title: 'Chẩn đoán', entry: [{ reference: 'Condition/c1' }, { reference: 'MedicationRequest/r' }] }],
  },
];

async function house(t: Parameters<typeof testApp>[0]): Promise<TestApp & { token: string }> {
  const app = await testApp(t, [
    { name: 'x', title: { vi: 'x', en: 'x' }, roles: { clerk: ['record.read:Patient', 'record.read:Condition'] } },
  ]);
  const token = await app.client();
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: RECORDS.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
  const made = await app.ask('POST', '/fhir', token, bundle);
  assert.equal(made.status, 200, made.text);
  return { ...app, token };
}

const ALL = [
  'Patient/p',
  'Composition/doc',
  'Condition/c1',
  'Condition/c2',
  'Encounter/e',
  'MedicationRequest/r',
  'Observation/v1',
  'Observation/v2',
];
const AROUND = ['Medication/m', 'Organization/o', 'Practitioner/d'];

test("a patient's whole record, nobody else's, page by page, by type and by date", async (t) => {
  const { ask, token, signIn } = await house(t);
  const all = await ask('GET', '/fhir/Patient/p/$everything', token);
  assert.equal(all.status, 200, all.text);
  assert.deepEqual(names(all.body), [...ALL, ...AROUND]);
  assert.deepEqual(
    (all.body as Bundle).entry.map((e) => e.search?.mode),
    [...ALL.map(() => 'match'), ...AROUND.map(() => 'include')],
  );
  const seen: string[] = [];
  let url: string | undefined = '/fhir/Patient/p/$everything?_count=3';
  for (let pages = 0; url !== undefined && pages < 10; pages++) {
    const page = (await ask('GET', url, token)).body as Bundle;
    assert.ok(page.entry.length <= 3);
    assert.equal(page.total, 11);
    seen.push(...names(page));
    const next = page.link.find((l) => l.relation === 'next');
    url = next?.url.slice(next.url.indexOf('/fhir/'));
  }
  assert.deepEqual(seen, [...ALL, ...AROUND]);
  assert.deepEqual(names((await ask('GET', '/fhir/Patient/p/$everything?_type=Condition,Observation', token)).body), [
    'Condition/c1',
    'Condition/c2',
    'Observation/v1',
    'Observation/v2',
  ]);
  const dated = names(
    (await ask('GET', '/fhir/Patient/p/$everything?start=2026-01-01&end=2026-05-01&_type=Observation', token)).body,
  );
  assert.deepEqual(dated, ['Observation/v2']);
  assert.equal(((await ask('GET', '/fhir/Patient/p/$everything?_since=2030-01-01', token)).body as Bundle).total, 0);
  const clerk = await signIn(['clerk']);
  assert.deepEqual(names((await ask('GET', '/fhir/Patient/p/$everything', clerk)).body), [
    'Patient/p',
    'Condition/c1',
    'Condition/c2',
  ]);
  assert.equal((await ask('GET', '/fhir/Patient/p/$everything?_type=Observation', clerk)).status, 403);
  assert.equal((await ask('GET', '/fhir/Encounter/e/$everything', clerk)).status, 403);
  assert.equal((await ask('GET', '/fhir/Patient/none/$everything', token)).status, 404);
  assert.equal((await ask('GET', '/fhir/Patient/p/$everything?_cuont=1', token)).status, 400);
});

test('an encounter with its patient', async (t) => {
  const { ask, token } = await house(t);
  const all = await ask('GET', '/fhir/Encounter/e/$everything', token);
  assert.deepEqual(names(all.body), [
    'Encounter/e',
    'Condition/c1',
    'Observation/v2',
    'Organization/o',
    'Patient/p',
    'Practitioner/d',
  ]);
});

test('a document holds the composition first and all that it refers to', async (t) => {
  const { ask, token } = await house(t);
  const answer = await ask('GET', '/fhir/Composition/doc/$document', token);
  assert.equal(answer.status, 200, answer.text);
  const bundle = answer.body as Bundle & { type: string };
  assert.equal(bundle.type, 'document');
  assert.equal(names(bundle)[0], 'Composition/doc');
  assert.deepEqual(
    new Set(names(bundle)),
    new Set([
      'Composition/doc',
      'Condition/c1',
      'MedicationRequest/r',
      'Patient/p',
      'Practitioner/d',
      'Medication/m',
      'Organization/o',
    ]),
  );
  assert.deepEqual(
    validate(bundle).filter((i) => i.severity === 'error'),
    [],
  );
  const kept = await ask('GET', '/fhir/Composition/doc/$document?persist=true', token);
  const { id } = kept.body as { id: string };
  assert.deepEqual(names((await ask('GET', `/fhir/Bundle/${id}`, token)).body), names(bundle));
});

test('the International Patient Summary', async (t) => {
  const { ask, token } = await house(t);
  const answer = await ask('GET', '/fhir/Patient/p/$summary', token);
  const ips = encodeURIComponent('http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips');
  for (const [url, status] of [
    [`p/$summary?profile=${ips}`, 200],
    ['p/$summary?profile=http://x', 400],
    ['p/$summary?identifier=urn:none|1', 400],
    ['$summary', 400],
    ['%00/$summary', 400],
    ['%00/$everything', 400],
    ['$summary?identifier=urn:none|1', 404],
  ] as const)
    assert.equal((await ask('GET', `/fhir/Patient/${url}`, token)).status, status, url);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(isValid(validate(answer.body)), JSON.stringify(validate(answer.body)));
  const [first] = (answer.body as Bundle).entry;
  const { section } = (first?.resource ?? {}) as unknown as {
    section: {
      code: { coding: { code: string }[] };
      entry?: { reference: string }[];
      emptyReason?: object;
      text: { div: string };
    }[];
  };
  const bySection = Object.fromEntries(
    section.map((s) => [s.code.coding[0]?.code, s.entry?.map((e) => e.reference) ?? 'empty']),
  );
  assert.deepEqual(bySection, {
    '11450-4': ['Condition/c1'],
    '48765-2': 'empty',
    '10160-0': ['MedicationRequest/r'],
    '8716-3': ['Observation/v2'],
    '11348-0': ['Condition/c2'],
  });
  assert.match(section[0]?.text.div ?? '', /type 2 &lt;không biến chứng&gt;/);
  assert.ok(names(answer.body).includes('Medication/m'));
  // Each reference of the composition is in the document.
  for (const references of Object.values(bySection))
    if (references !== 'empty') for (const r of references) assert.ok(names(answer.body).includes(r), r);
});

test('labels of one record, of a type, of all; added and taken away as new versions', async (t) => {
  const { ask, token } = await house(t);
  const tag = { system: 'https://mach.vn/fhir/cs/test', code: 'vip' };
  const meta = parameters({ name: 'meta', valueMeta: { tag: [tag], profile: ['https://example.vn/p'] } });
  const added = await ask('POST', '/fhir/Patient/p/$meta-add', token, meta);
  assert.equal(added.status, 200, added.text);
  const returned = (body: unknown): Record<string, unknown> =>
    (body as { parameter: { valueMeta: Record<string, unknown> }[] }).parameter[0]?.valueMeta ?? {};
  assert.deepEqual(returned(added.body).tag, [tag]);
  assert.equal(returned(added.body).versionId, '2');
  assert.equal(returned((await ask('POST', '/fhir/Patient/p/$meta-add', token, meta)).body).versionId, '2');
  assert.deepEqual(returned((await ask('GET', '/fhir/Patient/p/$meta', token)).body), returned(added.body));
  assert.equal(returned((await ask('GET', '/fhir/Patient/p/_history/1/$meta', token)).body).tag, undefined);
  assert.deepEqual(returned((await ask('GET', '/fhir/Patient/$meta', token)).body), {
    profile: ['https://example.vn/p'],
    tag: [tag],
  });
  assert.deepEqual(returned((await ask('GET', '/fhir/$meta', token)).body), {
    profile: ['https://example.vn/p'],
    tag: [tag],
  });
  const removed = await ask('POST', '/fhir/Patient/p/$meta-delete', token, meta);
  assert.equal(returned(removed.body).tag, undefined);
  assert.equal(returned(removed.body).versionId, '3');
  assert.equal(
    (await ask('POST', '/fhir/Patient/p/$meta-add', token, parameters({ name: 'meta', valueMeta: { versionId: '9' } })))
      .status,
    400,
  );
});

test('$validate says what a write would meet, and writes nothing', async (t) => {
  const { ask, token, signIn } = await house(t);
  const issues = async (url: string, body: object, as = token): Promise<string[]> => {
    const answer = await ask('POST', url, as, body);
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as { issue: { severity: string; code: string; expression?: string[] }[] }).issue.map((i) =>
      [i.severity, i.code, ...(i.expression ?? [])].join(' '),
    );
  };
  const good = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: patient('p') };
  assert.deepEqual(await issues('/fhir/Observation/$validate', good), ['information informational']);
  const bad = { resourceType: 'Observation', status: 'fnal', subject: patient('nobody') };
  const faults = await issues('/fhir/Observation/$validate?mode=create', bad);
  assert.ok(
    faults.some((f) => f.startsWith('error code-invalid Observation.status')),
    faults.join(),
  );
  assert.ok(
    faults.some((f) => f.startsWith('error required Observation')),
    faults.join(),
  );
  assert.ok(faults.includes('error not-found Observation.subject'), faults.join());
  const wrapped = parameters({ name: 'resource', resource: good }, { name: 'mode', valueCode: 'update' });
  assert.deepEqual(await issues('/fhir/Observation/v1/$validate', wrapped), ['error invalid Observation.id']);
  assert.deepEqual(await issues('/fhir/Observation/v1/$validate?mode=delete', parameters()), [
    'information informational',
  ]);
  assert.deepEqual(await issues('/fhir/Observation/none/$validate?mode=delete', parameters()), [
    'error not-found Observation/none',
  ]);
  assert.deepEqual(await issues('/fhir/Patient/$validate', good), ['error invalid resourceType']);
  assert.deepEqual(await issues('/fhir/Observation/$validate?profile=http://example.org/p', good), [
    'error not-supported Observation',
  ]);
  const clerk = await signIn(['clerk']);
  assert.ok(
    (await issues('/fhir/Observation/$validate?mode=create', good, clerk)).includes('error forbidden Observation'),
  );
  const raw = await ask('GET', '/fhir/Patient/p', token);
  assert.equal((raw.body as { meta: { versionId: string } }).meta.versionId, '1');
});

test('what is read through an operation stands in the audit, with the patient', async (t) => {
  const { ask, token, engine } = await house(t);
  const view = {
    resourceType: 'ViewDefinition',
    name: 'v',
    resource: 'Patient',
    select: [{ column: [{ name: 'id', path: 'id' }] }],
  };
  await ask('GET', '/fhir/Patient/p/$everything', token);
  await ask('GET', '/fhir/Patient/p/$summary', token);
  await ask('GET', '/fhir/Composition/doc/$document', token);
  await ask('GET', '/fhir/Patient/p/$meta', token);
  await ask('POST', '/fhir/ViewDefinition/$run', token, parameters({ name: 'viewResource', resource: view }));
  await engine.audits.flush();
  const { rows } = await engine.database
    .tenant(1)
    .query<{ action: string; patient: string | null; detail: { rows?: number } | null }>({
      text: `select action, patient, detail from audit where kind in ('read', 'view') order by action`,
    });
  assert.deepEqual(
    rows.map((r) => `${r.action} ${r.patient ?? '-'}`),
    [
      'document Composition p',
      'everything Patient p',
      'meta Patient p',
      'summary Patient p',
      'view-definition Patient -',
    ],
  );
  assert.equal(rows.at(-1)?.detail?.rows, 2);
});
