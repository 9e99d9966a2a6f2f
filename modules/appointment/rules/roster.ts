/** Slots of a roster. Pure. */
import { addDays, fromLocal } from '@mach/base/time.ts';

export interface Roster {
  from: string;
  to: string;
  /** 1 Monday … 7 Sunday. */
  weekdays: readonly number[];
  sessions: readonly { start: string; end: string }[];
  minutes: number;
}

export interface PlannedSlot {
  /** Local day yyyy-MM-dd. */
  day: string;
  /** Instants. */
  start: string;
  end: string;
}

/** Most days that are planned at once: two months and a day. */
export const PLAN_DAYS = 62;

const MINUTE = 60_000;
const weekday = (day: string): number => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;

/** The slots of the days from `from` to `to` that the roster covers; a rest shorter than a slot stays free. */
export function plannedSlots(roster: Roster, from: string, to: string): PlannedSlot[] {
  const first = from > roster.from ? from : roster.from;
  const last = to < roster.to ? to : roster.to;
  const slots: PlannedSlot[] = [];
  for (let day = first, n = 0; day <= last && n < PLAN_DAYS; day = addDays(day, 1), n++) {
    if (!roster.weekdays.includes(weekday(day))) continue;
    for (const session of roster.sessions) {
      const end = Date.parse(fromLocal(day, session.end));
      for (
        let at = Date.parse(fromLocal(day, session.start));
        at + roster.minutes * MINUTE <= end;
        at += roster.minutes * MINUTE
      )
        slots.push({
          day,
          start: new Date(at).toISOString(),
          end: new Date(at + roster.minutes * MINUTE).toISOString(),
        });
    }
  }
  return slots;
}

/** Sessions that end before they begin, or run into each other: the first such one. */
export function faultySession(sessions: Roster['sessions']): number | undefined {
  const index = sessions.findIndex((session, i) => {
    const before = sessions[i - 1];
    return session.end <= session.start || (before !== undefined && before.end > session.start);
  });
  return index < 0 ? undefined : index;
}
