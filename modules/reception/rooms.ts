/** Which room to propose, and how long it will take. Pure; runs on the screen. */
import type { RosterRow } from '@mach/appointment/contract.ts';
import type { RoomRow, TodayRow } from './contract.ts';
import { type WaitRange, waitRange } from './queue/estimate.ts';
import { roomPace } from './queue/room.ts';
import type { QueueRules } from './queue/rules.ts';

const CHILD_UNDER = 16;

export interface RoomLoad {
  room: RoomRow;
  /** People in the queue who have not been called, and who are back with results. */
  waiting: number;
  ready: number;
  inExam: number;
  doctorName: string | null;
  /** Minutes until somebody who joins now is called: the middle, and the range that is told. */
  minutes: number;
  wait: WaitRange;
  /** From today's calls in this room (true), or the usual pace. */
  measured: boolean;
}

/** Rooms that still take people on a day. */
export const openRooms = <R extends Pick<RoomRow, 'closedFrom'>>(rooms: readonly R[], day: string): R[] =>
  rooms.filter((room) => room.closedFrom === null || room.closedFrom === undefined || room.closedFrom > day);

/** Who is planned in each room on a day: room → name. */
export function planned(rosters: readonly RosterRow[], day: string): ReadonlyMap<string, string> {
  const weekday = String(((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1);
  const found = new Map<string, string>();
  for (const { active, room, doctorName, from, to, weekdays } of rosters) {
    if (active === 'false' || !room || !doctorName || (from ?? '') > day || (to ?? '9') < day) continue;
    if (weekdays?.split(/\D+/).includes(weekday)) found.set(room, doctorName);
  }
  return found;
}

/** `onDuty`: who is planned, for rooms in which nobody has been called yet. */
export function loads(
  rooms: readonly RoomRow[],
  today: readonly TodayRow[],
  rules: QueueRules,
  onDuty: ReadonlyMap<string, string> = new Map(),
): RoomLoad[] {
  return rooms.map((room) => {
    const here = today.filter((row) => row.room === room.key);
    const count = (state: TodayRow['state']): number => here.filter((row) => row.state === state).length;
    const pace = roomPace(here, rules);
    const waiting = count('waiting');
    const ready = count('results-ready');
    const last = here
      .filter((row) => row.calledAt !== null && row.doctorName !== null)
      .reduce<TodayRow | undefined>((a, b) => (a && (a.calledAt ?? '') > (b.calledAt ?? '') ? a : b), undefined);
    return {
      room,
      waiting,
      ready,
      inExam: count('in-exam'),
      doctorName: last?.doctorName ?? onDuty.get(room.key) ?? null,
      minutes: Math.round((waiting + ready) * pace.middle),
      wait: waitRange(waiting + ready, pace, rules.estimate),
      measured: pace.measured,
    };
  });
}

/**
 * The order in which rooms are offered: the room of the last visit, then those of the usual specialty (children's for a
 * child, internal medicine else), then the others; the shorter wait first.
 */
export function offer(
  rooms: readonly RoomLoad[],
  person: { years: number | undefined; lastRoom: string | null },
): RoomLoad[] {
  const usual = person.years !== undefined && person.years < CHILD_UNDER ? 'Nhi' : 'Nội';
  const rank = ({ room }: RoomLoad): number => (room.key === person.lastRoom ? 0 : room.specialty === usual ? 1 : 2);
  return [...rooms].sort(
    (a, b) => rank(a) - rank(b) || a.minutes - b.minutes || ((a.room.code ?? '') < (b.room.code ?? '') ? -1 : 1),
  );
}

/** People of like names who wait in one room: shown on both rows. */
export function sameNames(
  rows: readonly TodayRow[],
  alike: (a: string, b: string) => boolean,
): ReadonlyMap<string, TodayRow> {
  const found = new Map<string, TodayRow>();
  const present = rows.filter((row) => ['waiting', 'in-exam', 'awaiting-results', 'results-ready'].includes(row.state));
  for (const [i, a] of present.entries())
    for (const b of present.slice(i + 1)) {
      if (a.room !== b.room || a.patient === b.patient || !alike(a.name ?? '', b.name ?? '')) continue;
      if (!found.has(a.key)) found.set(a.key, b);
      if (!found.has(b.key)) found.set(b.key, a);
    }
  return found;
}
