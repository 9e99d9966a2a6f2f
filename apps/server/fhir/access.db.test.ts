import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { putAll, switchPolicy } from '../testing/access.ts';
import {
  byMe,
  encounter,
  labelled,
  observation,
  patient,
  questions,
  WARD_POLICY,
  WARD_WORLD,
  ward,
} from '../testing/access-world.ts';
import { type TestApp, testApp } from '../testing/app.ts';

type Question = ReturnType<typeof questions>[number];
const nameOf = ({ method, url, headers, body }: Question): string =>
  `${method} ${url} ${JSON.stringify(headers ?? {})} ${JSON.stringify(body ?? {}).slice(0, 90)}`;

/** What is made up anew with each answer: ids of jobs and of faults. */
const plain = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{uuid}')
    .replaceAll(/"asOf":"[\d.]+"/g, '"asOf":"{position}"');

async function answers(
  app: TestApp,
  token: string,
  asked: readonly Question[],
  more: Record<string, string>,
): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  const ask = async (question: Question): Promise<void> => {
    const { method, url, body, headers } = question;
    const answer = await app.ask(method, url, token, body, { ...more, ...headers });
    const entity = `${String(answer.headers.etag ?? '')} ${String(answer.headers['last-modified'] ?? '')}`;
    told.set(nameOf(question), plain(`${answer.status} ${entity} ${answer.text}`));
  };
  // Reads do not disturb each other.
  const reads = asked.filter((question) => question.method === 'GET').values();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (const question of reads) await ask(question);
    }),
  );
  for (const question of asked) if (question.method !== 'GET') await ask(question);
  const kickOff = await app.ask('GET', '/fhir/$export?_type=Patient,Observation,Encounter', token, undefined, {
    ...more,
    prefer: 'respond-async',
  });
  told.set(
    '$export',
    kickOff.status === 202
      ? await exported(app, token, String(kickOff.headers['content-location']), more)
      : plain(`${kickOff.status} ${kickOff.text}`),
  );
  return told;
}

/** The lines of all files of an export, in order. */
async function exported(app: TestApp, token: string, status: string, more: Record<string, string>): Promise<string> {
  const path = new URL(status).pathname;
  for (let tries = 0; tries < 400; tries++) {
    const { status: code, body } = await app.ask('GET', path, token, undefined, more);
    assert.ok(code === 202 || code === 200, `the export answers ${code}`);
    if (code === 200) {
      const { output } = body as { output: { url: string }[] };
      const files = [];
      for (const { url } of output) {
        const file = new URL(url);
        files.push(
          (
            await app.app.inject({
              url: `${file.pathname}${file.search}`,
              headers: { authorization: `Bearer ${token}`, ...more },
            })
          ).body,
        );
      }
      return files.join('').split('\n').sort().join('\n');
    }
    await setTimeout(25);
  }
  throw new Error('the export does not end');
}

/** Yes or no of a patient to one purpose. */
const said = (id: string, of: string, type: 'permit' | 'deny', purpose: string, more: object = {}): object => ({
  resourceType: 'Consent',
  id,
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'research' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
  patient: { reference: `Patient/${of}` },
  policyRule: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }] },
  provision: {
    type,
    purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: purpose }],
    ...more,
  },
});
/** What a policy hides: one more set of records, after which nothing may be answered otherwise. */
const CASES: {
  name: string;
  role: string;
  purpose?: string;
  family: string;
  /** Whole types are closed to the role. */
  closes?: true;
  hidden: (id: string) => object[];
}[] = [
  {
    name: 'a patient in nobody’s care',
    role: 'doctor',
    family: 'Bimat',
    hidden: (id) => [patient(id, 'Bimat'), encounter(`e-${id}`, id), observation(`o-${id}`, id, 99)],
  },
  {
    name: 'a patient of another department, and one whose care ended too long ago',
    role: 'doctor',
    family: 'Khoakhac',
    hidden: (id) => [
      patient(id, 'Khoakhac'),
      encounter(`e-${id}`, id, { location: [{ location: { reference: 'Location/room-2' } }] }),
      encounter(`e2-${id}`, id, {
        ...byMe,
        status: 'finished',
        period: { start: '2026-09-01T00:00:00Z', end: '2026-10-20T00:00:00Z' },
      }),
      observation(`o-${id}`, id, 98, { encounter: { reference: `Encounter/e-${id}` } }),
    ],
  },
  {
    name: 'a record of one’s own patient with a label that is closed',
    role: 'doctor',
    family: 'Nhan',
    hidden: (id) => [
      observation(`o-${id}`, 'mine', 97, labelled('HIV')),
      encounter(`e-${id}`, 'mine', { ...byMe, ...labelled('HIV') }),
    ],
  },
  {
    name: 'a patient who carries the label, in one’s care',
    role: 'doctor',
    family: 'Kin',
    hidden: (id) => [
      patient(id, 'Kin', labelled('HIV')),
      encounter(`e-${id}`, id, byMe),
      observation(`o-${id}`, id, 96),
    ],
  },
  {
    name: 'a label that opens in one’s own care alone, and only the department’s patient',
    role: 'doctor',
    family: 'Tamthan',
    hidden: (id) => [
      patient(id, 'Tamthan', labelled('PSY')),
      encounter(`e-${id}`, id, { location: [{ location: { reference: 'Location/room-1' } }] }),
      observation(`o-${id}`, id, 95),
    ],
  },
  {
    name: 'a patient who has refused research',
    role: 'researcher',
    purpose: 'HRESCH',
    family: 'Tuchoi',
    hidden: (id) => [
      patient(id, 'Tuchoi'),
      said(`c-${id}`, id, 'deny', 'HRESCH'),
      encounter(`e-${id}`, id),
      observation(`o-${id}`, id, 94),
    ],
  },
  {
    name: 'a patient who has said nothing of teaching, and one who has said yes to something else, and until last month',
    role: 'researcher',
    purpose: 'TRAIN',
    family: 'Imlang',
    hidden: (id) => [
      patient(id, 'Imlang'),
      said(`c-${id}`, id, 'permit', 'HRESCH'),
      said(`c2-${id}`, id, 'permit', 'TRAIN', { period: { end: '2026-10-31' } }),
      encounter(`e-${id}`, id),
      observation(`o-${id}`, id, 93),
    ],
  },
  {
    name: 'whole types: measurements outside of hours, visits without a licence, allergies for another purpose',
    role: 'assistant',
    family: 'Dongloai',
    closes: true,
    hidden: (id) => [
      observation(`o-${id}`, 'mine', 92),
      encounter(`e-${id}`, 'mine'),
      {
        resourceType: 'AllergyIntolerance',
        id: `o-a-${id}`,
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
        },
        patient: { reference: 'Patient/mine' },
        code: { text: 'Penicillin' },
      },
    ],
  },
];

test('what is invisible at one door is invisible and uninferable at all', async (t) => {
  const app = await testApp(t, [ward]);
  const client = await app.client();
  const tokens: Record<string, string> = {
    doctor: await app.signIn(['doctor']),
    researcher: await app.signIn(['researcher']),
    assistant: await app.signIn(['assistant']),
  };
  await putAll(app, client, [...WARD_WORLD, said('c-mine', 'mine', 'permit', 'TRAIN')]);
  await switchPolicy(app, 'ward', WARD_POLICY);
  const cases = CASES.map((one, index) => ({ ...one, id: `hidden-${index}` }));
  for (const [key, own] of Map.groupBy(cases, (one) => `${one.role} ${one.purpose ?? ''}`)) {
    const [role = ''] = key.split(' ');
    // What does not name a patient is asked once for all of them.
    const asked = new Map(own.flatMap((one) => questions(one.id, one.family)).map((q) => [nameOf(q), q]));
    const purpose = own[0]?.purpose;
    const headers: Record<string, string> = purpose ? { 'x-purpose-of-use': purpose } : {};
    const walk = (): Promise<Map<string, string>> => answers(app, tokens[role] ?? '', [...asked.values()], headers);
    const before = await walk();
    await putAll(
      app,
      client,
      own.flatMap((one) => one.hidden(one.id)),
    );
    const after = await walk();
    for (const [name, answer] of before)
      assert.equal(after.get(name), answer, `${name} (${own.find((one) => name.includes(one.id))?.name ?? 'all'})`);
    if (own.some((one) => one.closes)) {
      // Patients are open beside what is closed.
      assert.match(before.get(nameOf({ method: 'GET', url: '/fhir/Patient?_total=accurate' })) ?? '', /"total":[1-9]/);
      for (const [name, answer] of after) assert.doesNotMatch(answer, /"(id|value)":("o-|9\d)/, `${role} ${name}`);
      continue;
    }
    const total = before.get(nameOf({ method: 'GET', url: '/fhir/Observation?code=8867-4&_total=accurate&_count=1' }));
    assert.match(total ?? '', /^200 .*"total":[1-9]/s, 'what is visible is there all the while');
    assert.match(before.get('$export') ?? '', /o-mine/);
  }
  // The same questions do tell the difference where nothing is hidden.
  await switchPolicy(app, 'open');
  const seen = await app.ask('GET', '/fhir/Observation?code=8867-4&_summary=count', tokens.doctor ?? '');
  assert.equal((seen.body as { total: number }).total, 1 + cases.length);
});
