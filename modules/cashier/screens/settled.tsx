import type { Invoice } from '@mach/fhir/types.ts';
import {
  AlertLine,
  Button,
  Fact,
  Facts,
  formatDateTime,
  localDate,
  money,
  PrintButton,
  Skeleton,
  useCan,
  useNow,
  useRecord,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type AdvanceRow,
  type CashierLineRow,
  type CashierQueueRow,
  type InvoiceRow,
  invoiceFacts,
} from '../contract.ts';
import { AdvanceLeft } from './advance.tsx';
import { SettledBill } from './bill.tsx';
import { CancelAsked } from './cancel-asked.tsx';
import { EInvoiceFact } from './e-invoice.tsx';
import { CancelDialog, RefundDue, wayText } from './money-back.tsx';
import { RefundLines } from './refund-lines.tsx';
import { texts } from './texts.ts';

/** A settled visit: the invoice, and the way to undo it. */
export function SettledVisit({ row }: { readonly row: CashierQueueRow }): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const [asking, setAsking] = useState(false);
  const now = useNow();
  const advances = useView<AdvanceRow>('cashier.advances', { encounter: row.key }, { sort: 'key', live: false });
  const held = advances.rows.find((one) => one.encounter === row.key)?.held ?? 0;
  const invoices = useView<InvoiceRow>('cashier.invoices', { encounter: row.key }, { sort: '-date' });
  const lines = useView<CashierLineRow>('cashier.lines', { encounter: row.key }, { sort: 'at', limit: 500 });
  const live = invoices.rows.find((one) => one.status === 'balanced');
  if (invoices.state === 'loading' || lines.state === 'loading') return <Skeleton shape="table" />;
  return (
    <div className="m-page">
      {invoices.rows.map((one) => (
        <Facts key={one.key}>
          <Fact label={t('invoice')}>
            <span className="m-code">{one.number}</span> {one.status === 'cancelled' && t('cancelledMark')}
          </Fact>
          <Fact label={t('settle')}>{formatDateTime(one.date)}</Fact>
          <Fact label={t('settledBy')}>{one.cashier ?? '—'}</Fact>
          <Fact label={t('way')}>{one.method ? <Ways invoice={one.key} /> : t('nothingDue')}</Fact>
          {one.adjustedReason && <Fact label={t('adjusted')}>{one.adjustedReason}</Fact>}
          {one.refundNumber && (
            <Fact label={t('refunded')}>
              <span className="m-code">{one.refundNumber}</span> {one.refundedAt ? formatDateTime(one.refundedAt) : ''}
            </Fact>
          )}
          <EInvoiceFact invoice={one.key} />
          {one.cancelledReason && <Fact label={t('cancelReason')}>{one.cancelledReason}</Fact>}
        </Facts>
      ))}
      {live && (live.refundDue ?? 0) > 0 && <RefundDue invoice={live} />}
      {held > 0 && can('cashier.refund') && <AdvanceLeft encounter={row.key} held={held} onDone={advances.reload} />}
      {live?.cancelAsked && <CancelAsked invoice={live} />}
      {live?.unverified && <AlertLine level="warn" what={t('unverified')} />}
      {live && <SettledBill invoice={live} lines={lines.rows} insured={row.payer === 'bhyt'} />}
      {live && (
        <div className="cash-actions">
          <PrintButton form="cashier.receipt" id={live.key} label={t('printReceipt')} chord="F8" />
          {row.payer === 'bhyt' && <PrintButton form="cashier.statement" id={live.key} label={t('printStatement')} />}
          {can('cashier.refund-line') && <RefundLines row={row} lines={lines.rows} />}
          {can('cashier.cancel') && (!live.cancelAsked || live.cancelApprovedBy) && (
            <>
              <Button look="danger" icon="undo" onClick={() => setAsking(true)}>
                {t('cancelInvoice')}
              </Button>
              <CancelDialog
                invoice={live}
                ask={localDate(live.date) !== localDate(now) && !live.cancelApprovedBy}
                insured={row.payer === 'bhyt'}
                open={asking}
                onClose={() => setAsking(false)}
              />
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** Every way by which a receipt was paid, with its amount where there are several. */
function Ways({ invoice }: { readonly invoice: string }): ReactElement {
  const t = useTexts(texts);
  const { record } = useRecord<Invoice & { id: string }>('Invoice', invoice);
  const paid = record ? invoiceFacts(record).paid : [];
  const said = paid.map(({ method, amount }) =>
    paid.length === 1 ? t(wayText(method)) : `${t(wayText(method))} ${money(amount)}`,
  );
  return <>{said.join(' · ')}</>;
}
