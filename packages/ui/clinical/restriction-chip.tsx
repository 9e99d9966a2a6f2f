import type { ReactElement } from 'react';
import { Chip } from '../base/chip.tsx';
import { useCan } from '../data/provider.tsx';
import { useView } from '../data/use-view.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';

/** The view that tells whose data may not be used for everything, and the right to be told. */
const VIEW = 'privacy.restrictions';
const RIGHT = 'privacy.see-restrictions';

/** Whether this person's data stand under a restriction: told wherever the person is named, whatever the desk. */
export function RestrictionChip({ patient }: { readonly patient: string }): ReactElement | null {
  const can = useCan();
  return can(RIGHT) ? <Told patient={patient} /> : null;
}

function Told({ patient }: { readonly patient: string }): ReactElement | null {
  const t = useTexts(uiTexts);
  const { rows } = useView<{ patientId: string }>(VIEW, { patientId: patient });
  if (rows.length === 0) return null;
  return (
    <Chip tone="warn" icon="shield" title={t('restrictedHint')}>
      {t('restricted')}
    </Chip>
  );
}
