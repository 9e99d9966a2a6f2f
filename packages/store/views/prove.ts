import type { Database, Queryable } from '../database.ts';
import { SET_PLANS } from '../database.ts';
import { cellsOf } from './cells.ts';
import { rowsSql, selectSql } from './compile-sql.ts';
import { type ViewDefinition, viewTable } from './definition.ts';
import { fillStages, type OnStep, stagesOf, timed } from './fill.ts';

export interface ViewProof {
  view: string;
  rows: number;
  missing: string[];
  extra: string[];
  different: string[];
}

/** Whether every row is there, and says what the records say. */
export const agrees = ({ missing, extra, different }: ViewProof): boolean =>
  missing.length + extra.length + different.length === 0;

const columnsOf = (view: ViewDefinition): string[] => cellsOf(view).map((cell) => `"${cell.name}"`);
const tuple = (alias: string, columns: readonly string[]): string =>
  `row(${columns.map((column) => `${alias}.${column}`).join(', ')})`;

/** `fresh`: the select that computes the rows. At most 20 keys of each kind of difference are named. */
async function compare(on: Queryable, view: ViewDefinition, fresh: string): Promise<ViewProof> {
  const columns = columnsOf(view);
  const { rows } = await on.query<{ key: string; kind: string; total: string }>({
    text: `with fresh as materialized (${fresh}),
         kept as (select * from view.${viewTable(view).table} where tenant = mach_tenant()),
         compared as (
           select coalesce(f.key, k.key) as key,
             case when k.key is null then 'missing' when f.key is null then 'extra'
                  when ${tuple('f', columns)} is distinct from ${tuple('k', columns)} then 'different' else 'same' end as kind
           from fresh f full join kept k on f.key = k.key),
         named as (select key, kind, row_number() over (partition by kind order by key) as n from compared where kind <> 'same')
         select key, kind, null as total from named where n <= 20
         union all select null, 'total', (select count(*) from fresh)::text`,
  });
  const of = (kind: string): string[] => rows.filter((r) => r.kind === kind).map((r) => r.key);
  return {
    view: view.name,
    rows: Number(rows.find((r) => r.kind === 'total')?.total ?? 0),
    missing: of('missing'),
    extra: of('extra'),
    different: of('different'),
  };
}

/**
 * Computes the view anew from the stored text, set-based, and compares it row by row with what the commands kept.
 * Nothing is changed.
 */
export function proveView(database: Database, tenant: number, view: ViewDefinition): Promise<ViewProof> {
  return database.transaction(tenant, async (client) => {
    await client.query({ text: SET_PLANS });
    return compare(client, view, selectSql(view));
  });
}

/** The same for many views of a large facility: each record is parsed once, and all is seen as of one moment. */
export function proveViews(
  database: Database,
  tenant: number,
  views: readonly ViewDefinition[],
  onStep: OnStep = () => undefined,
): Promise<ViewProof[]> {
  return database.transaction(tenant, async (client) => {
    await client.query({ text: 'set transaction isolation level repeatable read' });
    await client.query({ text: SET_PLANS });
    const stages = stagesOf(tenant, views);
    await fillStages(client, stages, 'drop', onStep);
    const proofs: ViewProof[] = [];
    for (const [i, view] of views.entries())
      await timed(onStep, { what: 'view', name: view.name, at: i + 1, of: views.length }, async () => {
        const proof = await compare(client, view, rowsSql(view, stages));
        proofs.push(proof);
        return proof.rows;
      });
    return proofs;
  });
}

/**
 * Puts right what differs from a fresh computation, all in one transaction, and leaves the other rows alone. A command
 * that would change one of these views waits meanwhile: what it writes afterwards stands.
 * @returns rows that the views have now
 */
export function rebuildViews(
  database: Database,
  tenant: number,
  views: readonly ViewDefinition[],
  onStep: OnStep = () => undefined,
): Promise<number> {
  return database.transaction(tenant, async (client) => {
    await client.query({ text: 'set transaction isolation level repeatable read' });
    // Before the first look, which decides what is seen: no command that changes a row is under way then.
    const tables = views.map((view) => `view.${viewTable(view).table}`);
    await client.query({ text: `lock table ${tables.join(', ')} in share row exclusive mode` });
    await client.query({ text: SET_PLANS });
    const stages = stagesOf(tenant, views);
    await fillStages(client, stages, 'drop', onStep);
    let total = 0;
    for (const [i, view] of views.entries())
      await timed(onStep, { what: 'view', name: view.name, at: i + 1, of: views.length }, async () => {
        const { rows } = await client.query<{ n: string }>({ text: mendSql(view, rowsSql(view, stages)) });
        const count = Number(rows[0]?.n ?? 0);
        total += count;
        return count;
      });
    return total;
  });
}

function mendSql(view: ViewDefinition, fresh: string): string {
  const { table } = viewTable(view);
  const columns = columnsOf(view);
  return `with fresh as materialized (${fresh}),
    gone as (delete from view.${table} v where v.tenant = mach_tenant()
      and not exists (select from fresh f where f.key = v.key)),
    put as (insert into view.${table} (tenant, key, ${columns.join(', ')})
      select f.tenant, f.key, ${columns.map((column) => `f.${column}`).join(', ')}
      from fresh f left join view.${table} v on v.tenant = mach_tenant() and v.key = f.key
      where v.key is null or ${tuple('f', columns)} is distinct from ${tuple('v', columns)}
      on conflict (tenant, key) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')})
    select count(*) as n from fresh`;
}
