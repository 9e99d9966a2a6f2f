import { queryView, type Row, SET_PLANS, viewTable } from '@mach/store';
import type { Actor } from './actor.ts';
import type { Engine } from './engine.ts';
import type { RowsOf } from './module.ts';
import { viewSieve } from './policy/view-sieve.ts';

const PAGE = 1_000;

/** Tells whether a person may read a view at all. */
export const maySee = (engine: Engine, actor: Actor, view: string): boolean => {
  const known = engine.views.get(view);
  return known !== undefined && engine.policy.may(actor, known.permission);
};

/**
 * Counts and sums over views, set-based, of exactly the rows that this person would find when he opens the lists: `text`
 * reads them as tables by the names given (`"today"`), with the declared columns, `key` and `patient`.
 * @throws Problem 403 when a view is closed to him; RangeError when the house has none of that name
 */
export async function figures<R extends Row>(
  engine: Engine,
  actor: Actor,
  from: Readonly<Record<string, RowsOf>>,
  text: string,
  given: readonly unknown[] = [],
): Promise<R[]> {
  const values: unknown[] = [...given];
  const tables: string[] = [];
  for (const [alias, { view: name, filters }] of Object.entries(from)) {
    const view = engine.views.get(name);
    if (!view) throw new RangeError(`there is no view ${name}`);
    engine.policy.require(actor, view.permission);
    const { definition } = view;
    const sieve = await viewSieve(engine, actor, view);
    const open: string[] = [];
    for (let after: string | undefined; sieve; ) {
      const on = engine.database.tenant(actor.tenant);
      const page = await queryView(on, definition, { filters, limit: PAGE, ...(after ? { after } : {}) });
      open.push(...(await sieve.open(page.rows.map((row) => String(row.key)))));
      if (page.next === null) break;
      after = page.next;
    }
    const hidden =
      sieve?.shown(Object.fromEntries(Object.keys(definition.columns).map((column) => [column, true]))) ?? {};
    const columns = Object.keys(definition.columns).map((column) =>
      column in hidden && hidden[column] === null ? `null as "${column}"` : `"${column}"`,
    );
    const patient = definition.columns.patient ? [] : ['patient_label as patient'];
    const only = sieve ? ` and key = any($${values.push(open)}::text[])` : '';
    tables.push(`"${alias}" as not materialized (select ${['key', ...patient, ...columns].join(', ')}
      from view.${viewTable(definition).table} where tenant = mach_tenant()${only})`);
  }
  return engine.database.transaction(actor.tenant, async (client) => {
    await client.query({ text: SET_PLANS });
    return (await client.query<R>({ text: `with ${tables.join(',\n')} ${text}`, values })).rows;
  });
}
