import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Decimal } from './decimal.ts';
import { canonicalJson, deepEqual } from './json.ts';

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, shuffled(inner)])
      .reverse(),
  );
}

test('the sorting example of RFC 8785 §3.2.3', () => {
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
  assert.equal(canonicalJson(value), '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
});

test('numbers, omissions and toJSON', () => {
  assert.equal(canonicalJson([1e21, 0.002, -0, Number('333333333.33333329')]), '[1e+21,0.002,0,333333333.3333333]');
  assert.equal(canonicalJson({ b: undefined, a: [undefined] }), '{"a":[null]}');
  assert.equal(canonicalJson({ d: Decimal.of('1.50'), t: new Date(0) }), '{"d":"1.5","t":"1970-01-01T00:00:00.000Z"}');
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  for (const bad of [Number.NaN, 1n, undefined, () => 1, loop]) assert.throws(() => canonicalJson(bad), TypeError);
});

test('the order of keys changes neither text nor equality, and the text reads back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(shuffled(value)), text);
      assert.ok(deepEqual(shuffled(value), value));
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
  );
});

test('different texts mean different values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      assert.equal(deepEqual(a, b), canonicalJson(a) === canonicalJson(b));
    }),
  );
  assert.ok(deepEqual({ a: 1, b: undefined }, { a: 1 }));
  assert.ok(!deepEqual({ a: 1 }, { a: 1, b: null }));
  assert.ok(!deepEqual([1], { 0: 1 }));
  assert.ok(!deepEqual(Decimal.of(1), Decimal.of(2)));
});
