import { ageOn, localDate } from '@mach/base/time.ts';

const DAY_MS = 86_400_000;
/** Mean length of a Gregorian year and of its twelfth part. */
const DAYS_PER_YEAR = 365.2425;
const DAYS_PER_MONTH = DAYS_PER_YEAR / 12;
/** Ranges of an adult hold for somebody whose birth date nobody knows. */
export const ADULT_DAYS = 30 * 365;

/** Completed days since birth on the Vietnamese day of `at`; of a partial birth date what is known of it. */
export function ageDays(birthDate: string | undefined, at: string): number | undefined {
  if (birthDate === undefined) return undefined;
  const day = localDate(at);
  if (birthDate > day) return 0;
  if (birthDate.length === 10) return Math.round((Date.parse(day) - Date.parse(birthDate)) / DAY_MS);
  const { years, months } = ageOn(birthDate, at);
  return Math.floor(years * DAYS_PER_YEAR + months * DAYS_PER_MONTH);
}

export function ageYears(birthDate: string | undefined, at: string): number | undefined {
  if (birthDate === undefined) return undefined;
  return birthDate > localDate(at) ? 0 : ageOn(birthDate, at).years;
}

/** Completed months; undefined where only the year is known and months would be invented. */
export function ageMonths(birthDate: string | undefined, at: string): number | undefined {
  if (birthDate === undefined || birthDate.length === 4 || birthDate > localDate(at)) return undefined;
  const { years, months } = ageOn(birthDate, at);
  return years * 12 + months;
}
