import { Button, PatientBanner, useDrawer, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { PersonSummary } from '../contract.ts';
import { bannerOf } from './banner-facts.ts';
import { EDIT_DRAWER, EditDrawer } from './edit-drawer.tsx';
import { IDENTIFY_DRAWER, IdentifyDrawer } from './identify-drawer.tsx';
import { MERGE_DRAWER, MergeDrawer, MergedNote, SEPARATE_DRAWER, SeparateDrawer } from './merge-drawer.tsx';
import { texts } from './texts.ts';

/** Who is open, with the way to correct what is known of them. */
export function Banner(props: {
  readonly person: PersonSummary;
  readonly reload: () => void;
  /** A card that was scanned while somebody unidentified is open. */
  readonly scanned?: string;
  readonly onIdentified: (patient: string) => void;
}): ReactElement {
  const { person, reload, scanned, onIdentified } = props;
  const t = useTexts(texts);
  const drawer = useDrawer(EDIT_DRAWER);
  const naming = useDrawer(IDENTIFY_DRAWER);
  const merging = useDrawer(MERGE_DRAWER);
  const separating = useDrawer(SEPARATE_DRAWER);
  return (
    <>
      <PatientBanner
        patient={bannerOf(person, t)}
        side={
          person.unidentified ? (
            <Button size="small" icon="user" onClick={naming.open}>
              {t('identify')}
            </Button>
          ) : (
            <Button size="small" look="quiet" icon="edit" onClick={drawer.open}>
              {t('editPerson')}
            </Button>
          )
        }
      />
      {person.unidentified ? (
        <IdentifyDrawer key={person.patient} person={person} scanned={scanned} onIdentified={onIdentified} />
      ) : (
        <>
          <EditDrawer key={person.patient} person={person} onSaved={reload} onDouble={merging.open} />
          <MergeDrawer key={`merge ${person.patient}`} person={person} onMerged={onIdentified} />
        </>
      )}
      {person.merged.length > 0 && (
        <>
          <MergedNote person={person} onBack={separating.open} />
          <SeparateDrawer key={`part ${person.patient}`} person={person} onSeparated={onIdentified} />
        </>
      )}
    </>
  );
}
