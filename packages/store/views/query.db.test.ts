import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { testDatabase } from '../../../apps/server/testing/database.ts';
import { Database, type Queryable } from '../database.ts';
import { buildViews } from './build.ts';
import { instant, number, text, type ViewDefinition, viewTable } from './definition.ts';
import { queryView, type ViewQuery } from './query.ts';

const view: ViewDefinition = {
  name: 'try.page',
  kind: 'live',
  base: 'Basic',
  columns: {
    at: instant('created', { indexed: true }),
    state: text('code.text', { indexed: true }),
    amount: number('amount'),
  },
};
const { table } = viewTable(view);

async function house(t: TestContext): Promise<{ on: Queryable; ownerUrl: string }> {
  const { app, ownerUrl } = await testDatabase(t);
  const owner = new pg.Client({ connectionString: ownerUrl });
  owner.on('error', () => undefined);
  await owner.connect();
  t.after(() => owner.end());
  await buildViews(owner, [view]);
  const database = new Database(app);
  t.after(() => database.close());
  return { on: database.tenant(1), ownerUrl };
}

interface Kept {
  key: string;
  at: string | null;
  state: string | null;
  amount: string | null;
}

test('pages of a sorted view, put together, are all rows in order; those without a value come last, both ways', async (t) => {
  const { on } = await house(t);
  const row = fc.record({
    at: fc.option(fc.constantFrom('2026-11-20T01:00:00.000Z', '2026-11-21T01:00:00.000Z', '2026-11-22T01:00:00.000Z')),
    state: fc.option(fc.constantFrom('a', 'B', 'đ')),
    amount: fc.option(fc.constantFrom('9', '10', '10.5')),
  });
  const asked = fc.record({
    column: fc.constantFrom('at' as const, 'state' as const, 'amount' as const, 'key' as const),
    descending: fc.boolean(),
    limit: fc.integer({ min: 1, max: 7 }),
    only: fc.option(fc.constantFrom('a', 'B')),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 14 }),
      fc.array(asked, { minLength: 1, maxLength: 4 }),
      async (made, questions) => {
        const rows: Kept[] = made.map((one, i) => ({ key: `k${String(i).padStart(2, '0')}`, ...one }));
        await on.query({ text: `delete from view.${table}` });
        await on.query({
          text: `insert into view.${table} (tenant, key, at, state, amount)
               select 1, * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::numeric[])`,
          values: [rows.map((r) => r.key), rows.map((r) => r.at), rows.map((r) => r.state), rows.map((r) => r.amount)],
        });
        for (const { column, descending, limit, only } of questions) {
          const value = (r: Kept): string | number | null =>
            column === 'amount' ? (r.amount === null ? null : Number(r.amount)) : r[column];
          const compare = (a: Kept, b: Kept): number => {
            const [x, y] = [value(a), value(b)];
            if ((x === null) !== (y === null)) return x === null ? 1 : -1;
            const order = x === y || x === null || y === null ? (a.key < b.key ? -1 : 1) : x < y ? -1 : 1;
            return descending ? -order : order;
          };
          const due = rows.filter((r) => only === null || r.state === only).sort(compare);
          const filters = only === null ? [] : [{ column: 'state', op: 'eq' as const, values: [only] }];
          const seen: unknown[] = [];
          let after: string | undefined;
          for (let pages = 0; pages <= rows.length; pages++) {
            const query: ViewQuery = {
              filters,
              sort: `${descending ? '-' : ''}${column}`,
              limit,
              ...(after ? { after } : {}),
            };
            const page = await queryView(on, view, query);
            assert.ok(page.rows.length <= limit);
            seen.push(...page.rows.map((r) => r.key));
            if (page.next === null) break;
            after = page.next;
          }
          assert.deepEqual(
            seen,
            due.map((r) => r.key),
            `${descending ? '-' : ''}${column}`,
          );
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('the few that wait are found by their state, however many are over; what is asked for is never a statement', async (t) => {
  const { on, ownerUrl } = await house(t);
  await on.query({
    text: `insert into view.${table} (tenant, key, at, state)
           select 1, n::text, '2026-01-01'::timestamptz + n * interval '1 minute', case when n % 300 = 0 then 'chờ' else 'xong' end
           from generate_series(1, 6000) n`,
  });
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`analyze view.${table}`);
  await owner.end();
  const plans: string[] = [];
  const spied = {
    query: async <R extends Record<string, unknown>>(query: { text: string; values?: unknown[] }) => {
      const { rows } = await on.query<{ 'QUERY PLAN': string }>({ ...query, text: `explain (analyze) ${query.text}` });
      plans.push(rows.map((line) => line['QUERY PLAN']).join('\n'));
      return on.query<R>(query);
    },
  };
  const waiting = { column: 'state', op: 'eq' as const, values: ['chờ', "o'đợi\\"] };
  for (const sort of ['at', '-at', 'amount']) {
    const page = await queryView(spied, view, { filters: [waiting], sort, limit: 50 });
    assert.equal(page.rows.length, 20, sort);
  }
  for (const plan of plans) assert.ok(!plan.includes('Rows Removed by Filter'), plan);
  plans.length = 0;
  const newest = await queryView(spied, view, { sort: '-at', limit: 20 });
  assert.deepEqual([newest.rows.length, newest.rows[0]?.key], [20, '6000']);
  await queryView(spied, view, { sort: '-at', limit: 20, ...(newest.next ? { after: newest.next } : {}) });
  // Rows that a node really gave: newest first looks at no more than it shows.
  for (const plan of plans)
    for (const [, rows] of plan.matchAll(/actual time=[^ ]+ rows=([\d.]+)/g)) assert.ok(Number(rows) <= 21, plan);
  for (const value of ["'", "\\'", "x'; drop table view.x; --", '$1', 'E\\']) {
    const filters = [{ column: 'state', op: 'eq' as const, values: [value] }];
    assert.deepEqual((await queryView(on, view, { filters })).rows, [], value);
    await on.query({ text: `insert into view.${table} (tenant, key, state) values (1, 'lạ', $1)`, values: [value] });
    assert.deepEqual(
      (await queryView(on, view, { filters })).rows.map((row) => row.state),
      [value],
    );
    await on.query({ text: `delete from view.${table} where key = 'lạ'` });
  }
});
