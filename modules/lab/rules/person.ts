import { ageOn, localDate } from '@mach/base/time.ts';
import type { Patient } from '@mach/fhir/types.ts';
import type { LabPerson } from '@mach/vn/clinical/lab-ranges.ts';

const DAY_MS = 86_400_000;
/** Mean lengths of the Gregorian calendar, for birth dates of which only the year or month is known. */
const DAYS_PER_YEAR = 365.2425;

export const sexOf = (patient: Patient): 'male' | 'female' | undefined =>
  patient.gender === 'male' || patient.gender === 'female' ? patient.gender : undefined;

/** Completed days since birth on the Vietnamese day of `at`; undefined where nobody knows the birth. */
export function ageDaysOf(birthDate: string | undefined, at: string): number | undefined {
  if (birthDate === undefined) return undefined;
  const day = localDate(at);
  if (birthDate.slice(0, birthDate.length) > day.slice(0, birthDate.length)) return undefined;
  if (birthDate.length === 10) return Math.round((Date.parse(day) - Date.parse(birthDate)) / DAY_MS);
  const { years, months } = ageOn(birthDate, at);
  return Math.floor(years * DAYS_PER_YEAR + (months * DAYS_PER_YEAR) / 12);
}

export function ageYearsOf(birthDate: string | undefined, at: string): number | undefined {
  const days = ageDaysOf(birthDate, at);
  return days === undefined || birthDate === undefined ? undefined : ageOn(birthDate, at).years;
}

/** The person as reference ranges see them; undefined where the age is unknown: then nothing is flagged as normal. */
export function labPerson(patient: Patient, at: string): LabPerson | undefined {
  const ageDays = ageDaysOf(patient.birthDate, at);
  return ageDays === undefined ? undefined : { ageDays, sex: sexOf(patient) };
}
