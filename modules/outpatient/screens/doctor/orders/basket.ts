/** Orders that are chosen and not signed. Pure. */
import { foldText } from '@mach/base/fold.ts';
import type { OrderInput, OrderRow, ServiceCodeRow } from '../../../contract.ts';
import type { Unsigned } from '../costs/preview.ts';

export type Priority = 'routine' | 'urgent';

export interface BasketItem {
  readonly row: ServiceCodeRow;
  readonly priority: Priority;
  /** Question to the one who performs; needed for imaging. */
  readonly question: string;
  readonly paidByPatient: boolean;
  /** Name of the bundle that brought it. */
  readonly from?: string;
}

export const itemOf = (row: ServiceCodeRow, from?: string): BasketItem => ({
  row,
  priority: 'routine',
  question: '',
  paidByPatient: false,
  from,
});

/** Adds services; one that is in the basket already stays once. */
export function addItems(basket: readonly BasketItem[], items: readonly BasketItem[]): BasketItem[] {
  const known = new Set(basket.map((one) => one.row.code));
  const fresh = items.filter((one) => !known.has(one.row.code) && known.add(one.row.code));
  return [...basket, ...fresh];
}

/** Words of a query as single orders: "hba1c, glu crea" when it is not one name. */
export function separateWords(query: string): string[] {
  const parts = query
    .split(/[,;+]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length > 1) return parts;
  const words = query.trim().split(/\s+/);
  return words.length > 1 && words.every((word) => word.length >= 2) ? words : [];
}

/** The row that a typed word names without doubt: by its code, or as the only one with this very name. */
export function exactRow(rows: readonly ServiceCodeRow[], word: string): ServiceCodeRow | undefined {
  const folded = foldText(word);
  const byCode = rows.find((row) => foldText(row.code) === folded);
  if (byCode) return byCode;
  const named = rows.filter((row) => foldText(row.display) === folded || foldText(row.via ?? '') === folded);
  return named.length === 1 ? named[0] : undefined;
}

/** Services that the latest earlier visit with diagnostic orders had, and its day. */
export function lastOrders(
  orders: readonly OrderRow[],
  encounter: string,
): { readonly on: string; readonly services: readonly string[] } | undefined {
  const earlier = orders
    .filter((o) => o.encounter !== encounter && o.state !== 'cancelled' && o.group !== 'exam' && o.orderedAt !== null)
    .sort((a, b) => ((a.orderedAt ?? '') < (b.orderedAt ?? '') ? 1 : -1));
  const [latest] = earlier;
  if (!latest?.orderedAt) return undefined;
  const same = earlier.filter((o) => o.encounter === latest.encounter);
  return {
    on: latest.orderedAt,
    services: [...new Set(same.map((o) => o.service ?? ''))].filter((code) => code !== ''),
  };
}

/** Days in which a repeated test is pointed out before the server is asked. */
const RECENT_DAYS = 7;

/** An order of the same service that stands, of this visit or of the last days. */
export function standingOrder(
  orders: readonly OrderRow[],
  service: string,
  encounter: string,
  now: string,
): OrderRow | undefined {
  const since = new Date(Date.parse(now) - RECENT_DAYS * 86_400_000).toISOString();
  return orders.find(
    (order) =>
      order.service === service &&
      order.state !== 'cancelled' &&
      (order.encounter === encounter || (order.orderedAt ?? '') >= since),
  );
}

export function toInput(encounter: string, basket: readonly BasketItem[]): OrderInput {
  return {
    encounter,
    items: basket.map(({ row, priority, question, paidByPatient }) => ({
      service: row.code,
      ...(priority === 'routine' ? {} : { priority }),
      ...(question.trim() === '' ? {} : { question: question.trim() }),
      ...(paidByPatient ? { paidByPatient } : {}),
    })),
  };
}

export const unsignedOf = ({ row, paidByPatient }: BasketItem): Unsigned => ({
  key: row.code,
  quantity: '1',
  price: row.price,
  ceiling: row.ceiling,
  ratio: row.bhytRatio,
  paidByPatient,
});

/** The name under which the server knows a warning of an order: `duplicate-order:GLU`. */
export const ruleName = (code: string, item: BasketItem): string => `${code}:${item.row.code}`;
