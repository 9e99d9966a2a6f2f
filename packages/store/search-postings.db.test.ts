import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { allMigrations } from '../../apps/server/migrations.ts';
import { testDatabase } from '../../apps/server/testing/database.ts';
import { Database } from './database.ts';
import { emptyIndex, type IndexChange, type IndexRows } from './index-rows.ts';
import { migrate } from './migrate.ts';
import { posted, postingStatements } from './search-postings.ts';

/** The table before rows stood for several records, as the released version writes it. */
const OLD_INSERT = `insert into search_key (tenant, rid, key, qualifier)
  select mach_tenant(), * from unnest($1::bigint[], $2::bigint[], $3::integer[])`;
const OLD_DELETE = `delete from search_key s using unnest($1::bigint[], $2::bigint[], $3::integer[]) as n(rid, key, qualifier)
  where s.tenant = mach_tenant() and s.rid = n.rid and s.key = n.key and s.qualifier = n.qualifier`;

type Triple = readonly [rid: string, key: string, qualifier: number];
const columns = (rows: readonly Triple[]): unknown[] => [0, 1, 2].map((i) => rows.map((row) => row[i]));

async function seen(app: Database, tenant: number): Promise<string[]> {
  const { rows } = await app
    .tenant(tenant)
    .query<{ row: string }>({ text: `select rid || '/' || key || '/' || qualifier as row from search_key` });
  return rows.map((r) => r.row).sort();
}

test('rows of the version before are moved, wherever a start is broken off, and it goes on writing beside', async (t) => {
  const all = await allMigrations();
  const at = all.findIndex(({ name }) => name === 'store/0180_search_posting.sql');
  assert.ok(at > 0);
  const stages = [all[at], all[at + 1], all[at + 2]].flatMap((m) => m ?? []);
  assert.deepEqual(
    stages.map(({ name }) => name.slice(0, 10)),
    ['store/0180', 'store/0181', 'store/0182'],
  );
  const { app, ownerUrl } = await testDatabase(t, {
    migrate: async (on) => {
      const { allMigrations: read } = await import('../../apps/server/migrations.ts');
      const { migrate: bring } = await import('@mach/store/migrate.ts');
      const known = await read();
      await bring(
        on,
        known.slice(
          0,
          known.findIndex(({ name }) => name === 'store/0180_search_posting.sql'),
        ),
      );
    },
  });
  const owner = new pg.Client({ connectionString: ownerUrl });
  owner.on('error', () => undefined);
  await owner.connect();
  t.after(() => owner.end());
  const database = new Database(app);
  t.after(() => database.close());
  // More than one lot of pages, in two facilities: the same keys of one are not the other's.
  const expected = new Map<number, Set<string>>();
  const write = async (tenant: number, rows: readonly Triple[]): Promise<void> => {
    await database.tenant(tenant).query({ text: OLD_INSERT, values: columns(rows) });
    const set = expected.get(tenant) ?? new Set<string>();
    expected.set(tenant, set);
    for (const row of rows) set.add(row.join('/'));
  };
  const take = async (tenant: number, rows: readonly Triple[]): Promise<void> => {
    await database.tenant(tenant).query({ text: OLD_DELETE, values: columns(rows) });
    for (const row of rows) expected.get(tenant)?.delete(row.join('/'));
  };
  const check = async (when: string): Promise<void> => {
    for (const [tenant, set] of expected) assert.deepEqual(await seen(database, tenant), [...set].sort(), when);
  };
  for (const tenant of [1, 2]) {
    const rows = Array.from(
      { length: 1_500 * tenant },
      (_, i): Triple => [String(4_000 + i), String(i % 3 === 0 ? -5n : BigInt(i % 40) * 77_777_777_777n), i % 2],
    );
    await write(tenant, rows);
  }
  await check('before');
  for (const [i, stage] of stages.entries()) {
    await migrate(owner, [...all.slice(0, at + i), stage]);
    await check(stage.name);
    // The version before writes on: rows that were moved, rows that were not, new ones.
    await take(1, [[String(4_000 + i), String(i % 3 === 0 ? -5n : BigInt(i) * 77_777_777_777n), i % 2]]);
    await write(1, [[String(9_000 + i), '-5', 0]]);
    await write(2, [[String(9_000 + i), '-5', 0]]);
    await check(`${stage.name}, written beside`);
    if (i > 0) continue;
    // The move is broken off after two lots of two pages; it will go on from there.
    const move = stages[1]?.sql ?? '';
    const cut = move.replace('bigint := 512', 'bigint := 2').replace('page < size', 'page < 4');
    assert.notEqual(cut, move);
    await owner.query(cut);
    const { rows } = await owner.query<{ moved: string; left: string }>(`select
      (select count(*) from search_posting) as moved, (select count(*) from search_key_moving) as left`);
    assert.ok(Number(rows[0]?.moved) > 0 && Number(rows[0]?.left) > 0, JSON.stringify(rows));
    await check('broken off');
  }
  await check('after');
  const { rows: rest } = await owner.query(`select to_regclass('public.search_key_moving') as old`);
  assert.equal(rest[0]?.old, null);
});

/** A record's keys by small numbers. */
function index(keys: readonly number[]): IndexRows {
  const rows = emptyIndex();
  for (const key of keys) rows.keys.set(`${key}/1`, { key: String(key), qualifier: 1 });
  return rows;
}

test('whatever is written in whatever order, a row holds exactly the records that carry its key', async (t) => {
  const { app } = await testDatabase(t);
  const database = new Database(app);
  t.after(() => database.close());
  const on = database.tenant(1);
  const apply = async (changes: readonly IndexChange[]): Promise<void> => {
    await database.transaction(1, async (client) => {
      for (const statement of postingStatements(changes)) await client.query(statement);
    });
  };
  let block = 0;
  const keys = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(keys, { minLength: 1, maxLength: 64 }),
      fc.array(fc.array(fc.tuple(fc.nat(63), keys), { minLength: 1, maxLength: 6 }), { maxLength: 8 }),
      async (made, steps) => {
        block += 64;
        const rid = (n: number): string => String(block + n);
        const now = made.map((list) => [...list]);
        await apply(made.map((list, n) => ({ rid: rid(n), before: emptyIndex(), after: index(list), fresh: true })));
        for (const step of steps) {
          // Each record once in a transaction, as the buffer of a command has it.
          const changes = new Map(step.map(([n, list]) => [n % made.length, list]));
          await apply(
            [...changes].map(([n, list]) => ({ rid: rid(n), before: index(now[n] ?? []), after: index(list) })),
          );
          for (const [n, list] of changes) now[n] = [...list];
        }
        const { rows } = await on.query<{ key: string; rid: string }>({
          text: `select key, ${posted('p')} from search_posting p where tenant = mach_tenant() and block = $1`,
          values: [block],
        });
        const due = now.flatMap((list, n) => list.map((key) => `${key}/${rid(n)}`));
        assert.deepEqual(rows.map((r) => `${r.key}/${r.rid}`).sort(), due.sort());
      },
    ),
    { numRuns: 40 },
  );
  // Again, as a rebuild of the index does: nothing twice.
  const twice: IndexChange = { rid: String(block + 64), before: emptyIndex(), after: index([1, 2]) };
  for (let i = 0; i < 2; i++) await apply([twice, { ...twice, rid: String(block + 65) }]);
  const { rows } = await on.query<{ slots: string }>({
    text: 'select slots from search_posting where block = $1',
    values: [block + 64],
  });
  assert.deepEqual(
    rows.map((r) => r.slots),
    ['01', '01'],
  );
});

test('a change finds its rows by their key, also while the database knows nothing of the table', async (t) => {
  const { app } = await testDatabase(t);
  const database = new Database(app);
  t.after(() => database.close());
  const rows = (qualifier: number): IndexRows => {
    const index = emptyIndex();
    index.keys.set(`7/${qualifier}`, { key: '7', qualifier });
    return index;
  };
  const statements = postingStatements([{ rid: '64', before: rows(1), after: rows(2) }]);
  assert.deepEqual(
    statements.map(({ name }) => name),
    ['search_posting_del', 'search_posting_less', 'search_posting_add'],
  );
  for (const { name, text, values } of statements.slice(0, 2)) {
    const { rows: plan } = await database.tenant(1).query({ text: `explain ${text}`, values });
    const cond = plan.map((line) => String(line['QUERY PLAN'])).find((line) => line.includes('Index Cond')) ?? '';
    for (const column of ['tenant', 'key', 'qualifier', 'block'])
      assert.ok(cond.includes(`(${column} = `), `${name}: ${cond}`);
  }
});
