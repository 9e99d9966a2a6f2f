import { unTelex } from '@mach/base/fold.ts';
import type { CodeIndex } from './build.ts';
import { hasTerm, prefixRange } from './terms.ts';
import { codeKey, tokenize } from './tokens.ts';

/** One way to read what was typed: words to look for, and how sure the reading is. */
export interface Reading {
  tokens: readonly string[];
  trust: number;
}

const MOST_READINGS = 6;
const LONGEST_QUERY = 16;
const TRUST_REPAIRED = 0.98;
const TRUST_SPLIT = 0.95;

/**
 * The readings of a query: as typed, with Telex or VNI typing repaired, with short forms written out, and with words
 * that were run together taken apart.
 */
export function readingsOf(index: CodeIndex, query: string): Reading[] {
  const typed = tokenize(query).slice(0, LONGEST_QUERY);
  if (typed.length === 0) return [];
  const bases: Reading[] = [{ tokens: typed, trust: 1 }];
  const repaired = tokenize(unTelex(query.normalize('NFC'))).slice(0, LONGEST_QUERY);
  if (repaired.length > 0 && repaired.join(' ') !== typed.join(' '))
    bases.push({ tokens: repaired, trust: TRUST_REPAIRED });
  const readings: Reading[] = [...bases];
  for (const base of bases) {
    for (const tokens of writtenOut(index, base.tokens)) readings.push({ tokens, trust: base.trust });
    const apart = takenApart(index, base.tokens);
    if (apart) readings.push({ tokens: apart, trust: base.trust * TRUST_SPLIT });
  }
  return readings.slice(0, MOST_READINGS);
}

/** Function words that are also short forms ("VA" is adenoiditis, "và" is and) are written out only when alone. */
const ALSO_WORDS = new Set(['va', 'do', 'co', 'la', 'o', 'tai', 'hp']);

/** Each short form of the query replaced by each of its long forms; at most a handful of combinations. */
function writtenOut(index: CodeIndex, tokens: readonly string[]): string[][] {
  let partial: string[][] = [[]];
  let replaced = false;
  for (let at = 0; at < tokens.length; ) {
    const found = shortFormAt(index, tokens, at);
    if (found === undefined) {
      for (const p of partial) p.push(tokens[at] ?? '');
      at++;
      continue;
    }
    replaced = true;
    partial = partial.flatMap((p) => found.longs.map((long) => [...p, ...long])).slice(0, MOST_READINGS);
    at += found.length;
  }
  return replaced ? partial : [];
}

function shortFormAt(
  index: CodeIndex,
  tokens: readonly string[],
  at: number,
): { length: number; longs: readonly (readonly string[])[] } | undefined {
  for (let length = Math.min(4, tokens.length - at); length > 0; length--) {
    const key = tokens.slice(at, at + length).join(' ');
    const longs = index.lexicon.expansions.get(key);
    if (longs && (tokens.length === length || !ALSO_WORDS.has(key))) return { length, longs };
  }
  return undefined;
}

/** "taychanmieng" as "tay chan mieng": an unknown word that is made of known ones, by the fewest words. */
function takenApart(index: CodeIndex, tokens: readonly string[]): string[] | undefined {
  let changed = false;
  const out = tokens.flatMap((token) => {
    if (token.length < 5 || !/^[a-z]+$/.test(token)) return [token];
    const [from, to] = prefixRange(index.terms, token);
    if (from < to) return [token];
    const parts = segment(index, token);
    if (parts === undefined) return [token];
    changed = true;
    return parts;
  });
  return changed ? out : undefined;
}

/** Shortest way to write `word` as known words of two to seven letters (a Vietnamese syllable is at most seven). */
function segment(index: CodeIndex, word: string): string[] | undefined {
  const best: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= word.length; end++) {
    for (let start = Math.max(0, end - 7); start <= end - 2; start++) {
      const before = best[start];
      const piece = word.slice(start, end);
      if (before === undefined || !hasTerm(index.terms, piece)) continue;
      const now = best[end];
      if (now === undefined || before.length + 1 < now.length) best[end] = [...before, piece];
    }
  }
  const parts = best[word.length];
  return parts && parts.length > 1 ? parts : undefined;
}

/** The query as a code, when it looks like the beginning of one: letters and digits without blanks, with a digit. */
export function codeQuery(query: string): string | undefined {
  const text = query.trim();
  if (/\s/.test(text) || !/\d/.test(text)) return undefined;
  const key = codeKey(text);
  return key.length > 1 ? key : undefined;
}
