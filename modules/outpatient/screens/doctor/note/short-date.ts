import { formatDate, localDate } from '@mach/base/time.ts';

/** "22/10", with the year when it is another one than now: for buttons. */
export function shortDate(instant: string, now: string): string {
  const day = instant.length === 10 ? instant : localDate(instant);
  const full = formatDate(day);
  return day.slice(0, 4) === localDate(now).slice(0, 4) ? full.slice(0, 5) : full;
}
