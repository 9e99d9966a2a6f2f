/** When a timer goes off. Vietnam has one time of day and no summer time: a day is always 24 hours. Pure. */
import { addDays, fromLocal, localDate } from '@mach/base/time.ts';

/** Every so many minutes, counted from midnight (so they divide the day), or each day at a local time `HH:mm`. */
export type Every = { minutes: number } | { daily: string };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** UTC+7. */
const OFFSET = 7 * 60 * MINUTE;

/** @throws RangeError for a rhythm that does not come round with the day */
export function checkEvery(every: Every): void {
  if (
    'minutes' in every
      ? !Number.isInteger(every.minutes) || every.minutes < 1 || 1440 % every.minutes !== 0
      : !/^([01]\d|2[0-3]):[0-5]\d$/.test(every.daily)
  )
    throw new RangeError(`not a rhythm: ${JSON.stringify(every)}`);
}

/** The last time at or before an instant. */
export function lastTime(every: Every, at: string): string {
  if ('minutes' in every) {
    const period = every.minutes * MINUTE;
    return new Date(Math.floor((Date.parse(at) + OFFSET) / period) * period - OFFSET).toISOString();
  }
  const today = fromLocal(localDate(at), every.daily);
  return today <= new Date(at).toISOString() ? today : fromLocal(addDays(localDate(at), -1), every.daily);
}

/** The first time after an instant. */
export function nextTime(every: Every, at: string): string {
  const period = 'minutes' in every ? every.minutes * MINUTE : DAY;
  return new Date(Date.parse(lastTime(every, at)) + period).toISOString();
}

export interface Plan {
  /** Planned up to this time from now on. */
  to: string;
  /** The run that is due; none when nothing was missed. */
  due: string | null;
  /** Times that went by before it while nobody looked: one run stands for all of them. */
  missed: number;
}

/**
 * What to do now with a timer that was planned up to `planned`; undefined: nothing. A timer that is seen for the first
 * time waits for its next time. A clock that was set back is followed: what has run is not run again, for a run is known
 * by its time, and the timer does not sleep until the wrong time comes round.
 */
export function plan(every: Every, planned: string | null, now: string): Plan | undefined {
  const last = lastTime(every, now);
  if (planned === null || planned > new Date(now).toISOString()) return { to: last, due: null, missed: 0 };
  if (planned >= last) return undefined;
  const period = 'minutes' in every ? every.minutes * MINUTE : DAY;
  // A changed rhythm leaves a part of a period: rounded down.
  const times = Math.max(1, Math.floor((Date.parse(last) - Date.parse(planned)) / period));
  return { to: last, due: last, missed: times - 1 };
}
