import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Draft, patched, readOperations, readUser } from './draft.ts';
import { ScimFault } from './fault.ts';
import { parseFilter, selected } from './filter.ts';

const hoa: Draft = { userName: 'hoa', name: 'Nguyễn Thị Hoa', active: true, roles: ['nurse'], externalId: null };

test('whatever a directory sends is taken or refused as SCIM refuses; the person given stays as it was', () => {
  const operation = fc.record(
    {
      op: fc.oneof(fc.constantFrom('add', 'Replace', 'REMOVE'), fc.jsonValue()),
      path: fc.oneof(
        fc.constantFrom('active', 'roles', 'name', 'name.formatted', 'externalId', 'roles[value eq "nurse"]'),
        fc.jsonValue(),
      ),
      value: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const kept = JSON.stringify(hoa);
  fc.assert(
    fc.property(fc.oneof(fc.record({ Operations: fc.array(operation, { maxLength: 4 }) }), fc.jsonValue()), (body) => {
      for (const read of [() => patched(hoa, readOperations(body)), () => readUser(body, hoa)])
        try {
          const after = read();
          assert.equal(typeof after.active, 'boolean');
          assert.ok(after.roles.every((role) => typeof role === 'string'));
          assert.ok(after.name.length > 0);
        } catch (error) {
          assert.ok(error instanceof ScimFault, String(error));
        }
      assert.equal(JSON.stringify(hoa), kept);
    }),
    { numRuns: 500 },
  );
});

test('names as directories write them', () => {
  const name = (body: object): string => readUser({ userName: 'A', ...body }).name;
  assert.equal(name({ name: { familyName: 'Trần', middleName: 'Văn', givenName: 'Nam' } }), 'Trần Văn Nam');
  assert.equal(name({ name: { formatted: 'Lê Hà', givenName: 'x' } }), 'Lê Hà');
  assert.equal(name({ displayName: 'Phạm Minh' }), 'Phạm Minh');
  assert.throws(() => name({}), /name\.formatted/);
});

test('filters and selections', () => {
  assert.deepEqual(parseFilter('USERNAME eq "a\\"b"', ['userName']), { attribute: 'userName', value: 'a"b' });
  assert.deepEqual(parseFilter(' active eq True ', ['active']), { attribute: 'active', value: true });
  assert.equal(parseFilter(undefined, []), undefined);
  for (const text of ['userName co "a"', 'emails eq "a"', 'userName eq a', 'userName eq "a" and active eq true'])
    assert.throws(() => parseFilter(text, ['userName', 'active']), ScimFault, text);
  assert.equal(selected('members[value eq "x-1"]', 'members'), 'x-1');
  assert.equal(selected('members', 'members'), undefined);
});
