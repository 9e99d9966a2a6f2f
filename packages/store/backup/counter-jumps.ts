import { addDays, localDate } from '@mach/base/time.ts';

/** Where a house was put back to, and until when the one before it gave out numbers. */
export interface LostTime {
  /** Instant of the restored state. */
  since: string;
  /** When the house before it stopped: nobody there gave out a number later. */
  until: string;
}

/** Numbers that may have been given out between two copies of the log. */
const MARGIN = 100;
/** Days looked at; a house that stood still for longer begins anew anyway. */
const MOST_DAYS = 62;
/** The last part of a name where it is a day: 20261122, 2026-11-22, 261122. */
const DAY = /:((?:20)?\d{2})(-?)([01]\d)\2([0-3]\d)$/;
const YEAR = /:(20\d{2})$/;

interface Family {
  /** Greatest number of one day. */
  peak: number;
  /** The counter's name of a day (yyyy-MM-dd). */
  name(day: string): string;
}

function dayOf(name: string): string | undefined {
  const [, year, , month, day] = DAY.exec(name) ?? [];
  return year === undefined ? undefined : `${year.padStart(4, '20')}-${month}-${day}`;
}

function familiesOf(counters: ReadonlyMap<string, number>): Family[] {
  const families = new Map<string, Family>();
  for (const [name, value] of counters) {
    const match = DAY.exec(name);
    if (!match) continue;
    const [tail, year = '', dash = ''] = match;
    const stem = name.slice(0, -tail.length);
    const key = `${stem} ${year.length} ${dash}`;
    families.set(key, {
      peak: Math.max(families.get(key)?.peak ?? 0, value),
      name: (day) => `${stem}:${day.slice(4 - year.length).replaceAll('-', dash)}`,
    });
  }
  return [...families.values()];
}

/** Days from one to the other, the newest {@link MOST_DAYS} at most. */
function days(from: string, to: string): string[] {
  const all: string[] = [];
  for (let day = to; day >= from && all.length < MOST_DAYS; day = addDays(day, -1)) all.push(day);
  return all;
}

const daysInto = (day: string): number => (Date.parse(day) - Date.parse(`${day.slice(0, 4)}-01-01`)) / 86_400_000 + 1;

/**
 * Where the counters of a restored house must stand so that no number is given out a second time. What the archive has
 * seen (`marks`) is passed by a margin; where nobody has seen the lost time, a day is taken to have been as busy as the
 * busiest one known, and the numbers of each lost day begin behind that. Gaps are allowed, repeats are not. Pure.
 * @returns the counters that change, by name
 */
export function counterJumps(
  now: ReadonlyMap<string, number>,
  marks: Readonly<Record<string, number>>,
  { since, until }: LostTime,
  /** Until then the marks are complete. */
  seenUntil: string,
): Map<string, number> {
  const all = new Map(now);
  for (const [name, value] of Object.entries(marks)) all.set(name, Math.max(value, all.get(name) ?? 0));
  const [from, to] = [localDate(since), localDate(until)];
  // A minute of unseen time is within the margin.
  const unseen = Date.parse(until) - Date.parse(seenUntil) > 90_000;
  const jumps = new Map<string, number>();
  const jump = (name: string, by: number): void => {
    jumps.set(name, (all.get(name) ?? 0) + MARGIN + by);
  };
  for (const family of familiesOf(all))
    for (const day of days(from, to)) jump(family.name(day), unseen ? family.peak : 0);
  for (const name of Object.keys(marks)) if (!jumps.has(name)) jump(name, 0);
  const lostDays = days(from, to).length;
  for (const [name, value] of all) {
    if (dayOf(name) !== undefined) continue;
    const year = YEAR.exec(name)?.[1];
    if (year !== undefined && year < from.slice(0, 4)) continue;
    const aDay = year === from.slice(0, 4) ? value / daysInto(from) : value / 365;
    jump(name, unseen ? Math.ceil(2 * aDay * lostDays) : 0);
  }
  return jumps;
}
