import { Button, Fact, Facts, money, useCan, useCommand, useSession, useTexts, useView } from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  type AskTransferInput,
  type AskTransferResult,
  askTransfer,
  type SimulateTransferInput,
  simulateTransfer,
  type TransferResult,
  type TransferRow,
} from '../contract.ts';
import { deskTexts } from './desk/texts.ts';
import { Refusals } from './issues.tsx';

/** The picture of a QR code, quiet zone of four modules within; undefined until the maker of codes has been loaded. */
function useQrCode(text: string): string | undefined {
  const [picture, setPicture] = useState<string>();
  useEffect(() => {
    let alive = true;
    void import('bwip-js/browser').then(({ qrcode, drawingSVG }) => {
      const drawn = qrcode(
        { bcid: 'qrcode', text, scale: 4, paddingwidth: 4, paddingheight: 4, backgroundcolor: 'FFFFFF' },
        drawingSVG(),
      ) as string;
      if (alive) setPicture(`data:image/svg+xml;utf8,${encodeURIComponent(drawn)}`);
    });
    return () => {
      alive = false;
    };
  }, [text]);
  return picture;
}

/** Asks for a transfer, shows its code to the patient, and says when the bank has the money. */
export function QrPay(props: {
  readonly encounter: string;
  readonly amount: number;
  /** The transfer that has come in, with what it brought. */
  readonly onReceived: (transfer: string, amount: number, reference: string) => void;
}): ReactElement {
  const { encounter, amount, onReceived } = props;
  const t = useTexts(deskTexts);
  const asked = useCommand<AskTransferInput, AskTransferResult>(askTransfer.name);
  const { result } = asked;
  if (!result)
    return (
      <div className="cash-qr">
        <Refusals issues={asked.issues} />
        <Button
          icon="scan"
          busy={asked.running}
          disabled={amount < 1_000}
          onClick={() => void asked.run({ encounter, amount })}
        >
          {t('qrMake')}
        </Button>
      </div>
    );
  return <QrCode asked={result} onReceived={onReceived} />;
}

function QrCode({
  asked,
  onReceived,
}: {
  readonly asked: AskTransferResult;
  readonly onReceived: (transfer: string, amount: number, reference: string) => void;
}): ReactElement {
  const t = useTexts(deskTexts);
  const can = useCan();
  const { facility } = useSession();
  const picture = useQrCode(asked.qr);
  const told = useRef(false);
  const box = useRef<HTMLDivElement>(null);
  // The code is what the patient looks for: all of it is on the screen.
  useEffect(() => {
    if (picture) box.current?.scrollIntoView({ block: 'nearest' });
  }, [picture]);
  const { rows } = useView<TransferRow>('cashier.transfers', { reference: asked.reference }, { sort: 'reference' });
  const simulate = useCommand<SimulateTransferInput, TransferResult>(simulateTransfer.name);
  const row = rows.find((one) => one.key === asked.transfer);
  const came = row !== undefined && row.state !== 'waiting';
  useEffect(() => {
    if (!row || !came || told.current) return;
    told.current = true;
    onReceived(row.key, row.left, asked.reference);
  }, [row, came, onReceived, asked.reference]);
  return (
    <div ref={box} className="cash-qr" data-came={came || undefined}>
      {picture && <img className="cash-qr-code" src={picture} alt={t('qrFor', { amount: money(asked.amount) })} />}
      <div className="cash-qr-facts">
        <strong className="cash-qr-amount">{money(asked.amount)}</strong>
        <Facts>
          <Fact label={t('qrRefer')}>
            <span className="m-code">{asked.reference}</span>
          </Fact>
          <Fact label={t('qrAccount')}>
            <span className="m-code">{asked.account}</span> {asked.bankName}
            {' · '}
            {asked.holder}
          </Fact>
        </Facts>
        <p role="status">{came ? t('qrCame', { amount: money(row?.received ?? 0) }) : t('qrWaits')}</p>
        {!came && facility.mode !== 'production' && can('cashier.settle') && (
          <Button
            size="small"
            look="quiet"
            icon="sync"
            busy={simulate.running}
            onClick={() => void simulate.run({ transfer: asked.transfer })}
          >
            {t('simulate')}
          </Button>
        )}
        <Refusals issues={simulate.issues} />
      </div>
    </div>
  );
}
