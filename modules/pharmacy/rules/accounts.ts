/** Names of the accounts in the ledger of stock. An account keeps one unit, so all of them are kept a drug. */
import type { AccountSpec, Balance } from '@mach/store';
import { STOCK_LEDGER } from '../contract.ts';

export interface LotAccount {
  place: string;
  drug: string;
  lot: string;
  expiry: string;
  /** Purchase price of one unit, đồng, decimal text. */
  price: string;
  /** As the formulary prints it. */
  name: string;
  unit: string;
}

export const stockPrefix = (place: string, drug: string): string => `stock:${place}:${drug}:`;

/** A lot on a shelf: never below zero. */
export const stockAccount = ({ place, drug, lot, expiry, price, name, unit }: LotAccount): AccountSpec => ({
  ledger: STOCK_LEDGER,
  account: `${stockPrefix(place, drug)}${lot}`,
  unit,
  floor: '0',
  attributes: { place, drug, lot, expiry, price, name },
});

const outside = (account: string, unit: string, attributes: Record<string, string>): AccountSpec => ({
  ledger: STOCK_LEDGER,
  account,
  unit,
  floor: null,
  attributes,
});

export const supplierAccount = (supplier: string, drug: string, unit: string): AccountSpec =>
  outside(`supplier:${supplier}:${drug}`, unit, { supplier, drug });

export const patientAccount = (encounter: string, drug: string, unit: string): AccountSpec =>
  outside(`patient:${encounter}:${drug}`, unit, { encounter, drug });

/** Found or lost at a stock-taking. */
export const discrepancyAccount = (place: string, drug: string, unit: string): AccountSpec =>
  outside(`discrepancy:${place}:${drug}`, unit, { place, drug });

/** A stock account as it stands in the ledger. */
export function lotOfBalance({ unit, attributes }: Pick<Balance, 'unit' | 'attributes'>): LotAccount {
  const text = (key: string): string => attributes[key] ?? '';
  return {
    place: text('place'),
    drug: text('drug'),
    lot: text('lot'),
    expiry: text('expiry'),
    price: text('price'),
    name: text('name'),
    unit,
  };
}
