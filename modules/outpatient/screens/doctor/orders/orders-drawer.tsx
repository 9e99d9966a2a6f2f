import {
  AlertLine,
  Button,
  Drawer,
  emphasised,
  KEY_LEVEL,
  money,
  toast,
  useDrawer,
  useKeys,
  useNow,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useRef } from 'react';
import type { DrugCodeRow } from '../../../contract.ts';
import type { Preview } from '../costs/preview.ts';
import type { Visit } from '../data/use-visit.ts';
import { ORDERS_DRAWER } from '../drawers.ts';
import { shortDate } from '../note/short-date.ts';
import { texts } from '../texts.ts';
import { addItems, itemOf, lastOrders, standingOrder } from './basket.ts';
import { BasketLine } from './basket-line.tsx';
import { OrderSearch } from './order-search.tsx';
import { PlacedOrders } from './placed-orders.tsx';
import { useChoose } from './use-choose.ts';
import type { Orders } from './use-orders.ts';

/** Orders of every kind: chosen in one box, priced before they are signed, signed once. */
export function OrdersDrawer(props: {
  readonly visit: Visit;
  readonly name: string;
  /** Name on the button: short where nobody is called alike. */
  readonly called: string;
  readonly orders: Orders;
  readonly preview: Preview;
  readonly insured: boolean;
  /** A drug goes on to the prescription; absent where nothing can be prescribed any more. */
  readonly onDrug?: (drug: DrugCodeRow, dose: string) => void;
}): ReactElement {
  const { visit, name, called, orders, preview, insured } = props;
  const { basket } = orders;
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const drawer = useDrawer(ORDERS_DRAWER);
  const search = useRef<HTMLInputElement>(null);

  const { choose, rowsOf } = useChoose(orders);

  const last = lastOrders(visit.orders, visit.id);
  async function repeat(): Promise<void> {
    if (last)
      orders.set(
        addItems(
          basket,
          (await rowsOf(last.services)).map((row) => itemOf(row)),
        ),
      );
    search.current?.focus();
  }

  async function sign(): Promise<void> {
    if (basket.length === 0 || orders.signing) return;
    const n = basket.length;
    if (await orders.sign()) {
      toast({ text: t('ordersSigned', { n, name: emphasised(name) }) });
      search.current?.focus();
    } else setTimeout(() => document.querySelector<HTMLElement>('.doc-basket select')?.focus(), 0);
  }

  const ready = basket.length > 0 && orders.open === 0;
  useKeys(drawer.isOpen && last ? [{ chord: 'Ctrl+D', run: () => void repeat() }] : [], KEY_LEVEL.drawer);
  useKeys(
    drawer.isOpen && basket.length > 0
      ? [{ chord: 'Ctrl+Enter', label: { vi: texts.vi.signOrders, en: texts.en.signOrders }, run: () => void sign() }]
      : [],
    KEY_LEVEL.drawer,
  );
  return (
    <Drawer
      id={ORDERS_DRAWER}
      title={t('orders')}
      chord="F4"
      patient={name}
      foot={
        basket.length > 0 && (
          <div className="doc-foot">
            <dl className="doc-foot-sums">
              <div>
                <dt>{t('sum')}</dt>
                <dd>{money(preview.added.total.toString())}</dd>
              </div>
              <div>
                <dt>{t('patientShare')}</dt>
                <dd className="doc-own">{money(preview.added.patient.round(0).toString())}</dd>
              </div>
            </dl>
            <Button
              look="primary"
              icon="sign"
              chord="Ctrl+Enter"
              busy={orders.signing}
              disabled={!ready && orders.open > 0 && !orders.signing}
              onClick={() => void sign()}
            >
              {t('signOrdersFor', { n: basket.length, name: called })}
            </Button>
          </div>
        )
      }
    >
      <div className="doc-stack">
        <OrderSearch
          onChoose={(rows) => void choose(rows)}
          onDrug={
            props.onDrug &&
            ((drug, dose) => {
              drawer.close();
              props.onDrug?.(drug, dose);
            })
          }
          inputRef={search}
        />
        {last && basket.length === 0 && (
          <Button size="small" look="quiet" chord="Ctrl+D" onClick={() => void repeat()}>
            {t('likeLastOrders', { date: shortDate(last.on, now), n: last.services.length })}
          </Button>
        )}
        {basket.length > 0 && (
          <ul className="doc-basket" aria-label={t('basket')}>
            {basket.map((item, i) => (
              <BasketLine
                key={item.row.code}
                item={item}
                shares={preview.lines.get(item.row.code)}
                insured={insured}
                standing={standingOrder(visit.orders, item.row.code, visit.id, now)}
                issues={orders.issuesOf(i)}
                reasons={orders.reasons}
                onAnswer={(issue, reason) => orders.answer(issue, item, reason)}
                onChange={(next) => orders.set(basket.map((one, j) => (j === i ? next : one)))}
                onRemove={() => {
                  orders.set(basket.filter((_, j) => j !== i));
                  search.current?.focus();
                }}
              />
            ))}
          </ul>
        )}
        {preview.crossesThreshold && basket.length > 0 && (
          <p className="doc-hint">{t('crossesThreshold', { rate: preview.rate.toString() })}</p>
        )}
        {orders.general.map((issue) => (
          <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
        ))}
        <PlacedOrders visit={visit} />
      </div>
    </Drawer>
  );
}
