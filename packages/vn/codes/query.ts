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
const LONGEST_QUERY = 40;
const TRUST_REPAIRED = 0.98;
/** "bas" is Telex for "bá", but also the beginning of "basedow", which the list knows. */
const TRUST_REPAIRED_NEEDLESSLY = 0.86;
const TRUST_SPLIT = 0.95;
/** A short form of which only the beginning is typed yet. */
const TRUST_BEGUN = 0.8;
const MOST_BEGUN = 4;

/**
 * The readings of a query: as typed, with Telex or VNI typing repaired, with short forms written out, and with words
 * that were run together taken apart.
 */
export function readingsOf(index: CodeIndex, query: string): Reading[] {
  const typed = tokenize(query).slice(0, LONGEST_QUERY);
  if (typed.length === 0) return [];
  const bases: Reading[] = [{ tokens: typed, trust: 1 }];
  const repaired = tokenize(unTelex(query.normalize('NFC'))).slice(0, LONGEST_QUERY);
  if (repaired.length > 0 && repaired.join(' ') !== typed.join(' ')) {
    const known = typed.every((token) => begins(index, token));
    bases.push({ tokens: repaired, trust: known ? TRUST_REPAIRED_NEEDLESSLY : TRUST_REPAIRED });
  }
  const readings: Reading[] = [...bases];
  for (const base of bases) {
    for (const tokens of writtenOut(index, base.tokens)) readings.push({ tokens, trust: base.trust });
    for (const tokens of begun(index, base.tokens)) readings.push({ tokens, trust: base.trust * TRUST_BEGUN });
    const apart = takenApart(index, base.tokens);
    if (apart) readings.push({ tokens: apart, trust: base.trust * TRUST_SPLIT });
  }
  return readings.slice(0, MOST_READINGS);
}

function begins(index: CodeIndex, token: string): boolean {
  const [from, to] = prefixRange(index.terms, token);
  return from < to;
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

/** "cop" on the way to "COPD": the short forms that the last word begins, when they are few. */
function begun(index: CodeIndex, tokens: readonly string[]): string[][] {
  const last = tokens.at(-1) ?? '';
  if (last.length < 3 || index.lexicon.expansions.has(last)) return [];
  const [from, to] = prefixRange(index.lexicon.shortForms, last);
  if (to - from > MOST_BEGUN) return [];
  return index.lexicon.shortForms
    .slice(from, to)
    .flatMap((short) => index.lexicon.expansions.get(short) ?? [])
    .map((long) => [...tokens.slice(0, -1), ...long]);
}

/** "taychanmieng" as "tay chan mieng": an unknown word that is made of known ones, by the fewest words. */
function takenApart(index: CodeIndex, tokens: readonly string[]): string[] | undefined {
  let changed = false;
  const out = tokens.flatMap((token) => {
    if (token.length < 5 || !/^[a-z]+$/.test(token)) return [token];
    if (begins(index, token)) return [token];
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

export interface CodeAsked {
  /** Beginning of a code, in the form in which codes are compared. */
  key: string;
  /** The other words of the query. */
  rest: string;
}

/** A word of letters and digits with a digit ("e11", "J18.9", "02.0085"), or the classification's letter set apart ("E 11"). */
const CODE_WORD = /^(?=\S*\d)[a-z]{0,4}\d[\w.*†/-]*$/i;

/** What of the query is the beginning of a code of the list, if anything is. */
export function codeAsked(index: CodeIndex, query: string): CodeAsked | undefined {
  const words = query
    .trim()
    .replace(/^([a-z])\s+(\d)/i, '$1$2')
    .split(/\s+/);
  for (const [i, word] of words.entries()) {
    if (!CODE_WORD.test(word)) continue;
    const key = codeKey(word);
    const [from, to] = prefixRange(index.codeKeys, key);
    if (key.length < 2 || from === to) continue;
    return { key, rest: words.filter((_, j) => j !== i).join(' ') };
  }
  return undefined;
}
