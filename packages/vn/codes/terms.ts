/** Looking up words in the sorted word list of an index. */

/** First place whose word is not before `key`. */
export function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((sorted[mid] ?? '') < key) low = mid + 1;
    else high = mid;
  }
  return low;
}

export function hasTerm(sorted: readonly string[], key: string): boolean {
  return sorted[lowerBound(sorted, key)] === key;
}

/** Half-open range of the words that begin with `prefix`. */
export function prefixRange(sorted: readonly string[], prefix: string): [from: number, to: number] {
  const from = lowerBound(sorted, prefix);
  // '{' follows 'z' and every digit, so it ends the words that begin with the prefix.
  return [from, lowerBound(sorted, `${prefix}{`)];
}

/**
 * Whether two words are at most `limit` slips apart: a letter too much, missing, wrong, or two letters exchanged
 * (optimal string alignment distance, with early end).
 */
export function withinSlips(a: string, b: string, limit: number): boolean {
  if (Math.abs(a.length - b.length) > limit) return false;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return false;
    before = previous;
    previous = row;
  }
  return (previous[b.length] ?? 0) <= limit;
}

/** A word of the list that a typed word may mean, and how well it fits (1 is the word itself). */
export interface TermMatch {
  term: number;
  fit: number;
}

const FIT_PREFIX = 0.72;
const FIT_PREFIX_SPAN = 0.23;
const FIT_LETTER = 0.45;
const FIT_SLIP = [1, 0.62, 0.5] as const;
const FIT_INSIDE = 0.45;

/** Words that a typed word may mean: itself, what it begins; failing those, slips of the keyboard, then fragments. */
export function matchTerms(sorted: readonly string[], typed: string, isLast: boolean): TermMatch[] {
  const matches: TermMatch[] = [];
  const [from, to] = prefixRange(sorted, typed);
  const lone = typed.length === 1;
  for (let term = from; term < to; term++) {
    const word = sorted[term] ?? '';
    if (word === typed) matches.push({ term, fit: 1 });
    else if (/^\d/.test(typed)) continue;
    else if (!lone) matches.push({ term, fit: FIT_PREFIX + (FIT_PREFIX_SPAN * typed.length) / word.length });
    else if (isLast) matches.push({ term, fit: FIT_LETTER });
  }
  if (matches.length > 0 || typed.length < 3 || /\d/.test(typed)) return matches;
  const limit = typed.length >= 8 ? 2 : 1;
  if (typed.length >= 4)
    for (let term = 0; term < sorted.length; term++) {
      const word = sorted[term] ?? '';
      const near = word[0] === typed[0] || word[1] === typed[1];
      if (!near || !withinSlips(typed, word, limit)) continue;
      matches.push({ term, fit: withinSlips(typed, word, 1) ? FIT_SLIP[1] : FIT_SLIP[2] });
    }
  if (matches.length > 0) return matches;
  for (let term = 0; term < sorted.length; term++)
    if (sorted[term]?.includes(typed)) matches.push({ term, fit: FIT_INSIDE });
  return matches;
}
