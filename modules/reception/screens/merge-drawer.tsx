import {
  AlertLine,
  Button,
  Card,
  Drawer,
  formatDate,
  formatDateTime,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type IdentifyInput,
  type IdentifyResult,
  identify,
  type MergePeopleInput,
  type MergePeopleResult,
  mergePeople,
  type PersonSummary,
  type SeparatePeopleInput,
  type SeparatePeopleResult,
  separatePeople,
} from '../contract.ts';
import { masked } from './banner-facts.ts';
import { IssueLine } from './insurance.tsx';
import { texts } from './texts.ts';

export const MERGE_DRAWER = 'rec-merge';
export const SEPARATE_DRAWER = 'rec-separate';

/** Two records of one person: this one is closed, everything moves to the one that is named. */
export function MergeDrawer(props: {
  readonly person: PersonSummary;
  readonly onMerged: (patient: string) => void;
}): ReactElement {
  const { person, onMerged } = props;
  const t = useTexts(texts);
  const drawer = useDrawer(MERGE_DRAWER);
  const [typed, setTyped] = useState('');
  const [how, setHow] = useState('');
  const finder = useCommand<IdentifyInput, IdentifyResult>(identify.name);
  const merge = useCommand<MergePeopleInput, MergePeopleResult>(mergePeople.name, {
    onDone: ({ patient, patientCode }) => {
      toast({ text: t('mergedInto', { code: patientCode }) });
      drawer.close();
      onMerged(patient);
    },
  });
  const others = finder.result?.people.filter((one) => one.patient !== person.patient) ?? [];
  const [other] = others.length === 1 ? others : [];
  const ready = other !== undefined && how.trim().length > 2;
  const run = (): void => {
    if (ready && !merge.running) void merge.run({ patient: person.patient, into: other.patient, how: how.trim() });
  };
  return (
    <Drawer
      id={MERGE_DRAWER}
      title={t('mergeTitle')}
      patient={person.person.name}
      foot={
        <Button look="primary" icon="check" busy={merge.running} disabled={!ready} onClick={run}>
          {t('mergeRun')}
        </Button>
      }
    >
      <div className="rec-stack rec-pad">
        {merge.issues.map((issue) => (
          <IssueLine key={issue.code} issue={issue} />
        ))}
        <AlertLine level="note" what={t('mergeWhat')} why={t('mergeBack')} />
        <TextField
          label={t('mergeOther')}
          hint={t('identifyByHint')}
          value={typed}
          onChange={setTyped}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing || typed.trim() === '') return;
            void finder.run({ text: typed.trim() });
          }}
        />
        {finder.result && !other && <AlertLine level="warn" what={t('mergeNobody')} />}
        {other && <TwoPeople left={person} right={other} />}
        <TextField label={t('mergeHow')} required value={how} onChange={setHow} maxLength={300} />
      </div>
    </Drawer>
  );
}

/** Both beside each other: what differs must meet the eye before the key is pressed. */
function TwoPeople({ left, right }: { readonly left: PersonSummary; readonly right: PersonSummary }): ReactElement {
  const t = useTexts(texts);
  return (
    <div className="rec-two">
      <OnePerson title={t('mergeCloses')} of={left} than={right} />
      <OnePerson title={t('mergeKeeps')} of={right} than={left} />
    </div>
  );
}

/** One of the two: the end of a number is enough to tell them apart before a queue. */
function OnePerson(props: {
  readonly title: string;
  readonly of: PersonSummary;
  readonly than: PersonSummary;
}): ReactElement {
  const { title, of, than } = props;
  const t = useTexts(texts);
  const facts = (one: PersonSummary) =>
    [
      [t('name'), one.person.name],
      [t('birthDate'), one.person.birthDate && formatDate(one.person.birthDate)],
      [t('phone'), masked(one.person.phone, 3)],
      [t('idNumber'), masked(one.person.idNumber, 4)],
      [t('address'), one.address ?? undefined],
    ] as const;
  const others = new Map(facts(than));
  return (
    <Card title={title} side={<span className="m-code">{of.patientCode ?? '—'}</span>}>
      <dl className="rec-two-facts">
        {facts(of).map(([label, value]) => (
          <div key={label} data-differs={(value ?? '') !== (others.get(label) ?? '') || undefined}>
            <dt>{label}</dt>
            <dd>{value ?? '—'}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

/** A line for each record that became part of this one, with the way back. */
export function MergedNote({
  person,
  onBack,
}: {
  readonly person: PersonSummary;
  readonly onBack: () => void;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <>
      {person.merged.map((one) => (
        <AlertLine
          key={one.patient}
          level="note"
          what={t('mergedFrom', { name: one.name, code: one.patientCode, at: formatDateTime(one.at) })}
          why={one.how}
          instead={{ label: t('separate'), run: onBack }}
        />
      ))}
    </>
  );
}

/** "Tách lại": a merge is taken back, with the reason. */
export function SeparateDrawer(props: {
  readonly person: PersonSummary;
  readonly onSeparated: (patient: string) => void;
}): ReactElement {
  const { person, onSeparated } = props;
  const t = useTexts(texts);
  const drawer = useDrawer(SEPARATE_DRAWER);
  const [reason, setReason] = useState('');
  // The latest merge is the one that is taken back first.
  const one = person.merged.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
  const separate = useCommand<SeparatePeopleInput, SeparatePeopleResult>(separatePeople.name, {
    onDone: ({ patient, moved }) => {
      toast({ text: t('separated', { n: moved }) });
      drawer.close();
      onSeparated(patient);
    },
  });
  const ready = one !== undefined && reason.trim().length > 2;
  const run = (): void => {
    if (ready && !separate.running) void separate.run({ patient: one.patient, reason: reason.trim() });
  };
  return (
    <Drawer
      id={SEPARATE_DRAWER}
      title={t('separateTitle')}
      patient={person.person.name}
      foot={
        <Button look="danger" busy={separate.running} disabled={!ready} onClick={run}>
          {t('separate')}
        </Button>
      }
    >
      <div className="rec-stack rec-pad">
        {separate.issues.map((issue) => (
          <IssueLine key={issue.code} issue={issue} />
        ))}
        {one && (
          <AlertLine
            level="warn"
            what={t('separateWhat', { name: one.name, code: one.patientCode })}
            why={t('separateWhy')}
          />
        )}
        <TextField label={t('separateReason')} required value={reason} onChange={setReason} maxLength={300} autoFocus />
      </div>
    </Drawer>
  );
}
