/** The pick list of a prescription: what each line still asks for and the lots it is taken from. Pure. */
import { addDays, Decimal } from '@mach/base';
import type { DispenseInput, PharmacyLineRow, PharmacyRow, StockRow } from '../contract.ts';
import { type Picked, pickFirstExpiry, type ShelfLot, usable } from '../rules/first-expiry.ts';

/** Quantities typed by hand, by lot; canonical decimals, empty for none. */
export type Hand = Readonly<Record<string, string>>;

export interface LinePick {
  readonly line: PharmacyLineRow;
  /** Still to be handed over. */
  readonly open: Decimal;
  /** Lots in the order in which they expire, expired and empty ones left out. */
  readonly lots: readonly ShelfLot[];
  readonly picked: readonly Picked[];
  /** What the pick list does not cover. */
  readonly missing: Decimal;
  readonly byHand: boolean;
  /** More is typed than the line asks for, or than a lot holds. */
  readonly tooMuch: boolean;
  /** Last day of the treatment when it begins today. */
  readonly courseEnd: string;
}

const decimal = (value: number | string): Decimal => Decimal.of(String(value));

/** What a line still asks for; nothing for one that is completed or cancelled. What came back for good is not asked again. */
export function openOf(line: PharmacyLineRow): Decimal {
  const open = decimal(line.quantity)
    .sub(decimal(line.dispensed ?? 0))
    .sub(decimal(line.refunded ?? 0));
  return line.status === 'active' && open.gt(Decimal.ZERO) ? open : Decimal.ZERO;
}

/** Two lines of one drug share its lots: what the first takes is gone for the second, as on the server. */
export function picksOf(
  lines: readonly PharmacyLineRow[],
  stock: readonly StockRow[],
  hands: Readonly<Record<string, Hand>>,
  today: string,
): LinePick[] {
  const left = new Map<string, ShelfLot[]>();
  for (const row of stock)
    left.set(row.drug, [
      ...(left.get(row.drug) ?? []),
      { lot: row.lot, expiry: row.expiry, quantity: decimal(row.quantity) },
    ]);
  return lines.map((line) => {
    const open = openOf(line);
    const shelf = left.get(line.drug) ?? [];
    const lots = usable(shelf, today).map((one) => ({ ...one }));
    const hand = hands[line.key];
    const { picked, missing } = hand ? typed(lots, hand, open) : pickFirstExpiry(shelf, open, today);
    const tooMuch =
      missing.isNegative() || picked.some((one) => lots.find((l) => l.lot === one.lot)?.quantity.lt(one.quantity));
    for (const one of picked) {
      const from = shelf.find((lot) => lot.lot === one.lot);
      if (from) from.quantity = from.quantity.sub(one.quantity);
    }
    const courseEnd = addDays(today, Math.max(1, line.days ?? 1) - 1);
    return { line, open, lots, picked, missing, byHand: hand !== undefined, tooMuch, courseEnd };
  });
}

function typed(lots: readonly ShelfLot[], hand: Hand, open: Decimal): { picked: Picked[]; missing: Decimal } {
  const picked = lots.flatMap(({ lot, expiry }) => {
    const quantity = decimal(hand[lot] || '0');
    return quantity.gt(Decimal.ZERO) ? [{ lot, expiry, quantity }] : [];
  });
  return { picked, missing: open.sub(Decimal.sum(picked.map((one) => one.quantity))) };
}

/**
 * Lines of the command. A line that the shelf covers, and one picked by hand, names its lots, so that what is booked is what was
 * read. A line that is short names none: the server takes the same lots and reports the shortage.
 */
export function inputOf(picks: readonly LinePick[]): NonNullable<DispenseInput['lines']> {
  return picks
    .filter((pick) => pick.open.gt(Decimal.ZERO) && (!pick.byHand || pick.picked.length > 0))
    .map(({ line, picked, missing, byHand }) =>
      byHand || missing.lte(Decimal.ZERO)
        ? {
            medicationRequest: line.key,
            lots: picked.map((one) => ({ lot: one.lot, quantity: one.quantity.toString() })),
          }
        : { medicationRequest: line.key },
    );
}

const SETTLED: readonly (string | null)[] = ['settled', 'closed', 'transferred', 'died'];

/** Whether the window may expect the drugs to be free to go: settled, or an emergency. The server looks at every charge. */
export const isReady = (row: PharmacyRow): boolean =>
  SETTLED.includes(row.visitState) || row.priorityReason === 'emergency';

/** Paid and ready first, then in the order of signing. */
export function inOrder(rows: readonly PharmacyRow[]): PharmacyRow[] {
  const key = (row: PharmacyRow): string => `${isReady(row) ? 0 : 1}${row.prescribedAt ?? ''}${row.key}`;
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
