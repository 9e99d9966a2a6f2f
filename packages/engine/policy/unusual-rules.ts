import type { Text } from '@mach/base/problem.ts';

/* Which looks at records somebody should look at: thresholds are data (`rulepacks/privacy-unusual`). Pure. */

export const UNUSUAL_PACK = 'privacy-unusual';

/** What makes a look ordinary: own care, care of one's rooms, or work done for the patient the same day. */
export type Excuse = 'person' | 'unit' | 'deed';

/** Local hours `HH:mm`; over midnight when `to` is not later than `from`. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

export interface PairRule {
  readonly text: Text;
  /** Looks at one patient in a day from which on it is told. */
  readonly atLeast: number;
  readonly excusedBy: readonly Excuse[];
}

export const PAIR_RULES = ['own-family', 'household', 'neighbour', 'protected'] as const;
export type PairRuleId = (typeof PAIR_RULES)[number];
export type UnusualRule = PairRuleId | 'volume' | 'hours';

/** A rule that is left out is off. */
export interface UnusualPack {
  /** How long after its end care counts, days. */
  readonly careDays: number;
  readonly pairs: {
    readonly [id in Exclude<PairRuleId, 'protected'>]?: PairRule;
  } & {
    /** `labels`: `system|code` on the Patient. */
    readonly protected?: PairRule & { readonly labels: readonly string[] };
  };
  readonly volume?: {
    readonly text: Text;
    /** Days before this one that make the habit, and how many of them must have had looks. */
    readonly days: number;
    readonly activeDays: number;
    /** Different patients in a day: told from `atLeast` on, above `times` the median of the habit; always from `ceiling` on. */
    readonly atLeast: number;
    readonly times: number;
    readonly ceiling: number;
  };
  readonly hours?: {
    readonly text: Text;
    readonly atLeast: number;
    /** Before and after the hours of work, minutes. */
    readonly graceMinutes: number;
    /** Role → hours of those who have none of their own. */
    readonly usual: Readonly<Record<string, readonly Hours[]>>;
  };
}

/** FHIR PractitionerRole.availableTime. */
export interface AvailableTime {
  readonly daysOfWeek?: readonly string[];
  readonly allDay?: boolean;
  readonly availableStartTime?: string;
  readonly availableEndTime?: string;
}

/** Minutes of a local day, both ends included. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const MINUTES = 1440;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
const dayName = (day: string, back: number): string =>
  DAYS[(new Date(`${day}T00:00:00Z`).getUTCDay() + 7 - back) % 7] ?? '';

/**
 * When somebody is at work on a local day; null: not known. His own times come first, then those that are usual for
 * his roles; a shift of the evening before reaches into this day.
 */
export function windowsOn(
  day: string,
  times: readonly AvailableTime[],
  usual: readonly Hours[],
  grace: number,
): Window[] | null {
  const all: AvailableTime[] =
    times.length > 0 ? [...times] : usual.map((h) => ({ availableStartTime: h.from, availableEndTime: h.to }));
  if (all.length === 0) return null;
  return all.flatMap((time) => {
    const on = (back: number): boolean => time.daysOfWeek?.includes(dayName(day, back)) ?? true;
    const from = minutesOf(time.availableStartTime ?? '00:00');
    const to = minutesOf(time.availableEndTime ?? '24:00');
    if (time.allDay || (time.availableStartTime === undefined && time.availableEndTime === undefined))
      return on(0) ? [{ from: -grace, to: MINUTES + grace }] : [];
    if (to > from) return on(0) ? [{ from: from - grace, to: to + grace }] : [];
    return [...(on(0) ? [{ from: from - grace, to: MINUTES }] : []), ...(on(1) ? [{ from: 0, to: to + grace }] : [])];
  });
}
