import type { Bill } from '@mach/cashier/contract.ts';
import { Card, Chip, money, Totals, usePick, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { texts } from '../texts.ts';
import type { Preview } from './preview.ts';

/** Orders under way are no news to who ordered them. */
const NOT_PERFORMED = 'order-not-performed';

/** Chi phí – BHYT – người bệnh: the cashier's bill with what is not signed yet, and why. */
export function CostsCard(props: {
  readonly bill: Bill | undefined;
  readonly preview: Preview;
  /** Lines that are not signed. */
  readonly unsigned: number;
}): ReactElement {
  const { bill, preview, unsigned } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [open, setOpen] = useState(false);
  const insured = bill?.payer === 'bhyt';
  const { total, insurance, patient } = preview.visit;
  return (
    <Card
      title={t('costs')}
      tone={insured ? 'insurance' : 'plain'}
      side={
        unsigned > 0 && (
          <Chip tone="info" title={t('unsignedHint')}>
            {t('unsigned', { n: unsigned })}
          </Chip>
        )
      }
    >
      <Totals
        insured={insured}
        totals={{ total: total.toString(), insurance: insurance.toString(), patient: patient.toString() }}
      />
      {preview.crossesThreshold && (
        <p className="doc-hint">{t('crossesThreshold', { rate: preview.rate.toString() })}</p>
      )}
      {bill && bill.lines.length > 0 && (
        <details className="doc-bill" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t('billLines', { n: bill.lines.length })}</summary>
          <ul>
            {bill.lines.map((line) => (
              <li key={line.chargeItem} title={line.why.map((why) => pick(why.text)).join('\n')}>
                <span className="doc-grow">{line.text}</span>
                <span className="doc-money">{money(line.total)}</span>
                <span className="doc-money doc-own">{money(line.patientPays)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {bill?.issues
        .filter((issue) => issue.code !== NOT_PERFORMED)
        .map((issue) => (
          <p key={issue.code + issue.field} className="doc-hint">
            {pick(issue.text)}
          </p>
        ))}
    </Card>
  );
}
