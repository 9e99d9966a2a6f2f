/** Runs a ViewDefinition over the stored records of one tenant, a batch of records at a time. */
import { setImmediate } from 'node:timers/promises';
import type { FhirView } from '@mach/fhir/view-definition/definition.ts';
import { compileView, type ViewRunner } from '@mach/fhir/view-definition/runner.ts';
import { type Database, type Queryable, SET_PLANS, sqlState } from '../database.ts';
import { typeNumber } from '../types.ts';
import { compileViewSql, rowText } from './select.ts';
import { NotCompiled } from './sql-text.ts';

export interface ViewScope {
  /** Only records changed at or after this instant. */
  readonly since?: string;
  /** Only records of these patients, by id. */
  readonly patients?: readonly string[];
  /** Only records beyond this id: the `last` of an earlier batch. */
  readonly after?: string;
  /** The instant of `now()` and `today()`. */
  readonly now: string;
}

export interface ViewBatch {
  /** Each row as a JSON object in text, in the order of the records' ids. */
  readonly rows: string[];
  /** Number of records that the rows were computed from. */
  readonly records: number;
  /** Id of the last record: where to go on. */
  readonly last: string;
}

/** Records a statement reads, so that a first row comes soon and memory stays small. */
const BATCH = 500;
/** ms */
const TIMEOUT = 30_000;
const UTF8 = 'collate "C"';

function plan(view: FhirView): { row: string; joins: string; where: string; order: string } | undefined {
  try {
    const sql = compileViewSql(view);
    return { row: rowText(view, sql), joins: sql.joins, where: sql.where, order: sql.order };
  } catch (error) {
    if (error instanceof NotCompiled) return undefined;
    throw error;
  }
}

/**
 * All rows of a view, batch by batch: set-based in PostgreSQL where the view has such a form, else in memory.
 * @throws ViewTypeError, ViewDataError for a view that the data at hand cannot give
 */
export async function* runView(
  database: Database,
  tenant: number,
  view: FhirView,
  scope: ViewScope,
): AsyncGenerator<ViewBatch> {
  const sql = plan(view);
  const runner = compileView(view, scope.now);
  const filter = [
    `r.tenant = mach_tenant() and r.type = ${typeNumber(view.resource)} and not r.deleted and r.id > $1 ${UTF8}`,
    'r.updated >= $2::timestamptz',
    view.resource === 'Patient' ? 'r.id = any($3::text[])' : 'r.patient = any($3::text[])',
  ].filter((_, i) => i === 0 || (i === 1 ? scope.since !== undefined : scope.patients !== undefined));
  let after = scope.after ?? '';
  for (;;) {
    const values = [after, scope.since ?? null, scope.patients ?? null];
    const batch = await database.transaction(tenant, async (on) => {
      await prepare(on);
      const source = `select r.id, r.content from record r where ${filter.join(' and ')}
        and ($2::text is null or true) and ($3::text[] is null or true) order by r.id limit ${BATCH}`;
      const found = await on.query<{ id: string; n: string }>({
        text: `select max(id ${UTF8}) as id, count(*) as n from (${source}) s`,
        values,
      });
      const [head] = found.rows;
      if (!head?.id) return undefined;
      const records = Number(head.n);
      if (!sql) return { rows: await inMemory(on, runner, source, values), records, last: head.id };
      try {
        await on.query({ text: 'savepoint batch' });
        const { rows } = await on.query<{ row: string }>({
          text: `select ${sql.row} as row from (select id, content::jsonb as v from (${source}) s offset 0) f
                 ${sql.joins} where ${sql.where} order by ${sql.order}`,
          values,
        });
        return { rows: rows.map((r) => r.row), records, last: head.id };
      } catch (error) {
        // 21000: several values where a column takes one; 22…: a value that does not fit; 42…, 54…: a statement that
        // PostgreSQL does not take. In memory the fault gets a name, or there is none.
        if (!/^(21000|22|42|54)/.test(sqlState(error) ?? '')) throw error;
        await on.query({ text: 'rollback to savepoint batch' });
        return { rows: await inMemory(on, runner, source, values), records, last: head.id };
      }
    });
    if (!batch) return;
    yield batch;
    if (batch.records < BATCH) return;
    after = batch.last;
  }
}

async function prepare(on: Queryable): Promise<void> {
  await Promise.all([
    on.query({ text: SET_PLANS }),
    on.query({ text: `select set_config('jit', 'off', true), set_config('statement_timeout', '${TIMEOUT}', true)` }),
  ]);
}

async function inMemory(on: Queryable, runner: ViewRunner, source: string, values: unknown[]): Promise<string[]> {
  const { rows } = await on.query<{ content: string }>({ text: source, values });
  const names = runner.columns.map((c) => JSON.stringify(c.name));
  const out: string[] = [];
  for (const [n, { content }] of rows.entries()) {
    // Others get their turn in between.
    if (n % 20 === 19) await setImmediate();
    for (const row of runner.rows(runner.parse(content)))
      out.push(`{${row.map((cell, i) => `${names[i]}:${JSON.stringify(cell)}`).join(',')}}`);
  }
  return out;
}
