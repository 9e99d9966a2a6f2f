import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import type { AnyResource } from '@mach/store';
import type { Policy } from '../policy.ts';
import { RecordGuard } from './guard.ts';

/** Owns by a code, and trusts that what it reads has its shape. */
const guard = new RecordGuard({} as Policy, [
  {
    type: 'Observation',
    command: 'emergency.triage',
    when: (r) => (r.code as { coding: { code: string }[] }).coding.some((c) => c.code === 'triage'),
  },
]);
const observation = (coding: unknown): AnyResource =>
  ({
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { text: 'x', ...(coding ? { coding } : {}) },
  }) as never;

test('an owner that stumbles over what was sent refuses it for its shape, and lets nothing past that is right', () => {
  const status = (coding: unknown): number => {
    try {
      guard.refuseOwned(undefined, observation(coding));
      return 0;
    } catch (error) {
      return error instanceof Problem ? error.status : -1;
    }
  };
  assert.equal(status([{ code: 'other' }]), 0);
  assert.equal(status([{ code: 'triage' }]), 409);
  for (const shapeless of ['%', 7, [null], {}]) assert.equal(status(shapeless), 422, JSON.stringify(shapeless));
  // Without codings it is a right Observation that this owner cannot read: a fault of the owner, and nothing is written.
  assert.equal(status(undefined), -1);
});
