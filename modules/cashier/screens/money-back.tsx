import {
  AlertLine,
  Button,
  Card,
  Modal,
  money,
  Segmented,
  TextArea,
  TextField,
  toast,
  useCan,
  useCommand,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type CancelInvoiceInput,
  type CancelInvoiceResult,
  cancelInvoice,
  type InvoiceRow,
  type PayRefundInput,
  type PayRefundResult,
  payRefund,
} from '../contract.ts';
import { texts } from './texts.ts';

export const wayText = (method: string): 'cash' | 'qr' | 'card' =>
  method === 'qr' || method === 'card' ? method : 'cash';

/** Something came back: the amount that waits for the patient, and how it is handed out. */
export function RefundDue({ invoice }: { readonly invoice: InvoiceRow }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const [method, setMethod] = useState<PayRefundInput['method']>('cash');
  const [reference, setReference] = useState('');
  const due = invoice.refundDue ?? 0;
  const pay = useCommand<PayRefundInput, PayRefundResult>(payRefund.name, {
    onDone: ({ refundNumber, amount }) =>
      toast({ text: t('refundDone', { number: refundNumber, amount: money(amount) }) }),
  });
  return (
    <Card tone="insurance" title={t('refundDue')}>
      <div className="cash-refund">
        <p className="cash-done-change">
          <strong>{money(due)}</strong> {invoice.adjustedReason && <span>{invoice.adjustedReason}</span>}
        </p>
        {pay.issues.map((issue) => (
          <AlertLine
            key={issue.code}
            level="stop"
            what={pick(issue.text)}
            why={issue.remedy ? pick(issue.remedy) : undefined}
          />
        ))}
        {can('cashier.refund') && (
          <div className="cash-way">
            <Segmented<PayRefundInput['method']>
              label={t('way')}
              value={method}
              onChange={setMethod}
              options={[
                { value: 'cash', label: t('cash'), icon: 'cash' },
                { value: 'qr', label: t('qr'), icon: 'scan' },
                { value: 'card', label: t('card') },
              ]}
            />
            {method !== 'cash' && (
              <TextField label={t('reference')} code maxLength={60} value={reference} onChange={setReference} />
            )}
            <Button
              look="primary"
              icon="cash"
              busy={pay.running}
              onClick={() =>
                void pay.run({
                  invoice: invoice.key,
                  expectedAmount: due,
                  method,
                  ...(method === 'cash' || reference.trim() === '' ? {} : { reference: reference.trim() }),
                })
              }
            >
              {t('payRefund', { amount: money(due) })}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

export function CancelDialog(props: {
  readonly invoice: InvoiceRow;
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const { invoice, open, onClose } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [reason, setReason] = useState('');
  const cancel = useCommand<CancelInvoiceInput, CancelInvoiceResult>(cancelInvoice.name, {
    onDone: ({ refunds }) => {
      const given =
        refunds
          .map(({ method, amount }) =>
            amount < 0
              ? t('takeBack', { way: t(wayText(method)), amount: money(-amount) })
              : `${t(wayText(method))} ${money(amount)}`,
          )
          .join(', ') || money(0);
      toast({ text: t('cancelled', { refunds: given }) });
      onClose();
    },
  });
  const said = reason.trim().length >= 2;
  return (
    <Modal
      kind="destructive"
      open={open}
      onClose={onClose}
      title={`${t('cancelInvoice')} ${invoice.number} · ${invoice.name ?? ''}`}
      actions={
        <>
          <Button onClick={onClose}>{t('keepInvoice')}</Button>
          <Button
            look="danger"
            busy={cancel.running}
            disabled={!said}
            onClick={() => void cancel.run({ invoice: invoice.key, reason: reason.trim() })}
          >
            {t('cancelInvoice')}
          </Button>
        </>
      }
    >
      <p>{t('cancelInvoiceHint', { amount: money(invoice.patientTotal) })}</p>
      <TextArea
        label={t('cancelReason')}
        required
        maxLength={500}
        value={reason}
        onChange={setReason}
        issues={cancel.issuesByField.reason}
        autoFocus
      />
      {cancel.issues
        .filter((issue) => issue.field !== 'reason')
        .map((issue) => (
          <AlertLine
            key={issue.code}
            level="stop"
            what={pick(issue.text)}
            why={issue.remedy ? pick(issue.remedy) : undefined}
          />
        ))}
    </Modal>
  );
}
