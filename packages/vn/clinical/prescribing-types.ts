import type { DecimalInput } from '@mach/base/decimal.ts';
import type { Text } from '@mach/base/problem.ts';
import type { Dose } from './dose.ts';
import type { DrugItem } from './formulary.ts';

export type FindingLevel = 'stop' | 'warn' | 'note';

/** What it takes to go on. `none`: it cannot be passed. */
export type Override = 'none' | 'reason' | 'reason-and-pharmacist' | 'not-needed';

export type FindingRule =
  | 'allergy-state-missing'
  | 'allergy-substance'
  | 'allergy-class'
  | 'allergy-cross'
  | 'interaction-qd5948'
  | 'duplicate-ingredient'
  | 'duplicate-class'
  | 'dose-single'
  | 'dose-daily'
  | 'dose-low'
  | 'dose-age'
  | 'dose-weight-missing'
  | 'renal-note'
  | 'days-over-limit'
  | 'days-over-product'
  | 'controlled-separate'
  | 'child-details-missing'
  | 'diagnosis-missing'
  | 'indication-missing'
  | 'supplement'
  | 'look-alike'
  | 'high-alert';

/** One result of the checks: what, why, what to do. */
export interface Finding {
  rule: FindingRule;
  level: FindingLevel;
  /** Lines of the prescription that it is about, from 0; empty = the prescription as a whole. */
  lines: readonly number[];
  text: Text;
  /** Why: mechanism, reaction, limit. */
  why?: Text;
  /** Official management text or advice. */
  manage?: Text;
  /** Document, edition or row. */
  source: string;
  overridable: boolean;
  override: Override;
  alternative?: Text;
}

export type AllergyState = 'not-asked' | 'none-known' | 'listed';

export interface Allergy {
  /** Ingredient key or class code of the prescribing pack (`penicillin`). */
  substance: string;
  /** As recorded, for the text. */
  display: string;
  /** Anaphylaxis, severe skin reaction, organ damage, or marked high criticality. */
  severe: boolean;
  reaction?: string;
}

export interface ActiveMedication {
  display: string;
  ingredients: readonly string[];
  route: string;
  systemic: boolean;
  atc?: string;
  /** yyyy-MM-dd of the last planned or given dose; undefined = goes on. */
  endedOn?: string;
  /** From another prescription, ward or facility: named in the text. */
  origin?: Text;
}

export interface PrescriptionPatient {
  ageDays: number;
  sex?: 'male' | 'female';
  weightKg?: DecimalInput;
  /** Person who brings a child. */
  companion?: string;
  /** mL/min, Cockcroft–Gault; for renal notes. */
  clearance?: number;
  /** mL/min/1.73 m². */
  egfr?: number;
  longQt?: boolean;
}

export interface PrescriptionLine {
  drug: DrugItem;
  dose?: Dose;
  supplement?: boolean;
}

export interface PrescriptionInput {
  patient: PrescriptionPatient;
  allergyState: AllergyState;
  allergies: readonly Allergy[];
  lines: readonly PrescriptionLine[];
  activeMedications: readonly ActiveMedication[];
  diagnoses: readonly { code: string; primary?: boolean }[];
  /** Day of the prescription, yyyy-MM-dd. */
  date: string;
  payer?: 'bhyt' | 'self' | 'other';
  setting?: 'outpatient' | 'inpatient';
}
