/** Mathematical functions, and the boundaries of imprecise values. */
import { Decimal } from '@mach/base/decimal.ts';
import { type Env, type Eval, EvaluationError, type Fn, single, singleInteger, singleOf } from './env.ts';
import { daysIn, parseTemporal, type Temporal, temporalText } from './temporal.ts';
import { dec, EMPTY, type Item, type Items, int, type PathQuantity, quantity, system } from './values.ts';

const NUMBERS = ['System.Integer', 'System.Decimal', 'System.Quantity'];

/** Applies to the number of an integer, decimal or quantity, keeping the kind. */
function numeric(name: string, onDecimal: (v: Decimal) => Decimal, toWhole = false): Fn {
  return (input) => {
    const item = singleOf(input, name, ...NUMBERS);
    if (!item) return EMPTY;
    if (item.type === 'System.Quantity') {
      const q = item.value as PathQuantity;
      return quantity(onDecimal(q.value), q.unit);
    }
    const value = onDecimal(Decimal.of(item.value as number | Decimal));
    return toWhole || item.type === 'System.Integer' ? int(value.toNumber()) : dec(value);
  };
}

/** A function of real numbers; empty where it has no finite value. */
function real(name: string, run: (x: number, y: number) => number): Fn {
  return (input, args, env) => {
    const item = singleOf(input, name, 'System.Integer', 'System.Decimal');
    const other = args[0] ? singleOf(args[0](env), name, 'System.Integer', 'System.Decimal') : undefined;
    if (!item || (args[0] && !other)) return EMPTY;
    const value = run(toNumber(item), other ? toNumber(other) : Number.NaN);
    if (!Number.isFinite(value)) return EMPTY;
    const isWhole =
      item.type === 'System.Integer' && (!other || other.type === 'System.Integer') && Number.isInteger(value);
    return isWhole && name === 'power()' ? int(value) : dec(Decimal.of(String(value)));
  };
}

const toNumber = (item: Item): number => Decimal.of(item.value as number | Decimal).toNumber();
const whole = (v: Decimal): Decimal => v.div(1, 0, 'down');

function floor(v: Decimal): Decimal {
  const t = whole(v);
  return v.lt(t) ? t.sub(1) : t;
}

function round(input: Items, args: readonly Eval[], env: Env): Items {
  const digits = args[0] ? singleInteger(args[0](env), 'round()') : 0;
  if (digits === undefined || digits < 0 || digits > 28) throw new EvaluationError('round() expects 0 to 28 digits');
  return numeric('round()', (v) => v.round(digits))(input, [], env, []);
}

/** Digits of a decimal at most. */
const MAX_DIGITS = 28;

function decimalBoundary(value: Decimal, scale: number, precision: number | undefined, sign: 1 | -1): Items {
  const digits = precision ?? 8;
  if (digits < 0 || digits > MAX_DIGITS) return EMPTY;
  const half = Decimal.of(5).mul(Decimal.of(`0.${'0'.repeat(scale)}1`));
  const edge = sign === 1 ? value.add(half) : value.sub(half);
  return dec(floorAt(edge, digits, sign), digits);
}

/** Rounds away from the value: down for the low boundary, up for the high one. */
function floorAt(v: Decimal, digits: number, sign: 1 | -1): Decimal {
  const cut = v.div(1, digits, 'down');
  const step = Decimal.of(digits === 0 ? '1' : `0.${'0'.repeat(digits - 1)}1`);
  if (sign === -1 && v.lt(cut)) return cut.sub(step);
  return sign === 1 && v.gt(cut) ? cut.add(step) : cut;
}

/** Parts of a date, dateTime or time by the number of digits that a precision means. */
const PARTS: Readonly<Record<number, number>> = { 4: 1, 6: 2, 8: 3, 10: 4, 12: 5, 14: 6, 17: 6 };
const TIME_PARTS: Readonly<Record<number, number>> = { 2: 1, 4: 2, 6: 3, 9: 3 };

function temporalBoundary(item: Item, precision: number | undefined, sign: 1 | -1): Items {
  const t = parseTemporal(item.value as string);
  if (!t) return EMPTY;
  const isDate = item.type === 'System.Date';
  const digits = precision ?? (t.isTime ? 9 : isDate ? 8 : 17);
  const count = (t.isTime ? TIME_PARTS : PARTS)[digits];
  if (count === undefined || (isDate && count > 3)) return EMPTY;
  const full = t.isTime ? clockLimits(t.parts, sign) : dateLimits(t.parts, sign);
  // Where no zone is known, the earliest instant is that of the easternmost zone and the latest of the westernmost.
  const zone = t.zone ?? (sign === -1 ? 14 * 60 : -12 * 60);
  const result: Temporal = {
    parts: full.slice(0, count),
    zone: count > 3 ? zone : undefined,
    isTime: t.isTime,
    fraction: 3,
  };
  return [{ type: item.type, value: temporalText(result) }];
}

function clockLimits(parts: readonly number[], sign: 1 | -1): number[] {
  const limits = sign === -1 ? [0, 0, 0] : [23, 59, 59_999];
  return limits.map((limit, i) => (i === 2 ? edgeOfSecond(parts[2], limit, sign) : (parts[i] ?? limit)));
}

function dateLimits(parts: readonly number[], sign: 1 | -1): number[] {
  const [year = 1] = parts;
  const month = parts[1] ?? (sign === -1 ? 1 : 12);
  const day = parts[2] ?? (sign === -1 ? 1 : daysIn(year, month));
  return [year, month, day, ...clockLimits(parts.slice(3), sign)];
}

/** A second without a fraction lasts until its last millisecond. */
function edgeOfSecond(ms: number | undefined, limit: number, sign: 1 | -1): number {
  if (ms === undefined) return limit;
  return sign === 1 && ms % 1000 === 0 ? ms + 999 : ms;
}

function boundary(sign: 1 | -1): Fn {
  return (input, args, env) => {
    const item = single(input, 'a boundary');
    const value = item && system(item);
    if (!value) return EMPTY;
    const precision = args[0] ? singleInteger(args[0](env), 'a boundary') : undefined;
    switch (value.type) {
      case 'System.Integer':
        return decimalBoundary(Decimal.of(value.value as number), 0, precision, sign);
      case 'System.Decimal': {
        const d = value.value as Decimal;
        return decimalBoundary(d, value.scale ?? d.scale, precision, sign);
      }
      case 'System.Quantity': {
        const q = value.value as PathQuantity;
        const [edge] = decimalBoundary(q.value, value.scale ?? q.value.scale, precision, sign);
        return edge ? quantity(edge.value as Decimal, q.unit) : EMPTY;
      }
      case 'System.Date':
      case 'System.DateTime':
      case 'System.Time':
        return temporalBoundary(value, precision, sign);
      default:
        throw new EvaluationError(`${value.type} has no boundary`);
    }
  };
}

const DATE_DIGITS = [0, 4, 6, 8, 10, 12, 14];
const TIME_DIGITS = [0, 2, 4, 6];

function precision(input: Items): Items {
  const item = single(input, 'precision()');
  const value = item && system(item);
  if (!value) return EMPTY;
  if (value.type === 'System.Integer') return int(0);
  if (value.type === 'System.Decimal') return int(value.scale ?? (value.value as Decimal).scale);
  const t = parseTemporal(String(value.value));
  if (!t || value.type === 'System.String') throw new EvaluationError(`${value.type} has no precision`);
  const digits = (t.isTime ? TIME_DIGITS : DATE_DIGITS)[t.parts.length] ?? 0;
  return int(digits + (t.fraction > 0 ? 3 : 0));
}

export const MATH_FUNCTIONS: Readonly<Record<string, Fn>> = {
  abs: numeric('abs()', (v) => v.abs()),
  ceiling: numeric('ceiling()', (v) => floor(v.neg()).neg(), true),
  floor: numeric('floor()', floor, true),
  truncate: numeric('truncate()', whole, true),
  round: (input, args, env) => round(input, args, env),
  exp: real('exp()', (x) => Math.exp(x)),
  ln: real('ln()', (x) => Math.log(x)),
  log: real('log()', (x, base) => Math.log(x) / Math.log(base)),
  power: real('power()', (x, y) => x ** y),
  sqrt: real('sqrt()', (x) => Math.sqrt(x)),
  lowBoundary: boundary(-1),
  highBoundary: boundary(1),
  precision: (input) => precision(input),
};
