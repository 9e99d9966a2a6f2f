import { foldText } from '@mach/base/fold.ts';
import type { VisitState } from '@mach/encounter/contract.ts';
import type { QueueRow } from '../../../contract.ts';

/** States of a visit that is still with a doctor. */
export const QUEUE_STATES: readonly VisitState[] = ['waiting', 'in-exam', 'awaiting-results', 'results-ready'];
/** States from which a doctor calls a patient in. */
const CALLABLE: readonly VisitState[] = ['waiting', 'results-ready', 'awaiting-results'];

/** From this NEWS2 on the patient is not left waiting (design language §7.6). */
export const NEWS2_URGENT = 5;
export const NEWS2_EMERGENCY = 7;

export type QueuePlace = Pick<
  QueueRow,
  'key' | 'state' | 'room' | 'doctor' | 'news2' | 'vitalsUrgent' | 'priority' | 'queueNumber' | 'arrivedAt'
>;

/** Who sits here: what makes a row one's own. */
export interface Desk {
  /** Id of the room; null: all rooms are one's own. */
  readonly room: string | null;
  readonly practitioner: string | null;
}

export const isUrgent = (row: Pick<QueueRow, 'news2' | 'vitalsUrgent'>): boolean =>
  row.vitalsUrgent || (row.news2 ?? 0) >= NEWS2_URGENT;

export const isOwn = (row: Pick<QueueRow, 'room'>, desk: Desk): boolean => desk.room === null || row.room === desk.room;

const isMine = (row: QueuePlace, desk: Desk): boolean =>
  row.state === 'in-exam' && (row.doctor === null || row.doctor === desk.practitioner);

/**
 * What comes first: the patient who sits here, signs of danger, those back with all results, those of priority, then
 * by number. Who still waits for results, or sits with another doctor, is below: there is nothing to do for them now.
 */
function rank(row: QueuePlace, desk: Desk): number {
  if (isMine(row, desk)) return 0;
  if (row.state === 'in-exam') return 6;
  if (isUrgent(row)) return 1;
  if (row.state === 'results-ready') return 2;
  if (row.state === 'awaiting-results') return 5;
  return (row.priority ?? 0) > 0 ? 3 : 4;
}

/**
 * The queue in the order of the work: the own room before the others. `line` is the fair order of the own room, by which
 * the board calls too; without it (all rooms, or not known yet) people stand by their class and number.
 */
export function orderQueue<R extends QueuePlace>(
  rows: readonly R[],
  desk: Desk,
  line?: ReadonlyMap<string, { readonly ahead: number }>,
): R[] {
  const own = (row: R): number => (isOwn(row, desk) ? 0 : 1);
  const inLine = (row: R): number => line?.get(row.key)?.ahead ?? -1;
  const group = (row: R): number => (inLine(row) < 0 ? rank(row, desk) : 1);
  return [...rows].sort(
    (a, b) =>
      own(a) - own(b) ||
      group(a) - group(b) ||
      inLine(a) - inLine(b) ||
      (rank(a, desk) === 3 ? (b.priority ?? 0) - (a.priority ?? 0) : 0) ||
      compareText(a.queueNumber ?? '~', b.queueNumber ?? '~') ||
      compareText(a.arrivedAt ?? '', b.arrivedAt ?? '') ||
      compareText(a.key, b.key),
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** May be called in now. Of those who still wait for results only on purpose, never as the next one. */
export const isCallable = (row: Pick<QueueRow, 'state'>): boolean => CALLABLE.includes(row.state);

/** The next patient to call: the first of the own room who waits or is back with results. */
export function nextToCall<R extends QueuePlace>(ordered: readonly R[], desk: Desk): R | undefined {
  return ordered.find(
    (row) =>
      isOwn(row, desk) &&
      (row.state === 'waiting' || row.state === 'results-ready' || (row.state === 'awaiting-results' && isUrgent(row))),
  );
}

/** Rows whose name is easily taken for another one's: the same full name, or the same family and given name. */
export function sameNames<R extends Pick<QueueRow, 'key' | 'name' | 'patient'>>(
  rows: readonly R[],
): ReadonlyMap<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const words = foldText(row.name ?? '').split(' ');
    const first = words[0];
    if (!first) continue;
    const key = words.length < 2 ? first : `${first} ${words.at(-1)}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const found = new Map<string, R[]>();
  for (const group of groups.values())
    for (const row of group) {
      const others = group.filter((other) => other.patient !== row.patient);
      if (others.length > 0) found.set(row.key, others);
    }
  return found;
}
