/** The prescription checks in the browser: the same pure rules and packs that the server decides with. Pure. */
import { addDays, localDate } from '@mach/base/time.ts';
import type { AllergyIntolerance, MedicationRequest, Patient } from '@mach/fhir/types.ts';
import type { ResultRow as LabValue } from '@mach/lab/contract.ts';
import type { Formulary } from '@mach/vn/clinical/formulary.ts';
import { checkPrescription, type PrescribingRules, type PrescriptionPatient } from '@mach/vn/clinical/prescribing.ts';
import { ckdEpi2021, cockcroftGault } from '@mach/vn/clinical/renal.ts';
import type { Finding } from '../../../contract.ts';
import { activeMedications } from '../../../rules/active-medications.ts';
import { ADULT_DAYS, ageDays, ageYears } from '../../../rules/age.ts';
import { isActiveAllergy, stateOf, toCheck } from '../../../rules/allergies.ts';
import { namedFindings } from '../../../rules/findings.ts';
import type { RxLine } from './line.ts';

export interface CheckPacks {
  readonly rules: PrescribingRules;
  readonly formulary: Formulary;
  /** Every ingredient key that the house or the interaction list knows. */
  readonly ingredients: ReadonlySet<string>;
}

/** What is known of the patient now. */
export interface CheckFacts {
  readonly patient: Patient;
  readonly encounter: string;
  readonly insured: boolean;
  readonly allergies: readonly AllergyIntolerance[];
  readonly medications: readonly (MedicationRequest & { id: string })[];
  readonly diagnoses: readonly { readonly code: string; readonly principal: boolean }[];
  /** The newest weight, kg, and whether it was measured in another visit. */
  readonly weight?: { readonly value: string; readonly at: string; readonly earlier: boolean };
  readonly values: readonly LabValue[];
  readonly companion: string;
  /** Codes of prescriptions that this one takes the place of. */
  readonly replaced: ReadonlySet<string>;
  readonly now: string;
}

/** Older values say nothing of today's kidneys, or of an adult's weight; days. */
const RECENT_DAYS = 90;
const CREATININE = 'CREA';
const ADULT_YEARS = 18;

/** Findings of the lines as they stand, under the names that the server gives them. */
export function checkLines(lines: readonly RxLine[], facts: CheckFacts, packs: CheckPacks): Finding[] {
  const known = lines.flatMap((line) => {
    const drug = packs.formulary.byCode.get(line.drug.code);
    return drug ? [{ drug, dose: line.dose }] : [];
  });
  // A drug that the packs do not know would shift the places of the others: the server tells then.
  if (known.length !== lines.length || lines.length === 0) return [];
  const { rules, formulary, ingredients } = packs;
  const state = stateOf(facts.allergies);
  return namedFindings(
    checkPrescription(
      {
        patient: personOf(facts),
        allergyState: state === 'known' ? 'listed' : state === 'none' ? 'none-known' : 'not-asked',
        allergies: facts.allergies.filter(isActiveAllergy).map((a) => toCheck(a, rules, ingredients)),
        lines: known,
        activeMedications: activeMedications(facts.medications, {
          at: facts.now,
          prescribing: known.map((line) => line.drug.ingredients),
          leaveOut: facts.replaced,
          formulary,
        }),
        diagnoses: facts.diagnoses.map(({ code, principal }) => ({ code, primary: principal })),
        date: localDate(facts.now),
        payer: facts.insured ? 'bhyt' : 'self',
        setting: 'outpatient',
      },
      { rules, formulary },
    ),
  );
}

/** The person as the checks see them: weight and kidneys only where something recent is known. */
export function personOf(facts: CheckFacts): PrescriptionPatient {
  const { patient, now, weight } = facts;
  const years = ageYears(patient.birthDate, now);
  const sex = patient.gender === 'male' || patient.gender === 'female' ? patient.gender : undefined;
  const since = addDays(now, -RECENT_DAYS);
  const adult = years === undefined || years >= ADULT_YEARS;
  const weightKg = weight && weight.at >= since && (adult || !weight.earlier) ? weight.value : undefined;
  const base: PrescriptionPatient = {
    ageDays: ageDays(patient.birthDate, now) ?? ADULT_DAYS,
    sex,
    weightKg,
    companion: facts.companion.trim() || patient.contact?.[0]?.name?.text,
  };
  const creatinineUmolL = creatinine(facts.values, since);
  if (creatinineUmolL === undefined || years === undefined || sex === undefined) return base;
  const input = { creatinineUmolL, ageYears: years, sex };
  return {
    ...base,
    egfr: ckdEpi2021(input),
    clearance: weightKg === undefined ? undefined : cockcroftGault({ ...input, weightKg: Number(weightKg) })?.value,
  };
}

/** The newest final creatinine, µmol/L; a value in another unit is not guessed at. */
function creatinine(values: readonly LabValue[], since: string): number | undefined {
  const found = values
    .filter((v) => v.item === CREATININE && ['final', 'corrected'].includes(v.status) && v.number !== null)
    .filter((v) => (v.at ?? '') >= since)
    .sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? 1 : -1))[0];
  return found && ['µmol/L', 'μmol/L', 'umol/L'].includes(found.unit ?? '') ? (found.number ?? undefined) : undefined;
}
