import {
  AlertLine,
  Button,
  Drawer,
  Fact,
  Facts,
  formatDate,
  Select,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  type IdentifyInput,
  type IdentifyResult,
  type IdentifyUnknownInput,
  type IdentifyUnknownResult,
  identify,
  identifyUnknown,
  type PersonSummary,
} from '../contract.ts';
import { IssueLine } from './insurance.tsx';
import { draftOf, emptyPerson, fieldsOf, type PersonDraft } from './person-draft.ts';
import { PersonForm } from './person-form.tsx';
import { texts } from './texts.ts';

export const IDENTIFY_DRAWER = 'rec-identify';
const WAYS = ['howPapers', 'howFamily', 'howPolice', 'howSelf'] as const;
type Way = (typeof WAYS)[number];

/** "Xác định danh tính": a paper or a number leads to a record, or gives the record under the code name its name. */
export function IdentifyDrawer(props: {
  readonly person: PersonSummary;
  /** What was scanned while the person was open. */
  readonly scanned: string | undefined;
  readonly onIdentified: (patient: string) => void;
}): ReactElement {
  const { person, scanned, onIdentified } = props;
  const t = useTexts(texts);
  const drawer = useDrawer(IDENTIFY_DRAWER);
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  const [way, setWay] = useState<Way | ''>('');
  // Somebody without a card at hand: the particulars are typed.
  const [byHand, setByHand] = useState<PersonDraft | null>(null);
  const finder = useCommand<IdentifyInput, IdentifyResult>(identify.name);
  const command = useCommand<IdentifyUnknownInput, IdentifyUnknownResult>(identifyUnknown.name, {
    onDone: ({ patient, patientCode, merged }) => {
      toast({ text: t(merged ? 'identifiedMerged' : 'identifiedNamed', { code: patientCode }) });
      drawer.close();
      onIdentified(patient);
    },
  });

  const find = useRef(finder.run);
  find.current = finder.run;
  const look = (text: string): void => {
    setAsked(text);
    setTyped('');
    void find.current({ text });
  };
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    if (scanned !== undefined) latest.current(scanned);
  }, [scanned]);

  const result = finder.result;
  const known = result?.people.filter((one) => one.patient !== person.patient) ?? [];
  const match = known.length === 1 ? known[0] : undefined;
  // Only a scanned card names somebody who has no record here; a number alone does not say who it is.
  const fresh = match === undefined && asked.includes('|') ? result?.draft : undefined;
  const typedIn = match === undefined && !fresh ? byHand : null;
  const ready = way !== '' && (match !== undefined || (fresh !== undefined && fresh !== null) || typedIn !== null);

  function run(): void {
    if (!ready || command.running) return;
    const how = texts.vi[way];
    if (match) void command.run({ patient: person.patient, known: match.patient, how });
    else if (typedIn) void command.run({ patient: person.patient, how, person: fieldsOf(typedIn) });
    else
      void command.run({
        patient: person.patient,
        how,
        ...(result?.kind === 'bhyt' ? { bhytQr: asked } : { cccdQr: asked }),
        person: { noPhone: true },
      });
  }

  return (
    <Drawer
      id={IDENTIFY_DRAWER}
      title={t('identify')}
      patient={person.person.name}
      foot={
        <Button look="primary" icon="check" busy={command.running} disabled={!ready} onClick={run}>
          {match ? t('identifyMerge') : t('identifyName')}
        </Button>
      }
    >
      <div className="rec-stack rec-pad">
        {command.issues
          .filter((issue) => typedIn === null || !issue.field?.startsWith('person.'))
          .map((issue) => (
            <IssueLine key={issue.code} issue={issue} />
          ))}
        <TextField
          label={t('identifyBy')}
          hint={t('identifyByHint')}
          value={typed}
          onChange={setTyped}
          onKeyDown={(event) =>
            event.key === 'Enter' && !event.nativeEvent.isComposing && typed.trim() !== '' && look(typed.trim())
          }
        />
        {result && known.length !== 1 && !fresh && <AlertLine level="warn" what={t('identifyNobody')} />}
        {match && (
          <>
            <AlertLine level="note" what={t('identifyHasRecord')} why={t('identifyHasRecordWhy')} />
            <Facts>
              <Fact label={t('name')} wide>
                {match.person.name}
              </Fact>
              <Fact label={t('birthDate')}>{match.person.birthDate ? formatDate(match.person.birthDate) : '—'}</Fact>
              <Fact label={t('patientCode')}>
                <span className="m-code">{match.patientCode}</span>
              </Fact>
            </Facts>
          </>
        )}
        {fresh && (
          <Facts>
            <Fact label={t('name')} wide>
              {fresh.name}
            </Fact>
            <Fact label={t('birthDate')}>{fresh.birthDate ? formatDate(fresh.birthDate) : '—'}</Fact>
          </Facts>
        )}
        {!match && !fresh && (
          <Button
            size="small"
            look="quiet"
            icon="edit"
            onClick={() => setByHand(byHand ? null : draftOf({ ...emptyPerson.fields, sex: person.person.sex }, null))}
          >
            {t(byHand ? 'identifyByCard' : 'identifyByHand')}
          </Button>
        )}
        {typedIn && (
          <PersonForm draft={typedIn} onChange={setByHand} issues={command.issuesByField} onEnter={run} focus="name" />
        )}
        <Select<Way>
          label={t('identifyHow')}
          required
          value={way}
          empty="—"
          onChange={setWay}
          options={WAYS.map((value) => ({ value, label: t(value) }))}
        />
      </div>
    </Drawer>
  );
}
