import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { choiceKey, typeDef } from '../definitions.ts';
import { compilePath, holds } from '../fhirpath/evaluate.ts';
import { resourceItem, typedItem } from '../fhirpath/values.ts';
import { isObject, type JsonObject } from '../json.ts';
import { allInvariants } from '../testing/all-invariants.ts';
import { noExamples, officialExamples } from '../testing/official-data.ts';
import { Context } from './context.ts';
import { HAND_WRITTEN } from './invariant-rules.ts';
import { VIETNAMESE } from './invariant-texts.ts';

interface Place {
  readonly node: JsonObject;
  readonly type: string;
  readonly root: JsonObject;
}

/** The objects of a resource whose type has a hand-written invariant. */
function places(node: JsonObject, type: string, root: JsonObject, found: Place[]): void {
  const def = typeDef(type);
  if (def?.invariants.some((i) => HAND_WRITTEN[i.key])) found.push({ node, type, root });
  for (const e of def?.elements ?? []) {
    for (const t of e.types) {
      const value = node[e.isChoice ? choiceKey(e.name, t.code) : e.name];
      for (const item of Array.isArray(value) ? value : [value]) {
        if (!isObject(item)) continue;
        if (t.code === 'Resource') places(item, String(item.resourceType), item, found);
        else places(item, t.code, root, found);
      }
    }
  }
}

test('the rules written by hand say what the official expressions say', { skip: noExamples }, () => {
  const all: Place[] = [];
  for (const r of officialExamples()) places(r, String(r.resourceType), r, all);
  assert.ok(all.length > 900, String(all.length));
  const outcomes = new Map<string, Set<boolean>>();
  fc.assert(
    fc.property(
      fc.nat(all.length - 1),
      fc.nat(all.length - 1),
      fc.array(fc.nat(20), { maxLength: 3 }),
      (index, donorIndex, drop) => {
        const place = all[index];
        const donor = all[donorIndex];
        if (!place || !donor) return;
        // Elements of another node of the type are mixed in, then some are dropped.
        const mixed = place.type === donor.type ? { ...donor.node, ...place.node } : { ...place.node };
        const keys = Object.keys(mixed).filter(
          (k) => k !== 'resourceType' && !(place.type === 'Bundle' && k === 'type'),
        );
        // (A Bundle without its required type is refused whatever its other rules say.)
        for (const d of drop) delete mixed[keys[d] ?? ''];
        const ctx = new Context({}, () => {});
        const root = place.node === place.root ? mixed : place.root;
        for (const i of typeDef(place.type)?.invariants ?? []) {
          const rule = HAND_WRITTEN[i.key];
          if (!rule) continue;
          const input = place.node === place.root ? resourceItem(mixed) : typedItem(mixed, place.type);
          const expected = holds(compilePath(i.expression), input, { resource: resourceItem(root) });
          assert.equal(rule(mixed, ctx), expected, `${i.key} on ${JSON.stringify(mixed).slice(0, 500)}`);
          outcomes.set(i.key, (outcomes.get(i.key) ?? new Set()).add(expected));
        }
      },
    ),
    { numRuns: 5000, seed: 3 },
  );
  const undecided = Object.keys(HAND_WRITTEN).filter((key) => outcomes.get(key)?.size !== 2);
  // Not both outcomes are reached by mixing examples for these; their cases are in validate.test.ts.
  assert.ok(undecided.length <= 7, undecided.join(', '));
});

test('hand-written rules and texts belong to invariants of R4', () => {
  const keys = new Set(allInvariants().map((i) => i.key));
  for (const key of [...Object.keys(HAND_WRITTEN), ...Object.keys(VIETNAMESE)]) assert.ok(keys.has(key), key);
  for (const key of Object.keys(HAND_WRITTEN)) assert.ok(VIETNAMESE[key], `${key} has no Vietnamese text`);
});
