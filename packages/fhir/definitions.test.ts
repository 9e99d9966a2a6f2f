import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  choiceKey,
  fhirVersion,
  isResourceType,
  isSubtype,
  resourceTypes,
  typeDef,
  valueSetCodes,
} from './definitions.ts';
import { allSearchParams, compartmentParams, compartments, searchParam, searchParams } from './search-definitions.ts';

test('the types are those of R4', () => {
  assert.equal(fhirVersion(), '4.0.1');
  // 148 in the specification's count, which includes the abstract Resource and DomainResource.
  assert.equal(resourceTypes().length, 146);
  assert.ok(
    isResourceType('Patient') &&
      !isResourceType('HumanName') &&
      !isResourceType('Resource') &&
      !isResourceType('toString'),
  );
  assert.equal(typeDef('constructor'), undefined);
});

test('every type that an element names is defined', () => {
  const seen = new Set<string>();
  const visit = (name: string, from: string): void => {
    const def = typeDef(name);
    assert.ok(def, `${name}, named by ${from}`);
    if (seen.has(name)) return;
    seen.add(name);
    for (const e of def.elements) {
      assert.ok(e.types.length > 0, `${name}.${e.name} has no type`);
      for (const t of e.types) visit(t.code, `${name}.${e.name}`);
    }
  };
  for (const type of resourceTypes()) visit(type, 'the list of resources');
  assert.ok(seen.size > 600);
});

test('elements, inherited ones included', () => {
  const names = typeDef('Patient')?.elements.map((e) => e.name) ?? [];
  for (const n of ['id', 'meta', 'text', 'contained', 'extension', 'modifierExtension', 'name', 'link'])
    assert.ok(names.includes(n), n);
  const value = typeDef('Observation')?.elements.find((e) => e.name === 'value');
  assert.equal(value?.isChoice, true);
  assert.equal(value?.types.length, 11);
  const item = typeDef('Questionnaire.item')?.elements.find((e) => e.name === 'item');
  assert.equal(item?.types[0]?.code, 'Questionnaire.item');
  const subject = typeDef('Encounter')?.elements.find((e) => e.name === 'subject');
  assert.deepEqual(subject?.types[0]?.targets, ['Patient', 'Group']);
  assert.equal(choiceKey('value', 'dateTime'), 'valueDateTime');
  assert.ok(
    isSubtype('Age', 'Quantity') &&
      isSubtype('Patient', 'Resource') &&
      isSubtype('code', 'string') &&
      !isSubtype('string', 'code'),
  );
});

test('every required value set is expanded, save the three that cannot be', () => {
  const missing = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const e of typeDef(name)?.elements ?? []) {
      if (e.binding?.strength === 'required' && !valueSetCodes(e.binding.valueSet)) missing.add(e.binding.valueSet);
      for (const t of e.types) visit(t.code);
    }
  };
  for (const type of resourceTypes()) visit(type);
  assert.deepEqual([...missing].sort(), [
    'http://hl7.org/fhir/ValueSet/mimetypes',
    'http://hl7.org/fhir/ValueSet/ucum-units',
    'http://loinc.org/vs/LL379-9',
  ]);
  const gender = valueSetCodes('http://hl7.org/fhir/ValueSet/administrative-gender');
  assert.deepEqual(
    [...(gender?.get('http://hl7.org/fhir/administrative-gender') ?? [])],
    ['male', 'female', 'other', 'unknown'],
  );
});

test('search parameters and compartments', () => {
  assert.equal(allSearchParams().length, 1377);
  assert.equal(searchParam('Patient', 'birthdate')?.type, 'date');
  for (const code of ['_id', '_lastUpdated', '_tag', '_profile', '_security', '_source', '_text'])
    assert.ok(searchParam('Observation', code), code);
  assert.equal(searchParam('Binary', '_text'), undefined);
  assert.equal(searchParams('Nothing').size, 0);
  assert.deepEqual(compartments().toSorted(), ['Device', 'Encounter', 'Patient', 'Practitioner', 'RelatedPerson']);
  assert.deepEqual(compartmentParams('Patient', 'Observation'), ['subject', 'performer']);
  assert.deepEqual(compartmentParams('Patient', 'Medication'), []);
});
