import { Button, clinicalNumber, type Issue, NumberField, type Range, useTexts } from '@mach/ui';
import type { ReactElement, Ref } from 'react';
import { placeOf } from './form-state.ts';
import { texts } from './texts.ts';

export interface VitalFieldProps {
  readonly label: string;
  readonly unit: string;
  readonly value: string;
  readonly range: Range | undefined;
  /** What the check says of this value. */
  readonly warning: Issue | undefined;
  readonly confirmed: boolean;
  readonly issues: readonly Issue[] | undefined;
  readonly hint?: string;
  readonly autoFocus?: boolean;
  readonly inputRef: Ref<HTMLInputElement>;
  readonly onChange: (value: string) => void;
  readonly onConfirm: () => void;
  readonly onNext: () => void;
}

/** One number: field, where it stands between possible and usual, and one key to confirm what is unusual. */
export function VitalField(props: VitalFieldProps): ReactElement {
  const { label, unit, value, range, warning, confirmed, issues, hint, autoFocus, inputRef } = props;
  const { onChange, onConfirm, onNext } = props;
  const t = useTexts(texts);
  const asks = warning !== undefined && !confirmed;
  return (
    <div className="vit-field" data-asks={asks || undefined}>
      <NumberField
        label={label}
        unit={unit}
        value={value}
        range={range?.hard && { hard: range.hard }}
        issues={issues}
        hint={hint}
        autoFocus={autoFocus}
        inputRef={inputRef}
        onChange={onChange}
        onEnter={() => (asks ? onConfirm() : onNext())}
      />
      {range?.soft && range.hard && (
        <RangeBar value={value} soft={range.soft} hard={range.hard} odd={warning !== undefined} />
      )}
      {asks && (
        <div className="vit-ask" role="status">
          <span>
            {t('usual', {
              low: clinicalNumber(String(range?.soft?.[0] ?? '')),
              high: clinicalNumber(String(range?.soft?.[1] ?? '')),
            })}
          </span>
          <Button size="small" icon="check" onClick={onConfirm}>
            {t('confirm', { value: clinicalNumber(value) })}
          </Button>
        </div>
      )}
    </div>
  );
}

interface BarProps {
  readonly value: string;
  readonly soft: readonly [number, number];
  readonly hard: readonly [number, number];
  readonly odd: boolean;
}

/** The possible values as a line, the usual ones as a band, the measured one as a mark. */
function RangeBar({ value, soft, hard, odd }: BarProps): ReactElement {
  const t = useTexts(texts);
  const from = placeOf(String(soft[0]), hard);
  const to = placeOf(String(soft[1]), hard);
  const number = (n: number): string => clinicalNumber(String(n));
  return (
    <div
      className="vit-bar"
      role="img"
      aria-label={t('bar', {
        value: value === '' ? '—' : clinicalNumber(value),
        low: number(hard[0]),
        high: number(hard[1]),
        softLow: number(soft[0]),
        softHigh: number(soft[1]),
      })}
    >
      <span className="vit-band" style={{ left: `${from}%`, width: `${to - from}%` }} />
      {value !== '' && (
        <span className="vit-mark" data-odd={odd || undefined} style={{ left: `${placeOf(value, hard)}%` }} />
      )}
    </div>
  );
}
