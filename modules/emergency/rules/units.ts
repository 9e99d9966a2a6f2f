import { Decimal } from '@mach/base/decimal.ts';
import type { DrugItem } from '@mach/vn/clinical/formulary.ts';
import type { Dose } from './dose.ts';

/**
 * Whole units of the formulary (ampoules, bottles, tablets) that a dose opens: what is left of one is thrown away.
 * Undefined where a unit and the dose are not measured alike: nothing is guessed. Pure.
 */
export function unitsOf(
  drug: Pick<DrugItem, 'amount' | 'amountUnit' | 'doseUnitsPerUnit'>,
  dose: Pick<Dose, 'amount' | 'unit'>,
): Decimal | undefined {
  const { amount, amountUnit, doseUnitsPerUnit } = drug;
  if (amount === undefined || doseUnitsPerUnit === undefined || amountUnit !== dose.unit) return undefined;
  const holds = Decimal.of(amount).mul(Decimal.of(doseUnitsPerUnit));
  const wanted = Decimal.of(dose.amount);
  if (holds.lte(Decimal.ZERO) || wanted.lte(Decimal.ZERO)) return undefined;
  const full = wanted.div(holds, 0, 'down');
  return full.mul(holds).lt(wanted) ? full.add(1) : full;
}
