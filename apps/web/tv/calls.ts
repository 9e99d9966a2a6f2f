import type { Board, BoardCall, BoardRoom } from '@mach/operations/board/board.ts';

/** A call as it is shown large and read aloud. */
export interface Announcement extends BoardCall {
  readonly room: string;
  readonly roomName: string;
}

export const announcementsOf = (rooms: readonly BoardRoom[]): Announcement[] =>
  rooms.flatMap((room) => room.calling.map((call) => ({ ...call, room: room.code, roomName: room.name })));

/**
 * The calls of a board that this screen has not told yet, oldest first. The first board of a run of the program tells
 * nothing: its calls are as old as one likes, and a hall full of people must not be called twice.
 */
export class Caller {
  private run: string | undefined;
  private known = new Set<string>();

  fresh(board: Board, rooms: readonly BoardRoom[]): Announcement[] {
    const all = announcementsOf(rooms);
    const told = this.run === board.run ? this.known : new Set(all.map((one) => one.id));
    this.run = board.run;
    this.known = new Set(all.map((one) => one.id));
    return all
      .filter((one) => !told.has(one.id))
      .sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));
  }
}

/** Rooms that this wall is for: `?rooms=305,307`; all without it. */
export function roomsFor(board: Board, wanted: string | null): BoardRoom[] {
  if (!wanted) return board.rooms;
  const codes = new Set(wanted.split(',').map((code) => code.trim().toUpperCase()));
  return board.rooms.filter((room) => codes.has(room.code.toUpperCase()));
}

/** Numbers are read as numbers: "0127" is one hundred and twenty-seven. */
export const spokenNumber = (number: string): string => (/^\d+$/.test(number) ? String(Number(number)) : number);
