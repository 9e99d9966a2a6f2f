import { unTelex } from './telex.ts';

export { compareVietnamese, vietnameseSortKey } from './collate.ts';
export { unTelex } from './telex.ts';

/**
 * The one way in which texts are compared in searches: lower case, tones and marks off, đ as d (also Đ typed as the
 * look-alikes Ð and Ɖ), one kind of apostrophe, single spaces. Never `toLowerCase().includes`.
 */
export function foldText(s: string): string {
  return s
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[đðɖ]/g, 'd')
    .replace(/[’‘ʼ`´ʹ′]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

/** Folded tokens to store or look up, once as typed and once with Telex or VNI typing repaired. */
export function searchKeys(s: string): string[] {
  const keys = new Set<string>();
  for (const word of words(s)) for (const reading of readings(word)) keys.add(reading);
  return [...keys];
}

/**
 * Whether every word of the query begins a word of its own in the text, in any order: "lan tr" finds "tran thi lan".
 * Query words typed in Telex or VNI count too. An empty query matches everything.
 */
export function matchesTokens(haystackFolded: string, query: string): boolean {
  const tokens = tokenize(haystackFolded);
  const wanted = words(query).map(readings);
  if (wanted.length > tokens.length) return false;
  const takenBy = new Map<number, number>();
  return wanted.every((_, i) => seat(i, wanted, tokens, takenBy, new Set()));
}

/** Augmenting path of bipartite matching: "an a" must find two words, whichever of them is tried first. */
function seat(
  want: number,
  wanted: readonly string[][],
  tokens: readonly string[],
  takenBy: Map<number, number>,
  tried: Set<number>,
): boolean {
  for (let i = 0; i < tokens.length; i++) {
    if (tried.has(i) || !wanted[want]?.some((reading) => tokens[i]?.startsWith(reading))) continue;
    tried.add(i);
    const holder = takenBy.get(i);
    if (holder !== undefined && !seat(holder, wanted, tokens, takenBy, tried)) continue;
    takenBy.set(i, want);
    return true;
  }
  return false;
}

function readings(word: string): string[] {
  const typed = tokenize(foldText(word));
  const repaired = tokenize(foldText(unTelex(word)));
  return [...new Set([...typed, ...repaired])];
}

function words(s: string): string[] {
  return s.normalize('NFC').match(/[\p{L}\p{M}\p{N}'’‘ʼ`´ʹ′]+/gu) ?? [];
}

/** Apostrophes inside a word are dropped, so that "M'gar" and "Mgar" meet. */
function tokenize(folded: string): string[] {
  return folded.replaceAll("'", '').match(/[\p{L}\p{N}]+/gu) ?? [];
}
