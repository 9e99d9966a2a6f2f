import { Button, PatientBanner, useDrawer, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { PersonSummary } from '../contract.ts';
import { bannerOf } from './banner-facts.ts';
import { EDIT_DRAWER, EditDrawer } from './edit-drawer.tsx';
import { texts } from './texts.ts';

/** Who is open, with the way to correct what is known of them. */
export function Banner({
  person,
  reload,
}: {
  readonly person: PersonSummary;
  readonly reload: () => void;
}): ReactElement {
  const t = useTexts(texts);
  const drawer = useDrawer(EDIT_DRAWER);
  return (
    <>
      <PatientBanner
        patient={bannerOf(person, t)}
        side={
          <Button size="small" look="quiet" icon="edit" onClick={drawer.open}>
            {t('editPerson')}
          </Button>
        }
      />
      <EditDrawer key={person.patient} person={person} onSaved={reload} />
    </>
  );
}
