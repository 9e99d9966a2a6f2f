import { Button, Fact, useCan, useCommand, useTexts, useView } from '@mach/ui';
import type { ReactElement } from 'react';
import { type EInvoiceInput, type EInvoiceResult, type EInvoiceRow, issueEInvoice } from '../contract.ts';
import { deskTexts } from './desk/texts.ts';

export const E_INVOICE_TEXT = {
  pending: 'eInvoicePending',
  issued: 'eInvoiceIssued',
  replaced: 'eInvoiceReplaced',
  cancelled: 'eInvoiceCancelled',
  failed: 'eInvoiceFailed',
} as const;

/** The e-invoice of a receipt: where it stands, its number; sent again after a refusal was mended. */
export function EInvoiceFact({ invoice }: { readonly invoice: string }): ReactElement | null {
  const t = useTexts(deskTexts);
  const can = useCan();
  const { rows } = useView<EInvoiceRow>('cashier.e-invoices', { invoice }, { sort: '-at', limit: 1 });
  const send = useCommand<EInvoiceInput, EInvoiceResult>(issueEInvoice.name);
  const [row] = rows;
  if (!row) return null;
  return (
    <Fact label={t('eInvoice')}>
      {t(E_INVOICE_TEXT[row.state])}{' '}
      {row.number && <span className="m-code">{`${row.series ?? ''} ${row.number}`}</span>}
      {row.state === 'failed' && (
        <>
          {' '}
          {row.issue}{' '}
          {can('cashier.e-invoice') && (
            <Button size="small" icon="send" busy={send.running} onClick={() => void send.run({ invoice })}>
              {t('resend')}
            </Button>
          )}
        </>
      )}
    </Fact>
  );
}
