import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delta, flagOf, loudness, sparkPoints } from './result.ts';

test('FHIR interpretations become flags; call-back limits are critical', () => {
  assert.equal(flagOf('H'), 'high');
  assert.equal(flagOf('LL'), 'critical');
  assert.equal(flagOf('HU'), 'highHigh');
  assert.equal(flagOf('N'), 'normal');
  assert.equal(flagOf(undefined), 'normal');
  assert.ok(loudness('critical') < loudness('high') && loudness('high') < loudness('normal'));
});

test('differences are exact and signed', () => {
  assert.equal(delta('8.1', '7.5'), '+0,6');
  assert.equal(delta('3.1', '3.4'), '−0,3');
  assert.equal(delta('<0.01', '3'), undefined);
});

test('a sparkline fills its box and a flat series lies in the middle', () => {
  assert.deepEqual(sparkPoints([1, 3, 2], 40, 10), [
    [0, 10],
    [20, 0],
    [40, 5],
  ]);
  assert.deepEqual(sparkPoints([4, 4], 40, 10), [
    [0, 5],
    [40, 5],
  ]);
  assert.deepEqual(sparkPoints([4], 40, 10), [[0, 5]]);
});
