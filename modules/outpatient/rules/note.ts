import type { Composition } from '@mach/fhir/types.ts';
import { CS } from '@mach/vn/systems.ts';
import { NOTE_SECTIONS, type NoteSection } from '../lists.ts';

/** On a section: carried over from an earlier visit and not yet touched (boolean). */
export const CARRIED = 'https://mach.vn/fhir/ext/carried-forward';

export const SECTION_TITLES: Readonly<Record<NoteSection, { vi: string; en: string }>> = {
  reason: { vi: 'Lý do khám', en: 'Reason for visit' },
  history: { vi: 'Bệnh sử', en: 'History' },
  exam: { vi: 'Khám bệnh', en: 'Examination' },
  plan: { vi: 'Hướng xử trí', en: 'Plan' },
  advice: { vi: 'Lời dặn', en: 'Advice' },
};

type CompositionSection = NonNullable<Composition['section']>[number];

export type NoteTexts = Partial<Record<NoteSection, string>>;
export interface NoteContent {
  texts: NoteTexts;
  carried: NoteSection[];
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** What XML 1.0 cannot carry at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** As it is kept: composed letters, one kind of line end, nothing behind the last word. */
export function cleanText(typed: string): string {
  return typed
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(FORBIDDEN, '')
    .replace(/[ \t]+$/gm, '')
    .trim();
}

/** XHTML of a plain text: nothing in it is markup, lines stay lines. */
export function toDiv(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/[&<>"]/g, (c) => ESCAPES[c] ?? c));
  return `<div xmlns="http://www.w3.org/1999/xhtml"><p>${lines.join('<br/>')}</p></div>`;
}

/** The plain text of a section's XHTML, ours or a simple foreign one. */
export function fromDiv(div: string): string {
  return div
    .replace(/<br\s*\/?>/g, '\n')
    .replace(/<\/p>\s*<p[^>]*>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|amp|#39|apos|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .trim();
}
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  '#39': "'",
  apos: "'",
  nbsp: ' ',
};

export function toSections({ texts, carried }: NoteContent): CompositionSection[] {
  return NOTE_SECTIONS.flatMap((code) => {
    const text = texts[code];
    if (!text) return [];
    const section: CompositionSection = {
      title: SECTION_TITLES[code].vi,
      code: { coding: [{ system: CS.document, code, display: SECTION_TITLES[code].vi }] },
      text: { status: 'generated', div: toDiv(text) },
    };
    return [carried.includes(code) ? { ...section, extension: [{ url: CARRIED, valueBoolean: true }] } : section];
  });
}

/** What an exam note says, by section. */
export function readNote(note: Pick<Composition, 'section'> | undefined): NoteContent {
  const texts: NoteTexts = {};
  const carried: NoteSection[] = [];
  for (const section of note?.section ?? []) {
    const code = section.code?.coding?.find((c) => c.system === CS.document)?.code as NoteSection | undefined;
    if (!code || !NOTE_SECTIONS.includes(code)) continue;
    texts[code] = fromDiv(section.text?.div ?? '');
    if (section.extension?.some((e) => e.url === CARRIED && e.valueBoolean)) carried.push(code);
  }
  return { texts, carried };
}

/** The content after an edit: named sections replace, empty ones go, the others stay. */
export function merge(before: NoteContent, sections: NoteTexts, carried?: readonly NoteSection[]): NoteContent {
  const texts: NoteTexts = { ...before.texts };
  for (const code of NOTE_SECTIONS) {
    const typed = sections[code];
    if (typed === undefined) continue;
    const text = cleanText(typed);
    if (text === '') delete texts[code];
    else texts[code] = text;
  }
  const marks = carried ?? before.carried.filter((code) => texts[code] === before.texts[code]);
  return { texts, carried: NOTE_SECTIONS.filter((code) => marks.includes(code) && texts[code] !== undefined) };
}

export const sameContent = (a: NoteContent, b: NoteContent): boolean =>
  NOTE_SECTIONS.every(
    (code) => a.texts[code] === b.texts[code] && a.carried.includes(code) === b.carried.includes(code),
  );

export const isExamNote = (note: Composition): boolean =>
  note.type.coding?.some((c) => c.system === CS.document && c.code === 'exam-note') ?? false;
