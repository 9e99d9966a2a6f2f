import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSearchString } from '@mach/fhir/search-syntax.ts';
import type { Queryable, Row } from '@mach/store';
import { searchRecords } from '@mach/store';
import pg from 'pg';
import { testApp } from '../testing/app.ts';

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: Plan[];
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

/** The searches of the hospital's day: type, query, and how the records must be reached. */
const HOT: readonly (readonly [string, string])[] = [
  ['Patient', 'identifier=urn:cccd|040164000001'],
  ['Patient', 'identifier=040164000001'],
  ['Patient', 'name=nguyen&birthdate=1964-07-14'],
  ['Observation', 'patient=Patient/p7&code=http://loinc.org|8867-4&_sort=-date&_count=20'],
  ['Observation', 'patient=Patient/p7&date=ge2026-01-01&_sort=-date'],
  ['Observation', 'code=http://loinc.org|8867-4&_count=20'],
  ['Observation', 'code=http://loinc.org|8867-4&_sort=-date&_count=20'],
  ['Observation', 'subject=Patient/p7&_include=Observation:patient'],
  ['Observation', 'patient.identifier=urn:cccd|040164000007&_count=20'],
  ['Observation', 'patient.name=nguyen&_count=20'],
  ['Patient', '_has:Observation:patient:code=http://loinc.org|8867-4&_count=20'],
  ['Patient', '_id=p7&_revinclude=Observation:patient'],
  ['Patient', '_count=20'],
  ['Patient', '_sort=name&_count=20'],
  ['Observation', 'code=http://loinc.org|8867-4&_total=accurate&_count=20'],
  ['Patient', '_lastUpdated=gt2026-11-23'],
];

async function asOwner(url: string, text: string): Promise<void> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query(text);
  await owner.end();
}

test('no hot search reads a table from end to end, or loses its index under row-level security', async (t) => {
  const { engine, ask, client, ownerUrl } = await testApp(t, []);
  const token = await client();
  // Enough records that an index is the better way, more of one code than a sorted search starts from.
  for (let batch = 0; batch < 4; batch++) {
    const entry = Array.from({ length: 100 }, (_, i) => {
      const n = batch * 100 + i;
      const patient = {
        resourceType: 'Patient',
        id: `p${n}`,
        identifier: [{ system: 'urn:cccd', value: String(40164000000 + n).padStart(12, '0') }],
        name: [{ family: 'Nguyễn', given: [`Lan ${n}`] }],
        birthDate: `19${10 + (n % 90)}-07-14`,
      };
      const observation = {
        resourceType: 'Observation',
        id: `o${n}`,
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
        subject: { reference: `Patient/p${n}` },
        effectiveDateTime: `2026-0${1 + (n % 9)}-01`,
      };
      return [patient, observation].map((resource) => ({
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      }));
    }).flat();
    const loaded = await ask('POST', '/fhir', token, { resourceType: 'Bundle', type: 'transaction', entry });
    assert.equal(loaded.status, 200, loaded.text);
  }
  const explained: string[] = [];
  // The same connection settings, role and tenant as in service; the statements are those that the search sends.
  const database = engine.database;
  const spy = async (type: string, query: string): Promise<void> => {
    const parsed = parseSearchString(type, query);
    assert.ok(parsed.ok, query);
    const sent: { text: string; values?: unknown[] }[] = [];
    const spied = Object.create(database) as typeof database;
    spied.withClient = (tenant, work) =>
      database.withClient(tenant, (on: Queryable) =>
        work({
          query: <R extends Row = Row>(q: { text: string; values?: unknown[] }) => {
            sent.push(q);
            return on.query<R>(q);
          },
        }),
      );
    const page = await searchRecords(spied, 1, type, parsed.value);
    if (!query.includes('_lastUpdated')) assert.ok(page.matches.length > 0, query);
    for (const { text, values } of sent) {
      const { rows } = await database
        .tenant(1)
        .query<{ 'QUERY PLAN': { Plan: Plan }[] }>({ text: `explain (format json) ${text}`, values: values ?? [] });
      const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
      assert.ok(plan);
      explained.push(query);
      for (const node of nodes(plan)) {
        const where = `${type}?${query}: ${node['Node Type']} on ${node['Relation Name']}\n${text}`;
        if (node['Relation Name']) assert.doesNotMatch(node['Node Type'], /Seq Scan/, where);
        // The tenant is the first column of every index that is used, so that no search meets another's rows.
        if (node['Index Name'] && !/_updated$/.test(node['Index Name'])) {
          assert.match(node['Index Cond'] ?? '', /tenant = /, where);
          // More than the tenant, or the type with it: a part of the index, not all of a facility.
          assert.match(node['Index Cond'] ?? '', /and|AND/i, where);
        }
      }
    }
  };
  // As on a fresh database, whose statistics are empty, and as later.
  for (const analyzed of [false, true]) {
    if (analyzed) await asOwner(ownerUrl, 'analyze');
    for (const [type, query] of HOT) await spy(type, query);
  }
  assert.ok(explained.length >= HOT.length * 2);
});
