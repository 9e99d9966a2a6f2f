/** The days that the morning page speaks of. Pure. */
import { addDays, fromLocal, localDate } from '@mach/base/time.ts';

export interface Days {
  /** The instant of the question. */
  now: string;
  today: string;
  yesterday: string;
  /** Start of the local day, instant. */
  start(date: string): string;
  /** Start of the next one. */
  end(date: string): string;
}

/** Days of a small trend: two weeks show each weekday twice. */
export const TREND_DAYS = 14;

export function daysAt(now: string): Days {
  const today = localDate(now);
  return {
    now,
    today,
    yesterday: addDays(today, -1),
    start: (date) => fromLocal(date),
    end: (date) => fromLocal(addDays(date, 1)),
  };
}

/** Every date of the trend, the oldest first, today last. */
export const trendDates = (today: string): string[] =>
  Array.from({ length: TREND_DAYS }, (_, n) => addDays(today, n + 1 - TREND_DAYS));
