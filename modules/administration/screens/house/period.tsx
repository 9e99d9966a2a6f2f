import { DateField, type Issue, TextField, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { texts } from './texts.ts';

export interface PeriodState {
  readonly document: string;
  readonly setDocument: (text: string) => void;
  readonly from: string;
  readonly setFrom: (day: string) => void;
  readonly to: string;
  readonly setTo: (day: string) => void;
  /** As commands take it. */
  readonly input: { document: string; from: string; to: string | null };
}

export function usePeriod(today: string): PeriodState {
  const [document, setDocument] = useState('');
  const [from, setFrom] = useState(today);
  const [to, setTo] = useState('');
  return { document, setDocument, from, setFrom, to, setTo, input: { document, from, to: to === '' ? null : to } };
}

/** From when to when, and by whose decision. */
export function Period(props: {
  readonly of: PeriodState;
  readonly today: string;
  readonly issues: Readonly<Record<string, readonly Issue[]>>;
}): ReactElement {
  const { of, today, issues } = props;
  const t = useTexts(texts);
  return (
    <>
      <div className="hou-pair">
        <DateField label={t('from')} required min={today} value={of.from} onChange={of.setFrom} issues={issues.from} />
        <DateField
          label={t('to')}
          hint={t('toHint')}
          min={of.from}
          value={of.to}
          onChange={of.setTo}
          issues={issues.to}
        />
      </div>
      <TextField
        label={t('document')}
        hint={t('documentHint')}
        required
        value={of.document}
        onChange={of.setDocument}
        issues={issues.document}
      />
      <p className="adm-note">{t('pastKept')}</p>
    </>
  );
}
