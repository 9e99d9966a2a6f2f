/** What hangs on the wall of a waiting hall: numbers, rooms, and names that only their owner recognises. Pure. */
import { maskedName } from '@mach/reception/contract.ts';

export interface BoardPerson {
  number: string;
  /** "Nguyễn V. A." */
  name: string;
}
export interface BoardCall extends BoardPerson {
  /** Tells one call from the next: the same person called again is another call. */
  id: string;
  /** Instant at which the call was seen. */
  at: string;
}
export interface BoardRoom {
  /** Code on the door: "305". */
  code: string;
  name: string;
  /** Who is called or being examined, the newest call first. */
  calling: BoardCall[];
  /** Who comes next, in the order of the doctor's list. */
  next: BoardPerson[];
  /** All who wait, the shown ones among them. */
  waiting: number;
  /** Minutes until somebody who joins now is called; absent while the queue is empty. */
  wait?: { from: number; to: number };
}
export interface Board {
  /** Tells one run of the program from the next: calls are told apart within a run. */
  run: string;
  facility: string;
  /** When the rows were read. */
  at: string;
  rooms: BoardRoom[];
}

/** One visit as the board may know it; nothing else of a person reaches this function. */
export interface BoardVisit {
  key: string;
  room: string;
  number: string | null;
  name: string | null;
  state: string;
  /** Minutes that this one still waits. */
  wait?: { from: number; to: number };
}
export interface BoardPlace {
  id: string;
  code: string | null;
  name: string | null;
}

const NEXT = 4;
const WAITS = new Set(['waiting', 'results-ready']);

/** "Phòng khám Nội 3 (tăng huyết áp)" → "Nội 3": on a wall, that it is a clinic goes without saying. */
export const doorName = (name: string): string =>
  name
    .replace(/\s*\([^)]*\)/g, '')
    .replace(/^Phòng khám\s+/u, '')
    .trim();

/** The board of the rooms in which somebody waits or is called. `visits` come in the order of each doctor's list. */
export function boardOf(
  { run, facility, at }: Pick<Board, 'run' | 'facility' | 'at'>,
  places: readonly BoardPlace[],
  visits: readonly BoardVisit[],
  calls: ReadonlyMap<string, Shown>,
): Board {
  const person = (visit: BoardVisit): BoardPerson => ({
    number: visit.number ?? '—',
    name: maskedName(visit.name ?? ''),
  });
  const rooms = places.map((place): BoardRoom => {
    const here = visits.filter((visit) => visit.room === place.id);
    const waiting = here.filter((visit) => WAITS.has(visit.state));
    const last = waiting.at(-1)?.wait;
    return {
      code: place.code ?? '',
      name: doorName(place.name ?? ''),
      calling: here
        .flatMap((visit) => {
          const call = calls.get(visit.key);
          return call ? [{ ...person(visit), id: call.id, at: call.at }] : [];
        })
        .sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? 1 : -1)),
      next: waiting
        .filter((visit) => !calls.has(visit.key))
        .slice(0, NEXT)
        .map(person),
      waiting: waiting.length,
      ...(last ? { wait: last } : {}),
    };
  });
  return {
    run,
    facility,
    at,
    rooms: rooms
      .filter((room) => room.calling.length + room.waiting > 0)
      .sort((a, b) => a.code.localeCompare(b.code, 'vi', { numeric: true })),
  };
}

export interface Shown {
  id: string;
  at: string;
  /** The deed that this call was made by, where somebody pressed "call". */
  deed?: string;
}

/**
 * Who is in an exam now, or was called to the door within the last minutes, with the call that brought them: kept over
 * refreshes, new for who was not called before and for who is called again.
 */
export function callsOf(
  visits: readonly BoardVisit[],
  deeds: readonly { encounter: string; kind: 'call' | 'absent'; at: string }[],
  before: ReadonlyMap<string, Shown>,
  { at, minutes }: { at: string; minutes: number },
  nextId: () => string,
): Map<string, Shown> {
  const latest = new Map<string, { kind: string; at: string }>();
  for (const deed of deeds) if ((latest.get(deed.encounter)?.at ?? '') < deed.at) latest.set(deed.encounter, deed);
  const since = Date.parse(at) - minutes * 60_000;
  const found = new Map<string, Shown>();
  for (const visit of visits) {
    const deed = latest.get(visit.key);
    const called = deed?.kind === 'call' ? deed.at : undefined;
    const toDoor = WAITS.has(visit.state) && called !== undefined && Date.parse(called) >= since;
    if (visit.state !== 'in-exam' && !toDoor) continue;
    const known = before.get(visit.key);
    if (known && (called === undefined || known.deed === called)) found.set(visit.key, known);
    else found.set(visit.key, { id: nextId(), at: called ?? at, ...(called === undefined ? {} : { deed: called }) });
  }
  return found;
}
