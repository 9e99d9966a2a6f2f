import type { Session } from '@mach/ui';
import { finished, read, write } from './database.ts';
import { forgetRows } from './vault.ts';

/** Who works at this desk: enough to go on after a reload while the server is away. */
export interface Seat {
  readonly id: 'now';
  readonly scope: string;
  readonly session: Session;
  readonly key: CryptoKey;
  /** Which history the server is of; another one after it was put back. */
  readonly house?: string | undefined;
  /** When the session ends at the latest (ISO instant); null: the server did not say. */
  readonly expiresAt: string | null;
  readonly idleSeconds: number | null;
}

/** The instant of the last touch, beside the database: it is written often. */
const TOUCHED = 'mach.touched';
/** Without the server nobody works longer than a shift under an old sign-in, ms. */
const LONGEST = 12 * 3_600_000;

export const keepSeat = (seat: Omit<Seat, 'id'>): Promise<unknown> =>
  write('seats', (store) => finished(store.put({ ...seat, id: 'now' })));

export const clearSeat = (): Promise<unknown> => write('seats', (store) => finished(store.delete('now')));

/** Notes that somebody is at the desk. */
export function touch(now = Date.now()): void {
  try {
    localStorage.setItem(TOUCHED, String(now));
  } catch {
    // Without storage the seat is not taken up again after a reload.
  }
}

/** Whether a sign-in still holds, by the same limits that the server sets: its end, and the time without a touch. */
export function stillHolds(seat: Pick<Seat, 'expiresAt' | 'idleSeconds'>, touched: number, now: number): boolean {
  if (seat.expiresAt !== null && Date.parse(seat.expiresAt) <= now) return false;
  return now - touched < Math.min(LONGEST, (seat.idleSeconds ?? 1800) * 1000);
}

/** The person whose sign-in still holds; whoever comes later than that finds the door locked. */
export async function seatNow(now = Date.now()): Promise<Seat | undefined> {
  const seat = await read('seats', (store) => finished(store.get('now') as IDBRequest<Seat | undefined>)).catch(
    () => undefined,
  );
  if (!seat) return undefined;
  if (stillHolds(seat, Number(localStorage.getItem(TOUCHED) ?? 0), now)) return seat;
  await forgetRows(seat.scope);
  await clearSeat();
  return undefined;
}
