import { refuse } from '@mach/base/problem.ts';
import { searchParams } from '@mach/fhir/search-definitions.ts';
import type { Include, SearchQuery } from '@mach/fhir/search-syntax.ts';
import { targetTypes } from '@mach/fhir/search-syntax.ts';
import type { Queryable } from './database.ts';
import { number32, searchKey } from './keys.ts';
import { lookUpAll } from './records.ts';
import { parseReference, type StoredRecord } from './resource.ts';
import { posted } from './search-postings.ts';
import { readAllReferences } from './search-references.ts';
import { FoundRecord, type LeanRow, PLAIN_TYPES } from './search-row.ts';
import { INDEX } from './search-sql.ts';
import { isResourceType } from './types.ts';

const MAX_INCLUDED = 2_000;
/** Rounds of `:iterate`. */
const MAX_DEPTH = 8;

/** Records that the matches refer to (`_include`) or that refer to them (`_revinclude`), each once. */
export async function includeRecords(
  on: Queryable,
  matches: readonly StoredRecord[],
  query: Pick<SearchQuery, 'include' | 'revinclude'>,
): Promise<StoredRecord[]> {
  if (query.include.length === 0 && query.revinclude.length === 0) return [];
  const seen = new Set(matches.map((m) => `${m.type}/${m.id}`));
  const all: StoredRecord[] = [];
  let round: readonly StoredRecord[] = matches;
  for (let depth = 0; round.length > 0 && depth < MAX_DEPTH; depth++) {
    const wanted = (list: readonly Include[]): Include[] => list.filter((i) => depth === 0 || i.iterate);
    const found = [
      ...(await forward(on, round, wanted(query.include), seen)),
      ...(await backward(on, round, wanted(query.revinclude))),
    ];
    const fresh = found.filter((record) => {
      const slot = `${record.type}/${record.id}`;
      if (seen.has(slot)) return false;
      seen.add(slot);
      return true;
    });
    all.push(...fresh);
    if (all.length > MAX_INCLUDED)
      throw refuse(
        422,
        'too-costly',
        { vi: 'Kèm theo quá nhiều bản ghi', en: 'Too many records would be included' },
        { field: '_include', remedy: { vi: 'Giảm _count', en: 'Ask for a smaller _count' } },
      );
    round = fresh;
  }
  return all;
}

async function forward(
  on: Queryable,
  from: readonly StoredRecord[],
  includes: readonly Include[],
  seen: ReadonlySet<string>,
): Promise<StoredRecord[]> {
  const keys = new Map<string, { type: string; id: string }>();
  const urls = new Map<string, string>();
  for (const { source, param, target } of includes)
    for (const record of from) {
      if (source !== '*' && record.type !== source) continue;
      for (const reference of readAllReferences(record.resource, param)) {
        const found = parseReference(reference);
        if (found && isResourceType(found.type)) {
          if (target === null || found.type === target) keys.set(`${found.type}/${found.id}`, found);
        } else if (param !== null && reference.includes(':'))
          for (const type of target === null ? targetTypes(param, record.type) : [target])
            if (searchParams(type).has('url')) urls.set(searchKey(`${type}.url`, reference), type);
      }
    }
  for (const slot of seen) keys.delete(slot);
  const direct = (await lookUpAll(on, [...keys.values()])).filter((record) => !record.deleted);
  return urls.size === 0 ? direct : [...direct, ...(await byKeys(on, [...urls.keys()], null))];
}

async function backward(
  on: Queryable,
  to: readonly StoredRecord[],
  includes: readonly Include[],
): Promise<StoredRecord[]> {
  const keys: string[] = [];
  const targets = new Set<number>();
  for (const { source, param, target } of includes)
    for (const record of to) {
      if (target !== null && record.type !== target) continue;
      targets.add(number32(record.type));
      for (const name of namesOf(source, param, record.type)) keys.push(searchKey(name, record.id));
    }
  return keys.length === 0 ? [] : byKeys(on, keys, [...targets]);
}

/** `Observation:*` is every reference parameter of Observation that may lead to the target. */
function namesOf(source: string, param: Include['param'], target: string): string[] {
  if (param !== null) return [`${source}.${param.code}`];
  if (source === '*')
    throw refuse(
      400,
      'too-costly',
      { vi: '_revinclude phải nêu loại tài nguyên', en: '_revinclude must name a resource type' },
      { field: '_revinclude' },
    );
  return [...searchParams(source).values()].flatMap((p) => {
    if (p.type !== 'reference') return [];
    const allowed = targetTypes(p, source);
    return allowed.length === 0 || allowed.includes(target) ? [`${source}.${p.code}`] : [];
  });
}

/** Keys first, then each record by its number: the planner is not asked. */
async function byKeys(
  on: Queryable,
  keys: readonly string[],
  qualifiers: readonly number[] | null,
): Promise<StoredRecord[]> {
  const lean = {
    name: 'search_back',
    text: `with k as materialized (select distinct rid from (
               select ${posted('p')} from ${INDEX}search_posting p where tenant = mach_tenant() and key = any($1::bigint[])
               and ($2::int[] is null or qualifier = any($2::int[]))) x order by rid)
           select r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.sealed, r.patient, r.content
           from k cross join lateral (select * from record where tenant = mach_tenant() and rid = k.rid offset 0) r
           where not r.deleted limit ${MAX_INCLUDED + 1}`,
    values: [keys, qualifiers],
    types: PLAIN_TYPES,
  };
  const { rows } = await on.query<LeanRow>(lean);
  return rows.map((row) => new FoundRecord(row));
}
