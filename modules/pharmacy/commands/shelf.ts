/** How handlers meet the shelves: settings, and lots locked in one order so that two deeds never wait for each other. */
import { Decimal } from '@mach/base/decimal.ts';
import { type Issue, Problem } from '@mach/base/problem.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Formulary } from '@mach/vn/clinical/formulary.ts';
import { STOCK_LEDGER } from '../contract.ts';
import { type LotAccount, lotOfBalance, stockPrefix } from '../rules/accounts.ts';
import { formularyOf } from '../rules/formulary.ts';
import { PLACES, type Place } from '../rules/places.ts';

export const formularyIn = (ctx: CommandContext): Formulary =>
  ctx.derived('formulary', 'pharmacy.formulary', formularyOf);
export const placesIn = (ctx: CommandContext): readonly Place[] => ctx.setting('pharmacy.places', PLACES);
export const dispensingPlace = (ctx: CommandContext): string => ctx.setting('pharmacy.dispensingPlace', 'KHO-LE');
export const quarantinePlace = (ctx: CommandContext): string => ctx.setting('pharmacy.quarantinePlace', 'BIET-TRU');

export interface Lot extends LotAccount {
  quantity: Decimal;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every lot of these drugs on a shelf, held until the command ends. */
export async function lockLots(
  ctx: CommandContext,
  place: string,
  drugs: Iterable<string>,
): Promise<Map<string, Lot[]>> {
  const lots = new Map<string, Lot[]>();
  for (const drug of [...new Set(drugs)].sort(compare))
    lots.set(
      drug,
      (await ctx.balances(STOCK_LEDGER, stockPrefix(place, drug), true)).map((b) => ({
        ...lotOfBalance(b),
        quantity: b.balance,
      })),
    );
  return lots;
}

export const lotIn = (lots: ReadonlyMap<string, readonly Lot[]>, drug: string, lot: string): Lot | undefined =>
  lots.get(drug)?.find((one) => one.lot === lot);

/** One receipt at a time on a shelf: what a lot is (expiry, price) is fixed by its first one. */
export const lineUp = (ctx: CommandContext, place: string): Promise<number> => ctx.next(`stock-in:${place}`);

export function refuseAll(status: number, issues: Issue[]): void {
  if (issues.length > 0) throw new Problem(status, issues);
}

export const ZERO = Decimal.ZERO;
