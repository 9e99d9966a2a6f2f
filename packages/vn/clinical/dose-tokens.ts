import { foldText } from '@mach/base/fold.ts';
import type { DayPart, Meal } from './dose.ts';

export type Token =
  | { kind: 'number'; text: string }
  | { kind: 'unit'; unit: string; mass: boolean }
  | { kind: 'days'; length: number }
  | { kind: 'hours' }
  | { kind: 'timesWord' }
  | { kind: 'times' }
  | { kind: 'every'; unit?: 'day' | 'week'; text: string }
  | { kind: 'part'; part: DayPart }
  | { kind: 'meal'; meal: Meal }
  | { kind: 'route'; route: string }
  | { kind: 'asNeeded'; text: string }
  | { kind: 'noise' }
  | { kind: 'word'; text: string };

/** Unit words, folded, that may stand against the number ("1v", "500mg"). */
const UNITS: Record<string, [unit: string, mass: boolean]> = {
  v: ['viên', false],
  vien: ['viên', false],
  goi: ['gói', false],
  ong: ['ống', false],
  lo: ['lọ', false],
  chai: ['chai', false],
  giot: ['giọt', false],
  nhat: ['nhát', false],
  hit: ['hít', false],
  mieng: ['miếng', false],
  ml: ['ml', false],
  dv: ['đơn vị', true],
  'don vi': ['đơn vị', true],
  iu: ['đơn vị', true],
  ui: ['đơn vị', true],
  u: ['đơn vị', true],
  mg: ['mg', true],
  g: ['g', true],
  gam: ['g', true],
  mcg: ['microgam', true],
  µg: ['microgam', true],
  μg: ['microgam', true],
  microgam: ['microgam', true],
};
/** Days that one of the word lasts. "tháng" is not here: 28, 30 or 31 days must be typed. */
const DAYS: Record<string, number> = { n: 1, ngay: 1, d: 1, tuan: 7 };

/** Phrases of several words first; all folded. */
const PHRASES: readonly [pattern: RegExp, token: (found: RegExpExecArray) => Token][] = [
  [/^(?:moi lan|lieu)\b/, () => ({ kind: 'noise' })],
  [/^truoc (?:khi )?(?:di )?ngu\b/, () => ({ kind: 'part', part: 'bedtime' })],
  [/^truoc (?:bua |khi )?an\b/, () => ({ kind: 'meal', meal: 'before' })],
  [/^sau (?:bua |khi )?an\b/, () => ({ kind: 'meal', meal: 'after' })],
  [/^trong (?:bua |khi )?an\b/, () => ({ kind: 'meal', meal: 'with' })],
  [/^khi (?:can|dau|sot|ho|kho tho|non|ngua|mat ngu)\b/, (m) => ({ kind: 'asNeeded', text: m[0] })],
  [/^(?:tinh mach cham|tiem tinh mach|tmc|tm)\b/, () => ({ kind: 'route', route: 'tiem-tinh-mach' })],
  [/^(?:truyen tinh mach|truyen|ttm)\b/, () => ({ kind: 'route', route: 'truyen-tinh-mach' })],
  [/^(?:tiem bap|tb)\b/, () => ({ kind: 'route', route: 'tiem-bap' })],
  [/^(?:tiem duoi da|duoi da|tdd)\b/, () => ({ kind: 'route', route: 'tiem-duoi-da' })],
  [/^(?:khi dung|kd)\b/, () => ({ kind: 'route', route: 'khi-dung' })],
  [/^(?:nho mat)\b/, () => ({ kind: 'route', route: 'nho-mat' })],
  [/^(?:uong|po)\b/, () => ({ kind: 'route', route: 'uong' })],
  [/^boi\b/, () => ({ kind: 'route', route: 'boi' })],
  [/^(?:moi ngay|ngay)(?= ?\d)/, (m) => ({ kind: 'every', unit: 'day', text: m[0] })],
  [/^(?:moi tuan|tuan)(?= ?\d)/, (m) => ({ kind: 'every', unit: 'week', text: m[0] })],
  [/^(?:moi|cach|q)(?= ?\d)/, (m) => ({ kind: 'every', text: m[0] })],
  [/^(?:lan ?\/ ?ngay|lan mot ngay|lan 1 ngay|l ?\/ ?ngay|\/ ?ngay|lan|l)(?![a-z])/, () => ({ kind: 'timesWord' })],
  [/^(?:sang|s)\b/, () => ({ kind: 'part', part: 'morning' })],
  [/^(?:trua|tr)\b/, () => ({ kind: 'part', part: 'noon' })],
  [/^(?:chieu|c)\b/, () => ({ kind: 'part', part: 'afternoon' })],
  [/^(?:toi|t)\b/, () => ({ kind: 'part', part: 'evening' })],
  [/^(?:x|×|\*)(?![a-z])/, () => ({ kind: 'times' })],
];

const UNIT_WORDS = Object.keys(UNITS).sort((a, b) => b.length - a.length);
const DAY_WORDS = Object.keys(DAYS).sort((a, b) => b.length - a.length);
/** Abbreviations up to this length only count once a number was read: "vitamin C" is no afternoon. */
const SHORT = 3;
const NUMBER = /^(?:\d+\/\d+|\d[\d.,]*\d|\d)/;

/** Splits a typed dose into tokens; a unit is only a unit right after a number. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  // A thin or non-breaking space between digits groups thousands; an ordinary one may also part two numbers.
  const joined = text.normalize('NFC').replace(/(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, '');
  let rest = joined.replace(/\s+/g, ' ').trim();
  while (rest !== '') {
    const trimmed = rest.replace(/^[\s,;:()–—-]+/, '');
    if (trimmed !== rest) {
      rest = trimmed;
      continue;
    }
    const [token, length] = next(
      rest,
      tokens.at(-1),
      tokens.some((t) => t.kind === 'number'),
    );
    tokens.push(token);
    rest = rest.slice(length);
  }
  return tokens;
}

function next(rest: string, previous: Token | undefined, started: boolean): [Token, length: number] {
  const folded = foldSameLength(rest);
  const number = NUMBER.exec(rest);
  if (number) return [{ kind: 'number', text: number[0] }, number[0].length];
  if (previous?.kind === 'number') {
    const unit = startsWithWord(folded, UNIT_WORDS);
    const known = unit === undefined ? undefined : UNITS[unit];
    if (unit !== undefined && known) return [{ kind: 'unit', unit: known[0], mass: known[1] }, unit.length];
    const day = startsWithWord(folded, DAY_WORDS);
    if (day !== undefined) return [{ kind: 'days', length: DAYS[day] ?? 1 }, day.length];
    const hours = /^(?:h|gio|tieng)(?![a-z])/.exec(folded);
    if (hours) return [{ kind: 'hours' }, hours[0].length];
  }
  for (const [pattern, make] of PHRASES) {
    const found = pattern.exec(folded);
    if (found && (started || found[0].length > SHORT)) {
      const token = make(found);
      if (token.kind === 'asNeeded') token.text = rest.slice(0, found[0].length);
      return [token, found[0].length];
    }
  }
  const word = /^\S+?(?=[\s,;:()]|$)/.exec(rest)?.[0] ?? rest;
  return [{ kind: 'word', text: word }, word.length];
}

function startsWithWord(folded: string, words: readonly string[]): string | undefined {
  return words.find((word) => folded.startsWith(word) && !/^[a-z]/.test(folded.slice(word.length)));
}

/** Folding that keeps one character for one, so that positions in both texts agree. */
function foldSameLength(text: string): string {
  return [...text].map((ch) => (ch === ' ' ? ' ' : foldText(ch) || ch).slice(0, 1)).join('');
}
