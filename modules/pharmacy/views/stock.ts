import { systemClock } from '@mach/base/clock.ts';
import { Decimal } from '@mach/base/decimal.ts';
import { foldText, matchesTokens } from '@mach/base/fold.ts';
import { isDate, localDate } from '@mach/base/time.ts';
import type { Table } from '@mach/engine/module.ts';
import type { Balance, PlainRow, ViewQuery } from '@mach/store';
import { STOCK_LEDGER, type StockRow } from '../contract.ts';
import { lotOfBalance } from '../rules/accounts.ts';

const DAY_MS = 86_400_000;
/** Stock cards are read a shelf or a drug at a time; more than this is a report. */
const LIMIT = 1000;

const values = (query: ViewQuery, column: string, op = 'eq'): readonly string[] =>
  (query.filters ?? []).find((f) => f.column === column && f.op === op)?.values ?? [];

const among = (wanted: readonly string[], value: string): boolean => wanted.length === 0 || wanted.includes(value);

/** Rows of the balances that a query asks for, the first to expire in front. Pure. */
export function stockRows(balances: readonly Balance[], query: ViewQuery, today: string): StockRow[] {
  const places = values(query, 'place');
  const drugs = values(query, 'drug');
  const lots = values(query, 'lot');
  const until = values(query, 'expiry', 'to')[0];
  const words = values(query, 'q').join(' ');
  const empty = values(query, 'empty')[0] === 'true';
  const rows: StockRow[] = [];
  for (const balance of balances) {
    const { place, drug, lot, expiry, price, name, unit } = lotOfBalance(balance);
    if (!among(places, place) || !among(drugs, drug) || !among(lots, lot)) continue;
    if (until !== undefined && expiry > until) continue;
    if (!empty && balance.balance.lte(Decimal.ZERO)) continue;
    if (words !== '' && !matchesTokens(foldText(`${name} ${drug} ${lot}`), words)) continue;
    rows.push({
      key: `${place}:${drug}:${lot}`,
      place,
      drug,
      name,
      lot,
      expiry,
      quantity: balance.balance.toString(),
      unit,
      price,
      daysToExpiry: Math.round((Date.parse(expiry) - Date.parse(today)) / DAY_MS),
    });
  }
  const by = query.sort?.startsWith('-') ? -1 : 1;
  const key = (row: StockRow): string =>
    query.sort?.replace(/^-/, '') === 'name' ? `${foldText(row.name)} ${row.expiry}` : `${row.expiry} ${row.key}`;
  return rows.sort((a, b) => (key(a) < key(b) ? -by : key(a) > key(b) ? by : 0)).slice(0, query.limit ?? LIMIT);
}

/** The narrowest part of the ledger that can hold the answer. */
function prefixes(query: ViewQuery): string[] {
  const places = values(query, 'place');
  const drugs = values(query, 'drug');
  if (places.length === 0) return ['stock:'];
  if (drugs.length === 0) return places.map((place) => `stock:${place}:`);
  return places.flatMap((place) => drugs.map((drug) => `stock:${place}:${drug}:`));
}

export const stockTable: Table = {
  name: 'pharmacy.stock',
  permission: 'pharmacy.read-stock',
  title: { vi: 'Thẻ kho', en: 'Stock card' },
  read: async (source, query): Promise<PlainRow[]> => {
    const on = values(query, 'on')[0];
    const today = on !== undefined && on.length === 10 && isDate(on) ? on : localDate(systemClock.now().toISOString());
    const parts = await Promise.all(prefixes(query).map((prefix) => source.balances(STOCK_LEDGER, prefix)));
    return stockRows(parts.flat(), query, today).map((row) => ({ ...row }));
  },
};
