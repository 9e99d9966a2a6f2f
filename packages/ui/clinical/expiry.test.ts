import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryState } from './expiry.ts';

test('a month is good to its last day; soon means within 90 days', () => {
  assert.equal(expiryState('2026-11', '2026-11-30'), 'soon');
  assert.equal(expiryState('2026-11', '2026-12-01'), 'expired');
  assert.equal(expiryState('2026-11-23', '2026-11-24'), 'expired');
  assert.equal(expiryState('2026-11-24', '2026-11-24'), 'soon');
  assert.equal(expiryState('2027-11', '2026-11-24'), 'good');
  assert.equal(expiryState(undefined, '2026-11-24'), 'unknown');
});
