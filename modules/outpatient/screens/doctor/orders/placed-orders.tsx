import { type CancelOrderInput, cancelOrder, ORDER_LABELS, type OrderResult } from '@mach/encounter/contract.ts';
import { AlertLine, Button, Chip, formatTime, Select, type Tone, useCommand, usePick, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { OrderRow } from '../../../contract.ts';
import type { Visit } from '../data/use-visit.ts';
import { cancelReasons } from '../reasons.ts';
import { texts } from '../texts.ts';

/** Until somebody has begun, the doctor may take an order back. */
const CANCELLABLE: readonly OrderRow['state'][] = ['signed', 'accepted'];
const TONES: Readonly<Partial<Record<OrderRow['state'], Tone>>> = { validated: 'ok', seen: 'ok', preliminary: 'info' };

/** Orders of the visit that are signed, with their state and the way to take one back. */
export function PlacedOrders({ visit }: { readonly visit: Visit }): ReactElement | null {
  const t = useTexts(texts);
  const own = visit.orders.filter((order) => order.encounter === visit.id && order.group !== 'exam');
  if (own.length === 0) return null;
  return (
    <section aria-label={t('placed')}>
      <h3 className="doc-subhead">{t('placed')}</h3>
      <ul className="doc-placed">
        {own.map((order) => (
          <Placed key={order.key} order={order} onCancelled={() => visit.refresh('encounter')} />
        ))}
      </ul>
    </section>
  );
}

function Placed({ order, onCancelled }: { readonly order: OrderRow; readonly onCancelled: () => void }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const [asking, setAsking] = useState(false);
  const cancel = useCommand<CancelOrderInput, OrderResult>(cancelOrder.name, { onDone: onCancelled });
  const off = order.state === 'cancelled';
  return (
    <li className={off ? 'doc-placed-line doc-off' : 'doc-placed-line'}>
      <span className="doc-grow">{order.name ?? order.service}</span>
      {order.orderedAt && <span className="doc-muted">{formatTime(order.orderedAt)}</span>}
      <Chip tone={TONES[order.state] ?? 'neutral'}>{pick(ORDER_LABELS[order.state])}</Chip>
      {CANCELLABLE.includes(order.state) && !asking && (
        <Button look="quiet" size="small" busy={cancel.running} onClick={() => setAsking(true)}>
          {t('cancelOrder')}
        </Button>
      )}
      {asking && (
        <div className="doc-wide">
          <Select
            label={t('cancelWhy')}
            labelHidden
            value=""
            empty={t('cancelWhy')}
            options={cancelReasons(t).map((reason) => ({ value: reason.code, label: reason.text }))}
            onChange={(code) => {
              const reason = cancelReasons(t).find((one) => one.code === code);
              setAsking(false);
              if (reason) void cancel.run({ order: order.key, reason: reason.text });
            }}
          />
        </div>
      )}
      {cancel.issues.map((issue) => (
        <div key={issue.code} className="doc-wide">
          <AlertLine level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
        </div>
      ))}
    </li>
  );
}
