import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typeDef } from '@mach/fhir/definitions.ts';
import { type Item, member, resourceItem } from '@mach/fhir/fhirpath/values.ts';
import type { JsonObject } from '@mach/fhir/json.ts';
import { noExamples, officialExamples } from '@mach/fhir/testing/official-data.ts';
import { readViewDefinition } from '@mach/fhir/view-definition/definition.ts';
import { compileView, ViewDataError } from '@mach/fhir/view-definition/runner.ts';
import fc from 'fast-check';
import pg from 'pg';
import { testDatabase } from '../../../apps/server/testing/database.ts';
import { compileViewSql, rowText } from './select.ts';
import { NotCompiled, ViewTypeError } from './sql-text.ts';

const TYPES = ['Patient', 'Observation', 'Encounter', 'MedicationRequest', 'Condition', 'Questionnaire', 'Claim'];
/** More by `RUNS=4000`; 8,000 were equal on the day this was written. */
const RUNS = Number(process.env.RUNS ?? 300);

/** Elements that the examples have: `Patient.name:HumanName`. */
const USED = new Set<string>();

function note(item: Item): void {
  for (const element of typeDef(item.type)?.elements ?? []) {
    const found: Item[] = [];
    member(item, element.name, found);
    for (const child of found) {
      USED.add(`${item.type}.${element.name}:${child.type}`);
      if (child.type !== 'Extension') note(child);
    }
  }
}

const EXAMPLES = noExamples ? [] : officialExamples();
for (const resource of EXAMPLES) if (TYPES.includes(String(resource.resourceType))) note(resourceItem(resource));

/** A random path of elements from a type, and the type that it leads to. */
function path(type: string, depth: number): fc.Arbitrary<{ text: string; type: string }> {
  const known = (typeDef(type)?.elements ?? []).filter((e) => e.types[0] && e.name !== 'contained');
  // Mostly what the examples have, for rows with something in them.
  const used = known.flatMap((e) => {
    const types = e.types.filter((t) => USED.has(`${type}.${e.name}:${t.code}`));
    return types.length > 0 ? [{ ...e, types }] : [];
  });
  const elements = [...known, ...used, ...used, ...used, ...used, ...used, ...used];
  if (elements.length === 0 || depth === 0) return fc.constant({ text: '$this', type });
  return fc.constantFrom(...elements).chain((element) => {
    const target = fc.constantFrom(...element.types.map((t) => t.code));
    return target.chain((code) => {
      const cast = element.isChoice ? `.ofType(${code})` : '';
      const cut =
        element.max > 1
          ? fc.constantFrom('', '', '.first()', '[0]', '[1]', '.last()', '.tail()', '.skip(1)', '.take(2)')
          : fc.constant('');
      const here = cut.map((c) => ({ text: `${element.name}${cast}${c}`, type: code }));
      const ends = /^[a-z]/.test(code) || code === 'Reference' || code === 'Extension' || code === 'Meta';
      if (ends) return here;
      return fc
        .tuple(here, path(code, depth - 1))
        .map(([a, b]) => (b.text === '$this' ? a : { text: `${a.text}.${b.text}`, type: b.type }));
    });
  });
}

const LITERALS = [
  "'final'",
  "'official'",
  '1',
  '2.5',
  'true',
  '@2012',
  '@2013-06-01',
  '@2012-01-05T10:00:00Z',
  '@T10:00',
  '{}',
];

function tree(type: string): fc.Arbitrary<string> {
  const p = path(type, 3).map((x) => x.text);
  const literal = fc.constantFrom(...LITERALS);
  const boolean = fc.oneof(
    p.map((a) => `${a}.exists()`),
    p.map((a) => `${a}.empty()`),
    fc
      .tuple(p, fc.constantFrom('=', '!=', '<', '>', '<=', '>='), fc.oneof(literal, p))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(p, fc.constantFrom('in', 'contains'), p).map(([a, op, b]) => `(${a} ${op} ${b})`),
  );
  return fc.oneof(
    p,
    p,
    boolean,
    fc.tuple(boolean, fc.constantFrom('and', 'or', 'xor', 'implies'), boolean).map(([a, op, b]) => `(${a} ${op} ${b})`),
    boolean.map((b) => `${b}.not()`),
    p.map((a) => `${a}.count()`),
    fc
      .tuple(p, fc.constantFrom('lowBoundary', 'highBoundary', 'toString', 'join', 'distinct'))
      .map(([a, f]) => `${a}.${f}()`),
    fc
      .tuple(
        p,
        fc.constantFrom(
          "startsWith('a')",
          "endsWith('e')",
          "contains('on')",
          'getReferenceKey()',
          'getReferenceKey(Patient)',
        ),
      )
      .map(([a, f]) => `${a}.${f}`),
    fc.tuple(p, p).map(([a, b]) => `(${a} | ${b})`),
    fc
      .tuple(p, fc.constantFrom('+', '-', '*', '/', 'div', 'mod', '&'), fc.oneof(literal, p))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    p.map((a) => `${a}.extension('http://hl7.org/fhir/StructureDefinition/patient-birthTime').value.ofType(dateTime)`),
    fc.tuple(boolean, p, p).map(([c, a, b]) => `iif(${c}, ${a}, ${b})`),
    fc.constant('getResourceKey()'),
    fc.constant('%rowIndex'),
  );
}

/** An expression whose inner part is about each item: `name.where(use = 'official').family`. */
function withWhere(type: string): fc.Arbitrary<string> {
  const lists = (typeDef(type)?.elements ?? []).filter(
    (e) => e.max > 1 && /^[A-Z]/.test(e.types[0]?.code ?? '') && e.name !== 'contained',
  );
  if (lists.length === 0) return tree(type);
  return fc.constantFrom(...lists).chain((list) => {
    const inner = list.types[0]?.code ?? '';
    return fc
      .tuple(tree(inner), fc.constantFrom('where', 'exists', 'all', 'select'), path(inner, 2))
      .map(([condition, f, rest]) => `${list.name}.${f}(${condition})${f === 'where' ? `.${rest.text}` : ''}`);
  });
}

function column(name: string, type: string): fc.Arbitrary<object> {
  return fc
    .tuple(fc.oneof(tree(type), withWhere(type)), fc.boolean())
    .map(([text, collection]) => ({ name, path: text, collection }));
}

interface RandomView {
  resource: string;
  select: { column: object[] }[];
}

/** Columns that have no set-based form give way to a simple one, so that the others are still compared. */
function compilable(view: RandomView): RandomView {
  const fits = (iteration: object, column: object): boolean => {
    const read = readViewDefinition({ resource: view.resource, select: [{ ...iteration, column: [column] }] });
    if (!read.ok) return false;
    try {
      compileViewSql(read.value);
      return true;
    } catch {
      return false;
    }
  };
  const mend = (select: { column: object[]; unionAll?: { column: object[] }[] }): object => {
    const { column, unionAll, ...iteration } = select;
    const plain = (c: object): object => (fits(iteration, c) ? c : { ...c, path: '%resource.id' });
    return {
      ...iteration,
      column: column.map(plain),
      ...(unionAll ? { unionAll: unionAll.map((branch) => ({ column: branch.column.map(plain) })) } : {}),
    };
  };
  return { resource: view.resource, select: view.select.map(mend) as RandomView['select'] };
}

const view = fc.constantFrom(...TYPES).chain((resource) =>
  fc
    .tuple(
      column('a', resource),
      column('b', resource),
      path(resource, 2),
      fc.constantFrom('forEach', 'forEachOrNull', 'repeat'),
    )
    .chain(([a, b, focus, kind]) =>
      fc
        .tuple(column('c', focus.type), column('d', focus.type), column('e', focus.type), fc.boolean())
        .map(([c, d, e, union]) => ({
          resource,
          select: [
            { column: [a, b] },
            {
              [kind]: kind === 'repeat' ? [focus.text.replace('$this', 'extension')] : focus.text,
              column: [c],
              ...(union
                ? {
                    unionAll: [
                      { column: [d] },
                      { column: [{ ...e, name: 'd', collection: (d as { collection: boolean }).collection }] },
                    ],
                  }
                : {}),
            },
          ],
        })),
    ),
);

test('a random view over the official examples gives the same rows in memory and in PostgreSQL', {
  skip: noExamples,
}, async (t) => {
  const { appUrl, drop } = await testDatabase();
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  t.after(async () => {
    await client.end();
    await drop();
  });
  const byType = new Map<string, JsonObject[]>();
  for (const resource of EXAMPLES) {
    const list = byType.get(String(resource.resourceType)) ?? [];
    byType.set(String(resource.resourceType), list);
    if (list.length < 40) list.push(resource);
  }
  const sorted = (list: JsonObject[]): JsonObject[] => list.sort((x, y) => (String(x.id) < String(y.id) ? -1 : 1));
  for (const [type, list] of byType) byType.set(type, sorted(list));

  const counts = { compared: 0, rows: 0, refused: 0, laxer: 0, notCompiled: 0, invalid: 0 };
  const check = async (random: RandomView): Promise<void> => {
    const definition = compilable(random);
    const read = readViewDefinition(definition);
    if (!read.ok) {
      counts.invalid++;
      return;
    }
    const resources = byType.get(definition.resource) ?? [];
    const runner = compileView(read.value, '2026-01-01T00:00:00Z');
    const names = runner.columns.map((c) => c.name);
    let memory: unknown[] | 'refused';
    try {
      const rows = resources.flatMap((r) => runner.rows(runner.parse(JSON.stringify(r))));
      memory = rows.map((row) => Object.fromEntries(names.map((n, i) => [n, row[i]])));
      memory = JSON.parse(JSON.stringify(memory)) as unknown[];
    } catch (error) {
      if (!(error instanceof ViewDataError)) throw error;
      memory = 'refused';
    }
    let database: unknown[] | 'refused';
    try {
      const sql = compileViewSql(read.value);
      const { rows } = await client.query<{ row: string }>(
        `select ${rowText(read.value, sql)} as row
         from (select r->>'id' as id, r as v from jsonb_array_elements($1::jsonb) r offset 0) f
         ${sql.joins} where ${sql.where} order by ${sql.order.replace('f.id', 'f.id collate "C"')}`,
        [JSON.stringify(resources)],
      );
      database = rows.map((r) => JSON.parse(r.row) as unknown);
    } catch (error) {
      if (error instanceof NotCompiled) {
        counts.notCompiled++;
        return;
      }
      // A refused view is run again in memory by the store, so a refusal here alone changes no rows.
      const code = (error as { code?: string }).code ?? '';
      if (!(error instanceof ViewTypeError) && !/^(21000|22)/.test(code)) throw error;
      counts.refused++;
      return;
    }
    if (memory === 'refused') {
      // PostgreSQL does not compute what a later join throws away; such a view may fail in memory and give rows there.
      counts.laxer++;
      return;
    }
    counts.compared++;
    counts.rows += memory.length;
    assert.deepEqual(database, memory);
  };
  await fc.assert(fc.asyncProperty(view, check), { numRuns: RUNS });
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.compared > RUNS / 2 && counts.laxer < RUNS / 50, JSON.stringify(counts));
});
