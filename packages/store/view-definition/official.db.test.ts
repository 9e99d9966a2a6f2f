import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noViewSuite, officialViewSuites, type ViewCase } from '@mach/fhir/testing/view-suite.ts';
import { readViewDefinition } from '@mach/fhir/view-definition/definition.ts';
import pg from 'pg';
import { testDatabase } from '../../../apps/server/testing/database.ts';
import { compileViewSql, rowText } from './select.ts';
import { NotCompiled, ViewTypeError } from './sql-text.ts';

test('the official SQL-on-FHIR cases as SQL in PostgreSQL', { skip: noViewSuite }, async (t) => {
  const { appUrl, drop } = await testDatabase();
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  t.after(async () => {
    await client.end();
    await drop();
  });

  const run = async (c: ViewCase): Promise<Parameters<ViewCase['isRight']>[0]> => {
    const view = readViewDefinition(c.view);
    if (!view.ok) return 'refused';
    try {
      const sql = compileViewSql(view.value);
      const { rows } = await client.query<{ row: string }>(
        `select ${rowText(view.value, sql)} as row
         from (select r->>'id' as id, r as v from jsonb_array_elements($1::jsonb) r where r->>'resourceType' = $2 offset 0) f
         ${sql.joins} where ${sql.where} order by ${sql.order}`,
        [`[${c.resources.join(',')}]`, view.value.resource],
      );
      const columns = view.value.columns.map((column) => column.name);
      return { columns, rows: rows.map((r) => JSON.parse(r.row) as Record<string, unknown>) };
    } catch (error) {
      // More than one row where one value is wanted, and what is wrong for any data, are refusals; nothing else is.
      if (error instanceof ViewTypeError || (error as { code?: string }).code === '21000') return 'refused';
      throw new Error(c.name, { cause: error });
    }
  };

  const cases = officialViewSuites();
  assert.equal(cases.length, 134);
  const wrong: string[] = [];
  const notCompiled: string[] = [];
  for (const c of cases)
    try {
      if (!c.isRight(await run(c))) wrong.push(c.name);
    } catch (error) {
      if (error instanceof Error && error.cause instanceof NotCompiled)
        notCompiled.push(`${c.name}: ${error.cause.message}`);
      else throw error;
    }
  assert.deepEqual({ wrong, notCompiled }, { wrong: [], notCompiled: [] });
});
