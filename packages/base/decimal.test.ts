import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Decimal } from './decimal.ts';

const parts = fc.record({ unscaled: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), scale: fc.nat(9) });
/** An independent reading of the same number: the numerator over 10^18. */
const decimal = parts.map(({ unscaled, scale }) => {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, cut)}${scale ? `.${digits.slice(cut)}` : ''}`;
  return { text, fraction: unscaled * 10n ** BigInt(18 - scale) };
});
const fractionOf = (d: Decimal): bigint => d.unscaled * 10n ** BigInt(18 - d.scale);

test('reads text and numbers exactly', () => {
  assert.equal(Decimal.of('007.2500').toString(), '7.25');
  assert.equal(Decimal.of(0.1).add(0.2).toString(), '0.3');
  assert.equal(Decimal.of('-0').toString(), '0');
  assert.equal(Decimal.of(1e-7).toString(), '0.0000001');
  assert.equal(Decimal.of('1.5e3').toString(), '1500');
  assert.equal(Decimal.of(-1250000n).toString(), '-1250000');
});

test('refuses what is not exact or not a number', () => {
  for (const bad of ['', '.5', '5.', '1,5', 'NaN', '0x10', ' 1', '1e99999', '9'.repeat(500)]) {
    assert.throws(() => Decimal.of(bad), RangeError, bad);
  }
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) assert.throws(() => Decimal.of(bad), RangeError);
});

test('text survives a round trip and equal values are the same object shape', () => {
  fc.assert(
    fc.property(decimal, ({ text, fraction }) => {
      const d = Decimal.of(text);
      assert.equal(fractionOf(d), fraction);
      assert.deepEqual(Decimal.of(d.toString()), d);
      assert.deepEqual(Decimal.of(text.includes('.') ? `${text}0` : `${text}.0`), d);
    }),
  );
});

test('adds, multiplies and compares like fractions', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const [x, y] = [Decimal.of(a.text), Decimal.of(b.text)];
      assert.equal(fractionOf(x.add(y)), a.fraction + b.fraction);
      assert.equal(fractionOf(x.sub(y)), a.fraction - b.fraction);
      const product = x.mul(y);
      assert.equal(product.unscaled * 10n ** BigInt(36 - product.scale), a.fraction * b.fraction);
      assert.equal(x.cmp(y), a.fraction < b.fraction ? -1 : a.fraction > b.fraction ? 1 : 0);
      assert.equal(x.lt(y), a.fraction < b.fraction);
      assert.equal(x.gte(y), a.fraction >= b.fraction);
    }),
  );
});

test('rounds a half away from zero', () => {
  const cases = [
    ['2.5', 0, '3'],
    ['-2.5', 0, '-3'],
    ['2.4999', 0, '2'],
    ['1.005', 2, '1.01'],
    ['-0.4', 0, '0'],
    ['99.995', 2, '100'],
  ] as const;
  for (const [from, scale, to] of cases) assert.equal(Decimal.of(from).round(scale).toString(), to);
  assert.equal(Decimal.of('-2.99').round(0, 'down').toString(), '-2');
  assert.equal(Decimal.of('1.5').toFixed(2), '1.50');
  assert.equal(Decimal.of('-0.004').toFixed(2), '0.00');
});

test('rounding lands within half a unit, and only a tie goes away from zero', () => {
  fc.assert(
    fc.property(decimal, fc.nat(6), ({ text }, scale) => {
      const d = Decimal.of(text);
      const rest = d.sub(d.round(scale)).abs().mul(2);
      const unit = Decimal.of('1').div(10n ** BigInt(scale), scale);
      assert.ok(rest.lte(unit));
      if (rest.eq(unit)) assert.ok(d.round(scale).abs().gt(d.abs()));
    }),
  );
});

test('divides with one rounding of the exact quotient', () => {
  assert.equal(Decimal.of(2).div(3, 4).toString(), '0.6667');
  assert.equal(Decimal.of(-2).div(3, 4).toString(), '-0.6667');
  assert.equal(Decimal.of(2).div(3, 4, 'down').toString(), '0.6666');
  assert.equal(Decimal.of('0.001').div('1000', 2).toString(), '0');
  assert.equal(Decimal.of('12345.678').div('0.001', 0).toString(), '12345678');
  assert.throws(() => Decimal.of(1).div(0, 2), RangeError);
  fc.assert(
    fc.property(decimal, decimal, fc.nat(6), (a, b, scale) => {
      fc.pre(b.fraction !== 0n);
      const [x, y] = [Decimal.of(a.text), Decimal.of(b.text)];
      const q = x.div(y, scale);
      const gap = x
        .sub(q.mul(y))
        .abs()
        .mul(2)
        .mul(10n ** BigInt(scale));
      assert.ok(gap.lte(y.abs()));
      const down = x.div(y, scale, 'down');
      assert.ok(down.mul(y).abs().lte(x.abs()));
    }),
  );
});

test('a sum does not depend on order', () => {
  fc.assert(
    fc.property(fc.array(decimal), (xs) => {
      const texts = xs.map((x) => x.text);
      assert.deepEqual(Decimal.sum(texts), Decimal.sum(texts.toReversed()));
      assert.equal(
        fractionOf(Decimal.sum(texts)),
        xs.reduce((sum, x) => sum + x.fraction, 0n),
      );
    }),
  );
});

test('cannot be misused as a float', () => {
  const [a, b] = [Decimal.of(1), Decimal.of(2)];
  assert.throws(() => a < b, TypeError);
  assert.equal(JSON.stringify({ a }), '{"a":"1"}');
  assert.equal(`${b}`, '2');
  assert.notDeepEqual(a, b);
});
