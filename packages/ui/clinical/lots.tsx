import { localDate } from '@mach/base';
import type { ReactElement, ReactNode } from 'react';
import { Chip, type Tone } from '../base/chip.tsx';
import { formatDate } from '../format/date.ts';
import { quantity } from '../format/number.ts';
import type { IconName } from '../icons/paths.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { expiryState } from './expiry.ts';
import './lots.css';
import { useNow } from './use-now.ts';

export interface Lot {
  readonly key: string;
  readonly lot: string;
  /** FHIR date; `yyyy-MM` is good to the end of the month. */
  readonly expiry?: string;
  readonly stock: string;
  readonly unit: string;
  readonly location?: string;
  readonly price?: string;
  /** The lot to take first (first expiry, first out). */
  readonly first?: boolean;
  /** Amount to take from it. */
  readonly take?: ReactNode;
}

/** Lots of an item, first to expire first: lot · expiry in words and date · stock · place. */
export function Lots({ lots, selected }: { readonly lots: readonly Lot[]; readonly selected?: string }): ReactElement {
  const t = useTexts(uiTexts);
  const today = localDate(useNow());
  const chips: Readonly<Record<'unknown' | 'expired' | 'soon', readonly [Tone, IconName, string]>> = {
    unknown: ['neutral', 'help', t('weakest')],
    expired: ['critical', 'stop', t('expired')],
    soon: ['warn', 'clock', t('expiresSoon')],
  };
  return (
    <ul className="m-lots">
      {lots.map((lot) => {
        const state = expiryState(lot.expiry, today);
        const chip = state === 'good' ? undefined : chips[state];
        return (
          <li key={lot.key} className="m-lot" data-on={lot.key === selected || undefined}>
            <div className="m-lot-what">
              <span className="m-lot-code">
                <span className="m-lot-label">{t('lot')}</span> <span className="m-code">{lot.lot}</span>
              </span>
              <span className="m-lot-expiry">
                <span className="m-lot-label">{t('expiry')}</span> {lot.expiry ? formatDate(lot.expiry) : '—'}
              </span>
              {chip && (
                <Chip tone={chip[0]} icon={chip[1]}>
                  {chip[2]}
                </Chip>
              )}
              {lot.first && <Chip tone="info">{t('fefo')}</Chip>}
            </div>
            <div className="m-lot-where">
              <span className="m-lot-stock">
                <span className="m-lot-label">{t('stock')}</span> {quantity(lot.stock, lot.unit)}
              </span>
              {lot.location && <span className="m-lot-place">{lot.location}</span>}
            </div>
            {lot.take}
          </li>
        );
      })}
    </ul>
  );
}
