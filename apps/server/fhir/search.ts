import { type Issue, Problem, refuse, toOperationOutcome } from '@mach/base/problem.ts';
import { compartmentFilter, requireUnlimited, requireWhole, scopesReachRecord, searchLimit } from '@mach/engine';
import { pickElements, summarize } from '@mach/fhir/search/summary.ts';
import { compartmentParams, compartments, searchParams } from '@mach/fhir/search-definitions.ts';
import { parseSearch, type SearchFilter, type SearchQuery } from '@mach/fhir/search-syntax.ts';
import { RESOURCE_TYPES, type StoredRecord, searchRecords } from '@mach/store';
import { originOf } from '../http/auth.ts';
import { freshWords, requireOpenParams } from './access-limits.ts';
import { type FhirCall, isLenient, requireId } from './exchange.ts';
import { withCodes } from './search-codes.ts';

const SERVER_PARAMS = new Set(['_after']);

export interface FoundRecords {
  matches: StoredRecord[];
  included: StoredRecord[];
  total: number | undefined;
  next: string | undefined;
  query?: SearchQuery;
}

export interface SearchWhere {
  /** `Patient/1/Observation`, and with type null `Patient/1/*`. */
  compartment?: { name: string; id: string };
  /** Never lenient: the condition of a conditional write. */
  strict?: boolean;
}

/**
 * Parses and runs a search of one type (null: of all, or those of `_type`) under the policy, and audits it.
 * @throws Problem 400, 403, 422
 */
export async function findRecords(
  call: FhirCall,
  type: string | null,
  params: URLSearchParams,
  where: SearchWhere = {},
): Promise<FoundRecords> {
  const { engine } = call.doors;
  if (type !== null) engine.policy.requireRecord(call.actor, 'search', type);
  const { compartment } = where;
  if (compartment) requireCompartment(compartment, type);
  const parsed = parseSearch(type, params, {
    lenient: !where.strict && isLenient(call.request),
    baseUrl: call.baseUrl,
    lookup: (of) => searchParams(of, call.actor.tenant),
    serverParams: SERVER_PARAMS,
    ...(compartment && type !== null ? { compartment } : {}),
  });
  if (!parsed.ok) throw new Problem(400, parsed.error);
  requireOpenParams(call, type, parsed.value);
  await freshWords(call, parsed.value);
  const types = type !== null ? [type] : readableTypes(call, parsed.value.types, compartment?.name);
  const filters = (await withCodes(call, parsed.value.filters)).map((filter) => allowed(call, filter));
  const query = { ...parsed.value, filters: [...filters, ...limits(call, type, parsed.value)] };
  const page = await searchRecords(
    engine.database,
    call.actor.tenant,
    { types, ...(compartment && type === null ? { compartment } : {}) },
    query,
    query.other.get('_after'),
  );
  // What may not be read may not be included either.
  const included = page.included.filter(
    (record) =>
      engine.policy.record(call.actor, 'read', record.type) !== 'denied' && scopesReachRecord(call.actor, record),
  );
  const patient = page.matches[0]?.patient;
  await engine.audits.read(call.actor, `search ${type ?? '*'}`, engine.clock.now().toISOString(), {
    kind: 'search',
    origin: originOf(call.request),
    detail: { query: params.toString().slice(0, 500), matches: page.matches.length },
    entities: page.matches.slice(0, 100).map((r) => `${r.type}/${r.id}`),
    patient: page.matches.every((r) => r.patient === patient) ? patient : undefined,
  });
  return { ...page, included, query };
}

function requireCompartment({ name, id }: { name: string; id: string }, type: string | null): void {
  requireId(id);
  if (!compartments().includes(name))
    throw refuse(404, 'no-compartment', {
      vi: `${name} không có phân vùng; chỉ có ${compartments().join(', ')}`,
      en: `${name} has no compartment; only ${compartments().join(', ')} have`,
    });
  if (type !== null && compartmentParams(name, type).length === 0)
    throw refuse(404, 'not-in-compartment', {
      vi: `${type} không thuộc phân vùng ${name}`,
      en: `${type} is not in the ${name} compartment`,
    });
}

/** The types of a search on several: each must be allowed where they are named, else those that are. */
function readableTypes(call: FhirCall, named: readonly string[], compartment: string | undefined): readonly string[] {
  const { policy } = call.doors.engine;
  if (named.length > 0) {
    for (const type of named) policy.requireRecord(call.actor, 'search', type);
    return named;
  }
  const members = compartment
    ? RESOURCE_TYPES.filter((t) => t === compartment || compartmentParams(compartment, t).length > 0)
    : RESOURCE_TYPES;
  const open = members.filter((t) => policy.record(call.actor, 'search', t) !== 'denied');
  if (open.length === 0) policy.requireRecord(call.actor, 'search', members[0] ?? 'Patient');
  return open.length === RESOURCE_TYPES.length ? [] : open;
}

/** What the scopes of an app add to a search. @throws Problem 403 for a search that they cannot narrow */
function limits(call: FhirCall, type: string | null, query: SearchQuery): SearchFilter[] {
  const { actor } = call;
  if (actor.scopes === null) return [];
  // A search of several types at once, and the way that an include takes through others, cannot be narrowed a type.
  if (type === null || [...query.include, ...query.revinclude].some((include) => include.iterate)) requireWhole(actor);
  const limit = type === null ? null : searchLimit(actor, type);
  if (type === null || limit === null) return [];
  return [...limit.filters, ...(limit.patient === null ? [] : [compartmentFilter(type, limit.patient)])];
}

/** A chain tells about the records on its way: each link must be open to the one who asks. */
function allowed(call: FhirCall, filter: SearchFilter): SearchFilter {
  const { policy } = call.doors.engine;
  switch (filter.kind) {
    case 'chain': {
      const open = filter.targets.filter((t) => policy.record(call.actor, 'search', t.type) !== 'denied');
      if (open.length === 0) policy.requireRecord(call.actor, 'search', filter.targets[0]?.type ?? filter.type);
      for (const target of open) requireUnlimited(call.actor, 'search', target.type);
      return { ...filter, targets: open.map((t) => ({ ...t, filter: allowed(call, t.filter) })) };
    }
    case 'has':
      policy.requireRecord(call.actor, 'search', filter.source);
      requireUnlimited(call.actor, 'search', filter.source);
      return { ...filter, filter: allowed(call, filter.filter) };
    case 'group':
      return { ...filter, filters: filter.filters.map((inner) => allowed(call, inner)) };
    case 'list':
      policy.requireRecord(call.actor, 'read', 'List');
      requireUnlimited(call.actor, 'read', 'List');
      return filter;
    default:
      return filter;
  }
}

/** The answer of a search as text, stored bytes put together without parsing them. */
export function searchBundle(baseUrl: string, path: string, params: URLSearchParams, found: FoundRecords): string {
  const { query } = found;
  const shape = query ? shaper(query) : undefined;
  const entry = (record: StoredRecord, mode: 'match' | 'include'): string => {
    const text = shape?.(record, mode) ?? record.text;
    return `{"fullUrl":"${baseUrl}/${record.type}/${record.id}","resource":${text},"search":{"mode":"${mode}"}}`;
  };
  const entries = [...found.matches.map((r) => entry(r, 'match')), ...found.included.map((r) => entry(r, 'include'))];
  const warnings = query?.warnings ?? [];
  if (warnings.length > 0) entries.push(outcomeEntry(warnings));
  const used = new URLSearchParams(params);
  // What was left out under lenient handling is not part of what was answered.
  for (const { field } of warnings) if (field !== undefined) used.delete(field);
  const address = (search: URLSearchParams): string =>
    `${baseUrl}${path === '' ? '' : `/${path}`}${search.size > 0 ? `?${search.toString()}` : ''}`;
  const links = [{ relation: 'self', url: address(used) }];
  if (found.next !== undefined) {
    const next = new URLSearchParams(used);
    next.set('_after', found.next);
    links.push({ relation: 'next', url: address(next) });
  }
  if (used.has('_after')) {
    const first = new URLSearchParams(used);
    first.delete('_after');
    links.push({ relation: 'first', url: address(first) });
  }
  const total = found.total === undefined ? '' : `"total":${found.total},`;
  const list = entries.length > 0 ? `,"entry":[${entries.join(',')}]` : '';
  return `{"resourceType":"Bundle","type":"searchset",${total}"link":${JSON.stringify(links)}${list}}`;
}

/** How `_summary` and `_elements` change a record; undefined where its stored bytes are sent. */
function shaper(query: SearchQuery): ((record: StoredRecord, mode: 'match' | 'include') => string) | undefined {
  const { summary, elements } = query;
  const isPart = summary === 'true' || summary === 'text' || summary === 'data';
  if (!isPart && elements.length === 0) return undefined;
  return (record, mode) => {
    const resource = record.resource as unknown as Record<string, unknown>;
    if (isPart) return JSON.stringify(summarize(resource, summary));
    return mode === 'match' ? JSON.stringify(pickElements(resource, elements)) : (record.text ?? '');
  };
}

function outcomeEntry(warnings: readonly Issue[]): string {
  const outcome = toOperationOutcome(new Problem(200, [...warnings]));
  return `{"resource":${JSON.stringify(outcome)},"search":{"mode":"outcome"}}`;
}
