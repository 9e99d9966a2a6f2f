import { type CheckCardInput, type CheckCardResult, checkCard } from '@mach/claims/contract.ts';
import {
  AlertLine,
  Button,
  Card,
  Fact,
  Facts,
  FinishBar,
  formatDateTime,
  money,
  PrintButton,
  ReadOnlyNote,
  Section,
  Skeleton,
  useCan,
  useCommand,
  usePick,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  type Bill,
  type CashierLineRow,
  type CashierQueueRow,
  type InvoiceRow,
  type QuoteInput,
  quote,
  type SettleInput,
  type SettleResult,
  settle,
} from '../contract.ts';
import { BillPart, SettledBill } from './bill.tsx';
import { CancelDialog, RefundDue, wayText } from './money-back.tsx';
import { Payment } from './payment.tsx';
import { texts } from './texts.ts';
import { balanceOf, CASH, paymentsOf, type Way } from './ways.ts';

/** A visit that is not settled: the bill as it stands, the payment, and the one key that settles. */
export function OpenVisit(props: {
  readonly row: CashierQueueRow;
  readonly onSettled: (done: SettleResult) => void;
  /** Puts the page and its finish bar into the frame. */
  readonly children: (page: ReactElement, finish?: ReactElement) => ReactElement;
}): ReactElement {
  const { row, onSettled, children } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [ways, setWays] = useState<readonly Way[]>([CASH]);
  const amount = useRef<HTMLInputElement>(null);
  const asked = useCommand<QuoteInput, Bill>(quote.name);
  const taken = useCommand<SettleInput, SettleResult>(settle.name, {
    onDone: onSettled,
    onFailed: (issues) => {
      if (issues.some((issue) => issue.code === 'bill-changed')) void ask.current({ encounter: row.key });
    },
  });
  const ask = useRef(asked.run);
  ask.current = asked.run;

  // The bill is asked for again whenever a line of the visit has changed.
  const lines = JSON.stringify(row.charges);
  useEffect(() => {
    void lines;
    void ask.current({ encounter: row.key });
  }, [row.key, lines]);

  const bill = asked.result?.encounter === row.key ? asked.result : undefined;
  const { name, birthDate } = row;
  const card = useCommand<CheckCardInput, CheckCardResult>(checkCard.name, {
    onDone: () => void ask.current({ encounter: row.key }),
  });
  function checkAgain(): void {
    const benefit = bill?.benefit;
    if (benefit && birthDate !== null && !card.running)
      void card.run({ card: benefit.card, name, birthDate, coverage: benefit.coverage });
  }
  const payable = row.rank === 1 || row.rank === 2;
  const due = bill?.patientTotal ?? 0;
  const payments = paymentsOf(ways, due);
  const { missing, change } = balanceOf(payments, due);
  const loose = [
    ...(taken.issuesByField[''] ?? []),
    ...(taken.issuesByField.encounter ?? []),
    ...(taken.issuesByField.expectedPatientTotal ?? []),
  ];
  const label = due === 0 ? 'settle' : 'take';

  const page = (
    <div className="m-page">
      {!payable && <ReadOnlyNote>{t('notConcluded')}</ReadOnlyNote>}
      {[...asked.issues, ...loose].map((issue) => (
        <AlertLine
          key={issue.code}
          level="stop"
          what={pick(issue.text)}
          why={issue.remedy ? pick(issue.remedy) : undefined}
          instead={{ label: t('recompute'), run: () => void asked.run({ encounter: row.key }) }}
        />
      ))}
      <Section anchor={1} title={t('bill')}>
        {bill ? (
          <BillPart bill={bill} onCheckCard={birthDate === null ? undefined : checkAgain} />
        ) : asked.running ? (
          <Skeleton shape="table" />
        ) : null}
      </Section>
      {payable && bill && (
        <Section anchor={2} title={t('payment')} chord={due === 0 ? undefined : 'F9'}>
          <Payment
            due={due}
            ways={ways}
            onChange={setWays}
            issues={taken.issuesByField.payments ?? []}
            amountRef={amount}
          />
        </Section>
      )}
    </div>
  );
  const finish = payable && bill && (
    <FinishBar
      missing={
        missing > 0 ? [{ text: t('missingMoney', { amount: money(missing) }), go: () => amount.current?.focus() }] : []
      }
      left={
        <span className="cash-due">
          {t('due')} <strong>{money(due)}</strong>
          {change > 0 && (
            <>
              {' · '}
              {t('change')} <strong>{money(change)}</strong>
            </>
          )}
        </span>
      }
      finish={{
        label: { vi: texts.vi[label], en: texts.en[label] },
        patient: row.name,
        icon: 'cash',
        busy: taken.running,
        disabled: missing > 0 || asked.running,
        run: () => void taken.run({ encounter: row.key, expectedPatientTotal: due, payments }),
      }}
      actions={
        due === 0
          ? []
          : [
              {
                label: { vi: texts.vi.enterMoney, en: texts.en.enterMoney },
                chord: 'F9',
                run: () => amount.current?.focus(),
              },
            ]
      }
    />
  );
  return children(page, finish || undefined);
}

/** What was taken and what goes back: seen until the next patient is called. */
export function JustSettled({ done }: { readonly done: SettleResult }): ReactElement {
  const t = useTexts(texts);
  return (
    <Card tone="insurance" title={`${t('invoice')} ${done.invoiceNumber}`}>
      <div className="cash-done" role="status">
        <p>{done.patientTotal > 0 ? t('done', { amount: money(done.patientTotal) }) : t('doneFree')}</p>
        {done.change > 0 && (
          <p className="cash-done-change">
            {t('change')} <strong>{money(done.change)}</strong>
          </p>
        )}
      </div>
    </Card>
  );
}

/** A settled visit: the invoice, and the way to undo it. */
export function SettledVisit({ row }: { readonly row: CashierQueueRow }): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const [asking, setAsking] = useState(false);
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
          <Fact label={t('way')}>{one.method ? t(wayText(one.method)) : t('nothingDue')}</Fact>
          {one.adjustedReason && <Fact label={t('adjusted')}>{one.adjustedReason}</Fact>}
          {one.refundNumber && (
            <Fact label={t('refunded')}>
              <span className="m-code">{one.refundNumber}</span> {one.refundedAt ? formatDateTime(one.refundedAt) : ''}
            </Fact>
          )}
          {one.cancelledReason && <Fact label={t('cancelReason')}>{one.cancelledReason}</Fact>}
        </Facts>
      ))}
      {live && (live.refundDue ?? 0) > 0 && <RefundDue invoice={live} />}
      {live?.unverified && <AlertLine level="warn" what={t('unverified')} />}
      {live && <SettledBill invoice={live} lines={lines.rows} insured={row.payer === 'bhyt'} />}
      {live && (
        <div className="cash-actions">
          <PrintButton form="cashier.receipt" id={live.key} label={t('printReceipt')} chord="F8" />
          {row.payer === 'bhyt' && <PrintButton form="cashier.statement" id={live.key} label={t('printStatement')} />}
          {can('cashier.cancel') && (
            <>
              <Button look="danger" icon="undo" onClick={() => setAsking(true)}>
                {t('cancelInvoice')}
              </Button>
              <CancelDialog invoice={live} open={asking} onClose={() => setAsking(false)} />
            </>
          )}
        </div>
      )}
    </div>
  );
}
