import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@mach/fhir/json.ts';
import { type Change, conditionsOf, passes, topicTest } from './conditions.ts';
import { ownTopic, shippedTopics, type Topic } from './topics.ts';

const topic = (id: string): Topic => {
  const found = ownTopic(id);
  assert.ok(found, id);
  return found;
};
const change = (before: JsonObject | undefined, after: JsonObject | undefined): Change => ({
  type: String((after ?? before)?.resourceType),
  what: before === undefined ? 'create' : after === undefined ? 'delete' : 'update',
  before,
  after,
});

test('an encounter starts once and ends once', () => {
  const at = (status: string): JsonObject => ({ resourceType: 'Encounter', status });
  const [starts, ends] = [topicTest(topic('encounter-start')), topicTest(topic('encounter-end'))];
  const told = (test: (c: Change) => boolean): boolean[] =>
    [
      change(undefined, at('planned')),
      change(at('planned'), at('in-progress')),
      change(at('in-progress'), at('in-progress')),
      change(at('in-progress'), at('finished')),
      change(at('finished'), at('finished')),
      change(undefined, at('in-progress')),
      change(at('in-progress'), undefined),
    ].map(test);
  assert.deepEqual(told(starts), [false, true, false, false, false, true, false]);
  assert.deepEqual(told(ends), [false, false, false, true, false, false, false]);
});

test('a result is told when it is final and abnormal, and not again', () => {
  const test = topicTest(topic('observation-abnormal'));
  const result = (status: string, code: string, more: JsonObject = {}): JsonObject => ({
    resourceType: 'Observation',
    status,
    interpretation: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code }] },
    ],
    ...more,
  });
  assert.ok(test(change(undefined, result('final', 'HH'))));
  assert.ok(!test(change(undefined, result('preliminary', 'HH'))), 'not validated yet');
  assert.ok(test(change(result('preliminary', 'HH'), result('final', 'HH'))));
  assert.ok(!test(change(result('final', 'HH'), result('final', 'HH', { note: [{ text: 'x' }] }))));
  assert.ok(test(change(result('final', 'N'), result('corrected', 'L'))));
  assert.ok(!test(change(undefined, result('final', 'N'))));
  const part = {
    resourceType: 'Observation',
    status: 'final',
    component: [{ interpretation: result('', 'L').interpretation }],
  };
  assert.ok(test(change(undefined, part)));
  assert.ok(!test(change(undefined, { resourceType: 'Observation', status: 'final' })));
});

test('a claim is answered when its state becomes so, and by a ClaimResponse', () => {
  const test = topicTest(topic('claim-answered'));
  const claim = (state: string): JsonObject => ({
    resourceType: 'Claim',
    extension: [{ url: 'https://mach.vn/fhir/ext/state', valueCode: state }],
  });
  assert.ok(!test(change(claim('draft'), claim('sent'))));
  assert.ok(test(change(claim('sent'), claim('received'))));
  assert.ok(!test(change(claim('received'), claim('received'))));
  assert.ok(test(change(claim('sent'), claim('returned'))));
  assert.ok(test(change(undefined, { resourceType: 'ClaimResponse', outcome: 'complete' })));
  assert.ok(!test(change(undefined, { resourceType: 'ClaimResponse', outcome: 'queued' })));
});

test('topics by type; filters look at what a record is, or last was', () => {
  assert.equal(ownTopic('Nonsense-change'), undefined);
  assert.equal(ownTopic('Patient-constructor'), undefined);
  assert.equal(new Set(shippedTopics().map((t) => t.url)).size, 4);
  const woman = { resourceType: 'Patient', gender: 'female' };
  const man = { resourceType: 'Patient', gender: 'male' };
  const filters = new Map([['Patient', conditionsOf('Patient', 'gender=female')]]);
  assert.ok(passes(filters, change(man, woman)));
  assert.ok(!passes(filters, change(woman, man)));
  assert.ok(passes(filters, change(woman, undefined)));
  assert.ok(passes(filters, change(undefined, { resourceType: 'Observation' })), 'no filter for this type');
  for (const query of ['_sort=name', '_count=1', 'nonsense=1'])
    assert.throws(() => conditionsOf('Patient', query), /filter-unsupported|not-supported/, query);
  for (const current of ['organization.name=x', '_has:Observation:patient:code=x', '_list=x'])
    assert.throws(
      () =>
        topicTest({
          ...topic('Patient-change'),
          triggers: [{ resource: 'Patient', interactions: ['create'], current }],
        }),
      /filter-unsupported/,
      current,
    );
});
