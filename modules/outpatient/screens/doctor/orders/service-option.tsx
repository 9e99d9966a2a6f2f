import { Chip, money, useLanguage, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { ServiceCodeRow } from '../../../contract.ts';
import { texts } from '../texts.ts';

/** Two lines: code, name and price; what insurance pays, how long it takes, whether one comes fasting. */
export function ServiceOption(props: {
  readonly row: ServiceCodeRow;
  /** Its place among all that is offered, where Alt+number takes it. */
  readonly at?: number;
}): ReactElement {
  const { row, at } = props;
  const t = useTexts(texts);
  const language = useLanguage();
  return (
    <>
      <div className="m-option-main">
        {at !== undefined && at < 9 && <kbd className="doc-pickkey">{`Alt ${at + 1}`}</kbd>}
        {at !== undefined && <Chip tone="info">{t('orders')}</Chip>}
        <span className="m-code">{row.code}</span>
        <span className="doc-grow">{language === 'en' ? row.displayEn : row.display}</span>
        <span className="doc-money">{money(row.price)}</span>
      </div>
      <div className="m-option-sub doc-sub">
        {row.kind === 'bundle' ? (
          <>
            <Chip tone="info">{t('bundle', { n: row.items.length })}</Chip>
            <span>{row.items.join(' · ')}</span>
          </>
        ) : (
          <span>{row.bhytRatio === 0 ? t('notInsured') : t('insuredAt', { n: row.bhytRatio })}</span>
        )}
        {row.minutes !== null && <span>{t('minutesOf', { n: row.minutes })}</span>}
        {row.fasting && <Chip tone="warn">{t('fasting')}</Chip>}
      </div>
    </>
  );
}
