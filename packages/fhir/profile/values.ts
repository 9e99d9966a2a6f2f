/** Comparison of values with what a profile fixes. */
import { isObject } from '../json.ts';

/** Equality as `fixed[x]` asks for it: the same elements with the same values, in the same order. */
export function isFixed(value: unknown, fixed: unknown): boolean {
  if (Array.isArray(fixed))
    return Array.isArray(value) && value.length === fixed.length && fixed.every((f, i) => isFixed(value[i], f));
  if (!isObject(fixed)) return value === fixed;
  if (!isObject(value)) return false;
  for (const key in value) if (!(key in fixed)) return false;
  for (const key in fixed) if (!isFixed(value[key], fixed[key])) return false;
  return true;
}

/** As `pattern[x]` asks: at least what the pattern has; each item of a list in it is met by one of the value's. */
export function fitsPattern(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern))
    return Array.isArray(value) && pattern.every((p) => value.some((item) => fitsPattern(item, p)));
  if (!isObject(pattern)) return value === pattern;
  if (!isObject(value)) return false;
  for (const key in pattern) if (!fitsPattern(value[key], pattern[key])) return false;
  return true;
}

/**
 * How a value stands to a bound of `minValue[x]` or `maxValue[x]`: negative below, positive above, undefined where the
 * two cannot be compared. Dates of different precision compare as far as both go.
 */
export function compareToBound(value: unknown, bound: unknown): number | undefined {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound;
  if (typeof value === 'string' && typeof bound === 'string') {
    if (value.length > 10 && bound.length > 10) {
      const [a, b] = [Date.parse(value), Date.parse(bound)];
      return Number.isNaN(a) || Number.isNaN(b) ? undefined : a - b;
    }
    const length = Math.min(value.length, bound.length, 10);
    const [a, b] = [value.slice(0, length), bound.slice(0, length)];
    return a === b ? 0 : a < b ? -1 : 1;
  }
  if (isObject(value) && isObject(bound)) {
    if (bound.code !== undefined && (value.code !== bound.code || value.system !== bound.system)) return undefined;
    return compareToBound(value.value, bound.value);
  }
  return undefined;
}
