import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testApp } from '../testing/app.ts';

interface Entry {
  resource: { id: string; resourceType: string; meta?: { tag?: { code: string }[] }; [k: string]: unknown };
  search: { mode: string };
}
interface Bundle {
  total?: number;
  entry?: Entry[];
  link?: { relation: string; url: string }[];
}
const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const coded = (code: string, display?: string): object => ({
  coding: [{ system: LOINC, code, ...(display ? { display } : {}) }],
});
const quantity = (value: number, code: string): object => ({ value, unit: code, system: UCUM, code });
const observation = (id: string, more: object): object => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: coded('8867-4', 'Nhịp tim'),
  subject: { reference: 'Patient/lan' },
  ...more,
});
const pressure = (id: string, systolic: number, diastolic: number, more: object = {}): object =>
  observation(id, {
    code: coded('85354-9', 'Huyết áp'),
    component: [
      { code: coded('8480-6'), valueQuantity: quantity(systolic, 'mm[Hg]') },
      { code: coded('8462-4'), valueQuantity: quantity(diastolic, 'mm[Hg]') },
    ],
    ...more,
  });

const RESOURCES: object[] = [
  { resourceType: 'Organization', id: 'so', name: 'Sở Y tế Nghệ An' },
  { resourceType: 'Organization', id: 'bv', name: 'Bệnh viện Đa khoa', partOf: { reference: 'Organization/so' } },
  { resourceType: 'Practitioner', id: 'bs', name: [{ family: 'Đỗ', given: ['Hoà'] }] },
  {
    resourceType: 'Patient',
    id: 'lan',
    meta: {
      tag: [{ system: 'urn:t', code: 'vip' }],
      profile: ['http://x.vn/core/Patient'],
      security: [{ system: 'urn:s', code: 'R' }],
    },
    text: {
      status: 'generated',
      div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Dị ứng <b>pênixilin</b> &amp; hải sản</p></div>',
    },
    identifier: [
      {
        system: 'urn:cccd',
        value: '040164000001',
        type: { coding: [{ system: 'urn:idt', code: 'NI' }], text: 'Căn cước công dân' },
      },
    ],
    name: [{ family: 'Trần', given: ['Thị', 'Lan'], text: 'Trần Thị Lan' }],
    gender: 'female',
    birthDate: '1964-07-14',
    managingOrganization: { reference: 'Organization/bv' },
    generalPractitioner: [{ reference: 'Practitioner/bs' }],
  },
  {
    resourceType: 'Patient',
    id: 'an',
    name: [{ family: 'Nguyễn', given: ['An'] }],
    birthDate: '2001-01-01',
    gender: 'male',
    active: true,
  },
  {
    resourceType: 'Patient',
    id: 'binh',
    name: [{ family: 'Nguyễn', given: ['Bình'] }],
    birthDate: '2001-01-01',
    gender: 'male',
  },
  { resourceType: 'Patient', id: 'kha', name: [{ family: 'Nguyễn', given: ['Kha'] }] },
  {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/lan' },
    serviceProvider: { reference: 'Organization/bv' },
    period: { start: '2026-11-01T08:00:00+07:00', end: '2026-11-01T09:00:00+07:00' },
  },
  observation('hr1', {
    valueQuantity: quantity(80, '/min'),
    effectiveDateTime: '2026-11-01T08:05:00+07:00',
    encounter: { reference: 'Encounter/e1' },
  }),
  observation('hr2', {
    valueQuantity: quantity(120, '/min'),
    effectiveDateTime: '2026-11-02T08:05:00+07:00',
    performer: [{ reference: 'Practitioner/bs' }],
  }),
  observation('hr3', { valueQuantity: quantity(99, '/min'), subject: { reference: 'Patient/an' } }),
  pressure('bp1', 150, 80),
  pressure('bp2', 110, 70),
  {
    resourceType: 'Condition',
    id: 'c1',
    subject: { reference: 'Patient/lan' },
    code: { coding: [{ system: 'urn:icd', code: 'I10', display: 'Tăng huyết áp vô căn' }] },
    encounter: { reference: 'Encounter/e1' },
  },
  {
    resourceType: 'List',
    id: 'l1',
    status: 'current',
    mode: 'changes',
    entry: [
      { item: { reference: 'Patient/an' } },
      { item: { reference: 'Patient/lan' } },
      { item: { reference: 'Patient/binh' }, deleted: true },
    ],
  },
  { resourceType: 'Location', id: 'vinh', name: 'Vinh', position: { latitude: 18.6796, longitude: 105.6813 } },
  { resourceType: 'Location', id: 'hue', name: 'Huế', position: { latitude: 16.4637, longitude: 107.5909 } },
  { resourceType: 'ValueSet', id: 'vs', url: 'http://x.vn/core/vs/gender', status: 'active' },
];

async function filled(t: TestContext) {
  const house = await testApp(t, []);
  const token = await house.client();
  const entry = RESOURCES.map((resource) => {
    const { resourceType, id } = resource as { resourceType: string; id: string };
    return { resource, request: { method: 'PUT', url: `${resourceType}/${id}` } };
  });
  const loaded = await house.ask('POST', '/fhir', token, { resourceType: 'Bundle', type: 'transaction', entry });
  assert.equal(loaded.status, 200, loaded.text);
  const bundle = async (query: string, headers?: Record<string, string>): Promise<Bundle> => {
    const answer = await house.ask('GET', `/fhir/${query}`, token, undefined, headers);
    assert.equal(answer.status, 200, `${query}: ${answer.text}`);
    return answer.body as Bundle;
  };
  const ids = (b: Bundle, mode = 'match'): string[] =>
    (b.entry ?? []).filter((e) => e.search.mode === mode).map((e) => e.resource.id);
  return {
    ...house,
    token,
    bundle,
    ids,
    find: async (query: string): Promise<string> =>
      ids(await bundle(query))
        .sort()
        .join(' '),
    ordered: async (query: string): Promise<string> => ids(await bundle(query)).join(' '),
    included: async (query: string): Promise<string> =>
      ids(await bundle(query), 'include')
        .sort()
        .join(' '),
    status: async (query: string, headers?: Record<string, string>): Promise<number> =>
      (await house.ask('GET', `/fhir/${query}`, token, undefined, headers)).status,
  };
}
const enc = encodeURIComponent;

test('modifiers: text, of-type, missing, not, exact, contains, above, below', async (t) => {
  const { find, status } = await filled(t);
  assert.equal(await find(`Condition?code:text=${enc('huyết')}`), 'c1');
  assert.equal(await find('Condition?code:text=huyet ap'), 'c1');
  assert.equal(await find('Condition?code:text=yet'), '');
  assert.equal(await find('Patient?identifier:of-type=urn:idt|NI|040164000001'), 'lan');
  assert.equal(await find('Patient?identifier:of-type=urn:idt|MR|040164000001'), '');
  assert.equal(await find('Patient?identifier=urn:cccd|'), 'lan');
  assert.equal(await find('Patient?birthdate:missing=true'), 'kha');
  assert.equal(await find('Patient?gender:missing=true'), 'kha');
  assert.equal(await find('Patient?gender:missing=false'), 'an binh lan');
  assert.equal(await find('Patient?name:missing=true'), '');
  assert.equal(await find('Observation?encounter:missing=false'), 'hr1');
  assert.equal(await find('Patient?gender:not=male'), 'kha lan');
  assert.equal(await find(`Patient?family:exact=${enc('Nguyễn')}`), 'an binh kha');
  assert.equal(await find('Patient?family:exact=nguyen'), '');
  assert.equal(await find('Patient?family:contains=uye'), 'an binh kha');
  assert.equal(await find('ValueSet?url:below=http://x.vn/core'), 'vs');
  assert.equal(await find('ValueSet?url:below=http://x.vn/cor'), '');
  assert.equal(await find('ValueSet?url:above=http://x.vn/core/vs/gender/extra'), 'vs');
  for (const query of ['Patient?gender:exact=male', 'Patient?name:of-type=a|b|c', 'Patient?birthdate:missing=maybe'])
    assert.equal(await status(query), 400, query);
});

test('composites pair what belongs together', async (t) => {
  const { find, status } = await filled(t);
  assert.equal(await find(`Observation?code-value-quantity=${LOINC}|8867-4$gt100`), 'hr2');
  assert.equal(await find('Observation?code-value-quantity=8867-4$gt100,8867-4$lt90'), 'hr1 hr2');
  // 150 belongs to the systolic, not to the diastolic pressure.
  assert.equal(await find('Observation?component-code-value-quantity=8480-6$gt140'), 'bp1');
  assert.equal(await find('Observation?component-code-value-quantity=8462-4$gt140'), '');
  assert.equal(await find('Observation?combo-code-value-quantity=8480-6$gt100'), 'bp1 bp2');
  assert.equal(await find('Observation?combo-code-value-quantity=8867-4$ge99'), 'hr2 hr3');
  assert.equal(await find(`Observation?component-code-value-quantity=8480-6$gt15|${UCUM}|kPa`), 'bp1');
  assert.equal(await find('Patient?_has:Observation:patient:component-code-value-quantity=8480-6$gt140'), 'lan');
  assert.equal(await status('Observation?code-value-quantity=8867-4'), 400);
});

test('chains and reverse chains over several links', async (t) => {
  const { find, status } = await filled(t);
  assert.equal(await find('Observation?patient.organization.name=benh vien'), 'bp1 bp2 hr1 hr2');
  assert.equal(await find('Observation?subject:Patient.organization.partof.name=so y te'), 'bp1 bp2 hr1 hr2');
  assert.equal(await find('Observation?subject.name=tran'), 'bp1 bp2 hr1 hr2');
  assert.equal(await find('Patient?_has:Observation:patient:code=8867-4'), 'an lan');
  assert.equal(await find('Patient?_has:Condition:patient:_has:Encounter:diagnosis:status=finished'), '');
  assert.equal(await find('Organization?_has:Patient:organization:_has:Observation:patient:code=85354-9'), 'bv');
  assert.equal(await find('Encounter?_has:Condition:encounter:code=I10&status=finished'), 'e1');
  assert.equal(await find('Observation?patient._has:Condition:patient:code=I10&code=85354-9'), 'bp1 bp2');
  assert.equal(await find('Observation?patient.identifier=040164000001&_has:Observation:has-member:code=x'), '');
  assert.equal(await status('Observation?code.name=x'), 400);
  assert.equal(await status('Patient?_has:Observation:code:code=x'), 400);
});

test('sorting by several keys, by codes, with missing values last, in pages', async (t) => {
  const { ordered, bundle, ids } = await filled(t);
  assert.equal(await ordered('Patient?_sort=birthdate,given'), 'lan an binh kha');
  assert.equal(await ordered('Patient?_sort=-birthdate,-given'), 'binh an lan kha');
  assert.equal(await ordered('Patient?_sort=gender,-_id'), 'lan binh an kha');
  assert.equal(await ordered('Patient?_sort=_id'), 'an binh kha lan');
  assert.equal(await ordered('Observation?code=8867-4&_sort=-date'), 'hr2 hr1 hr3');
  assert.equal(await ordered('Observation?code=8867-4&_sort=value-quantity'), 'hr1 hr3 hr2');
  for (const sort of ['birthdate,given', '-birthdate,-given', 'gender,-_id', '-_lastUpdated', 'name', '-_id']) {
    const whole = await ordered(`Patient?_sort=${sort}`);
    const seen: string[] = [];
    for (let url: string | undefined = `Patient?_sort=${sort}&_count=1`; url; ) {
      const page: Bundle = await bundle(url);
      seen.push(...ids(page));
      url = page.link?.find((l) => l.relation === 'next')?.url.replace(/^.*\/fhir\//, '');
      assert.ok(seen.length <= 4, sort);
    }
    assert.equal(seen.join(' '), whole, sort);
  }
});

test('pages hold while data changes: nothing twice, nothing old left out', async (t) => {
  const { ask, token, bundle, ids } = await filled(t);
  const put = (id: string, birthDate: string): Promise<unknown> =>
    ask('PUT', `/fhir/Patient/${id}`, token, { resourceType: 'Patient', id, birthDate, name: [{ family: 'Trang' }] });
  for (let i = 0; i < 9; i++) await put(`p${i}`, `200${i}-01-01`);
  for (const query of [
    'Patient?family=trang&_sort=birthdate&_count=3',
    'Patient?family=trang&_count=3',
    'Patient?_count=3',
  ]) {
    const seen: string[] = [];
    let url: string | undefined = query;
    for (let n = 0; url && n < 9; n++) {
      const page: Bundle = await bundle(url);
      seen.push(...ids(page));
      // One that was seen goes, one comes in front.
      if (n === 0) await ask('DELETE', `/fhir/Patient/${seen[0]}`, token);
      if (n === 0) await put('p0x', '1999-01-01');
      url = page.link?.find((l) => l.relation === 'next')?.url.replace(/^.*\/fhir\//, '');
    }
    assert.equal(new Set(seen).size, seen.length, query);
    for (const id of ['p2', 'p5', 'p8']) assert.ok(seen.includes(id), `${query}: ${seen}`);
  }
});

test('includes: forward, backward, all, again and again', async (t) => {
  const { included, status } = await filled(t);
  assert.equal(await included('Patient?_id=lan&_include=Patient:organization'), 'bv');
  assert.equal(
    await included('Patient?_id=lan&_include=Patient:organization&_include:iterate=Organization:partof'),
    'bv so',
  );
  assert.equal(await included('Patient?_id=lan&_include=Patient:*'), 'bs bv');
  assert.equal(await included('Patient?_id=lan&_include=*'), 'bs bv');
  assert.equal(await included('Observation?_id=hr1,hr2&_include=Observation:performer:Practitioner'), 'bs');
  assert.equal(await included('Patient?_id=an&_revinclude=Observation:patient'), 'hr3');
  assert.equal(await included('Patient?_id=lan&_revinclude=Observation:*'), 'bp1 bp2 hr1 hr2');
  assert.equal(
    await included('Encounter?_id=e1&_revinclude=Condition:encounter&_include:iterate=Condition:subject'),
    'c1 lan',
  );
  assert.equal(await status('Patient?_include=Patient:nothing'), 400);
  assert.equal(await status('Patient?_revinclude=*'), 400);
});

test('tags, profiles, security labels, lists, words, distances', async (t) => {
  const { find, status } = await filled(t);
  assert.equal(await find('Patient?_tag=urn:t|vip'), 'lan');
  assert.equal(await find('Patient?_profile=http://x.vn/core/Patient'), 'lan');
  assert.equal(await find('Patient?_security=R'), 'lan');
  assert.equal(await find('Patient?_list=l1'), 'an lan');
  assert.equal(await find('Patient?_list=l1&gender=male'), 'an');
  assert.equal(await find('Patient?_list=nobody'), '');
  assert.equal(await find(`Patient?_text=${enc('dị ứng')}`), 'lan');
  assert.equal(await find('Patient?_text=penixilin'), 'lan');
  assert.equal(await find('Patient?_text=di ung hai san'), 'lan');
  assert.equal(await find('Patient?_text=paracetamol'), '');
  assert.equal(await find('Condition?_content=huyet vo can'), 'c1');
  assert.equal(await find('Condition?_text=huyet'), '');
  assert.equal(await find('Location?near=18.7|105.7|20|km'), 'vinh');
  assert.equal(await find('Location?near=18.7|105.7|400|km'), 'hue vinh');
  assert.equal(await status('Patient?_query=x'), 400);
});

test('summaries, elements and totals', async (t) => {
  const { bundle, status } = await filled(t);
  const first = async (query: string): Promise<Entry['resource']> => {
    const { entry } = await bundle(query);
    assert.ok(entry?.[0]);
    return entry[0].resource;
  };
  assert.equal((await first('Patient?_id=lan&_summary=true')).text, undefined);
  assert.ok((await first('Patient?_id=lan&_summary=true')).meta?.tag?.some((x) => x.code === 'SUBSETTED'));
  assert.deepEqual(Object.keys(await first('Patient?_id=lan&_summary=text')).sort(), [
    'id',
    'meta',
    'resourceType',
    'text',
  ]);
  assert.equal((await first('Patient?_id=lan&_summary=data')).text, undefined);
  assert.ok((await first('Patient?_id=lan&_summary=false')).text);
  assert.deepEqual(Object.keys(await first('Patient?_id=lan&_elements=gender')).sort(), [
    'gender',
    'id',
    'meta',
    'resourceType',
  ]);
  const count = await bundle('Patient?gender=male&_summary=count');
  assert.deepEqual([count.total, count.entry], [2, undefined]);
  assert.equal((await bundle('Patient?gender=male&_total=accurate&_count=1')).total, 2);
  assert.equal((await bundle('Patient?gender:missing=true&_total=accurate')).total, 1);
  assert.equal((await bundle('Patient?_count=0')).total, 4);
  assert.equal((await bundle('Patient?_total=none')).total, undefined);
  assert.equal(await status('Patient?_summary=some'), 400);
  assert.equal(await status('Patient?_elements=nothing'), 400);
});

test('compartments and searches on several types', async (t) => {
  const { find, status, ask, token, bundle } = await filled(t);
  assert.equal(await find('Patient/lan/Observation'), 'bp1 bp2 hr1 hr2');
  assert.equal(await find('Patient/lan/Observation?code=8867-4&_sort=-date'), 'hr1 hr2');
  assert.equal(await find('Patient/lan/*'), 'bp1 bp2 c1 e1 hr1 hr2 l1 lan'.replace(' l1', ''));
  assert.equal(await find('Encounter/e1/Condition'), 'c1');
  assert.equal(await find('Practitioner/bs/Observation'), 'hr2');
  assert.equal(await find('Patient/nobody/Observation'), '');
  assert.equal(await find('?_type=Patient,Organization&_lastUpdated=gt2000-01-01'), 'an binh bv kha lan so');
  assert.equal(await find('?_type=Patient,Encounter&_tag=urn:t|vip'), 'lan');
  assert.equal(await find('?_id=lan'), 'lan');
  assert.equal(await find('?_tag=vip'), 'lan');
  assert.equal(await find('?_type=Patient,Condition&_content=huyet'), 'c1');
  assert.equal((await bundle('?_type=Patient&_summary=count')).total, 4);
  assert.equal(await status('Organization/bv/Patient'), 404);
  assert.equal(await status('Patient/lan/Nothing'), 404);
  const post = await ask('POST', '/fhir/Patient/_search?_count=10', token, 'gender=male&gender=male,female', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.equal(post.status, 200, post.text);
  assert.deepEqual((post.body as Bundle).entry?.map((e) => e.resource.id).sort(), ['an', 'binh']);
  const inside = await ask('POST', '/fhir/Patient/lan/Observation/_search', token, 'code=8867-4', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.equal((inside.body as Bundle).entry?.length, 2);
});

test('a reference by the own address is a local one, one by another address is not', async (t) => {
  const { ask, token, find, bundle } = await filled(t);
  const [{ fullUrl = '' } = {}] = ((await bundle('Patient?_id=an')).entry ?? []) as { fullUrl?: string }[];
  assert.match(fullUrl, /^http.*\/fhir\/Patient\/an$/);
  const put = (id: string, reference: string): ReturnType<typeof ask> =>
    ask('PUT', `/fhir/Observation/${id}`, token, observation(id, { subject: { reference } }));
  const own = await put('own', fullUrl);
  assert.equal(own.status, 201, own.text);
  assert.deepEqual((own.body as { subject: object }).subject, { reference: 'Patient/an' });
  assert.equal((await put('other', 'http://elsewhere.vn/fhir/Patient/an')).status, 201);
  assert.equal(await find('Observation?subject=Patient/an'), 'hr3 own');
  assert.equal(await find(`Observation?subject=${enc(fullUrl)}`), 'hr3 own');
  assert.equal(await find(`Observation?subject=${enc('http://elsewhere.vn/fhir/Patient/an')}`), 'other');
});

test('what is unknown is an error, or a warning where the client is lenient; nothing breaks the server', async (t) => {
  const { status, bundle, ids } = await filled(t);
  assert.equal(await status('Patient?colour=red'), 400);
  const lenient = await bundle('Patient?colour=red&gender=female', { prefer: 'handling=lenient' });
  assert.deepEqual(ids(lenient), ['lan']);
  assert.equal(ids(lenient, 'outcome').length, 1);
  assert.ok(!lenient.link?.[0]?.url.includes('colour'));
  // A wrong value or modifier is not forgiven: it would widen the search.
  assert.equal(await status('Patient?birthdate=gestern', { prefer: 'handling=lenient' }), 400);
  assert.equal(await status('Patient?gender:exact=male', { prefer: 'handling=lenient' }), 400);
  for (const query of [
    'Patient?_after=xyz',
    'Patient?name=%00',
    'Patient?_id=%00',
    'Patient?_sort=colour',
    'Patient?birthdate=9999-12-31',
    'Patient?_lastUpdated=le9999',
    'Patient?_lastUpdated=ge0001',
    "Patient?name='; drop table record; --",
    'Patient?name=%F0%9F%92%8A',
    'Patient?_count=99999',
    'Observation?value-quantity=1e99',
    'Observation?value-quantity=-1e-99||x',
    `Patient?name=${'a'.repeat(3000)}`,
    `Patient?_id=${Array.from({ length: 900 }, (_, i) => i).join()}`,
    `Patient?gender=${Array.from({ length: 300 }, (_, i) => `x|${i}`).join()}`,
  ])
    assert.ok([200, 400].includes(await status(query)), query);
});
