import type { CodeEntry, Synonym } from './build.ts';
import type { LexiconData } from './lexicon.ts';
import { listCell, numberCell, type RulePack, records, type Table, textCell } from './pack.ts';

/** Data of an edition of `rulepacks/icd10`. */
export interface IcdData {
  list: string;
  /** Letter in the `flags` column → flag. */
  flagKeys: Readonly<Record<string, string>>;
  ageRule: { basis: string; binding: boolean };
  chapters: Table;
  blocks: Table;
  codes: Table;
  inclusions?: Table;
  ageBands: Table;
  ages: Table;
  pairs: Table;
  replaced?: Table;
}

/** Data of `rulepacks/icd10-terms`: what doctors write, and how often they need which code. */
export interface IcdTermsData {
  abbreviations: Table;
  equivalents: readonly (readonly string[])[];
  names: Table;
  frequency: Table;
}

export const lexiconOf = (terms: RulePack<IcdTermsData> | undefined): LexiconData =>
  terms === undefined
    ? {}
    : {
        abbreviations: [...records(terms.data.abbreviations, 'short', 'long')].map(
          (r) => [textCell(r.short), textCell(r.long)] as const,
        ),
        equivalents: terms.data.equivalents,
      };

const WEIGHT_FORMER = 0.98;
const WEIGHT_INCLUDED = 0.95;
const WEIGHT_INCLUDED_EN = 0.86;
const WEIGHT_OF_CATEGORY = 0.97;
/** What each later code of a name loses: "viêm gan B" is B18.1 first and B16.9 second. */
const WEIGHT_NEXT = 0.035;

/**
 * Search entries of an edition. The wording of the former edition is searched too (most titles were re-worded), as are
 * the names and frequencies of the terms pack. Where a category may not be used because finer codes exist, its names
 * lead to its "unspecified" code as well.
 */
export function icdEntries(
  pack: RulePack<IcdData>,
  former?: RulePack<IcdData>,
  terms?: RulePack<IcdTermsData>,
): CodeEntry[] {
  const { data } = pack;
  const flagNames = new Map(Object.entries(data.flagKeys));
  // The same few dozen lists stand at fifteen thousand codes.
  const flagLists = new Map<string, readonly string[]>();
  const listed = (flags: readonly string[]): readonly string[] => {
    const key = flags.join(' ');
    const known = flagLists.get(key) ?? flags;
    flagLists.set(key, known);
    return known;
  };
  const synonyms = new Map<string, Synonym[]>();
  const add = (code: string, text: string, weight: number): void => {
    const list = synonyms.get(code);
    if (list) list.push({ text, weight });
    else synonyms.set(code, [{ text, weight }]);
  };
  const rows = [...records(data.codes, 'code', 'mark', 'vi', 'en', 'flags')].map((r) => ({
    code: textCell(r.code),
    mark: textCell(r.mark),
    vi: textCell(r.vi),
    en: textCell(r.en),
    flags: listed([...textCell(r.flags)].map((f) => flagNames.get(f) ?? f)),
  }));
  const known = new Set(rows.map((r) => r.code));
  const standIn = standIns(
    rows.filter((r) => r.flags.includes('more-specific-exists')).map((r) => r.code),
    known,
  );
  const both = (code: string, text: string, weight: number): void => {
    add(code, text, weight);
    const instead = standIn.get(code);
    if (instead) add(instead, text, weight * WEIGHT_OF_CATEGORY);
  };

  if (terms)
    for (const r of records(terms.data.names, 'name', 'codes'))
      [...listCell(r.codes)].forEach((code, i) => {
        if (known.has(code)) both(code, textCell(r.name), 1 - WEIGHT_NEXT * i);
      });
  for (const r of rows) {
    const instead = standIn.get(r.code);
    if (instead) add(instead, r.vi, WEIGHT_OF_CATEGORY);
  }
  if (former)
    for (const r of records(former.data.codes, 'code', 'vi'))
      if (known.has(textCell(r.code))) both(textCell(r.code), textCell(r.vi), WEIGHT_FORMER);
  if (data.inclusions)
    for (const r of records(data.inclusions, 'code', 'lang', 'text'))
      both(textCell(r.code), textCell(r.text), r.lang === 'vi' ? WEIGHT_INCLUDED : WEIGHT_INCLUDED_EN);

  const frequency = new Map<string, number>();
  if (terms)
    for (const r of records(terms.data.frequency, 'code', 'level')) {
      const level = numberCell(r.level) ?? 0;
      for (const code of [textCell(r.code), standIn.get(textCell(r.code))])
        if (code !== undefined) frequency.set(code, Math.max(level, frequency.get(code) ?? 0));
    }

  return rows.map((r) => ({
    code: r.code,
    display: r.vi,
    displayEn: r.en,
    synonyms: synonyms.get(r.code),
    weight: priorOf(r.code, r.flags, frequency),
    flags: listed(r.mark === '†' ? [...r.flags, 'dagger'] : r.mark === '*' ? [...r.flags, 'asterisk'] : r.flags),
    group: r.code.slice(0, 3),
    validFrom: pack.validFrom,
    validTo: pack.validTo ?? undefined,
  }));
}

/** For each unusable category the code that stands for it unqualified: .9, else .8 ("khác và không xác định"), else the first. */
function standIns(categories: readonly string[], known: ReadonlySet<string>): Map<string, string> {
  const children = new Map<string, string[]>();
  for (const code of known) {
    for (const parent of [code.slice(0, 3), code.slice(0, -1)])
      if (parent !== code && known.has(parent)) children.set(parent, [...(children.get(parent) ?? []), code]);
  }
  const found = new Map<string, string>();
  for (const category of categories) {
    const own = children.get(category) ?? [];
    const base = category.length === 3 ? `${category}.` : category;
    const pick = [`${base}9`, `${base}8`, `${base}0`].find((c) => known.has(c)) ?? own[0];
    if (pick !== undefined) found.set(category, pick);
  }
  // A stand-in may itself be a heading (M54.9 before M54.99): follow it down once.
  for (const [category, code] of found) {
    const deeper = found.get(code);
    if (deeper !== undefined) found.set(category, deeper);
  }
  return found;
}

/** Chapters that few consultations need: external causes, special codes; then birth and pregnancy, which are wards of their own. */
const RARE_CHAPTERS: Readonly<Record<string, number>> = {
  V: -0.6,
  W: -0.6,
  X: -0.6,
  Y: -0.6,
  U: -0.3,
  P: -0.25,
  O: -0.2,
  Q: -0.2,
};
const FREQUENT_MOST = 5;

function priorOf(code: string, flags: readonly string[], frequency: ReadonlyMap<string, number>): number {
  const level = frequency.get(code) ?? 0;
  let prior = level / FREQUENT_MOST;
  if (level === 0) {
    prior += RARE_CHAPTERS[code.charAt(0)] ?? 0;
    if (code.endsWith('.9')) prior += 0.12;
    if (code.length > 5) prior -= 0.1;
  }
  if (flags.includes('more-specific-exists')) prior -= 0.35;
  if (flags.includes('mortality-only')) prior -= 0.3;
  if (flags.includes('not-principal')) prior -= 0.25;
  return Math.max(-1, Math.min(1, prior));
}
