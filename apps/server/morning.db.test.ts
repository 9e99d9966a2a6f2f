import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { OutboxWorker, Reactions, readView } from '@mach/engine';
import type { FigureRow, Morning, StuckRow } from '@mach/operations/contract.ts';
import { type ClockRow, type ClockRules, clockSummary } from '@mach/reception/contract.ts';
import { dateFollowers, runFollowers, simulate } from '@mach/simulation';
import { queryView, readBalances } from '@mach/store';
import pg from 'pg';
import { seedDemoRecords } from './demo.ts';
import { MODULES } from './house.ts';
import { testEngine } from './testing/engine.ts';

const NOW = '2026-11-24T02:30:00.000Z';
const EXT = 'https://mach.vn/fhir/StructureDefinition/';

/** Two whole days, a week apart but one, and a morning that is cut off at half past nine. */
async function worked(t: TestContext) {
  const h = await testEngine(t, MODULES);
  const { engine } = h;
  await seedDemoRecords(engine);
  const followers = { reactions: [new Reactions(engine, 1)], outboxes: [new OutboxWorker(engine, 1)] };
  dateFollowers(engine, followers);
  const base = { engine, tenant: 1, seed: 7, fixed: true, together: true } as const;
  const follow = (batch: Parameters<typeof runFollowers>[3]) => runFollowers(engine, 1, followers, batch);
  await simulate({ ...base, visits: 4, days: ['2026-11-17'], hours: [7, 9], follow });
  await simulate({ ...base, visits: 8, days: ['2026-11-23'], follow });
  await simulate({ ...base, visits: 7, days: ['2026-11-24'], hours: [7, 9], until: NOW, follow });
  h.clock.set(NOW);
  const director = h.actor('director');
  const morning = async () =>
    (await readView(engine, director, 'operations.morning', {})).rows[0] as unknown as Morning;
  const rows = async (figure: string) =>
    (
      await readView(engine, director, 'operations.rows', {
        filters: [{ column: 'figure', op: 'eq', values: [figure] }],
      })
    ).rows as unknown as FigureRow[];
  /** Counts from the stored records alone: no view, no code of the page. */
  const sql = async (text: string): Promise<Record<string, string | null>> => {
    const owner = new pg.Client({ connectionString: h.ownerUrl });
    await owner.connect();
    try {
      await owner.query(`select set_config('mach.tenant', '1', false)`);
      const answer = await owner.query<Record<string, string | null>>(
        `with r as (select id, content::jsonb as c from public.record where tenant = 1 and not deleted) ${text}`,
      );
      return answer.rows[0] ?? {};
    } finally {
      await owner.end();
    }
  };
  return { h, morning, rows, sql, director };
}

test('every number of the morning is the count of its rows and of an independent question to the records', async (t) => {
  const { h, morning, rows, sql, director } = await worked(t);
  const page = await morning();
  assert.deepEqual([page.at, page.today, page.yesterday], [NOW, '2026-11-24', '2026-11-23']);

  // The day.
  const state = `(select e ->> 'valueCode' from jsonb_array_elements(c -> 'extension') e where e ->> 'url' like '%/visit-state')`;
  const today = `c ->> 'resourceType' = 'Encounter' and (c #>> '{period,start}')::timestamptz >= '2026-11-24T00:00:00+07:00'
    and ${state} not in ('booked', 'cancelled')`;
  const day = await sql(
    `select count(*)::text as visits, count(*) filter (where ${state} in ('arrived', 'waiting'))::text as waiting,
       count(*) filter (where ${state} = 'in-exam')::text as inside,
       count(*) filter (where ${state} in ('awaiting-results', 'results-ready'))::text as results from r where ${today}`,
  );
  assert.ok(page.rooms);
  assert.equal(String(page.rooms.today.visits), day.visits);
  assert.equal(String(page.rooms.today.waiting), day.waiting);
  assert.equal(String(page.rooms.today.inside), day.inside);
  assert.equal(String(page.rooms.today.results), day.results);
  assert.ok(page.rooms.today.visits >= 5, 'the morning has people');
  for (const step of ['visits', 'waiting', 'inside', 'results', 'paying', 'done', 'other', 'insured'] as const)
    assert.equal((await rows(`day:${step}`)).length, page.rooms.today[step], step);
  let inRooms = 0;
  for (const room of page.rooms.rooms) {
    assert.equal((await rows(`room:waiting:${room.room}`)).length, room.waiting, room.name ?? '');
    inRooms += room.waiting + room.inside + room.results + room.done;
  }
  assert.equal(inRooms, page.rooms.today.visits);

  // The clocks, against reception's own reading of the same rows, one by one.
  const view = h.engine.views.get('reception.clocks');
  assert.ok(view && page.clocks);
  const { rows: all } = await queryView(h.engine.database.tenant(1), view.definition, { limit: 1000 });
  const clockRows = all as unknown as ClockRow[];
  const rules = h.engine.packs.at<ClockRules>('visit-clocks', page.today).data;
  const ofDay = (from: string, to: string) => clockRows.filter((row) => row.arrivedAt >= from && row.arrivedAt < to);
  const before = clockSummary(ofDay('2026-11-22T17:00:00.000Z', '2026-11-23T17:00:00.000Z'), rules, NOW);
  const now = clockSummary(ofDay('2026-11-23T17:00:00.000Z', '2026-11-24T17:00:00.000Z'), rules, NOW);
  assert.equal(page.clocks.day, '2026-11-23');
  for (const [n, clock] of page.clocks.clocks.entries()) {
    const told = ({ ended, median, p90, over, running, longest }: typeof clock.today) => [
      ended,
      median,
      p90,
      over,
      running,
      longest,
    ];
    const own = (list: typeof before) => {
      const one = list[n];
      assert.ok(one);
      return [one.ended, one.median, one.p90, one.over, one.running, one.longestNow];
    };
    assert.deepEqual(told(clock.before), own(before), `${clock.path} yesterday`);
    assert.deepEqual(told(clock.today), own(now), `${clock.path} today`);
    assert.equal((await rows(`clocks:${clock.path}:ended:2026-11-23`)).length, clock.before.ended);
    assert.equal((await rows(`clocks:${clock.path}:running:2026-11-24`)).length, clock.today.running);
    assert.equal((await rows(`clocks:${clock.path}:over:2026-11-23`)).length, clock.before.over);
    assert.equal((await rows(`clocks:${clock.path}:runningOver:2026-11-24`)).length, clock.today.runningOver);
    assert.equal((await rows(`clocks:${clock.path}:ended:2026-11-24`)).length, clock.today.ended);
  }
  assert.ok(page.clocks.clocks.some((clock) => clock.before.ended > 0));

  // Money, from the invoices as they are stored.
  const money = (from: string, to: string) =>
    sql(`select count(*)::text as n, coalesce(sum((select (p ->> 'valueDecimal')::numeric from jsonb_array_elements(c -> 'extension') e,
           jsonb_array_elements(e -> 'extension') p where e ->> 'url' like '%/payment' and p ->> 'url' = 'total')), 0)::text as total,
         coalesce(sum((c #>> '{totalNet,value}')::numeric), 0)::text as patient
         from r where c ->> 'resourceType' = 'Invoice' and c ->> 'status' <> 'cancelled'
           and (c ->> 'date')::timestamptz >= '${from}' and (c ->> 'date')::timestamptz < '${to}'`);
  assert.ok(page.money);
  const spans = [
    [page.money.today, '2026-11-24T00:00:00+07:00', '2026-11-25T00:00:00+07:00'],
    [page.money.todayBefore, '2026-11-17T00:00:00+07:00', '2026-11-17T09:30:00+07:00'],
    [page.money.yesterday, '2026-11-23T00:00:00+07:00', '2026-11-24T00:00:00+07:00'],
    [page.money.yesterdayBefore, '2026-11-16T00:00:00+07:00', '2026-11-17T00:00:00+07:00'],
  ] as const;
  for (const [sum, from, to] of spans) {
    const own = await money(from, to);
    assert.deepEqual([String(sum.n), sum.total], [own.n, own.total]);
    assert.equal(sum.patient, own.patient);
  }
  assert.ok(page.money.yesterday.n > 0);
  /** The rows that a number of money opens make that number, to the đồng. */
  const addUp = async (figure: string, n: number, total: string): Promise<void> => {
    const found = await rows(figure);
    const sum = Decimal.sum(found.map((row) => Decimal.of(String(row.value ?? 0))));
    assert.deepEqual([found.length, sum.toString()], [n, Decimal.of(total).toString()], figure);
  };
  await addUp('money:2026-11-23', page.money.yesterday.n, page.money.yesterday.total);
  await addUp('money:2026-11-24', page.money.today.n, page.money.today.total);

  // Claims and stock.
  assert.ok(page.claims && page.stock);
  for (const which of ['returned', 'incomplete', 'late', 'soon'] as const)
    await addUp(`claims:${which}`, page.claims[which].n, page.claims[which].money);
  const claims = await sql(
    `select count(*)::text as n from r where c ->> 'resourceType' = 'Claim' and c ->> 'status' = 'active'
       and (select e ->> 'valueCode' from jsonb_array_elements(c -> 'extension') e where e ->> 'url' = '${EXT}state') = 'has-findings'`,
  );
  assert.equal(String(page.claims.incomplete.n), claims.n);
  for (const which of ['out', 'low', 'expiring', 'expired'] as const)
    assert.equal((await rows(`stock:${which}`)).length, page.stock[which], which);
  await addUp('stock:expiring', page.stock.expiring, page.stock.expiringWorth);
  await addUp('stock:expired', page.stock.expired, page.stock.expiredWorth);
  const shelves = await readBalances(h.engine.database.tenant(1), 'stock', 'stock:');
  assert.ok(shelves.length > 0, 'the pharmacy has stock');

  // What hangs: the number is the list.
  const stuck = (await readView(h.engine, director, 'operations.stuck', {})).rows as unknown as StuckRow[];
  assert.equal(stuck.length, page.stuck.n);
  assert.equal((await rows('stuck')).length, page.stuck.n);
  assert.equal(
    page.stuck.owners.reduce((sum, { n }) => sum + n, 0),
    page.stuck.n,
  );
  for (const { owner, n } of page.stuck.owners) assert.equal((await rows(`stuck:${owner}`)).length, n, owner);
  const open = await sql(
    `select count(*)::text as n from r where c ->> 'resourceType' = 'Encounter'
       and (c #>> '{period,start}')::timestamptz < '2026-11-24T00:00:00+07:00'
       and ${state} in ('arrived', 'waiting', 'in-exam', 'awaiting-results', 'results-ready', 'concluded', 'awaiting-payment')`,
  );
  assert.equal(String(stuck.filter((row) => row.kind === 'visit').length), open.n);

  // Who may not read a list may not count it.
  const administrator = h.actor('administrator');
  const theirs = (await readView(h.engine, administrator, 'operations.morning', {})).rows[0] as unknown as Morning;
  assert.deepEqual([theirs.money, theirs.claims, theirs.stock], [null, null, null]);
});
