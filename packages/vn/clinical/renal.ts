/** 1 mg/dL of creatinine is 88.4 µmol/L. */
const UMOL_PER_MG_DL = 88.4;

export type Sex = 'male' | 'female';

/**
 * eGFR in mL/min/1.73 m² by CKD-EPI 2021, without race (Inker 2021). For adults; undefined under 18 years or for a
 * creatinine or age that cannot be.
 */
export function ckdEpi2021(input: { creatinineUmolL: number; ageYears: number; sex: Sex }): number | undefined {
  const { creatinineUmolL, ageYears, sex } = input;
  if (!(creatinineUmolL > 0) || !(ageYears >= 18) || ageYears > 130) return undefined;
  const kappa = sex === 'female' ? 0.7 : 0.9;
  const alpha = sex === 'female' ? -0.241 : -0.302;
  const ratio = creatinineUmolL / UMOL_PER_MG_DL / kappa;
  const base = 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** ageYears;
  return sex === 'female' ? base * 1.012 : base;
}

export interface CreatinineClearance {
  /** mL/min */
  value: number;
  /** The weight that was used, kg: to be shown beside the result. */
  weightKg: number;
}

/** Creatinine clearance for drug dosing (Cockcroft and Gault 1976). For adults. */
export function cockcroftGault(input: {
  creatinineUmolL: number;
  ageYears: number;
  weightKg: number;
  sex: Sex;
}): CreatinineClearance | undefined {
  const { creatinineUmolL, ageYears, weightKg, sex } = input;
  if (!(creatinineUmolL > 0) || !(weightKg > 0) || !(ageYears >= 18) || ageYears > 130) return undefined;
  const male = ((140 - ageYears) * weightKg) / (72 * (creatinineUmolL / UMOL_PER_MG_DL));
  return { value: sex === 'female' ? male * 0.85 : male, weightKg };
}

/** eGFR of a child of 1 to 17 years in mL/min/1.73 m² (bedside Schwartz). */
export function schwartz(input: { creatinineUmolL: number; heightCm: number; ageYears: number }): number | undefined {
  const { creatinineUmolL, heightCm, ageYears } = input;
  if (!(creatinineUmolL > 0) || !(heightCm > 0) || !(ageYears >= 1 && ageYears < 18)) return undefined;
  return (0.413 * heightCm) / (creatinineUmolL / UMOL_PER_MG_DL);
}

export type RenalBand = 'normal' | 'under-60' | 'under-30' | 'under-15';

/** Bands of clearance at which doses are looked at again, mL/min. */
export function renalBand(clearance: number): RenalBand {
  if (clearance < 15) return 'under-15';
  if (clearance < 30) return 'under-30';
  return clearance < 60 ? 'under-60' : 'normal';
}
