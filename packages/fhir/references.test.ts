import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { references, rewriteReferences } from './reference-walk.ts';
import { parseReference } from './references.ts';
import { noSynthea, syntheaBundles } from './testing/official-data.ts';

test('forms of references', () => {
  assert.deepEqual(parseReference('Patient/1'), { kind: 'relative', type: 'Patient', id: '1' });
  assert.deepEqual(parseReference('Patient/1/_history/2'), {
    kind: 'relative',
    type: 'Patient',
    id: '1',
    version: '2',
  });
  assert.deepEqual(parseReference('https://a.vn/fhir/Patient/1/_history/2'), {
    kind: 'absolute',
    base: 'https://a.vn/fhir',
    type: 'Patient',
    id: '1',
    version: '2',
  });
  assert.deepEqual(parseReference('https://a.vn/Patient/1'), {
    kind: 'absolute',
    base: 'https://a.vn',
    type: 'Patient',
    id: '1',
  });
  assert.deepEqual(parseReference('https://a.vn/x'), { kind: 'url', url: 'https://a.vn/x' });
  assert.deepEqual(parseReference('urn:uuid:x'), { kind: 'urn', urn: 'urn:uuid:x' });
  assert.deepEqual(parseReference('#p'), { kind: 'contained', id: 'p' });
  assert.deepEqual(parseReference('#'), { kind: 'contained', id: '' });
  assert.deepEqual(parseReference('Patient?identifier=a|b'), {
    kind: 'conditional',
    type: 'Patient',
    query: 'identifier=a|b',
  });
  for (const bad of [
    '',
    'Patient',
    'Patient/',
    'patient/1',
    'Patient/1/x',
    'Patient/1/_history',
    '/Patient/1',
    'Foo?x=1',
    'x'.repeat(70),
  ]) {
    assert.equal(parseReference(bad), undefined, bad);
  }
});

test('any text is parsed without throwing', () => {
  fc.assert(fc.property(fc.string(), (s) => void parseReference(s)));
});

const bundle = {
  resourceType: 'Bundle',
  entry: [
    {
      fullUrl: 'urn:uuid:1',
      resource: {
        resourceType: 'Observation',
        subject: { reference: 'urn:uuid:2', identifier: { assigner: { reference: 'urn:uuid:3' } } },
        performer: [{ reference: 'Practitioner/1' }, { display: 'x' }],
        contained: [{ resourceType: 'Patient', id: 'c', managingOrganization: { reference: 'urn:uuid:3' } }],
        extension: [{ url: 'http://x', valueReference: { reference: 'urn:uuid:2' } }],
        _status: { extension: [{ url: 'http://x', valueReference: { reference: 'urn:uuid:4' } }] },
        text: { status: 'generated', div: '<div><a href="urn:uuid:2">x</a><img src=\'urn:uuid:9\'/>urn:uuid:2</div>' },
      },
    },
    // `reference` is a uri here, no Reference.
    { resource: { resourceType: 'DetectedIssue', reference: 'urn:uuid:2' } },
  ],
};

test('all references with their places', () => {
  assert.deepEqual(
    references(bundle).map((r) => `${r.path} ${r.reference}`),
    [
      'Bundle.entry[0].resource.subject urn:uuid:2',
      'Bundle.entry[0].resource.subject.identifier.assigner urn:uuid:3',
      'Bundle.entry[0].resource.performer[0] Practitioner/1',
      'Bundle.entry[0].resource.contained[0].managingOrganization urn:uuid:3',
      'Bundle.entry[0].resource.extension[0].value urn:uuid:2',
      'Bundle.entry[0].resource.status.extension[0].value urn:uuid:4',
    ],
  );
  assert.deepEqual(references({ resourceType: 'Nothing', subject: { reference: 'x' } }), []);
});

test('rewriting replaces references and links, and leaves the original alone', () => {
  const before = structuredClone(bundle);
  const result = rewriteReferences(bundle, (text) => (text === 'urn:uuid:2' ? 'Patient/2' : undefined));
  assert.deepEqual(bundle, before);
  const [first, second] = result.entry;
  assert.equal(first?.resource.subject?.reference, 'Patient/2');
  assert.equal(first?.resource.subject?.identifier.assigner.reference, 'urn:uuid:3');
  assert.equal(first?.resource.extension?.[0]?.valueReference.reference, 'Patient/2');
  assert.equal(first?.resource.text?.div, '<div><a href="Patient/2">x</a><img src=\'urn:uuid:9\'/>urn:uuid:2</div>');
  assert.equal(second?.resource.reference, 'Patient/2');
  assert.equal(first?.resource.performer, bundle.entry[0]?.resource.performer);
  assert.equal(
    rewriteReferences(bundle, () => undefined),
    bundle,
  );
});

test('every reference of the Synthea bundles is found', { skip: noSynthea }, () => {
  let found = 0;
  let naive = 0;
  const count = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('reference' in node && typeof node.reference === 'string') naive++;
    for (const v of Object.values(node)) count(v);
  };
  for (const b of syntheaBundles()) {
    found += references(b).length;
    count(b);
  }
  assert.equal(found, naive);
  assert.ok(found > 9000);
});
