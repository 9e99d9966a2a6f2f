import { Button, Drawer, money, TextArea, toast, useCommand, useDrawer, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type CashierLineRow,
  type CashierQueueRow,
  type RefundLineInput,
  type RefundLineResult,
  refundLine,
} from '../contract.ts';
import { deskTexts } from './desk/texts.ts';
import { Refusals } from './issues.tsx';

const DRAWER = 'cashier-refund-line';

/** The lines of a paid bill, each of which can be given back while it was not performed or handed over. */
export function RefundLines(props: {
  readonly row: CashierQueueRow;
  readonly lines: readonly CashierLineRow[];
}): ReactElement {
  const { row, lines } = props;
  const t = useTexts(deskTexts);
  const drawer = useDrawer(DRAWER);
  const [chosen, setChosen] = useState<string>();
  const [reason, setReason] = useState('');
  const refund = useCommand<RefundLineInput, RefundLineResult>(refundLine.name, {
    onDone: (done) => {
      toast({ text: t('refundLineDone', { amount: money(done.refund) }) });
      setChosen(undefined);
      setReason('');
      drawer.close();
    },
  });
  return (
    <>
      <Button icon="undo" onClick={drawer.open}>
        {t('refundLine')}
      </Button>
      <Drawer id={DRAWER} title={t('refundLine')} patient={row.name}>
        <p className="cash-nothing">{t('refundLineHint')}</p>
        <ul className="cash-choices">
          {lines
            .filter((line) => line.status === 'billed')
            .map((line) => (
              <li key={line.key}>
                <button
                  type="button"
                  className="cash-choice"
                  aria-pressed={chosen === line.key}
                  onClick={() => setChosen(line.key)}
                >
                  <span>{line.text ?? line.code}</span>
                  <span className="cash-number">{money(Math.round(line.patientPays ?? 0))}</span>
                </button>
              </li>
            ))}
        </ul>
        {chosen !== undefined && (
          <div className="cash-form">
            <TextArea
              label={t('reasonLine')}
              required
              maxLength={500}
              value={reason}
              onChange={setReason}
              issues={refund.issuesByField.reason}
              autoFocus
            />
            <Refusals issues={refund.issues} except={['reason']} />
            <Button
              look="danger"
              icon="undo"
              busy={refund.running}
              disabled={reason.trim().length < 2}
              onClick={() => void refund.run({ chargeItem: chosen, reason: reason.trim() })}
            >
              {t('refundLine')}
            </Button>
          </div>
        )}
      </Drawer>
    </>
  );
}
