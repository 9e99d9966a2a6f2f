/** What a visit still lacks before it can be signed, in the order of the page. Pure. */
import { addDays, fromLocal } from '@mach/base/time.ts';
import type { Outcome } from '@mach/encounter/contract.ts';

export type MissingCode =
  | 'allergy'
  | 'reason'
  | 'history'
  | 'exam'
  | 'gaps'
  | 'principal'
  | 'dxUnsaved'
  | 'lineOpen'
  | 'warnings'
  | 'stops'
  | 'unseen'
  | 'pending'
  | 'revisit'
  | 'destination'
  | 'diedAt'
  | 'ordersOpen';

export interface VisitFacts {
  readonly texts: { readonly reason?: string; readonly history?: string; readonly exam?: string };
  /** Sections in which a gap of a snippet is open. */
  readonly gaps: number;
  readonly hasPrincipal: boolean;
  /** Diagnoses were refused or are not recorded yet. */
  readonly dxUnsaved: boolean;
  readonly allergyAsked: boolean;
  readonly lines: number;
  /** Something is typed in the line composer. */
  readonly lineOpen: boolean;
  /** Warnings of the prescription without a reason. */
  readonly warnings: number;
  readonly stops: number;
  readonly unseen: number;
  /** Diagnostic orders without a result. */
  readonly pending: number;
  readonly pendingReason: string;
  /** Orders in the basket that are not signed. */
  readonly basket: number;
  readonly outcome: Outcome;
  readonly revisit: string;
  readonly destination: string;
  /** Time of death as typed. */
  readonly diedAt: string;
}

/** `07:18`, 24 hours. */
export const isClockTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text.trim());

/** A time of the day as its last instant that is not to come: 23:50 typed at 00:10 was yesterday. */
export function lastAt(time: string, today: string, now: string): string {
  const at = fromLocal(today, time.trim());
  return Date.parse(at) <= Date.parse(now) ? at : fromLocal(addDays(today, -1), time.trim());
}

const empty = (text: string | undefined): boolean => (text ?? '').trim() === '';

export function missing(facts: VisitFacts): MissingCode[] {
  const checks: readonly [boolean, MissingCode][] = [
    [empty(facts.texts.reason), 'reason'],
    [empty(facts.texts.history), 'history'],
    [empty(facts.texts.exam), 'exam'],
    [facts.gaps > 0, 'gaps'],
    [!facts.hasPrincipal, 'principal'],
    [facts.hasPrincipal && facts.dxUnsaved, 'dxUnsaved'],
    [facts.basket > 0, 'ordersOpen'],
    [!facts.allergyAsked && facts.lines > 0, 'allergy'],
    [facts.lineOpen, 'lineOpen'],
    [facts.stops > 0, 'stops'],
    [facts.warnings > 0, 'warnings'],
    [facts.unseen > 0, 'unseen'],
    [facts.pending > 0 && empty(facts.pendingReason), 'pending'],
    [facts.outcome === 'revisit' && empty(facts.revisit), 'revisit'],
    [facts.outcome === 'transferred' && empty(facts.destination), 'destination'],
    [facts.outcome === 'died' && !isClockTime(facts.diedAt), 'diedAt'],
  ];
  return checks.flatMap(([lacks, code]) => (lacks ? [code] : []));
}

/** What a chronic prescription suggests: come back when it runs out. Short courses end without a date. */
const FOLLOW_UP_DAYS = 14;

export interface OutcomeChoice {
  readonly outcome: Outcome;
  /** yyyy-MM-dd, empty without one. */
  readonly revisit: string;
}

/** The outcome that the days of the prescription suggest; the doctor sees and changes it in the finish bar. */
export function suggestOutcome(days: readonly number[], today: string): OutcomeChoice {
  const longest = Math.max(0, ...days);
  if (longest < FOLLOW_UP_DAYS) return { outcome: 'home', revisit: '' };
  return { outcome: 'revisit', revisit: workday(addDays(today, longest)) };
}

/** The day itself, or the Friday before a weekend, so that nobody runs out of drugs. */
export function workday(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  if (weekday === 6) return addDays(day, -1);
  return weekday === 0 ? addDays(day, -2) : day;
}
