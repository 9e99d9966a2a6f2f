import { refuse } from '@mach/base/problem.ts';
import { valuesOf } from '@mach/fhir/search/match.ts';
import type { SortKey } from '@mach/fhir/search-syntax.ts';
import type { Queryable } from './database.ts';
import type { StoredRecord } from './resource.ts';
import { type Cursor, decodeCursor, encodeCursor } from './search-order.ts';
import { type Ask, type Found, findPage } from './search-page.ts';

/** More records than this are not sorted by what is only in them. */
const MAX_SORTED = 2_000;

type Key = string | number | null;

/**
 * A page in an order that the index does not keep (codes, references, addresses): all records that the conditions leave
 * are read and sorted here. A search that leaves too many is refused.
 */
export async function sortedByLooking(
  on: Queryable,
  tenant: number,
  ask: Ask,
  sort: readonly SortKey[],
  fits: (record: StoredRecord) => boolean,
  cursor: string | undefined,
  count: number,
): Promise<{ found: Found[]; next: string | undefined }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, sort.length);
  const rows = await findPage(on, tenant, { ...ask, sorts: [] }, undefined, MAX_SORTED + 1);
  if (rows.length > MAX_SORTED)
    throw refuse(
      422,
      'too-costly',
      {
        vi: `Có hơn ${MAX_SORTED} bản ghi, không sắp xếp theo ${sort.map((s) => s.param.code).join(', ')} được`,
        en: `More than ${MAX_SORTED} records cannot be sorted by ${sort.map((s) => s.param.code).join(', ')}`,
      },
      { field: '_sort', remedy: { vi: 'Thêm điều kiện', en: 'Add conditions' } },
    );
  const items = rows
    .filter(({ record }) => fits(record))
    .map(({ record }) => {
      const keys = sort.map((key) => keyOf(record, key));
      const at: Cursor = { by: 'r', values: keys.map((k) => (k === null ? null : String(k))), last: record.rid };
      return { record, cursor: at, keys };
    })
    .sort((a, b) => compare(a.keys, a.record.rid, b.keys, b.record.rid, sort));
  const start = after ? items.findIndex((item) => beyond(item, after, sort)) : 0;
  const page = start < 0 ? [] : items.slice(start, start + count);
  const last = page.at(-1);
  return {
    found: page,
    next: start >= 0 && start + count < items.length && last ? encodeCursor(last.cursor) : undefined,
  };
}

/** Lowest value when ascending, highest when descending. */
function keyOf(record: StoredRecord, { param, descending }: SortKey): Key {
  if (param.code === '_lastUpdated') return record.updated;
  const keys = valuesOf(record.type, param, record.resource).flatMap((v): (string | number)[] => {
    switch (v.kind) {
      case 'token':
        return v.code === null ? [] : [v.code];
      case 'reference':
        return [v.versionless];
      case 'string':
      case 'uri':
        return [v.value];
      case 'date':
        return [v.low];
      case 'number':
      case 'quantity':
        return v.low === null ? [] : [v.low];
      default:
        return [];
    }
  });
  return keys.reduce<Key>((best, k) => (best === null || (descending ? k > best : k < best) ? k : best), null);
}

function compare(a: readonly Key[], aRid: string, b: readonly Key[], bRid: string, sort: readonly SortKey[]): number {
  for (const [i, { descending }] of sort.entries()) {
    const order = compareKey(a[i] ?? null, b[i] ?? null, descending);
    if (order !== 0) return order;
  }
  const order = Number(BigInt(aRid) - BigInt(bRid));
  return sort[0]?.descending ? -order : order;
}

function compareKey(a: Key, b: Key, descending: boolean): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return (a < b ? -1 : 1) * (descending ? -1 : 1);
}

function beyond(item: { record: StoredRecord; keys: readonly Key[] }, at: Cursor, sort: readonly SortKey[]): boolean {
  // Numbers in a cursor are text: read as what they stand beside.
  const values = at.values.map((v, i) => (v !== null && typeof item.keys[i] === 'number' ? Number(v) : v));
  return compare(item.keys, item.record.rid, values, at.last, sort) > 0;
}
