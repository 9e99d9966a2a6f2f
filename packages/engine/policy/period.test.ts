import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNow } from './period.ts';

/** 00:30 in Viet Nam, still the day before in UTC. */
const NIGHT = '2026-11-22T17:30:00.000Z';

test('days are those of Viet Nam, also in the seven hours in which UTC lags behind', () => {
  assert.equal(isNow({ start: '2026-11-23' }, NIGHT), true, 'a licence of today holds from midnight');
  assert.equal(isNow({ end: '2026-11-22' }, NIGHT), false, 'and one of yesterday is over');
  assert.equal(isNow({ end: '2026-11-23' }, NIGHT), true);
  assert.equal(isNow({ start: '2026-11-24' }, NIGHT), false);
});

test('instants are exact; a month or a year holds until it ends; no bound always holds', () => {
  assert.equal(isNow({ start: '2026-11-23T00:30:00+07:00' }, NIGHT), true);
  assert.equal(isNow({ start: '2026-11-23T00:31:00+07:00' }, NIGHT), false);
  assert.equal(isNow({ end: '2026-11-23T00:29:00+07:00' }, NIGHT), false);
  assert.equal(isNow({ start: '2020', end: '2026' }, NIGHT), true);
  assert.equal(isNow({ end: '2026-11' }, NIGHT), true);
  assert.equal(isNow({ end: '2026-10' }, NIGHT), false);
  assert.equal(isNow(undefined, NIGHT), true);
  assert.equal(isNow({}, NIGHT), true);
});
