import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '@mach/base/random.ts';
import { Access } from '@mach/engine/policy/access.ts';
import { enterOf, LimitedDatabase } from '@mach/engine/policy/limited.ts';
import { parseSearchString } from '@mach/fhir/search-syntax.ts';
import type { Database, Queryable, Row } from '@mach/store';
import { RESOURCE_TYPES, searchRecords } from '@mach/store';
import pg from 'pg';
import { testApp } from '../testing/app.ts';
import { servedParams } from './metadata.ts';
import { anyQuestion } from './testing/questions.ts';

/** Parameters of all types that are explained in one run, chosen by the seed; `MACH_PLANS=9999` explains all. */
const SAMPLED = Number(process.env.MACH_PLANS ?? 40);
/** The same draw each time, so that a failure comes from a change; other draws by MACH_PLANS_SEED. */
const SEED = Number(process.env.MACH_PLANS_SEED ?? 20_261_122);

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

/**
 * One search of each kind of parameter, modifier and prefix, of what is put together and of what shapes an answer:
 * whatever a caller sends is reached by an index, if only by that of the type.
 */
const KINDS: readonly (readonly [string, string])[] = [
  ...['name=tran', 'name:exact=Nguyễn', 'name:contains=guy', 'name:text=nguyen', 'name:missing=true'],
  ...[
    'gender=male',
    'identifier=urn:cccd|',
    'identifier=|1',
    'identifier:not=1',
    'identifier:text=x',
    'gender:missing=true',
  ],
  ...[
    'identifier:of-type=urn:t|MR|1',
    'general-practitioner=Practitioner/1',
    'general-practitioner:identifier=urn:x|1',
  ],
  ...['general-practitioner:missing=true', 'general-practitioner=http://elsewhere/Practitioner/1'],
  ...[
    'birthdate=1964',
    'birthdate=ne1964',
    'birthdate=gt1964',
    'birthdate=le1964',
    'birthdate=sa1964',
    'birthdate=ap1964',
  ],
  ...[
    '_id=p1,p2',
    '_tag=x',
    '_profile=http://x',
    '_security=x',
    '_source=x',
    '_text=x',
    '_content=x',
    '_lastUpdated=lt2020',
  ],
  ...['_filter=gender eq male or birthdate gt 2000', '_filter=not (name co x) and family eq y', '_list=x'],
  ...[
    '_sort=-birthdate,family,_id',
    '_sort=identifier',
    '_sort=-_lastUpdated',
    '_total=accurate&gender=male',
    '_summary=count',
  ],
  ...['_has:Observation:patient:date=gt2020', '_has:Observation:patient:_has:Provenance:target:agent=Practitioner/1'],
]
  .map((query): readonly [string, string] => ['Patient', query])
  .concat([
    ['Observation', 'value-quantity=5.4|http://unitsofmeasure.org|mg'],
    ['Observation', 'value-quantity=gt5'],
    ['Observation', 'code-value-quantity=http://loinc.org|8867-4$gt5'],
    ['Observation', 'combo-code=http://loinc.org|8867-4'],
    ['Observation', 'component-code-value-quantity=http://loinc.org|8480-6$gt5'],
    ['Observation', 'subject:Patient.name:contains=x'],
    ['Observation', 'date=ge2026-01-01&date=lt2026-02-01&_sort=date'],
    ['Observation', '_include=*'],
    ['Observation', '_include=Observation:patient&_revinclude=Provenance:target'],
    ['RiskAssessment', 'probability=gt0.5'],
    ['Location', 'near=10|106|5|km'],
    ['Location', 'partof:below=Location/x'],
    ['ValueSet', 'url=http://x'],
    ['ValueSet', 'url:above=http://x/y/z'],
    ['ValueSet', 'url:below=http://x'],
  ]);

/** The database for a doctor under a rule of care relation, with labels closed to him. */
function ofHisOwn(database: Database): Database {
  const now = '2026-11-22T00:00:00.000Z';
  const text = { vi: 'thử', en: 'test' };
  const rule = { id: 'care', text, grantedBy: [], roles: ['doctor'] };
  const access = new Access(
    { bound: [], breakGlass: { hours: 4, maxHours: 12, roles: [], reviewers: [] }, purposes: [], policies: {} },
    {
      title: text,
      rules: [
        { kind: 'limit', ...rule, types: ['*'], when: { care: { person: { days: 30 }, unit: { days: 30 } } } },
        { kind: 'labels', ...rule, id: 'labels', labels: ['http://example.org|HIV'] },
      ],
    },
    () => new Set(['record.read:*']),
    { roles: ['doctor'], me: ['Practitioner/1'], units: ['Location/1'], licensed: true, purpose: 'TREAT', now },
  );
  return new LimitedDatabase(database, enterOf(access), () => now);
}

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
        valueQuantity: { value: n % 50, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' },
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
  const spy = async (type: string, query: string, mustFind: boolean, database = engine.database): Promise<void> => {
    const parsed = parseSearchString(type, query);
    assert.ok(parsed.ok, query);
    const sent: { text: string; values?: unknown[] }[] = [];
    const spied = Object.create(database) as typeof database;
    spied.conversing = (tenant, work) =>
      database.conversing(tenant, (on: Queryable) =>
        work({
          query: <R extends Row = Row>(q: { text: string; values?: unknown[] }) => {
            sent.push(q);
            return on.query<R>(q);
          },
        }),
      );
    const page = await searchRecords(spied, 1, type, parsed.value);
    if (mustFind) assert.ok(page.matches.length > 0, query);
    // What brings the words up to date first goes from record to record.
    for (const { text, values } of sent.filter((q) => !q.text.includes('search_word'))) {
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
          // More than the tenant, or the type with it: a part of the index, not all of a facility. Whether there is any
          // label at all is told by the first one.
          if (node['Relation Name'] !== 'label') assert.match(node['Index Cond'] ?? '', /and|AND/i, where);
        }
      }
    }
  };
  // As on a fresh database, whose statistics are empty, and as later.
  for (const analyzed of [false, true]) {
    if (analyzed) await asOwner(ownerUrl, 'analyze');
    for (const [type, query] of HOT) await spy(type, query, !query.includes('_lastUpdated'));
  }
  assert.ok(explained.length >= HOT.length * 2);
  // The same for somebody who sees his own people only: what decides is looked up record by record.
  for (const [type, query] of HOT) await spy(type, query, false, ofHisOwn(engine.database));
  for (const [type, query] of KINDS) await spy(type, query, false);
  // Any parameter of any type, as many as time allows.
  t.diagnostic(`MACH_PLANS_SEED=${SEED}`);
  const random = new Random(SEED);
  const all = RESOURCE_TYPES.filter((type) => type !== 'Parameters').flatMap((type) =>
    servedParams(type).map((param): readonly [string, string] => [type, `${param.code}=${anyQuestion(param)}`]),
  );
  const some = SAMPLED >= all.length ? all : Array.from({ length: SAMPLED }, () => all[random.int(0, all.length - 1)]);
  for (const one of some) if (one) await spy(one[0], one[1], false);
  t.diagnostic(`${some.length} of ${all.length} parameters`);
  assert.ok(KINDS.every(([, query]) => explained.includes(query) || query === '_list=x'));
});

/** Indexes that do not start with the tenant, and why they may. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  record_updated: 'BRIN: blocks by time of writing; a few bytes each',
  record_history_updated: 'BRIN: blocks by time of writing; a few bytes each',
  search_word_words: 'GIN takes one column; its function asks for the tenant of each row found',
};

test('every table of records starts its keys with the tenant, and row-level security is forced on it', async (t) => {
  const { ownerUrl } = await testApp(t, []);
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const { rows: indexes } = await owner.query<{ name: string; first: string }>(
    `select i.indexrelid::regclass::text as name, coalesce(a.attname, '') as first
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     where n.nspname = 'public' and c.relname ~ '^(record|search_)'`,
  );
  const { rows: tables } = await owner.query<{ name: string; guarded: boolean }>(
    `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as guarded
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname ~ '^(record|search_)'`,
  );
  await owner.end();
  assert.ok(indexes.length >= 10 && tables.length >= 6, `${indexes.length} indexes, ${tables.length} tables`);
  const strange = indexes.filter((i) => i.first !== 'tenant').map((i) => i.name);
  assert.deepEqual(strange.sort(), Object.keys(ELSEWHERE).sort());
  assert.deepEqual(
    tables.filter((table) => !table.guarded).map((table) => table.name),
    // Its owner looks on behalf of the others, in one function that asks for the tenant.
    ['search_word'],
  );
});
