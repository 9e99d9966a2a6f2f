import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue, Text } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';

/** One drug of a bundle as the pack has it. Amounts are decimals as text. */
export interface DoseRule {
  /** Code in the formulary, where the house has it. */
  drug?: string;
  vi: string;
  en: string;
  unit: string;
  /** The first row that holds the age. `perKg` with its cap, or a fixed amount. */
  rows: readonly { ageFromYears: number; ageToYears?: number; perKg?: string; max?: string; fixed?: string }[];
  decimals: number;
  /** What one volume holds: 1 mg in 1 ml. */
  concentration?: { amount: string; volume: string; unit: string };
  /** First part at once, in percent, the rest after it. */
  split?: { percent: string; vi: string; en: string };
  route: Text;
  repeat?: Text;
  certainty: string;
}

export interface Dose {
  drug: Text;
  /** Canonical decimal. */
  amount: string;
  unit: string;
  volume?: { amount: string; unit: string };
  split?: { first: string; rest: string };
  /** The cap of the pack held the dose down. */
  capped: boolean;
  /** How it came about, to be read before it is drawn up. */
  working: Text;
  route: Text;
  repeat?: Text;
}

const issue = (code: string, field: string, text: Text, remedy: Text): Issue => ({
  severity: 'error',
  code,
  field,
  text,
  remedy,
});

/** Millilitres are drawn up to a hundredth. */
const VOLUME_DECIMALS = 2;

/**
 * The dose for a weight and an age, with its working. Refused without a weight where it goes by weight, without an age
 * where rows differ, and where the pack has no row for the age: nothing is guessed. Pure.
 */
export function computeDose(
  rule: DoseRule,
  of: { weightKg: Decimal | undefined; ageYears: number | undefined },
): Result<Dose, Issue> {
  const { weightKg, ageYears } = of;
  if (ageYears === undefined)
    return err(
      issue(
        'age-missing',
        'ageYears',
        { vi: `Chưa biết tuổi: không tính được liều ${rule.vi}`, en: `Age unknown: no dose of ${rule.en}` },
        { vi: 'Nhập tuổi ước đoán', en: 'Enter a judged age' },
      ),
    );
  const row = rule.rows.find(
    (r) => ageYears >= r.ageFromYears && (r.ageToYears === undefined || ageYears < r.ageToYears),
  );
  if (!row)
    return err(
      issue(
        'no-dose-for-age',
        'step',
        { vi: `Không có liều ${rule.vi} cho ${ageYears} tuổi`, en: `No dose of ${rule.en} at ${ageYears} years` },
        { vi: 'Hội chẩn, kê theo từng người bệnh', en: 'Consult; prescribe for this patient' },
      ),
    );
  if (row.fixed !== undefined)
    return ok(
      finished(rule, Decimal.of(row.fixed), false, (amount) => ({
        vi: `Liều cố định ${formatClinical(amount)} ${rule.unit}`,
        en: `Fixed dose ${amount} ${rule.unit}`,
      })),
    );
  if (row.perKg === undefined) throw new RangeError(`the bundle pack has neither an amount nor one per kg: ${rule.vi}`);
  if (weightKg === undefined || weightKg.lte(0))
    return err(
      issue(
        'weight-missing',
        'weightKg',
        { vi: `Chưa có cân nặng: không tính liều ${rule.vi}`, en: `No weight: no dose of ${rule.en}` },
        { vi: 'Cân, hoặc nhập cân nặng ước lượng', en: 'Weigh, or enter an estimated weight' },
      ),
    );
  const perKg = Decimal.of(row.perKg);
  const raw = perKg.mul(weightKg);
  const max = row.max === undefined ? undefined : Decimal.of(row.max);
  const capped = max !== undefined && raw.gt(max);
  const given = max && capped ? max : raw;
  return ok(
    finished(rule, given, capped, (amount) => ({
      vi: `${formatClinical(perKg)} ${rule.unit}/kg × ${formatClinical(weightKg)} kg = ${formatClinical(raw)} ${rule.unit}${capped ? `, tối đa ${formatClinical(amount)} ${rule.unit}` : ''}`,
      en: `${perKg} ${rule.unit}/kg × ${weightKg} kg = ${raw} ${rule.unit}${capped ? `, at most ${amount} ${rule.unit}` : ''}`,
    })),
  );
}

function finished(rule: DoseRule, exact: Decimal, capped: boolean, say: (amount: Decimal) => Text): Dose {
  const amount = exact.round(rule.decimals);
  const { concentration, split } = rule;
  const volume =
    concentration &&
    amount.mul(Decimal.of(concentration.volume)).div(Decimal.of(concentration.amount), VOLUME_DECIMALS);
  const said = say(amount);
  const rounded = amount.eq(exact) ? '' : ` → ${formatClinical(amount)} ${rule.unit}`;
  const drawn = volume && concentration ? ` = ${formatClinical(volume)} ${concentration.unit}` : '';
  const first = split && amount.mul(Decimal.of(split.percent)).div(100, rule.decimals);
  const parts = (lang: 'vi' | 'en'): string =>
    first && split
      ? `; ${formatClinical(first)} + ${formatClinical(amount.sub(first))} ${rule.unit}: ${split[lang]}`
      : '';
  return {
    drug: { vi: rule.vi, en: rule.en },
    amount: amount.toString(),
    unit: rule.unit,
    volume: volume && concentration ? { amount: volume.toString(), unit: concentration.unit } : undefined,
    split: first && { first: first.toString(), rest: amount.sub(first).toString() },
    capped,
    working: { vi: `${said.vi}${rounded}${drawn}${parts('vi')}`, en: `${said.en}${rounded}${drawn}${parts('en')}` },
    route: rule.route,
    repeat: rule.repeat,
  };
}
