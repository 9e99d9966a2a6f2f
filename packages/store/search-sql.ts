import { refuse } from '@mach/base/problem.ts';
import { fixedSystem } from '@mach/fhir/search/fixed-system.ts';
import type { QueryValue, SearchFilter, SimpleQuery } from '@mach/fhir/search-syntax.ts';
import { number32, searchKey } from './keys.ts';
import { combined } from './search-aliases.ts';
import { canonicalParam } from './search-index.ts';
import { holds, posted } from './search-postings.ts';
import { dateSql, instantSql, numberSql } from './search-ranges.ts';
import { typeNumber } from './types.ts';

/** Text of an SQL statement under construction, with its values. */
export class SqlBuilder {
  readonly values: unknown[] = [];
  /** What stands before the tables that conditions start from: see {@link INDEX}. */
  readonly index: string;
  private aliases = 0;
  /** `isCounted`: the rows are counted without looking at their records. */
  constructor(isCounted = false) {
    this.index = isCounted ? '' : INDEX;
  }
  bind(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
  /** A name for a table that no enclosing query uses. */
  alias(): string {
    return `a${++this.aliases}`;
  }
}

/** The record that a test is about: SQL for its number and, where a row of `record` is at hand, its columns. */
export interface Subject {
  rid: string;
  /** SQL of a column of the record. */
  column(name: 'id' | 'type' | 'updated' | 'patient'): string;
}

/** How many records a condition usually leaves: the least one is where a search starts. */
export const RANK = { one: 0, identifier: 1, few: 2, reference: 3, day: 4, text: 5, many: 6, range: 8 } as const;

/**
 * One condition in SQL. `rows` is the text after `from`, ending in its `where`, of rows with `k.rid`; `test` asks about
 * one record. Both are written when they are used, since each use binds its own values.
 */
export interface Condition {
  readonly rank: number;
  readonly rows: ((b: SqlBuilder) => string) | null;
  /** Each rid comes once, in the order of `k.block`, which an index gives: a page can be read off it. */
  readonly ordered: boolean;
  readonly test: (b: SqlBuilder, subject: Subject) => string;
  /** How many records it has, as `n`, where that is known without naming each. */
  readonly count?: (b: SqlBuilder) => string;
}

export const TENANT = 'tenant = mach_tenant()';

/*
 * The tables of the index themselves. For somebody who may not see everything the bare names are views that ask the
 * policy about the record of each row; here the record is asked for in the end, and gone where he may not see it: once
 * a record instead of once a row and once more. What is not followed by its record (other records in a test, a count that
 * does not ask the policy itself) is read through the view.
 */
export const INDEX = 'public.';

/** A search that is understood but not served: said, never ignored. */
export function notServed(what: string, param: string): never {
  throw refuse(
    400,
    'not-supported',
    { vi: `Chưa phục vụ ${what} (${param})`, en: `${what} is not served (${param})` },
    { field: param, remedy: { vi: 'Xem /fhir/metadata', en: 'See /fhir/metadata' } },
  );
}

/** The rows of a table under an alias that are meant. */
type Where = (b: SqlBuilder, a: string) => string;
type Table = 'search_string' | 'search_date' | 'search_number';

/** A condition on rows of one search table. The tests stay where they are written: `offset 0` keeps them out of the join order. */
function onTable(table: Table, where: Where, rank: number): Condition {
  return {
    rank,
    ordered: false,
    rows: (b) => `${b.index}${table} k where k.${TENANT} and ${where(b, 'k')}`,
    test: (b, { rid }) => {
      const a = b.alias();
      return `exists (select 1 from ${INDEX}${table} ${a} where ${a}.${TENANT} and ${a}.rid = ${rid} and ${where(b, a)} offset 0)`;
    },
  };
}

/**
 * A condition on rows of the equality index, each of which stands for several records. `ordered`: one key under one
 * qualifier, whose rows come in the order of their blocks.
 */
export function onKeys(where: Where, rank: number, ordered = false): Condition {
  const from = (b: SqlBuilder): string => `from ${b.index}search_posting p where p.${TENANT} and ${where(b, 'p')}`;
  return {
    rank,
    ordered,
    rows: (b) =>
      ordered
        ? `(select p.block, ${posted('p')} ${from(b)} order by p.block) k where true`
        : `(select ${posted('p')} ${from(b)}) k where true`,
    ...(ordered && { count: (b: SqlBuilder) => `select coalesce(sum(length(p.slots)), 0) as n ${from(b)}` }),
    test: (b, { rid }) => {
      const a = b.alias();
      return `exists (select 1 from ${INDEX}search_posting ${a} where ${a}.${TENANT} and ${holds(a, rid)} and ${where(b, a)} offset 0)`;
    },
  };
}

export function negate(condition: Condition): Condition {
  return {
    rank: RANK.range,
    rows: null,
    ordered: false,
    test: (b, subject) => `not ${condition.test(b, subject)}`,
  };
}

type ValuesFilter = Extract<SearchFilter, { kind: 'values' }>;

/** A filter by values as SQL that finds all its records, and perhaps more: `needsLook` says when each must be looked at. */
export function valuesCondition(filter: ValuesFilter): Condition | null {
  const { param, modifier, values, type } = filter;
  if (param.code === '_id' && modifier !== 'not') return idCondition(type, values);
  if (param.code === '_lastUpdated') return updatedCondition(type, values);
  if (param.type === 'composite' || modifier === 'differs') return null;
  const names = combined(`${type}.${param.code}`) ?? [`${type}.${param.code}`];
  const first = values[0];
  if (first === undefined) return null;
  switch (first.kind) {
    case 'token':
      if (modifier === 'above' || modifier === 'below') return notServed(`:${modifier}`, param.code);
      return keys(
        tokenKeys(names, values, modifier, fixedSystem(type, param)),
        /(^|\.)identifier$/.test(names[0] ?? '') ? RANK.identifier : RANK.many,
      );
    case 'of-type':
      return keys(
        names.flatMap((name) =>
          values.flatMap((v) => (v.kind === 'of-type' ? [{ key: searchKey(name, v.value), qualifiers: null }] : [])),
        ),
        RANK.identifier,
      );
    case 'reference':
      if (modifier === 'text' || modifier === 'above' || modifier === 'below')
        return notServed(`:${modifier}`, param.code);
      return keys(
        names.flatMap((name) =>
          values.flatMap((v) => {
            if (v.kind !== 'reference') return [];
            const types = v.type === null ? v.types : [v.type];
            return [
              {
                key: searchKey(name, v.id ?? v.url ?? ''),
                qualifiers: types.length > 0 && v.id !== null ? types.map(number32) : null,
              },
            ];
          }),
        ),
        isWide(values) ? RANK.many : RANK.reference,
      );
    case 'uri': {
      // Value sets are read, and codes above and below found, before a search comes here.
      if (modifier === 'in' || modifier === 'not-in') return notServed(`:${modifier}`, param.code);
      if (modifier === 'below' || modifier === 'contains' || modifier === 'ends') return null;
      const urls = values.flatMap((v) => (v.kind === 'uri' ? (modifier === 'above' ? above(v.value) : [v.value]) : []));
      return keys(
        names.flatMap((name) => urls.map((url) => ({ key: searchKey(name, url), qualifiers: null }))),
        RANK.few,
      );
    }
    default:
      if (first.kind === 'string' && modifier === 'text') return null;
      return ranges(names, modifier, values);
  }
}

/** What half of a facility's records may refer to. */
const WIDE = new Set(
  'CareTeam Device Endpoint Group HealthcareService Location Medication Organization PlanDefinition Practitioner PractitionerRole Questionnaire Schedule'.split(
    ' ',
  ),
);

function isWide(values: readonly QueryValue[]): boolean {
  return values.some((v) => {
    if (v.kind !== 'reference') return false;
    const types = v.type === null ? v.types : [v.type];
    return types.length > 0 && types.every((type) => WIDE.has(type));
  });
}

/** A URL and those above it: each is one whole path segment shorter. */
function above(url: string): string[] {
  const list = [url];
  for (let end = url.length; ; ) {
    end = url.lastIndexOf('/', end - 1);
    if (end < 8) return list;
    list.push(url.slice(0, end), url.slice(0, end + 1));
  }
}

interface Key {
  key: string;
  /** One of these; null for any. */
  qualifiers: readonly number[] | null;
}

function tokenKeys(
  names: readonly string[],
  values: readonly QueryValue[],
  modifier: string | null,
  fixed: { readonly system: string | null } | undefined,
): Key[] | null {
  const result: Key[] = [];
  for (const value of values) {
    // `system|` alone has no key: such a search looks at the records themselves.
    if (value.kind !== 'token' || value.code === null) return null;
    // The whole key reads the index in the order of the records; a part of it would not.
    const system = value.system === undefined && modifier !== 'identifier' ? fixed?.system : value.system;
    for (const name of names)
      result.push({
        key: searchKey(modifier === 'identifier' ? `${name}:identifier` : name, value.code),
        qualifiers: system === undefined ? null : [system === null ? 0 : number32(system)],
      });
  }
  return result;
}

function keys(list: readonly Key[] | null, rank: number): Condition | null {
  if (list === null || list.length === 0) return null;
  const [only] = list;
  const where: Where = (b, a) => {
    // Keys under the same qualifiers are one list: thousands of codes of a value set are one look into the index.
    const groups = Map.groupBy(list, (k) => k.qualifiers?.join() ?? '');
    const parts = [...groups.values()].map((same) => {
      const qualifiers = same[0]?.qualifiers ?? null;
      const all = same.map((k) => k.key);
      const key = all.length === 1 ? `${a}.key = ${b.bind(all[0])}` : `${a}.key = any(${b.bind(all)}::bigint[])`;
      if (qualifiers === null) return key;
      return qualifiers.length === 1
        ? `${key} and ${a}.qualifier = ${b.bind(qualifiers[0])}`
        : `${key} and ${a}.qualifier = any(${b.bind(qualifiers)}::int[])`;
    });
    return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' or ')})`;
  };
  const ordered = list.length === 1 && only?.qualifiers?.length === 1;
  return onKeys(where, rank, ordered);
}

function idCondition(type: string, values: readonly QueryValue[]): Condition {
  const ids = values.flatMap((v) => (v.kind === 'token' && v.code !== null ? [v.code] : []));
  return {
    rank: RANK.one,
    ordered: false,
    rows: (b) =>
      `record k where k.${TENANT} and k.type = ${typeNumber(type)} and k.id = any(${b.bind(ids)}::text[]) and not k.deleted`,
    test: (b, subject) => `${subject.column('id')} = any(${b.bind(ids)}::text[])`,
  };
}

function updatedCondition(type: string, values: readonly QueryValue[]): Condition {
  const where = (b: SqlBuilder, column: string): string =>
    `(${values.map((v) => (v.kind === 'date' ? instantSql(b, v, column) : 'false')).join(' or ')})`;
  return {
    rank: RANK.range,
    ordered: false,
    rows: (b) =>
      `record k where k.${TENANT} and k.type = ${typeNumber(type)} and not k.deleted and ${where(b, 'k.updated')}`,
    test: (b, subject) => where(b, subject.column('updated')),
  };
}

/** Strings, dates, numbers and quantities; `:exact` compares folded texts here and is looked at again. */
function ranges(names: readonly string[], modifier: string | null, values: readonly QueryValue[]): Condition | null {
  const parts: { table: Table; where: Where; rank: number }[] = [];
  for (const name of names)
    for (const value of values) {
      if (value.kind === 'composite') return null;
      const part = rangePart(name, modifier, value);
      if (!part) return null;
      parts.push(part);
    }
  const [first] = parts;
  if (!first) return null;
  return onTable(
    first.table,
    (b, a) => (parts.length === 1 ? first.where(b, a) : `(${parts.map((p) => `(${p.where(b, a)})`).join(' or ')})`),
    Math.max(...parts.map((p) => p.rank)),
  );
}

const TWO_DAYS = 2 * 86_400_000;

function rangePart(
  name: string,
  modifier: string | null,
  value: SimpleQuery,
): { table: Table; where: Where; rank: number } | undefined {
  const param = (b: SqlBuilder, a: string, of = name): string => `${a}.param = ${b.bind(number32(of))}`;
  switch (value.kind) {
    case 'string': {
      const text = value.folded.slice(0, 80);
      if (modifier === 'contains' || modifier === 'ends')
        return {
          table: 'search_string',
          // Folded texts are kept up to 80 units, which may be 40 characters: what lies beyond is looked at in the record.
          where: (b, a) =>
            `${param(b, a)} and (strpos(${a}.value, ${b.bind(value.folded)}) > 0 or length(${a}.value) >= 40)`,
          rank: RANK.range,
        };
      if (modifier === 'exact' || modifier === 'equals')
        return {
          table: 'search_string',
          where: (b, a) => `${param(b, a)} and ${a}.value = ${b.bind(text)}`,
          rank: RANK.text,
        };
      return {
        table: 'search_string',
        where: (b, a) =>
          `${param(b, a)} and ${a}.value >= ${b.bind(text)} and ${a}.value < ${b.bind(`${text}\u{10ffff}`)}`,
        rank: RANK.text,
      };
    }
    case 'date':
      return {
        table: 'search_date',
        where: (b, a) => `${param(b, a)} and ${dateSql(b, value, a)}`,
        rank: value.prefix === 'eq' && value.high - value.low < TWO_DAYS ? RANK.day : RANK.range,
      };
    case 'number':
      return {
        table: 'search_number',
        where: (b, a) => `${param(b, a)} and ${numberSql(b, value, a)}`,
        rank: RANK.range,
      };
    case 'quantity': {
      const { canonical } = value;
      const [of, unit, range] = canonical
        ? [canonicalParam(name), canonical.unit, { ...canonical, prefix: value.prefix }]
        : [name, value.system === null ? null : value.code, value];
      return {
        table: 'search_number',
        where: (b, a) => {
          const qualifier = unit === null ? '' : ` and ${a}.qualifier = ${b.bind(number32(unit))}`;
          return `${param(b, a, of)}${qualifier} and ${numberSql(b, range, a)}`;
        },
        rank: RANK.range,
      };
    }
    default:
      return undefined;
  }
}

const TABLES: Readonly<Record<string, Table>> = {
  string: 'search_string',
  date: 'search_date',
  number: 'search_number',
  quantity: 'search_number',
};

/** `:missing` where the index tells; null where the records must be looked at. */
export function missingCondition(filter: Extract<SearchFilter, { kind: 'missing' }>): Condition | null {
  const { param, type, missing } = filter;
  const table = TABLES[param.type];
  if (!table || param.code === '_lastUpdated') return null;
  const present = onTable(table, (b, a) => `${a}.param = ${b.bind(number32(`${type}.${param.code}`))}`, RANK.range);
  return missing ? negate(present) : present;
}
