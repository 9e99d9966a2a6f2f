import { CLAIM_LABELS, type ClaimRow } from '@mach/claims/contract.ts';
import {
  AlertLine,
  Button,
  Card,
  Modal,
  money,
  TextArea,
  toast,
  useCan,
  useCommand,
  usePick,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type AskCancelInput,
  askCancel,
  type CancelInvoiceInput,
  type CancelInvoiceResult,
  cancelInvoice,
  type InvoiceRow,
  type PayRefundInput,
  type PayRefundResult,
  payRefund,
} from '../contract.ts';
import { deskTexts } from './desk/texts.ts';
import { Refusals } from './issues.tsx';
import { texts } from './texts.ts';
import { type ChosenWay, IN_CASH, WayChoice, wayInput } from './way-choice.tsx';

type WayText = 'cash' | 'qr' | 'card' | 'depositWay' | 'transferWay';
export function wayText(method: string): WayText {
  if (method === 'deposit') return 'depositWay';
  if (method === 'transfer') return 'transferWay';
  return method === 'qr' || method === 'card' ? method : 'cash';
}

/** Something came back: the amount that waits for the patient, and how it is handed out. */
export function RefundDue({ invoice }: { readonly invoice: InvoiceRow }): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const [way, setWay] = useState<ChosenWay>(IN_CASH);
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
        <Refusals issues={pay.issues} />
        {can('cashier.refund') && (
          <div className="cash-way">
            <WayChoice value={way} onChange={setWay} />
            <Button
              look="primary"
              icon="cash"
              busy={pay.running}
              onClick={() => void pay.run({ invoice: invoice.key, expectedAmount: due, ...wayInput(way) })}
            >
              {t('payRefund', { amount: money(due) })}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}

/** What becomes of the claim of a visit whose receipt is cancelled: said before, with its state to those who may see it. */
function ClaimTouched({ encounter }: { readonly encounter: string }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const { rows } = useView<ClaimRow>(
    'claims.list',
    { encounter },
    { sort: '-endedAt', limit: 1, enabled: can('claims.read') },
  );
  const [claim] = rows;
  return (
    <AlertLine
      level="warn"
      what={
        claim
          ? t('claimTouchedState', { code: claim.visitCode, state: pick(CLAIM_LABELS[claim.state]) })
          : t('claimTouched')
      }
      why={t('claimAgain')}
    />
  );
}

export function CancelDialog(props: {
  readonly invoice: InvoiceRow;
  /** Of an earlier day: the cancellation is asked for, another person approves. */
  readonly ask: boolean;
  /** The fund pays a part: its claim is touched. */
  readonly insured: boolean;
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const { invoice, ask, insured, open, onClose } = props;
  const t = useTexts(texts);
  const desk = useTexts(deskTexts);
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
  const request = useCommand<AskCancelInput, { invoice: string }>(askCancel.name, {
    onDone: () => {
      toast({ text: desk('askSent') });
      onClose();
    },
  });
  const send = ask ? request : cancel;
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
            busy={send.running}
            disabled={!said}
            onClick={() => void send.run({ invoice: invoice.key, reason: reason.trim() })}
          >
            {ask ? desk('askApproval') : t('cancelInvoice')}
          </Button>
        </>
      }
    >
      <p>{ask ? desk('askApprovalHint') : t('cancelInvoiceHint', { amount: money(invoice.patientTotal) })}</p>
      {insured && <ClaimTouched encounter={invoice.encounter} />}
      <TextArea
        label={t('cancelReason')}
        required
        maxLength={500}
        value={reason}
        onChange={setReason}
        issues={send.issuesByField.reason}
        autoFocus
      />
      <Refusals issues={cancel.issues} except={['reason']} />
      <Refusals issues={request.issues} except={['reason']} />
    </Modal>
  );
}
