import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { testDatabase } from '../../../apps/server/testing/database.ts';
import { Database } from '../database.ts';
import { writeStatements } from '../records.ts';
import { buildViews } from './build.ts';
import { count, json, last, list, number, sum, text, type ViewDefinition, viewTable } from './definition.ts';
import type { Step } from './fill.ts';
import { agrees, proveView, proveViews, rebuildViews } from './prove.ts';

const measured = { results: { type: 'Observation', path: 'encounter.reference', param: 'Observation.encounter' } };
const visits: ViewDefinition = {
  name: 'try.visits',
  kind: 'live',
  base: 'Encounter',
  joins: { patient: { type: 'Patient', path: 'subject.reference', param: 'Encounter.subject' } },
  children: measured,
  columns: {
    state: text('status', { indexed: true }),
    name: text('$patient.name.text', { indexed: true }),
    results: number(count('results')),
    total: number(sum('results', 'valueQuantity.value')),
    latest: text(last('results', 'valueQuantity.value', 'effectiveDateTime')),
    all: json(list('results', { at: 'effectiveDateTime' }, 'effectiveDateTime')),
  },
};
const results: ViewDefinition = {
  name: 'try.results',
  kind: 'live',
  base: 'Observation',
  columns: { value: number('valueQuantity.value') },
};
/** A result that points at another: a type that is base and child of one view. */
const members: ViewDefinition = {
  name: 'try.members',
  kind: 'live',
  base: 'Observation',
  children: { of: { type: 'Observation', path: 'hasMember.reference', param: 'Observation.has-member' } },
  columns: { panels: number(count('of')) },
};
const VIEWS = [visits, results, members];

async function house(t: TestContext) {
  const { app, ownerUrl } = await testDatabase(t);
  const owner = new pg.Client({ connectionString: ownerUrl });
  owner.on('error', () => undefined);
  await owner.connect();
  t.after(() => owner.end());
  const database = new Database(app);
  t.after(() => database.close());
  await owner.query(`insert into system.tenant (id, facility_code, name) values (7, '07', 'A'), (8, '08', 'B')
    on conflict do nothing`);
  let rid = 0;
  const write = (tenant: number, resources: readonly { resourceType: string; id: string }[]): Promise<void> =>
    database.transaction(tenant, async (client) => {
      const writes = resources.map((resource) => ({
        type: resource.resourceType,
        id: resource.id,
        rid: String(++rid),
        replaces: 0,
        version: 1,
        updated: '2026-11-22T01:00:00.000Z',
        deleted: false,
        sealed: false,
        patient: null,
        text: JSON.stringify(resource),
      }));
      for (const statement of writeStatements(writes)) await client.query(statement);
    });
  const visit = (id: string, values: readonly number[]) => [
    { resourceType: 'Patient', id: `p-${id}`, name: [{ text: `Người ${id}` }] },
    { resourceType: 'Encounter', id, status: 'finished', subject: { reference: `Patient/p-${id}` } },
    ...values.map((value, i) => ({
      resourceType: 'Observation',
      id: `${id}-${i}`,
      encounter: { reference: `Encounter/${id}` },
      effectiveDateTime: `2026-11-22T0${i}:00:00Z`,
      valueQuantity: { value },
      // One that names a member twice counts once.
      ...(i === 0 ? {} : { hasMember: [{ reference: `Observation/${id}-0` }, { reference: `Observation/${id}-0` }] }),
    })),
  ];
  await write(7, [...visit('a', [1.5, 2.25, 3]), ...visit('b', [])]);
  await write(8, visit('a', [9]));
  const rowsOf = async (tenant: number, view: ViewDefinition) =>
    (await database.tenant(tenant).query({ text: `select * from view.${viewTable(view).table} order by key` })).rows;
  return { owner, database, write, visit, rowsOf };
}

test('views that are built together say of each facility what each of them says alone, with all their indexes', async (t) => {
  const { owner, database, rowsOf } = await house(t);
  const steps: Step[] = [];
  assert.deepEqual(
    await buildViews(owner, VIEWS, (step) => steps.push(step)),
    VIEWS.map((view) => view.name),
  );
  // Three types, in two facilities; each view once.
  assert.deepEqual(
    steps.map(({ what, name, rows }) => [what, name, rows]),
    [
      ['records', 'Encounter', 2],
      ['records', 'Patient', 2],
      ['records', 'Observation', 3],
      ['records', 'Encounter', 1],
      ['records', 'Patient', 1],
      ['records', 'Observation', 1],
      ['view', 'try.visits', 3],
      ['view', 'try.results', 4],
      ['view', 'try.members', 4],
    ],
  );
  const [a, b] = await rowsOf(7, visits);
  assert.deepEqual([a?.key, a?.name, a?.results, a?.total, a?.latest], ['a', 'Người a', '3', '6.75', '3']);
  assert.deepEqual([b?.key, b?.results, b?.total, b?.latest, b?.all], ['b', '0', '0', null, []]);
  assert.deepEqual(
    (await rowsOf(7, members)).map((row) => [row.key, row.panels]),
    [
      ['a-0', '2'],
      ['a-1', '0'],
      ['a-2', '0'],
    ],
  );
  assert.deepEqual(
    (await rowsOf(8, visits)).map((row) => [row.key, row.total]),
    [['a', '9']],
  );
  for (const tenant of [7, 8])
    for (const view of VIEWS) assert.ok(agrees(await proveView(database, tenant, view)), view.name);
  const { rows } = await owner.query<{ indexdef: string }>(
    `select indexdef from pg_indexes where schemaname = 'view' and tablename = $1 order by indexname`,
    [viewTable(visits).table],
  );
  assert.deepEqual(
    rows.map(({ indexdef }) => /USING btree (.*)/.exec(indexdef)?.[1]),
    ['(tenant, state, key)', '(tenant, name, key)', '(tenant, key)'],
  );
  const left = await owner.query(`select from pg_class where relpersistence = 't' and relkind = 'r'`);
  assert.equal(left.rowCount, 0, 'nothing temporary is left');
  assert.deepEqual(await buildViews(owner, VIEWS), []);
});

test('a build that is broken off goes on with the views that are left', async (t) => {
  const { owner, database } = await house(t);
  const bad: ViewDefinition = { ...results, name: 'try.bad', columns: { at: number('encounter.reference') } };
  await assert.rejects(buildViews(owner, [visits, bad, members]), /try\.bad could not be built/);
  const steps: Step[] = [];
  assert.deepEqual(await buildViews(owner, VIEWS, (step) => steps.push(step)), ['try.results', 'try.members']);
  assert.ok(!steps.some(({ name }) => name === 'Encounter'), 'what no view needs is not read again');
  for (const view of VIEWS) assert.ok(agrees(await proveView(database, 7, view)));
  await buildViews(owner, [{ ...visits, columns: { state: text('status') } }]);
  const { rows } = await owner.query('select table_name from system.view where name = $1', [visits.name]);
  assert.equal(rows.length, 1);
  const old = await owner.query('select to_regclass($1) as made', [`view.${viewTable(visits).table}`]);
  assert.equal(old.rows[0].made, null, 'the table of the older definition is gone');
});

test('a proof over all views names what differs, and a rebuild puts right exactly that', async (t) => {
  const { owner, database, write, visit, rowsOf } = await house(t);
  await buildViews(owner, VIEWS);
  const { table } = viewTable(visits);
  const on = database.tenant(7);
  await write(7, visit('c', [4]));
  await on.query({ text: `update view.${table} set name = 'ai khác' where key = 'a'` });
  await on.query({ text: `insert into view.${table} (tenant, key) values (7, 'x')` });
  const before = await on.query<{ place: string }>({
    text: `select ctid::text as place from view.${table} where key = 'b'`,
  });
  const [found, ...others] = await proveViews(database, 7, VIEWS);
  assert.deepEqual(found, { view: 'try.visits', rows: 3, missing: ['c'], extra: ['x'], different: ['a'] });
  assert.deepEqual(
    others.map(({ missing }) => missing),
    [['c-0'], ['c-0']],
  );
  assert.deepEqual(found, await proveView(database, 7, visits), 'alone and together the same');
  assert.equal(await rebuildViews(database, 7, VIEWS), 3 + 4 + 4);
  for (const proof of await proveViews(database, 7, VIEWS)) assert.ok(agrees(proof), proof.view);
  const after = await on.query<{ place: string }>({
    text: `select ctid::text as place from view.${table} where key = 'b'`,
  });
  assert.deepEqual(after.rows, before.rows, 'a row that was right is left alone');
  assert.equal((await rowsOf(8, visits)).length, 1, 'nothing of another facility is touched');
});

test('a command that would change a view waits for its rebuild, and what it writes stands', async (t) => {
  const { owner, database, rowsOf } = await house(t);
  await buildViews(owner, [visits]);
  const { table } = viewTable(visits);
  const on = database.tenant(7);
  await on.query({ text: `delete from view.${table} where key = 'b'` });
  await on.query({ text: `update view.${table} set name = 'sai', state = 'sai' where key = 'a'` });
  let late: Promise<unknown> | undefined;
  let written = false;
  await rebuildViews(database, 7, [visits], (step) => {
    if (step.what === 'view') assert.equal(written, false, 'it waits until the rebuild has ended');
    else
      late ??= on.query({ text: `update view.${table} set name = 'sau' where key = 'a'` }).then(() => {
        written = true;
      });
  });
  await late;
  assert.deepEqual(
    (await rowsOf(7, visits)).map((row) => [row.key, row.name, row.state]),
    [
      ['a', 'sau', 'finished'],
      ['b', 'Người b', 'finished'],
    ],
  );
});
