import { refuse } from '@mach/base/problem.ts';
import { isLocal } from '@mach/fhir/search/match.ts';
import { searchParam } from '@mach/fhir/search-definitions.ts';
import type { SearchFilter } from '@mach/fhir/search-syntax.ts';
import type { Queryable } from './database.ts';
import { readRecords } from './records.ts';
import { parseReference, type StoredRecord } from './resource.ts';
import { type Finder, hierarchy } from './search-hierarchy.ts';
import { needsLook } from './search-plan.ts';
import { readAllReferences } from './search-references.ts';

/** More records in the middle of a chain than this are not gathered by looking at them. */
const MAX_LINKS = 2_000;

/**
 * Turns what SQL cannot say into ids: the members of lists, and links of chains whose records must be looked at
 * themselves.
 */
export async function resolveFilters(
  on: Queryable,
  filters: readonly SearchFilter[],
  type: string | null,
  find: Finder,
): Promise<SearchFilter[]> {
  const result: SearchFilter[] = [];
  for (const filter of filters) result.push(await resolve(on, filter, type, find));
  return result;
}

async function resolve(on: Queryable, filter: SearchFilter, type: string | null, find: Finder): Promise<SearchFilter> {
  switch (filter.kind) {
    case 'list':
      return members(on, filter.ids, type);
    case 'group': {
      const filters = [];
      for (const inner of filter.filters) filters.push(await resolve(on, inner, type, find));
      const whole = { ...filter, filters };
      if (type === null || isLocal(whole) || !hasLook(whole)) return whole;
      // Parts that other records decide stay with the database: so must those that are looked at.
      return found(whole, type, find);
    }
    case 'values':
      if (filter.param.type !== 'reference' || (filter.modifier !== 'above' && filter.modifier !== 'below'))
        return filter;
      return hierarchy(on, filter, filter.modifier, find);
    case 'chain': {
      const targets = [];
      for (const target of filter.targets) {
        const inner = await resolve(on, target.filter, target.type, find);
        const known = needsLook(inner) ? ids(target.type, await all(find, target.type, inner)) : inner;
        targets.push({ type: target.type, filter: known });
      }
      return { ...filter, targets };
    }
    case 'has': {
      const inner = await resolve(on, filter.filter, filter.source, find);
      if (!needsLook(inner) || type === null) return { ...filter, filter: inner };
      const sources = await all(find, filter.source, inner);
      const targets = sources.flatMap((record) => readAllReferences(record.resource, filter.param));
      return ids(
        type,
        targets.flatMap((text) => {
          const target = parseReference(text);
          return target?.type === type ? [target] : [];
        }),
      );
    }
    default:
      return filter;
  }
}

const hasLook = (filter: SearchFilter): boolean =>
  filter.kind === 'group' ? filter.filters.some(hasLook) : needsLook(filter);

/** The parts of a group that must be looked at, as the records that they are met by. */
async function found(filter: SearchFilter, type: string, find: Finder): Promise<SearchFilter> {
  if (filter.kind === 'group') {
    const filters = [];
    for (const inner of filter.filters) filters.push(await found(inner, type, find));
    return { ...filter, filters };
  }
  return needsLook(filter) ? ids(type, await all(find, type, filter)) : filter;
}

async function all(find: Finder, type: string, filter: SearchFilter): Promise<StoredRecord[]> {
  const found = await find(type, filter, MAX_LINKS + 1);
  if (found.length <= MAX_LINKS) return found;
  throw refuse(
    422,
    'too-costly',
    {
      vi: `Điều kiện nối tiếp có hơn ${MAX_LINKS} ${type} phải xem từng bản ghi`,
      en: `The chained condition leaves more than ${MAX_LINKS} ${type} to look at one by one`,
    },
    { remedy: { vi: 'Thêm điều kiện có mã hoặc người bệnh', en: 'Add a condition by code or by patient' } },
  );
}

function ids(type: string, records: readonly { id: string }[]): SearchFilter {
  const param = searchParam(type, '_id');
  if (!param) throw new RangeError(`${type} has no _id`);
  return {
    kind: 'values',
    type,
    param,
    modifier: null,
    values: [...new Set(records.map((r) => r.id))].map((id) => ({ kind: 'token', system: undefined, code: id })),
  };
}

/** Entries of the lists that are not marked as removed. An unknown list has none. */
async function members(on: Queryable, lists: readonly string[], type: string | null): Promise<SearchFilter> {
  if (type === null)
    throw refuse(
      400,
      'not-supported',
      { vi: '_list chỉ dùng khi tìm một loại tài nguyên', en: '_list is for searches of one resource type' },
      { field: '_list' },
    );
  const records = await readRecords(
    on,
    lists.map((id) => ({ type: 'List', id })),
  );
  const found: { id: string }[] = [];
  for (const record of records) {
    if (record.deleted) continue;
    const { entry } = record.resource as { entry?: { deleted?: boolean; item?: { reference?: string } }[] };
    for (const { deleted, item } of entry ?? []) {
      const target = parseReference(item?.reference);
      if (!deleted && target?.type === type) found.push(target);
    }
  }
  return ids(type, found);
}
