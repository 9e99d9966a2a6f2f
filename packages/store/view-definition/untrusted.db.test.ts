import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readViewDefinition } from '@mach/fhir/view-definition/definition.ts';
import { compileView, ViewDataError } from '@mach/fhir/view-definition/runner.ts';
import fc from 'fast-check';
import pg from 'pg';
import { testDatabase } from '../../../apps/server/testing/database.ts';
import { compileViewSql, rowText } from './select.ts';
import { NotCompiled, ViewTypeError } from './sql-text.ts';

/* Definitions come from partners: nothing that they hold may become a statement, a hang or a fault of the server. */

test('whatever text a definition holds, it stays text', async (t) => {
  const { appUrl, drop } = await testDatabase();
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  t.after(async () => {
    await client.end();
    await drop();
  });
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(fc.constantFrom("'", '"', '\\', '$', ';', '--', '/*', '\n', '%', 'ệ', '$1', "E'", '{}', '?'), {
        maxLength: 12,
      })
      .map((x) => x.join('')),
  );
  await fc.assert(
    fc.asyncProperty(
      nasty.filter((x) => !x.includes('\0')),
      async (text) => {
        const quoted = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
        const view = readViewDefinition({
          resource: 'Patient',
          constant: [{ name: 'c', valueString: text }],
          select: [
            {
              column: [
                { name: 'literal', path: quoted },
                { name: 'constant', path: '%c' },
                { name: 'found', path: `name.where(text = %c).text = ${quoted}` },
                { name: 'extension', path: `extension(${quoted}).exists()` },
                { name: 'joined', path: `name.text.join(${quoted})` },
              ],
            },
          ],
        });
        assert.ok(view.ok);
        const sql = compileViewSql(view.value);
        const resource = { resourceType: 'Patient', id: 'x', name: [{ text }, { text }] };
        const { rows } = await client.query<{ row: string }>(
          `select ${rowText(view.value, sql)} as row from (select 'x'::text as id, $1::jsonb as v offset 0) f ${sql.joins} order by ${sql.order}`,
          [JSON.stringify(resource)],
        );
        const runner = compileView(view.value);
        const memory = Object.fromEntries(
          (runner.rows(resource)[0] ?? []).map((cell, i) => [runner.columns[i]?.name, cell]),
        );
        const row = JSON.parse(rows[0]?.row ?? '{}') as Record<string, unknown>;
        assert.deepEqual(row, memory);
        assert.equal(row.literal, text);
        assert.equal(row.constant, text);
      },
    ),
    { numRuns: 150 },
  );
});

test('a definition that would grow without end is run in memory instead', () => {
  for (const path of [
    `birthDate${'.lowBoundary()'.repeat(40)}`,
    `maritalStatus${".where(text = 'x')".repeat(60)}.text`,
  ]) {
    const view = readViewDefinition({ resource: 'Patient', select: [{ column: [{ name: 'v', path }] }] });
    assert.ok(view.ok);
    assert.throws(() => compileViewSql(view.value), NotCompiled);
    assert.deepEqual(compileView(view.value).rows({ resourceType: 'Patient', birthDate: '2000-01-01' }).length, 1);
  }
});

test('keys of references of every form', async (t) => {
  const { appUrl, drop } = await testDatabase();
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  t.after(async () => {
    await client.end();
    await drop();
  });
  const id = 'a'.repeat(64);
  const forms: [string, string | null][] = [
    ['Patient/1', '1'],
    [`Patient/${id}`, id],
    [`Patient/${id}a`, null],
    ['Patient/1/_history/2', '1'],
    ['https://x.vn/fhir/Patient/1', '1'],
    ['HTTP://x.vn/Patient/Group/1', null],
    ['https://x.vn/Group/Patient/1/_history/3', '1'],
    ['Group/1', null],
    ['Patient/', null],
    ['Patient/a b', null],
    ['Patient/1/', null],
    ['Patient/1/2', null],
    ['#p', null],
    ['urn:uuid:1', null],
    ['urn:x/Patient/1', null],
    ['Patient?identifier=1', null],
    ['patient/1', null],
    ['/Patient/1', null],
    ['', null],
  ];
  const resources = forms.map(([reference], i) => ({
    resourceType: 'Observation',
    id: String(100 + i),
    subject: { reference },
  }));
  for (const type of ['Patient', '']) {
    const view = readViewDefinition({
      resource: 'Observation',
      select: [{ column: [{ name: 'v', path: `subject.getReferenceKey(${type})` }] }],
    });
    assert.ok(view.ok);
    const runner = compileView(view.value);
    const memory = resources.map((r) => runner.rows(r)[0]?.[0]);
    if (type === 'Patient')
      assert.deepEqual(
        memory,
        forms.map(([, key]) => key),
      );
    const sql = compileViewSql(view.value);
    const { rows } = await client.query<{ row: string }>(
      `select ${rowText(view.value, sql)} as row from (select r->>'id' as id, r as v from jsonb_array_elements($1::jsonb) r offset 0) f ${sql.joins} order by ${sql.order}`,
      [JSON.stringify(resources)],
    );
    assert.deepEqual(
      rows.map((r) => (JSON.parse(r.row) as { v: unknown }).v),
      memory,
    );
  }
});

test('any definition is run, refused, or left to the in-memory runner: nothing else happens', () => {
  const paths = [
    'id',
    'name',
    '@@',
    "name.where(use = 'x')",
    'value',
    '%c',
    '%nope',
    'a b',
    'ofType(1)',
    'getReferenceKey(1 + 1)',
    'name[-1]',
    'iif(true)',
    'name.select()',
    'exists(1)',
    'join(1)',
    '$this',
    '$index',
    '1 | 2',
    "'\\u0000'",
    'birthDate.lowBoundary(3)',
  ];
  const text = fc.oneof(fc.constantFrom(...paths), fc.string());
  const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
  const { definition } = fc.letrec<{ definition: unknown; select: unknown; column: unknown }>((tie) => ({
    column: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record(
          {
            name: fc.constantFrom('a', 'b', 'c', 'd', '1'),
            path: text,
            type: fc.constantFrom('string', 'integer', 'nope'),
            collection: fc.boolean(),
          },
          { requiredKeys: ['name', 'path'] },
        ),
      },
      { weight: 1, arbitrary: leaf },
    ),
    select: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.record(
        {
          column: fc.array(tie('column'), { maxLength: 2 }),
          select: fc.array(tie('select'), { maxLength: 2 }),
          unionAll: fc.array(tie('select'), { maxLength: 2 }),
          forEach: text,
          repeat: fc.array(text, { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    ),
    definition: fc.record(
      {
        resource: fc.constantFrom('Patient', 'Observation', 'Bundle', 'Nope'),
        constant: fc.oneof(leaf, fc.constant([{ name: 'c', valueCode: 'x' }])),
        where: fc.oneof(leaf, fc.array(fc.record({ path: text }), { maxLength: 1 })),
        select: fc.oneof(leaf, fc.array(tie('select'), { maxLength: 3 })),
      },
      { requiredKeys: ['resource'] },
    ),
  }));
  const example = {
    resourceType: 'Patient',
    id: 'x',
    birthDate: '2000-02',
    name: [{ use: 'x', text: 'Lê Hoà' }, { text: 'Bé' }],
  };
  fc.assert(
    fc.property(definition, (input) => {
      const view = readViewDefinition(input);
      if (!view.ok) {
        assert.ok(view.error.length > 0 && view.error.every((i) => i.text.vi !== '' && i.text.en !== ''));
        return;
      }
      try {
        compileViewSql(view.value);
      } catch (error) {
        if (!(error instanceof NotCompiled) && !(error instanceof ViewTypeError)) throw error;
      }
      try {
        compileView(view.value).rows(example);
      } catch (error) {
        if (!(error instanceof ViewDataError)) throw error;
      }
    }),
    { numRuns: 1500 },
  );
});
