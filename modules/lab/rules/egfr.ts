import { Decimal } from '@mach/base/decimal.ts';
import type { LabValue } from '@mach/vn/clinical/lab-result.ts';
import { ckdEpi2021 } from '@mach/vn/clinical/renal.ts';

/** Item of the `lab` pack that eGFR is computed from, in µmol/L. */
export const CREATININE = 'CREA';
export const EGFR = 'EGFR';
/** Kept with the result as the rule that computed it. */
export const EGFR_RULE = 'CKD-EPI 2021';

/** eGFR in whole mL/min/1.73 m²; undefined for children, unknown sex or age, and a creatinine that is no plain number. */
export function egfrOf(
  creatinine: LabValue,
  person: { ageYears: number | undefined; sex: 'male' | 'female' | undefined },
): LabValue | undefined {
  if (creatinine.kind !== 'quantity' || creatinine.comparator !== undefined) return undefined;
  if (person.ageYears === undefined || person.sex === undefined) return undefined;
  const value = ckdEpi2021({
    creatinineUmolL: creatinine.value.toNumber(),
    ageYears: person.ageYears,
    sex: person.sex,
  });
  return value === undefined ? undefined : { kind: 'quantity', value: Decimal.of(String(Math.round(value))) };
}
