import type { HTMLAttributes, InputHTMLAttributes, ReactElement, Ref } from 'react';
import { Field, type FieldProps } from './field.tsx';

interface Common extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly readOnly?: boolean;
  readonly disabled?: boolean;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
  readonly name?: string;
}

export interface TextFieldProps extends Common {
  readonly type?: 'text' | 'password' | 'tel' | 'email' | 'search';
  readonly autoComplete?: string;
  readonly inputMode?: HTMLAttributes<HTMLInputElement>['inputMode'];
  /** Codes, lots, IDs: set in the monospaced font. */
  readonly code?: boolean;
  readonly onKeyDown?: InputHTMLAttributes<HTMLInputElement>['onKeyDown'];
  readonly onBlur?: () => void;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** One line of text. */
export function TextField(props: TextFieldProps): ReactElement {
  const { value, onChange, type = 'text', code, inputRef, autoFocus, ...rest } = props;
  const { placeholder, readOnly, disabled, maxLength, name, autoComplete = 'off', inputMode, onKeyDown, onBlur } = rest;
  return (
    <Field {...rest}>
      {(ids) => (
        <input
          {...ids}
          {...{ placeholder, readOnly, disabled, maxLength, name, autoComplete, inputMode, onKeyDown, onBlur, type }}
          ref={inputRef}
          // biome-ignore lint/a11y/noAutofocus: opening a form puts the caret where the work starts (keyboard model)
          autoFocus={autoFocus}
          className={code ? 'm-input m-code' : 'm-input'}
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface TextAreaProps extends Common {
  readonly rows?: number;
  readonly onKeyDown?: HTMLAttributes<HTMLTextAreaElement>['onKeyDown'];
  readonly inputRef?: Ref<HTMLTextAreaElement>;
}

/** Several lines; grows with its text. */
export function TextArea(props: TextAreaProps): ReactElement {
  const { value, onChange, inputRef, autoFocus, rows = 2, onKeyDown, ...rest } = props;
  const { placeholder, readOnly, disabled, maxLength, name } = rest;
  return (
    <Field {...rest}>
      {(ids) => (
        <textarea
          {...ids}
          {...{ placeholder, readOnly, disabled, maxLength, name, rows, onKeyDown }}
          ref={inputRef}
          // biome-ignore lint/a11y/noAutofocus: opening a form puts the caret where the work starts (keyboard model)
          autoFocus={autoFocus}
          className="m-input"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
