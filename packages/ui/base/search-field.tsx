import type { ReactElement } from 'react';
import { TextField } from './text-field.tsx';

export interface SearchFieldProps {
  /** What is found by it; also stands in the empty field. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly autoFocus?: boolean;
}

/** Narrows the list below it: among the tools of a list, its words in the field itself. */
export function SearchField({ label, value, onChange, autoFocus }: SearchFieldProps): ReactElement {
  return (
    <TextField
      label={label}
      labelHidden
      placeholder={label}
      type="search"
      maxLength={80}
      autoFocus={autoFocus}
      value={value}
      onChange={onChange}
    />
  );
}
