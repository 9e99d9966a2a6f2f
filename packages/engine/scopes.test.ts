import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyResource } from '@mach/store';
import type { Actor } from './actor.ts';
import { isLimited, parseScope, scopeCovers, scopesAllow, scopesReach, searchLimit, unionFault } from './scopes.ts';

const actor = (scopes: string[], more: Partial<Actor> = {}): Actor => ({
  id: 'account:1',
  tenant: 1,
  login: 'a',
  name: 'A',
  roles: [],
  permissions: new Set(),
  practitioner: null,
  scopes,
  patient: 'p1',
  ...more,
});
const result = (category: string, patient = 'p1'): AnyResource =>
  ({
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { text: 'x' },
    category: [{ coding: [{ system: 'urn:c', code: category }] }],
    subject: { reference: `Patient/${patient}` },
  }) as AnyResource;

test('scopes are read strictly', () => {
  for (const text of [
    'patient/Observation',
    'patient/Observation.',
    'patient/Observation.sr',
    'patient/Nothing.rs',
    'doctor/Observation.rs',
    'patient/*.rs?category=a',
    'patient/Observation.rs?nothing=a',
    'patient/Observation.rs?category:not=a',
    'patient/Observation.rs?subject.name=a',
    'patient/Observation.rs?_count=5',
    'patient/Observation.rs?_sort=date',
    'patient/Observation.rs?_has:Provenance:target:agent=a',
  ])
    assert.equal(parseScope(text), undefined, text);
  assert.equal(parseScope('patient/Observation.read')?.letters, 'rs');
  assert.equal(parseScope('user/*.*')?.letters, 'cruds');
  assert.equal(parseScope('system/Observation.rs?category=a&status=final')?.filters.length, 2);
});

test('a token reaches what one of its scopes reaches, and a service or a person only its own kind', () => {
  const narrow = actor(['patient/Observation.rs?category=vital']);
  assert.equal(scopesReach(narrow, 'read', result('vital')), true);
  assert.equal(scopesReach(narrow, 'read', result('lab')), false);
  assert.equal(scopesReach(narrow, 'read', result('vital', 'p2')), false);
  assert.equal(scopesReach(narrow, 'update', result('vital')), false);
  assert.equal(isLimited(narrow, 'search', 'Observation'), true);
  const both = actor(['patient/Observation.rs?category=vital', 'patient/Observation.rs?category=lab']);
  const limit = searchLimit(both, 'Observation');
  assert.deepEqual([limit?.patient, limit?.filters.length], ['p1', 1]);
  assert.equal(scopesReach(both, 'read', result('lab')), true);
  // No patient is bound: `patient/` scopes open nothing.
  assert.equal(scopesAllow(actor(['patient/*.cruds'], { patient: null }), 'read', 'Observation'), false);
  assert.equal(scopesAllow(actor(['system/*.cruds']), 'read', 'Observation'), false);
  assert.equal(scopesAllow(actor(['user/*.cruds'], { id: 'client:x' }), 'read', 'Observation'), false);
  assert.equal(scopesAllow(actor(['patient/*.rs']), 'read', 'Practitioner'), false);
  assert.equal(scopesAllow(actor(['patient/Practitioner.cruds']), 'update', 'Practitioner'), false);
});

test('what together no search can express is found before it is given', () => {
  assert.equal(unionFault(['patient/Observation.rs?category=a', 'patient/Observation.rs?code=b']), 'Observation');
  assert.equal(unionFault(['patient/Observation.rs', 'user/Observation.rs?code=b']), 'Observation');
  assert.equal(unionFault(['user/*.rs', 'patient/Observation.rs?code=b']), undefined);
  assert.equal(unionFault(['patient/*.rs', 'patient/Observation.rs?code=b']), undefined);
});

test('a registration covers what asks for less', () => {
  const covers = (wide: string, asked: string): boolean => {
    const [a, b] = [parseScope(wide), parseScope(asked)];
    assert.ok(a && b);
    return scopeCovers(a, b);
  };
  assert.equal(covers('patient/*.cruds', 'patient/Observation.rs?code=b'), true);
  assert.equal(covers('patient/*.rs', 'patient/Observation.cruds'), false);
  assert.equal(covers('patient/Observation.rs?code=b', 'patient/Observation.rs'), false);
  assert.equal(covers('user/*.rs', 'patient/*.rs'), false);
});
