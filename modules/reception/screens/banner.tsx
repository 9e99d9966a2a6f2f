import { ageOn, isDate } from '@mach/base';
import { Button, PatientBanner, useDrawer, useNow, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { PersonSummary } from '../contract.ts';
import { bannerOf } from './banner-facts.ts';
import { EDIT_DRAWER, EditDrawer } from './edit-drawer.tsx';
import { IDENTIFY_DRAWER, IdentifyDrawer } from './identify-drawer.tsx';
import { MERGE_DRAWER, MergeDrawer, MergedNote, SEPARATE_DRAWER, SeparateDrawer } from './merge-drawer.tsx';
import { texts } from './texts.ts';

/** Ages between which the way to a newborn stands beside a woman; the form itself asks for no age. */
const MOTHERS = [12, 55] as const;
function mayBeMother({ person: { sex, birthDate } }: PersonSummary, now: string): boolean {
  if (sex !== 'female' || birthDate === undefined || !isDate(birthDate)) return false;
  const { years } = ageOn(birthDate, now);
  return years >= MOTHERS[0] && years <= MOTHERS[1];
}

/** Who is open, with the way to correct what is known of them. */
export function Banner(props: {
  readonly person: PersonSummary;
  readonly reload: () => void;
  /** A card that was scanned while somebody unidentified is open. */
  readonly scanned?: string;
  readonly onIdentified: (patient: string) => void;
  /** She has given birth. */
  readonly onNewborn: () => void;
  readonly onOpen: (patient: string) => void;
}): ReactElement {
  const { person, reload, scanned, onIdentified, onNewborn, onOpen } = props;
  const now = useNow();
  const mother = person.mother?.patient;
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
            <div className="rec-actions">
              {mother ? (
                <Button size="small" look="quiet" icon="user" onClick={() => onOpen(mother)}>
                  {t('openMother')}
                </Button>
              ) : (
                mayBeMother(person, now) && (
                  <Button size="small" look="quiet" icon="plus" onClick={onNewborn}>
                    {t('newborn')}
                  </Button>
                )
              )}
              <Button size="small" look="quiet" icon="edit" onClick={drawer.open}>
                {t('editPerson')}
              </Button>
            </div>
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
