import type { Patient } from '@mach/fhir/types.ts';
import { ageMonths } from '../../../rules/age.ts';

/** Below this age a prescription states months, weight and who brought the child (TT 26/2025). */
const SMALL_CHILD_MONTHS = 72;

export const isSmallChild = (patient: Patient, now: string): boolean => {
  const months = ageMonths(patient.birthDate, now);
  return months !== undefined && months < SMALL_CHILD_MONTHS;
};
