import { Problem, refuse } from '@mach/base/problem.ts';
import { compilePath, type Item, type Items } from '@mach/fhir/fhirpath/evaluate.ts';
import { resourceItem } from '@mach/fhir/fhirpath/values.ts';
import type { JsonObject } from '@mach/fhir/json.ts';
import { isLocal, type LocalFilter, matchesFilter } from '@mach/fhir/search/match.ts';
import { searchParams } from '@mach/fhir/search-definitions.ts';
import { parseSearchString, type SearchFilter } from '@mach/fhir/search-syntax.ts';
import { needsCodes } from '../search-codes.ts';
import type { Interaction, Topic, Trigger } from './topics.ts';

/** A record as a change left it; undefined before it was there, and after it was deleted. */
export interface Change {
  readonly type: string;
  readonly what: Interaction;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

/** Steps that one FHIRPath of a topic may take. */
const BUDGET = 50_000;

/**
 * The conditions of a search, without what would shape an answer.
 * @throws Problem 422
 */
export function conditionsOf(type: string, query: string, tenant?: number): readonly SearchFilter[] {
  const parsed = parseSearchString(type, query, { lookup: (of) => searchParams(of, tenant) });
  if (!parsed.ok) throw new Problem(422, parsed.error);
  const { filters, sort, include, revinclude, elements, other, count, summary, total } = parsed.value;
  const shapes = sort.length + include.length + revinclude.length + elements.length + other.size;
  if (shapes > 0 || count !== null || summary !== null || total !== null)
    throw unsupported(query, 'chỉ nhận điều kiện, không nhận cách trình bày', 'only conditions can be given');
  return filters;
}

/** Whether a record decides the condition by itself. */
export const decidesAlone = (filter: SearchFilter): filter is LocalFilter =>
  isLocal(filter) && !needsCodes(filter) && !isHierarchical(filter);

/**
 * Conditions of a topic, which one record decides by itself: what a change was before, other records do not tell any
 * more.
 * @throws Problem 422
 */
function localFilters(type: string, query: string, tenant?: number): readonly LocalFilter[] {
  return conditionsOf(type, query, tenant).map((filter) => {
    if (decidesAlone(filter)) return filter;
    throw unsupported(query, 'cần xem bản ghi khác', 'it would have to look at other records');
  });
}

/** Places within places: other records tell. */
const isHierarchical = (filter: LocalFilter): boolean =>
  filter.kind === 'group'
    ? filter.filters.some(isHierarchical)
    : filter.kind === 'values' && filter.param.type === 'reference' && /^(above|below)$/.test(filter.modifier ?? '');

const unsupported = (query: string, vi: string, en: string): Problem =>
  refuse(
    422,
    'filter-unsupported',
    { vi: `Không theo dõi được theo "${query.slice(0, 200)}": ${vi}`, en: `"${query.slice(0, 200)}": ${en}` },
    { field: 'Subscription.criteria' },
  );

const meets = (record: JsonObject, filters: readonly LocalFilter[]): boolean =>
  filters.every((filter) => matchesFilter(record, filter));

type Test = (change: Change) => boolean;

/** Whether a change is an event of a topic. @throws Problem 422, FhirPathError for a topic that makes no sense */
export function topicTest(topic: Topic, tenant?: number): Test {
  const tests = topic.triggers.map((trigger) => triggerTest(trigger, tenant));
  return (change) => tests.some((test) => test(change));
}

function triggerTest(trigger: Trigger, tenant: number | undefined): Test {
  const { resource, interactions, both = false, createPasses = false } = trigger;
  const filters = (query: string | undefined): readonly LocalFilter[] | undefined =>
    query === undefined ? undefined : localFilters(resource, query, tenant);
  const [previous, current] = [filters(trigger.previous), filters(trigger.current)];
  const path = trigger.path === undefined ? undefined : compilePath(trigger.path);
  const query: Test = ({ before, after }) => {
    if (!previous && !current) return true;
    const was = previous && (before ? meets(before, previous) : createPasses);
    const is = current && after !== undefined && meets(after, current);
    if (was === undefined || is === undefined) return (was ?? is) === true;
    return both ? was && is : was || is;
  };
  return (change) => {
    if (change.type !== resource || !interactions.includes(change.what) || !query(change)) return false;
    if (!path) return true;
    const focus = change.after ?? change.before;
    if (!focus) return false;
    const items = (of: JsonObject | undefined): Items => (of ? [resourceItem(of)] : []);
    const variables = new Map([
      ['previous', items(change.before)],
      ['current', items(change.after)],
    ]);
    try {
      return isTrue(path.evaluate(resourceItem(focus), { variables, budget: BUDGET })[0]);
    } catch {
      // An expression without a meaning for this record is not met by it.
      return false;
    }
  };
}

const isTrue = (item: Item | undefined): boolean => item?.value === true;

/**
 * Whether a change may concern a subscription: its filters for the type hold, of what the record is now or last was, as
 * far as the record decides them by itself.
 */
export function passes(filters: ReadonlyMap<string, readonly SearchFilter[]>, change: Change): boolean {
  const own = filters.get(change.type)?.filter(decidesAlone);
  const record = change.after ?? change.before;
  return own === undefined || (record !== undefined && meets(record, own));
}
