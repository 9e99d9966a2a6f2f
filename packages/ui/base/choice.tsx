import { type ReactElement, type ReactNode, type Ref, useId } from 'react';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import './choice.css';
import { Field, type FieldProps } from './field.tsx';

export interface Option<V extends string = string> {
  readonly value: V;
  readonly label: string;
  readonly icon?: IconName;
  readonly disabled?: boolean;
}

export interface CheckboxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
  readonly disabled?: boolean;
  readonly hint?: ReactNode;
}

/** A tick with its sentence. */
export function Checkbox({ checked, onChange, children, disabled, hint }: CheckboxProps): ReactElement {
  return (
    <label className="m-check">
      <span className="m-check-box">
        <input
          type="checkbox"
          checked={checked}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
        />
        <Icon name="check" size={16} />
      </span>
      <span>
        {children}
        {hint && <span className="m-check-hint">{hint}</span>}
      </span>
    </label>
  );
}

export interface SegmentedProps<V extends string> {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly value: V | null;
  readonly onChange: (value: V) => void;
  readonly options: readonly Option<V>[];
  readonly required?: boolean;
}

/** Two to five choices side by side (radio group: arrows move and choose). */
export function Segmented<V extends string>(props: SegmentedProps<V>): ReactElement {
  const { label, labelHidden, value, onChange, options, required } = props;
  const name = useId();
  return (
    <fieldset className="m-segmented">
      <legend className={labelHidden ? 'm-sr' : 'm-field-label'}>
        {label}
        {required && (
          <span className="m-field-star" aria-hidden="true">
            *
          </span>
        )}
      </legend>
      <div className="m-segmented-row">
        {options.map((option) => (
          <label key={option.value} className="m-segment" data-on={option.value === value || undefined}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={() => onChange(option.value)}
            />
            {option.icon && <Icon name={option.icon} size={16} />}
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export interface SelectProps<V extends string> extends FieldProps {
  readonly value: V | '';
  readonly onChange: (value: V) => void;
  readonly options: readonly Option<V>[];
  /** Text of the empty choice; without it one of the options is always chosen. */
  readonly empty?: string;
  readonly disabled?: boolean;
  readonly selectRef?: Ref<HTMLSelectElement>;
}

/** A short fixed list (the browser's own: type-ahead, phone wheel and screen reader come with it). */
export function Select<V extends string>(props: SelectProps<V>): ReactElement {
  const { value, onChange, options, empty, disabled, selectRef, ...field } = props;
  return (
    <Field {...field}>
      {(ids) => (
        <div className="m-select">
          <select
            {...ids}
            ref={selectRef}
            className="m-input"
            value={value}
            disabled={disabled}
            onChange={(event) => onChange(event.target.value as V)}
          >
            {(empty !== undefined || value === '') && <option value="">{empty ?? ''}</option>}
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="down" size={16} />
        </div>
      )}
    </Field>
  );
}
