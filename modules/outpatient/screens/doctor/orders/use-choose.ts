import { toast, useTexts, useTransport } from '@mach/ui';
import type { ServiceCodeRow } from '../../../contract.ts';
import { texts } from '../texts.ts';
import { addItems, type BasketItem, itemOf } from './basket.ts';
import type { Orders } from './use-orders.ts';

/** Puts what was chosen into the basket, a bundle as what it is made of; from the orders and from the prescription alike. */
export function useChoose(orders: Orders): {
  readonly choose: (rows: readonly ServiceCodeRow[]) => Promise<void>;
  readonly rowsOf: (codes: readonly string[]) => Promise<ServiceCodeRow[]>;
} {
  const t = useTexts(texts);
  const transport = useTransport();

  /** The row of each code, as the catalogue has it now; one that is gone is said. */
  async function rowsOf(wanted: readonly string[]): Promise<ServiceCodeRow[]> {
    const found: ServiceCodeRow[] = [];
    for (const code of wanted) {
      const rows = await transport.codes('service', { q: code, limit: 10 }).catch(() => []);
      const row = rows.find((candidate) => candidate.code === code);
      if (row) found.push(row as unknown as ServiceCodeRow);
      else toast({ text: t('serviceGone', { code }), tone: 'warn' });
    }
    return found;
  }

  async function choose(rows: readonly ServiceCodeRow[]): Promise<void> {
    const items: BasketItem[] = [];
    for (const row of rows) {
      if (row.kind !== 'bundle') items.push(itemOf(row));
      else items.push(...(await rowsOf(row.items)).map((one) => itemOf(one, row.display)));
    }
    orders.set(addItems(orders.basket, items));
  }
  return { choose, rowsOf };
}
