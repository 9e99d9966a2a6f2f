import { formatDate, parseDateVi } from '@mach/base';
import { type ReactElement, type Ref, useState } from 'react';
import { maskDate } from '../format/date.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Field, type FieldProps } from './field.tsx';

export interface DateFieldProps extends Omit<FieldProps, 'error'> {
  /** FHIR date: `yyyy-MM-dd`; with `partial` also `yyyy-MM` and `yyyy`; or empty. */
  readonly value: string;
  /** Called with a real date or `''`. */
  readonly onChange: (value: string) => void;
  /** Day, or day and month, may be unknown (birth dates). */
  readonly partial?: boolean;
  /** Earliest and latest allowed, as FHIR dates. */
  readonly min?: string;
  readonly max?: string;
  readonly error?: string;
  readonly readOnly?: boolean;
  readonly autoFocus?: boolean;
  readonly onEnter?: () => void;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** A date as people write it: eight digits, the slashes come by themselves. */
export function DateField(props: DateFieldProps): ReactElement {
  const { value, onChange, partial, min, max, error, readOnly, autoFocus, onEnter, inputRef, ...field } = props;
  const t = useTexts(uiTexts);
  const [typed, setTyped] = useState<string | null>(null);
  const [left, setLeft] = useState(false);

  function accept(text: string): string {
    const date = parseDateVi(text);
    if (date === undefined || (!partial && date.length < 10)) return '';
    if ((min && date < min.slice(0, date.length)) || (max && date > max)) return '';
    return date;
  }

  const wrong = typed !== null && typed.trim() !== '' && accept(typed) === '' && (left || typed.length >= 10);
  return (
    <Field {...field} error={wrong ? t('badDate') : error}>
      {(ids) => (
        <input
          {...ids}
          ref={inputRef}
          // biome-ignore lint/a11y/noAutofocus: opening a form puts the caret where the work starts (keyboard model)
          autoFocus={autoFocus}
          className="m-input"
          inputMode="numeric"
          autoComplete="off"
          placeholder={t('dateHint')}
          readOnly={readOnly}
          maxLength={10}
          value={typed ?? (value === '' ? '' : formatDate(value))}
          onChange={(event) => {
            const text = maskDate(event.target.value, typed ?? '');
            setTyped(text);
            setLeft(false);
            onChange(accept(text));
          }}
          onBlur={() => {
            setLeft(true);
            if (typed !== null && accept(typed) !== '') setTyped(null);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.ctrlKey && !event.nativeEvent.isComposing) onEnter?.();
          }}
        />
      )}
    </Field>
  );
}
