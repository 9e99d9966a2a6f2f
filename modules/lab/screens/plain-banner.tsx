import { age, formatDate, PersonName, RestrictionChip, useLanguage, useNow, useTexts } from '@mach/ui';
import type { ReactElement, ReactNode } from 'react';
import type { PersonOfRow } from './person-of-row.ts';
import './lab.css';
import { texts } from './texts.ts';

/** Two identifiers, the place and who ordered: the banner of those who may see no allergies. */
export function PlainBanner({ row, side }: { readonly row: PersonOfRow; readonly side?: ReactNode }): ReactElement {
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
        <span className="lab-muted">{t('birth')}</span>{' '}
        {row.birthDate ? `${formatDate(row.birthDate)} (${age(row.birthDate, now, language)})` : t('unknown')}
      </span>
      <span>
        <span className="lab-muted">{t('code')}</span>{' '}
        <strong className="m-code">{row.patientCode ?? t('unknown')}</strong>
      </span>
      <span className="lab-muted">
        {[row.roomName, row.queueNumber, row.requesterName].filter((one) => one !== null).join(' · ')}
      </span>
      <RestrictionChip patient={row.patient} />
      {side}
    </header>
  );
}
