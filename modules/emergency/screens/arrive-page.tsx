import type { PersonRow } from '@mach/reception/contract.ts';
import {
  AlertLine,
  Chip,
  FinishBar,
  formatDate,
  NumberField,
  Section,
  Segmented,
  TextField,
  toast,
  useCommand,
  usePick,
  useTexts,
  useView,
  WorkspaceFrame,
  type WorkspaceFrameProps,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type ArrivalMode, type ArriveInput, type ArriveResult, arrive } from '../contract.ts';
import { texts } from './texts.ts';

const MODES: readonly ArrivalMode[] = ['ambulance', 'walk', 'transfer', 'police'];
type Sex = NonNullable<ArriveInput['unknown']>['sex'];
const SEXES: readonly Sex[] = ['male', 'female', 'unknown'];

/** What somebody is looked up by: the number says itself what it is. */
function filterOf(typed: string): { cccd: string } | { phone: string } | { patientCode: string } | undefined {
  const text = typed.replaceAll(/[\s.-]/g, '');
  if (/^\d{12}$/.test(text)) return { cccd: text };
  if (/^0\d{9}$/.test(text)) return { phone: text };
  return text.length >= 6 ? { patientCode: typed.trim() } : undefined;
}

/** Treat first, name later: how they came and why; a record only when a number is at hand. */
export function ArrivePage(props: {
  readonly frame: Omit<WorkspaceFrameProps, 'children'>;
  readonly onDone: (encounter: string) => void;
  readonly onBack: () => void;
}): ReactElement {
  const { frame, onDone, onBack } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [mode, setMode] = useState<ArrivalMode>('walk');
  const [complaint, setComplaint] = useState('');
  const [sex, setSex] = useState<Sex>('unknown');
  const [age, setAge] = useState('');
  const [marks, setMarks] = useState('');
  const [number, setNumber] = useState('');
  const [person, setPerson] = useState<PersonRow | null>(null);
  const filter = filterOf(number);
  const found = useView<PersonRow>('reception.people', filter ?? {}, {
    sort: 'name',
    limit: 5,
    enabled: filter !== undefined,
  });
  const command = useCommand<ArriveInput, ArriveResult>(arrive.name, {
    onDone: (done) => {
      toast({ text: done.code ? t('arrivedAs', { code: done.code }) : t('arrived') });
      onDone(done.encounter);
    },
  });
  const missing = complaint.trim().length < 2 ? [{ field: t('complaint') }] : [];

  function run(): void {
    if (missing.length > 0) return;
    const who = person
      ? { patient: person.key }
      : {
          unknown: {
            sex,
            ...(age === '' ? {} : { estimatedAge: Math.round(Number(age)) }),
            ...(marks.trim() ? { marks: marks.trim() } : {}),
          },
        };
    void command.run({ ...who, mode, complaint: complaint.trim() });
  }

  return (
    <WorkspaceFrame
      {...frame}
      onBack={onBack}
      finish={
        <FinishBar
          missing={missing}
          finish={{
            label: { vi: texts.vi.arriveAndTriage, en: texts.en.arriveAndTriage },
            busy: command.running,
            disabled: missing.length > 0,
            run,
          }}
        />
      }
    >
      <div className="em-page">
        {command.issues.map((issue) => (
          <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
        ))}
        <Section anchor={1} title={t('arrival')}>
          <div className="em-fields">
            <TextField
              label={t('complaint')}
              required
              autoFocus
              value={complaint}
              onChange={setComplaint}
              maxLength={300}
            />
            <div className="em-wide">
              <Segmented
                label={t('mode')}
                value={mode}
                onChange={setMode}
                options={MODES.map((value) => ({ value, label: t(`mode_${value}`) }))}
              />
            </div>
          </div>
        </Section>
        <Section anchor={2} title={t('who')}>
          {person ? (
            <Chip tone="ok" icon="user" onClick={() => setPerson(null)}>
              {[person.name, person.birthDate && formatDate(person.birthDate), person.patientCode]
                .filter(Boolean)
                .join(' · ')}
            </Chip>
          ) : (
            <div className="em-fields">
              <Segmented
                label={t('sex')}
                value={sex}
                onChange={setSex}
                options={SEXES.map((value) => ({ value, label: t(`sex_${value}`) }))}
              />
              <NumberField
                label={t('estimatedAge')}
                value={age}
                unit={t('years')}
                width={120}
                range={{ hard: [0, 120] }}
                onChange={setAge}
                hint={age === '' ? t('ageHint') : undefined}
              />
              <TextField label={t('marks')} value={marks} onChange={setMarks} maxLength={300} />
              <TextField
                label={t('number')}
                code
                value={number}
                onChange={setNumber}
                maxLength={30}
                hint={t('numberHint')}
              />
            </div>
          )}
          {!person && filter && (
            <ul className="em-found">
              {found.rows.map((one) => (
                <li key={one.key}>
                  <Chip icon="user" onClick={() => setPerson(one)}>
                    {[one.name, one.birthDate && formatDate(one.birthDate), one.patientCode]
                      .filter(Boolean)
                      .join(' · ')}
                  </Chip>
                </li>
              ))}
              {found.state === 'ready' && found.rows.length === 0 && <li>{t('noneFound')}</li>}
            </ul>
          )}
        </Section>
      </div>
    </WorkspaceFrame>
  );
}
