import assert from 'node:assert/strict';
import { test } from 'node:test';
import { destinationState, internetState } from './links.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 24, 1, minute));
const down = { state: 'down', simulated: false } as const;
const up = { state: 'ok', simulated: false } as const;

test('a service is down while something waits in vain that it has not answered since', () => {
  assert.deepEqual(destinationState(undefined), { state: 'unknown', since: null, waiting: 0 });
  assert.equal(destinationState({ waiting: 0, since: null, answered: at(1) }).state, 'ok');
  assert.equal(
    destinationState({ waiting: 2, since: null, answered: null }).state,
    'unknown',
    'waiting is not failing',
  );
  const silent = destinationState({ waiting: 3, since: at(5), answered: at(1) });
  assert.deepEqual(silent, { state: 'down', since: at(5).toISOString(), waiting: 3 });
  assert.equal(destinationState({ waiting: 1, since: at(5), answered: at(9) }).state, 'ok', 'one answered since');
});

test('the line is cut when the probe says so, or when every real service is silent', () => {
  assert.deepEqual(internetState(false, [up]), { state: 'down', by: 'probe' });
  assert.deepEqual(internetState(true, [down, down]), { state: 'ok', by: 'probe' });
  assert.equal(internetState(undefined, [down, down]).state, 'down');
  assert.equal(internetState(undefined, [down, up]).state, 'ok');
  assert.equal(internetState(undefined, [down]).state, 'unknown');
  assert.equal(
    internetState(undefined, [
      { ...down, simulated: true },
      { ...down, simulated: true },
    ]).state,
    'unknown',
  );
});
