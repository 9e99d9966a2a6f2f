import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyFhirPathPatch, parseFhirPathPatch } from './patch-fhirpath.ts';

type Part = Record<string, unknown>;
const operation = (...part: Part[]): Part => ({ name: 'operation', part });
const p = (name: string, value: Record<string, unknown>): Part => ({ name, ...value });
const run = (resource: Record<string, unknown>, ...operations: Part[]): unknown => {
  const parsed = parseFhirPathPatch({ resourceType: 'Parameters', parameter: operations });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const result = applyFhirPathPatch(resource, parsed.value);
  return result.ok ? result.value : { fault: result.error[0]?.text.en };
};
const op = (type: string, path: string, ...more: Part[]): Part =>
  operation(p('type', { valueCode: type }), p('path', { valueString: path }), ...more);

test('add sets what is not there and appends to what repeats', () => {
  const patient = { resourceType: 'Patient', id: 'a', identifier: [{ value: '1' }] };
  assert.deepEqual(
    run(
      patient,
      op('add', 'Patient', p('name', { valueString: 'birthDate' }), p('value', { valueDate: '1930-01-01' })),
    ),
    {
      ...patient,
      birthDate: '1930-01-01',
    },
  );
  assert.deepEqual(
    run(
      patient,
      op('add', 'Patient', p('name', { valueString: 'identifier' }), p('value', { valueIdentifier: { value: '2' } })),
    ),
    { ...patient, identifier: [{ value: '1' }, { value: '2' }] },
  );
  // The source is as it was.
  assert.equal(patient.identifier.length, 1);
  const twice = op('add', 'Patient', p('name', { valueString: 'birthDate' }), p('value', { valueDate: '1930-01-01' }));
  assert.match(JSON.stringify(run(patient, twice, twice)), /has a value already/);
});

test('add takes the parts of an element without a data type of its own, and the type of a choice', () => {
  const contact = op(
    'add',
    'Patient',
    p('name', { valueString: 'contact' }),
    p('value', {
      part: [p('name', { valueHumanName: { text: 'a name' } }), p('gender', { valueCode: 'female' })],
    }),
  );
  assert.deepEqual(run({ resourceType: 'Patient' }, contact), {
    resourceType: 'Patient',
    contact: [{ name: { text: 'a name' }, gender: 'female' }],
  });
  assert.deepEqual(
    run(
      { resourceType: 'Patient' },
      op('add', 'Patient', p('name', { valueString: 'deceased' }), p('value', { valueBoolean: true })),
    ),
    { resourceType: 'Patient', deceasedBoolean: true },
  );
});

test('delete removes one, accepts none, refuses several', () => {
  const patient = {
    resourceType: 'Patient',
    birthDate: '1930-01-01',
    contact: [{ gender: 'male' }, { gender: 'female' }],
  };
  assert.deepEqual(run(patient, op('delete', 'Patient.birthDate')), {
    resourceType: 'Patient',
    contact: patient.contact,
  });
  assert.deepEqual(run(patient, op('delete', 'Patient.gender')), patient);
  assert.deepEqual(run(patient, op('delete', "Patient.contact.where(gender = 'male')")), {
    resourceType: 'Patient',
    birthDate: '1930-01-01',
    contact: [{ gender: 'female' }],
  });
  assert.match(JSON.stringify(run(patient, op('delete', 'Patient.contact'))), /exactly one/);
  assert.deepEqual(run({ resourceType: 'Patient', contact: [{}] }, op('delete', 'Patient.contact[0]')), {
    resourceType: 'Patient',
  });
});

test('replace changes a primitive, a choice with its type, and an item of a list', () => {
  const observation = { resourceType: 'Observation', status: 'final', _status: { id: 'x' }, valueString: 'a' };
  assert.deepEqual(run(observation, op('replace', 'Observation.status', p('value', { valueCode: 'amended' }))), {
    resourceType: 'Observation',
    status: 'amended',
    valueString: 'a',
  });
  assert.deepEqual(run(observation, op('replace', 'Observation.value', p('value', { valueQuantity: { value: 1 } }))), {
    resourceType: 'Observation',
    status: 'final',
    _status: { id: 'x' },
    valueQuantity: { value: 1 },
  });
  const names = { resourceType: 'Patient', name: [{ given: ['A', 'B'] }] };
  assert.deepEqual(run(names, op('replace', 'Patient.name[0].given[1]', p('value', { valueString: 'C' }))), {
    resourceType: 'Patient',
    name: [{ given: ['A', 'C'] }],
  });
  assert.match(
    JSON.stringify(run(names, op('replace', 'Patient.gender', p('value', { valueCode: 'male' })))),
    /exactly one/,
  );
});

test('insert and move keep the other items in order', () => {
  const list = { resourceType: 'Patient', identifier: ['a', 'b', 'c'].map((value) => ({ value })) };
  const values = (r: unknown): string =>
    (r as { identifier: { value: string }[] }).identifier.map((i) => i.value).join('');
  const insert = (index: number): Part =>
    op(
      'insert',
      'Patient.identifier',
      p('index', { valueInteger: index }),
      p('value', { valueIdentifier: { value: 'x' } }),
    );
  assert.equal(values(run(list, insert(0))), 'xabc');
  assert.equal(values(run(list, insert(3))), 'abcx');
  assert.match(JSON.stringify(run(list, insert(4))), /beyond/);
  const move = (source: number, destination: number): Part =>
    op(
      'move',
      'Patient.identifier',
      p('source', { valueInteger: source }),
      p('destination', { valueInteger: destination }),
    );
  assert.equal(values(run(list, move(0, 2))), 'bca');
  assert.equal(values(run(list, move(2, 0))), 'cab');
});

test('what is no patch is refused with the place of each fault', () => {
  for (const body of [undefined, [], { resourceType: 'Patient' }, { resourceType: 'Parameters' }])
    assert.equal(parseFhirPathPatch(body).ok, false);
  const two = parseFhirPathPatch({ resourceType: 'Parameters', parameter: [op('x', 'a'), operation()] });
  assert.deepEqual(!two.ok && two.error.map((i) => i.field), ['Parameters.parameter[0]', 'Parameters.parameter[1]']);
  assert.match(JSON.stringify(run({ resourceType: 'Patient' }, op('delete', 'Patient.((('))), /cannot be used/);
  assert.match(JSON.stringify(run({ resourceType: 'Patient' }, op('delete', 'Patient.nothing'))), /no element/);
});
