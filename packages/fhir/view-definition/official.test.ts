import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noViewSuite, officialViewSuites, type ViewCase } from '../testing/view-suite.ts';
import { readViewDefinition } from './definition.ts';
import { compileView } from './runner.ts';
import type { Cell } from './values.ts';

/** What a case gives in memory: rows, columns, or `refused`. */
function run(c: ViewCase): { columns: string[]; rows: Record<string, Cell>[] } | 'refused' {
  const view = readViewDefinition(c.view);
  if (!view.ok) return 'refused';
  try {
    const runner = compileView(view.value);
    const columns = runner.columns.map((column) => column.name);
    const rows = c.resources.flatMap((text) => runner.rows(runner.parse(text)));
    return { columns, rows: rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null]))) };
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return 'refused';
  }
}

test('the official SQL-on-FHIR cases in memory', { skip: noViewSuite }, () => {
  const cases = officialViewSuites();
  assert.equal(cases.length, 134);
  const wrong = cases.filter((c) => !c.isRight(run(c)));
  assert.deepEqual(
    wrong.map((c) => c.name),
    [],
  );
});
