import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical, parseClinicalNumber } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';

export interface NumberRule {
  /** Digits behind the comma that make sense; more is a slip. */
  decimals: number;
  /** Zero is a value (pain, oxygen flow). */
  zero?: boolean;
}

/** A number as somebody typed it, or what is wrong with it. Nothing is rounded and nothing guessed. */
export function readTyped(text: string, field: string, rule: NumberRule): Decimal | Issue {
  const read = parseClinicalNumber(text);
  if (!read.ok) return read.choices ? ambiguous(text, field, read.choices) : notANumber(text, field);
  const { value } = read;
  if (value.isNegative() || (value.isZero() && rule.zero !== true)) return notPositive(text, field);
  if (!value.round(rule.decimals).eq(value)) return tooFine(text, field, rule.decimals);
  return value;
}

export const isIssue = (value: Decimal | Issue): value is Issue => !(value instanceof Decimal);

function ambiguous(text: string, field: string, [small, large]: [string, string]): Issue {
  const choices = `${formatClinical(small)} hay ${formatClinical(large)}`;
  return {
    severity: 'error',
    code: 'number-ambiguous',
    field,
    text: { vi: `"${text}" đọc được hai cách: ${choices}?`, en: `"${text}" can be read as ${small} or as ${large}` },
    remedy: {
      vi: 'Gõ lại, không dùng dấu phân cách hàng nghìn',
      en: 'Type it again without a thousands mark',
    },
  };
}

function notANumber(text: string, field: string): Issue {
  return {
    severity: 'error',
    code: 'not-a-number',
    field,
    text: { vi: `"${text}" không phải là số`, en: `"${text}" is not a number` },
    remedy: { vi: 'Gõ số, dấu phẩy cho phần lẻ', en: 'Type a number, with a comma for decimals' },
  };
}

function notPositive(text: string, field: string): Issue {
  return {
    severity: 'error',
    code: 'number-not-positive',
    field,
    text: { vi: `"${text}" phải lớn hơn 0`, en: `"${text}" must be more than 0` },
    remedy: { vi: 'Sửa số', en: 'Correct the number' },
  };
}

function tooFine(text: string, field: string, decimals: number): Issue {
  return {
    severity: 'error',
    code: 'number-too-fine',
    field,
    text: {
      vi: decimals === 0 ? `"${text}" phải là số nguyên` : `"${text}" có quá ${decimals} chữ số lẻ`,
      en: decimals === 0 ? `"${text}" must be a whole number` : `"${text}" has more than ${decimals} decimals`,
    },
    remedy: { vi: 'Sửa số', en: 'Correct the number' },
  };
}
