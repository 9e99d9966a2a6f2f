import type { ReactElement } from 'react';
import { TextField } from '../base/text-field.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { paperTicket } from './ticket.ts';

export interface TicketFieldProps {
  /** As it was typed; `paperTicket` reads it. */
  readonly value: string;
  readonly onChange: (typed: string) => void;
  readonly autoFocus?: boolean;
}

/** The number of a paper ticket, copied off it where no list knows the person. */
export function TicketField({ value, onChange, autoFocus }: TicketFieldProps): ReactElement {
  const t = useTexts(uiTexts);
  // Not while it is being typed: a letter and at least three digits are a number, less may become one.
  const isOdd = /^[^A-Z]|^.[^\d]/i.test(value.trim()) || (value.trim().length > 7 && !paperTicket(value));
  return (
    <TextField
      label={t('paperTicket')}
      required
      value={value}
      onChange={onChange}
      hint={t('paperTicketHint')}
      error={isOdd ? t('paperTicketOdd') : undefined}
      autoFocus={autoFocus}
      code
    />
  );
}
