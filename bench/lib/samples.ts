import { randomUUID } from 'node:crypto';
import { get, type Probe, post } from './probe.ts';

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  format?: string;
  minLength?: number;
  minimum?: number;
}

interface Described {
  paths: Record<
    string,
    Record<
      string,
      { parameters?: { name: string; in: string }[]; requestBody?: { content?: Record<string, { schema: Schema }> } }
    >
  >;
}

/** A value that a schema may take, so that a mutation of it gets past the first check. */
function sample(schema: Schema, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0];
  if (choice) return sample(choice, depth);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || schema.properties) {
    if (depth > 6) return {};
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, one]) => [name, sample(one, depth + 1)]),
    );
  }
  if (type === 'array') return depth > 6 ? [] : [sample(schema.items ?? {}, depth + 1)];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  if (schema.format === 'date-time') return '2026-11-22T08:00:00Z';
  if (schema.format === 'date') return '2026-11-22';
  if (schema.format === 'uuid') return randomUUID();
  return 'a'.repeat(Math.max(schema.minLength ?? 0, 3));
}

export const RESOURCES: readonly Record<string, unknown>[] = [
  {
    resourceType: 'Patient',
    identifier: [{ system: 'urn:oid:1.2.3', value: 'F-1' }],
    name: [{ family: 'Nguyễn', given: ['Văn', 'Thử'] }],
    gender: 'male',
    birthDate: '1980-02-29',
  },
  {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    subject: { reference: 'Patient/fuzz-1' },
    effectiveDateTime: '2026-01-01T10:00:00+07:00',
    valueQuantity: { value: 72.5, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  },
  { resourceType: 'Basic', code: { text: 'thử' }, created: '2026-01-01' },
];

/** Types whose every search parameter is tried. */
const TYPES = new Set([
  'Patient',
  'Encounter',
  'Observation',
  'Condition',
  'MedicationRequest',
  'ServiceRequest',
  'Claim',
  'Location',
]);
const VALUES: Readonly<Record<string, string>> = {
  date: 'ge2026-01-01',
  number: '1',
  quantity: 'gt5|http://unitsofmeasure.org|mmol',
  reference: 'Patient/fuzz-1',
  token: 'http://loinc.org|8867-4',
  uri: 'http://example.org/x',
  string: 'Nguyễn',
};

export interface Tokens {
  /** A person with many rights. */
  person: string;
  /** The partner's program with all of `system/*.cruds`. */
  partner: string;
}

/** A good request for every door there is: commands, views, codes, FHIR in all its interactions, OAuth, sign-in. */
export async function samples(ask: (probe: Probe) => Promise<string>, { person, partner }: Tokens): Promise<Probe[]> {
  const found: Probe[] = [];
  const { paths } = JSON.parse(await ask(get('/api/openapi.json', person))) as Described;
  for (const [path, methods] of Object.entries(paths)) {
    if (path === '/api/session') continue;
    for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
      const schema = requestBody?.content?.['application/json']?.schema;
      if (method === 'post' && schema) {
        found.push(post(path, person, sample(schema), { 'idempotency-key': randomUUID() }));
        continue;
      }
      for (const { name } of parameters.filter((one) => one.in === 'query'))
        found.push(get(`${path}?${name}=${name === 'limit' ? 20 : 'a'}`, person));
      found.push(get(path, person));
    }
  }
  const statement = JSON.parse(await ask(get('/fhir/metadata', partner))) as {
    rest: { resource: { type: string; searchParam?: { name: string; type: string }[] }[] }[];
  };
  for (const { type, searchParam = [] } of statement.rest[0]?.resource ?? [])
    if (TYPES.has(type))
      for (const { name, type: kind } of searchParam)
        found.push(get(`/fhir/${type}?${name}=${encodeURIComponent(VALUES[kind] ?? 'a')}&_count=5`, partner));
  return [...found, ...fhirSamples(partner, person), ...accountSamples(person)];
}

function fhirSamples(partner: string, person: string): Probe[] {
  const found: Probe[] = [];
  for (const resource of RESOURCES) {
    const type = String(resource.resourceType);
    const id = 'fuzz-1';
    const put = post(`/fhir/${type}/${id}`, partner, { ...resource, id });
    found.push(
      post(`/fhir/${type}`, partner, resource, { 'if-none-exist': 'identifier=urn:oid:1.2.3|F-1' }),
      { ...put, method: 'PUT' },
      {
        ...post(`/fhir/${type}/${id}`, partner, [{ op: 'add', path: '/language', value: 'vi' }]),
        method: 'PATCH',
        headers: { ...put.headers, 'content-type': 'application/json-patch+json' },
      },
      get(`/fhir/${type}/${id}`, partner),
      get(`/fhir/${type}/${id}/_history?_count=3`, partner),
      get(`/fhir/${type}/${id}/_history/1`, person),
      { method: 'DELETE', path: `/fhir/${type}/${id}`, headers: put.headers ?? {} },
      post(`/fhir/${type}/$validate`, partner, resource),
      post('/fhir', partner, {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            fullUrl: 'urn:uuid:a1b2c3d4-0000-4000-8000-000000000001',
            resource,
            request: { method: 'POST', url: type },
          },
          { request: { method: 'GET', url: `${type}?_id=fuzz-1&_include=*` } },
        ],
      }),
      post('/fhir', partner, {
        resourceType: 'Bundle',
        type: 'batch',
        entry: [{ request: { method: 'GET', url: `${type}?_count=1` } }],
      }),
    );
  }
  const form = { authorization: `Bearer ${partner}`, 'content-type': 'application/x-www-form-urlencoded' };
  return [
    ...found,
    {
      method: 'POST',
      path: '/fhir/Patient/_search',
      headers: form,
      body: 'name=Nguyễn&_sort=-_lastUpdated&_total=accurate',
    },
    get(
      '/fhir/Observation?_include=Observation:subject&_revinclude=Provenance:target&code-value-quantity=8867-4$gt5',
      partner,
    ),
    get('/fhir/Patient?_has:Observation:patient:code=8867-4&general-practitioner.name=a', partner),
    get('/fhir/Patient/fuzz-1/$everything?_count=5', partner),
    get('/fhir/Patient/fuzz-1/$summary', partner),
    get('/fhir/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&filter=a', partner),
    get('/fhir/CodeSystem/$lookup?system=http://loinc.org&code=8867-4', partner),
    post('/fhir/$graphql', partner, { query: '{ PatientList(name: "a") { id name { family } } }' }),
    get('/fhir/$graphql?query={Patient(id:"fuzz-1"){id}}', partner),
    post('/fhir/Patient/fuzz-1/$graphql', partner, { query: '{ id name { text } }' }),
    post('/fhir/Subscription', partner, {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'x',
      criteria: 'Patient?',
      channel: { type: 'rest-hook', endpoint: 'https://example.org/hook', payload: 'application/fhir+json' },
    }),
    post('/fhir/ViewDefinition/$run', partner, {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'viewResource',
          resource: {
            resourceType: 'ViewDefinition',
            resource: 'Patient',
            select: [{ column: [{ path: 'id', name: 'id' }] }],
          },
        },
      ],
    }),
    {
      method: 'POST',
      path: '/fhir/Patient',
      headers: { ...form, 'content-type': 'application/fhir+xml' },
      body: '<Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>',
    },
  ];
}

function accountSamples(person: string): Probe[] {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return [
    get('/api/session', person),
    get('/api/account', person),
    get('/api/device', person),
    get('/api/board?facility=99001', person),
    get('/api/live?view=outpatient.queue', person, { 'last-event-id': '1.1' }),
    get('/api/print/prescription/x.pdf', person),
    post('/api/session/factor', person, { ticket: 'a'.repeat(30), code: '123456' }),
    post('/api/session/passkey-options', person, {}),
    post('/api/hooks/bank/99001', person, { transaction: 'x', amount: 1 }),
    get('/.well-known/smart-configuration'),
    get('/.well-known/openid-configuration'),
    get(
      '/oauth2/authorize?response_type=code&client_id=x&redirect_uri=http://127.0.0.1/&scope=openid&state=a&code_challenge=b&code_challenge_method=S256',
    ),
    get('/oauth2/userinfo', person),
    {
      method: 'POST',
      path: '/oauth2/token',
      headers: form,
      body: 'grant_type=authorization_code&code=x&client_id=y&redirect_uri=http://127.0.0.1/',
    },
    { method: 'POST', path: '/oauth2/revoke', headers: form, body: `token=x&client_id=y` },
    { method: 'POST', path: '/oauth2/introspect', headers: form, body: `token=x&client_id=y` },
  ];
}
