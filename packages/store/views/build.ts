import type pg from 'pg';
import { createIndexesSql, createTableSql, rowsSql } from './compile-sql.ts';
import { type ViewDefinition, viewTable } from './definition.ts';
import { fillStages, type OnStep, stagesOf, timed } from './fill.ts';

async function dueOf(owner: pg.Client, views: readonly ViewDefinition[]): Promise<ViewDefinition[]> {
  const { rows } = await owner.query<{ name: string; hash: string }>(
    'select name, hash from system.view where current',
  );
  const known = new Map(rows.map((row) => [row.name, row.hash]));
  return views.filter((view) => known.get(view.name) !== viewTable(view).hash);
}

async function whole<T>(owner: pg.Client, work: () => Promise<T>): Promise<T> {
  await owner.query('begin');
  try {
    const result = await work();
    await owner.query('commit');
    return result;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}

const become = (owner: pg.Client, tenant: number): Promise<unknown> =>
  owner.query(`select set_config('mach.tenant', $1, true)`, [String(tenant)]);

/** Facilities that have a record at all. */
async function peopled(owner: pg.Client): Promise<number[]> {
  const { rows } = await owner.query<{ id: number }>('select id from system.tenant order by id');
  const found: number[] = [];
  for (const { id } of rows)
    await whole(owner, async () => {
      await become(owner, id);
      const any = await owner.query('select 1 from record where tenant = mach_tenant() limit 1');
      if (any.rowCount) found.push(id);
    });
  return found;
}

/**
 * Makes the tables of definitions that have none yet and fills them set-based for every tenant; the table of an older
 * definition is dropped after its successor stands. Run as the owner, before the doors open. Each record is parsed once
 * for all views together. Each view stands for itself as soon as it is built: broken off, the next call goes on with
 * those that are left.
 * @returns the names of the views built now.
 */
export async function buildViews(
  owner: pg.Client,
  views: readonly ViewDefinition[],
  onStep: OnStep = () => undefined,
): Promise<string[]> {
  const due = await dueOf(owner, views);
  if (due.length === 0) return [];
  const tenants = await peopled(owner);
  const stages = new Map(tenants.map((tenant) => [tenant, stagesOf(tenant, due)]));
  try {
    for (const [tenant, of] of stages)
      await whole(owner, async () => {
        await become(owner, tenant);
        await fillStages({ query: (query) => owner.query(query) }, of, 'preserve rows', onStep);
      });
    for (const [at, view] of due.entries()) {
      const { hash, table } = viewTable(view);
      const fill = async (): Promise<number> => {
        let filled = 0;
        await owner.query(createTableSql(view));
        for (const [tenant, of] of stages) {
          await become(owner, tenant);
          filled += (await owner.query(`insert into view.${table} ${rowsSql(view, of)}`)).rowCount ?? 0;
        }
        await owner.query(createIndexesSql(view));
        if (filled > 0) await owner.query(`analyze view.${table}`);
        const old = await owner.query<{ table_name: string }>(
          'delete from system.view where name = $1 returning table_name',
          [view.name],
        );
        for (const row of old.rows) await owner.query(`drop table if exists view.${row.table_name}`);
        await owner.query(
          `insert into system.view (name, hash, table_name, current, filled_at) values ($1, $2, $3, true, now())`,
          [view.name, hash, table],
        );
        return filled;
      };
      await timed(onStep, { what: 'view', name: view.name, at: at + 1, of: due.length }, () =>
        whole(owner, fill),
      ).catch((error: unknown) => {
        throw new Error(`view ${view.name} could not be built`, { cause: error });
      });
    }
  } finally {
    // Where the connection itself is gone they went with it.
    for (const of of stages.values())
      for (const { type } of of.all())
        await owner.query(`drop table if exists ${of.place(type)}`).catch(() => undefined);
  }
  return due.map((view) => view.name);
}
