import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { typeDef } from './definitions.ts';
import type { JsonObject } from './json.ts';
import { noExamples, noSynthea, officialExamples, syntheaBundles } from './testing/official-data.ts';
import { isValid, validate } from './validate.ts';

/**
 * Official examples that break the specification themselves, with the fault. Everything else must be valid.
 */
const KNOWN_FAULTS: Readonly<Record<string, RegExp>> = {
  // Narratives that hold white space only (txt-2).
  'ActivityDefinition/heart-valve-replacement': /^invariant ActivityDefinition\.text\.div .*txt-2/,
  'EventDefinition/example': /^invariant EventDefinition\.text\.div .*txt-2/,
  // References to types that the element does not allow.
  'DeviceMetric/example': /^value DeviceMetric\.parent\.reference .*DeviceDefinition/,
  'DeviceUseStatement/example': /^value DeviceUseStatement\.reasonReference\[0\]\.reference .*Procedure/,
  'MedicationRequest/medrx0301': /^value MedicationRequest\.dispenseRequest\.performer\.reference .*Practitioner/,
  'Observation/clinical-gender': /^value Observation\.performer\[0\]\.reference .*Encounter/,
  // Items without the required linkId.
  'Questionnaire/qs1': /^required Questionnaire\.item.*linkId/,
};

test('the official examples are valid, save those that break the specification themselves', {
  skip: noExamples,
}, () => {
  const examples = officialExamples();
  assert.equal(examples.length, 366);
  const seen = new Set<string>();
  for (const resource of examples) {
    const name = `${resource.resourceType}/${resource.id}`;
    const faults = validate(resource)
      .filter((i) => i.severity === 'error')
      .map((i) => `${i.code} ${i.field} ${i.text.en}`);
    const known = KNOWN_FAULTS[name];
    if (known && faults.length > 0) seen.add(name);
    assert.deepEqual(known ? faults.filter((f) => !known.test(f)) : faults, [], name);
  }
  assert.deepEqual([...seen].sort(), Object.keys(KNOWN_FAULTS).sort());
});

test('the Synthea bundles are valid, as a whole and resource by resource', { skip: noSynthea }, () => {
  let resources = 0;
  for (const bundle of syntheaBundles()) {
    assert.deepEqual(validate(bundle), []);
    for (const { resource } of bundle.entry) {
      resources++;
      assert.deepEqual(validate(resource), []);
    }
  }
  assert.equal(resources, 2609);
});

/** A place in a resource whose type is known: the object that stands there and its path. */
interface Place {
  readonly node: JsonObject;
  readonly type: string;
}

/** All objects of a resource along the element types. */
function places(node: JsonObject, type: string, found: Place[] = []): Place[] {
  found.push({ node, type });
  for (const e of typeDef(type)?.elements ?? []) {
    for (const t of e.types) {
      const key = e.isChoice ? e.name + t.code.charAt(0).toUpperCase() + t.code.slice(1) : e.name;
      const value = node[key];
      for (const item of Array.isArray(value) ? value : [value]) {
        if (typeof item !== 'object' || item === null) continue;
        const inner = item as JsonObject;
        places(inner, t.code === 'Resource' ? String(inner.resourceType) : t.code, found);
      }
    }
  }
  return found;
}

type Mutation = (place: Place, pick: number) => boolean;

/** Each returns false where it does not apply to the place. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'unknown key': ({ node }) => {
    node.thisIsNoElement = 'x';
    return true;
  },
  'wrong JSON type': ({ node }, pick) => {
    const keys = Object.keys(node).filter((k) => k !== 'resourceType' && !k.startsWith('_'));
    const key = keys[pick % keys.length];
    if (key === undefined) return false;
    const value = node[key];
    node[key] = typeof value === 'object' ? 42 : { nested: true };
    return true;
  },
  'number as text and the reverse': ({ node }, pick) => {
    const keys = Object.keys(node).filter((k) => ['number', 'boolean'].includes(typeof node[k]));
    const key = keys[pick % keys.length];
    if (key === undefined) return false;
    node[key] = String(node[key]);
    return true;
  },
  'code outside the value set': ({ node, type }, pick) => {
    const bound = (typeDef(type)?.elements ?? []).filter(
      (e) =>
        e.binding?.strength === 'required' &&
        ![
          'http://hl7.org/fhir/ValueSet/mimetypes',
          'http://loinc.org/vs/LL379-9',
          'http://hl7.org/fhir/ValueSet/ucum-units',
        ].includes(e.binding.valueSet) &&
        e.types[0]?.code === 'code' &&
        node[e.name] !== undefined,
    );
    const element = bound[pick % bound.length];
    if (!element) return false;
    node[element.name] = element.max === 1 ? 'no-such-code' : ['no-such-code'];
    return true;
  },
  'required element removed': ({ node, type }, pick) => {
    const required = (typeDef(type)?.elements ?? []).filter(
      (e) => e.min > 0 && !e.isChoice && node[e.name] !== undefined,
    );
    const element = required[pick % required.length];
    if (!element || Object.keys(node).length === 1) return false;
    delete node[element.name];
    delete node[`_${element.name}`];
    return true;
  },
  'array and single value swapped': ({ node, type }, pick) => {
    const present = (typeDef(type)?.elements ?? []).filter((e) => !e.isChoice && node[e.name] !== undefined);
    const element = present[pick % present.length];
    if (!element) return false;
    const value = node[element.name];
    node[element.name] = Array.isArray(value) ? value[0] : [value];
    return true;
  },
  'empty array': ({ node, type }, pick) => {
    const many = (typeDef(type)?.elements ?? []).filter((e) => e.max !== 1 && !e.isChoice);
    const element = many[pick % many.length];
    if (!element) return false;
    node[element.name] = [];
    return true;
  },
  'null value': ({ node }, pick) => {
    const keys = Object.keys(node).filter((k) => k !== 'resourceType');
    const key = keys[pick % keys.length];
    if (key === undefined) return false;
    node[key] = null;
    return true;
  },
  'bad date': ({ node, type }, pick) => {
    const dates = (typeDef(type)?.elements ?? []).filter(
      (e) =>
        ['date', 'dateTime', 'instant'].includes(e.types[0]?.code ?? '') && !e.isChoice && e.max === 1 && node[e.name],
    );
    const element = dates[pick % dates.length];
    if (!element) return false;
    node[element.name] = '2024-02-30';
    return true;
  },
};

test('a mutated example is refused, and the fault names the place', { skip: noExamples }, () => {
  const valid = officialExamples().filter((r) => isValid(validate(r)) && JSON.stringify(r).length < 20_000);
  const applied = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.nat(valid.length - 1),
      fc.nat(),
      fc.nat(),
      fc.constantFrom(...Object.keys(MUTATIONS)),
      (example, at, pick, mutation) => {
        const copy = structuredClone(valid[example] ?? {});
        const all = places(copy, String(copy.resourceType));
        // The first place from there on to which the mutation applies.
        const turn = [...all.slice(at % all.length), ...all.slice(0, at % all.length)];
        const place = turn.find((candidate) => MUTATIONS[mutation]?.(candidate, pick));
        if (!place) return;
        applied.set(mutation, (applied.get(mutation) ?? 0) + 1);
        const issues = validate(copy).filter((i) => i.severity === 'error');
        assert.ok(issues.length > 0, `${mutation} of ${copy.resourceType}/${copy.id} in ${place.type} was accepted`);
        for (const issue of issues) assert.match(issue.field ?? '', new RegExp(`^${copy.resourceType}`));
      },
    ),
    { numRuns: 3000, seed: 42 },
  );
  for (const mutation of Object.keys(MUTATIONS))
    assert.ok((applied.get(mutation) ?? 0) > 100, `${mutation} was hardly tried`);
});
