/** The order of the queue as dated data (rule pack `queue`). Pure; runs on the screen too. */
import { ageOn } from '@mach/base/time.ts';
import type { PriorityReason } from '@mach/encounter/contract.ts';

export interface PriorityClass {
  reason: PriorityReason;
  /** 2 goes before everybody, 1 is interleaved with ordinary people. */
  level: 1 | 2;
  text: { vi: string; en: string };
  /** Years of age below which, or from which, the class holds by itself. */
  under?: number;
  from?: number;
  source: { document: string; article?: string; certainty: 'H' | 'M' | 'L' };
}

export interface QueueRules {
  priorities: PriorityClass[];
  /** After so many of priority in a row an ordinary person is called. */
  priorityInRow: number;
  absent: {
    /** Called and absent: comes back so many places later. */
    places: number;
    /** After so many absences, at the end. */
    times: number;
  };
  estimate: EstimateRules;
  /** Minutes for which a call to the door stays on the board. */
  calledMinutes: number;
}

export interface EstimateRules {
  /** Gaps between two calls that count, the newest ones. */
  services: number;
  /** Fewer gaps tell nothing. */
  least: number;
  /** A longer gap is a break, not an exam; minutes. */
  breakMinutes: number;
  /** Minutes of one exam until a room has shown its own pace. */
  usualMinutes: number;
  roundMinutes: number;
}

export const QUEUE_PACK = 'queue';

/** The priority that age alone gives: the younger or older class of the pack. */
export function priorityByAge(
  rules: Pick<QueueRules, 'priorities'>,
  birthDate: string | undefined,
  at: string,
): PriorityReason | undefined {
  if (birthDate === undefined) return undefined;
  const { years } = ageOn(birthDate, at);
  return rules.priorities.find(
    ({ under, from }) => (under !== undefined && years < under) || (from !== undefined && years >= from),
  )?.reason;
}
