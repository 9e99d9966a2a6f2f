import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Text } from '@mach/base/problem.ts';
import type { Dose } from './dose.ts';
import type { DoseQuestion, DoseSuggestion } from './dose-shorthand.ts';
import type { DrugItem } from './formulary.ts';

/** Micrograms in one of the unit. Units of activity (đơn vị) never convert to mass. */
const MICROGRAMS: Record<string, number> = { microgam: 1, mg: 1000, g: 1_000_000 };

/** The amount in another unit; undefined where the two do not measure the same. */
export function convertAmount(value: Decimal, from: string, to: string): Decimal | undefined {
  if (from === to) return value;
  const [a, b] = [MICROGRAMS[from], MICROGRAMS[to]];
  return a === undefined || b === undefined ? undefined : value.mul(a).div(b, 12);
}

/** Dose units that are cut into quarters at most: 1,7 tablets is a slip of the strength, not a dose. */
const PIECES: ReadonlySet<string> = new Set(['viên', 'gói', 'miếng']);

export type DoseResult = { ok: true; dose: Dose } | { ok: false; questions: DoseQuestion[] };

/**
 * Turns what was typed into a dose of the chosen product: "1 g" of a 1 g vial is 1 lọ, "500 mg" of 250 mg tablets is
 * 2 viên. What is missing or does not fit comes back as questions; nothing is assumed.
 */
export function doseFromSuggestion(
  suggestion: DoseSuggestion,
  drug: Pick<DrugItem, 'doseUnit' | 'amount' | 'amountUnit' | 'strength'>,
): DoseResult {
  const questions: DoseQuestion[] = [];
  // In a day plan a bare number ("sáng 2 chiều 1") counts dose units of the product.
  const plan = suggestion.byPart ? Object.values(suggestion.byPart) : [];
  const perDose = suggestion.perDose ?? (plan[0] === undefined ? undefined : { value: plan[0], unit: drug.doseUnit });
  const fits = plan.length === 0 || perDose?.unit === drug.doseUnit;
  const amount = perDose && fits ? inDoseUnits(perDose.value, perDose.unit, drug) : undefined;
  if (!perDose) questions.push(ask('Mỗi lần dùng bao nhiêu?', 'How much each time?'));
  else if (!amount) {
    const shown = `${formatClinical(perDose.value)} ${perDose.unit}`;
    questions.push(
      ask(`${shown} là bao nhiêu ${drug.doseUnit}?`, `How many ${drug.doseUnit} of ${drug.strength} are ${shown}?`),
    );
  } else if (PIECES.has(drug.doseUnit) && !amount.mul(4).isInteger()) {
    const shown = `${formatClinical(perDose.value)} ${perDose.unit}`;
    const pieces = `${formatClinical(amount)} ${drug.doseUnit}`;
    questions.push(
      ask(
        `${shown} là ${pieces} ${drug.strength}: không chia được. Chọn hàm lượng khác?`,
        `${shown} is ${pieces} of ${drug.strength}, which cannot be cut. Another strength?`,
      ),
    );
  }
  const strength = suggestion.strength && strengthQuestion(suggestion.strength, drug);
  if (strength) questions.push(strength);
  if (!suggestion.frequency && !suggestion.byPart) questions.push(ask('Ngày mấy lần?', 'How many times a day?'));
  if (suggestion.days === undefined) questions.push(ask('Mấy ngày?', 'For how many days?'));
  if (questions.length > 0 || !amount || suggestion.days === undefined) return { ok: false, questions };
  const parts = suggestion.byPart ? Object.keys(suggestion.byPart).length : 0;
  return {
    ok: true,
    dose: {
      perDose: amount.toString(),
      doseUnit: drug.doseUnit,
      frequency: suggestion.frequency ?? { times: parts, period: 1, unit: 'day' },
      byPart: suggestion.byPart,
      parts: suggestion.parts,
      meal: suggestion.meal,
      days: suggestion.days,
      asNeeded: suggestion.asNeeded ? { vi: suggestion.asNeeded, en: 'as needed' } : undefined,
    },
  };
}

/** Amount in dose units, or undefined; a piece that is no exact decimal (1/3 tablet) is undefined too. */
function inDoseUnits(
  value: string,
  unit: string,
  drug: Pick<DrugItem, 'doseUnit' | 'amount' | 'amountUnit'>,
): Decimal | undefined {
  if (unit === drug.doseUnit) return Decimal.of(value);
  if (drug.amount === undefined || drug.amountUnit === undefined) return undefined;
  const active = convertAmount(Decimal.of(value), unit, drug.amountUnit);
  if (!active) return undefined;
  const units = active.div(drug.amount, 6);
  return units.mul(drug.amount).eq(active) ? units : undefined;
}

function strengthQuestion(
  typed: { value: string; unit: string },
  drug: Pick<DrugItem, 'amount' | 'amountUnit' | 'strength'>,
): DoseQuestion | undefined {
  if (drug.amount === undefined || drug.amountUnit === undefined) return undefined;
  const same = convertAmount(Decimal.of(typed.value), typed.unit, drug.amountUnit)?.eq(drug.amount);
  if (same) return undefined;
  const shown = `${formatClinical(typed.value)} ${typed.unit}`;
  return ask(
    `Gõ hàm lượng ${shown} nhưng thuốc chọn là ${drug.strength}.`,
    `Typed strength ${shown}, but the chosen product is ${drug.strength}.`,
  );
}

function ask(vi: string, en: string): DoseQuestion {
  const text: Text = { vi, en };
  return { text };
}
