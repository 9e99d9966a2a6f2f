import { Problem } from '@mach/base/problem.ts';
import { type Actor, type Engine, scopesReachRecord } from '@mach/engine';
import { accessService } from '@mach/engine/policy/service.ts';
import type { JsonObject } from '@mach/fhir/json.ts';
import { matchesFilter, valuesOf } from '@mach/fhir/search/match.ts';
import { type SearchParam, searchParam } from '@mach/fhir/search-definitions.ts';
import type { QueryValue, SearchFilter, SearchQuery } from '@mach/fhir/search-syntax.ts';
import { searchRecords } from '@mach/store';
import { withCodes } from '../search-codes.ts';
import { type Change, decidesAlone } from './conditions.ts';

/** Records that are looked at for one that an app's scopes reach. */
const LOOKED_AT = 1_000;
const PAGE = 100;

/** A record as an event tells of it. */
interface Told {
  readonly type: string;
  readonly id: string;
  /** What it is now, or was before it was deleted. */
  readonly content: JsonObject;
  readonly isThere: boolean;
}

/**
 * Whether the filters that other records decide (chains, `_has`, lists, value sets, places above and below) hold for
 * what a change tells of: by the references that stood in that version, and by what the other records are now, as far
 * as the owner may search them.
 */
export async function passesElsewhere(
  engine: Engine,
  owner: Actor,
  filters: ReadonlyMap<string, readonly SearchFilter[]>,
  change: Change,
  id: string,
): Promise<boolean> {
  const asked = filters.get(change.type)?.filter((filter) => !decidesAlone(filter)) ?? [];
  const content = change.after ?? change.before;
  if (asked.length === 0 || !content) return asked.length === 0;
  const limited = await accessService(engine).of(owner);
  const elsewhere = new Elsewhere(limited?.engine ?? engine, owner);
  const told: Told = { type: change.type, id, content, isThere: change.after !== undefined };
  try {
    for (const filter of asked) if (!(await elsewhere.meets(told, filter))) return false;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // A value set that is no more holds nothing. What is too costly to tell is told: better an event too many than lost.
    return error.status !== 404;
  }
  return true;
}

class Elsewhere {
  private readonly engine: Engine;
  private readonly actor: Actor;

  constructor(engine: Engine, actor: Actor) {
    this.engine = engine;
    this.actor = actor;
  }

  async meets(told: Told, filter: SearchFilter): Promise<boolean> {
    if (decidesAlone(filter)) return matchesFilter(told.content, filter);
    switch (filter.kind) {
      case 'group':
        return this.group(told, filter.op, filter.filters);
      case 'chain':
        for (const target of filter.targets) {
          const ids = referencesOf(told, filter.param, target.type);
          if (ids.length > 0 && (await this.exists(target.type, [idIs(target.type, ids), target.filter]))) return true;
        }
        return false;
      case 'has':
        return this.exists(filter.source, [pointsAt(filter.source, filter.param, told), filter.filter]);
      default:
        // Codes of a value set, lists, places: the record itself is looked up, as long as it is there.
        return told.isThere && this.exists(told.type, [idIs(told.type, [told.id]), filter]);
    }
  }

  private async group(told: Told, op: 'and' | 'or' | 'not', filters: readonly SearchFilter[]): Promise<boolean> {
    for (const filter of filters) {
      const holds = await this.meets(told, filter);
      if (op === 'and' ? !holds : holds) return op === 'or';
    }
    return op !== 'or';
  }

  /** What the owner may not search does not exist for him. */
  private async exists(type: string, filters: readonly SearchFilter[]): Promise<boolean> {
    const { engine, actor } = this;
    if (engine.policy.record(actor, 'search', type) === 'denied') return false;
    const query = queryOf(type, await withCodes({ doors: { engine }, actor, baseUrl: '' }, filters));
    let cursor: string | undefined;
    for (let seen = 0; seen < LOOKED_AT; seen += PAGE) {
      const page = await searchRecords(engine.database, actor.tenant, type, query, cursor);
      if (page.matches.some((record) => scopesReachRecord(actor, record, 'search'))) return true;
      cursor = page.next;
      if (cursor === undefined) return false;
    }
    return false;
  }
}

/** Ids of the records of a type here that a record refers to by a parameter. */
function referencesOf(told: Told, param: SearchParam, type: string): string[] {
  return valuesOf(told.type, param, told.content).flatMap((value) =>
    value.kind === 'reference' && value.type === type && value.id !== null && !value.url ? [value.id] : [],
  );
}

function values(type: string, param: SearchParam, list: readonly QueryValue[]): SearchFilter {
  return { kind: 'values', type, param, modifier: null, values: list };
}

function idIs(type: string, ids: readonly string[]): SearchFilter {
  const param = searchParam(type, '_id');
  if (!param) throw new RangeError(`${type} has no _id`);
  return values(
    type,
    param,
    ids.map((code) => ({ kind: 'token', system: undefined, code })),
  );
}

const pointsAt = (source: string, param: SearchParam, { type, id }: Told): SearchFilter =>
  values(source, param, [{ kind: 'reference', type, id, types: [], url: null, version: null }]);

const queryOf = (type: string, filters: readonly SearchFilter[]): SearchQuery => ({
  types: [type],
  filters,
  sort: [],
  count: PAGE,
  total: 'none',
  summary: null,
  elements: [],
  include: [],
  revinclude: [],
  other: new Map(),
  warnings: [],
});
