import { Chip, type CodeRow, money, NBSP, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { DrugCodeRow } from '../../../contract.ts';
import { texts } from '../texts.ts';

export const asDrugs = (rows: readonly CodeRow[]): readonly DrugCodeRow[] => rows as unknown as readonly DrugCodeRow[];

/** Two lines: name and strength large; form, route, brand, price and insurance small. Look-alikes are parted. */
export function DrugOption(props: {
  readonly row: DrugCodeRow;
  /** The drugs beside which it stands. */
  readonly rows: readonly DrugCodeRow[];
  /** Its place among all that is offered: what Alt+number takes. */
  readonly at: number;
}): ReactElement {
  const { row, rows, at } = props;
  const t = useTexts(texts);
  const before = rows[rows.indexOf(row) - 1];
  const alike = rows.some((other) => other.ingredients.some((key) => row.lookAlikes.includes(key)));
  const parted = before?.ingredients.some((key) => row.lookAlikes.includes(key)) === true;
  const control = row.control === 'N' ? t('narcotic') : row.control === 'H' ? t('psychotropic') : t('precursor');
  return (
    <div className={parted ? 'm-option-split' : undefined}>
      <div className="m-option-main">
        {at < 9 && <kbd className="doc-pickkey">{`Alt ${at + 1}`}</kbd>}
        <b className="doc-grow">
          {row.name} {row.strength.replaceAll(' ', NBSP)}
        </b>
        {row.highAlert && (
          <Chip tone="warn" icon="warn">
            {t('highAlert')}
          </Chip>
        )}
        {alike && (
          <Chip tone="warn" title={t('lookAlikeHint')}>
            {t('lookAlike')}
          </Chip>
        )}
      </div>
      <div className="m-option-sub doc-sub">
        <span>{[row.form, row.routeText, row.brand].filter(Boolean).join(' · ')}</span>
        <span>{`${money(row.price)}/${row.unit}`}</span>
        <span>{row.bhytRatio === 0 ? t('notInsured') : t('insuredAt', { n: row.bhytRatio })}</span>
        {row.control && <Chip tone="warn">{control}</Chip>}
        {row.restrictedAntibiotic && <Chip tone="warn">{t('restrictedAntibiotic')}</Chip>}
      </div>
    </div>
  );
}
