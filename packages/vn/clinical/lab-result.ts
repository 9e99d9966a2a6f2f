import type { Decimal } from '@mach/base/decimal.ts';
import { foldText } from '@mach/base/fold.ts';
import { parseClinicalNumber } from '@mach/base/number-input.ts';
import type { Text } from '@mach/base/problem.ts';
import type { Analyte } from './lab-pack.ts';

export type Comparator = '<' | '<=' | '>' | '>=';

/** A result as the flags need it. */
export type LabValue =
  | { kind: 'quantity'; value: Decimal; comparator?: Comparator }
  | { kind: 'code'; code: string }
  | { kind: 'titre'; denominator: Decimal }
  | { kind: 'text'; text: string };

export type ParsedResult =
  | { ok: true; value: LabValue }
  | { ok: false; reason: 'empty' | 'not-a-number' | 'ambiguous'; question: Text; choices?: [string, string] };

/** How laboratories write coded results, folded. */
const CODED: readonly [pattern: RegExp, code: string][] = [
  [/^(am tinh|am|neg|negative|\(-\)|-|khong phan ung|nonreactive|non-reactive|khong phat hien|not detected)$/, 'neg'],
  [/^(duong tinh|duong|pos|positive|\(\+\)|\+|co phan ung|reactive|phat hien|detected)$/, 'pos'],
  [/^(vet|trace|\+\/-|±|\(\+\/-\))$/, 'trace'],
  [/^(1\+|\+1)$/, '1+'],
  [/^(2\+|\+2|\+\+)$/, '2+'],
  [/^(3\+|\+3|\+\+\+)$/, '3+'],
  [/^(4\+|\+4|\+\+\+\+)$/, '4+'],
  [/^(khong xac dinh|nghi ngo|indeterminate|equivocal|gray zone|vung xam)$/, 'indeterminate'],
  [/^(binh thuong|normal|bt)$/, 'normal'],
  [/^(hoa hop|compatible)$/, 'compatible'],
  [/^(khong hoa hop|incompatible)$/, 'incompatible'],
];

/** ABO groups stay as they are written. */
const BLOOD_GROUP = /^(a|b|ab|o)$/;

/**
 * Reads what a person or an analyser wrote as the result of the analyte. A number that can be read in two ways is
 * refused with both readings. A number sent for a coded analyte, or words for a number, is refused too.
 */
export function parseResult(text: string, analyte: Pick<Analyte, 'kind' | 'code'>): ParsedResult {
  const typed = text.normalize('NFC').trim();
  if (typed === '') return refuse('empty', 'Chưa có kết quả.', 'No result.');
  if (analyte.kind === 'text') return { ok: true, value: { kind: 'text', text: typed } };
  if (analyte.kind === 'titre') return parseTitre(typed);
  if (analyte.kind === 'code') return parseCoded(typed);
  return parseQuantity(typed);
}

function parseQuantity(typed: string): ParsedResult {
  const match = /^(<=|>=|<|>|≤|≥)?\s*(.*)$/s.exec(typed);
  const number = parseClinicalNumber(match?.[2] ?? '');
  if (number.ok) {
    const comparator = comparatorOf(match?.[1]);
    return {
      ok: true,
      value: comparator ? { kind: 'quantity', value: number.value, comparator } : quantity(number.value),
    };
  }
  if (/^(khong phat hien|not detected|undetected|duoi nguong|target not detected)/.test(foldText(typed))) {
    return { ok: true, value: { kind: 'code', code: 'undetected' } };
  }
  if (number.reason === 'ambiguous' && number.choices) {
    const [small, large] = number.choices;
    return {
      ok: false,
      reason: 'ambiguous',
      question: { vi: `"${typed}" là ${small} hay ${large}?`, en: `Is "${typed}" ${small} or ${large}?` },
      choices: number.choices,
    };
  }
  return refuse('not-a-number', `"${typed}" không phải là số.`, `"${typed}" is not a number.`);
}

function quantity(value: Decimal): LabValue {
  return { kind: 'quantity', value };
}

function comparatorOf(sign: string | undefined): Comparator | undefined {
  if (sign === '≤') return '<=';
  if (sign === '≥') return '>=';
  return sign === '<' || sign === '<=' || sign === '>' || sign === '>=' ? sign : undefined;
}

function parseCoded(typed: string): ParsedResult {
  const folded = foldText(typed);
  const known = CODED.find(([pattern]) => pattern.test(folded));
  if (known) return { ok: true, value: { kind: 'code', code: known[1] } };
  if (BLOOD_GROUP.test(folded)) return { ok: true, value: { kind: 'code', code: folded.toUpperCase() } };
  return refuse('not-a-number', `Chưa hiểu kết quả "${typed}".`, `The result "${typed}" is not understood.`);
}

function parseTitre(typed: string): ParsedResult {
  const match = /^1\s*[/:]\s*(\d+)$/.exec(typed);
  if (match?.[1]) {
    const number = parseClinicalNumber(match[1]);
    if (number.ok) return { ok: true, value: { kind: 'titre', denominator: number.value } };
  }
  return parseCoded(typed);
}

function refuse(reason: 'empty' | 'not-a-number', vi: string, en: string): ParsedResult {
  return { ok: false, reason, question: { vi, en } };
}
