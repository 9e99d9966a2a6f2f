import type { Issue } from '@mach/base';
import { type ReactElement, type ReactNode, useId } from 'react';
import { Icon } from '../icons/icon.tsx';
import { usePick } from '../texts/use-texts.ts';
import { cx } from './class-names.ts';
import './field.css';

/** What a control inside a field puts on its input. */
export interface ControlIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
  readonly 'aria-required': boolean | undefined;
}

export interface FieldProps {
  readonly label: string;
  /** Hides the label from the eye, where a table head or a placeholder already says it. */
  readonly labelHidden?: boolean;
  readonly required?: boolean;
  readonly hint?: ReactNode;
  /** Issues of this field, from `useCommand(...).issuesByField`. */
  readonly issues?: readonly Issue[];
  /** A local error, while the server has not been asked. */
  readonly error?: string;
  readonly warning?: string;
  readonly className?: string;
}

/** Label above, control, then error, warning or hint. The error stands next to the field, never in a pop-up. */
export function Field(props: FieldProps & { readonly children: (ids: ControlIds) => ReactNode }): ReactElement {
  const { label, labelHidden, required, hint, issues = [], error, warning, className, children } = props;
  const pick = usePick();
  const id = useId();
  const errors = [...(error ? [error] : []), ...issues.filter((i) => i.severity === 'error').map((i) => said(i, pick))];
  const warnings = [
    ...(warning ? [warning] : []),
    ...issues.filter((i) => i.severity === 'warning').map((i) => said(i, pick)),
  ];
  const below = errors.length > 0 || warnings.length > 0 || Boolean(hint);
  return (
    <div className={cx('m-field', errors.length > 0 && 'm-field-bad', className)}>
      <label className={labelHidden ? 'm-sr' : 'm-field-label'} htmlFor={id}>
        {label}
        {required && (
          <span className="m-field-star" aria-hidden="true">
            *
          </span>
        )}
      </label>
      {children({
        id,
        'aria-describedby': below ? `${id}-below` : undefined,
        'aria-invalid': errors.length > 0 || undefined,
        'aria-required': required || undefined,
      })}
      <div id={`${id}-below`} className="m-field-below" aria-live="polite">
        {errors.map((text) => (
          <p key={text} className="m-field-error">
            <Icon name="stop" size={16} />
            <span>{text}</span>
          </p>
        ))}
        {warnings.map((text) => (
          <p key={text} className="m-field-warning">
            <Icon name="warn" size={16} />
            <span>{text}</span>
          </p>
        ))}
        {errors.length === 0 && warnings.length === 0 && hint && <div className="m-field-hint">{hint}</div>}
      </div>
    </div>
  );
}

function said(issue: Issue, pick: (text: Issue['text']) => string): string {
  return issue.remedy ? `${pick(issue.text)}. ${pick(issue.remedy)}` : pick(issue.text);
}
