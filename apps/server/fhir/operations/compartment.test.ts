import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isResourceType } from '@mach/fhir/definitions.ts';
import { references } from '@mach/fhir/reference-walk.ts';
import { noExamples, officialExamples } from '@mach/fhir/testing/official-data.ts';
import { parseReference, type StoredRecord } from '@mach/store';
import { referencesOf } from './compartment.ts';

const stored = (resource: object): StoredRecord => ({ text: JSON.stringify(resource) }) as StoredRecord;

test('references in the text are those that the definitions give', { skip: noExamples }, () => {
  let count = 0;
  for (const resource of officialExamples()) {
    const walked = new Set<string>();
    for (const { reference } of references(resource)) {
      const target = parseReference(reference);
      if (target && isResourceType(target.type)) walked.add(`${target.type}/${target.id}`);
    }
    const read = referencesOf(stored(resource)).map((r) => `${r.type}/${r.id}`);
    assert.deepEqual(new Set(read), walked, `${String(resource.resourceType)}/${String(resource.id)}`);
    count += read.length;
  }
  assert.ok(count > 1000);
});

test('what looks like a reference in a text is none', () => {
  const text = 'xem "reference":"Patient/1" và \\"reference\\":\\"Patient/2\\"';
  assert.deepEqual(referencesOf(stored({ resourceType: 'Basic', code: { text } })), []);
});
