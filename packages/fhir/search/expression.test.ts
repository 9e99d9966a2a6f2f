import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../json.ts';
import { parseSearchString } from '../search-syntax.ts';
import { isLocal, matchesFilter } from './match.ts';

const patients: readonly JsonObject[] = [
  {
    resourceType: 'Patient',
    id: 'a',
    active: true,
    gender: 'male',
    birthDate: '1980-05-01',
    name: [{ family: 'Nguyễn', given: ['Văn', 'An'] }],
    identifier: [{ system: 'urn:m', value: '1,2' }],
  },
  { resourceType: 'Patient', id: 'b', gender: 'female', birthDate: '1990', name: [{ family: 'Nguyễn Thị' }] },
  { resourceType: 'Patient', id: 'c', active: false, name: [{ family: 'Đỗ', given: ['An'] }] },
];

function found(expression: string): string {
  const parsed = parseSearchString('Patient', `_filter=${encodeURIComponent(expression)}`);
  assert.ok(parsed.ok, `${expression}: ${JSON.stringify(parsed)}`);
  const [filter] = parsed.value.filters;
  assert.ok(filter && isLocal(filter));
  return patients
    .filter((p) => matchesFilter(p, filter))
    .map((p) => p.id)
    .join('');
}

function fault(expression: string): string {
  const parsed = parseSearchString('Patient', `_filter=${encodeURIComponent(expression)}`);
  assert.ok(!parsed.ok, expression);
  return parsed.error.map((i) => `${i.code}: ${i.text.en}`).join('; ');
}

test('operators of _filter', () => {
  assert.equal(found('gender eq male'), 'a');
  assert.equal(found('gender ne male'), 'b', 'what is not there differs from nothing');
  assert.equal(found('not (gender eq male)'), 'bc');
  assert.equal(found('family eq nguyen'), 'a', 'the whole text');
  assert.equal(found('family sw "Nguyễn"'), 'ab');
  assert.equal(found('family ew thi'), 'b');
  assert.equal(found('family co "uye"'), 'ab');
  assert.equal(found('given ne an'), 'a', 'one of the names differs');
  assert.equal(found('birthdate ge 1985'), 'b');
  assert.equal(found('birthdate po 1980-05'), 'a');
  assert.equal(found('birthdate eq 1990'), 'b');
  assert.equal(found('active pr true'), 'ac');
  assert.equal(found('active pr false'), 'b');
  assert.equal(found('identifier eq urn:m|1,2'), 'a', 'a comma is no separator here');
});

test('and, or and brackets: from left to right', () => {
  assert.equal(found('gender eq male or gender eq female and given eq an'), 'a');
  assert.equal(found('gender eq male or (gender eq female and given eq an)'), 'a');
  assert.equal(found('active eq false or gender eq male and family sw do'), 'c');
  assert.equal(found('active eq false or (gender eq male and family sw do)'), 'c');
  assert.equal(found('active eq false or (gender eq male and family sw ng)'), 'ac');
  assert.equal(found('not (active eq false or gender eq male)'), 'b');
  assert.equal(found('((((gender eq male))))'), 'a');
});

test('what cannot be read is said', () => {
  assert.match(fault('gender'), /no operator/);
  assert.match(fault('gender eq'), /a value is missing/);
  assert.match(fault('(gender eq male'), /\) is missing/);
  assert.match(fault('gender eq male)'), /more than an expression/);
  assert.match(fault('gender gt male'), /no meaning/);
  assert.match(fault('nix eq 1'), /not-supported/);
  assert.match(fault('birthdate po monday'), /value/);
  assert.match(fault('related[type eq x].target pr false'), /\[ \] are not served/);
  assert.match(fault('not gender eq male'), /brackets/);
  assert.match(fault(`${'('.repeat(30)}gender eq male${')'.repeat(30)}`), /nested too deep/);
  // Its operators are no modifiers and prefixes of plain parameters.
  for (const query of ['family:equals=x', 'family:ends=x', 'gender:differs=x', 'birthdate=po1980'])
    assert.ok(!parseSearchString('Patient', query).ok, query);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('(', ')', ' ', 'not', 'and', 'gender', 'eq', '"', 'x') }), (text) => {
      const parsed = parseSearchString('Patient', new URLSearchParams({ _filter: text }).toString());
      assert.equal(typeof parsed.ok, 'boolean');
    }),
  );
});
