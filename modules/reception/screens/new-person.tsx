import { Button, type Command, type Draft, FinishBar, Section, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { CardFields, RegisterPatientInput, RegisterPatientResult, WardChoice } from '../contract.ts';
import { IssueLine } from './insurance.tsx';
import { fieldsOf, type PersonDraft } from './person-draft.ts';
import { PersonForm } from './person-form.tsx';
import { texts } from './texts.ts';

/** Somebody who is not known here yet: the form, and what their cards said. */
export interface NewPerson {
  readonly person: PersonDraft;
  readonly cccdQr?: string;
  readonly bhytQr?: string;
  readonly card?: Partial<CardFields>;
  readonly wards: readonly WardChoice[];
  readonly notDuplicateOf: readonly string[];
}

export interface NewPersonProps {
  readonly draft: Draft<NewPerson>;
  readonly register: Command<RegisterPatientInput, RegisterPatientResult>;
  readonly onSave: (notDuplicateOf: readonly string[]) => void;
  readonly onOpen: (patient: string) => void;
  /** The one who has come has been born just now. */
  readonly onNewborn: () => void;
}

const DUPLICATE = /^notDuplicateOf\.(.+)$/;

/** Form of a new person. People who look alike are shown before a second record is made. */
export function NewPersonPage({ draft, register, onSave, onOpen, onNewborn }: NewPersonProps): ReactElement {
  const t = useTexts(texts);
  const { value } = draft;
  const alike = register.issues.flatMap((issue) => {
    const id = DUPLICATE.exec(issue.field ?? '')?.[1];
    return id === undefined ? [] : [{ id, issue }];
  });
  const general = register.issues.filter(
    (issue) => !issue.field?.startsWith('person.') && !DUPLICATE.test(issue.field ?? ''),
  );
  return (
    <>
      <div className="rec-newborn-way">
        <Button size="small" look="quiet" icon="plus" onClick={onNewborn}>
          {t('newborn')}
        </Button>
      </div>
      {general.map((issue) => (
        <IssueLine key={issue.code} issue={issue} />
      ))}
      {alike.length > 0 && (
        <Section title={t('duplicates')}>
          <div className="rec-stack">
            {alike.map(({ id, issue }) => (
              <div key={id} className="rec-alike">
                <IssueLine issue={issue} />
                <Button size="small" look="primary" onClick={() => onOpen(id)}>
                  {t('openExisting')}
                </Button>
              </div>
            ))}
            <Button
              size="small"
              onClick={() => onSave([...new Set([...value.notDuplicateOf, ...alike.map((one) => one.id)])])}
            >
              {t('notDuplicate')}
            </Button>
          </div>
        </Section>
      )}
      <PersonForm
        // A scan fills the form anew: the caret goes where the work now starts.
        key={value.cccdQr ?? value.bhytQr ?? ''}
        draft={value.person}
        onChange={(person) => draft.set((before) => ({ ...before, person }))}
        issues={register.issuesByField}
        wards={value.wards}
        onEnter={() => onSave(value.notDuplicateOf)}
        focus={value.person.fields.name ? 'phone' : 'name'}
      />
    </>
  );
}

export function NewPersonFinish({ draft, register, onSave }: NewPersonProps): ReactElement {
  const t = useTexts(texts);
  const { name } = draft.value.person.fields;
  return (
    <FinishBar
      missing={missing(draft.value).map((key) => ({ text: t(key) }))}
      finish={{
        label: { vi: texts.vi.register, en: texts.en.register },
        patient: name,
        busy: register.running,
        run: () => onSave(draft.value.notDuplicateOf),
      }}
    />
  );
}

type Wanted = 'name' | 'birthDate' | 'sex' | 'idNumber' | 'province' | 'phone';

/** The first look at what is missing; the server has the last word on what is right. */
function missing({ person }: NewPerson): Wanted[] {
  const fields = fieldsOf(person);
  const wanted: [Wanted, boolean][] = [
    ['name', fields.name !== undefined],
    ['birthDate', fields.birthDate !== undefined],
    ['sex', fields.sex !== undefined],
    ['idNumber', fields.idPaper === 'none' || fields.idNumber !== undefined],
    ['province', fields.wardCode !== undefined],
    ['phone', fields.phone !== undefined || fields.noPhone === true],
  ];
  return wanted.filter(([, there]) => !there).map(([key]) => key);
}
