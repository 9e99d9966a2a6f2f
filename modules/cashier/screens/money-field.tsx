import { TextField, type TextFieldProps } from '@mach/ui';
import type { ReactElement } from 'react';
import { digitsOf, grouped } from './money.ts';

/** An amount of money. `value` is digits only. */
export function MoneyField({
  value,
  onChange,
  ...rest
}: Omit<TextFieldProps, 'value' | 'onChange'> & {
  readonly value: string;
  readonly onChange: (digits: string) => void;
}): ReactElement {
  return (
    <TextField
      {...rest}
      className="cash-money"
      inputMode="numeric"
      value={grouped(value)}
      onChange={(typed) => onChange(digitsOf(typed))}
    />
  );
}
