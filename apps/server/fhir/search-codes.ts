import { refuse } from '@mach/base/problem.ts';
import type { JsonObject } from '@mach/fhir/json.ts';
import { searchParam } from '@mach/fhir/search-definitions.ts';
import type { QueryValue, SearchFilter, TokenQuery } from '@mach/fhir/search-syntax.ts';
import type { CodeSystem } from '@mach/fhir/terminology/code-system.ts';
import { ValueSets } from '@mach/fhir/terminology/value-set.ts';
import { readRecord } from '@mach/store';
import { told } from './operations/terminology/operations.ts';
import { HouseTerminology, type TermsCall } from './operations/terminology/source.ts';

type ValuesFilter = Extract<SearchFilter, { kind: 'values' }>;

/** More codes than this are not asked of the index one by one. */
const MAX_CODES = 20_000;

/** Whether a search asks for codes that a value set or a code system has to name. */
export function needsCodes(filter: SearchFilter): boolean {
  switch (filter.kind) {
    case 'values':
      return filter.param.type === 'token' && /^(in|not-in|above|below)$/.test(filter.modifier ?? '');
    case 'chain':
      return filter.targets.some((target) => needsCodes(target.filter));
    case 'has':
      return needsCodes(filter.filter);
    case 'group':
      return filter.filters.some(needsCodes);
    default:
      return false;
  }
}

/**
 * `:in` and `:not-in` a value set, `:above` and `:below` a code, as searches by the codes that are meant today. What
 * the one who asks may not read of the terminology, he does not search by.
 * @throws Problem 404 for an unknown value set or code system, 422 where there are too many codes
 */
export async function withCodes(
  call: TermsCall & { readonly baseUrl: string },
  filters: readonly SearchFilter[],
): Promise<SearchFilter[]> {
  if (!filters.some(needsCodes)) return [...filters];
  const codes = new Codes(new HouseTerminology(call, undefined), call);
  const result: SearchFilter[] = [];
  for (const filter of filters) result.push(await told(codes.filter(filter)));
  return result;
}

class Codes {
  private readonly source: HouseTerminology;
  private readonly call: TermsCall & { readonly baseUrl: string };
  private readonly sets: ValueSets;

  constructor(source: HouseTerminology, call: TermsCall & { readonly baseUrl: string }) {
    this.source = source;
    this.call = call;
    this.sets = new ValueSets(source);
  }

  async filter(filter: SearchFilter): Promise<SearchFilter> {
    if (!needsCodes(filter)) return filter;
    switch (filter.kind) {
      case 'values':
        return this.values(filter);
      case 'chain': {
        const targets = [];
        for (const target of filter.targets) targets.push({ ...target, filter: await this.filter(target.filter) });
        return { ...filter, targets };
      }
      case 'has':
        return { ...filter, filter: await this.filter(filter.filter) };
      case 'group': {
        const inner = [];
        for (const one of filter.filters) inner.push(await this.filter(one));
        return { ...filter, filters: inner };
      }
      default:
        return filter;
    }
  }

  private async values(filter: ValuesFilter): Promise<SearchFilter> {
    const { modifier, param, type } = filter;
    const codes = new Map<string, TokenQuery>();
    for (const value of filter.values)
      for (const code of await this.codesOf(value, modifier, param.code))
        codes.set(`${String(code.system)}|${String(code.code)}`, code);
    if (codes.size > MAX_CODES)
      throw refuse(
        422,
        'too-costly',
        { vi: `${param.code}: hơn ${MAX_CODES} mã`, en: `${param.code}: more than ${MAX_CODES} codes` },
        { field: param.code },
      );
    const negated = modifier === 'not-in';
    if (codes.size > 0) return { ...filter, modifier: negated ? 'not' : null, values: [...codes.values()] };
    // A value set without codes: nothing is in it.
    const id = searchParam(type, '_id');
    if (!id) throw new RangeError(`${type} has no _id`);
    const none: SearchFilter = { kind: 'values', type, param: id, modifier: null, values: [] };
    return negated ? { kind: 'group', op: 'not', filters: [none] } : none;
  }

  private async codesOf(value: QueryValue, modifier: string | null, field: string): Promise<TokenQuery[]> {
    if (value.kind === 'uri') return this.members(value.value, field);
    if (value.kind !== 'token' || value.code === null) return [];
    if (typeof value.system !== 'string')
      throw refuse(
        400,
        'value',
        { vi: `${field}:${modifier} cần hệ-thống|mã`, en: `${field}:${modifier} needs system|code` },
        { field },
      );
    const system = await this.source.codeSystem(value.system, undefined);
    if (!system)
      throw refuse(
        404,
        'not-found',
        { vi: `Không có hệ mã ${value.system}`, en: `There is no code system ${value.system}` },
        { field },
      );
    return [...family(system, value.code, modifier === 'above')].map((code) => ({ ...value, code }));
  }

  /** Codes of a value set by its URL, or by its place here (`ValueSet/x`). */
  private async members(canonical: string, field: string): Promise<TokenQuery[]> {
    const set = await this.valueSet(canonical);
    if (!set)
      throw refuse(
        404,
        'not-found',
        { vi: `Không có bộ giá trị ${canonical}`, en: `There is no value set ${canonical}` },
        { field },
      );
    const members = await this.sets.members(set);
    return members.map(({ system, concept }) => ({ kind: 'token', system: system.url, code: concept.code }));
  }

  private async valueSet(canonical: string): Promise<JsonObject | undefined> {
    const id = /^(?:.*\/)?ValueSet\/([A-Za-z0-9.-]{1,64})$/.exec(canonical);
    const { engine } = this.call.doors;
    const known = await this.source.valueSet(canonical);
    if (known || !id?.[1] || engine.policy.record(this.call.actor, 'read', 'ValueSet') === 'denied') return known;
    // A relative address is that of a record; an absolute one only where it is this server's.
    if (canonical !== `ValueSet/${id[1]}` && canonical !== `${this.call.baseUrl}/ValueSet/${id[1]}`) return undefined;
    const record = await readRecord(engine.database.tenant(this.call.actor.tenant), 'ValueSet', id[1]);
    return record && !record.deleted ? (record.resource as unknown as JsonObject) : undefined;
  }
}

/** A code with all that stand above it, or below it. */
function family(system: CodeSystem, code: string, up: boolean): Set<string> {
  const own = system.find(code)?.code ?? code;
  const all = new Set([own]);
  for (const one of all)
    for (const next of up ? (system.find(one)?.parents ?? []) : system.childrenOf(one)) all.add(next);
  return all;
}
