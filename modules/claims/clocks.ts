/** Clocks of the claim: working days, Saturdays and Sundays out. Pure. */
import { addDays, fromLocal, localDate } from '@mach/base/time.ts';

export interface ClaimClocks {
  /** From the check-in to XML0, minutes. */
  checkIn: { minutes: number };
  /** From the end of the visit to the first sending. */
  send: { workingDays: number };
  /** From the end of the visit to the last correction. */
  correct: { workingDays: number };
  /** From the portal's objection to the answer. */
  answer: { workingDays: number };
}

const isWorkingDay = (day: string, holidays: ReadonlySet<string>): boolean => {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.has(day);
};

/** End of the n-th working day after the day of an instant. */
export function afterWorkingDays(from: string, days: number, holidays: ReadonlySet<string> = new Set()): string {
  let day = localDate(from);
  for (let left = days; left > 0; ) {
    day = addDays(day, 1);
    if (isWorkingDay(day, holidays)) left -= 1;
  }
  // The last moment of that day, so that it also reads as that day.
  return new Date(Date.parse(fromLocal(addDays(day, 1))) - 1).toISOString();
}

export const afterMinutes = (from: string, minutes: number): string =>
  new Date(Date.parse(from) + minutes * 60_000).toISOString();
