import type { Text } from '@mach/base/problem.ts';
import { addDays, fromLocal, localDate } from '@mach/base/time.ts';

/* Clocks of requests, from the pack `privacy-rights`. Pure. */

export const RIGHTS_PACK = 'privacy-rights';

export const REQUEST_KINDS = ['access', 'correct', 'portability', 'restrict', 'erase'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

export interface KindRule {
  /** Days from the day of receipt, that day not counted. */
  readonly days: number;
  /** Once, with a reason that the person is told. */
  readonly extendDays: number;
  readonly text: Text;
  /** Why it cannot be granted by this program; undefined: it can. */
  readonly kept?: Text;
}

export interface RightsPack {
  /** Working days within which the person gets a first answer. */
  readonly answerWorkingDays: number;
  readonly kinds: Readonly<Record<RequestKind, KindRule>>;
  /** `MM-dd` of every year, and days of single years. */
  readonly holidays: readonly string[];
  readonly holidayDates: readonly string[];
}

function isWorkingDay(day: string, pack: RightsPack): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !pack.holidays.includes(day.slice(5)) && !pack.holidayDates.includes(day);
}

/** The n-th working day after a day. */
export function workingDayAfter(day: string, n: number, pack: RightsPack): string {
  let at = day;
  for (let left = n; left > 0; ) {
    at = addDays(at, 1);
    if (isWorkingDay(at, pack)) left--;
  }
  return at;
}

const endOfDay = (day: string): string => fromLocal(day, '23:59');

/** Until when a request that came in at an instant must have its first answer, and be done. */
export function clocksOf(kind: RequestKind, receivedAt: string, pack: RightsPack): { answerBy: string; dueBy: string } {
  const day = localDate(receivedAt);
  return {
    answerBy: endOfDay(workingDayAfter(day, pack.answerWorkingDays, pack)),
    dueBy: endOfDay(addDays(day, pack.kinds[kind].days)),
  };
}

/** The later end, counted from the first one. */
export const extended = (dueBy: string, kind: RequestKind, pack: RightsPack): string =>
  endOfDay(addDays(localDate(dueBy), pack.kinds[kind].extendDays));
