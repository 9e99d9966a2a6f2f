import { localDate } from '@mach/base/time.ts';

export interface Period {
  start?: string;
  end?: string;
}

/**
 * A period without bounds always holds. A bound with a time is that instant; a day, month or year is one of Viet Nam and holds
 * until it ends there: a licence that begins today counts from midnight here, not from seven in the morning.
 */
export function isNow(period: Period | undefined, now: string): boolean {
  const today = localDate(now);
  const begun = (start: string): boolean =>
    start.includes('T') ? Date.parse(start) <= Date.parse(now) : start <= today.slice(0, start.length);
  const lasts = (end: string): boolean =>
    end.includes('T') ? Date.parse(end) >= Date.parse(now) : end >= today.slice(0, end.length);
  return (period?.start === undefined || begun(period.start)) && (period?.end === undefined || lasts(period.end));
}
