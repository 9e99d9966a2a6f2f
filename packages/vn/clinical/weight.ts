import { Decimal } from '@mach/base/decimal.ts';

/** Kilograms in one unit of UCUM; an international pound is exactly this much. */
const KILOGRAMS: Readonly<Record<string, string>> = { kg: '1', g: '0.001', '[lb_av]': '0.45359237' };
/** Scales show ten grams. */
const DECIMALS = 2;

/**
 * A weighing in kilograms. Partners send newborns in grams and travellers in pounds: a dose by weight must not take the
 * bare number. Undefined for a unit that says no weight: nothing is guessed.
 */
export function kilograms(quantity: { value?: number; unit?: string; code?: string } | undefined): Decimal | undefined {
  const factor = KILOGRAMS[quantity?.code ?? quantity?.unit ?? ''];
  if (quantity?.value === undefined || factor === undefined) return undefined;
  const exact = Decimal.of(String(quantity.value)).mul(factor);
  return factor === '1' ? exact : exact.round(DECIMALS);
}
