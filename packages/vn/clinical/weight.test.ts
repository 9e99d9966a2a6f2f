import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kilograms } from './weight.ts';

test('a weighing counts in kilograms whatever unit it came in, and not at all without one', () => {
  const kg = (value: number | undefined, code?: string, unit?: string) => kilograms({ value, code, unit })?.toString();
  assert.deepEqual([kg(58.5, 'kg'), kg(58.5, undefined, 'kg')], ['58.5', '58.5']);
  assert.deepEqual([kg(3450, 'g'), kg(3455, 'g', 'gam')], ['3.45', '3.46']);
  assert.equal(kg(154, '[lb_av]', 'lb'), '69.85');
  assert.deepEqual([kg(58.5), kg(58.5, 'cm'), kg(58.5, undefined, 'lb'), kg(undefined, 'kg')].filter(Boolean), []);
  assert.equal(kilograms(undefined), undefined);
});
