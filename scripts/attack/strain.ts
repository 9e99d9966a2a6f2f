import { gzipSync } from 'node:zlib';
import { get, type Probe, post } from '../../bench/lib/probe.ts';
import { type Attack, type Findings, type Target, tryIt } from './suite.ts';

/** Ms that any one request may keep the server from answering others. */
const HELD = 2_000;

/** Sends something heavy, and asks how the server is meanwhile and after it. */
async function weigh(target: Target, findings: Findings, name: string, probe: Probe): Promise<void> {
  const heavy = tryIt(target, findings, probe, 6_000);
  const health = await target.prober.send(get('/healthz'));
  if (health.status !== 200 || health.ms > HELD)
    findings.add(`${name}: nobody else was answered for ${Math.round(health.ms)} ms`, probe);
  const seen = await heavy;
  if (seen.status < 300 && probe.method === 'POST' && !/bundle|graphql/.test(name))
    findings.add(`${name}: taken`, probe, seen);
}

const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** Little that becomes much: depth, width, entities, packed bodies, aliases. */
const bombs: Attack = async (target, findings) => {
  findings.begin('bombs');
  const { partner } = target;
  const quantri = target.tokens.quantri ?? '';
  const xml = { 'content-type': 'application/fhir+xml' };
  const laughs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">${Array.from({ length: 12 }, (_, i) => `<!ENTITY ${'bcdefghijklm'[i]} "${`&${'abcdefghijkl'[i]};`.repeat(10)}">`).join('')}]><Patient xmlns="http://hl7.org/fhir"><id value="&m;"/></Patient>`;
  const outside = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"><language value="&a;"/></Patient>`;
  const many = Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join(',');
  const entry = { request: { method: 'GET', url: 'Patient?_count=1' } };
  const cases: [string, Probe][] = [
    ['deep JSON', post('/fhir/Patient', partner, `{"resourceType":"Patient","a":${deep(100_000)}}`)],
    [
      'deep JSON to a command',
      post('/api/commands/reception.checkIn', quantri, deep(50_000), { 'idempotency-key': 'deep-json-1' }),
    ],
    ['deep JSON before sign-in', post('/api/session', '', `{"account":${deep(50_000)}}`)],
    [
      'wide list',
      post('/fhir/Patient', partner, `{"resourceType":"Patient","name":[${Array(300_000).fill('{}').join(',')}]}`),
    ],
    ['many members', post('/fhir/Patient', partner, `{"resourceType":"Patient",${many}}`)],
    [
      'long number',
      post(
        '/fhir/Observation',
        partner,
        `{"resourceType":"Observation","valueQuantity":{"value":1${'0'.repeat(200_000)}}}`,
      ),
    ],
    [
      'exponent',
      post('/fhir/Observation', partner, `{"resourceType":"Observation","valueQuantity":{"value":1e999999}}`),
    ],
    ['billion laughs', post('/fhir/Patient', partner, laughs, xml)],
    ['outside entity', post('/fhir/Patient', partner, outside, xml)],
    [
      'deep XML',
      post('/fhir/Patient', partner, `<Patient xmlns="http://hl7.org/fhir">${'<extension>'.repeat(50_000)}`, xml),
    ],
    [
      'packed body',
      {
        ...post('/fhir/Patient', partner, ''),
        body: gzipSync(Buffer.alloc(50_000_000, ' ')),
        headers: {
          authorization: `Bearer ${partner}`,
          'content-type': 'application/fhir+json',
          'content-encoding': 'gzip',
        },
      },
    ],
    ['body over the limit', post('/api/session', '', `{"account":"${'a'.repeat(3_000_000)}"}`)],
    [
      'bundle of too many',
      post('/fhir', partner, { resourceType: 'Bundle', type: 'batch', entry: Array(5_000).fill(entry) }),
    ],
    [
      'graphql aliases',
      post('/fhir/$graphql', partner, {
        query: `{${Array.from({ length: 1_500 }, (_, i) => `a${i}:PatientList{id}`).join(' ')}}`,
      }),
    ],
    [
      'graphql depth',
      post('/fhir/$graphql', partner, { query: `{PatientList${'{link{other'.repeat(200)}${'}}'.repeat(200)}}` }),
    ],
    [
      'graphql ring',
      post('/fhir/$graphql', partner, {
        query: '{PatientList{...A}} fragment A on Patient{...B} fragment B on Patient{...A}',
      }),
    ],
    ['everything included', get('/fhir/Observation?_include=*&_include:iterate=*&_revinclude=*&_count=1000', partner)],
    ['many parameters', get(`/fhir/Patient?${Array(900).fill('name=a').join('&')}`, partner)],
    ['many values', get(`/fhir/Patient?_id=${Array.from({ length: 1_500 }, (_, i) => `p${i}`).join(',')}`, partner)],
    ['long chain', get(`/fhir/Observation?${'subject:Patient.link:Patient.'.repeat(30)}name=a`, partner)],
    ['sort by all', get(`/fhir/Patient?_sort=${Array(300).fill('name,-birthdate').join(',')}`, partner)],
    ['far page', get('/fhir/Patient?_count=999999999&_offset=999999999', partner)],
  ];
  for (const [name, probe] of cases) await weigh(target, findings, name, probe);
};

/** Patterns that take ages over long texts which almost fit them. */
const patterns: Attack = async (target, findings) => {
  findings.begin('slow patterns');
  const { partner } = target;
  const bacsi = target.tokens.bacsi ?? '';
  const long = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
  const pieces = ['a', '0', ' ', '-', '1.', 'ă ', '|', 'aA1 ', '\t', '(', '%20', 'T00:'];
  for (const piece of pieces) {
    const short = long(piece, 2_500);
    const text = long(piece, 200_000);
    const query = encodeURIComponent(short).slice(0, 10_000);
    const list: Probe[] = [
      get(`/fhir/Patient?name=${query}!&_count=1`, partner),
      get(`/fhir/Patient?birthdate=2026-01-01T${query}`, partner),
      get(`/fhir/Observation?value-quantity=${query}|x`, partner),
      get(`/api/codes/icd10?q=${query}`, bacsi),
      get(`/api/codes/drug?q=${query}`, bacsi),
      get('/fhir/Patient', partner, {
        accept: short.replace(/[^\x20-\x7e]/g, 'a'),
        prefer: `return=${short.replace(/[^\x20-\x7e]/g, 'a')}`,
      }),
      post('/fhir/Patient/$validate', partner, {
        resourceType: 'Patient',
        birthDate: `2026-${text}!`,
        language: text,
        id: text,
        text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}` },
      }),
      post('/fhir/Observation/$validate', partner, {
        resourceType: 'Observation',
        effectiveDateTime: `2026-01-01T${text}`,
        valueQuantity: { value: 1, code: text },
        note: [{ text }],
      }),
      post('/api/session', '', { account: text.slice(0, 90), password: text.slice(0, 190) }),
      post('/fhir/$graphql', partner, { query: text }),
    ];
    for (const probe of target.short ? list.slice(0, 1 + pieces.indexOf(piece)) : list) {
      const seen = await tryIt(target, findings, probe, HELD);
      if (seen.ms > HELD) findings.add('a text that almost fits takes long', probe, seen);
    }
  }
  const paths = [
    '(a|a)*',
    'name.where(true)'.repeat(200),
    `${'('.repeat(400)}1${')'.repeat(400)}`,
    "name.family.matches('^(a+)+$')",
  ];
  for (const path of paths) {
    const probe = post('/fhir/ViewDefinition/$run', partner, {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'viewResource',
          resource: {
            resourceType: 'ViewDefinition',
            resource: 'Patient',
            select: [{ column: [{ path, name: 'x' }] }],
          },
        },
        { name: 'resource', resource: { resourceType: 'Patient', name: [{ family: `${'a'.repeat(40)}!` }] } },
      ],
    });
    await tryIt(target, findings, probe, HELD);
  }
};

/** Guesses at a password are slowed down, and told so. Last of all: it makes this address wait. */
export const guesses: Attack = async (target, findings) => {
  findings.begin('guessing passwords');
  let held = 0;
  for (let i = 0; i < 40 && held === 0; i++) {
    const probe: Probe = {
      method: 'POST',
      path: '/api/session',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ account: 'giamdinh', password: `wrong-${i}` }),
    };
    const seen = await tryIt(target, findings, probe);
    if (seen.status === 429 && Number(seen.headers['retry-after']) > 0) held = i;
    else if (seen.status !== 401) findings.add('a wrong password is neither refused nor held back', probe, seen);
  }
  if (held === 0) findings.add('forty wrong passwords were not held back');
};

export const STRAIN: readonly Attack[] = [bombs, patterns];
