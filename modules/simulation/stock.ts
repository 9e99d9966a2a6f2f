/** The morning's work of the pharmacy: what the outpatient shelf will lack is brought from the store. */
import { Decimal } from '@mach/base/decimal.ts';
import { addDays } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine/engine.ts';
import { receiveStock, STOCK_LEDGER } from '@mach/pharmacy/contract.ts';
import { readBalances } from '@mach/store';
import type { CaseLine, World } from './pack.ts';
import type { Sender } from './sender.ts';

/** Shelf that outpatients are served from. */
const SHELF = 'KHO-LE';
/** A drug is ordered again when less than this many days' use lies there, for so many days. */
const LOW_DAYS = 3;
const ORDER_DAYS = 20;
const SUPPLIER = 'Công ty Dược Mẫu A';

/** Units of a line that are handed over, about. */
function units(line: CaseLine, world: World): number {
  if (line.quantity !== undefined) return Number(line.quantity);
  const perUnit = Number(world.formulary.byCode.get(line.drug)?.doseUnitsPerUnit ?? '1');
  return Math.ceil((Number(line.perDose) * line.parts.length * line.days) / perUnit);
}

/** Units of each drug that a day of so many visits uses. */
export function dailyUse(world: World, visits: number): Map<string, number> {
  const weight = world.mix.cases.reduce((sum, c) => sum + c.weight, 0);
  const use = new Map<string, number>();
  for (const kind of world.mix.cases)
    for (const line of kind.lines) {
      const expected = ((visits * kind.weight) / weight) * (line.chance ?? 1) * units(line, world);
      use.set(line.drug, (use.get(line.drug) ?? 0) + expected);
    }
  return use;
}

/** Orders what is low. The store's balance decides, so a day that is repeated orders nothing twice. */
export async function replenish(
  engine: Engine,
  tenant: number,
  sender: Sender,
  world: World,
  of: { day: string; at: number; visits: number },
): Promise<void> {
  const pharmacist = world.staff.find((s) => s.role === 'pharmacist' && s.login !== 'duocsi');
  if (!pharmacist || !engine.commands.has(receiveStock.name)) return;
  const held = new Map<string, Decimal>();
  for (const { account, balance, attributes } of await readBalances(
    engine.database.tenant(tenant),
    STOCK_LEDGER,
    `stock:${SHELF}:`,
  )) {
    const drug = account.split(':')[2] ?? '';
    // A lot that ends within the course is left to others.
    const expiry = String((attributes as { expiry?: unknown } | null)?.expiry ?? '9999');
    if (expiry > addDays(of.day, 60)) held.set(drug, (held.get(drug) ?? Decimal.ZERO).add(balance));
  }
  const items = [...dailyUse(world, of.visits)].flatMap(([drug, perDay]) => {
    const low = (held.get(drug) ?? Decimal.ZERO).lt(Math.ceil(perDay * LOW_DAYS + 90));
    const item = world.formulary.byCode.get(drug);
    if (!low || !item) return [];
    return [
      {
        drug,
        lot: `BS${of.day.replaceAll('-', '')}`,
        expiry: addDays(of.day, 720),
        quantity: String(Math.ceil((perDay * ORDER_DAYS + 300) / 10) * 10),
        price: String(item.price),
        supplier: SUPPLIER,
      },
    ];
  });
  if (items.length === 0) return;
  await sender.send(
    receiveStock,
    { place: SHELF, items, document: `HD-${of.day}` },
    // Repeated after a stop, the shelf is full: another body under the same key, which changes nothing.
    { staff: pharmacist, at: of.at, key: `${of.day}:stock`, expected: ['idempotency-key-reused'] },
  );
}
