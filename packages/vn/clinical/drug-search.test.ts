import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drugIndex, searchDrugs } from './drug-search.ts';
import { formulary } from './testing/packs.ts';

const index = drugIndex(formulary());
const names = (query: string): string[] => searchDrugs(index, query).map((h) => `${h.drug.display} ${h.drug.strength}`);

test('by ingredient and strength, in any order, without tones', () => {
  assert.deepEqual(names('metformin 850'), ['metFORMIN 850 mg']);
  assert.deepEqual(names('850 metf'), ['metFORMIN 850 mg']);
  assert.ok(names('sat').some((name) => name.startsWith('sắt')));
  assert.ok(names('Mẫu-Clav').every((name) => name.includes('acid clavulanic')));
  assert.deepEqual(names(''), []);
});

test('a single ingredient comes before combinations', () => {
  const list = names('amoxicilin');
  const firstCombination = list.findIndex((name) => name.includes('+'));
  assert.ok(firstCombination > 0);
  assert.ok(list.slice(firstCombination).every((name) => name.includes('+')));
});

test('look-alikes in one list are marked', () => {
  const hits = searchDrugs(index, 'cef');
  assert.ok(hits.length > 5 && hits.every((h) => h.lookAlike));
  const alone = searchDrugs(index, 'metformin 850');
  assert.ok(alone.every((h) => !h.lookAlike));
});
