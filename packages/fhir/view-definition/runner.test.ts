import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { readViewDefinition } from './definition.ts';
import { compileView, ViewDataError } from './runner.ts';

const PATIENT: JsonObject = {
  resourceType: 'Patient',
  id: 'p1',
  birthDate: '1990-02',
  name: [
    { text: 'Nguyễn Thị Hoà', family: 'Nguyễn', given: ['Thị', 'Hoà'] },
    { use: 'nickname', text: 'Bé' },
  ],
  contact: [{ telecom: [{ value: '0901' }, { value: '0902' }] }, { telecom: [{ value: '0903' }] }],
  multipleBirthInteger: 2,
  generalPractitioner: [{ reference: 'Practitioner/d1' }, { reference: 'Organization/o1' }],
};

function rows(view: object, ...resources: JsonObject[]): unknown[] {
  const read = readViewDefinition(view);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const runner = compileView(read.value, '2026-11-22T00:00:00Z');
  return resources
    .flatMap((r) => runner.rows(r))
    .map((row) => Object.fromEntries(row.map((cell, i) => [runner.columns[i]?.name ?? '', cell])));
}
const faults = (view: object): string[] => {
  const read = readViewDefinition(view);
  return read.ok ? [] : read.error.map((issue) => issue.field ?? '');
};
const patientView = (...select: object[]): object => ({ resourceType: 'ViewDefinition', resource: 'Patient', select });

test('siblings multiply, the last turns fastest, and %rowIndex counts in its own list', () => {
  const view = patientView(
    { column: [{ name: 'id', path: 'getResourceKey()' }] },
    { forEach: 'name', column: [{ name: 'name', path: 'text' }] },
    {
      forEach: 'contact',
      column: [{ name: 'contact', path: '%rowIndex' }],
      select: [
        {
          forEach: 'telecom',
          column: [
            { name: 'phone', path: 'value' },
            { name: 'n', path: '%rowIndex', type: 'integer' },
          ],
        },
      ],
    },
  );
  const found = rows(view, PATIENT) as { name: string; contact: number; phone: string; n: number }[];
  assert.deepEqual(
    found.map((r) => [r.name, r.contact, r.phone, r.n].join(' ')),
    [
      'Nguyễn Thị Hoà 0 0901 0',
      'Nguyễn Thị Hoà 0 0902 1',
      'Nguyễn Thị Hoà 1 0903 0',
      'Bé 0 0901 0',
      'Bé 0 0902 1',
      'Bé 1 0903 0',
    ],
  );
});

test('keys of references, of the wanted type only', () => {
  const view = patientView({
    column: [
      { name: 'doctors', path: 'generalPractitioner.getReferenceKey(Practitioner)', collection: true },
      { name: 'all', path: 'generalPractitioner.getReferenceKey()', collection: true },
    ],
  });
  assert.deepEqual(rows(view, PATIENT), [{ doctors: ['d1'], all: ['d1', 'o1'] }]);
});

test('a declared type is kept: numbers become text where text is declared, and nothing else is bent', () => {
  const column = (path: string, type: string): object => patientView({ column: [{ name: 'v', path, type }] });
  assert.deepEqual(rows(column('multipleBirth.ofType(integer)', 'string'), PATIENT), [{ v: '2' }]);
  assert.deepEqual(rows(column('multipleBirth.ofType(integer)', 'decimal'), PATIENT), [{ v: 2 }]);
  assert.deepEqual(rows(column('birthDate', 'string'), PATIENT), [{ v: '1990-02' }]);
  assert.deepEqual(rows(column('name.first()', 'HumanName'), PATIENT), [{ v: (PATIENT.name as object[])[0] }]);
  assert.throws(() => rows(column('birthDate', 'integer'), PATIENT), ViewDataError);
  assert.throws(() => rows(column('name.first()', 'string'), PATIENT), ViewDataError);
  assert.throws(() => rows(column('name.text', 'string'), PATIENT), /2 values/);
});

test('forEachOrNull keeps the row of a resource without items; unionAll stacks', () => {
  const none: JsonObject = { resourceType: 'Patient', id: 'p2' };
  const view = patientView(
    { column: [{ name: 'id', path: 'id' }] },
    {
      unionAll: [
        {
          forEachOrNull: 'name',
          column: [
            { name: 'v', path: 'text' },
            { name: 'has', path: 'given.exists()' },
          ],
        },
        {
          forEach: 'contact.telecom',
          column: [
            { name: 'v', path: 'value' },
            { name: 'has', path: 'false' },
          ],
        },
      ],
    },
  );
  assert.deepEqual(rows(view, none), [{ id: 'p2', v: null, has: false }]);
  assert.equal(rows(view, PATIENT).length, 5);
  assert.deepEqual(rows(view, { resourceType: 'Observation' }), []);
});

test('every fault of a definition is named with its place', () => {
  const column = [{ name: 'id', path: 'id' }];
  assert.deepEqual(faults({ resource: 'Patiant', select: [{ column }] }), ['ViewDefinition.resource']);
  assert.deepEqual(faults({ resource: 'Patient' }), ['ViewDefinition.select']);
  assert.deepEqual(
    faults({
      resource: 'Patient',
      select: [
        {
          column: [
            { name: '1', path: 'id' },
            { name: 'b', path: 'id..' },
          ],
        },
      ],
    }),
    ['ViewDefinition.select[0].column[0].name', 'ViewDefinition.select[0].column[1].path', 'ViewDefinition.select[0]'],
  );
  assert.deepEqual(faults({ resource: 'Patient', select: [{ column }, { column }] }), ['ViewDefinition.select']);
  assert.deepEqual(faults({ resource: 'Patient', select: [{ column, forEach: 'name', repeat: ['name'] }] }), [
    'ViewDefinition.select[0]',
  ]);
  for (const path of ['$this', '%resource.name', 'iif(true, $this)', 'name | $this'])
    assert.deepEqual(faults({ resource: 'Patient', select: [{ column, repeat: [path] }] }), [
      'ViewDefinition.select[0].repeat[0]',
    ]);
  assert.deepEqual(faults(patientView({ column: [{ name: 'v', path: 'name.nonsense(1)' }] })), [
    'ViewDefinition.select[0].column[0].path',
    'ViewDefinition.select[0]',
  ]);
  assert.deepEqual(faults(patientView({ column: [{ name: 'v', path: 'id', typ: 'id' }] })), [
    'ViewDefinition.select[0].column[0].typ',
  ]);
  assert.deepEqual(
    faults({ ...patientView({ column }), where: [{ path: '%no = 1' }], constant: [{ name: 'x', valueCode: 1 }] }),
    ['ViewDefinition.constant[0]', 'ViewDefinition.where[0].path'],
  );
});

test('a product without end is refused', () => {
  const many: JsonObject = {
    resourceType: 'Patient',
    id: 'p',
    name: Array.from({ length: 60 }, (_, i) => ({ text: `${i}` })),
  };
  const list = (name: string): object => ({ forEach: 'name', column: [{ name, path: 'text' }] });
  assert.throws(() => rows(patientView(list('a'), list('b'), list('c')), many), ViewDataError);
});

test('a pattern that would take for ever is refused, others match', () => {
  const column = (path: string): object => patientView({ column: [{ name: 'v', path }] });
  const long: JsonObject = { resourceType: 'Patient', id: 'p', gender: 'a'.repeat(40) };
  assert.throws(() => rows(column("gender.matches('(a+)+b')"), long), /may take too long/);
  assert.deepEqual(rows(column("gender.matchesFull('a+')"), long), [{ v: true }]);
  assert.deepEqual(rows(column("name[0].text.replaceMatches('[^A-Z]+', '')"), PATIENT), [{ v: 'NTH' }]);
});
