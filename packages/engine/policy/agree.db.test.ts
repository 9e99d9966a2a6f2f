import assert from 'node:assert/strict';
import test from 'node:test';
import { testEngine } from '@mach/server/testing/engine.ts';
import { type AnyResource, RESOURCE_TYPES, typeName, typeNumber } from '@mach/store';
import fc from 'fast-check';
import { recordWrite } from '../records/write.ts';
import { Access, type Asker } from './access.ts';
import { patientFacts, recordLabels } from './facts.ts';
import { enterOf, LimitedDatabase } from './limited.ts';
import type { AccessPack, AccessPolicy, Rule } from './rules.ts';
import { NO_FACTS, withheldBy } from './sees.ts';

type Loose = AnyResource & { id: string; [more: string]: unknown };
const TEXT = { vi: 'Quy tắc', en: 'Rule' };
const PATIENTS = ['p1', 'p2', 'p3', 'p4', 'p5'];
const SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const LABELS = ['HIV', 'PSY'].map((code) => `${SYSTEM}|${code}`);
const NOW = '2026-11-24T00:00:00.000Z';

/** Records that differ in everything a rule may ask about. Chosen by a seed: the same in every run. */
function resources(): Loose[] {
  const pick = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T => fc.sample(arbitrary, { numRuns: 1, seed })[0] as T;
  const meta = fc
    .subarray(['HIV', 'PSY'], { maxLength: 1 })
    .map((codes) =>
      codes.length === 0 ? {} : { meta: { security: codes.map((code) => ({ system: SYSTEM, code })) } },
    );
  const of = fc.constantFrom(...PATIENTS);
  const list: Loose[] = [
    { resourceType: 'Practitioner', id: '1' },
    { resourceType: 'Practitioner', id: '2' },
    { resourceType: 'Location', id: '1' },
    { resourceType: 'Organization', id: '1', name: 'Khoa' },
    ...PATIENTS.map((id, i) => ({ resourceType: 'Patient', id, ...(i < 2 ? pick(meta, i) : {}) })),
  ];
  for (let n = 0; n < 40; n++) {
    const subject = { reference: `Patient/${pick(of, 100 + n)}` };
    const status = pick(fc.constantFrom('in-progress', 'finished', 'cancelled'), 200 + n);
    const end = pick(fc.constantFrom('2026-11-23', '2026-11-01', '2026-05-01', undefined), 300 + n);
    list.push({
      resourceType: 'Encounter',
      id: `e${n}`,
      status,
      class: { system: SYSTEM, code: 'AMB' },
      subject,
      period: { start: '2026-04-01', ...(end ? { end } : {}) },
      ...pick(
        fc.constantFrom(
          {},
          { participant: [{ individual: { reference: 'Practitioner/1' } }] },
          { participant: [{ individual: { reference: 'Practitioner/2' } }] },
        ),
        400 + n,
      ),
      ...pick(
        fc.constantFrom(
          {},
          { location: [{ location: { reference: 'Location/1' } }] },
          { serviceProvider: { reference: 'Organization/1' } },
        ),
        500 + n,
      ),
      ...pick(meta, 600 + n),
    });
    list.push({
      resourceType: 'Observation',
      id: `o${n}`,
      status: 'final',
      code: { text: 'x' },
      ...(n % 10 === 0 ? {} : { subject }),
      ...pick(meta, 700 + n),
    });
  }
  // Yes to one purpose, to one person, until yesterday, and beside a no.
  for (const [n, purpose] of ['HRESCH', 'TRAIN', 'HRESCH', 'TRAIN', undefined].entries())
    list.push({
      resourceType: 'Consent',
      id: `y${n}`,
      status: 'active',
      scope: { text: 'x' },
      category: [{ text: 'x' }],
      policyRule: { text: 'x' },
      patient: { reference: `Patient/p${n + 1}` },
      provision: {
        type: 'permit',
        ...(purpose ? { purpose: [{ system: SYSTEM, code: purpose }] } : {}),
        ...(n === 1 ? { actor: [{ role: { text: 'x' }, reference: { reference: 'Practitioner/1' } }] } : {}),
        ...(n === 3 ? { period: { end: '2026-11-01' } } : {}),
      },
    });
  for (const [n, purpose] of ['HRESCH', undefined, 'TRAIN'].entries())
    list.push({
      resourceType: 'Consent',
      id: `c${n}`,
      status: 'active',
      scope: { text: 'x' },
      category: [{ text: 'x' }],
      policyRule: { text: 'x' },
      patient: { reference: `Patient/p${n + 2}` },
      provision: {
        type: 'deny',
        ...(purpose ? { purpose: [{ system: SYSTEM, code: purpose }] } : {}),
        ...(n === 1 ? { actor: [{ role: { text: 'x' }, reference: { reference: 'Practitioner/1' } }] } : {}),
        ...(n === 2 ? { period: { end: '2026-11-01' } } : {}),
      },
    });
  return list;
}

const care = fc.record({ days: fc.constantFrom(0, 7, 30, 365) });
const base = { id: fc.constantFrom('r1', 'r2'), text: fc.constant(TEXT), grantedBy: fc.constant([]) };
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({
    ...base,
    kind: fc.constant('limit' as const),
    roles: fc.constantFrom(['a'], ['b'], ['*']),
    types: fc.constantFrom(['*'], ['@bound'], ['Observation'], ['Patient', 'Encounter']),
    when: fc.record({ care: fc.record({ person: care, unit: care }, { requiredKeys: [] }) }, { requiredKeys: [] }),
  }),
  fc.record({
    ...base,
    kind: fc.constant('labels' as const),
    labels: fc.subarray(LABELS, { minLength: 1 }),
    except: fc.record({ own: care }, { requiredKeys: [] }),
  }),
  fc.record({
    ...base,
    kind: fc.constant('deny' as const),
    roles: fc.constant(['b']),
    types: fc.constant(['Encounter']),
  }),
  fc.record({ ...base, kind: fc.constant('consent' as const), purposes: fc.constant(['HRESCH', 'TRAIN']) }),
  fc.record({
    ...base,
    kind: fc.constant('consent' as const),
    purposes: fc.constantFrom(['HRESCH'], ['HRESCH', 'TRAIN']),
    needs: fc.constant('agreement' as const),
  }),
);
const policies: fc.Arbitrary<AccessPolicy> = fc.array(rule, { maxLength: 4 }).map((rules) => ({ title: TEXT, rules }));
const askers: fc.Arbitrary<Asker> = fc.record({
  roles: fc.subarray(['a', 'b'], { minLength: 1 }),
  me: fc.constantFrom(['account:1', 'Practitioner/1'], ['account:2', 'Practitioner/2'], ['account:3']),
  units: fc.constantFrom([], ['Location/1'], ['Location/1', 'Organization/1']),
  licensed: fc.constant(true),
  purpose: fc.constantFrom('TREAT', 'HRESCH', 'TRAIN'),
  now: fc.constant(NOW),
});

test('the database and the program decide alike on every record', async (t) => {
  const { engine, actor } = await testEngine(t, []);
  const entries = resources().map((resource) => ({ op: 'put' as const, resource }));
  await engine.sendByName(recordWrite.name, { entries, references: 'keep' }, actor('importer'), { key: 'world-0001' });
  const on = engine.database.tenant(1);
  await on.query({
    text: `insert into access.relation (tenant, patient, who, source, until) values
      (1, 'p4', 'account:3', 'Task/1', '2026-11-24T03:00:00Z'), (1, 'p5', 'account:3', 'Task/2', '2026-11-23T03:00:00Z')`,
  });
  const { rows } = await on.query<{ type: number; id: string; rid: string; patient: string | null }>({
    text: 'select type, id, rid, patient from record where tenant = mach_tenant()',
  });
  const records = rows.map((r) => ({ type: typeName(r.type), id: r.id, patient: r.patient }));
  const [facts, labels] = [await patientFacts(on, PATIENTS), await recordLabels(on, records)];
  const pack: AccessPack = {
    bound: [],
    breakGlass: { hours: 4, maxHours: 12, roles: [], reviewers: [] },
    purposes: [],
    policies: {},
  };
  const grants: Record<string, ReadonlySet<string>> = {
    a: new Set(['record.read:*']),
    b: new Set(['record.read:Patient', 'record.read:Encounter']),
  };
  let [shown, kept] = [0, 0];
  await fc.assert(
    fc.asyncProperty(policies, askers, async (policy, asker) => {
      const access = new Access(pack, policy, (role) => grants[role] ?? new Set(), asker);
      const limited = new LimitedDatabase(engine.database, enterOf(access), () => NOW);
      const found = await limited.tenant(1).query<{ type: number; id: string }>({
        name: 'agree',
        text: 'select r.type, r.id from record r where r.tenant = mach_tenant()',
      });
      const visible = new Set(found.rows.map((r) => `${typeName(r.type)}/${r.id}`));
      // A total asks once a patient, and comes to the same.
      const { rows: counts } = await limited.tenant(1).query<{ n: string }>({
        name: 'agree_count',
        text: 'select access.count_visible($1::bigint[]) as n',
        values: [rows.map((r) => r.rid)],
      });
      assert.equal(Number(counts[0]?.n), visible.size);
      for (const { type, id, patient } of records) {
        const slot = `${type}/${id}`;
        const row = { patient, labels: labels.get(slot) ?? [] };
        const withheld = withheldBy(
          access,
          access.records('read', type),
          row,
          facts.get(patient ?? '') ?? NO_FACTS,
          NOW,
        );
        assert.equal(
          visible.has(slot),
          withheld === null,
          `${slot} ${JSON.stringify({ row, facts: facts.get(patient ?? '') })}`,
        );
        if (withheld === null) shown += 1;
        else kept += 1;
      }
    }),
    { numRuns: 120 },
  );
  assert.ok(shown > 1_000 && kept > 1_000, `${shown} shown, ${kept} kept`);
});

test('a total for somebody who sees a part goes by the indexes of his facility', async (t) => {
  const { engine } = await testEngine(t, []);
  const access = new Access(
    { bound: [], breakGlass: { hours: 4, maxHours: 12, roles: [], reviewers: [] }, purposes: [], policies: {} },
    {
      title: TEXT,
      rules: [
        {
          ...{ kind: 'limit', id: 'r', text: TEXT, grantedBy: [], roles: ['a'], types: ['*'] },
          when: { care: { person: { days: 30 }, unit: { days: 30 } } },
        },
        { kind: 'labels', id: 'l', text: TEXT, grantedBy: [], labels: LABELS },
      ],
    },
    () => new Set(['record.read:*']),
    {
      ...{ roles: ['a'], me: ['Practitioner/1'], units: ['Location/1'], licensed: true, purpose: 'TREAT', now: NOW },
    },
  );
  const limited = new LimitedDatabase(engine.database, enterOf(access), () => NOW);
  const { rows: sources } = await engine.database.tenant(1).query<{ prosrc: string }>({
    text: "select prosrc from pg_proc where proname = 'count_visible'",
  });
  const body = sources[0]?.prosrc.replace('unnest(rids)', 'unnest($1::bigint[])');
  assert.ok(body?.includes('$1'));
  const { rows } = await limited.tenant(1).query<{ 'QUERY PLAN': { Plan: Plan }[] }>({
    text: `explain (format json) ${body}`,
    values: [['1', '2']],
  });
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  assert.ok(plan);
  const tables = new Set<string>();
  const look = (node: Plan): void => {
    const table = node['Relation Name'];
    if (table !== undefined) {
      tables.add(table);
      assert.match(node['Node Type'], /^Index/, `${table}: ${node['Node Type']}`);
      assert.match(node['Index Cond'] ?? '', /tenant = /, table);
    }
    for (const part of node.Plans ?? []) look(part);
  };
  look(plan);
  assert.deepEqual([...tables].sort(), ['label', 'record', 'relation']);
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Cond'?: string;
  Plans?: Plan[];
}

test('the views of the smaller world have every column, and the numbers of types that the trigger names', async (t) => {
  const { engine } = await testEngine(t, []);
  const { rows } = await engine.database.tenant(1).query<{ table: string; columns: string[] }>({
    text: `select n.nspname || '.' || c.relname as table, array_agg(a.attname::text order by a.attname) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where not a.attisdropped and n.nspname in ('public', 'access') and c.relname = any($1) group by 1`,
    values: [
      [
        'record',
        'record_history',
        'search_key',
        'search_string',
        'search_date',
        'search_number',
        'search_word',
        'search_posting',
      ],
    ],
  });
  const columns = new Map(rows.map((row) => [row.table, row.columns]));
  assert.equal(columns.size, 16);
  for (const [table, own] of columns)
    if (table.startsWith('public.')) assert.deepEqual(columns.get(table.replace('public', 'access')), own, table);
  assert.deepEqual(['Encounter', 'Task', 'Consent', 'Patient'].map(typeNumber), [44, 140, 29, 103]);
  assert.ok(RESOURCE_TYPES.length < 200);
});
