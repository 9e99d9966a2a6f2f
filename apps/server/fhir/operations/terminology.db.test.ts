import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CS, FHIR_BASE } from '@mach/vn/systems.ts';
import { testApp } from '../../testing/app.ts';

interface Parameters {
  parameter: { name: string; part?: { name: string; [k: string]: unknown }[]; [k: string]: unknown }[];
}
interface Expansion {
  expansion: {
    total: number;
    offset: number;
    parameter: object[];
    contains: { code: string; system: string; display?: string; version?: string; abstract?: boolean }[];
  };
}
/** The value of an answer's parameter. */
const value = (body: unknown, name: string): unknown => {
  const found = (body as Parameters).parameter.find((p) => p.name === name);
  return found && Object.entries(found).find(([key]) => key.startsWith('value'))?.[1];
};
const parts = (body: unknown, name: string): Record<string, unknown>[] =>
  (body as Parameters).parameter
    .filter((p) => p.name === name)
    .map((p) =>
      Object.fromEntries(
        (p.part ?? []).map((q) => [q.name, Object.entries(q).find(([key]) => key.startsWith('value'))?.[1]]),
      ),
    );
const ICD = `system=${CS.icd10}`;

test('the lists of the rule packs are code systems: both editions of ICD-10, units, services', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const get = async (url: string): Promise<unknown> => {
    const answer = await ask('GET', `/fhir/${url}`, token);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  // The edition of the day, and the one that is named.
  const now = await get(`CodeSystem/$lookup?${ICD}&code=A00.0`);
  assert.equal(value(now, 'version'), '2026-07-01');
  assert.equal(value(now, 'display'), 'Bệnh tả do vi khuẩn Vibrio cholerae 01, típ sinh học cholerae');
  const old = await get(`CodeSystem/$lookup?${ICD}&code=A00.0&version=2020-10-28`);
  assert.equal(value(old, 'display'), 'Bệnh tả do Vibrio cholerae 01, typ sinh học cholerae');
  assert.deepEqual(await get(`CodeSystem/$lookup?${ICD}&code=A00.0&date=2025-01-01`), old);
  assert.equal(
    value(await get(`CodeSystem/$lookup?${ICD}&code=A00.0&displayLanguage=en`), 'display'),
    'Cholera due to Vibrio cholerae 01, biovar cholerae',
  );
  assert.deepEqual(
    parts(await get(`CodeSystem/$lookup?${ICD}&code=A00&property=parent,child`), 'property').map(
      (p) => `${p.code} ${p.value}`,
    ),
    ['parent A00-A09', 'child A00.0', 'child A00.1', 'child A00.9'],
  );
  const subsumes = async (a: string, b: string): Promise<unknown> =>
    value(await get(`CodeSystem/$subsumes?${ICD}&codeA=${a}&codeB=${b}`), 'outcome');
  assert.equal(await subsumes('A00', 'A00.9'), 'subsumes');
  assert.equal(await subsumes('A00.9', 'I'), 'subsumed-by');
  assert.equal(await subsumes('A00', 'B01'), 'not-subsumed');
  assert.equal((await ask('GET', `/fhir/CodeSystem/$subsumes?${ICD}&codeA=A00&codeB=nope`, token)).status, 404);
  const validate = async (query: string): Promise<[unknown, unknown]> => {
    const body = await get(`CodeSystem/$validate-code?${query}`);
    return [value(body, 'result'), value(body, 'display')];
  };
  assert.deepEqual(await validate(`url=${CS.ward}&code=00004`), [true, 'Phường Ba Đình']);
  assert.deepEqual(await validate(`url=${CS.province}&code=01`), [true, 'Thành phố Hà Nội']);
  assert.deepEqual(await validate(`url=${CS.ethnic}&code=01&display=kinh`), [true, 'Kinh']);
  assert.equal((await validate(`url=${CS.ethnic}&code=01&display=Tày`))[0], false);
  assert.equal((await validate(`url=${CS.service}&code=nope`))[0], false);
  assert.equal((await validate(`url=${CS.service}&code=02.1898`))[0], true);
  assert.equal((await validate(`url=${CS.icd10}&code=A00-A09&abstract=false`))[0], false);
  assert.equal((await validate('url=http://unitsofmeasure.org&code=mmol/L'))[0], true);
  assert.equal((await validate('url=http://unitsofmeasure.org&code=mmoll'))[0], false);
  assert.equal((await validate('url=http://hl7.org/fhir/administrative-gender&code=female'))[0], true);
  assert.equal((await ask('GET', `/fhir/CodeSystem/$lookup?${ICD}&code=A00&version=1999`, token)).status, 404);
  assert.equal((await ask('GET', '/fhir/CodeSystem/$lookup?system=http://nowhere&code=1', token)).status, 404);
  assert.equal((await ask('GET', `/fhir/CodeSystem/$lookup?${ICD}&cod=A00`, token)).status, 400);
});

test('value sets: implicit ones, those of R4, page by page, by what people type', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const expand = async (query: string): Promise<Expansion['expansion']> => {
    const answer = await ask('GET', `/fhir/ValueSet/$expand?${query}`, token);
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as Expansion).expansion;
  };
  const icd = encodeURIComponent(`${CS.icd10}?fhir_vs`);
  const below = encodeURIComponent(`${CS.icd10}?fhir_vs=isa/E11`);
  const first = await expand(`url=${icd}&count=3`);
  assert.ok(first.total > 12_000, String(first.total));
  assert.equal(first.contains.length, 3);
  const diabetes = await expand(`url=${below}`);
  assert.ok(diabetes.contains.every((c) => c.code.startsWith('E11')) && diabetes.total >= 10);
  assert.equal((await expand(`url=${below}&offset=${diabetes.total - 1}`)).contains.length, 1);
  const typed = await expand(`url=${below}&filter=than kinh`);
  assert.ok(typed.total > 0 && typed.contains.every((c) => /thần kinh/i.test(c.display ?? '')), JSON.stringify(typed));
  const gender = await expand('url=http://hl7.org/fhir/ValueSet/administrative-gender');
  assert.deepEqual(gender.contains.map((c) => c.code).sort(), ['female', 'male', 'other', 'unknown']);
  assert.equal(
    (await ask('GET', `/fhir/ValueSet/$expand?url=${encodeURIComponent('http://unitsofmeasure.org?fhir_vs')}`, token))
      .status,
    422,
  );
  const check = await ask('GET', `/fhir/ValueSet/$validate-code?url=${below}&code=E11.9`, token);
  assert.equal(value(check.body, 'result'), true);
  const outside = await ask('GET', `/fhir/ValueSet/$validate-code?url=${below}&code=E10.9&system=${CS.icd10}`, token);
  assert.equal(value(outside.body, 'result'), false);
});

test('stored code systems, value sets and maps come before all others', async (t) => {
  const { ask, client, signIn } = await testApp(t, []);
  const token = await client();
  const put = async (resource: { resourceType: string; id: string }): Promise<void> => {
    const answer = await ask('PUT', `/fhir/${resource.resourceType}/${resource.id}`, token, resource);
    assert.ok(answer.status === 201 || answer.status === 200, answer.text);
  };
  const system = (id: string, version: string, status: string, display: string): { resourceType: string; id: string } =>
    ({
      resourceType: 'CodeSystem',
      id,
      url: 'http://x/cs',
      version,
      status,
      content: 'complete',
      name: 'X',
      concept: [{ code: 'a', display, concept: [{ code: 'b', display: 'Bê' }] }],
    }) as { resourceType: string; id: string };
  await put(system('one', '1', 'active', 'Một'));
  await put(system('two', '2', 'active', 'Hai'));
  await put(system('three', '3', 'draft', 'Ba'));
  const display = async (query: string): Promise<unknown> =>
    value((await ask('GET', `/fhir/CodeSystem/$lookup?system=http://x/cs&code=a${query}`, token)).body, 'display');
  assert.equal(await display(''), 'Hai');
  assert.equal(await display('&version=1'), 'Một');
  await put(system('two', '2', 'active', 'Hai, sửa'));
  assert.equal(await display(''), 'Hai, sửa');
  const vs = {
    resourceType: 'ValueSet',
    id: 'vs',
    url: 'http://x/vs',
    status: 'active',
    compose: { include: [{ system: 'http://x/cs', filter: [{ property: 'concept', op: 'is-a', value: 'a' }] }] },
  };
  await put(vs);
  const expanded = await ask('GET', '/fhir/ValueSet/vs/$expand', token);
  assert.deepEqual((expanded.body as Expansion).expansion.contains, [
    { system: 'http://x/cs', version: '2', code: 'a', display: 'Hai, sửa' },
    { system: 'http://x/cs', version: '2', code: 'b', display: 'Bê' },
  ]);
  const concept = {
    name: 'codeableConcept',
    valueCodeableConcept: {
      coding: [
        { system: 'http://y', code: 'z' },
        { system: 'http://x/cs', code: 'b' },
      ],
    },
  };
  const body = { resourceType: 'Parameters', parameter: [{ name: 'url', valueUri: 'http://x/vs' }, concept] };
  assert.equal(value((await ask('POST', '/fhir/ValueSet/$validate-code', token, body)).body, 'result'), true);
  const inline = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'valueSet', resource: vs },
      { name: 'filter', valueString: 'be' },
    ],
  };
  assert.equal(((await ask('POST', '/fhir/ValueSet/$expand', token, inline)).body as Expansion).expansion.total, 1);
  await put({
    resourceType: 'ConceptMap',
    id: 'm',
    url: 'http://x/m',
    status: 'active',
    group: [
      {
        source: 'http://x/cs',
        target: 'http://y',
        element: [{ code: 'a', target: [{ code: 'z', equivalence: 'wider' }] }],
      },
    ],
  } as { resourceType: string; id: string });
  for (const query of ['url=http://x/m&', '']) {
    const answer = await ask('GET', `/fhir/ConceptMap/$translate?${query}system=http://x/cs&code=a`, token);
    assert.deepEqual(parts(answer.body, 'match'), [
      { equivalence: 'wider', concept: { system: 'http://y', code: 'z' }, source: 'http://x/m' },
    ]);
  }
  // Who may not read the stored resources is answered from the rest.
  const nobody = await signIn(['nobody']);
  assert.equal((await ask('GET', '/fhir/CodeSystem/$lookup?system=http://x/cs&code=a', nobody)).status, 404);
  assert.equal((await ask('GET', '/fhir/ValueSet/vs/$expand', nobody)).status, 403);
});

test('translation by the rule packs: between the editions of ICD-10, wards of before and after July 2025', async (t) => {
  const { ask, client } = await testApp(t, []);
  const token = await client();
  const translate = async (query: string): Promise<string[]> => {
    const answer = await ask('GET', `/fhir/ConceptMap/$translate?${query}`, token);
    assert.equal(answer.status, 200, answer.text);
    return parts(answer.body, 'match').map(
      (m) => `${m.equivalence} ${(m.concept as { code: string } | undefined)?.code ?? '-'}`,
    );
  };
  assert.deepEqual(await translate(`url=${FHIR_BASE}/ConceptMap/icd10-editions&code=A00.0&${ICD}`), ['equal A00.0']);
  assert.deepEqual(await translate(`url=${FHIR_BASE}/ConceptMap/icd10-editions&code=A90&${ICD}`), [
    'inexact A97.9',
    'inexact A97.0',
    'inexact A97.1',
  ]);
  assert.deepEqual(await translate(`system=${CS.ward}&code=00001&targetsystem=${CS.ward}`), ['wider 00097']);
  assert.deepEqual(await translate(`system=${CS.labIndex}&code=WBC&targetsystem=${CS.loinc}`), ['equivalent 6690-2']);
  const none = await ask('GET', `/fhir/ConceptMap/$translate?${ICD}&code=nope`, token);
  assert.equal(value(none.body, 'result'), false);
});
