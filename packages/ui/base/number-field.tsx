import { Decimal, type NumberInput, parseClinicalNumber } from '@mach/base';
import { type ReactElement, type Ref, useId, useState } from 'react';
import { clinicalNumber } from '../format/number.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Field, type FieldProps } from './field.tsx';
import './number-field.css';
import { checkRange, type Range } from './range.ts';

export interface NumberFieldProps extends Omit<FieldProps, 'error' | 'warning'> {
  /** Canonical decimal ("7.2") or empty. */
  readonly value: string;
  /** Called only with a certain value or `''`; an ambiguous or impossible entry gives `''`. */
  readonly onChange: (value: string) => void;
  readonly unit?: string;
  /** Last known value, shown grey as placeholder. */
  readonly last?: string;
  /** `soft`: confirm with a second Enter; `hard`: cannot be saved. */
  readonly range?: Range;
  readonly width?: number;
  readonly readOnly?: boolean;
  readonly autoFocus?: boolean;
  readonly onEnter?: () => void;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/**
 * A clinical number: comma or point, thin-space thousands, unit beside it. "1.000" is asked back
 * ("1 hay 1 000?") and is no value until one of the two is chosen.
 */
export function NumberField(props: NumberFieldProps): ReactElement {
  const { value, onChange, unit, last, range, width, readOnly, autoFocus, onEnter, inputRef, ...field } = props;
  const t = useTexts(uiTexts);
  const group = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [confirmed, setConfirmed] = useState('');
  const reading: NumberInput = typed === null ? { ok: false, reason: 'empty' } : parseClinicalNumber(typed);
  const verdict = value === '' ? 'ok' : checkRange(value, range);

  function type(text: string): void {
    setTyped(text);
    const next = parseClinicalNumber(text);
    const allowed = next.ok && checkRange(next.value.toString(), range) !== 'hard';
    onChange(allowed && next.ok ? next.value.toString() : '');
  }

  function choose(choice: string): void {
    setTyped(null);
    onChange(choice);
  }

  function enter(): void {
    if (reading.ok === false && (reading.reason === 'ambiguous' || reading.reason === 'not-a-number')) return;
    if (verdict === 'soft' && confirmed !== value) setConfirmed(value);
    else onEnter?.();
  }

  const hard = reading.ok && checkRange(reading.value.toString(), range) === 'hard' ? range?.hard : undefined;
  const error =
    !reading.ok && reading.reason === 'not-a-number' && typed
      ? t('badNumber')
      : hard && t('hardRange', { low: clinicalNumber(hard[0]), high: clinicalNumber(hard[1]) });
  const warning =
    verdict === 'soft' && confirmed !== value && range?.soft
      ? t('softRange', { low: clinicalNumber(range.soft[0]), high: clinicalNumber(range.soft[1]) })
      : undefined;
  const choices = !reading.ok && reading.reason === 'ambiguous' ? reading.choices : undefined;
  // What stands there is no value: a form must not take it for an empty field.
  const unread = (typed !== null && typed.trim() !== '' && !reading.ok) || hard !== undefined;

  return (
    <div className="m-number" data-unread={unread || undefined} style={width ? { width } : undefined}>
      <Field {...field} error={error || undefined} warning={warning}>
        {(ids) => (
          <div className="m-input m-inputbox" data-readonly={readOnly || undefined}>
            <input
              {...ids}
              ref={inputRef}
              // biome-ignore lint/a11y/noAutofocus: opening a form puts the caret where the work starts (keyboard model)
              autoFocus={autoFocus}
              className="m-input-number"
              inputMode="decimal"
              autoComplete="off"
              readOnly={readOnly}
              placeholder={last === undefined ? undefined : clinicalNumber(last)}
              value={typed ?? (value === '' ? '' : clinicalNumber(value))}
              onChange={(event) => type(event.target.value)}
              onFocus={(event) => event.target.select()}
              onBlur={() => {
                if (reading.ok && !hard) setTyped(null);
                if (verdict === 'soft') setConfirmed('');
              }}
              onKeyDown={(event) => {
                if (event.nativeEvent.isComposing) return;
                if (event.key === 'Enter' && !event.ctrlKey) enter();
                if (choices && event.altKey && (event.code === 'Digit1' || event.code === 'Digit2')) {
                  event.preventDefault();
                  choose(choices[event.code === 'Digit1' ? 0 : 1]);
                }
              }}
            />
            {unit && <span className="m-inputbox-unit">{unit}</span>}
          </div>
        )}
      </Field>
      {choices && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot sit inline beside the field
        <div className="m-number-ask" role="group" aria-labelledby={group}>
          <span id={group} className="m-number-question" aria-live="assertive">
            {t('ambiguous', { a: clinicalNumber(choices[0]), b: clinicalNumber(choices[1]) })}
          </span>
          {choices.map((choice) => (
            <button key={choice} type="button" className="m-number-choice" onClick={() => choose(choice)}>
              {clinicalNumber(choice)}
              {unit && ` ${unit}`}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** The value as a `Decimal`, for rules; `undefined` while the field is empty. */
export function fieldDecimal(value: string): Decimal | undefined {
  return value === '' ? undefined : Decimal.of(value);
}
