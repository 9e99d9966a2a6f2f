import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Text } from '@mach/base/problem.ts';
import { type Dose, dailyAmount, largestDose } from './dose.ts';
import type { DrugItem } from './formulary.ts';
import type { PrescribingRules } from './prescribing-rules.ts';
import type { Finding, FindingRule, PrescriptionInput, PrescriptionPatient } from './prescribing-types.ts';

/** Under this age doses go by weight; from it the adult range counts. */
const ADULT_FROM_DAYS = 6574; // 18 years
const DAYS_PER_MONTH = 30.4375;

/** Single and daily dose against the product's usual range; for children per kg, never above the adult maximum. */
export function checkDoses(input: PrescriptionInput, rules: PrescribingRules): Finding[] {
  return input.lines.flatMap(({ drug, dose }, index) => {
    const age = ageFinding(drug, input.patient, index, rules);
    const doses = dose ? doseFindings(drug, dose, input.patient, index, rules) : [];
    return age ? [age, ...doses] : doses;
  });
}

function finding(
  rule: FindingRule,
  line: number,
  rules: PrescribingRules,
  text: Text,
  why?: Text,
  override: Finding['override'] = 'reason',
): Finding {
  const level = override === 'not-needed' ? 'note' : 'warn';
  return {
    rule,
    level,
    lines: [line],
    text,
    why,
    source: `formulary, prescribing ${rules.edition}`,
    overridable: true,
    override,
  };
}

function ageFinding(
  drug: DrugItem,
  patient: PrescriptionPatient,
  line: number,
  rules: PrescribingRules,
): Finding | undefined {
  const months = drug.limits.minAgeMonths;
  if (months === undefined || Math.floor(patient.ageDays / DAYS_PER_MONTH + 1e-9) >= months) return undefined;
  const years = months % 12 === 0;
  const shown = years
    ? { vi: `${months / 12} tuổi`, en: `${months / 12} years` }
    : { vi: `${months} tháng`, en: `${months} months` };
  return finding(
    'dose-age',
    line,
    rules,
    {
      vi: `${drug.display} thường không dùng dưới ${shown.vi}.`,
      en: `${drug.display} is not usually given under ${shown.en}.`,
    },
    undefined,
    'reason-and-pharmacist',
  );
}

interface Limits {
  min?: Decimal;
  max?: Decimal;
  dayMax?: Decimal;
  /** How the limit came about, for the reader. */
  basis: Text;
}

function limitsFor(drug: DrugItem, patient: PrescriptionPatient): Limits | 'weight-missing' | undefined {
  const { limits } = drug;
  const d = (text: string | undefined): Decimal | undefined => (text === undefined ? undefined : Decimal.of(text));
  const adult = { min: d(limits.adultMin), max: d(limits.adultMax), dayMax: d(limits.adultDayMax) };
  if (patient.ageDays >= ADULT_FROM_DAYS) return { ...adult, basis: { vi: 'người lớn', en: 'adult' } };
  const maxPerKg = d(limits.childMaxPerKg);
  const dayPerKg = d(limits.childDayMaxPerKg);
  if (maxPerKg === undefined && dayPerKg === undefined) {
    // No child dose is known: the adult maximum is at least not to be passed.
    return adult.max
      ? { max: adult.max, dayMax: adult.dayMax, basis: { vi: 'tối đa người lớn', en: 'adult maximum' } }
      : undefined;
  }
  if (patient.weightKg === undefined) return 'weight-missing';
  const weight = Decimal.of(patient.weightKg);
  const perKg = (x: Decimal | undefined): Decimal | undefined => x?.mul(weight);
  const shown = `${formatClinical(weight)}\u00a0kg`;
  return {
    min: smaller(perKg(d(limits.childMinPerKg)), adult.min),
    max: smaller(perKg(maxPerKg), adult.max),
    dayMax: smaller(perKg(dayPerKg), adult.dayMax),
    basis: { vi: `theo cân nặng ${shown}`, en: `by weight ${shown}` },
  };
}

function smaller(a: Decimal | undefined, b: Decimal | undefined): Decimal | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.lte(b) ? a : b;
}

function doseFindings(
  drug: DrugItem,
  dose: Dose,
  patient: PrescriptionPatient,
  line: number,
  rules: PrescribingRules,
): Finding[] {
  if (drug.amount === undefined || drug.amountUnit === undefined || dose.doseUnit !== drug.doseUnit) return [];
  const limits = limitsFor(drug, patient);
  if (limits === undefined) return [];
  if (limits === 'weight-missing') {
    return [
      finding('dose-weight-missing', line, rules, {
        vi: `Chưa có cân nặng: không kiểm được liều ${drug.display} theo kg.`,
        en: `No weight: the dose of ${drug.display} per kg cannot be checked.`,
      }),
    ];
  }
  const unit = drug.amountUnit;
  const single = largestDose(dose).mul(drug.amount);
  const daily = dailyAmount(dose).mul(drug.amount);
  const show = (x: Decimal): string => `${formatClinical(x.round(3))}\u00a0${unit}`;
  const perKg = childPerKg(single, daily, unit, patient);
  const findings: Finding[] = [];
  if (limits.max && single.gt(limits.max)) {
    findings.push(
      finding(
        'dose-single',
        line,
        rules,
        {
          vi: `Liều mỗi lần ${show(single)} vượt tối đa ${show(limits.max)} (${limits.basis.vi}).`,
          en: `Single dose ${show(single)} is above the maximum of ${show(limits.max)} (${limits.basis.en}).`,
        },
        perKg,
        overdose(single, limits.max),
      ),
    );
  }
  if (limits.dayMax && daily.gt(limits.dayMax)) {
    findings.push(
      finding(
        'dose-daily',
        line,
        rules,
        {
          vi: `Liều mỗi ngày ${show(daily)} vượt tối đa ${show(limits.dayMax)} (${limits.basis.vi}).`,
          en: `Daily dose ${show(daily)} is above the maximum of ${show(limits.dayMax)} (${limits.basis.en}).`,
        },
        perKg,
        overdose(daily, limits.dayMax),
      ),
    );
  }
  if (limits.min && single.lt(limits.min)) {
    findings.push(
      finding(
        'dose-low',
        line,
        rules,
        {
          vi: `Liều mỗi lần ${show(single)} thấp hơn liều thường dùng ${show(limits.min)} (${limits.basis.vi}).`,
          en: `Single dose ${show(single)} is below the usual ${show(limits.min)} (${limits.basis.en}).`,
        },
        perKg,
        'not-needed',
      ),
    );
  }
  return findings;
}

/** Twice the maximum and more is also looked at by a pharmacist. */
function overdose(value: Decimal, max: Decimal): Finding['override'] {
  return value.gte(max.mul(2)) ? 'reason-and-pharmacist' : 'reason';
}

function childPerKg(single: Decimal, daily: Decimal, unit: string, patient: PrescriptionPatient): Text | undefined {
  if (patient.ageDays >= ADULT_FROM_DAYS || patient.weightKg === undefined) return undefined;
  const weight = Decimal.of(patient.weightKg);
  if (weight.lte(0)) return undefined;
  const show = (x: Decimal): string => `${formatClinical(x.div(weight, 2))}\u00a0${unit}/kg`;
  return {
    vi: `${show(single)}/lần, ${show(daily)}/ngày.`,
    en: `${show(single)} per dose, ${show(daily)} per day.`,
  };
}
