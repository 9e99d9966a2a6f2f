export type DecimalInput = string | number | bigint | Decimal;
export type Rounding = 'half-away' | 'down';

const FORM = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
/** Longest text accepted and largest exponent: guards against input made to burn processor time. */
const MAX_LENGTH = 400;

/**
 * Exact decimal number, immutable: `unscaled × 10^-scale` with no trailing zero. For money and quantities, where a
 * binary float would lose a đồng. Operators (`a < b`, `a + b`) throw: use the methods.
 */
export class Decimal {
  static readonly ZERO: Decimal = new Decimal(0n, 0);

  readonly unscaled: bigint;
  readonly scale: number;

  private constructor(unscaled: bigint, scale: number) {
    let u = unscaled;
    let s = scale;
    while (s > 0 && u % 10n === 0n) {
      u /= 10n;
      s -= 1;
    }
    this.unscaled = u;
    this.scale = s;
  }

  /** Throws `RangeError` on text that is not a number and on numbers too large to be exact. */
  static of(v: DecimalInput): Decimal {
    if (v instanceof Decimal) return v;
    if (typeof v === 'bigint') return new Decimal(v, 0);
    if (typeof v === 'number' && Number.isInteger(v) && !Number.isSafeInteger(v)) {
      throw new RangeError(`not exact as a number: ${v}`);
    }
    const text = String(v);
    const match = text.length <= MAX_LENGTH ? FORM.exec(text) : null;
    if (!match) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`);
    const [, sign, whole = '', fraction = '', exponent = '0'] = match;
    const scale = fraction.length - Number(exponent);
    if (Math.abs(scale) > MAX_LENGTH) throw new RangeError(`exponent out of range: ${text.slice(0, 40)}`);
    const digits = BigInt(whole + fraction);
    const unscaled = sign === '-' ? -digits : digits;
    return scale < 0 ? new Decimal(unscaled * 10n ** BigInt(-scale), 0) : new Decimal(unscaled, scale);
  }

  static sum(xs: Iterable<DecimalInput>): Decimal {
    let total = Decimal.ZERO;
    for (const x of xs) total = total.add(x);
    return total;
  }

  add(d: DecimalInput): Decimal {
    const other = Decimal.of(d);
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) + other.at(scale), scale);
  }

  sub(d: DecimalInput): Decimal {
    return this.add(Decimal.of(d).neg());
  }

  mul(d: DecimalInput): Decimal {
    const other = Decimal.of(d);
    return new Decimal(this.unscaled * other.unscaled, this.scale + other.scale);
  }

  /** Quotient with `scale` decimals. Rounded once, from the exact remainder. Throws `RangeError` on zero. */
  div(d: DecimalInput, scale: number, rounding: Rounding = 'half-away'): Decimal {
    const other = Decimal.of(d);
    if (other.unscaled === 0n) throw new RangeError('division by zero');
    checkScale(scale);
    const shift = scale + other.scale - this.scale;
    const numerator = shift > 0 ? this.unscaled * 10n ** BigInt(shift) : this.unscaled;
    const denominator = shift < 0 ? other.unscaled * 10n ** BigInt(-shift) : other.unscaled;
    return new Decimal(divide(numerator, denominator, rounding), scale);
  }

  neg(): Decimal {
    return new Decimal(-this.unscaled, this.scale);
  }

  abs(): Decimal {
    return this.unscaled < 0n ? this.neg() : this;
  }

  /** To `scale` decimals; a half goes away from zero, as Vietnamese accounting rounds. */
  round(scale: number, rounding: Rounding = 'half-away'): Decimal {
    checkScale(scale);
    if (this.scale <= scale) return this;
    return new Decimal(divide(this.unscaled, 10n ** BigInt(this.scale - scale), rounding), scale);
  }

  cmp(d: DecimalInput): -1 | 0 | 1 {
    const other = Decimal.of(d);
    const scale = Math.max(this.scale, other.scale);
    const [a, b] = [this.at(scale), other.at(scale)];
    return a < b ? -1 : a > b ? 1 : 0;
  }

  eq(d: DecimalInput): boolean {
    return this.cmp(d) === 0;
  }

  lt(d: DecimalInput): boolean {
    return this.cmp(d) < 0;
  }

  lte(d: DecimalInput): boolean {
    return this.cmp(d) <= 0;
  }

  gt(d: DecimalInput): boolean {
    return this.cmp(d) > 0;
  }

  gte(d: DecimalInput): boolean {
    return this.cmp(d) >= 0;
  }

  isZero(): boolean {
    return this.unscaled === 0n;
  }

  isNegative(): boolean {
    return this.unscaled < 0n;
  }

  isInteger(): boolean {
    return this.scale === 0;
  }

  /** Canonical: no exponent, no trailing zero, no "-0". Two equal values have the same text. */
  toString(): string {
    return this.text(this.scale);
  }

  /** With exactly `scale` decimals, rounded half away from zero. */
  toFixed(scale: number): string {
    return this.round(scale).text(scale);
  }

  toJSON(): string {
    return this.toString();
  }

  /** Nearest binary float: for charts and statistics, never for adding up. */
  toNumber(): number {
    return Number(this.toString());
  }

  valueOf(): never {
    throw new TypeError('Decimal has no operators: use cmp, add, toString');
  }

  private at(scale: number): bigint {
    return scale === this.scale ? this.unscaled : this.unscaled * 10n ** BigInt(scale - this.scale);
  }

  private text(scale: number): string {
    const value = this.at(scale);
    const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
    const split = digits.length - scale;
    const body = scale === 0 ? digits : `${digits.slice(0, split)}.${digits.slice(split)}`;
    return value < 0n ? `-${body}` : body;
  }
}

function checkScale(scale: number): void {
  if (!Number.isInteger(scale) || scale < 0 || scale > MAX_LENGTH) throw new RangeError(`not a scale: ${scale}`);
}

function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  if (rounding === 'down') return quotient;
  const rest = numerator % denominator;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < (denominator < 0n ? -denominator : denominator)) return quotient;
  return numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n;
}
