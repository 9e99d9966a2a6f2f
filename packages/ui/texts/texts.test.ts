import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineTexts, fill, translator } from './texts.ts';

const texts = defineTexts({
  vi: { waiting: 'Còn {n} người, khoảng {minutes} phút', sign: 'Ký đơn' },
  en: { waiting: '{n} {n#person|people} left, about {minutes} min', sign: 'Sign prescription' },
});

test('fills slots in both languages', () => {
  assert.equal(translator(texts, 'vi')('waiting', { n: 12, minutes: 35 }), 'Còn 12 người, khoảng 35 phút');
  assert.equal(translator(texts, 'en')('waiting', { n: 12, minutes: 35 }), '12 people left, about 35 min');
  assert.equal(translator(texts, 'en')('waiting', { n: 1, minutes: 3 }), '1 person left, about 3 min');
  assert.equal(translator(texts, 'en')('sign'), 'Sign prescription');
});

test('a slot without a value stays visible', () => {
  assert.equal(fill('Còn {n} người'), 'Còn {n} người');
});

test('missing and unknown slots are type errors', () => {
  const t = translator(texts, 'vi');
  // @ts-expect-error the slots are required
  assert.match(t('waiting'), /\{n\}/);
  // @ts-expect-error minutes is missing
  assert.match(t('waiting', { n: 1 }), /\{minutes\}/);
});
