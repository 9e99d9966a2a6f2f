import { foldText } from '@mach/base/fold.ts';
import type { Reading } from './query.ts';
import { tokenize } from './tokens.ts';

/** Ranges of the words of `display` that the query asked for, under any reading of it. */
export function matchedWords(display: string, readings: readonly Reading[]): [number, number][] {
  const asked = new Set(readings.flatMap((r) => r.tokens));
  const ranges: [number, number][] = [];
  for (const match of display.matchAll(/[\p{L}\p{M}]+|\p{N}+/gu)) {
    const [token] = tokenize(match[0]);
    const word = token ?? foldText(match[0]);
    const hit = asked.has(word) || [...asked].some((a) => a.length > 1 && word.startsWith(a));
    if (hit) ranges.push([match.index, match.index + match[0].length]);
  }
  return ranges;
}
