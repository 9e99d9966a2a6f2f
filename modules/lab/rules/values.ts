import type { Decimal } from '@mach/base/decimal.ts';
import { foldText } from '@mach/base/fold.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';
import type { Analyte, LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { type FlaggedResult, flagResult, type LabPerson } from '@mach/vn/clinical/lab-ranges.ts';
import { type LabValue, parseResult } from '@mach/vn/clinical/lab-result.ts';
import { impossible } from './limits.ts';
import { valueSetOf } from './tests.ts';
import { askUnit, converted, takeUnit, type UnitFacts } from './units.ts';

/** A typed result that has been understood. */
export interface ReadValue {
  value: LabValue;
  /** As shown and printed: `7,20`, `< 0,5`, `Âm tính`. */
  text: string;
  /** As it was typed, where it came in another unit and was converted. */
  from?: string;
}

const SIGNS = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' } as const;

/** With the decimals that the item is printed with, or more where more were measured. */
export function shownNumber(value: Decimal, decimals: number): string {
  const [whole = '', fraction] = value.abs().toFixed(Math.max(decimals, value.scale)).split('.');
  const sign = value.isNegative() ? '-' : '';
  return `${sign}${formatClinical(whole)}${fraction === undefined ? '' : `,${fraction}`}`;
}

function shown(value: LabValue, analyte: Analyte, pack: LabPack): string {
  switch (value.kind) {
    case 'quantity': {
      const number = shownNumber(value.value, analyte.decimals);
      return value.comparator ? `${SIGNS[value.comparator]} ${number}` : number;
    }
    case 'code':
      return codeText(value.code, analyte, pack).vi;
    case 'titre':
      return `1/${formatClinical(value.denominator)}`;
    case 'text':
      return value.text;
  }
}

const UNDETECTED = { vi: 'Không phát hiện', en: 'Not detected' };

export const codeText = (code: string, analyte: Analyte, pack: LabPack): { vi: string; en: string } =>
  code === 'undetected' ? UNDETECTED : (pack.valueSets.get(valueSetOf(analyte))?.get(code) ?? { vi: code, en: code });

/** Free text whose beginning says positive or negative: cultures and smears are written that way. */
export function leadingCode(text: string): 'pos' | 'neg' | undefined {
  const folded = foldText(text);
  if (/^(duong tinh|positive\b|pos\b|\(\+\)|\+|moc\b|co moc)/.test(folded)) return 'pos';
  if (/^(am tinh|negative\b|neg\b|\(-\)|khong moc|khong phat hien|no growth)/.test(folded)) return 'neg';
  return undefined;
}

const hasCriticalCode = (pack: LabPack, item: string): boolean =>
  (pack.criticals.get(item) ?? []).some((r) => r.code !== undefined);

/**
 * Reads what was typed for an item. Refuses what can be read in two ways ("1.000"), what is no number, a code that the item does not
 * know, a negative amount, a number that no person can have, a number that another unit explains (`facts` given), and free text of
 * an alarming item that does not begin with positive or negative.
 */
export function readValue(
  typed: string,
  analyte: Analyte,
  pack: LabPack,
  field: string,
  facts?: UnitFacts,
): Result<ReadValue, Issue> {
  const unit = takeUnit(typed, analyte, pack);
  const parsed = parseResult(threeDecimals(unit.text, analyte), analyte);
  if (!parsed.ok) return err(refusal(parsed.reason, typed, field, parsed.question, parsed.choices));
  const value = unit.other ? converted(parsed.value, unit.other, analyte) : parsed.value;
  if (value.kind === 'quantity' && value.value.isNegative() && !mayBeNegative(pack, analyte.code))
    return err({
      severity: 'error',
      code: 'result-negative',
      field,
      text: { vi: `${analyte.name.vi}: không thể âm`, en: `${analyte.name.en} cannot be negative` },
      remedy: { vi: 'Kiểm tra lại số đã gõ', en: 'Check the number' },
    });
  const slip = impossible(value, analyte, pack, field);
  if (slip) return err(slip);
  const question = facts && !unit.named ? askUnit(value, analyte, pack, facts, field) : undefined;
  if (question) return err(question);
  if (value.kind === 'code' && value.code !== 'undetected') {
    const set = pack.valueSets.get(valueSetOf(analyte));
    if (analyte.kind === 'code' && set && !set.has(value.code)) {
      const known = [...set.values()];
      return err({
        severity: 'error',
        code: 'result-not-in-set',
        field,
        text: {
          vi: `${analyte.name.vi}: không có kết quả "${typed.trim()}"`,
          en: `${analyte.name.en} has no result "${typed.trim()}"`,
        },
        remedy: {
          vi: `Chọn một trong: ${known.map((k) => k.vi).join(', ')}`,
          en: `Choose one of: ${known.map((k) => k.en).join(', ')}`,
        },
      });
    }
  }
  if (value.kind === 'text' && hasCriticalCode(pack, analyte.code) && leadingCode(value.text) === undefined)
    return err({
      severity: 'error',
      code: 'result-unclear',
      field,
      text: {
        vi: `${analyte.name.vi}: chưa rõ âm tính hay dương tính`,
        en: `${analyte.name.en}: negative or positive?`,
      },
      remedy: {
        vi: 'Bắt đầu bằng "Âm tính" hoặc "Dương tính", rồi ghi chi tiết',
        en: 'Begin with "Negative" or "Positive", then the details',
      },
    });
  return ok({ value, text: shown(value, analyte, pack), ...(unit.other ? { from: typed.trim() } : {}) });
}

/** An amount may be negative where its reference range says so (base excess). */
const mayBeNegative = (pack: LabPack, item: string): boolean =>
  (pack.ranges.get(item) ?? []).some((range) => range.low?.value.isNegative() ?? false);

function refusal(
  reason: 'empty' | 'not-a-number' | 'ambiguous',
  typed: string,
  field: string,
  question: { vi: string; en: string },
  choices?: readonly [string, string],
): Issue {
  const base = { severity: 'error' as const, field, text: question };
  if (reason === 'ambiguous' && choices)
    return {
      ...base,
      code: 'result-ambiguous',
      remedy: {
        vi: `Gõ lại: ${choices.map(formatClinical).join(' hoặc ')}`,
        en: `Type it again: ${choices.join(' or ')}`,
      },
    };
  return {
    ...base,
    code: reason === 'empty' ? 'result-empty' : 'result-not-understood',
    remedy:
      reason === 'empty'
        ? { vi: 'Bỏ trống dòng này nếu chưa có kết quả', en: 'Leave the item out while there is no result' }
        : {
            vi: `Ghi số (7,2 hoặc < 0,5) hoặc từ chuẩn (âm tính, 2+), không ghi "${typed.trim().slice(0, 40)}"`,
            en: `Write a number (7.2 or < 0.5) or a known word (negative, 2+), not "${typed.trim().slice(0, 40)}"`,
          },
  };
}

/**
 * An item that is printed with three decimals (specific gravity 1,015) has no thousands: there "1.015" can be read in one
 * way only, which a fourth decimal tells the parser.
 */
function threeDecimals(typed: string, analyte: Analyte): string {
  if (analyte.kind !== 'quantity' || analyte.decimals < 3) return typed;
  return /^\s*(?:<=|>=|<|>|≤|≥)?\s*\d{1,3}[.,]\d{3}\s*$/.test(typed) ? `${typed.trim()}0` : typed;
}

export interface JudgedValue extends ReadValue, Pick<FlaggedResult, 'flag' | 'critical' | 'rangeText' | 'range'> {}

/** Flag, critical mark and range of a value for a person; without an age nothing is judged. */
export function judge(pack: LabPack, analyte: Analyte, read: ReadValue, person: LabPerson | undefined): JudgedValue {
  if (person === undefined) return { ...read, flag: null, critical: false, rangeText: '', range: undefined };
  const leading = read.value.kind === 'text' ? leadingCode(read.value.text) : undefined;
  const value: LabValue = leading === undefined ? read.value : { kind: 'code', code: leading };
  const { flag, critical, rangeText, range } = flagResult(pack, analyte.code, value, person);
  return { ...read, flag, critical, rangeText, range };
}

/** The number of a value for comparing; undefined for codes, titres and texts. */
export const numberOf = (value: LabValue): Decimal | undefined =>
  value.kind === 'quantity' && value.comparator === undefined ? value.value : undefined;
