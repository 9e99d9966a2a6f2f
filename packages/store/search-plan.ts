import { typeDef } from '@mach/fhir/definitions.ts';
import { isLocal, type LocalFilter } from '@mach/fhir/search/match.ts';
import { compartmentParams, type SearchParam, searchParamById } from '@mach/fhir/search-definitions.ts';
import type { QueryValue, SearchFilter, SimpleQuery } from '@mach/fhir/search-syntax.ts';
import { number32, searchKey } from './keys.ts';
import { indexedAs } from './search-aliases.ts';
import { posted } from './search-postings.ts';
import {
  type Condition,
  INDEX,
  missingCondition,
  negate,
  notServed,
  onKeys,
  RANK,
  type SqlBuilder,
  type Subject,
  TENANT,
  valuesCondition,
} from './search-sql.ts';
import { wordsCondition } from './search-words.ts';
import { RESOURCE_TYPES, typeNumber } from './types.ts';

/** The filters of a search on one type: what SQL decides, and what each record has to be looked at for. */
export interface Plan {
  readonly conditions: readonly Condition[];
  readonly looks: readonly LocalFilter[];
}

export function planFilters(filters: readonly SearchFilter[], type: string): Plan {
  const conditions = filters.flatMap((filter) => condition(filter, type) ?? []);
  return { conditions, looks: filters.filter(needsLook) };
}

/** Modifiers about what the index does not hold, or not in full. */
const LOOKED: ReadonlySet<string> = new Set(['text', 'of-type', 'exact', 'contains', 'equals', 'ends', 'differs']);

/** Whether the index finds more than what is asked for, so that the records themselves decide. */
export function needsLook(filter: SearchFilter): filter is LocalFilter {
  switch (filter.kind) {
    case 'words':
      return true;
    case 'missing':
      return missingCondition(filter) === null;
    case 'group':
      // What needs other records has been turned into ids before, where another part must be looked at.
      return isLocal(filter) && filter.filters.some(needsLook);
    case 'values': {
      const { modifier, param } = filter;
      if (modifier !== null && LOOKED.has(modifier)) return true;
      if (modifier === 'below' && param.type === 'uri') return true;
      if (param.type === 'composite') return !isWhole(param, filter.type);
      return filter.values.some(
        (v) =>
          v.kind === 'position' ||
          (v.kind === 'token' && v.code === null) ||
          (v.kind === 'reference' && v.version !== null) ||
          (v.kind === 'quantity' && !v.canonical && (v.system ?? v.code) !== null) ||
          (v.kind === 'string' && v.folded.length > 80),
      );
    }
    default:
      return false;
  }
}

/** A composite over the whole resource pairs every value with every other: its parts by themselves say it all. */
const isWhole = (param: SearchParam, type: string): boolean => param.expression === type;

/** SQL of one filter; null where it says nothing that the index knows. */
export function condition(filter: SearchFilter, type: string): Condition | null {
  switch (filter.kind) {
    case 'values':
      if (filter.param.type === 'composite') return composite(filter);
      if (filter.modifier === 'not') {
        const positive = valuesCondition(filter);
        // An index row too many would hide a record: what must be looked at is only looked at.
        return positive && !needsLook(filter) ? negate(positive) : null;
      }
      // What is shown for a code stands among the words of the record.
      if (filter.modifier === 'text' && filter.param.type !== 'reference')
        return wordsCondition(
          filter.values.flatMap((v) => (v.kind === 'string' ? [v] : [])),
          'content',
        );
      return valuesCondition(filter);
    case 'missing':
      return missingCondition(filter);
    case 'words':
      return wordsCondition(filter.values, filter.where);
    case 'chain':
      return chain(filter);
    case 'has':
      return has(filter, type);
    case 'compartment':
      return compartment(filter, type);
    case 'group':
      return group(filter, type);
    case 'list':
      // Members are read before the search is planned.
      return notServed('_list', '_list');
  }
}

/** Conditions put together by and, or, not. */
function group(filter: Extract<SearchFilter, { kind: 'group' }>, type: string): Condition | null {
  const parts = filter.filters.map((f) => ({ of: condition(f, type), looks: needsLook(f) }));
  const known = parts.flatMap(({ of }) => of ?? []);
  if (filter.op === 'not') {
    // Rows too many would hide a record.
    return known[0] && !parts.some((p) => p.looks) ? negate(known[0]) : null;
  }
  if (filter.op === 'and') {
    if (known.length === 0) return null;
    const driver = least(known);
    const others = known.filter((c) => c !== driver);
    const rows = driver?.rows;
    return {
      rank: driver?.rank ?? RANK.range,
      ordered: driver?.ordered ?? false,
      rows: rows ? (b) => [rows(b), ...others.map((c) => c.test(b, keyed('k')))].join(' and ') : null,
      test: (b, subject) => `(${known.map((c) => c.test(b, subject)).join(' and ')})`,
    };
  }
  if (known.length < parts.length) return null;
  const leading = known.flatMap((c) => c.rows ?? []);
  return {
    rank: Math.max(...known.map((c) => c.rank)),
    ordered: false,
    rows:
      leading.length === known.length
        ? (b) => `(${leading.map((rows) => `select k.rid from ${rows(b)}`).join(' union ')}) k where true`
        : null,
    test: (b, subject) => `(${known.map((c) => c.test(b, subject)).join(' or ')})`,
  };
}

/** One of the pairs, each of whose parts occurs somewhere in the resource. */
function composite(filter: Extract<SearchFilter, { kind: 'values' }>): Condition | null {
  const alternatives: Condition[][] = [];
  for (const value of filter.values) {
    if (value.kind !== 'composite') return null;
    const parts = value.components.flatMap((part, i) => componentCondition(filter, part, i) ?? []);
    if (parts.length === 0) return null;
    alternatives.push(parts);
  }
  const test: Condition['test'] = (b, subject) =>
    `(${alternatives.map((parts) => parts.map((p) => p.test(b, subject)).join(' and ')).join(' or ')})`;
  const [only, ...others] = alternatives;
  const driver = others.length === 0 ? least(only ?? []) : undefined;
  const rest = (only ?? []).filter((p) => p !== driver);
  if (!driver?.rows) return { rank: RANK.range, rows: null, ordered: false, test };
  const rows = driver.rows;
  return {
    rank: driver.rank,
    ordered: driver.ordered,
    rows: (b) => [rows(b), ...rest.map((p) => p.test(b, keyed('k')))].join(' and '),
    test,
  };
}

function componentCondition(
  filter: Extract<SearchFilter, { kind: 'values' }>,
  part: SimpleQuery,
  index: number,
): Condition | null {
  const definition = searchParamById(filter.param.components[index]?.definition ?? '');
  if (!definition) return null;
  const own: QueryValue[] = [part];
  return valuesCondition({ kind: 'values', type: filter.type, param: definition, modifier: null, values: own });
}

export function least(conditions: readonly Condition[]): Condition | undefined {
  let best: Condition | undefined;
  for (const c of conditions) if (c.rows && (!best || c.rank < best.rank)) best = c;
  return best;
}

/** A record known by the number in `alias.rid`. */
export function keyed(alias: string): Subject {
  return {
    rid: `${alias}.rid`,
    column: (name) => `(select o.${name} from record o where o.${TENANT} and o.rid = ${alias}.rid)`,
  };
}

/** A row of `record` itself. */
export function row(alias: string): Subject {
  return { rid: `${alias}.rid`, column: (name) => `${alias}.${name}` };
}

/** Numbers of the records of a type that meet a condition, as a derived table. */
function ridsOf(b: SqlBuilder, of: Condition | null, type: string): string {
  if (of?.rows) return `(select k.rid from ${of.rows(b)})`;
  const test = of ? ` and ${of.test(b, row('k'))}` : '';
  return `(select k.rid from record k where k.${TENANT} and k.type = ${typeNumber(type)} and not k.deleted${test})`;
}

function chain(filter: Extract<SearchFilter, { kind: 'chain' }>): Condition {
  const name = indexedAs(`${filter.type}.${filter.param.code}`);
  const inner = filter.targets.map(({ type, filter: f }) => ({ type, of: condition(f, type) }));
  // From the targets to what refers to them, each step by an index: `offset 0` keeps that order.
  const rows = (b: SqlBuilder): string => {
    const parts = inner.map(
      ({ type, of }) => `select s.rid from ${ridsOf(b, of, type)} x
        cross join lateral (select t.id from record t where t.${TENANT} and t.rid = x.rid and not t.deleted offset 0) t
        cross join lateral (select ${posted('s')} from ${b.index}search_posting s where s.${TENANT} and s.key = mach_search_key(${b.bind(name)}, t.id)
          and s.qualifier = ${number32(type)} offset 0) s`,
    );
    return `(${parts.join(' union all ')}) k where true`;
  };
  const worst = Math.max(...inner.map(({ of }) => of?.rank ?? RANK.range));
  return {
    rank: worst <= RANK.few ? RANK.few : Math.max(worst, RANK.many),
    ordered: false,
    rows,
    // Asked once for all records, not for each.
    test: (b, { rid }) => `(${rid} in (select k.rid from ${rows(b)})) is true`,
  };
}

const LABELS = ['subject', 'patient', 'beneficiary', 'individual', 'for'];

/** Whether the row's own label is what this reference says: then the way from source to patient needs no content. */
function isLabel(source: string, param: SearchParam): boolean {
  const branches = param.expression.split('|').flatMap((part) => {
    const text = part.trim();
    return text.startsWith(`${source}.`) ? [text.slice(source.length + 1)] : [];
  });
  const found =
    branches.length === 1 ? /^([a-z]+)(?:\.where\(resolve\(\) is Patient\))?$/.exec(branches[0] ?? '')?.[1] : undefined;
  const place = LABELS.indexOf(found ?? '');
  const elements = typeDef(source)?.elements ?? [];
  // An earlier label of the same type would win over this one.
  return place >= 0 && LABELS.slice(0, place).every((label) => !elements.some((e) => e.name === label));
}

function has(filter: Extract<SearchFilter, { kind: 'has' }>, type: string): Condition {
  const { source, param } = filter;
  const name = indexedAs(`${source}.${param.code}`);
  const inner = condition(filter.filter, source);
  const test: Condition['test'] = (b, subject) => {
    const a = b.alias();
    const also = inner ? ` and ${inner.test(b, keyed(a))}` : '';
    // Who may see the other record is asked last, of those that fit.
    return `exists (select 1 from (select ${posted('p')} from ${INDEX}search_posting p where p.${TENANT}
      and p.key = mach_search_key(${b.bind(name)}, ${subject.column('id')}) and p.qualifier = ${number32(type)} offset 0) ${a}
      where true${also} and exists (select 1 from record o where o.${TENANT} and o.rid = ${a}.rid offset 0) offset 0)`;
  };
  if (type !== 'Patient' || !isLabel(source, param)) return { rank: RANK.range, rows: null, ordered: false, test };
  return {
    rank: inner && inner.rank < RANK.many ? RANK.few : RANK.many,
    ordered: false,
    rows: (b) => `${ridsOf(b, inner, source)} j
      cross join lateral (select s.patient from record s where s.${TENANT} and s.rid = j.rid and s.type = ${typeNumber(source)} offset 0) s
      cross join lateral (select t.rid from record t where t.${TENANT} and t.type = ${typeNumber(type)} and t.id = s.patient offset 0) k where true`,
    test,
  };
}

function compartment(filter: Extract<SearchFilter, { kind: 'compartment' }>, type: string): Condition {
  const keys = filter.params.map((p) => searchKey(`${type}.${p.code}`, filter.id));
  return references(filter.compartment, keys);
}

function references(target: string, keys: readonly string[]): Condition {
  const where = (b: SqlBuilder, a: string): string =>
    `${a}.key = any(${b.bind(keys)}::bigint[]) and ${a}.qualifier = ${number32(target)}`;
  return onKeys(where, RANK.reference);
}

/** Everything in a compartment, with the resource that it belongs to: `Patient/1/*`. */
export function wholeCompartment(name: string, id: string, types: readonly string[]): Condition {
  const members = types.length > 0 ? types : RESOURCE_TYPES;
  const keys = members.flatMap((type) => compartmentParams(name, type).map((code) => searchKey(`${type}.${code}`, id)));
  const others = references(name, keys);
  const own = types.length === 0 || types.includes(name);
  const self = (b: SqlBuilder, a: string): string =>
    `${a}.${TENANT} and ${a}.type = ${typeNumber(name)} and ${a}.id = ${b.bind(id)} and not ${a}.deleted`;
  return {
    ...others,
    rows: (b) =>
      own
        ? `(select k.rid from ${others.rows?.(b)} union all select o.rid from record o where ${self(b, 'o')}) k where true`
        : (others.rows?.(b) ?? ''),
  };
}
