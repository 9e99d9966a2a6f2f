/**
 * A search condition decided on a resource in memory, by the same rules as the index. A server uses it for what its
 * index does not hold (pairs inside one component, displays, absent elements, narratives, distances), a subscription
 * for its criteria, a test as the oracle of the index.
 */
import { isObject, type JsonObject } from '../json.ts';
import type { SearchParam } from '../search-definitions.ts';
import { compileSearchParam, type Extractor } from '../search-values.ts';
import type { Modifier, Prefix, QueryValue, SearchFilter, SimpleQuery, StringQuery } from './ast.ts';
import { fold } from './convert-text.ts';
import type { IndexValue } from './values.ts';

export type LocalFilter =
  | Extract<SearchFilter, { kind: 'values' | 'missing' | 'words' }>
  | (Extract<SearchFilter, { kind: 'group' }> & { readonly filters: readonly LocalFilter[] });

/** Whether one resource decides the condition by itself. */
export function isLocal(filter: SearchFilter): filter is LocalFilter {
  if (filter.kind === 'group') return filter.filters.every(isLocal);
  return filter.kind === 'values' || filter.kind === 'missing' || filter.kind === 'words';
}

const compiled = new Map<string, Extractor | undefined>();

/** The values of one parameter in a resource. */
export function valuesOf(type: string, param: SearchParam, resource: unknown): IndexValue[] {
  const key = `${type} ${param.id}`;
  let run = compiled.get(key);
  if (!run && !compiled.has(key)) {
    run = compileSearchParam(param, type);
    compiled.set(key, run);
  }
  const out: IndexValue[] = [];
  run?.(resource, out);
  return out;
}

/** Whether the resource meets the condition. Chains, `_has`, lists and compartments need other resources: not here. */
export function matchesFilter(resource: JsonObject, filter: LocalFilter): boolean {
  switch (filter.kind) {
    case 'missing':
      return (valuesOf(filter.type, filter.param, resource).length === 0) === filter.missing;
    case 'words':
      return filter.values.some((value) => hasWords(wordsOf(resource, filter.where), value));
    case 'group': {
      const meets = (inner: LocalFilter): boolean => matchesFilter(resource, inner);
      if (filter.op === 'not') return !filter.filters.some(meets);
      return filter.op === 'and' ? filter.filters.every(meets) : filter.filters.some(meets);
    }
    case 'values': {
      const { modifier, param } = filter;
      const found = valuesOf(filter.type, param, resource);
      // Another value than each of those given; what is not there differs from nothing.
      if (modifier === 'differs')
        return found.some(
          (value) =>
            !value.param.endsWith(':identifier') &&
            !filter.values.some((wanted) => matchesValue(value, wanted, null, param.code)),
        );
      const any = filter.values.some((wanted) =>
        found.some((value) => matchesValue(value, wanted, modifier, param.code)),
      );
      return modifier === 'not' ? !any : any;
    }
  }
}

function matchesValue(value: IndexValue, wanted: QueryValue, modifier: Modifier | null, code: string): boolean {
  if (wanted.kind === 'composite')
    return (
      value.kind === 'composite' &&
      wanted.components.every((part, i) => {
        const own = value.components[i];
        return own !== undefined && matchesSimple(own, part, null, own.param);
      })
    );
  return value.kind !== 'composite' && matchesSimple(value, wanted, modifier, code);
}

function matchesSimple(
  value: Exclude<IndexValue, { kind: 'composite' }>,
  wanted: SimpleQuery,
  modifier: Modifier | null,
  code: string,
): boolean {
  // The logical identifier of a reference is a value of its own, for `:identifier` alone.
  if (value.param === `${code}:identifier` ? modifier !== 'identifier' : modifier === 'identifier') return false;
  if (modifier === 'text')
    return (
      wanted.kind === 'string' &&
      ((value.kind === 'token' && value.text !== undefined && startsWord(fold(value.text), wanted.folded)) ||
        (value.kind === 'string' && startsWord(value.value, wanted.folded)))
    );
  switch (wanted.kind) {
    case 'token':
      return (
        value.kind === 'token' &&
        value.code !== null &&
        (wanted.code === null || value.code === wanted.code) &&
        (wanted.system === undefined || value.system === wanted.system)
      );
    case 'of-type':
      return (
        value.kind === 'token' &&
        value.code === wanted.value &&
        (value.ofType ?? []).some((t) => t.system === wanted.system && t.code === wanted.code)
      );
    case 'string':
      if (value.kind !== 'string') return false;
      if (modifier === 'exact') return value.exact === wanted.text;
      if (modifier === 'equals') return value.value === wanted.folded;
      if (modifier === 'ends') return value.value.endsWith(wanted.folded);
      return modifier === 'contains' ? value.value.includes(wanted.folded) : value.value.startsWith(wanted.folded);
    case 'uri':
      return value.kind === 'uri' && matchesUri(value.value, wanted.value, modifier);
    case 'reference':
      if (value.kind !== 'reference') return false;
      if (wanted.url !== null)
        return value.versionless === wanted.url && (wanted.version === null || value.version === wanted.version);
      return (
        value.id === wanted.id &&
        !value.url &&
        (wanted.type === null
          ? wanted.types.length === 0 || wanted.types.includes(value.type ?? '')
          : value.type === wanted.type)
      );
    case 'date':
      return value.kind === 'date' && matchesDates(value, wanted);
    case 'number':
      return value.kind === 'number' && matchesRange(value, wanted.prefix, wanted);
    case 'quantity': {
      if (value.kind !== 'quantity') return false;
      if (wanted.canonical)
        return (
          value.canonical?.unit === wanted.canonical.unit &&
          matchesRange(value.canonical, wanted.prefix, wanted.canonical)
        );
      if (wanted.system !== null && value.system !== wanted.system) return false;
      if (wanted.code !== null && value.code !== wanted.code && (wanted.system !== null || value.unit !== wanted.code))
        return false;
      return matchesRange(value, wanted.prefix, wanted);
    }
    case 'position':
      return (
        value.kind === 'position' &&
        kilometres(value.latitude, value.longitude, wanted.latitude, wanted.longitude) <= wanted.kilometres
      );
  }
}

function matchesUri(value: string, wanted: string, modifier: Modifier | null): boolean {
  const below = (base: string, url: string): boolean =>
    url === base || url.startsWith(base.endsWith('/') ? base : `${base}/`);
  switch (modifier) {
    case 'below':
      return below(wanted, value);
    case 'above':
      return below(value, wanted);
    case 'contains':
      return value.includes(wanted);
    case 'ends':
      return value.endsWith(wanted);
    default:
      return value === wanted;
  }
}

const DAY = 86_400_000;

/** Intervals against intervals (search.html#prefix), both ends included. */
function matchesDates(v: { low: number; high: number }, q: { prefix: Prefix; low: number; high: number }): boolean {
  switch (q.prefix) {
    case 'eq':
      return v.low >= q.low && v.high <= q.high;
    case 'ne':
      return !(v.low >= q.low && v.high <= q.high);
    case 'gt':
      return v.high > q.high;
    case 'lt':
      return v.low < q.low;
    case 'ge':
      return v.high >= q.low;
    case 'le':
      return v.low <= q.high;
    case 'sa':
      return v.low > q.high;
    case 'eb':
      return v.high < q.low;
    case 'po':
      return v.low <= q.high && v.high >= q.low;
    case 'ap':
      return v.low <= q.high + DAY && v.high >= q.low - DAY;
  }
}

function matchesRange(
  v: { low: number | null; high: number | null },
  prefix: Prefix,
  q: { value: number; low: number; high: number },
): boolean {
  const low = v.low ?? Number.NEGATIVE_INFINITY;
  const high = v.high ?? Number.POSITIVE_INFINITY;
  const within = low >= q.low && high <= q.high && (low < q.high || q.low === q.high);
  switch (prefix) {
    case 'eq':
    case 'po':
      return within;
    case 'ne':
      return !within;
    case 'gt':
      return high > q.value;
    case 'lt':
      return low < q.value;
    case 'ge':
      return high >= q.value;
    case 'le':
      return low <= q.value;
    case 'sa':
      return low > q.value;
    case 'eb':
      return high < q.value;
    case 'ap': {
      const margin = Math.abs(q.value) * 0.1;
      return high >= q.value - margin && low <= q.value + margin;
    }
  }
}

/** Great circle on a sphere of 6,371 km. */
function kilometres(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const rad = Math.PI / 180;
  const a =
    Math.sin(((lat2 - lat1) * rad) / 2) ** 2 +
    Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Folded text begins with the wanted one, or one of its words does. */
function startsWord(text: string, wanted: string): boolean {
  return ` ${text}`.includes(` ${wanted}`);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function plainText(div: string): string {
  return div
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
      const point = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
      if (point !== undefined) return point <= 0x10ffff ? String.fromCodePoint(point) : ' ';
      return ENTITIES[String(name)] ?? whole;
    });
}

/** Folded words of the narrative, or of every text in the resource. */
export function wordsOf(resource: JsonObject, where: 'narrative' | 'content'): Set<string> {
  const parts: string[] = [];
  const narrative = isObject(resource.text) && typeof resource.text.div === 'string' ? resource.text.div : '';
  if (narrative !== '') parts.push(plainText(narrative));
  if (where === 'content') collect(resource, parts);
  return new Set(wordList(fold(parts.join(' '))));
}

/** Words of a folded text, in their order. */
export function wordList(folded: string): string[] {
  return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function collect(value: unknown, parts: string[]): void {
  if (typeof value === 'string') parts.push(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, parts);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) if (key !== 'div') collect(item, parts);
}

/** Every word of the query is there; the last one may be only the beginning of a word. */
function hasWords(words: ReadonlySet<string>, query: StringQuery): boolean {
  const wanted = wordList(query.folded);
  const last = wanted.pop();
  if (last === undefined || !wanted.every((word) => words.has(word))) return false;
  if (words.has(last)) return true;
  for (const word of words) if (word.startsWith(last)) return true;
  return false;
}
