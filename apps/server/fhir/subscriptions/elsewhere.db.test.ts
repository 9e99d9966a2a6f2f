import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@mach/fhir/json.ts';
import { CS } from '@mach/vn/systems.ts';
import { testApp } from '../../testing/app.ts';
import { type Change, conditionsOf, passes } from './conditions.ts';
import { passesElsewhere } from './elsewhere.ts';

type Resource = JsonObject & { resourceType: string; id: string };

const RECORDS: readonly Resource[] = [
  { resourceType: 'Organization', id: 'top', name: 'Sở Y tế' },
  { resourceType: 'Organization', id: 'ward', name: 'Khoa Nội', partOf: { reference: 'Organization/top' } },
  {
    resourceType: 'Patient',
    id: 'lan',
    name: [{ text: 'Lan' }],
    managingOrganization: { reference: 'Organization/ward' },
  },
  { resourceType: 'Patient', id: 'tam', name: [{ text: 'Tám' }], gender: 'male' },
  ...['lan', 'tam'].map((who, n) => ({
    resourceType: 'Observation',
    id: `o-${who}`,
    status: n === 0 ? 'final' : 'preliminary',
    code: { coding: [{ system: CS.route, code: n === 0 ? 'uong' : 'khac' }] },
    subject: { reference: `Patient/${who}` },
  })),
  {
    resourceType: 'DiagnosticReport',
    id: 'r',
    status: 'final',
    code: { text: 'x' },
    result: [{ reference: 'Observation/o-lan' }],
  },
  {
    resourceType: 'List',
    id: 'mine',
    status: 'current',
    mode: 'working',
    entry: [{ item: { reference: 'Observation/o-tam' } }],
  },
  {
    resourceType: 'ValueSet',
    id: 'routes',
    url: 'urn:routes',
    status: 'active',
    compose: { include: [{ system: CS.route }] },
  },
  { resourceType: 'Location', id: 'house', name: 'Nhà A' },
  { resourceType: 'Location', id: 'room', name: 'P1', partOf: { reference: 'Location/house' } },
];
/** Filters of subscriptions, of which some hold for each record and some do not. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  Observation: [
    'patient.name=lan',
    'patient.organization.partof.name=so y te',
    'subject:Patient.gender=male',
    'subject:Patient.gender:missing=true',
    '_has:DiagnosticReport:result:status=final',
    '_has:DiagnosticReport:result:status=registered',
    '_list=mine',
    '_list=none',
    'code:in=urn:routes',
    'code:not-in=urn:routes',
    'patient.name=lan&status=final',
    'patient.name=lan&status=preliminary',
    '_filter=not (patient.name eq "lan") or status eq final',
    '_filter=patient.gender eq male and status eq final',
  ],
  Patient: [
    'organization.name=khoa noi',
    '_has:Observation:patient:status=preliminary',
    '_has:Observation:patient:_has:DiagnosticReport:result:status=final',
  ],
  Location: ['partof:below=Location/house', 'partof.name=nha'],
};

test('filters over other records say of a change what the search says of the record', async (t) => {
  const { engine, ask, client, actor } = await testApp(t, [
    { name: 'half', title: { vi: 'x', en: 'x' }, roles: { half: ['record.read:Observation'] } },
  ]);
  const token = await client();
  for (const resource of RECORDS) {
    const put = await ask('PUT', `/fhir/${resource.resourceType}/${resource.id}`, token, resource);
    assert.equal(put.status, 201, put.text);
  }
  const whole = actor('administrator');
  const holds = (change: Change, id: string, query: string, as = whole): Promise<boolean> =>
    passesElsewhere(engine, as, new Map([[change.type, conditionsOf(change.type, query, 1)]]), change, id);
  const seen = { yes: 0, no: 0 };
  for (const [type, queries] of Object.entries(FILTERS))
    for (const content of RECORDS.filter((r) => r.resourceType === type))
      for (const query of queries) {
        const found = await ask('GET', `/fhir/${type}?_id=${content.id}&${query.replaceAll(' ', '%20')}`, token);
        assert.equal(found.status, 200, found.text);
        const expected = (found.body as { entry?: unknown[] }).entry !== undefined;
        const change: Change = { type, what: 'update', before: undefined, after: content };
        const local = conditionsOf(type, query, 1);
        // The part that the record decides by itself is asked before.
        const alone = passes(new Map([[type, local]]), change);
        assert.equal(alone && (await holds(change, content.id, query)), expected, `${type}/${content.id}?${query}`);
        seen[expected ? 'yes' : 'no']++;
      }
  assert.ok(seen.yes > 8 && seen.no > 8, JSON.stringify(seen));

  // By the reference that stood in the version that is told of, also after the record has gone.
  const lan = RECORDS.find((r) => r.id === 'o-lan') ?? {};
  const moved: Change = {
    type: 'Observation',
    what: 'update',
    before: lan,
    after: { ...lan, subject: { reference: 'Patient/tam' } },
  };
  assert.equal(await holds(moved, 'o-lan', 'patient.name=lan'), false);
  const gone: Change = { type: 'Observation', what: 'delete', before: lan, after: undefined };
  assert.deepEqual(
    [await holds(gone, 'o-lan', 'patient.name=lan'), await holds(gone, 'o-lan', '_list=mine')],
    [true, false],
  );
  // What its owner may not search is not there for him; a value set that is no more holds nothing.
  const change: Change = { type: 'Observation', what: 'update', before: undefined, after: lan };
  assert.equal(await holds(change, 'o-lan', 'patient.name=lan', actor('half')), false);
  assert.equal(await holds(change, 'o-lan', 'code:in=urn:none'), false);
});
