import { age, Chip, formatDate, PersonName, RestrictionChip, useLanguage, useNow, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { CashierQueueRow } from '../contract.ts';
import { texts } from './texts.ts';

/** Who pays: two identifiers and the visit. No clinical fact is shown at this desk. */
export function Person({ row }: { readonly row: CashierQueueRow }): ReactElement {
  const t = useTexts(texts);
  const language = useLanguage();
  const now = useNow();
  const sex = row.gender === 'male' ? t('male') : row.gender === 'female' ? t('female') : '';
  return (
    <header className="m-head">
      <span className="m-head-name">
        <PersonName name={row.name} />
      </span>
      <Chip tone={row.payer === 'bhyt' ? 'insurance' : 'neutral'}>
        {row.payer === 'bhyt' ? t('insured') : t('selfPaying')}
      </Chip>
      <RestrictionChip patient={row.patient} />
      <span className="m-head-facts">
        {[
          sex,
          row.birthDate ? `${formatDate(row.birthDate)} (${age(row.birthDate, now, language)})` : '',
          row.patientCode ?? '',
          row.visitCode,
          row.roomName ?? '',
        ]
          .filter((fact) => fact !== '')
          .map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
      </span>
    </header>
  );
}
