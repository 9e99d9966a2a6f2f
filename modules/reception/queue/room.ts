/** The queue of one room out of the rows of the day. Pure; the desk, the list of the doctor and the board call it. */

import { type Pace, paceOf, type WaitRange, waitRange } from './estimate.ts';
import { type Absence, fairOrder, type QueuePerson } from './order.ts';
import type { CallRow, TodayRow } from './rows.ts';
import type { QueueRules } from './rules.ts';

/** What the order needs of a visit: rows of `reception.today`, or of another view with these columns. */
export type QueueVisit = Pick<
  TodayRow,
  'key' | 'state' | 'queueNumber' | 'arrivedAt' | 'priority' | 'calledAt' | 'room' | 'roomSince'
>;

export interface QueueEntry<R> {
  row: R;
  /** 0: next. */
  ahead: number;
  wait: WaitRange;
  /** Absences today. */
  absent: number;
}

/** Absences of the day by visit. */
export function absencesOf(calls: readonly Pick<CallRow, 'encounter' | 'kind' | 'at'>[]): Map<string, Absence> {
  const found = new Map<string, Absence>();
  for (const { encounter, kind, at } of calls) {
    if (kind !== 'absent') continue;
    const before = found.get(encounter);
    found.set(encounter, { at: before && before.at > at ? before.at : at, times: (before?.times ?? 0) + 1 });
  }
  return found;
}

/** A call counts in the room in which it was made: who came from another one has not been called here yet. */
const calledHere = ({ calledAt, roomSince }: QueueVisit): string | null =>
  calledAt !== null && (roomSince === null || calledAt >= roomSince) ? calledAt : null;

/** Calls of the doctor in this room today: what its pace is judged by. */
export const roomPace = (rows: readonly QueueVisit[], rules: QueueRules): Pace =>
  paceOf(
    rows.map(calledHere).filter((at) => at !== null),
    rules.estimate,
  );

/** Who waits in a room, in the order of calling, with the wait of each. `rows`: all visits of that room today. */
export function roomQueue<R extends QueueVisit>(
  rows: readonly R[],
  calls: readonly Pick<CallRow, 'encounter' | 'kind' | 'at'>[],
  rules: QueueRules,
  isUrgent: (row: R) => boolean = () => false,
): QueueEntry<R>[] {
  const absences = absencesOf(calls);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const people = rows.map(
    (row): QueuePerson => ({
      key: row.key,
      state: row.state,
      queueNumber: row.queueNumber,
      arrivedAt: row.arrivedAt,
      priority: row.priority,
      calledAt: calledHere(row),
      urgent: isUrgent(row),
    }),
  );
  const pace = roomPace(rows, rules);
  return fairOrder(people, absences, rules).flatMap(({ key }, ahead) => {
    const row = byKey.get(key);
    if (!row) return [];
    return [{ row, ahead, wait: waitRange(ahead, pace, rules.estimate), absent: absences.get(key)?.times ?? 0 }];
  });
}
