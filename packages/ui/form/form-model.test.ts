import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FormItem, gapsOf, isAsked } from './form-model.ts';

const say = (vi: string) => ({ vi, en: vi });
const items: readonly FormItem[] = [
  { id: 'reason', type: 'text', label: say('Lý do'), required: true },
  { id: 'smoker', type: 'tick', label: say('Hút thuốc') },
  { id: 'packs', type: 'number', label: say('Gói/ngày'), required: true, when: { item: 'smoker', is: true } },
  {
    id: 'wounds',
    type: 'group',
    label: say('Vết thương'),
    most: 3,
    items: [{ id: 'site', type: 'text', label: say('Vị trí'), required: true }],
  },
  {
    id: 'plan',
    type: 'group',
    label: say('Xử trí'),
    items: [{ id: 'text', type: 'long', label: say('Lời dặn'), required: true }],
  },
];
const gaps = (values: Parameters<typeof gapsOf>[1]) => gapsOf(items, values).map((gap) => gap.path);

test('what is not asked is not missing', () => {
  assert.deepEqual(gaps({}), ['reason', 'plan.0.text']);
  assert.deepEqual(gaps({ smoker: true, reason: 'Ho', plan: [{ text: 'Nghỉ' }] }), ['packs']);
  assert.equal(isAsked(items[2] as FormItem, { smoker: false }), false);
});

test('spaces are no answer; every set of a repeating group is looked at', () => {
  assert.deepEqual(gaps({ reason: '  ', plan: [{ text: 'x' }], wounds: [{ site: 'Tay' }, {}] }), [
    'reason',
    'wounds.1.site',
  ]);
});

test('a required group that repeats needs one set at least', () => {
  const required: readonly FormItem[] = [
    { id: 'g', type: 'group', label: say('G'), most: 2, required: true, items: [] },
  ];
  assert.deepEqual(
    gapsOf(required, {}).map((gap) => gap.path),
    ['g'],
  );
  assert.deepEqual(gapsOf(required, { g: [{}] }), []);
});
