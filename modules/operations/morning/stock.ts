import { Decimal } from '@mach/base/decimal.ts';
import { addDays } from '@mach/base/time.ts';
import type { TableSource } from '@mach/engine/module.ts';
import { STOCK_LEDGER } from '@mach/pharmacy/contract.ts';
import type { Balance, Flow } from '@mach/store';
import type { FigureRow, StockFigure } from '../contract.ts';
import type { Days } from './day.ts';

/** Use is judged by so many days, or since the first hand-out where the house is younger. */
const LOOK_BACK = 30;
/** Below: an order would come too late. */
const LOW_DAYS = 7;
const EXPIRY_DAYS = 90;
/** Use of fewer days says nothing about a week. */
const LEAST_DAYS = 3;

export interface DrugSupply {
  drug: string;
  name: string;
  unit: string;
  /** What may still be handed over: not expired, not in quarantine. */
  usable: Decimal;
  /** Handed over a day. */
  daily: Decimal;
  /** Whole days that it lasts; null: nobody used any. */
  days: number | null;
}

export interface LotAtRisk {
  key: string;
  name: string;
  place: string;
  lot: string;
  expiry: string;
  quantity: Decimal;
  unit: string;
  /** At the purchase price, whole đồng. */
  worth: Decimal;
}

export interface Supply {
  out: DrugSupply[];
  low: DrugSupply[];
  expiring: LotAtRisk[];
  expired: LotAtRisk[];
  /** Days of use that it is judged by. */
  measured: number;
}

/** What runs out and what expires, from the balances and what has gone to patients. Pure. */
export function supply(
  balances: readonly Balance[],
  flows: readonly Flow[],
  { today, now, quarantine }: { today: string; now: string; quarantine: ReadonlySet<string> },
): Supply {
  const first = flows.map(({ since }) => since).sort()[0] ?? now;
  const measured = Math.min(LOOK_BACK, Math.max(1, Math.ceil((Date.parse(now) - Date.parse(first)) / 86_400_000)));
  const drugs = new Map<string, { name: string; unit: string; usable: Decimal; used: Decimal }>();
  const drugOf = (code: string, name: string, unit: string) => {
    const known = drugs.get(code) ?? { name, unit, usable: Decimal.ZERO, used: Decimal.ZERO };
    drugs.set(code, known);
    return known;
  };
  const lots: LotAtRisk[] = [];
  const byAccount = new Map(balances.map((balance) => [balance.account, balance]));
  for (const { account, balance, unit, attributes } of balances) {
    const { drug = '', name = '', place = '', lot = '', expiry = '', price = '0' } = attributes;
    const entry = drugOf(drug ?? '', name ?? '', unit);
    if (quarantine.has(place ?? '')) continue;
    if ((expiry ?? '') >= today) entry.usable = entry.usable.add(balance);
    if (balance.gt(Decimal.ZERO) && (expiry ?? '') < addDays(today, EXPIRY_DAYS))
      lots.push({
        key: account,
        name: name ?? '',
        place: place ?? '',
        lot: lot ?? '',
        expiry: expiry ?? '',
        quantity: balance,
        unit,
        worth: balance.mul(Decimal.of(price ?? '0')),
      });
  }
  for (const { account, amount } of flows) {
    const balance = byAccount.get(account);
    const drug = account.split(':')[2] ?? '';
    const entry = drugOf(drug, balance?.attributes.name ?? drug, balance?.unit ?? '');
    entry.used = entry.used.add(amount);
  }
  const all = [...drugs].map(([drug, { name, unit, usable, used }]): DrugSupply => {
    const daily = used.gt(Decimal.ZERO) ? used.toNumber() / measured : 0;
    return {
      drug,
      name,
      unit,
      usable,
      daily: Decimal.of(daily.toFixed(4)),
      days: daily > 0 && measured >= LEAST_DAYS ? Math.floor(usable.toNumber() / daily) : null,
    };
  });
  const used = all.filter((one) => one.daily.gt(Decimal.ZERO));
  const byDays = (a: DrugSupply, b: DrugSupply): number => (a.days ?? 0) - (b.days ?? 0) || (a.name < b.name ? -1 : 1);
  const byExpiry = (a: LotAtRisk, b: LotAtRisk): number =>
    a.expiry === b.expiry ? (a.key < b.key ? -1 : 1) : a.expiry < b.expiry ? -1 : 1;
  return {
    out: used.filter((one) => one.usable.lte(Decimal.ZERO)).sort(byDays),
    low: used.filter((one) => one.usable.gt(Decimal.ZERO) && one.days !== null && one.days < LOW_DAYS).sort(byDays),
    expiring: lots.filter((one) => one.expiry >= today).sort(byExpiry),
    expired: lots.filter((one) => one.expiry < today).sort(byExpiry),
    measured,
  };
}

interface Place {
  code: string;
  kind: string;
}

async function read(source: TableSource, days: Days): Promise<Supply | null> {
  if (!source.may('pharmacy.read-stock')) return null;
  const since = new Date(Date.parse(days.now) - LOOK_BACK * 86_400_000).toISOString();
  const [balances, flows] = await Promise.all([
    source.balances(STOCK_LEDGER, 'stock:'),
    source.flows(STOCK_LEDGER, 'stock:', 'patient:', since),
  ]);
  const places = source.setting<readonly Place[]>('pharmacy.places', []);
  const quarantine = new Set(places.filter((place) => place.kind === 'quarantine').map((place) => place.code));
  return supply(balances, flows, { today: days.today, now: days.now, quarantine });
}

const worth = (lots: readonly LotAtRisk[]): string =>
  lots.reduce((sum, lot) => sum.add(lot.worth), Decimal.ZERO).toString();

export async function stockFigures(source: TableSource, days: Days): Promise<StockFigure | null> {
  const found = await read(source, days);
  return (
    found && {
      out: found.out.length,
      low: found.low.length,
      expiring: found.expiring.length,
      expiringWorth: worth(found.expiring),
      expired: found.expired.length,
      expiredWorth: worth(found.expired),
      measured: found.measured,
      worst: [...found.out, ...found.low]
        .slice(0, 4)
        .map(({ drug, name, days: left }) => ({ drug, name, days: left ?? 0 })),
    }
  );
}

/** Rows of `stock:<out|low|expiring|expired>`. */
export async function stockRows(source: TableSource, days: Days, [which]: readonly string[]): Promise<FigureRow[]> {
  const found = await read(source, days);
  if (!found) return [];
  if (which === 'out' || which === 'low')
    return found[which].map((one) => ({
      key: one.drug,
      title: one.name,
      note: `${one.usable.toString()} ${one.unit} · ${one.daily.toNumber().toFixed(1).replace('.', ',')} ${one.unit}/ngày`,
      at: null,
      value: one.days ?? 0,
      unit: 'days',
      bad: one.usable.lte(Decimal.ZERO),
    }));
  if (which === 'expiring' || which === 'expired')
    return found[which].map((lot) => ({
      key: lot.key,
      title: lot.name,
      note: `${lot.place} · lô ${lot.lot} · ${lot.quantity.toString()} ${lot.unit}`,
      at: lot.expiry,
      value: lot.worth.toNumber(),
      unit: 'dong',
      bad: which === 'expired',
    }));
  return [];
}
