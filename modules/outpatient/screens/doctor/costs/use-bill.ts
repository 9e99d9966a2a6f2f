import { type Bill, type QuoteInput, quote } from '@mach/cashier/contract.ts';
import { useCan, useCommand } from '@mach/ui';
import { useEffect } from 'react';
import type { Visit } from '../data/use-visit.ts';

/** A bill that the cashier has closed is not computed again here. */
const OPEN = ['waiting', 'in-exam', 'awaiting-results', 'results-ready', 'concluded', 'awaiting-payment'];

/** The bill as the cashier would settle it now; read again when orders or prescriptions change. */
export function useBill(visit: Visit): { readonly bill: Bill | undefined; readonly loading: boolean } {
  const can = useCan();
  const ask = useCommand<QuoteInput, Bill>(quote.name);
  const { run } = ask;
  const asks = can('cashier.quote') && OPEN.includes(visit.state);
  const version = [
    ...visit.orders
      .filter((order) => order.encounter === visit.id)
      .map((order) => `${order.key}${order.state === 'cancelled'}`),
    ...visit.prescriptions.map((one) => `${one.key}${one.state === 'cancelled'}`),
  ].join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: version names what the bill rests on
  useEffect(() => {
    if (asks) void run({ encounter: visit.id });
  }, [asks, visit.id, version]);

  return { bill: ask.result, loading: ask.running };
}
