import { refuse } from '@mach/base/problem.ts';
import { type SearchParam, searchParams } from '@mach/fhir/search-definitions.ts';
import { type SearchFilter, targetTypes } from '@mach/fhir/search-syntax.ts';
import type { Queryable } from './database.ts';
import { readRecords } from './records.ts';
import type { StoredRecord } from './resource.ts';
import { readAllReferences } from './search-references.ts';
import { notServed } from './search-sql.ts';

/** Finds the records of a type that meet one filter; fewer than asked for means all of them. */
export type Finder = (type: string, filter: SearchFilter, limit: number) => Promise<StoredRecord[]>;

type ValuesFilter = Extract<SearchFilter, { kind: 'values' }>;
type Reference = Extract<ValuesFilter['values'][number], { kind: 'reference' }>;

/** Levels of a hierarchy; places and organisations have fewer. */
const MAX_LEVELS = 20;
const MAX_MEMBERS = 2_000;

/** The parameter by which a type refers to what stands above it: `Location.partof`, `Encounter.part-of`. */
function parentParam(type: string): SearchParam | undefined {
  const params = searchParams(type);
  const param = params.get('partof') ?? params.get('part-of');
  return param?.type === 'reference' && targetTypes(param, type).includes(type) ? param : undefined;
}

/**
 * `location:below=Location/a` as a search by that place and all within it, `:above` by it and all around it
 * (search.html#modifiers): read level by level.
 * @throws Problem 400 where the type that is referred to has no levels, 422 for too many members
 */
export async function hierarchy(
  on: Queryable,
  filter: ValuesFilter,
  way: 'above' | 'below',
  find: Finder,
): Promise<SearchFilter> {
  const values: Reference[] = [];
  for (const value of filter.values) {
    if (value.kind !== 'reference' || value.id === null || value.type === null)
      return notServed(`:${way}`, filter.param.code);
    const { type, id } = value;
    const parent = parentParam(type);
    if (!parent) return notServed(`:${way}`, filter.param.code);
    const members = way === 'above' ? await upwards(on, type, id, parent) : await downwards(type, id, parent, find);
    for (const member of members) values.push({ ...value, id: member, version: null });
  }
  return { ...filter, modifier: null, values };
}

async function upwards(on: Queryable, type: string, id: string, parent: SearchParam): Promise<string[]> {
  const seen = new Set([id]);
  let level = [id];
  for (let depth = 0; level.length > 0 && depth < MAX_LEVELS; depth++) {
    const records = await readRecords(
      on,
      level.map((one) => ({ type, id: one })),
    );
    level = records
      .filter((record) => !record.deleted)
      .flatMap((record) => readAllReferences(record.resource, parent))
      .flatMap((text) => (text.startsWith(`${type}/`) ? [text.slice(type.length + 1)] : []))
      .filter((one) => !seen.has(one));
    for (const one of level) seen.add(one);
  }
  return [...seen];
}

async function downwards(type: string, id: string, parent: SearchParam, find: Finder): Promise<string[]> {
  const seen = new Set([id]);
  let level = [id];
  for (let depth = 0; level.length > 0 && depth < MAX_LEVELS; depth++) {
    const values = level.map(
      (one): Reference => ({ kind: 'reference', type, types: [type], id: one, url: null, version: null }),
    );
    const below = await find(type, { kind: 'values', type, param: parent, modifier: null, values }, MAX_MEMBERS + 1);
    level = below.map((record) => record.id).filter((one) => !seen.has(one));
    for (const one of level) seen.add(one);
    if (seen.size > MAX_MEMBERS)
      throw refuse(
        422,
        'too-costly',
        { vi: `Có hơn ${MAX_MEMBERS} ${type} bên dưới`, en: `More than ${MAX_MEMBERS} ${type} stand below` },
        { field: parent.code },
      );
  }
  return [...seen];
}
