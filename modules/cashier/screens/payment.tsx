import { Button, Chip, IconButton, type Issue, money, Segmented, TextField, useTexts } from '@mach/ui';
import { type ReactElement, type Ref, useId } from 'react';
import type { PaymentInput } from '../contract.ts';
import { MoneyField } from './money-field.tsx';
import { texts } from './texts.ts';
import { balanceOf, CASH, paymentsOf, usualNotes, type Way } from './ways.ts';

/** At most so many ways in one settlement. */
const WAYS = 3;

/** How it is paid: cash with its change, QR, card, or several together. */
export function Payment(props: {
  readonly due: number;
  readonly ways: readonly Way[];
  readonly onChange: (ways: readonly Way[]) => void;
  readonly issues: readonly Issue[];
  readonly amountRef: Ref<HTMLInputElement>;
}): ReactElement {
  const { due, ways, onChange, issues, amountRef } = props;
  const t = useTexts(texts);
  const group = useId();
  const payments = paymentsOf(ways, due);
  const { missing, change } = balanceOf(payments, due);
  const put = (at: number, next: Partial<Way>): void =>
    onChange(ways.map((way, i) => (i === at ? { ...way, ...next } : way)));

  if (due === 0) return <p className="cash-nothing">{t('nothingDue')}</p>;
  return (
    <div className="cash-payment">
      {ways.map((way, i) => (
        <div key={`${group}-${String(i)}`} className="cash-way">
          <Segmented<PaymentInput['method']>
            label={ways.length === 1 ? t('way') : t('wayN', { n: i + 1 })}
            value={way.method}
            onChange={(method) => put(i, { method })}
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
          {way.method === 'cash' && ways.length === 1 && (
            <div className="cash-notes">
              {usualNotes(due).map((note) => (
                <Chip key={note} pressed={way.amount === String(note)} onClick={() => put(i, { amount: String(note) })}>
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
        {ways.length < WAYS && (
          <Button size="small" look="quiet" icon="plus" onClick={() => onChange([...ways, { ...CASH, method: 'qr' }])}>
            {t('addWay')}
          </Button>
        )}
      </div>
    </div>
  );
}
