import { foldText } from '@mach/base/fold.ts';
import { NOTE_SECTIONS, type NoteSection } from '../../../lists.ts';
import type { Snippet } from './snippets.ts';

export type NoteTexts = Partial<Readonly<Record<NoteSection, string>>>;

/** A piece of data that can be called into a text by `/` and a word: `/hba1c` → "HbA1c 8,1 %". */
export interface DataWord {
  /** Folded words that call it, the shortest first. */
  readonly words: readonly string[];
  readonly text: string;
}

export interface Token {
  readonly mark: '.' | '/';
  /** Folded. */
  readonly word: string;
  /** Where the mark stands. */
  readonly start: number;
}

export interface Expansion {
  readonly texts: NoteTexts;
  /** What is selected afterwards, in the section that was typed into: a placeholder, or the place behind the text. */
  readonly from: number;
  readonly to: number;
}

const PLACEHOLDER = /‹[^‹›\n]*›/g;

/** `.word` or `/word` right before the caret, at the start of a word: "5.5" and "5/7" are numbers. */
export function tokenBefore(text: string, caret: number): Token | undefined {
  const found = /(?:^|[\s(,;:])([./])([\p{L}\p{N}\p{M}]{1,20})$/u.exec(text.slice(0, caret));
  const [, mark, word] = found ?? [];
  if ((mark !== '.' && mark !== '/') || word === undefined) return undefined;
  return { mark, word: foldText(word), start: caret - word.length - 1 };
}

/** What may be meant by a token that is still being typed: those whose word begins so. */
export function suggest(
  token: Token,
  snippets: readonly Snippet[],
  data: readonly DataWord[],
): readonly (Snippet | DataWord)[] {
  if (token.mark === '.') return snippets.filter((s) => s.word.startsWith(token.word));
  return data.filter((d) => d.words.some((word) => word.startsWith(token.word)));
}

/**
 * Expands the token before the caret. A snippet puts its text where it was called; its texts for other sections go
 * there only while these are empty, so that nothing that somebody wrote is mixed with boilerplate.
 */
export function expand(
  texts: NoteTexts,
  section: NoteSection,
  caret: number,
  snippets: readonly Snippet[],
  data: readonly DataWord[],
): Expansion | undefined {
  const text = texts[section] ?? '';
  const token = tokenBefore(text, caret);
  if (!token) return undefined;
  const rest = text.slice(caret);
  const before = text.slice(0, token.start);
  if (token.mark === '/') {
    const found = data.find((d) => d.words.includes(token.word)) ?? only(suggest(token, [], data));
    if (!found || !('text' in found)) return undefined;
    const at = before.length + found.text.length;
    return { texts: { ...texts, [section]: before + found.text + rest }, from: at, to: at };
  }
  const found = snippets.find((s) => s.word === token.word) ?? only(suggest(token, snippets, []));
  if (!found || !('texts' in found)) return undefined;
  const own = found.texts[section] ?? '';
  const next: Partial<Record<NoteSection, string>> = { ...texts, [section]: before + own + rest };
  for (const other of NOTE_SECTIONS)
    if (other !== section && found.texts[other] !== undefined && (texts[other] ?? '').trim() === '')
      next[other] = found.texts[other];
  const placeholder = own.search(PLACEHOLDER);
  const end = before.length + own.length;
  if (placeholder < 0) return { texts: next, from: end, to: end };
  const length = own.slice(placeholder).indexOf('›') + 1;
  return { texts: next, from: before.length + placeholder, to: before.length + placeholder + length };
}

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/** The placeholder after a position, the first one again after the last. */
export function nextPlaceholder(text: string, after: number): readonly [number, number] | undefined {
  const all = [...text.matchAll(PLACEHOLDER)].map((m): [number, number] => [m.index, m.index + m[0].length]);
  return all.find(([from]) => from >= after) ?? all[0];
}

/** Sections in which something of a snippet is still to be filled in. */
export function unfilled(texts: NoteTexts): NoteSection[] {
  return NOTE_SECTIONS.filter((section) => (texts[section] ?? '').search(PLACEHOLDER) >= 0);
}
