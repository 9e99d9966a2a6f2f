import type { ReactElement } from 'react';
import { clinicalNumber } from '../format/number.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './result-value.css';
import { FLAG_SIGNS, type Flag } from './result.ts';

/** A value with its flag: sign and spoken word first, colour after (design language §7.5). */
export function ResultValue(props: {
  readonly value: string;
  readonly flag?: Flag;
  readonly unit?: string;
}): ReactElement {
  const { value, flag = 'normal', unit } = props;
  const t = useTexts(uiTexts);
  const words: Readonly<Record<Flag, string>> = {
    normal: '',
    high: t('flagHigh'),
    highHigh: t('flagHighHigh'),
    low: t('flagLow'),
    lowLow: t('flagLowLow'),
    abnormal: t('flagAbnormal'),
    critical: t('critical'),
  };
  return (
    <span className={`m-value m-value-${flag}`}>
      <span className="m-value-number">{clinicalNumber(value)}</span>
      {FLAG_SIGNS[flag] && (
        <span className="m-value-flag" aria-hidden="true">
          {FLAG_SIGNS[flag]}
        </span>
      )}
      {words[flag] && <span className={flag === 'critical' ? 'm-value-word' : 'm-sr'}>{words[flag]}</span>}
      {unit && <span className="m-value-unit">{unit}</span>}
    </span>
  );
}
