import { type AlertReason, type Issue, useCommand, useDraft } from '@mach/ui';
import { useState } from 'react';
import { type OrderInput, type OrderResult, order } from '../../../contract.ts';
import type { Visit } from '../data/use-visit.ts';
import { type BasketItem, ruleName, toInput } from './basket.ts';

export interface Orders {
  readonly basket: readonly BasketItem[];
  readonly set: (basket: readonly BasketItem[]) => void;
  /** Warnings and refusals of one line of the basket. */
  readonly issuesOf: (index: number) => readonly Issue[];
  readonly general: readonly Issue[];
  /** Reasons by the server's name of the warning. */
  readonly reasons: Readonly<Record<string, AlertReason>>;
  readonly answer: (issue: Issue, item: BasketItem, reason: AlertReason) => void;
  readonly signing: boolean;
  readonly sign: () => Promise<boolean>;
  /** Warnings that still need a reason. */
  readonly open: number;
}

const NOTHING: readonly BasketItem[] = [];

/** The basket of orders, signed once; a warning is answered at its line and the signature given again. */
export function useOrders(visit: Visit): Orders {
  const draft = useDraft<readonly BasketItem[]>(`kham:orders:${visit.id}`, NOTHING);
  const [reasons, setReasons] = useState<Readonly<Record<string, AlertReason>>>({});
  const send = useCommand<OrderInput, OrderResult>(order.name);
  const basket = draft.value;

  const issuesOf = (index: number): readonly Issue[] =>
    send.issues.filter((issue) => issue.field?.startsWith(`items.${index}.`) || issue.field === `items.${index}`);
  const open = basket.reduce(
    (sum, item, i) =>
      sum + issuesOf(i).filter((issue) => issue.severity === 'warning' && !reasons[ruleName(issue.code, item)]).length,
    0,
  );

  return {
    basket,
    set: (next) => {
      // Issues point at places of the list that was sent.
      if (send.issues.length > 0 && next.length !== basket.length) send.reset();
      draft.set(next);
    },
    issuesOf,
    general: send.issues.filter((issue) => !/^items\.\d/.test(issue.field ?? '')),
    reasons,
    answer: (issue, item, reason) => setReasons((now) => ({ ...now, [ruleName(issue.code, item)]: reason })),
    signing: send.running,
    open,
    sign: async () => {
      const overrides = Object.entries(reasons).map(([rule, reason]) => ({ rule, reason: reason.text }));
      const done = await send.run(toInput(visit.id, basket), overrides.length > 0 ? { overrides } : undefined);
      if (!done) return false;
      draft.discard();
      setReasons({});
      send.reset();
      visit.refresh('encounter');
      return true;
    },
  };
}
