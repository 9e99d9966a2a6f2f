/**
 * Units of measure (UCUM, https://ucum.org/ucum): reading of unit expressions and exact conversion, for comparing
 * quantities. The table holds the units that health records use; an unknown unit is no error, it only compares with
 * itself.
 */
import type { Decimal } from '@mach/base/decimal.ts';
import { BASE, CALENDAR, METRIC, PLAIN, PREFIXES } from './ucum-table.ts';

/** An exact fraction; the denominator is positive. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export interface Unit {
  /** Value in base units = (value + offset) × factor. */
  readonly factor: Rational;
  readonly offset: Rational;
  /** Dimension in a fixed order: `g.m-3`; empty for pure numbers. */
  readonly dimension: string;
}

type Dimensions = ReadonlyMap<string, number>;
interface Parsed {
  readonly factor: Rational;
  readonly dimensions: Dimensions;
}

const ONE: Rational = { n: 1n, d: 1n };
const ZERO: Rational = { n: 0n, d: 1n };

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}

function rational(n: bigint, d: bigint): Rational {
  const g = gcd(n, d);
  return { n: n / g, d: d / g };
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.n * b.n, a.d * b.d);
}

function plus(a: Rational, b: Rational): Rational {
  return rational(a.n * b.d + b.n * a.d, a.d * b.d);
}

function inverse(a: Rational): Rational {
  return a.n < 0n ? { n: -a.d, d: -a.n } : { n: a.d, d: a.n };
}

function power(a: Rational, exponent: number): Rational {
  const base = exponent < 0 ? inverse(a) : a;
  const e = BigInt(Math.abs(exponent));
  return { n: base.n ** e, d: base.d ** e };
}

/** An exact fraction from a decimal text, `0.0254` or `1e-3`. */
export function toRational(text: string): Rational {
  const m = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!m) throw new RangeError(`not a decimal: ${text}`);
  const digits = BigInt(`${m[2]}${m[3] ?? ''}`);
  const exponent = Number(m[4] ?? 0) - (m[3]?.length ?? 0);
  if (Math.abs(exponent) > 400) throw new RangeError(`too large or small: ${text}`);
  const n = m[1] === '-' ? -digits : digits;
  return exponent >= 0 ? { n: n * 10n ** BigInt(exponent), d: 1n } : rational(n, 10n ** BigInt(-exponent));
}

/** -1, 0 or 1. */
export function compareRational(a: Rational, b: Rational): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Scales with another zero: [offset added to the value, factor to kelvin]. */
const SHIFTED: Readonly<Record<string, readonly [string, Rational]>> = {
  Cel: ['273.15', ONE],
  '[degF]': ['459.67', { n: 5n, d: 9n }],
};
/** Codes come from outside: the memory of the caches is bounded. */
const MAX_CACHE = 5000;
const atoms = new Map<string, Parsed | undefined>();
const units = new Map<string, Unit | undefined>();

function definition(row: readonly [string, string]): Parsed {
  const inner = row[1] === '' ? { factor: ONE, dimensions: new Map<string, number>() } : parseTerm(row[1]);
  if (!inner) throw new Error(`bad unit definition ${row[1]}`);
  return { factor: multiply(toRational(row[0]), inner.factor), dimensions: inner.dimensions };
}

/** A unit symbol, with a prefix where it is metric. */
function atom(symbol: string): Parsed | undefined {
  if (atoms.has(symbol)) return atoms.get(symbol);
  const result = readAtom(symbol);
  if (atoms.size < MAX_CACHE) atoms.set(symbol, result);
  return result;
}

function readAtom(symbol: string): Parsed | undefined {
  if (BASE.includes(symbol)) return { factor: ONE, dimensions: new Map([[symbol, 1]]) };
  const plain = PLAIN[symbol] ?? METRIC[symbol];
  if (plain && Object.hasOwn(PLAIN[symbol] ? PLAIN : METRIC, symbol)) return definition(plain);
  for (const length of [2, 1]) {
    const exponent = PREFIXES[symbol.slice(0, length)];
    const rest = symbol.slice(length);
    if (exponent === undefined || rest === '') continue;
    const isMetric = Object.hasOwn(METRIC, rest) || (BASE.includes(rest) && rest !== '[pH]' && rest !== '[drp]');
    const inner = isMetric ? atom(rest) : undefined;
    if (inner)
      return { factor: multiply(power({ n: 10n, d: 1n }, exponent), inner.factor), dimensions: inner.dimensions };
  }
  // Unknown annotations in brackets are units of their own kind: `[HPF]`.
  return /^\[[^\]]+\]$/.test(symbol) ? { factor: ONE, dimensions: new Map([[symbol, 1]]) } : undefined;
}

function combine(a: Parsed, b: Parsed, sign: 1 | -1): Parsed {
  const dimensions = new Map(a.dimensions);
  for (const [name, e] of b.dimensions) {
    const sum = (dimensions.get(name) ?? 0) + sign * e;
    if (sum === 0) dimensions.delete(name);
    else dimensions.set(name, sum);
  }
  return { factor: multiply(a.factor, sign === 1 ? b.factor : inverse(b.factor)), dimensions };
}

const COMPONENT =
  /(?:(\()|((?:10[*^])|(?:[A-Za-z%'_]|\[[^\]]*\])+(?:(?<=_)[a-z])?)([+-]?\d+)?|(\d+))(\{[^}]*\})*|(\{[^}]*\})/y;

/** A term of units joined by `.` and `/`; undefined where a unit is unknown or the syntax wrong. */
function parseTerm(source: string): Parsed | undefined {
  let result: Parsed = { factor: ONE, dimensions: new Map() };
  let sign: 1 | -1 = 1;
  let at = 0;
  if (source.startsWith('/')) {
    sign = -1;
    at = 1;
  }
  while (at < source.length) {
    COMPONENT.lastIndex = at;
    const m = COMPONENT.exec(source);
    if (!m) return undefined;
    at = COMPONENT.lastIndex;
    let part: Parsed | undefined;
    if (m[1] !== undefined) {
      const end = closing(source, at);
      part = end < 0 ? undefined : parseTerm(source.slice(at, end));
      at = end + 1;
    } else if (m[4] !== undefined) part = { factor: { n: BigInt(m[4]), d: 1n }, dimensions: new Map() };
    else if (m[6] !== undefined) part = { factor: ONE, dimensions: new Map() };
    else part = raised(m[2] ?? '', Number(m[3] ?? 1));
    if (!part || part.factor.n === 0n) return undefined;
    result = combine(result, part, sign);
    if (at >= source.length) return result;
    if (source[at] !== '.' && source[at] !== '/') return undefined;
    sign = source[at] === '.' ? 1 : -1;
    at++;
  }
  return undefined;
}

function raised(symbol: string, exponent: number): Parsed | undefined {
  const base = atom(symbol);
  if (!base || exponent === 0 || Math.abs(exponent) > 60) return undefined;
  const dimensions = new Map([...base.dimensions].map(([name, e]): [string, number] => [name, e * exponent]));
  return { factor: power(base.factor, exponent), dimensions };
}

function closing(source: string, from: number): number {
  let depth = 1;
  for (let i = from; i < source.length; i++) {
    if (source[i] === '(') depth++;
    else if (source[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

/** The meaning of a UCUM code; undefined where it is unknown. */
export function parseUnit(code: string): Unit | undefined {
  if (units.has(code)) return units.get(code);
  const result = readUnit(code);
  if (units.size < MAX_CACHE) units.set(code, result);
  return result;
}

function readUnit(code: string): Unit | undefined {
  if (code.length > 100) return undefined;
  if (code === '1' || code === '') return { factor: ONE, offset: ZERO, dimension: '' };
  const shifted = Object.hasOwn(SHIFTED, code) ? SHIFTED[code] : undefined;
  if (shifted) return { factor: shifted[1], offset: toRational(shifted[0]), dimension: 'K' };
  const parsed = parseTerm(code);
  if (!parsed) return undefined;
  const dimension = [...parsed.dimensions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, e]) => (e === 1 ? name : `${name}${e}`))
    .join('.');
  return { factor: parsed.factor, offset: ZERO, dimension };
}

/** The UCUM code of a calendar word such as `days`; other codes stay as they are. */
export function calendarUnit(word: string): string {
  const singular = word.endsWith('s') && word.length > 2 ? word.slice(0, -1) : word;
  return Object.hasOwn(CALENDAR, singular) ? (CALENDAR[singular] ?? word) : word;
}

/** A value in base units, exact; undefined where the unit is unknown. */
export function inBaseUnits(value: Decimal | number, code: string): { value: Rational; dimension: string } | undefined {
  const unit = parseUnit(code);
  if (!unit) return undefined;
  const exact = toRational(typeof value === 'number' ? String(value) : value.toString());
  return { value: multiply(plus(exact, unit.offset), unit.factor), dimension: unit.dimension };
}

/** A fraction as the nearest number. */
export function toNumber(r: Rational): number {
  // 40 digits after the point, more for tiny values: a double holds 17.
  const isTiny = (r.n < 0n ? -r.n : r.n) * 10n ** 20n < r.d;
  const digits = isTiny ? 400 : 40;
  return Number(`${(r.n * 10n ** BigInt(digits)) / r.d}e-${digits}`);
}

interface NumericUnit {
  readonly factor: number;
  readonly offset: number;
  readonly name: string;
}
const numericUnits = new Map<string, NumericUnit | undefined>();

function numericUnit(code: string): NumericUnit | undefined {
  if (numericUnits.has(code)) return numericUnits.get(code);
  const unit = parseUnit(code);
  const result = unit && {
    factor: toNumber(unit.factor),
    offset: toNumber(unit.offset),
    name: unit.dimension === '' ? '1' : unit.dimension,
  };
  if (numericUnits.size < MAX_CACHE) numericUnits.set(code, result);
  return result;
}

/**
 * The comparable form of a quantity for an index: 5 mg and 0.005 g give the same value and unit. It is rounded to 15
 * significant digits, which takes off what binary multiplication adds. Undefined where the unit is unknown; then only
 * the same code compares.
 */
export function canonicalQuantity(value: number, code: string): { value: number; unit: string } | undefined {
  const unit = Number.isFinite(value) ? numericUnit(code) : undefined;
  if (!unit) return undefined;
  return { value: Number(((value + unit.offset) * unit.factor).toPrecision(15)), unit: unit.name };
}
