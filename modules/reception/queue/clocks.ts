/** The four official clocks of a visit (rule pack `visit-clocks`, QĐ 1313/QĐ-BYT). Pure. */
import type { VisitState } from '@mach/encounter/contract.ts';

export interface ClockPath {
  path: 'exam' | 'one' | 'two' | 'three';
  /** Kinds of technique: laboratory, imaging, functional test. */
  kinds: number;
  limitMinutes: number;
  /** Our own aim for the 90th percentile. */
  goalMinutes: number;
  text: { vi: string; en: string };
}
export interface ClockRules {
  /** A running visit is shown as late from this share of its limit. */
  alertPercent: number;
  paths: ClockPath[];
}
export const CLOCK_PACK = 'visit-clocks';

/** `reception.clocks`, live: one row a visit. Instants are ISO text. */
export interface ClockRow {
  key: string;
  patient: string;
  visitCode: string | null;
  state: VisitState;
  room: string | null;
  roomName: string | null;
  arrivedAt: string;
  calledAt: string | null;
  /** First order of a technique. */
  orderedAt: string | null;
  /** Last report of one. */
  resultsAt: string | null;
  /** The doctor has concluded. */
  endedAt: string | null;
  /** Drugs have been handed out. */
  handedAt: string | null;
  lab: number;
  imaging: number;
  functional: number;
}

/** States that no clock counts: nobody was examined to the end, or the stay has begun. */
const UNCOUNTED: readonly VisitState[] = ['booked', 'cancelled', 'left', 'admitted'];

export interface VisitClock {
  path: ClockPath;
  /** Registration to the end, or to now. */
  minutes: number;
  running: boolean;
  /** Over the limit. */
  over: boolean;
  /** Running, and past the share of the limit at which it is shown. */
  near: boolean;
  /** Minutes; null where the step has not ended or does not exist. */
  toExam: number | null;
  toResults: number | null;
  toEnd: number | null;
}

const minutesBetween = (from: string | null, to: string | null): number | null =>
  from === null || to === null || to < from ? null : Math.round((Date.parse(to) - Date.parse(from)) / 60_000);

/** Number of kinds of technique that the visit had. */
export const kindsOf = (row: Pick<ClockRow, 'lab' | 'imaging' | 'functional'>): number =>
  [row.lab, row.imaging, row.functional].filter((n) => n > 0).length;

/**
 * The clock of one visit at a moment; undefined for visits that are not counted. It runs from the registration to the
 * hand-out of drugs, or to the conclusion where none were handed out.
 */
export function visitClock(row: ClockRow, rules: ClockRules, now: string): VisitClock | undefined {
  if (UNCOUNTED.includes(row.state)) return undefined;
  const kinds = kindsOf(row);
  const path = rules.paths.find((one) => one.kinds === kinds);
  if (!path) return undefined;
  const end = row.handedAt !== null && row.handedAt > (row.endedAt ?? '') ? row.handedAt : row.endedAt;
  // An end before the beginning is a fault of a clock somewhere, not a visit of no minutes.
  if (end !== null && row.arrivedAt !== null && end < row.arrivedAt) return undefined;
  const minutes = minutesBetween(row.arrivedAt, end ?? now) ?? 0;
  const running = end === null;
  return {
    path,
    minutes,
    running,
    over: minutes > path.limitMinutes,
    near: running && minutes * 100 >= path.limitMinutes * rules.alertPercent,
    toExam: minutesBetween(row.arrivedAt, row.calledAt),
    toResults: minutesBetween(row.orderedAt, row.resultsAt),
    toEnd: minutesBetween(row.resultsAt ?? row.calledAt, end),
  };
}

export interface ClockSummary {
  path: ClockPath;
  /** Visits that have ended. */
  ended: number;
  running: number;
  /** Minutes over ended visits; null without any. */
  average: number | null;
  median: number | null;
  p90: number | null;
  /** Ended visits over the limit. */
  over: number;
  /** The longest that is still running, minutes. */
  longestNow: number | null;
}

/** The four clocks over many visits: what the director looks at in the morning. */
export function clockSummary(rows: readonly ClockRow[], rules: ClockRules, now: string): ClockSummary[] {
  const clocks = rows.map((row) => visitClock(row, rules, now)).filter((clock) => clock !== undefined);
  return rules.paths.map((path) => {
    const own = clocks.filter((clock) => clock.path.path === path.path);
    const done = own
      .filter((clock) => !clock.running)
      .map((clock) => clock.minutes)
      .sort((a, b) => a - b);
    const runs = own.filter((clock) => clock.running).map((clock) => clock.minutes);
    const at = (share: number): number | null => done[Math.max(0, Math.ceil(done.length * share) - 1)] ?? null;
    return {
      path,
      ended: done.length,
      running: runs.length,
      average: done.length === 0 ? null : Math.round(done.reduce((sum, n) => sum + n, 0) / done.length),
      median: at(0.5),
      p90: at(0.9),
      over: done.filter((minutes) => minutes > path.limitMinutes).length,
      longestNow: runs.length === 0 ? null : Math.max(...runs),
    };
  });
}
