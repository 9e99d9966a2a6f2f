import { age, formatDate, PersonName, useLanguage, useNow, useTexts } from '@mach/ui';
import type { ReactElement, ReactNode } from 'react';
import type { LabRow } from '../contract.ts';
import './lab.css';
import { texts } from './texts.ts';

export type PersonRow = Pick<
  LabRow,
  'patientName' | 'birthDate' | 'gender' | 'patientCode' | 'visitCode' | 'roomName' | 'requesterName' | 'queueNumber'
>;

/** Whose specimen or picture this is: two identifiers, where they come from, who asked. No diagnosis beyond the question. */
export function Person({ row, side }: { readonly row: PersonRow; readonly side?: ReactNode }): ReactElement {
  const t = useTexts(texts);
  const language = useLanguage();
  const now = useNow();
  const sex = row.gender === 'male' ? t('male') : row.gender === 'female' ? t('female') : t('unknown');
  return (
    <header className="lab-person">
      <span className="lab-person-name">
        <PersonName name={row.patientName ?? t('unknown')} />
      </span>
      <span>{sex}</span>
      <span>
        <span className="lab-key">{t('birth')}</span>{' '}
        {row.birthDate ? `${formatDate(row.birthDate)} (${age(row.birthDate, now, language)})` : t('unknown')}
      </span>
      <span>
        <span className="lab-key">{t('code')}</span>{' '}
        <strong className="m-code lab-code">{row.patientCode ?? t('unknown')}</strong>
      </span>
      {row.queueNumber && (
        <span>
          <span className="lab-key">{t('number')}</span> {row.queueNumber}
        </span>
      )}
      {row.roomName && <span className="lab-muted">{row.roomName}</span>}
      {row.requesterName && <span className="lab-muted">{row.requesterName}</span>}
      {side}
    </header>
  );
}
