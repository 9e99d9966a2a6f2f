import { refuse } from '@mach/base/problem.ts';
import type { QueryValue, SearchFilter, SimpleQuery } from '@mach/fhir/search-syntax.ts';
import { number32, searchKey } from './keys.ts';
import { combined, indexedAs } from './search-aliases.ts';
import { canonicalParam } from './search-index.ts';
import { typeNumber } from './types.ts';

/** Text of an SQL statement under construction, with its values. */
export class SqlBuilder {
  readonly values: unknown[] = [];
  bind(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

const T = 'tenant = mach_tenant()';

/** A search that is understood but not served: said, never ignored. */
function notServed(what: string, param: string): never {
  throw refuse(
    400,
    'not-supported',
    { vi: `Chưa phục vụ ${what} (${param})`, en: `${what} is not served (${param})` },
    { field: param, remedy: { vi: 'Xem /fhir/metadata', en: 'See /fhir/metadata' } },
  );
}

/** SQL condition on `alias.rid`/`alias.*` of a record for one filter. */
export function filterSql(b: SqlBuilder, filter: SearchFilter, alias: string, type: string): string {
  switch (filter.kind) {
    case 'values':
      return valuesSql(b, filter, alias);
    case 'missing': {
      const present = `exists (select 1 from ${tableOf(filter.param.type)} m where m.${T} and m.rid = ${alias}.rid and ${anyOfParam(b, filter)})`;
      return filter.missing ? `not ${present}` : present;
    }
    case 'chain': {
      const name = indexedAs(`${filter.type}.${filter.param.code}`);
      const targets = filter.targets.map(({ type, filter: inner }) => {
        const ids = `select t.id from record t where t.${T} and t.type = ${typeNumber(type)} and not t.deleted and ${filterSql(b, inner, 't', type)}`;
        return `${alias}.rid in (select k.rid from (${ids}) x, search_key k where k.${T} and k.qualifier = ${number32(type)} and k.key = mach_search_key(${b.bind(name)}, x.id))`;
      });
      return `(${targets.join(' or ')})`;
    }
    case 'has': {
      const name = indexedAs(`${filter.source}.${filter.param.code}`);
      return `exists (select 1 from search_key k join record s on s.tenant = k.tenant and s.rid = k.rid
        where k.${T} and k.key = mach_search_key(${b.bind(name)}, ${alias}.id) and s.type = ${typeNumber(filter.source)}
          and not s.deleted and ${filterSql(b, filter.filter, 's', filter.source)})`;
    }
    case 'compartment': {
      const keys = filter.params.map((p) => searchKey(`${type}.${p.code}`, filter.id));
      return `${alias}.rid in (select k.rid from search_key k where k.${T} and k.qualifier = ${number32(filter.compartment)}
        and k.key = any(${b.bind(keys)}::bigint[]))`;
    }
    case 'words':
      return notServed('tìm toàn văn', filter.where === 'content' ? '_content' : '_text');
    case 'list':
      return notServed('_list', '_list');
  }
}

function tableOf(kind: string): string {
  return kind === 'string'
    ? 'search_string'
    : kind === 'date'
      ? 'search_date'
      : kind === 'number' || kind === 'quantity'
        ? 'search_number'
        : 'search_key';
}

function anyOfParam(b: SqlBuilder, filter: Extract<SearchFilter, { kind: 'missing' }>): string {
  if (tableOf(filter.param.type) === 'search_key') return notServed(':missing', filter.param.code);
  return `m.param = ${b.bind(number32(`${filter.type}.${filter.param.code}`))}`;
}

function valuesSql(b: SqlBuilder, filter: Extract<SearchFilter, { kind: 'values' }>, alias: string): string {
  const { param, values, modifier } = filter;
  if (param.code === '_id')
    return `${alias}.id = any(${b.bind(values.flatMap((v) => (v.kind === 'token' && v.code ? [v.code] : [])))}::text[])`;
  if (param.code === '_lastUpdated') return `(${values.map((v) => dateOn(b, v, `${alias}.updated`)).join(' or ')})`;
  const parts = values.map((value) => {
    if (value.kind === 'composite') return notServed('tham số ghép', param.code);
    const name = `${filter.type}.${param.code}`;
    const names = combined(name) ?? [name];
    return `(${names.map((n) => valueSql(b, n, modifier, value, alias)).join(' or ')})`;
  });
  const any = `(${parts.join(' or ')})`;
  return modifier === 'not' ? `not ${any}` : any;
}

function valueSql(
  b: SqlBuilder,
  name: string,
  modifier: string | null,
  value: Exclude<QueryValue, { kind: 'composite' }>,
  alias: string,
): string {
  const from = (table: string, where: string): string =>
    `${alias}.rid in (select rid from ${table} where ${T} and ${where})`;
  switch (value.kind) {
    case 'token': {
      if (modifier !== null && modifier !== 'not' && modifier !== 'identifier') return notServed(`:${modifier}`, name);
      if (value.code === null) return notServed('system|', name);
      const indexed = modifier === 'identifier' ? `${name}:identifier` : name;
      const key = `key = ${b.bind(searchKey(indexed, value.code))}`;
      if (value.system === undefined) return from('search_key', key);
      return from('search_key', `${key} and qualifier = ${b.bind(value.system === null ? 0 : number32(value.system))}`);
    }
    case 'reference': {
      const key = `key = ${b.bind(searchKey(name, value.id ?? value.url ?? ''))}`;
      const types = value.type === null ? value.types : [value.type];
      // One target type at most needs no look at the qualifier; several do, for ids may repeat between types.
      return from(
        'search_key',
        types.length > 0 && value.id !== null
          ? `${key} and qualifier = any(${b.bind(types.map(number32))}::int[])`
          : key,
      );
    }
    case 'uri':
      if (modifier !== null) return notServed(`:${modifier}`, name);
      return from('search_key', `key = ${b.bind(searchKey(name, value.value))}`);
    case 'string': {
      const param = `param = ${b.bind(number32(name))}`;
      if (modifier === 'contains')
        return from('search_string', `${param} and strpos(value, ${b.bind(value.folded)}) > 0`);
      const text = value.folded.slice(0, 80);
      if (modifier === 'exact')
        return `(${from('search_string', `${param} and value = ${b.bind(text)}`)} and strpos(${alias}.content, ${b.bind(JSON.stringify(value.text))}) > 0)`;
      return from('search_string', `${param} and value >= ${b.bind(text)} and value < ${b.bind(`${text}\u{10ffff}`)}`);
    }
    case 'date':
      return from('search_date', `param = ${b.bind(number32(name))} and ${rangeSql(b, value)}`);
    case 'number':
      return from('search_number', `param = ${b.bind(number32(name))} and ${numberSql(b, value)}`);
    case 'quantity': {
      const { canonical } = value;
      const [param, unit, range] = canonical
        ? [canonicalParam(name), canonical.unit, { ...canonical, prefix: value.prefix }]
        : [name, value.code, value];
      const qualifier = unit === null ? '' : ` and qualifier = ${b.bind(number32(unit))}`;
      return from('search_number', `param = ${b.bind(number32(param))}${qualifier} and ${numberSql(b, range)}`);
    }
    case 'of-type':
      return notServed(':of-type', name);
    case 'position':
      return notServed('near', name);
  }
}

/** Dates as intervals in milliseconds (search.html#prefix): the stored [low, high] against the asked [low, high]. */
function rangeSql(b: SqlBuilder, q: Extract<SimpleQuery, { kind: 'date' }>): string {
  // Bound where used: PostgreSQL refuses a value that no place asks for.
  const low = (): string => b.bind(String(q.low));
  const high = (): string => b.bind(String(q.high));
  switch (q.prefix) {
    case 'eq':
      return `low >= ${low()} and high <= ${high()}`;
    case 'ne':
      return `not (low >= ${low()} and high <= ${high()})`;
    case 'gt':
      return `high > ${high()}`;
    case 'lt':
      return `low < ${low()}`;
    case 'ge':
      return `high >= ${low()}`;
    case 'le':
      return `low <= ${high()}`;
    case 'sa':
      return `low > ${high()}`;
    case 'eb':
      return `high < ${low()}`;
    case 'ap':
      return `low <= ${b.bind(String(q.high + 86_400_000))} and high >= ${b.bind(String(q.low - 86_400_000))}`;
  }
}

function dateOn(b: SqlBuilder, value: QueryValue, column: string): string {
  if (value.kind !== 'date') throw new RangeError('a date was expected');
  const at = (ms: number): string => `${b.bind(new Date(ms).toISOString())}::timestamptz`;
  switch (value.prefix) {
    case 'eq':
    case 'ap':
      return `(${column} >= ${at(value.low)} and ${column} <= ${at(value.high)})`;
    case 'ne':
      return `not (${column} >= ${at(value.low)} and ${column} <= ${at(value.high)})`;
    case 'gt':
    case 'sa':
      return `${column} > ${at(value.high)}`;
    case 'lt':
    case 'eb':
      return `${column} < ${at(value.low)}`;
    case 'ge':
      return `${column} >= ${at(value.low)}`;
    case 'le':
      return `${column} <= ${at(value.high)}`;
  }
}

function numberSql(b: SqlBuilder, q: { prefix: string; value: number; low: number; high: number }): string {
  const n = (value: number): string => b.bind(String(value));
  switch (q.prefix) {
    case 'eq':
      return `low >= ${n(q.low)} and low < ${n(q.high)} and high >= ${n(q.low)} and high <= ${n(q.high)}`;
    case 'ne':
      return `(low < ${n(q.low)} or low >= ${n(q.high)})`;
    case 'gt':
      return `high > ${n(q.value)}`;
    case 'lt':
      return `low < ${n(q.value)}`;
    case 'ge':
      return `high >= ${n(q.value)}`;
    case 'le':
      return `low <= ${n(q.value)}`;
    case 'sa':
      return `low > ${n(q.value)}`;
    case 'eb':
      return `high < ${n(q.value)}`;
    default: {
      const margin = Math.abs(q.value) * 0.1;
      return `high >= ${n(q.value - margin)} and low <= ${n(q.value + margin)}`;
    }
  }
}
