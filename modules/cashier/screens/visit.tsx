import { type CheckCardInput, type CheckCardResult, checkCard } from '@mach/claims/contract.ts';
import {
  AlertLine,
  Card,
  type FinishAction,
  FinishBar,
  money,
  ReadOnlyNote,
  Section,
  Skeleton,
  useCan,
  useCommand,
  useDrawer,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  type Bill,
  type CashierQueueRow,
  type QuoteInput,
  quote,
  type SettleInput,
  type SettleResult,
  settle,
} from '../contract.ts';
import { ADVANCE_DRAWER, AdvanceDrawer } from './advance.tsx';
import { BillPart } from './bill.tsx';
import { deskTexts } from './desk/texts.ts';
import { Payment } from './payment.tsx';
import { NeedShift, SHIFT_DRAWER, useShift } from './shift.tsx';
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
  const desk = useTexts(deskTexts);
  const can = useCan();
  const shift = useShift();
  const shiftDrawer = useDrawer(SHIFT_DRAWER);
  const advanceDrawer = useDrawer(ADVANCE_DRAWER);
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
  const deposit = bill?.deposit ?? 0;
  const payments = paymentsOf(ways, due, deposit);
  // A till without a shift takes no cash: said before the money is on the table.
  const needsShift = shift === null && payments.some((one) => one.method === 'cash');
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
      {!payable && deposit > 0 && (
        <p className="cash-held">
          {desk('advanceHeld')} <strong>{money(deposit)}</strong>
        </p>
      )}
      {can('cashier.settle') && <AdvanceDrawer row={row} onDone={() => void asked.run({ encounter: row.key })} />}
      {payable && bill && (
        <Section anchor={2} title={t('payment')} chord={due === 0 ? undefined : 'F9'}>
          {needsShift && <NeedShift />}
          <Payment
            encounter={row.key}
            due={due}
            deposit={deposit}
            ways={ways}
            onChange={setWays}
            issues={taken.issuesByField.payments ?? []}
            amountRef={amount}
          />
        </Section>
      )}
    </div>
  );
  const takeAdvance: FinishAction = {
    label: { vi: deskTexts.vi.takeAdvance, en: deskTexts.en.takeAdvance },
    run: advanceDrawer.open,
  };
  const finish =
    bill && !payable ? (
      <FinishBar actions={can('cashier.settle') ? [takeAdvance] : []} />
    ) : (
      bill && (
        <FinishBar
          missing={
            missing > 0
              ? [{ text: t('missingMoney', { amount: money(missing) }), go: () => amount.current?.focus() }]
              : []
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
            disabled: missing > 0 || asked.running || needsShift,
            run: () => void taken.run({ encounter: row.key, expectedPatientTotal: due, payments }),
          }}
          actions={
            due === 0
              ? []
              : [
                  ...(needsShift
                    ? [
                        {
                          label: { vi: deskTexts.vi.openShift, en: deskTexts.en.openShift },
                          chord: 'F10',
                          run: shiftDrawer.open,
                        },
                      ]
                    : []),
                  takeAdvance,
                  {
                    label: { vi: texts.vi.enterMoney, en: texts.en.enterMoney },
                    chord: 'F9',
                    run: () => amount.current?.focus(),
                  },
                ]
          }
        />
      )
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
