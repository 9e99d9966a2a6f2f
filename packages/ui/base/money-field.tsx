import type { ReactElement } from 'react';
import { groupedMoney, moneyDigits } from '../format/money-input.ts';
import './money-field.css';
import { TextField, type TextFieldProps } from './text-field.tsx';

/** An amount of money in whole đồng, grouped while it is typed. `value` is digits only. */
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
      className="m-money"
      inputMode="numeric"
      value={groupedMoney(value)}
      onChange={(typed) => onChange(moneyDigits(typed))}
    />
  );
}
