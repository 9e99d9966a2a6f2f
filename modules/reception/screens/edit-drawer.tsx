import { Button, Drawer, toast, useCommand, useDrawer, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type PersonSummary, type RegisterPatientResult, type UpdatePatientInput, updatePatient } from '../contract.ts';
import { IssueLine } from './insurance.tsx';
import { draftOf, fieldsOf } from './person-draft.ts';
import { PersonForm } from './person-form.tsx';
import { texts } from './texts.ts';

export const EDIT_DRAWER = 'reception-person';

/** Particulars of somebody who is known: a new phone, a new address. */
export function EditDrawer({
  person,
  onSaved,
  onDouble,
}: {
  readonly person: PersonSummary;
  readonly onSaved: () => void;
  /** The person has another record. */
  readonly onDouble: () => void;
}): ReactElement {
  const t = useTexts(texts);
  const drawer = useDrawer(EDIT_DRAWER);
  const [draft, setDraft] = useState(() => draftOf(person.person, person.wardText));
  const update = useCommand<UpdatePatientInput, RegisterPatientResult>(updatePatient.name, {
    onDone: () => {
      toast({ text: t('personSaved') });
      drawer.close();
      onSaved();
    },
  });
  const save = (): void => {
    const fields = fieldsOf(draft);
    const before = person.person as Readonly<Record<string, unknown>>;
    const changed = Object.fromEntries(
      Object.entries(fields).filter(([key, value]) => JSON.stringify(before[key]) !== JSON.stringify(value)),
    );
    if (Object.keys(changed).length === 0) drawer.close();
    else void update.run({ patient: person.patient, person: changed });
  };
  return (
    <Drawer
      id={EDIT_DRAWER}
      title={t('editPerson')}
      patient={person.person.name}
      foot={
        <Button look="primary" busy={update.running} onClick={save}>
          {t('register')}
        </Button>
      }
    >
      {update.issues
        .filter((issue) => !issue.field?.startsWith('person.'))
        .map((issue) => (
          <IssueLine key={issue.code} issue={issue} />
        ))}
      <div className="rec-pad">
        <Button size="small" look="quiet" icon="user" onClick={onDouble}>
          {t('mergeOpen')}
        </Button>
      </div>
      <PersonForm draft={draft} onChange={setDraft} issues={update.issuesByField} onEnter={save} focus="phone" />
    </Drawer>
  );
}
