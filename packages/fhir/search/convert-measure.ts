/** Dates, numbers and quantities: everything that is compared as a range. */
import { DATE_MAX, DATE_MIN, type DateRange, dateRange } from '../dates.ts';
import { isObject, type JsonObject } from '../json.ts';
import { canonicalQuantity } from '../ucum.ts';
import type { Convert } from './convert-text.ts';
import type { CanonicalRange, IndexValue, QuantityValue } from './values.ts';

const UCUM = 'http://unitsofmeasure.org';
const CURRENCIES = 'urn:iso:std:iso:4217';

function periodRange(value: unknown): DateRange | undefined {
  if (!isObject(value)) return undefined;
  const start = typeof value.start === 'string' ? dateRange(value.start) : undefined;
  const end = typeof value.end === 'string' ? dateRange(value.end) : undefined;
  if (!start && !end) return undefined;
  return { low: start?.low ?? DATE_MIN, high: end?.high ?? DATE_MAX };
}

/** Of a Timing only the outer limits count: its events and the bounds of its repetition. */
function timingRange(value: unknown): DateRange | undefined {
  if (!isObject(value)) return undefined;
  const ranges: DateRange[] = [];
  for (const event of Array.isArray(value.event) ? value.event : []) {
    const range = typeof event === 'string' ? dateRange(event) : undefined;
    if (range) ranges.push(range);
  }
  const bounds = isObject(value.repeat) ? periodRange(value.repeat.boundsPeriod) : undefined;
  if (bounds) ranges.push(bounds);
  if (ranges.length === 0) return undefined;
  return { low: Math.min(...ranges.map((r) => r.low)), high: Math.max(...ranges.map((r) => r.high)) };
}

export function dateConverter(type: string): Convert | undefined {
  const range = (read: (v: unknown) => DateRange | undefined): Convert => {
    return (v, param, out) => {
      const r = read(v);
      if (r) out.push({ param, kind: 'date', low: r.low, high: r.high });
    };
  };
  switch (type) {
    case 'date':
    case 'dateTime':
    case 'instant':
      return range((v) => (typeof v === 'string' ? dateRange(v) : undefined));
    case 'Period':
      return range(periodRange);
    case 'Timing':
      return range(timingRange);
    // An age, a range of ages or a description ("about two years ago") is no point in time.
    case 'Age':
    case 'Range':
    case 'string':
      return () => {};
    default:
      return undefined;
  }
}

const finite = (v: unknown): number | null => (typeof v === 'number' && Number.isFinite(v) ? v : null);

export function numberConverter(type: string): Convert | undefined {
  switch (type) {
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt':
    case 'decimal':
      return (v, param, out) => {
        const n = finite(v);
        if (n !== null) out.push({ param, kind: 'number', low: n, high: n });
      };
    case 'Range':
      return (v, param, out) => {
        const bounds = rangeBounds(v);
        if (bounds) out.push({ param, kind: 'number', low: bounds.low, high: bounds.high });
      };
    default:
      return undefined;
  }
}

function rangeBounds(v: unknown): { low: number | null; high: number | null; unit: JsonObject } | undefined {
  if (!isObject(v)) return undefined;
  const [lowEnd, highEnd] = [isObject(v.low) ? v.low : undefined, isObject(v.high) ? v.high : undefined];
  const [low, high] = [finite(lowEnd?.value), finite(highEnd?.value)];
  if (low === null && high === null) return undefined;
  return { low, high, unit: lowEnd ?? highEnd ?? {} };
}

/** `< 5` has no lower end, `>= 5` no upper end. */
function quantityBounds(v: JsonObject): { low: number | null; high: number | null } | undefined {
  const value = finite(v.value);
  if (value === null) return undefined;
  switch (v.comparator) {
    case '<':
    case '<=':
      return { low: null, high: value };
    case '>':
    case '>=':
      return { low: value, high: null };
    default:
      return { low: value, high: value };
  }
}

/** The bounds of the sampled values: origin + factor × data. */
function sampledBounds(v: JsonObject): { low: number | null; high: number | null } | undefined {
  const origin = isObject(v.origin) ? finite(v.origin.value) : null;
  if (origin === null || typeof v.data !== 'string') return undefined;
  const factor = finite(v.factor) ?? 1;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of v.data.split(/\s+/)) {
    // E, L and U stand for errors and values beyond the limits of detection.
    const sample = part === '' ? Number.NaN : Number(part);
    if (Number.isNaN(sample)) continue;
    const value = origin + factor * sample;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? { low, high } : undefined;
}

function pushQuantity(
  out: IndexValue[],
  param: string,
  bounds: { low: number | null; high: number | null } | undefined,
  unit: unknown,
): void {
  if (!bounds) return;
  const u = isObject(unit) ? unit : {};
  const text = (x: unknown): string | null => (typeof x === 'string' && x !== '' ? x : null);
  const [system, code] = [text(u.system), text(u.code)];
  const { low, high } = bounds;
  const value: QuantityValue = { param, kind: 'quantity', low, high, unit: text(u.unit), system, code };
  const canonical = system === UCUM && code !== null ? canonicalRange(low, high, code) : undefined;
  out.push(canonical ? { ...value, canonical } : value);
}

function canonicalRange(low: number | null, high: number | null, code: string): CanonicalRange | undefined {
  const [from, to] = [
    low === null ? null : canonicalQuantity(low, code),
    high === null ? null : canonicalQuantity(high, code),
  ];
  const unit = (from ?? to)?.unit;
  if (unit === undefined || from === undefined || to === undefined) return undefined;
  return { low: from?.value ?? null, high: to?.value ?? null, unit };
}

export function quantityConverter(type: string): Convert | undefined {
  switch (type) {
    case 'Quantity':
    case 'Age':
    case 'Duration':
    case 'Count':
    case 'Distance':
      return (v, param, out) => {
        if (isObject(v)) pushQuantity(out, param, quantityBounds(v), v);
      };
    case 'Money':
      return (v, param, out) => {
        if (!isObject(v)) return;
        pushQuantity(out, param, quantityBounds(v), { system: CURRENCIES, code: v.currency, unit: v.currency });
      };
    case 'Range':
      return (v, param, out) => {
        const bounds = rangeBounds(v);
        pushQuantity(out, param, bounds, bounds?.unit);
      };
    case 'SampledData':
      return (v, param, out) => {
        if (isObject(v)) pushQuantity(out, param, sampledBounds(v), v.origin);
      };
    default:
      return undefined;
  }
}
