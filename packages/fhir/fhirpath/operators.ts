/** Equality, order and arithmetic of FHIRPath. */
import { Decimal } from '@mach/base/decimal.ts';
import { isObject } from '../json.ts';
import { calendarUnit, compareRational, inBaseUnits, parseUnit } from '../ucum.ts';
import { addTime, compareTemporal, parseTemporal, temporalText } from './temporal.ts';
import { dec, EMPTY, type Item, type Items, int, type PathQuantity, quantity, str, system } from './values.ts';

const TEMPORAL = new Set(['System.Date', 'System.DateTime', 'System.Time']);
const NUMERIC = new Set(['System.Integer', 'System.Decimal']);
const UCUM_TIME = new Set(['s', 'ms', 'min', 'h', 'd', 'wk', 'mo', 'a']);
const CALENDAR_WORD = /^(year|month|week|day|hour|minute|second|millisecond)s?$/;

/** A number of either numeric type as a decimal. */
export function asDecimal(item: Item): Decimal | undefined {
  if (item.type === 'System.Integer') return Decimal.of(item.value as number);
  return item.type === 'System.Decimal' ? (item.value as Decimal) : undefined;
}

function asQuantity(item: Item): PathQuantity | undefined {
  if (item.type === 'System.Quantity') return item.value as PathQuantity;
  const number = asDecimal(item);
  return number && { value: number, unit: '1' };
}

/** Calendar years and months are no exact durations, so that they do not compare with UCUM's `a` and `mo`. */
function isInexactMix(a: string, b: string): boolean {
  const inexact = (u: string): boolean => /^(year|month)s?$/.test(u);
  return (inexact(a) && !CALENDAR_WORD.test(b)) || (inexact(b) && !CALENDAR_WORD.test(a));
}

/** -1, 0, 1; undefined where the units do not compare. */
export function compareQuantities(a: PathQuantity, b: PathQuantity): number | undefined {
  if (a.unit === b.unit) return a.value.cmp(b.value);
  if (isInexactMix(a.unit, b.unit)) return undefined;
  const x = inBaseUnits(a.value, calendarUnit(a.unit));
  const y = inBaseUnits(b.value, calendarUnit(b.unit));
  return x && y && x.dimension === y.dimension ? compareRational(x.value, y.value) : undefined;
}

/** -1, 0, 1; undefined where the two do not compare; null where they are of types that never do. */
export function compare(left: Item, right: Item): number | undefined | null {
  const [a, b] = [system(left), system(right)];
  if (!a || !b) return null;
  if (a.type === 'System.String' && b.type === 'System.String') {
    return (a.value as string) < (b.value as string) ? -1 : a.value === b.value ? 0 : 1;
  }
  if (a.type === 'System.Integer' && b.type === 'System.Integer')
    return Math.sign((a.value as number) - (b.value as number));
  if (NUMERIC.has(a.type) && NUMERIC.has(b.type)) return asDecimal(a)?.cmp(asDecimal(b) ?? 0);
  if (TEMPORAL.has(a.type) && TEMPORAL.has(b.type)) {
    const [x, y] = [parseTemporal(a.value as string), parseTemporal(b.value as string)];
    if (x?.isTime !== y?.isTime) return null;
    return x && y ? compareTemporal(x, y) : undefined;
  }
  const [p, q] = [asQuantity(a), asQuantity(b)];
  if (p && q) return compareQuantities(p, q);
  return null;
}

/** Equality of two items; undefined where it cannot be told (dates of different precision, foreign units). */
export function itemEquals(left: Item, right: Item): boolean | undefined {
  const [a, b] = [system(left), system(right)];
  if (a && b) {
    if (a.type === 'System.Boolean' || b.type === 'System.Boolean') return a.type === b.type && a.value === b.value;
    const order = compare(a, b);
    return order === null ? false : order === undefined ? undefined : order === 0;
  }
  if (a || b) return false;
  return jsonEquals(left.value, right.value);
}

function jsonEquals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, i) => jsonEquals(x, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && jsonEquals(a[k], b[k]));
}

/** `=` on collections. */
export function equals(a: Items, b: Items): boolean | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  if (a.length !== b.length) return false;
  let unknown = false;
  for (const [i, item] of a.entries()) {
    const other = b[i];
    const equal = other ? itemEquals(item, other) : false;
    if (equal === false) return false;
    if (equal === undefined) unknown = true;
  }
  return unknown ? undefined : true;
}

/** `~` on items: case and white space of strings, precision of decimals and dates do not count. */
export function itemEquivalent(left: Item, right: Item): boolean {
  const [a, b] = [system(left), system(right)];
  if (a && b) {
    if (a.type === 'System.String' && b.type === 'System.String') return normal(a.value) === normal(b.value);
    if (NUMERIC.has(a.type) && NUMERIC.has(b.type)) return decimalsEquivalent(asDecimal(a), asDecimal(b));
    if (a.type === 'System.Quantity' || b.type === 'System.Quantity')
      return quantitiesEquivalent(asQuantity(a), asQuantity(b));
    return itemEquals(a, b) === true;
  }
  if (a || b) return false;
  return jsonEquivalent(left.value, right.value);
}

const normal = (v: unknown): string => String(v).trim().replace(/\s+/g, ' ').toLowerCase();

function decimalsEquivalent(a: Decimal | undefined, b: Decimal | undefined): boolean {
  if (!a || !b) return false;
  const scale = Math.min(a.scale, b.scale);
  return a.round(scale).eq(b.round(scale));
}

function quantitiesEquivalent(a: PathQuantity | undefined, b: PathQuantity | undefined): boolean {
  if (!a || !b) return false;
  if (a.unit === b.unit) return decimalsEquivalent(a.value, b.value);
  const [u, v] = [calendarUnit(a.unit), calendarUnit(b.unit)];
  const [x, y] = [inBaseUnits(a.value, u), inBaseUnits(b.value, v)];
  return x !== undefined && y !== undefined && x.dimension === y.dimension && compareRational(x.value, y.value) === 0;
}

function jsonEquivalent(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return normal(a) === normal(b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((x) => b.some((y) => jsonEquivalent(x, y)));
  }
  if (isObject(a) && isObject(b)) {
    // Ids are no part of what a structure says.
    const keys = (o: object): string[] => Object.keys(o).filter((k) => k !== 'id');
    return keys(a).length === keys(b).length && keys(a).every((k) => jsonEquivalent(a[k], b[k]));
  }
  return a === b;
}

export function equivalent(a: Items, b: Items): boolean {
  if (a.length !== b.length) return false;
  const rest = [...b];
  return a.every((item) => {
    const at = rest.findIndex((other) => itemEquivalent(item, other));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

/** Two operands of the wrong types. */
export class OperandError extends Error {}

function wrongTypes(op: string, a: Item, b: Item): OperandError {
  return new OperandError(`${op} is not defined for ${a.type} and ${b.type}`);
}

/** `+ - * / div mod` on single items. */
export function arithmetic(op: string, left: Item, right: Item): Items {
  const [a, b] = [system(left), system(right)];
  if (!a || !b) throw wrongTypes(op, left, right);
  if (op === '+' && a.type === 'System.String' && b.type === 'System.String') return str(`${a.value}${b.value}`);
  if (TEMPORAL.has(a.type) && b.type === 'System.Quantity') return temporalSum(op, a, b.value as PathQuantity);
  if (NUMERIC.has(a.type) && NUMERIC.has(b.type)) return numbers(op, a, b);
  const [p, q] = [asQuantity(a), asQuantity(b)];
  if (p && q) return quantities(op, p, q);
  throw wrongTypes(op, a, b);
}

/** Decimal places of quotients. */
const DIVISION_SCALE = 8;

function numbers(op: string, a: Item, b: Item): Items {
  const [x, y] = [asDecimal(a) ?? Decimal.ZERO, asDecimal(b) ?? Decimal.ZERO];
  const whole = a.type === 'System.Integer' && b.type === 'System.Integer';
  const result = (v: Decimal): Items => (whole ? integer(v) : dec(v));
  switch (op) {
    case '+':
      return result(x.add(y));
    case '-':
      return result(x.sub(y));
    case '*':
      return result(x.mul(y));
    case '/':
      return y.isZero() ? EMPTY : dec(x.div(y, DIVISION_SCALE));
    case 'div':
      return y.isZero() ? EMPTY : integer(x.div(y, 0, 'down'));
    case 'mod':
      return y.isZero() ? EMPTY : result(x.sub(y.mul(x.div(y, 0, 'down'))));
    default:
      throw wrongTypes(op, a, b);
  }
}

/** An integer result; beyond 32 bits there is none. */
function integer(v: Decimal): Items {
  const n = v.toNumber();
  return Math.abs(n) <= 2147483648 ? int(n) : EMPTY;
}

function quantities(op: string, a: PathQuantity, b: PathQuantity): Items {
  if (op === '+' || op === '-') {
    if (a.unit !== b.unit) {
      const converted = convert(b, a.unit);
      if (!converted) return EMPTY;
      return quantity(op === '+' ? a.value.add(converted) : a.value.sub(converted), a.unit);
    }
    return quantity(op === '+' ? a.value.add(b.value) : a.value.sub(b.value), a.unit);
  }
  if (op === '*') return quantity(a.value.mul(b.value), unitProduct(a.unit, b.unit));
  if (op === '/')
    return b.value.isZero() ? EMPTY : quantity(a.value.div(b.value, DIVISION_SCALE), unitQuotient(a.unit, b.unit));
  return EMPTY;
}

function unitProduct(a: string, b: string): string {
  if (a === '1') return b;
  if (b === '1') return a;
  return a === b && /^[A-Za-z]+$/.test(a) ? `${a}2` : `${a}.${b}`;
}

function unitQuotient(a: string, b: string): string {
  if (b === '1') return a;
  return a === b ? '1' : `${a === '1' ? '' : a}/${b}`;
}

/** The value of a quantity in another unit. */
function convert(q: PathQuantity, unit: string): Decimal | undefined {
  const base = inBaseUnits(q.value, calendarUnit(q.unit));
  const target = parseUnit(calendarUnit(unit));
  if (!base || !target || base.dimension !== target.dimension || target.offset.n !== 0n) return undefined;
  const [n, d] = [base.value.n * target.factor.d, base.value.d * target.factor.n];
  return Decimal.of(n).div(Decimal.of(d), 16);
}

function temporalSum(op: string, at: Item, amount: PathQuantity): Items {
  if (op !== '+' && op !== '-') throw new OperandError(`${op} is not defined for ${at.type}`);
  const start = parseTemporal(at.value as string);
  const unit = calendarUnit(amount.unit);
  // UCUM's a and mo are durations in seconds, not calendar steps.
  const isDuration = amount.unit === 'a' || amount.unit === 'mo';
  if (!start || isDuration || !UCUM_TIME.has(unit))
    throw new OperandError(`${amount.unit} cannot be added to ${at.type}`);
  const number = amount.value.toNumber();
  const sum = addTime(start, op === '+' ? number : -number, unit);
  if (!sum) throw new OperandError(`${amount.unit} cannot be added to ${at.type}`);
  return [{ type: at.type, value: temporalText(sum) }];
}
