import { foldText } from '@mach/base/fold.ts';

/**
 * Words of a code list and of a query in one spelling: diacritics off, letters and digits apart ("típ2"), Roman numerals
 * as digits where they number something ("típ II"), i and y as one where they sound alike ("kỳ", "kì"; "quy", "qui").
 * "tuy" (tụy) and "tui" (túi) stay two words: there the letters sound different.
 */
export function tokenize(text: string): string[] {
  const raw = foldText(text).match(/[a-z]+|[0-9]+/g) ?? [];
  const out: string[] = [];
  for (const word of raw) out.push(spell(word, out.at(-1)));
  return out;
}

const ROMAN: Readonly<Record<string, string>> = { ii: '2', iii: '3', iv: '4' };
const ROMAN_AFTER_HEAD: Readonly<Record<string, string>> = { i: '1', v: '5' };
/** Words after which a single letter is a number: típ, độ, giai đoạn, nhóm, yếu tố, bậc, dây, sọ. */
const COUNTED = new Set(['tip', 'do', 'doan', 'nhom', 'to', 'bac', 'day', 'so', 'grade', 'stage', 'factor', 'nyha']);
/** "VI" and more are numbers only of cranial nerves: elsewhere "vi" is the first word of vi khuẩn, vi rút ("do vi khuẩn"). */
const ROMAN_NERVE: Readonly<Record<string, string>> = { vi: '6', vii: '7', viii: '8' };
const SAME: Readonly<Record<string, string>> = { type: 'tip', typ: 'tip', tuyp: 'tip', types: 'tip' };

function spell(word: string, previous: string | undefined): string {
  const known = SAME[word] ?? ROMAN[word];
  if (known !== undefined) return known;
  if (previous !== undefined && COUNTED.has(previous)) {
    const numeral = ROMAN_AFTER_HEAD[word] ?? (previous === 'day' ? ROMAN_NERVE[word] : undefined);
    if (numeral !== undefined) return numeral;
  }
  if (/^[bcdghklmnprstvx]+y$/.test(word)) return `${word.slice(0, -1)}i`;
  if (word.startsWith('quy')) return `qui${word.slice(3)}`;
  return word;
}

/** Words that carry little of the meaning of a diagnosis or a service; they count, but little. */
const LIGHT = new Set(
  (
    'benh cac va hoac cua o do co kem theo trong tai voi voi nhung mot so loai khac khong xac dinh dac hieu ro ' +
    'noi muc phan duoc bi tren duoi hay vi tri the la cho tu den boi chua ' +
    'and or of the in with without other unspecified specified not elsewhere classified to due by nos'
  ).split(' '),
);

/** Weight of a word by itself, before its rarity: function words keep a quarter. */
export const wordWeight = (token: string): number => (LIGHT.has(token) ? 0.25 : 1);

/** Codes are compared without dots, dashes and marks, in lower case: "E11.9", "e119", "E11-9". */
export const codeKey = (code: string): string => code.toLowerCase().replace(/[^a-z0-9]/g, '');
