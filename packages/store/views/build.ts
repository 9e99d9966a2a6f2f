import type pg from 'pg';
import { type Database, SET_PLANS } from '../database.ts';
import { createTableSql, selectSql } from './compile-sql.ts';
import { type ViewDefinition, viewTable } from './definition.ts';

/**
 * Makes the tables of definitions that have none yet and fills them set-based for every tenant; the table of an older
 * definition is dropped after its successor stands. Run as the owner, before the doors open.
 * @returns the names of the views built now.
 */
export async function buildViews(owner: pg.Client, views: readonly ViewDefinition[]): Promise<string[]> {
  const built: string[] = [];
  const { rows: tenants } = await owner.query<{ id: number }>('select id from system.tenant order by id');
  for (const view of views) {
    const { hash, table } = viewTable(view);
    const known = await owner.query('select 1 from system.view where name = $1 and hash = $2 and current', [
      view.name,
      hash,
    ]);
    if (known.rowCount) continue;
    await owner.query('begin');
    try {
      await owner.query(createTableSql(view));
      for (const { id } of tenants) {
        await owner.query(`select set_config('mach.tenant', $1, true)`, [String(id)]);
        await owner.query(`insert into view.${table} ${selectSql(view)}`);
      }
      const old = await owner.query<{ table_name: string }>(
        'delete from system.view where name = $1 returning table_name',
        [view.name],
      );
      for (const row of old.rows) await owner.query(`drop table if exists view.${row.table_name}`);
      await owner.query(
        `insert into system.view (name, hash, table_name, current, filled_at) values ($1, $2, $3, true, now())`,
        [view.name, hash, table],
      );
      await owner.query('commit');
    } catch (error) {
      await owner.query('rollback');
      throw new Error(`view ${view.name} could not be built`, { cause: error });
    }
    built.push(view.name);
  }
  return built;
}

export interface ViewProof {
  view: string;
  rows: number;
  missing: string[];
  extra: string[];
  different: string[];
}

/**
 * Computes the view anew from the stored text, set-based, and compares it row by row with what the commands kept.
 * Nothing is changed. At most 20 keys of each kind of difference are named.
 */
export async function proveView(database: Database, tenant: number, view: ViewDefinition): Promise<ViewProof> {
  const { table } = viewTable(view);
  const columns = [
    'patient_label',
    'unit_label',
    'sensitivity_label',
    ...Object.keys(view.columns).map((n) => `"${n}"`),
  ];
  const tuple = (alias: string): string => `row(${columns.map((c) => `${alias}.${c}`).join(', ')})`;
  const { rows } = await database.transaction(tenant, async (client) => {
    await client.query({ text: SET_PLANS });
    return client.query<{ key: string; kind: string; total: string }>({
      text: `with fresh as (${selectSql(view)}),
           kept as (select * from view.${table} where tenant = mach_tenant()),
           compared as (
             select coalesce(f.key, k.key) as key,
               case when k.key is null then 'missing' when f.key is null then 'extra'
                    when ${tuple('f')} is distinct from ${tuple('k')} then 'different' else 'same' end as kind
             from fresh f full join kept k on f.key = k.key)
           select key, kind, (select count(*) from fresh)::text as total from compared where kind <> 'same'
           union all select null, 'total', (select count(*) from fresh)::text`,
    });
  });
  const of = (kind: string): string[] =>
    rows
      .filter((r) => r.kind === kind)
      .map((r) => r.key)
      .slice(0, 20);
  return {
    view: view.name,
    rows: Number(rows.find((r) => r.kind === 'total')?.total ?? 0),
    missing: of('missing'),
    extra: of('extra'),
    different: of('different'),
  };
}

/** Replaces the rows that the commands kept by freshly computed ones, in one transaction. */
export async function rebuildView(database: Database, tenant: number, view: ViewDefinition): Promise<number> {
  const { table } = viewTable(view);
  return database.transaction(tenant, async (client) => {
    await client.query({ text: SET_PLANS });
    await client.query({ text: `delete from view.${table} where tenant = mach_tenant()` });
    const { rowCount } = await client.query({ text: `insert into view.${table} ${selectSql(view)}` });
    return rowCount ?? 0;
  });
}
