import { accentedWords, accentFit } from './accents.ts';
import { type CodeEntry, type CodeIndex, lineText } from './build.ts';
import { matchedWords } from './highlight.ts';
import { type CodeAsked, codeAsked, type Reading, readingsOf } from './query.ts';
import { rankLines } from './rank.ts';
import { prefixRange } from './terms.ts';

export interface SearchOptions {
  /** Hits wanted; 20 when not given. */
  limit?: number;
  /** Day of the event (yyyy-MM-dd): entries that were not valid then are left out. */
  date?: string;
  filter?: (entry: CodeEntry) => boolean;
}

export interface Hit {
  entry: CodeEntry;
  code: string;
  display: string;
  /** Comparable within one answer only. */
  score: number;
  /** Where the typed words stand in `display`, as [from, to) character ranges. */
  matched: readonly (readonly [number, number])[];
  /** The other name by which the entry was found, to show beside it; absent when it was found by its own. */
  via?: string;
}

const DEFAULT_LIMIT = 20;
/** Code hits stand before every word hit. */
const CODE_BASE = 2;
const PRIOR = 0.14;
const ACCENTS = 0.2;
const ACCENTS_POOL = 30;
/** Entries looked at more closely, per hit wanted. */
const POOL = 6;
/** What every further entry of a group loses, so that the first places show different conditions. */
const CROWDING = 0.045;
const CROWDING_MOST = 0.2;

/** The best entries for what a person typed, best first. */
export function search(index: CodeIndex, query: string, options: SearchOptions = {}): Hit[] {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const wanted = (at: number): boolean => {
    const entry = index.entries[at];
    if (entry === undefined) return false;
    const { date, filter } = options;
    if (date !== undefined && ((entry.validFrom ?? '') > date || (entry.validTo ?? '9999') < date)) return false;
    return filter === undefined || filter(entry);
  };
  const asked = codeAsked(index, query);
  const words = asked === undefined ? query : asked.rest;
  const readings = readingsOf(index, words);
  const scores = new Map<number, number>();
  const lines = new Map<number, number>();
  for (const reading of readings)
    for (const [at, { score, line }] of rankLines(index, reading)) {
      const total = score * (1 + PRIOR * (index.entries[at]?.weight ?? 0));
      if (total <= (scores.get(at) ?? 0) || !wanted(at)) continue;
      scores.set(at, total);
      lines.set(at, line);
    }
  const byCode = asked === undefined ? [] : codeHits(index, asked, scores, wanted);
  for (const [at] of byCode) scores.delete(at);
  const pool = favourAccents(index, words, best(scores, limit * POOL));
  const ranked = [...byCode, ...spread(index, pool, limit)].slice(0, limit);
  return ranked.map(([at, score]) => hitOf(index, at, score, lines.get(at), readings));
}

/**
 * Entries whose code begins as typed: the code itself first, then those that the other words of the query fit, then
 * those most used, then in the order of codes.
 */
function codeHits(
  index: CodeIndex,
  { key }: CodeAsked,
  scores: ReadonlyMap<number, number>,
  wanted: (at: number) => boolean,
): [number, number][] {
  const [from, to] = prefixRange(index.codeKeys, key);
  const hits: [number, number][] = [];
  for (let i = from; i < to; i++) {
    const at = index.codeEntry[i] ?? 0;
    if (!wanted(at)) continue;
    const exact = index.codeKeys[i] === key ? 1 : 0;
    const prior = PRIOR * (index.entries[at]?.weight ?? 0);
    hits.push([at, CODE_BASE + exact + (scores.get(at) ?? 0) + prior - (i - from) * 1e-6]);
  }
  return hits.sort((a, b) => b[1] - a[1]);
}

function best(scores: ReadonlyMap<number, number>, count: number): [number, number][] {
  return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, count);
}

function favourAccents(index: CodeIndex, query: string, pool: [number, number][]): [number, number][] {
  const asked = accentedWords(query);
  if (asked.length === 0) return pool;
  return pool
    .map(([at, score], i): [number, number] => {
      if (i >= ACCENTS_POOL) return [at, score];
      const entry = index.entries[at];
      return [at, entry === undefined ? score : score * (1 + ACCENTS * accentFit(asked, entry))];
    })
    .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}

/** Best first, but each further entry of a group already shown steps back a little. */
function spread(index: CodeIndex, ranked: readonly [number, number][], limit: number): [number, number][] {
  const pool = [...ranked];
  const shown = new Map<number, number>();
  const out: [number, number][] = [];
  while (out.length < limit && pool.length > 0) {
    let best = 0;
    let bestScore = -1;
    for (const [i, [at, score]] of pool.entries()) {
      if (score <= bestScore) break;
      const now = score - Math.min(CROWDING_MOST, CROWDING * (shown.get(index.groupOf[at] ?? -1) ?? 0));
      if (now > bestScore) {
        best = i;
        bestScore = now;
      }
    }
    const [taken] = pool.splice(best, 1);
    if (taken === undefined) break;
    const group = index.groupOf[taken[0]] ?? -1;
    if (group >= 0) shown.set(group, (shown.get(group) ?? 0) + 1);
    out.push([taken[0], bestScore]);
  }
  return out;
}

function hitOf(
  index: CodeIndex,
  at: number,
  score: number,
  line: number | undefined,
  readings: readonly Reading[],
): Hit {
  const entry = index.entries[at];
  if (entry === undefined) throw new Error(`The index has no entry ${at}`);
  const { code, display } = entry;
  const text = line === undefined ? display : lineText(index, line);
  const via = text === display ? {} : { via: text };
  return { entry, code, display, score, matched: matchedWords(display, readings), ...via };
}
