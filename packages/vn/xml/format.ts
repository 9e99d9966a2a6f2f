import { Decimal } from '@mach/base/decimal.ts';
import type { XmlField } from './pack.ts';

/** What a row may carry before it becomes text. */
export type XmlValue = string | number | Decimal | null | undefined;

const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Text of one value as the claim writes it: money with 2 decimals, quantities
 * and unit prices with 3, whole codes plain, rates without a needless ".0".
 * Text that is not a number stays as it is, for the validator to name.
 */
export function formatValue(field: XmlField, value: XmlValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') {
    const text = value.normalize('NFC');
    if (field.type !== 'N' || !NUMBER.test(text.trim())) return text;
    return formatNumber(field, Decimal.of(text.trim()), text.trim());
  }
  const number = Decimal.of(value);
  return field.type === 'N' ? formatNumber(field, number, number.toString()) : number.toString();
}

function formatNumber(field: XmlField, number: Decimal, asWritten: string): string {
  const scale = field.scale ?? 0;
  // A code such as "01" must keep its zero; only fields with decimals are re-written.
  if (scale === 0) return asWritten;
  return scale === 1 ? number.round(1).toString() : number.toFixed(scale);
}
