import { TONE_MARKS } from './syllable.ts';

const ALPHABET = 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz';
/** Letters become code units from "A" on: digits stay before them, and the end of a word ("!") comes before both. */
const RANK = new Map([...ALPHABET].map((letter, i) => [letter, String.fromCharCode(65 + i)]));

/**
 * A text whose plain code-point order (also that of a database with the C collation) is the Vietnamese one: word by
 * word, letters first (a ă â b … d đ e ê …), then the tone of that word (ngang huyền hỏi ngã sắc nặng).
 */
export function vietnameseSortKey(s: string): string {
  const words =
    s
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.map(wordKey).join(' ');
}

function wordKey(word: string): string {
  let letters = '';
  let tones = '';
  for (const char of word) {
    const whole = RANK.get(char);
    if (whole !== undefined) {
      letters += whole;
      continue;
    }
    const decomposed = char.normalize('NFD');
    const tone = TONE_MARKS.findIndex((mark) => mark !== '' && decomposed.includes(mark));
    const bare = tone > 0 ? decomposed.replace(TONE_MARKS[tone] as string, '').normalize('NFC') : char;
    letters += RANK.get(bare) ?? bare;
    if (tone > 0) tones += tone;
  }
  return `${letters}!${tones || '0'}`;
}

/** Order of Vietnamese lists of names. Total: different texts never compare as equal. */
export function compareVietnamese(a: string, b: string): number {
  const x = vietnameseSortKey(a);
  const y = vietnameseSortKey(b);
  if (x !== y) return x < y ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
