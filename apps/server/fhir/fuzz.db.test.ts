import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '@mach/base/random.ts';
import { toXml } from '@mach/fhir/xml-write.ts';
import { testApp } from '../testing/app.ts';

/** Mutated requests of one run; a longer one by `MACH_FUZZ=100000`. */
const REQUESTS = Number(process.env.MACH_FUZZ ?? 2_500);
/** No request may take longer, ms. */
const LIMIT = 6_000;

const QUERIES = [
  'name=tran&birthdate=1964-07-14',
  'identifier=urn:x|1&_sort=-birthdate,name&_count=2',
  '_has:Observation:patient:code=8867-4&_include=Patient:organization&_revinclude=Observation:patient',
  'general-practitioner:Practitioner.name=a&_summary=true&_total=accurate',
  'gender:not=male&_elements=name,gender&_lastUpdated=ge2026-01-01',
  'name:contains=an&address-city:exact=Vinh&active:missing=true&_text=a&_content=b',
  '_id=a,b&_tag=x|y&_profile=http://x.vn&_list=l1&_after=WyJyIiwiMTIiXQ',
  'identifier:of-type=a|b|c&name:text=lan&link:missing=false&_format=json&_pretty=true',
];
const PATHS = [
  'Patient',
  'Patient/p1',
  'Patient/p1/_history',
  'Patient/p1/_history/1',
  'Patient/_history',
  'Patient/p1/Observation',
  'Patient/p1/*',
  '_history',
  '',
  'metadata',
  'Patient/_search',
  '$x',
  'Patient/$x',
  'Patient/p1/$x',
];
const PATIENT = {
  resourceType: 'Patient',
  id: 'p1',
  meta: { tag: [{ system: 'x', code: 'y' }] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Lan</div>' },
  identifier: [{ system: 'urn:x', value: '1' }],
  name: [{ family: 'Trần', given: ['Lan'], _given: [{ extension: [{ url: 'urn:e', valueString: 'x' }] }] }],
  birthDate: '1964-07-14',
  multipleBirthInteger: 2,
  managingOrganization: { reference: 'Organization?identifier=x' },
  contact: [{ telecom: [{ system: 'phone', value: '0900' }] }],
};
const BUNDLE = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: 'urn:uuid:1',
      resource: { ...PATIENT, managingOrganization: undefined },
      request: { method: 'PUT', url: 'Patient/p1' },
    },
    { request: { method: 'GET', url: 'Patient?name=tran' } },
    { request: { method: 'DELETE', url: 'Patient?identifier=urn:x|9' } },
  ],
};
const PATCHES: unknown[] = [
  [{ op: 'replace', path: '/name/0/family', value: 'Lê' }],
  {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'Patient.birthDate' },
          { name: 'value', valueDate: '2000-01-01' },
        ],
      },
    ],
  },
];
const NASTY = [
  '\u0000',
  '%',
  '%00',
  '\ud800',
  '𠮷',
  '\\',
  "'",
  '"',
  '$',
  '|',
  ',',
  ':',
  '..',
  '-',
  '1e999',
  '-1',
  '9'.repeat(30),
  'a'.repeat(500),
  '<',
  '&',
  '\n',
  'null',
  '[]',
  '{}',
  'true',
  'ạ̀',
];

function mutateText(text: string, random: Random): string {
  let result = text;
  for (let n = random.int(1, 4); n > 0; n--) {
    const at = random.int(0, result.length);
    const end = Math.min(result.length, at + random.int(0, 6));
    const put = random.int(0, 2) === 0 ? '' : (NASTY[random.int(0, NASTY.length - 1)] ?? '');
    result = result.slice(0, at) + put + result.slice(end);
  }
  return result;
}

/** Changes one value somewhere in a document. */
function mutate(value: unknown, random: Random): unknown {
  const copy: unknown = structuredClone(value);
  const slots: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      slots.push([node as Record<string, unknown>, key]);
      walk(child);
    }
  };
  walk(copy);
  for (let n = random.int(1, 3); n > 0; n--) {
    const [owner, key] = slots[random.int(0, slots.length - 1)] ?? [];
    if (!owner || key === undefined) break;
    const strange: unknown[] = [
      null,
      0,
      -1.5,
      1e300,
      true,
      [],
      {},
      [null],
      [[]],
      '',
      { a: [{}] },
      PATIENT,
      NASTY[random.int(0, NASTY.length - 1)],
    ];
    const own = owner[key];
    owner[key] =
      typeof own === 'string' && random.int(0, 1)
        ? mutateText(own, random)
        : strange[random.int(0, strange.length - 1)];
    if (random.int(0, 5) === 0) owner[mutateText(key, random)] = own;
  }
  return copy;
}

/** What a client's own library would put into an address for a character. */
function sendable(char: string): string {
  const point = char.codePointAt(0) ?? 0;
  if (!char.isWellFormed()) return '%ED%A0%80';
  return point <= 0x20 || point > 0x7e || char === '#' ? encodeURIComponent(char) : char;
}

test(`${REQUESTS} mutated requests: refused or answered, never a failure of the server`, async (t) => {
  const { app, ask, client } = await testApp(t, []);
  const token = await client();
  await ask('PUT', '/fhir/Patient/p1', token, { ...PATIENT, managingOrganization: undefined });
  const random = new Random(20261122);
  const pick = <T>(list: readonly T[]): T => list[random.int(0, list.length - 1)] as T;
  const seen = new Map<number, number>();
  for (let i = 0; i < REQUESTS; i++) {
    const method = pick(['GET', 'GET', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const);
    const path = random.int(0, 3) === 0 ? mutateText(pick(PATHS), random) : pick(PATHS);
    const query = pick([pick(QUERIES), mutateText(pick(QUERIES), random), '']);
    if (i % 20 === 0) await ask('PUT', '/fhir/Patient/p1', token, { ...PATIENT, managingOrganization: undefined });
    const url = [...`/fhir/${path}?${query}`].map(sendable).join('');
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    for (const [name, value] of [
      ['if-match', 'W/"1"'],
      ['if-none-match', 'W/"1"'],
      ['if-none-exist', 'identifier=urn:x|1'],
      ['prefer', 'handling=lenient; return=minimal'],
      ['accept', 'application/fhir+xml'],
      ['if-modified-since', 'x'],
    ] as const)
      if (random.int(0, 5) === 0)
        headers[name] = (random.int(0, 1) ? value : mutateText(value, random)).replace(/[^\x20-\x7e]/g, '?');
    let payload: string | undefined;
    if (method !== 'GET' && method !== 'DELETE') {
      const body = mutate(method === 'PATCH' ? pick(PATCHES) : path === '' ? BUNDLE : PATIENT, random);
      payload = JSON.stringify(body);
      headers['content-type'] =
        Array.isArray(body) && method === 'PATCH' ? 'application/json-patch+json' : 'application/fhir+json';
      if (random.int(0, 3) === 0) payload = mutateText(payload, random);
      if (random.int(0, 4) === 0) {
        headers['content-type'] = 'application/fhir+xml';
        payload = mutateText(toXml(PATIENT), random);
      }
    }
    const begun = performance.now();
    const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    const took = performance.now() - begun;
    const said = `${method} ${url} ${JSON.stringify(headers)} ${payload ?? ''}`.slice(0, 3_000);
    assert.ok(answer.statusCode < 500, `${answer.statusCode}: ${said}\n${answer.body.slice(0, 500)}`);
    assert.ok(took < LIMIT, `${took} ms: ${said}`);
    seen.set(answer.statusCode, (seen.get(answer.statusCode) ?? 0) + 1);
  }
  t.diagnostic(
    [...seen]
      .sort()
      .map(([status, n]) => `${status}: ${n}`)
      .join(', '),
  );
  // Neither all refused nor all let through, or the mutations would be too wild or too tame.
  for (const status of [200, 400, 404]) assert.ok((seen.get(status) ?? 0) > REQUESTS / 200, `${status}`);
});
