import { foldText, matchesTokens } from '@mach/base/fold.ts';
import { type DrugItem, type Formulary, lookAlikesOf } from './formulary.ts';

export interface DrugHit {
  drug: DrugItem;
  /** Look-alike of another hit of the same search: the list draws a divider and a chip. */
  lookAlike: boolean;
}

export interface DrugIndex {
  formulary: Formulary;
  entries: readonly { drug: DrugItem; ingredients: readonly string[]; haystack: string }[];
}

/** Search index over the formulary; build once per edition. */
export function drugIndex(formulary: Formulary): DrugIndex {
  return {
    formulary,
    entries: formulary.items.map((drug) => ({
      drug,
      ingredients: drug.ingredients.map(foldText),
      haystack: foldText([...drug.ingredients, drug.brand ?? '', drug.strength, drug.form].join(' ')),
    })),
  };
}

/**
 * Products whose ingredient, brand, strength and form begin with the typed words, in any order: single ingredients
 * that begin so first. No hit is ever chosen for the prescriber.
 */
export function searchDrugs(index: DrugIndex, query: string, limit = 30): DrugHit[] {
  const folded = foldText(query);
  if (folded === '') return [];
  const first = folded.split(' ')[0] ?? folded;
  const rank = (e: DrugIndex['entries'][number]): number => {
    if (e.ingredients.length === 1 && e.ingredients[0]?.startsWith(folded)) return 0;
    if (e.ingredients.length === 1 && e.ingredients[0]?.startsWith(first)) return 1;
    return e.ingredients[0]?.startsWith(first) ? 2 : 3;
  };
  // Read as Telex "cef" is "cè" and would find celecoxib: that reading only counts when the letters find nothing.
  const asTyped = index.entries.filter((e) => beginsWords(e.haystack, folded));
  const found = asTyped.length > 0 ? asTyped : index.entries.filter((e) => matchesTokens(e.haystack, query));
  const hits = found
    .map((e) => ({ e, r: rank(e) }))
    .sort((a, b) => a.r - b.r || (a.e.haystack < b.e.haystack ? -1 : 1))
    .slice(0, limit)
    .map(({ e }) => e.drug);
  return hits.map((drug) => ({ drug, lookAlike: confusable(index.formulary, drug, hits) }));
}

function beginsWords(haystack: string, folded: string): boolean {
  const tokens = haystack.split(/[^\p{L}\p{N}]+/u);
  return folded.split(/[^\p{L}\p{N}]+/u).every((word) => tokens.some((token) => token.startsWith(word)));
}

function confusable(formulary: Formulary, drug: DrugItem, hits: readonly DrugItem[]): boolean {
  const twins = new Set(lookAlikesOf(formulary, drug.ingredients).flatMap((group) => group.ingredients));
  return hits.some((other) => other !== drug && other.ingredients.some((key) => twins.has(key)));
}
