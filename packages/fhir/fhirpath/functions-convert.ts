/** Conversions between System types. */
import { Decimal } from '@mach/base/decimal.ts';
import { checkXhtml } from '../validation/xhtml.ts';
import { argument, type Env, type Eval, EvaluationError, type Fn, single, singleString } from './env.ts';
import { compareQuantities } from './operators.ts';
import { parseTemporal, temporalText, zoneText } from './temporal.ts';
import { bool, dec, EMPTY, type Item, type Items, int, type PathQuantity, quantity, str, system } from './values.ts';

const QUANTITY =
  /^([+-]?\d+(?:\.\d+)?)(?:\s*(?:'([^']+)'|((?:year|month|week|day|hour|minute|second|millisecond)s?)))?$/;
const TRUE_WORDS = new Set(['true', 't', 'yes', 'y', '1', '1.0']);
const FALSE_WORDS = new Set(['false', 'f', 'no', 'n', '0', '0.0']);

/** The text of a System value, as `toString()` gives it. */
export function textOf(item: Item): string | undefined {
  switch (item.type) {
    case 'System.String':
    case 'System.Date':
    case 'System.DateTime':
      return item.value as string;
    case 'System.Time':
      return (item.value as string).replace(/^T/, '');
    case 'System.Boolean':
    case 'System.Integer':
      return String(item.value);
    case 'System.Decimal':
      return item.scale === undefined ? String(item.value) : (item.value as Decimal).toFixed(item.scale);
    case 'System.Quantity': {
      const q = item.value as PathQuantity;
      return /^(year|month|week|day|hour|minute|second|millisecond)s?$/.test(q.unit)
        ? `${q.value} ${q.unit}`
        : `${q.value} '${q.unit}'`;
    }
    default:
      return undefined;
  }
}

function toBoolean(v: Item): Items {
  if (v.type === 'System.Boolean') return [v];
  const text =
    v.type === 'System.String'
      ? (v.value as string).toLowerCase()
      : v.type === 'System.Integer' || v.type === 'System.Decimal'
        ? String(v.value)
        : '';
  if (TRUE_WORDS.has(text)) return bool(true);
  return FALSE_WORDS.has(text) ? bool(false) : EMPTY;
}

function toInteger(v: Item): Items {
  if (v.type === 'System.Integer') return [v];
  if (v.type === 'System.Boolean') return int(v.value ? 1 : 0);
  if (v.type !== 'System.String' || !/^[+-]?\d{1,10}$/.test(v.value as string)) return EMPTY;
  const n = Number(v.value);
  return Math.abs(n) <= 2147483648 ? int(n) : EMPTY;
}

function toDecimal(v: Item): Items {
  if (v.type === 'System.Decimal') return [v];
  if (v.type === 'System.Integer') return dec(Decimal.of(v.value as number));
  if (v.type === 'System.Boolean') return dec(Decimal.of(v.value ? 1 : 0));
  if (v.type === 'System.String' && /^[+-]?\d+(\.\d+)?$/.test(v.value as string))
    return dec(Decimal.of(v.value as string));
  return EMPTY;
}

function toDate(v: Item): Items {
  if (v.type === 'System.Date') return [v];
  if (v.type !== 'System.DateTime' && v.type !== 'System.String') return EMPTY;
  const t = parseTemporal(v.value as string);
  if (!t || t.isTime) return EMPTY;
  return [{ type: 'System.Date', value: temporalText({ ...t, parts: t.parts.slice(0, 3) }) }];
}

function toDateTime(v: Item): Items {
  if (v.type === 'System.DateTime') return [v];
  if (v.type === 'System.Date') return [{ type: 'System.DateTime', value: v.value }];
  if (v.type !== 'System.String') return EMPTY;
  const t = parseTemporal(v.value as string);
  return t && !t.isTime ? [{ type: 'System.DateTime', value: v.value }] : EMPTY;
}

function toTime(v: Item): Items {
  if (v.type === 'System.Time') return [v];
  const t = v.type === 'System.String' ? parseTemporal(v.value as string) : undefined;
  return t?.isTime ? [{ type: 'System.Time', value: v.value }] : EMPTY;
}

function toQuantity(v: Item): Items {
  if (v.type === 'System.Quantity') return [v];
  if (v.type === 'System.Integer') return quantity(Decimal.of(v.value as number), '1');
  if (v.type === 'System.Decimal') return quantity(v.value as Decimal, '1');
  if (v.type === 'System.Boolean') return quantity(Decimal.of(v.value ? 1 : 0), '1');
  if (v.type !== 'System.String') return EMPTY;
  const m = QUANTITY.exec((v.value as string).trim());
  return m ? quantity(Decimal.of(m[1] ?? '0'), m[2] ?? m[3] ?? '1') : EMPTY;
}

function toText(v: Item): Items {
  const text = textOf(v);
  return text === undefined ? EMPTY : str(text);
}

function conversion(run: (v: Item) => Items): Fn {
  return (input, args, env) => {
    const item = single(input, 'a conversion');
    const value = item && system(item);
    if (!value) return EMPTY;
    const converted = run(value);
    // toQuantity('mg') converts to that unit.
    return args[0] ? inUnit(converted, args, env) : converted;
  };
}

function inUnit(items: Items, args: readonly Eval[], env: Env): Items {
  const unit = singleString(argument(args, 0, env) ?? EMPTY, 'toQuantity()');
  const [q] = items;
  if (!q || unit === undefined) return EMPTY;
  const source = q.value as PathQuantity;
  if (source.unit === unit) return items;
  const order = compareQuantities(source, { value: Decimal.of(1), unit });
  if (order === undefined) return EMPTY;
  throw new EvaluationError('toQuantity() does not convert units');
}

function converts(run: (v: Item) => Items): Fn {
  return (input) => {
    const item = single(input, 'a conversion');
    if (!item) return EMPTY;
    const value = system(item);
    return bool(value !== undefined && run(value).length > 0);
  };
}

function nowText(env: Env): string {
  if (env.now === undefined) throw new EvaluationError('now() needs the time from the caller');
  return env.now;
}

/** The time of the caller, shown in Viet Nam's zone. */
function localNow(env: Env): string {
  const local = new Date(Date.parse(nowText(env)) + 7 * 3600_000);
  return `${local.toISOString().slice(0, -1)}${zoneText(7 * 60)}`;
}

export const CONVERT_FUNCTIONS: Readonly<Record<string, Fn>> = {
  toBoolean: conversion(toBoolean),
  toInteger: conversion(toInteger),
  toDecimal: conversion(toDecimal),
  toDate: conversion(toDate),
  toDateTime: conversion(toDateTime),
  toTime: conversion(toTime),
  toQuantity: conversion(toQuantity),
  toString: conversion(toText),
  convertsToBoolean: converts(toBoolean),
  convertsToInteger: converts(toInteger),
  convertsToDecimal: converts(toDecimal),
  convertsToDate: converts(toDate),
  convertsToDateTime: converts(toDateTime),
  convertsToTime: converts(toTime),
  convertsToQuantity: converts(toQuantity),
  convertsToString: converts(toText),
  now: (_input, _args, env) => [{ type: 'System.DateTime', value: localNow(env) }],
  today: (_input, _args, env) => [{ type: 'System.Date', value: localNow(env).slice(0, 10) }],
  timeOfDay: (_input, _args, env) => [{ type: 'System.Time', value: localNow(env).slice(11, 23) }],
  htmlChecks: (input) => {
    const value = singleString(input, 'htmlChecks()');
    return value === undefined ? EMPTY : bool(checkXhtml(value) === undefined);
  },
};
