import type { CodeIndex } from './build.ts';
import type { Reading } from './query.ts';
import { matchTerms, prefixRange } from './terms.ts';
import { wordWeight } from './tokens.ts';

/**
 * Scoring. For a query Q and a line L of the list:
 *   A = share of Q that L has: sum of weight(q) · best fit(q, L) over the weight of Q (weight: rarity, as in BM25)
 *   C = share of L that Q has
 *   score = A^EXPONENT · (1 − COVER + COVER · C), plus a bonus for words that stand together and in order.
 * Unlike BM25 alone this does not let one rare word of a long query outweigh the others, and it puts the short name
 * ("Viêm phổi, không xác định") before the long ones that contain it.
 */
const EXPONENT = 1.6;
const COVER = 0.36;
const TOGETHER = 0.07;
const IN_FRONT = 0.02;
const RERANKED = 160;
/** A word that the list does not know at all says little about which line is meant. */
const UNKNOWN_WEIGHT = 0.5;

interface Wanted {
  weight: number;
  /** Fit by term. */
  fits: Map<number, number>;
}

function wantedOf(index: CodeIndex, token: string, isLast: boolean): Wanted {
  const matches = matchTerms(index.terms, token, isLast);
  const lines = index.lineEntry.length;
  let found = 0;
  let exact = 0;
  const fits = new Map<number, number>();
  for (const { term, fit } of matches) {
    fits.set(term, fit);
    const df = (index.postStart[term + 1] ?? 0) - (index.postStart[term] ?? 0);
    if (fit === 1) exact = df;
    else found += df;
  }
  const df = exact > 0 ? exact + found / 4 : found;
  const rarity = Math.log(1 + lines / (df + 0.5)) * wordWeight(token);
  return { weight: matches.length === 0 ? rarity * UNKNOWN_WEIGHT : rarity, fits };
}

/** The best line of an entry. */
export interface Ranked {
  score: number;
  line: number;
}

/** Best score of each entry for one reading of the query. */
export function rankLines(index: CodeIndex, reading: Reading): Map<number, Ranked> {
  const wanted = reading.tokens.map((token, i) => wantedOf(index, token, i === reading.tokens.length - 1));
  const total = wanted.reduce((sum, w) => sum + w.weight, 0);
  const best = new Map<number, Ranked>();
  if (total === 0) return best;
  const { query, line, seen, touched } = index.scratch;
  let count = 0;
  for (const [i, { weight, fits }] of wanted.entries()) {
    const stamp = i + 1;
    // Best fit first, so that the first posting of a line is the one that counts for this word.
    for (const [term, fit] of [...fits].sort((a, b) => b[1] - a[1])) {
      const gain = weight * fit;
      const mass = (index.idf[term] ?? 0) * fit;
      for (let p = index.postStart[term] ?? 0; p < (index.postStart[term + 1] ?? 0); p++) {
        const at = index.posts[p] ?? 0;
        if (seen[at] === 0) {
          touched[count++] = at;
          query[at] = gain;
          line[at] = mass;
        } else if (seen[at] === stamp) continue;
        else {
          query[at] = (query[at] ?? 0) + gain;
          line[at] = (line[at] ?? 0) + mass;
        }
        seen[at] = stamp;
      }
    }
  }
  const firsts = keepBest(index, count, total);
  for (const { at, score } of firsts) {
    const entry = index.lineEntry[at] ?? 0;
    const bonus = arrangement(index, at, wanted);
    const final = (score + bonus) * (index.lineWeight[at] ?? 0) * reading.trust;
    if (final > (best.get(entry)?.score ?? 0)) best.set(entry, { score: final, line: at });
  }
  for (let i = 0; i < count; i++) seen[touched[i] ?? 0] = 0;
  byInitials(index, reading, best);
  return best;
}

interface Scored {
  at: number;
  score: number;
}

/** The lines worth a closer look; a bound on the rest is kept by a small sorted buffer. */
function keepBest(index: CodeIndex, count: number, total: number): Scored[] {
  const { query, line, touched } = index.scratch;
  const all: Scored[] = [];
  let floor = 0;
  for (let i = 0; i < count; i++) {
    const at = touched[i] ?? 0;
    const had = Math.min(1, (query[at] ?? 0) / total);
    if (had < floor) continue;
    const covered = Math.min(1, (line[at] ?? 0) / (index.lineMass[at] ?? 1));
    const score = had ** EXPONENT * (1 - COVER + COVER * covered);
    all.push({ at, score });
    if (all.length > RERANKED * 8) {
      all.sort((a, b) => b.score - a.score);
      all.length = RERANKED * 2;
      const worst = all.at(-1)?.score ?? 0;
      // score ≤ A^EXPONENT, so a line below this share cannot reach the worst that is kept.
      floor = worst ** (1 / EXPONENT);
    }
  }
  all.sort((a, b) => b.score - a.score || a.at - b.at);
  return all.slice(0, RERANKED);
}

/** Bonus for query words that stand side by side in the line, in the order typed, and for beginning it. */
function arrangement(index: CodeIndex, at: number, wanted: readonly Wanted[]): number {
  const from = index.seqStart[at] ?? 0;
  const to = index.seqStart[at + 1] ?? 0;
  let together = 0;
  let inFront = 0;
  let before: number[] = [];
  for (const [i, { fits }] of wanted.entries()) {
    const places: number[] = [];
    for (let s = from; s < to; s++) if (fits.has(index.seqTerm[s] ?? 0)) places.push(index.seqPlace[s] ?? 0);
    if (i === 0 && places.some((p) => p <= 1)) inFront = 1;
    if (i > 0 && places.some((p) => before.includes(p - 1) || before.includes(p))) together++;
    before = places;
  }
  const pairs = wanted.length - 1;
  return IN_FRONT * inFront + (pairs > 0 ? (TOGETHER * together) / pairs : TOGETHER * inFront);
}

/** A single word of consonants may be the first letters of a name that no list of short forms has. */
function byInitials(index: CodeIndex, reading: Reading, best: Map<number, Ranked>): void {
  const [word] = reading.tokens;
  if (word === undefined || reading.tokens.length > 1 || word.length < 3 || word.length > 8) return;
  const [from, to] = prefixRange(index.initials, word);
  for (let i = from; i < to; i++) {
    const at = index.initialsLine[i] ?? 0;
    const entry = index.lineEntry[at] ?? 0;
    const share = word.length / (index.initials[i]?.length ?? word.length);
    const score = (0.4 + 0.35 * share) * (index.lineWeight[at] ?? 0) * reading.trust;
    if (score > (best.get(entry)?.score ?? 0)) best.set(entry, { score, line: at });
  }
}
