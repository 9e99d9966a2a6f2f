/** How long somebody will wait, as a range, from what the room has shown today. Pure. */
import type { EstimateRules } from './rules.ts';

/** Minutes of one service: a quarter of them were shorter than `low`, a quarter longer than `high`. */
export interface Pace {
  low: number;
  middle: number;
  high: number;
  /** From today's calls of this room, or the usual pace. */
  measured: boolean;
}

/** Minutes, in whole steps; `from` = `to` only for who is next. */
export interface WaitRange {
  from: number;
  to: number;
}

/** How wide the usual pace is taken to be, of its middle: a room that has shown nothing is promised little. */
const USUAL_SPREAD = 0.4;

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median and quartiles of the newest gaps between the calls of a room, breaks left out. */
export function paceOf(calls: readonly string[], rules: EstimateRules): Pace {
  const times = calls.map((call) => Date.parse(call)).sort((a, b) => a - b);
  const gaps = times
    .slice(1)
    .map((time, i) => (time - (times[i] ?? time)) / 60_000)
    .filter((gap) => gap > 0 && gap <= rules.breakMinutes)
    .slice(-rules.services)
    .sort((a, b) => a - b);
  if (gaps.length < rules.least) {
    const usual = rules.usualMinutes;
    return { low: usual * (1 - USUAL_SPREAD), middle: usual, high: usual * (1 + USUAL_SPREAD), measured: false };
  }
  return { low: quantile(gaps, 0.25), middle: quantile(gaps, 0.5), high: quantile(gaps, 0.75), measured: true };
}

/**
 * The wait of somebody with so many people ahead. The middle grows with the number, what is uncertain with its root:
 * exams of different people are long or short by themselves.
 */
export function waitRange(ahead: number, pace: Pace, rules: EstimateRules): WaitRange {
  if (ahead <= 0) return { from: 0, to: rules.roundMinutes };
  const { roundMinutes: step } = rules;
  const below = Math.min(pace.middle - pace.low, pace.middle) * Math.sqrt(ahead);
  const above = Math.min(pace.high - pace.middle, pace.middle) * Math.sqrt(ahead);
  const from = Math.floor((ahead * pace.middle - below) / step) * step;
  return { from, to: Math.max(from + step, Math.ceil((ahead * pace.middle + above) / step) * step) };
}
