import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expandOrders, findOrders, orderIndex, parseOrders } from './order-parse.ts';
import { labPack } from './testing/packs.ts';

const index = orderIndex(labPack());
const codes = (text: string): (string | undefined)[] => parseOrders(index, text).map((o) => o.order?.code);

test('what a doctor types in one go', () => {
  assert.deepEqual(codes('hba1c glu crea ecg'), ['HBA1C', 'GLU', 'CREA', 'ECG']);
  assert.deepEqual(codes('CTM, crp; tổng phân tích'), ['CTM', 'CRP', undefined]);
  assert.deepEqual(codes('công thức máu'), ['CTM'], 'an alias of several words, with tones');
  assert.deepEqual(codes('cong thuc mau'), ['CTM'], 'and without');
});

test('an alias of several items is asked, never guessed', () => {
  const [order] = parseOrders(index, 'men gan');
  assert.equal(order?.order, undefined);
  assert.ok((order?.candidates.length ?? 0) >= 3);
});

test('unknown words come back with candidates and do not swallow the next order', () => {
  const orders = parseOrders(index, 'xquang phoi hba1c');
  assert.equal(orders.at(-1)?.order?.code, 'HBA1C');
  assert.equal(orders[0]?.order, undefined);
});

test('bundles open into their items once', () => {
  const found = parseOrders(index, 'dtd-3t glu').flatMap((o) => (o.order ? [o.order] : []));
  const expanded = expandOrders(found);
  assert.equal(expanded.filter((code) => code === 'GLU').length, 1);
  assert.ok(expanded.includes('HBA1C') && expanded.includes('ECG'));
});

test('search: code before alias before name', () => {
  assert.equal(findOrders(index, 'k').length > 0, true);
  assert.equal(findOrders(index, 'glu')[0]?.code, 'GLU');
  assert.equal(findOrders(index, 'siêu âm bụng')[0]?.code, 'SA-BUNG');
  assert.ok(findOrders(index, 'ngực thẳng').some((o) => o.code === 'XQ-NGUC'));
  assert.deepEqual(findOrders(index, '  '), []);
});

test('every code finds itself first, and every word typed is answered for', () => {
  const all = index.entries.map((e) => e.code);
  fc.assert(
    fc.property(fc.constantFrom(...all), (code) => {
      assert.equal(findOrders(index, code.toLowerCase())[0]?.code, code);
      assert.equal(codes(code)[0], code);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom('glu', 'abc', 'men', 'gan', 'ecg', 'máu'), { maxLength: 8 }), (words) => {
      const typed = parseOrders(index, words.join(' ')).map((o) => o.typed);
      assert.equal(typed.join(' '), words.join(' '));
    }),
  );
});
