import { type Columnar, records } from './pack.ts';

/** Code, Vietnamese name, English name. */
export type CodeRow = readonly [code: string, vi: string, en: string];

export interface CodeList extends Columnar {
  /** Field of the claim that carries it, or the portal's own name. */
  field: string;
  source: { document: string; article: string; certainty: 'H' | 'M' | 'L' };
}

export type ListsPack = Readonly<Record<string, CodeList>>;

export interface CodeEntry {
  code: string;
  vi: string;
  en: string;
}

const cache = new WeakMap<CodeList, Map<string, CodeEntry>>();

/** Entries of a list by code; built once a list. */
export function codesOf(list: CodeList): ReadonlyMap<string, CodeEntry> {
  let map = cache.get(list);
  if (!map) {
    map = new Map(
      records(list).map((r) => [String(r.code), { code: String(r.code), vi: String(r.vi), en: String(r.en) }]),
    );
    cache.set(list, map);
  }
  return map;
}
