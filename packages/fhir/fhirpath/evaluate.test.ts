import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allInvariants } from '../testing/all-invariants.ts';
import { FhirPathError } from './ast.ts';
import { compilePath, EvaluationError, evaluatePath } from './evaluate.ts';
import { textOf } from './functions-convert.ts';
import { parseFhirPath } from './parser.ts';
import { system } from './values.ts';

const patient = {
  resourceType: 'Patient',
  name: [{ family: 'Trần', given: ['Thị', 'Lan'] }, { text: 'Lan' }],
  birthDate: '1990-05-01',
  _birthDate: { extension: [{ url: 'http://x', valueString: 'y' }] },
  deceasedBoolean: false,
  contained: [{ resourceType: 'Organization', id: 'o', name: 'Trạm y tế' }],
  managingOrganization: { reference: '#o' },
};

function values(expression: string, resource: object = patient): unknown[] {
  return evaluatePath(expression, resource as Record<string, unknown>, { now: '2026-03-05T20:30:00.000Z' }).map((i) => {
    const v = system(i);
    return v ? (typeof v.value === 'boolean' || typeof v.value === 'number' ? v.value : textOf(v)) : i.value;
  });
}

test('paths, choices, extensions of primitives', () => {
  assert.deepEqual(values('Patient.name.given'), ['Thị', 'Lan']);
  assert.deepEqual(values('name[1].text'), ['Lan']);
  assert.deepEqual(values('deceased'), [false]);
  assert.deepEqual(values('deceased is boolean'), [true]);
  assert.deepEqual(values("birthDate.extension('http://x').value"), ['y']);
  assert.deepEqual(values('Observation.code'), []);
  assert.deepEqual(values('managingOrganization.resolve().name'), ['Trạm y tế']);
  assert.deepEqual(values('managingOrganization.resolve() is Organization'), [true]);
});

test('times come from the caller and are those of Viet Nam', () => {
  assert.deepEqual(values('today()'), ['2026-03-06']);
  assert.deepEqual(values('now()'), ['2026-03-06T03:30:00.000+07:00']);
  assert.throws(() => evaluatePath('now()', patient), EvaluationError);
});

test('decimals are exact', () => {
  assert.deepEqual(values('0.1 + 0.2 = 0.3'), [true]);
  assert.deepEqual(values('1.1 * 1.1'), ['1.21']);
  assert.deepEqual(values("4.0000 'g' = 4000.0 'mg'"), [true]);
});

test('dates of different precision are neither equal nor unequal', () => {
  assert.deepEqual(values('@2012 = @2012-01'), []);
  assert.deepEqual(values('@2012 != @2013-01'), [true]);
  assert.deepEqual(values('@2024-01-31 + 1 month'), ['2024-02-29']);
  assert.deepEqual(values('@2024-02-29 + 1 year'), ['2025-02-28']);
});

test('what cannot be read is refused with its place', () => {
  for (const wrong of ['', 'a.', '1 +', 'a b', 'a(', "'x", 'a[1', 'unknown()', '@2024-13-01', '('.repeat(300)]) {
    assert.throws(() => compilePath(wrong), FhirPathError, wrong);
  }
});

test('an expression cannot run for ever', () => {
  const wide = { resourceType: 'Patient', name: Array.from({ length: 2000 }, () => ({ given: ['a', 'b', 'c'] })) };
  assert.throws(() => values('name.select(%resource.name.select(%resource.name.given))', wide), EvaluationError);
});

test('every invariant of R4 compiles', () => {
  const all = allInvariants();
  assert.ok(all.length > 200);
  for (const i of all) assert.doesNotThrow(() => compilePath(i.expression), i.key);
});

test('any text is read or refused, never worse', () => {
  const piece = fc.constantFrom(
    'a',
    '.',
    '(',
    ')',
    '[',
    ']',
    '1',
    "'s'",
    ' and ',
    ' or ',
    '=',
    '|',
    'where',
    'is',
    '{}',
    '$this',
    '%x',
    '@2024',
    '+',
    '-',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 12 }).map((p) => p.join('')),
      ),
      (text) => {
        try {
          parseFhirPath(text);
        } catch (e) {
          assert.ok(e instanceof FhirPathError, String(e));
        }
      },
    ),
    { numRuns: 2000 },
  );
});
