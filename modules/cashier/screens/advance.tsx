import {
  Button,
  Card,
  Drawer,
  formatDateTime,
  MoneyField,
  money,
  PrintButton,
  toast,
  useCommand,
  useDrawer,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type CashierQueueRow,
  type DepositResult,
  type DepositRow,
  type ReturnDepositInput,
  returnDeposit,
  type TakeDepositInput,
  takeDeposit,
} from '../contract.ts';
import { deskTexts } from './desk/texts.ts';
import { Refusals } from './issues.tsx';
import { QrPay } from './qr.tsx';
import { type ChosenWay, IN_CASH, WayChoice, wayInput } from './way-choice.tsx';

export const ADVANCE_DRAWER = 'cashier-advance';

/** What was paid in advance for a visit, newest first, and what is held of it. */
export function useAdvances(encounter: string): { rows: readonly DepositRow[]; reload: () => void } {
  return useView<DepositRow>('cashier.deposits', { encounter }, { sort: '-at', limit: 20 });
}

/** Takes an advance for a visit that is still open. */
export function AdvanceDrawer(props: { readonly row: CashierQueueRow; readonly onDone: () => void }): ReactElement {
  const { row, onDone } = props;
  const t = useTexts(deskTexts);
  const { close } = useDrawer(ADVANCE_DRAWER);
  const [amount, setAmount] = useState('');
  const [way, setWay] = useState<ChosenWay>(IN_CASH);
  const [transfer, setTransfer] = useState<string>();
  const advances = useAdvances(row.key);
  const take = useCommand<TakeDepositInput, DepositResult>(takeDeposit.name, {
    onDone: (done) => {
      toast({ text: t('depositDone', { amount: money(done.amount), number: done.number }) });
      setAmount('');
      setTransfer(undefined);
      onDone();
      close();
    },
  });
  return (
    <Drawer id={ADVANCE_DRAWER} title={t('takeAdvance')} patient={row.name}>
      <form
        className="cash-form"
        onSubmit={(event) => {
          event.preventDefault();
          void take.run({ encounter: row.key, amount: Number(amount || 0), ...wayInput(way), transfer });
        }}
      >
        <MoneyField label={t('advance')} value={amount} onChange={setAmount} autoFocus />
        <WayChoice value={way} onChange={setWay} />
        {way.method === 'qr' && Number(amount) > 0 && (
          <QrPay
            encounter={row.key}
            amount={Number(amount)}
            onReceived={(id, came, reference) => {
              setTransfer(id);
              setAmount(String(came));
              setWay({ method: 'qr', reference });
            }}
          />
        )}
        <Refusals issues={take.issues} />
        <Button look="primary" icon="cash" busy={take.running} disabled={Number(amount || 0) < 1_000} type="submit">
          {t('takeAdvance')}
        </Button>
      </form>
      <ul className="cash-advances">
        {advances.rows.map((one) => (
          <li key={one.key}>
            <span className="m-code">{one.number}</span> {formatDateTime(one.at)}{' '}
            <strong>{money(one.kind === 'deposit' ? one.amount : -one.amount)}</strong>
            <PrintButton form="cashier.deposit" id={one.key} label={t('printDeposit')} />
          </li>
        ))}
      </ul>
    </Drawer>
  );
}

/** What is held and not needed any more goes back to the patient. */
export function AdvanceLeft({
  encounter,
  held,
  onDone,
}: {
  readonly encounter: string;
  readonly held: number;
  readonly onDone: () => void;
}): ReactElement {
  const t = useTexts(deskTexts);
  const [way, setWay] = useState<ChosenWay>(IN_CASH);
  const give = useCommand<ReturnDepositInput, DepositResult>(returnDeposit.name, {
    onDone: (done) => {
      toast({ text: t('depositReturned', { amount: money(done.amount), number: done.number }) });
      onDone();
    },
  });
  return (
    <Card tone="insurance" title={t('advanceLeft')}>
      <div className="cash-refund">
        <p className="cash-done-change">
          <strong>{money(held)}</strong>
        </p>
        <Refusals issues={give.issues} />
        <div className="cash-way">
          <WayChoice value={way} onChange={setWay} />
          <Button
            look="primary"
            icon="cash"
            busy={give.running}
            onClick={() => void give.run({ encounter, expectedAmount: held, ...wayInput(way) })}
          >
            {t('returnAdvance', { amount: money(held) })}
          </Button>
        </div>
      </div>
    </Card>
  );
}
