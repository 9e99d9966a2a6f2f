/** Values of search parameters, by the type of the parameter. */
import { Decimal } from '@mach/base/decimal.ts';
import { dateRange } from '../dates.ts';
import { parseReference } from '../references.ts';
import { type SearchParam, type SearchParamType, searchParamById } from '../search-definitions.ts';
import { canonicalQuantity } from '../ucum.ts';
import type {
  CompositeQuery,
  Modifier,
  NumberQuery,
  Prefix,
  QuantityQuery,
  QueryValue,
  ReferenceQuery,
  SimpleQuery,
} from './ast.ts';
import { fold } from './convert-text.ts';
import { splitEscaped, unescapeValue } from './escape.ts';

/** Why a value cannot be read; becomes an issue that names the parameter. */
export interface BadValue {
  readonly vi: string;
  readonly en: string;
}
export type ParsedValue<T> = T | BadValue;

export interface ValueContext {
  readonly modifier: Modifier | null;
  /** Types that a reference parameter may lead to. */
  readonly targets: readonly string[];
  /** `subject:Patient=1`. */
  readonly targetType: string | null;
  /** Base URL of this server, without a slash at the end; references below it are local. */
  readonly baseUrl: string | null;
  /** Whether the prefix `po` is understood: inside `_filter`. */
  readonly overlaps?: boolean;
}

const UCUM = 'http://unitsofmeasure.org';
const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[\d.+-])/;
const OVERLAPS = /^po(?=[\d.+-])/;
const NUMBER = /^[+-]?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

export function isBad(value: object): value is BadValue {
  return 'vi' in value;
}

function bad(vi: string, en: string): BadValue {
  return { vi, en };
}

function splitPrefix(text: string): [Prefix, string] {
  const m = PREFIX.exec(text);
  return m ? [m[1] as Prefix, text.slice(2)] : ['eq', text];
}

/** Reads one of the values between commas. */
export function parseValue(param: SearchParam, raw: string, context: ValueContext): ParsedValue<QueryValue> {
  if (param.type === 'composite') return composite(param, raw, context);
  return simple(param.type, raw, context);
}

function composite(param: SearchParam, raw: string, context: ValueContext): ParsedValue<CompositeQuery> {
  const parts = splitEscaped(raw, '$');
  if (parts.length !== param.components.length) {
    const n = param.components.length;
    return bad(`Cần ${n} phần cách nhau bằng $`, `${n} parts separated by $ are needed`);
  }
  const components: SimpleQuery[] = [];
  for (const [i, part] of parts.entries()) {
    const type = searchParamById(param.components[i]?.definition ?? '')?.type ?? 'string';
    const value = simple(type, part, { ...context, modifier: null, targetType: null });
    if (isBad(value)) return value;
    components.push(value);
  }
  return { kind: 'composite', components };
}

function simple(type: SearchParamType, raw: string, context: ValueContext): ParsedValue<SimpleQuery> {
  if (raw === '') return bad('Giá trị tìm kiếm để trống', 'The search value is empty');
  const { modifier } = context;
  if (modifier === 'in' || modifier === 'not-in') return { kind: 'uri', value: unescapeValue(raw) };
  if (modifier === 'text') return string(raw);
  if (modifier === 'identifier') return token(raw);
  if (modifier === 'of-type') return ofType(raw);
  switch (type) {
    case 'string':
      return string(raw);
    case 'token':
      return token(raw);
    case 'uri':
      return { kind: 'uri', value: unescapeValue(raw) };
    case 'date':
      if (context.overlaps && OVERLAPS.test(raw)) {
        const period = date(raw.slice(2));
        return isBad(period) || period.kind !== 'date' ? period : { ...period, prefix: 'po' };
      }
      return date(raw);
    case 'number':
      return number(raw);
    case 'quantity':
      return quantity(raw);
    case 'reference':
      return reference(unescapeValue(raw), context);
    case 'special':
      return position(raw);
    case 'composite':
      return bad('Tham số ghép không lồng nhau', 'Composite parameters do not nest');
  }
}

function string(raw: string): ParsedValue<SimpleQuery> {
  const text = unescapeValue(raw);
  return { kind: 'string', text, folded: fold(text) };
}

function token(raw: string): ParsedValue<SimpleQuery> {
  const parts = splitEscaped(raw, '|').map(unescapeValue);
  const [first = '', second] = parts;
  if (parts.length > 2) return bad('Dùng dạng hệ-thống|mã', 'Use system|code');
  if (second === undefined) return { kind: 'token', system: undefined, code: first };
  if (first === '' && second === '') return bad('Dùng dạng hệ-thống|mã', 'Use system|code');
  return { kind: 'token', system: first === '' ? null : first, code: second === '' ? null : second };
}

function ofType(raw: string): ParsedValue<SimpleQuery> {
  const [system = '', code = '', value = '', ...rest] = splitEscaped(raw, '|').map(unescapeValue);
  if (system === '' || code === '' || value === '' || rest.length > 0) {
    return bad('Dùng dạng hệ-thống|loại|giá-trị', 'Use system|type|value');
  }
  return { kind: 'of-type', system, code, value };
}

function date(raw: string): ParsedValue<SimpleQuery> {
  const [prefix, text] = splitPrefix(raw);
  // A plus sign of a time zone that was not percent-encoded arrives as a blank.
  const range = dateRange(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (!range)
    return bad('Ngày phải có dạng yyyy-MM-dd, có thể kèm giờ', 'A date must be yyyy-MM-dd, with a time if wanted');
  return { kind: 'date', prefix, low: range.low, high: range.high };
}

const MAX_DIGITS = 40;
const MAX_EXPONENT = 250;

/** Half a unit of the last written digit to both sides; computed in decimals, so that 5.4 gives 5.35 and 5.45. */
function measured(raw: string): Omit<NumberQuery, 'kind'> | undefined {
  const [prefix, text] = splitPrefix(raw);
  // More than any measurement has is no number that anybody looks for, and beyond what can be computed exactly.
  const m = text.length <= MAX_DIGITS ? NUMBER.exec(text) : null;
  if (!m || Math.abs(Number(m[3] ?? 0)) > MAX_EXPONENT) return undefined;
  const exponent = Number(m[3] ?? 0);
  const mantissa = Decimal.of(
    m[3] === undefined ? text.replace(/^\+/, '') : text.slice(0, text.search(/[eE]/)).replace(/^\+/, ''),
  );
  const scale = powerOfTen(exponent);
  // 1e2 is 95 to 105 in the specification's own example: an exponent counts as one more digit where none is written.
  const digits = Math.max(m[2]?.length ?? 0, m[3] === undefined ? 0 : 1);
  const half = Decimal.of(5).mul(powerOfTen(exponent - digits - 1));
  const value = mantissa.mul(scale);
  return { prefix, value: value.toNumber(), low: value.sub(half).toNumber(), high: value.add(half).toNumber() };
}

function powerOfTen(n: number): Decimal {
  return Decimal.of(n >= 0 ? `1${'0'.repeat(n)}` : `0.${'0'.repeat(-n - 1)}1`);
}

function number(raw: string): ParsedValue<SimpleQuery> {
  const value = measured(raw);
  return value ? { kind: 'number', ...value } : bad('Phải là số', 'Must be a number');
}

function quantity(raw: string): ParsedValue<SimpleQuery> {
  const [amount = '', system = '', code = '', ...rest] = splitEscaped(raw, '|').map(unescapeValue);
  const value = measured(amount);
  if (!value || rest.length > 0) return bad('Dùng dạng số|hệ-thống|đơn-vị', 'Use number|system|unit');
  const query: QuantityQuery = { kind: 'quantity', ...value, system: system || null, code: code || null };
  const canonical = system === UCUM && code !== '' ? canonicalBounds(value, code) : undefined;
  return canonical ? { ...query, canonical } : query;
}

function canonicalBounds(q: { value: number; low: number; high: number }, code: string): QuantityQuery['canonical'] {
  const [value, low, high] = [q.value, q.low, q.high].map((n) => canonicalQuantity(n, code));
  return value && low && high ? { value: value.value, low: low.value, high: high.value, unit: value.unit } : undefined;
}

function reference(text: string, context: ValueContext): ParsedValue<ReferenceQuery> {
  const types = context.targetType ? [context.targetType] : context.targets;
  const own = context.baseUrl !== null && text.startsWith(`${context.baseUrl}/`);
  const parsed = parseReference(own ? text.slice((context.baseUrl ?? '').length + 1) : text);
  const blank = { kind: 'reference', type: null, types, id: null, url: null, version: null } as const;
  switch (parsed?.kind) {
    case 'relative':
      if (context.targetType && parsed.type !== context.targetType) {
        return bad(`Giá trị không phải ${context.targetType}`, `The value is not a ${context.targetType}`);
      }
      return { ...blank, type: parsed.type, types: [parsed.type], id: parsed.id, version: parsed.version ?? null };
    case 'absolute':
    case 'url':
    case 'urn': {
      const bar = text.indexOf('|');
      if (bar < 0) return { ...blank, url: text };
      return { ...blank, url: text.slice(0, bar), version: text.slice(bar + 1) };
    }
    case 'contained':
    case 'conditional':
      return bad('Không tìm được theo tham chiếu này', 'Such a reference cannot be searched');
    case undefined:
      if (ID.test(text)) return { ...blank, type: types.length === 1 ? (types[0] ?? null) : null, id: text };
      return bad('Dùng dạng Loại/id hoặc id', 'Use Type/id or an id');
  }
}

const EARTH_KM_PER_MILE = 1.609344;

/** `near=latitude|longitude|distance|unit`; without a distance 10 km, without a unit kilometres. */
function position(raw: string): ParsedValue<SimpleQuery> {
  const [lat = '', lon = '', distance = '10', unit = 'km', ...rest] = splitEscaped(raw, '|').map(unescapeValue);
  const [latitude, longitude, amount] = [Number(lat), Number(lon), Number(distance)];
  const factor = ({ km: 1, m: 0.001, mi_i: EARTH_KM_PER_MILE, '[mi_i]': EARTH_KM_PER_MILE } as Record<string, number>)[
    unit || 'km'
  ];
  const isPlace = lat !== '' && lon !== '' && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (!isPlace || !(amount >= 0) || factor === undefined || rest.length > 0) {
    return bad('Dùng dạng vĩ-độ|kinh-độ|khoảng-cách|km', 'Use latitude|longitude|distance|km');
  }
  return { kind: 'position', latitude, longitude, kilometres: amount * factor };
}
