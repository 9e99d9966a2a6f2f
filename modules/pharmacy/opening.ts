/** Stock of the demonstration hospital on its first day, as the receipts that bring it in. */
import { addDays } from '@mach/base/time.ts';
import { numberCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import type { ReceiveStockInput } from './contract.ts';

/** As much of the `demo-hospital` rule pack as is needed. */
export interface OpeningPack {
  hash: string;
  data: { openingStock: Table };
}

export interface OpeningBatch {
  /** The same for the same pack on every start: what was received once is not received again. */
  key: string;
  input: ReceiveStockInput;
}

/** One receipt holds at most this many lots. */
const BATCH = 200;

/**
 * Receipts of at most 200 lots each. A lot has one expiry: where the pack gives a lot different days on different shelves, the
 * earliest holds for all of them.
 * @param date day of seeding, from which the days to expiry count
 */
export function openingStock(pack: OpeningPack, date: string): OpeningBatch[] {
  const rows = [
    ...records(pack.data.openingStock, 'shelf', 'item', 'lot', 'expiresInDays', 'quantity', 'unitCost', 'supplier'),
  ].map((r) => ({
    place: textCell(r.shelf),
    drug: textCell(r.item),
    lot: textCell(r.lot),
    days: numberCell(r.expiresInDays) ?? 0,
    quantity: String(numberCell(r.quantity) ?? 0),
    price: String(numberCell(r.unitCost) ?? 0),
    supplier: textCell(r.supplier),
  }));
  const earliest = new Map<string, number>();
  for (const { drug, lot, days } of rows) {
    const key = `${drug}:${lot}`;
    earliest.set(key, Math.min(earliest.get(key) ?? days, days));
  }
  const batches: OpeningBatch[] = [];
  for (const place of new Set(rows.map((r) => r.place))) {
    const items = rows
      .filter((r) => r.place === place && r.quantity !== '0')
      .map(({ drug, lot, quantity, price, supplier }) => ({
        drug,
        lot,
        expiry: addDays(date, earliest.get(`${drug}:${lot}`) ?? 0),
        quantity,
        price,
        ...(supplier === '' ? {} : { supplier }),
      }));
    for (let at = 0; at < items.length; at += BATCH)
      batches.push({
        key: `opening-stock-${pack.hash.slice(0, 24)}-${batches.length}`,
        input: { place, items: items.slice(at, at + BATCH), document: 'TỒN ĐẦU KỲ' },
      });
  }
  return batches;
}
