import type { CodeEntry } from './build.ts';

/**
 * Search is diacritics-blind, but who types "ù tai" does not mean "u tai": words typed with their marks favour the
 * entries that write them so. The place of the tone in the syllable does not matter ("hoà", "hòa").
 */
interface Written {
  /** Letters with their quality marks (ă, â, ê, ô, ơ, ư, đ), without tone. */
  letters: string;
  tone: string;
}

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

function writtenWords(text: string): Written[] {
  return (
    text
      .toLowerCase()
      .normalize('NFD')
      .match(/[\p{L}\p{M}]+/gu) ?? []
  ).map((word) => ({
    letters: word.replace(TONES, ''),
    tone: word.match(TONES)?.join('') ?? '',
  }));
}

/** The words of a query that carry a tone or a quality mark. */
export function accentedWords(query: string): Written[] {
  return writtenWords(query).filter(({ letters, tone }) => tone !== '' || /[^a-z]/.test(letters));
}

/** Share (0 to 1) of the marked words of the query that some name of the entry writes in the same way. */
export function accentFit(asked: readonly Written[], entry: CodeEntry): number {
  if (asked.length === 0) return 0;
  const texts = [entry.display, ...(entry.synonyms ?? []).map((s) => (typeof s === 'string' ? s : s.text))];
  const words = texts.flatMap(writtenWords);
  const found = asked.filter((a) =>
    words.some((w) => w.letters.startsWith(a.letters) && (a.tone === '' || a.tone === w.tone)),
  );
  return found.length / asked.length;
}
