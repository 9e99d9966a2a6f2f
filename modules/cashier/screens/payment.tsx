import { Button, Chip, IconButton, type Issue, MoneyField, money, Segmented, TextField, useTexts } from '@mach/ui';
import { type ReactElement, type Ref, useId } from 'react';
import { deskTexts } from './desk/texts.ts';
import { QrPay } from './qr.tsx';
import { texts } from './texts.ts';
import { balanceOf, CASH, paymentsOf, usualNotes, type Way } from './ways.ts';

/** At most so many ways in one settlement. */
const WAYS = 3;

/** How it is paid: cash with its change, QR, card, or several together. */
export function Payment(props: {
  readonly encounter: string;
  readonly due: number;
  /** Held in advance; it pays first. */
  readonly deposit: number;
  readonly ways: readonly Way[];
  readonly onChange: (ways: readonly Way[]) => void;
  readonly issues: readonly Issue[];
  readonly amountRef: Ref<HTMLInputElement>;
}): ReactElement {
  const { encounter, due, deposit, ways, onChange, issues, amountRef } = props;
  const t = useTexts(texts);
  const desk = useTexts(deskTexts);
  const group = useId();
  const payments = paymentsOf(ways, due, deposit);
  const { missing, change } = balanceOf(payments, due);
  const put = (at: number, next: Partial<Way>): void =>
    onChange(ways.map((way, i) => (i === at ? { ...way, ...next } : way)));

  const rest = due - Math.min(deposit, due);
  // What a QR code asks for: the amount that was typed, else what the other ways leave.
  const asks = (at: number): number =>
    Number(ways[at]?.amount || 0) ||
    Math.max(0, rest - ways.reduce((sum, way, i) => sum + (i === at ? 0 : Number(way.amount || 0)), 0));
  if (due === 0) return <p className="cash-nothing">{t('nothingDue')}</p>;
  return (
    <div className="cash-payment">
      {deposit > 0 && (
        <p className="cash-held">
          {desk('deposit')} <strong>{money(Math.min(deposit, due))}</strong>
          {deposit > due && (
            <>
              {' · '}
              {desk('advanceLeft')} {money(deposit - due)}
            </>
          )}
        </p>
      )}
      {rest > 0 &&
        ways.map((way, i) => (
          <div key={`${group}-${String(i)}`} className="cash-way">
            <Segmented<Way['method']>
              label={ways.length === 1 ? t('way') : t('wayN', { n: i + 1 })}
              value={way.method}
              onChange={(method) => put(i, { method, transfer: undefined })}
              options={[
                { value: 'cash', label: t('cash'), icon: 'cash' },
                { value: 'qr', label: t('qr'), icon: 'scan' },
                { value: 'card', label: t('card') },
              ]}
            />
            <MoneyField
              label={way.method === 'cash' ? t('cashGiven') : t('amount')}
              value={way.amount}
              onChange={(amount) => put(i, { amount })}
              placeholder={t('exact')}
              issues={i === 0 ? issues : undefined}
              inputRef={i === 0 ? amountRef : undefined}
            />
            {way.method !== 'cash' && (
              <TextField
                label={t('reference')}
                code
                maxLength={60}
                value={way.reference}
                onChange={(reference) => put(i, { reference })}
              />
            )}
            {ways.length > 1 && (
              <IconButton
                icon="trash"
                size="small"
                label={t('removeWay')}
                onClick={() => onChange(ways.filter((_, at) => at !== i))}
              />
            )}
            {way.method === 'qr' && way.transfer === undefined && asks(i) > 0 && (
              <QrPay
                key={asks(i)}
                encounter={encounter}
                amount={asks(i)}
                onReceived={(transfer, came, reference) =>
                  put(i, { transfer, amount: String(Math.min(came, asks(i))), reference })
                }
              />
            )}
            {way.method === 'cash' && ways.length === 1 && (
              <div className="cash-notes">
                {usualNotes(rest).map((note) => (
                  <Chip
                    key={note}
                    pressed={way.amount === String(note)}
                    onClick={() => put(i, { amount: String(note) })}
                  >
                    {money(note)}
                  </Chip>
                ))}
              </div>
            )}
          </div>
        ))}
      <div className="cash-balance" aria-live="polite">
        {missing > 0 && <strong className="cash-missing">{t('missingMoney', { amount: money(missing) })}</strong>}
        {change > 0 && (
          <span className="cash-change">
            {t('change')} <strong>{money(change)}</strong>
          </span>
        )}
        {rest > 0 && ways.length < WAYS && (
          <Button size="small" look="quiet" icon="plus" onClick={() => onChange([...ways, { ...CASH, method: 'qr' }])}>
            {t('addWay')}
          </Button>
        )}
      </div>
    </div>
  );
}
