import { checkAllergies } from './check-allergy.ts';
import { checkDiagnosis } from './check-diagnosis.ts';
import { checkDoses } from './check-dose.ts';
import { checkDuplicates } from './check-duplicates.ts';
import { checkInteractions } from './check-interactions.ts';
import { checkLegal } from './check-legal.ts';
import { checkNotes } from './check-notes.ts';
import type { Formulary } from './formulary.ts';
import type { PrescribingRules } from './prescribing-rules.ts';
import type { Finding, PrescriptionInput } from './prescribing-types.ts';

export { type PrescribingRules, readPrescribingRules } from './prescribing-rules.ts';
export type {
  ActiveMedication,
  Allergy,
  Finding,
  PrescriptionInput,
  PrescriptionLine,
  PrescriptionPatient,
} from './prescribing-types.ts';

const LEVELS: Record<Finding['level'], number> = { stop: 0, warn: 1, note: 2 };

/**
 * All checks of a prescription, in the order in which they are evaluated: allergy, contraindicated pairs, duplicates,
 * dose, what the law asks, diagnosis, notes; then sorted by level, the order kept within one. Runs alike on the server
 * and on a phone without a network. A `stop` that is not overridable is only a severe known allergy to the very
 * substance, or what the law makes impossible.
 */
export function checkPrescription(
  input: PrescriptionInput,
  packs: { rules: PrescribingRules; formulary?: Formulary },
): Finding[] {
  const { rules, formulary } = packs;
  const findings = [
    ...checkAllergies(input, rules),
    ...checkInteractions(input, rules),
    ...checkDuplicates(input, rules),
    ...checkDoses(input, rules),
    ...checkLegal(input, rules),
    ...checkDiagnosis(input, rules),
    ...checkNotes(input, formulary),
  ];
  return findings.sort((a, b) => LEVELS[a.level] - LEVELS[b.level]);
}
