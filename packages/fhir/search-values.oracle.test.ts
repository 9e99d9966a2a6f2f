import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evalFhirPathTyped } from '@medplum/core';
import { compilePaths } from './fhirpath/paths.ts';
import { searchParams } from './search-definitions.ts';
import { noExamples, officialExamples } from './testing/official-data.ts';

/**
 * Expressions on which the two differ by design: `resolve() is` cannot be answered by the oracle without a store, and
 * choice elements without `ofType` need a loaded model there.
 */
const NOT_COMPARED = /resolve\(\)|\.exists\(\)|%resource/;

test('search paths find the nodes that an independent FHIRPath engine finds', { skip: noExamples }, () => {
  let compared = 0;
  for (const resource of officialExamples()) {
    const type = String(resource.resourceType);
    for (const param of searchParams(type).values()) {
      if (param.expression === '' || NOT_COMPARED.test(param.expression)) continue;
      const own: unknown[] = [];
      for (const branch of compilePaths(param.expression, type)) {
        branch.build<unknown[]>((value, out) => void out.push(value))(resource, own, resource);
      }
      const expression = param.expression.replaceAll(/\b(Resource|DomainResource)\./g, `${type}.`);
      const other = evalFhirPathTyped(expression, [{ type, value: resource }]).map((v) => v.value);
      if (own.length === 0 && other.length === 0) continue;
      compared++;
      // The union of FHIRPath drops equal nodes; an index does not need to.
      const unique = (list: unknown[]): string[] => [...new Set(list.map((v) => JSON.stringify(v)))].sort();
      const found = unique(own);
      // The oracle's union takes "> 60" and "60" for the same quantity and drops one.
      const expected = param.type === 'quantity' ? found.filter((v) => unique(other).includes(v)) : found;
      assert.deepEqual(expected, unique(other), `${type}.${param.code}: ${param.expression}`);
    }
  }
  assert.ok(compared > 1500, String(compared));
});
