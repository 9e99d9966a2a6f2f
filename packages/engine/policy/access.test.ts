import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Access, type Asker, type Extent } from './access.ts';
import type { AccessPack, AccessPolicy, Rule } from './rules.ts';
import { type PatientFacts, withheldBy } from './sees.ts';

const TEXT = { vi: 'Quy tắc', en: 'Rule' };
const PACK: AccessPack = {
  bound: ['Binary'],
  breakGlass: { hours: 4, maxHours: 12, roles: [], reviewers: [] },
  purposes: [{ code: 'TREAT', text: TEXT }],
  policies: {},
};
const ROLES = ['a', 'b', 'c'];
const TYPES = ['Patient', 'Observation', 'Organization'];
const GRANTS: Readonly<Record<string, ReadonlySet<string>>> = {
  a: new Set(['record.read:*', 'ward.see']),
  b: new Set(['record.read:Observation', 'record.read:Patient']),
  c: new Set(['record.read:Organization', 'ward.see', 'record.write:*']),
};

const care = fc.record({ days: fc.constantFrom(0, 7, 30, 365) });
const base = { id: fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5'), text: fc.constant(TEXT), grantedBy: fc.constant([]) };
const some = (list: readonly string[]): fc.Arbitrary<string[]> => fc.subarray([...list], { minLength: 1 });
const limit: fc.Arbitrary<Rule> = fc.record({
  ...base,
  kind: fc.constant('limit' as const),
  roles: some([...ROLES, '*']),
  types: some(['*', '@bound', ...TYPES]),
  permissions: fc.constantFrom([], ['ward.*'], ['*']),
  when: fc.record(
    {
      care: fc.record({ person: care, unit: care }, { requiredKeys: [] }),
      licence: fc.constant(true as const),
      purposes: fc.constantFrom(['TREAT'], ['HRESCH']),
      hours: fc.constantFrom({ from: '07:00', to: '17:00' }, { from: '22:00', to: '06:00', weekdays: [1, 2] }),
    },
    { requiredKeys: [] },
  ),
});
const deny: fc.Arbitrary<Rule> = fc.record({
  ...base,
  kind: fc.constant('deny' as const),
  roles: some([...ROLES, '*']),
  types: some(['*', '@bound', ...TYPES]),
});
const labels: fc.Arbitrary<Rule> = fc.record(
  {
    ...base,
    kind: fc.constant('labels' as const),
    labels: some(['x|HIV', 'x|PSY']),
    except: fc.record({ roles: some(ROLES), own: care }, { requiredKeys: [] }),
  },
  { requiredKeys: ['id', 'text', 'grantedBy', 'kind', 'labels'] },
);
const closed: fc.Arbitrary<Rule> = labels.map((rule) =>
  rule.kind === 'labels' ? { ...rule, except: rule.except?.own ? { own: rule.except.own } : {} } : rule,
);
const policyOf = (...rules: fc.Arbitrary<Rule>[]): fc.Arbitrary<AccessPolicy> =>
  fc.array(fc.oneof(...rules), { maxLength: 5 }).map((list) => ({ title: TEXT, rules: list }));

const NOW = '2026-11-24T03:00:00.000Z';
const asker = (roles: readonly string[]): fc.Arbitrary<Asker> =>
  fc.record({
    roles: fc.constant(roles),
    me: fc.constant(['account:1', 'Practitioner/1']),
    units: fc.constantFrom([], ['Location/1', 'Organization/1']),
    licensed: fc.boolean(),
    purpose: fc.constantFrom('TREAT', 'HRESCH'),
    now: fc.constantFrom(NOW, '2026-11-23T17:30:00.000Z'),
  });
const instant = fc.constantFrom('2026-11-23T00:00:00.000Z', '2026-11-10T00:00:00.000Z', '2026-06-01T00:00:00.000Z');
const facts: fc.Arbitrary<PatientFacts> = fc.record({
  relations: fc.array(
    fc.record({
      who: fc.constantFrom('Practitioner/1', 'account:1', 'Location/1', 'Practitioner/2'),
      ended: fc.option(instant),
      until: fc.option(fc.constantFrom('2026-11-24T05:00:00.000Z', '2026-11-24T01:00:00.000Z')),
    }),
    { maxLength: 3 },
  ),
  labels: fc.subarray(['x|HIV', 'x|PSY']),
  refusals: fc.constant([]),
  agreements: fc.constant([]),
});
const record = fc.record({ patient: fc.constantFrom('p', null), labels: fc.subarray(['x|HIV', 'x|PSY']) });

const accessOf = (policy: AccessPolicy, who: Asker): Access =>
  new Access(PACK, policy, (role) => GRANTS[role] ?? new Set(), who);
const RIGHTS: ((access: Access) => Extent)[] = [
  ...TYPES.map((type) => (access: Access) => access.records('read', type)),
  (access) => access.records('write', 'Patient'),
  (access) => access.permission('ward.see'),
];
const withRoles = (who: Asker, roles: readonly string[]): Asker => ({ ...who, roles });

test('another role never takes away what one gives, save by a rule that denies', () => {
  fc.assert(
    fc.property(
      policyOf(limit, closed),
      asker([]),
      fc.subarray(ROLES),
      fc.constantFrom(...ROLES),
      record,
      facts,
      (policy, who, roles, more, row, known) => {
        const less = accessOf(policy, withRoles(who, roles));
        const all = accessOf(policy, withRoles(who, [...roles, more]));
        for (const right of RIGHTS)
          if (withheldBy(less, right(less), row, known) === null)
            assert.equal(withheldBy(all, right(all), row, known), null);
      },
    ),
    { numRuns: 400 },
  );
});

test('what several roles open together, one of them opens by itself: nothing is gained by putting them together', () => {
  fc.assert(
    fc.property(
      policyOf(limit, labels),
      asker([]),
      fc.subarray(ROLES, { minLength: 1 }),
      record,
      facts,
      (policy, who, roles, row, known) => {
        const all = accessOf(policy, withRoles(who, roles));
        for (const right of RIGHTS) {
          if (withheldBy(all, right(all), row, known) !== null) continue;
          const alone = roles.map((role) => accessOf(policy, withRoles(who, [role])));
          assert.ok(alone.some((one) => withheldBy(one, right(one), row, known) === null));
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('what denies overrides whatever else there is', () => {
  fc.assert(
    fc.property(
      policyOf(limit, labels),
      deny,
      asker([]),
      fc.subarray(ROLES, { minLength: 1 }),
      (policy, no, who, roles) => {
        const access = accessOf({ ...policy, rules: [...policy.rules, no] }, withRoles(who, roles));
        if (no.kind !== 'deny' || !(no.roles.includes('*') || roles.some((role) => no.roles.includes(role)))) return;
        for (const type of TYPES) {
          const concerned =
            no.types.includes('*') ||
            no.types.includes(type) ||
            (no.types.includes('@bound') && type !== 'Organization');
          if (concerned) assert.equal(access.records('read', type).rows, 'none');
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('a rule more opens nothing, and without a permission no rule opens anything', () => {
  fc.assert(
    fc.property(
      policyOf(limit, labels, deny),
      fc.oneof(limit, labels, deny),
      asker(['a', 'b']),
      record,
      facts,
      (policy, rule, who, row, known) => {
        const before = accessOf(policy, who);
        const after = accessOf({ ...policy, rules: [...policy.rules, rule] }, who);
        for (const right of RIGHTS)
          if (withheldBy(after, right(after), row, known) === null)
            assert.equal(withheldBy(before, right(before), row, known), null);
        assert.equal(after.permission('ward.discharge').rows, 'none');
        assert.equal(accessOf(policy, withRoles(who, ['b'])).records('read', 'Organization').rows, 'none');
      },
    ),
    { numRuns: 400 },
  );
});

test('a role that opens a few records shows nothing in those that another opens', () => {
  const policy: AccessPolicy = {
    title: TEXT,
    rules: [
      {
        id: 'own',
        kind: 'limit',
        roles: ['b'],
        types: ['*'],
        when: { care: { person: { days: 1 } } },
        text: TEXT,
        grantedBy: [],
      },
      { id: 'bills', kind: 'hide', roles: ['a'], elements: { Observation: ['note'] }, text: TEXT, grantedBy: [] },
    ],
  };
  const who = { roles: ['a', 'b'], me: [], units: [], licensed: false, purpose: 'TREAT', now: NOW };
  assert.deepEqual(accessOf(policy, who).hiddenElements('Observation'), ['note']);
  assert.equal(accessOf(policy, { ...who, roles: ['a'] }).records('write', 'Observation').rows, 'none');
  const open = { ...policy, rules: policy.rules.slice(1) };
  assert.deepEqual(accessOf(open, who).hiddenElements('Observation'), []);
});

test('hours are those of Vietnam, also over midnight', () => {
  const during = (from: string, to: string, now: string): Extent['rows'] =>
    accessOf(
      {
        title: TEXT,
        rules: [
          {
            id: 'h',
            kind: 'limit',
            roles: ['a'],
            types: ['*'],
            when: { hours: { from, to } },
            text: TEXT,
            grantedBy: [],
          },
        ],
      },
      { roles: ['a'], me: [], units: [], licensed: false, purpose: 'TREAT', now },
    ).records('read', 'Patient').rows;
  assert.equal(during('07:00', '17:00', '2026-11-24T00:00:00.000Z'), 'all');
  assert.equal(during('07:00', '17:00', '2026-11-24T10:00:00.000Z'), 'none');
  assert.equal(during('22:00', '06:00', '2026-11-23T15:30:00.000Z'), 'all');
  assert.equal(during('22:00', '06:00', '2026-11-23T23:30:00.000Z'), 'none');
});
