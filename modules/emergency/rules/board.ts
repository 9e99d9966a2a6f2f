import type { BoardRow } from '../contract.ts';

export const COLUMNS = ['triage', 'waiting', 'treating', 'observing', 'deciding'] as const;
export type ColumnKey = (typeof COLUMNS)[number];

const WAITING = ['arrived', 'waiting'];
const AT_DOCTOR = ['in-exam', 'awaiting-results', 'results-ready'];
/** States of people who are in the room: what the board asks for. */
export const ON_BOARD: readonly string[] = [...WAITING, ...AT_DOCTOR];

/** Where somebody stands; null: no longer here. */
export function columnOf(row: Pick<BoardRow, 'state' | 'stage' | 'level'>): ColumnKey | null {
  if (!ON_BOARD.includes(row.state)) return null;
  if (AT_DOCTOR.includes(row.state)) return row.stage ?? 'treating';
  return row.level === null ? 'triage' : 'waiting';
}

export type Lateness = 'none' | 'late' | 'overdue';

export interface Clock {
  /** Minutes since the door. */
  stay: number;
  /** Minutes until the limit that holds now; negative: gone by. Null: no limit. */
  left: number | null;
  kind: 'triage' | 'seen' | 'recheck' | 'bundle' | 'stay';
  lateness: Lateness;
}

export interface BoardLimits {
  /** Somebody who came in is triaged within this, minutes. */
  triageMinutes: number;
  /** Longer in the room than this is flagged, hours. */
  stayHours: number;
}
export const LIMITS: BoardLimits = { triageMinutes: 5, stayHours: 4 };
/** The last fifth of a limit, at least two minutes, is late already. */
const NEAR = 0.2;

const minutesTo = (at: string, now: string): number => Math.floor((Date.parse(at) - Date.parse(now)) / 60_000);

/** The one clock of a card: what is owed next to this person, and how late it is. Pure. */
export function clockOf(row: BoardRow, now: string, limits: BoardLimits = LIMITS): Clock {
  const door = row.doorAt ?? now;
  const stay = Math.max(0, Math.floor((Date.parse(now) - Date.parse(door)) / 60_000));
  const column = columnOf(row);
  const limited = (kind: Clock['kind'], at: string, whole: number): Clock => {
    const left = minutesTo(at, now);
    const near = left <= Math.max(2, whole * NEAR);
    return { stay, left, kind, lateness: left < 0 ? 'overdue' : near ? 'late' : 'none' };
  };
  if (column === 'triage') {
    const due = new Date(Date.parse(door) + limits.triageMinutes * 60_000).toISOString();
    return limited('triage', due, limits.triageMinutes);
  }
  if (column === 'waiting' && row.seeBy) {
    const seen = limited('seen', row.seeBy, minutesTo(row.seeBy, door));
    if (seen.lateness !== 'overdue' && row.recheckAt && minutesTo(row.recheckAt, now) < 0)
      return limited('recheck', row.recheckAt, 0);
    return seen;
  }
  const next = nextOfRuns(row);
  if (next) return limited('bundle', next, 15);
  const over = stay >= limits.stayHours * 60;
  return { stay, left: null, kind: 'stay', lateness: over ? 'late' : 'none' };
}

/** The earliest step that a running bundle still owes. */
function nextOfRuns(row: BoardRow): string | null {
  const due = row.runs.filter((r) => r.status === 'in-progress').flatMap((r) => r.nextDueAt ?? []);
  return due.toSorted()[0] ?? null;
}

const LOUD: Readonly<Record<Lateness, number>> = { overdue: 0, late: 1, none: 2 };

/** Nobody triaged first; then by level; inside a level who is late, then who came first. */
export function ranked(rows: readonly BoardRow[], now: string): BoardRow[] {
  return [...rows].sort(
    (a, b) =>
      (a.level ?? 0) - (b.level ?? 0) ||
      LOUD[clockOf(a, now).lateness] - LOUD[clockOf(b, now).lateness] ||
      ((a.doorAt ?? '') < (b.doorAt ?? '') ? -1 : 1),
  );
}

/** The score that holds for this person, for the card: the newest kind that was measured. */
export function scoreOf(
  row: BoardRow,
): { name: string; text: string; loud: 0 | 1 | 2 | 3; partial: string | null } | null {
  const level = (risk: string | null): 0 | 1 | 2 | 3 =>
    risk?.endsWith('-high') ? 3 : risk?.endsWith('medium') ? 2 : 0;
  if (row.meows !== null) return { name: 'MEOWS', text: row.meows, loud: level(row.meowsRisk), partial: null };
  if (row.pews !== null) return { name: 'PEWS', text: String(row.pews), loud: level(row.pewsRisk), partial: null };
  if (row.news2 === null) return null;
  const partial = row.news2Recorded && row.news2Recorded !== '7/7' ? row.news2Recorded : null;
  return { name: 'NEWS2', text: String(row.news2), loud: level(row.news2Risk), partial };
}
