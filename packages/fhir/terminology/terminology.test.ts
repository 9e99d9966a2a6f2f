import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { isBelowOrSame, isDisplayOf, readCodeSystem, subsumption } from './code-system.ts';
import { isMatched, translate } from './concept-map.ts';
import { TerminologyError, ValueSets } from './value-set.ts';

const ANIMALS: JsonObject = {
  resourceType: 'CodeSystem',
  url: 'http://x/animals',
  version: '2',
  name: 'Animals',
  content: 'complete',
  caseSensitive: false,
  language: 'vi',
  concept: [
    {
      code: 'mammal',
      display: 'Thú',
      property: [{ code: 'notSelectable', valueBoolean: true }],
      concept: [
        {
          code: 'cat',
          display: 'Mèo',
          designation: [{ language: 'en', value: 'Cat' }],
          property: [{ code: 'legs', valueInteger: 4 }],
          concept: [{ code: 'lion', display: 'Sư tử' }],
        },
        { code: 'whale', display: 'Cá voi', property: [{ code: 'legs', valueInteger: 0 }] },
      ],
    },
    { code: 'dodo', display: 'Đô-đô', property: [{ code: 'status', valueCode: 'retired' }] },
    // Also under another parent, named as a property.
    { code: 'pet', display: 'Vật nuôi' },
    {
      code: 'dog',
      display: 'Chó',
      property: [
        { code: 'parent', valueCode: 'pet' },
        { code: 'parent', valueCode: 'mammal' },
      ],
    },
  ],
};
const animals = readCodeSystem(ANIMALS);
if (!animals) throw new Error('no code system');
const sets = new Map<string, JsonObject>();
const valueSets = new ValueSets({
  codeSystem: async (url, version) => (url === 'http://x/animals' && (version ?? '2') === '2' ? animals : undefined),
  valueSet: async (url) => sets.get(url),
});
const set = (compose: object): JsonObject => ({ resourceType: 'ValueSet', compose });
const include = (...filter: object[]): JsonObject => set({ include: [{ system: 'http://x/animals', filter }] });
const codes = async (valueSet: JsonObject, options = {}): Promise<string> =>
  (await valueSets.members(valueSet, options)).map((m) => m.concept.code).join(' ');

test('who stands above whom, over several parents', () => {
  assert.equal(subsumption(animals, 'mammal', 'LION'), 'subsumes');
  assert.equal(subsumption(animals, 'dog', 'pet'), 'subsumed-by');
  assert.equal(subsumption(animals, 'dog', 'mammal'), 'subsumed-by');
  assert.equal(subsumption(animals, 'cat', 'Cat'), 'equivalent');
  assert.equal(subsumption(animals, 'cat', 'dog'), 'not-subsumed');
  assert.equal(subsumption(animals, 'cat', 'car'), undefined);
  assert.ok(isBelowOrSame(animals, 'lion', 'cat'));
  const cat = animals.find('cat');
  assert.ok(cat && isDisplayOf(cat, ' mèo ') && isDisplayOf(cat, 'CAT') && !isDisplayOf(cat, 'meo'));
});

test('every filter, and membership says the same as expansion', async () => {
  const cases: [JsonObject, string][] = [
    [include(), 'mammal cat lion whale dodo pet dog'],
    [include({ property: 'concept', op: 'is-a', value: 'mammal' }), 'mammal cat lion whale dog'],
    [include({ property: 'concept', op: 'descendent-of', value: 'mammal' }), 'cat lion whale dog'],
    [include({ property: 'concept', op: 'is-not-a', value: 'mammal' }), 'dodo pet'],
    [include({ property: 'concept', op: 'generalizes', value: 'lion' }), 'mammal cat lion'],
    [include({ property: 'legs', op: '=', value: '4' }), 'cat'],
    [include({ property: 'legs', op: 'exists', value: 'true' }), 'cat whale'],
    [
      include({ property: 'legs', op: 'exists', value: 'true' }, { property: 'code', op: 'not-in', value: 'cat, dog' }),
      'whale',
    ],
    [include({ property: 'code', op: 'in', value: 'cat,pet' }), 'cat pet'],
    [include({ property: 'display', op: 'regex', value: 'C.*' }), 'whale dog'],
    [set({ include: [{ system: 'http://x/animals', concept: [{ code: 'dog' }, { code: 'cat' }] }] }), 'dog cat'],
    [
      set({
        inactive: false,
        include: [{ system: 'http://x/animals' }],
        exclude: [{ system: 'http://x/animals', concept: [{ code: 'cat' }] }],
      }),
      'mammal lion whale pet dog',
    ],
  ];
  sets.set('http://x/pets', include({ property: 'concept', op: 'is-a', value: 'pet' }));
  sets.set('http://x/mammals', include({ property: 'concept', op: 'is-a', value: 'mammal' }));
  cases.push([set({ include: [{ valueSet: ['http://x/pets', 'http://x/mammals'] }] }), 'dog']);
  cases.push([
    set({ include: [{ valueSet: ['http://x/pets'] }, { valueSet: ['http://x/mammals'] }] }),
    'pet dog mammal cat lion whale',
  ]);
  cases.push([
    set({
      include: [
        { system: 'http://x/animals', concept: [{ code: 'whale' }, { code: 'dodo' }], valueSet: ['http://x/mammals'] },
      ],
    }),
    'whale',
  ]);
  for (const [valueSet, wanted] of cases) {
    assert.equal(await codes(valueSet), wanted, JSON.stringify(valueSet.compose));
    for (const code of 'mammal cat lion whale dodo pet dog'.split(' ')) {
      const isMember = (await valueSets.find(valueSet, 'http://x/animals', code)).length === 1;
      assert.equal(isMember, wanted.split(' ').includes(code), `${code} ${JSON.stringify(valueSet.compose)}`);
      assert.equal((await valueSets.find(valueSet, undefined, code)).length === 1, isMember);
      assert.equal((await valueSets.find(valueSet, 'http://other', code)).length, 0);
    }
  }
});

test('search by text is blind to diacritics; inactive codes can be left out', async () => {
  assert.equal(await codes(include(), { filter: 'su tu' }), 'lion');
  assert.equal(await codes(include(), { filter: 'CAT' }), 'cat');
  assert.equal(await codes(include(), { activeOnly: true }), 'mammal cat lion whale pet dog');
});

test('a list of codes of an unknown system stands by itself; what needs the system says so', async () => {
  const unknown = set({ include: [{ system: 'http://snomed.info/sct', concept: [{ code: '1', display: 'Một' }] }] });
  assert.equal(await codes(unknown), '1');
  assert.equal((await valueSets.find(unknown, 'http://snomed.info/sct', '2')).length, 0);
  await assert.rejects(codes(set({ include: [{ system: 'http://snomed.info/sct' }] })), TerminologyError);
  await assert.rejects(codes(set({ include: [{ valueSet: ['http://none'] }] })), /no value set/);
  sets.set('http://x/loop', set({ include: [{ valueSet: ['http://x/loop'] }] }));
  await assert.rejects(codes(set({ include: [{ valueSet: ['http://x/loop'] }] })), /too deep/);
});

test('translation there and back', () => {
  const map: JsonObject = {
    url: 'http://x/map',
    group: [
      {
        source: 'http://a',
        target: 'http://b',
        targetVersion: '1',
        element: [
          {
            code: '1',
            display: 'one',
            target: [
              { code: 'x', equivalence: 'wider', comment: 'c' },
              { code: 'y', equivalence: 'equivalent' },
            ],
          },
          { code: '2', target: [{ equivalence: 'unmatched' }] },
        ],
        unmapped: { mode: 'fixed', code: 'other' },
      },
    ],
  };
  const ask = (code: string, more = {}): string[] =>
    translate(map, { code, reverse: false, ...more }).map(
      (m) => `${m.equivalence} ${m.concept.system}|${m.concept.code ?? ''}`,
    );
  assert.deepEqual(ask('1'), ['wider http://b|x', 'equivalent http://b|y']);
  assert.deepEqual(ask('2'), ['unmatched http://b|']);
  assert.equal(isMatched(translate(map, { code: '2', reverse: false })), false);
  assert.deepEqual(ask('3'), ['inexact http://b|other']);
  assert.deepEqual(ask('1', { system: 'http://c' }), []);
  assert.deepEqual(ask('x', { reverse: true }), ['narrower http://a|1']);
});
