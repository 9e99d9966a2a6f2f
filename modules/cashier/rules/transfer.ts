/** Bank transfers: the reference by which money is found again, and what an amount that came in means. Pure. */

/** `MH26112400012`: day of Vietnam and serial of the day. Letters and digits only, as every bank passes them on. */
export const transferReference = (day: string, serial: number): string =>
  `MH${day.slice(2)}${String(serial).padStart(5, '0')}`;

/**
 * The reference inside the text of a transfer. Banks put their own words round it, change case, and some break it with
 * spaces or points.
 */
export function referenceIn(content: string): string | undefined {
  const plain = content.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return /MH\d{11}/.exec(plain)?.[0];
}

/**
 * waiting: asked for, nothing has come · received: exactly what was asked for · under, over: another amount · unmatched:
 * nobody asked for it, or it was paid before · returned: sent back.
 */
export type TransferState = 'waiting' | 'received' | 'under' | 'over' | 'unmatched' | 'returned';

export const stateOf = (received: number, expected: number): TransferState =>
  received === expected ? 'received' : received < expected ? 'under' : 'over';
