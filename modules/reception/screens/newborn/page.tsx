import {
  Button,
  Checkbox,
  Combobox,
  DateField,
  FinishBar,
  formatDate,
  NumberField,
  Section,
  Segmented,
  Select,
  TextField,
  toast,
  useCommand,
  useDraft,
  useNow,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import {
  type PersonSummary,
  type RegisterNewbornInput,
  type RegisterNewbornResult,
  registerNewborn,
} from '../../contract.ts';
import { IssueLine } from '../insurance.tsx';
import { type Found, usePeople } from '../people-search.ts';
import { GuardianFields, WardField } from '../person-form.tsx';
import {
  cardOf,
  emptyNewborn,
  type Gap,
  gapsOf,
  inputOf,
  type NewbornDraft,
  nameOf,
  timeFault,
  timeOf,
} from './form.ts';
import { texts } from './texts.ts';

const CHILD = /^child\.(.+)$/;
/** Grams beyond which a second look is due, and beyond which nothing is born alive. */
const WEIGHT = { soft: [1500, 5000], hard: [200, 8000] } as const;
const MOST = 8;
const numbers = (to: number) => Array.from({ length: to }, (_, i) => ({ value: String(i + 1), label: String(i + 1) }));

type Mother = NonNullable<NewbornDraft['mother']>;
const motherFrom = (one: Found): Mother => ({
  id: one.id,
  name: one.name,
  detail: [one.birthDate && formatDate(one.birthDate), one.code].filter(Boolean).join(' · '),
});

/** A newborn has no card to scan: by its mother, with hour and weight. */
export function NewbornPage(props: {
  /** The record that was open, or whose card was scanned. */
  readonly mother: PersonSummary | undefined;
  readonly onOpen: (patient: string) => void;
}): ReactElement {
  const { mother: opened, onOpen } = props;
  const t = useTexts(texts);
  const now = useNow();
  const { value: draft, set, discard } = useDraft<NewbornDraft>('reception:newborn', emptyNewborn(now));
  const change = (part: Partial<NewbornDraft>): void => set((before) => ({ ...before, ...part }));
  const [query, setQuery] = useState('');
  const people = usePeople(query);
  const command = useCommand<RegisterNewbornInput, RegisterNewbornResult>(registerNewborn.name, {
    onDone: (done) => {
      toast({ text: t('saved', { code: done.patientCode, name: done.name }) });
      discard();
      onOpen(done.patient);
    },
  });
  useEffect(() => {
    if (!opened) return;
    const { birthDate, name } = opened.person;
    const mother = {
      id: opened.patient,
      name: name ?? '',
      detail: [birthDate && formatDate(birthDate), opened.patientCode].filter(Boolean).join(' · '),
    };
    set((before) => (before.mother?.id === mother.id ? before : { ...before, mother, alone: false }));
  }, [opened, set]);

  const issues = command.issuesByField;
  const input = inputOf(draft, now);
  const fault = timeFault(draft, now);
  const badTime = draft.time.length > 3 && timeOf(draft.time) === undefined;
  const badCard = draft.card.trim() !== '' && cardOf(draft.card) === undefined;
  const known = command.issues.flatMap(({ field }) => CHILD.exec(field ?? '')?.[1] ?? []);
  const words: Readonly<Record<Gap, string>> = {
    mother: t('mother'),
    sex: t('sex'),
    birthDate: t('birthDate'),
    birthTime: t('birthTime'),
    weight: t('weight'),
  };
  const missing = [
    ...gapsOf(draft).map((gap) => ({ field: words[gap].toLocaleLowerCase() })),
    ...(fault ? [{ text: t(fault) }] : []),
    ...(badCard ? [{ text: t('temporaryCardBad') }] : []),
  ];
  const run = (): void => {
    if (input && !command.running) void command.run(input);
  };
  return (
    <div className="rec-unknown">
      <div className="m-page">
        {command.issues
          .filter(({ field }) => !field?.startsWith('person.') && field !== 'bornAt' && field !== 'order')
          .map((issue) => (
            <IssueLine key={issue.code} issue={issue} />
          ))}
        {known[0] !== undefined && (
          <div className="rec-more">
            <Button size="small" look="primary" onClick={() => onOpen(known[0] ?? '')}>
              {t('open')}
            </Button>
          </div>
        )}
        <Section anchor={1} title={t('mother')}>
          <div className="rec-fields">
            {draft.alone ? (
              <TextField
                label={t('motherName')}
                value={draft.motherName}
                onChange={(motherName) => change({ motherName })}
                maxLength={200}
              />
            ) : (
              <Combobox<Mother>
                // A card that is scanned while the caret stands here leaves its letters behind.
                key={draft.mother?.id ?? ''}
                label={t('mother')}
                hint={draft.mother ? draft.mother.detail : t('motherHint')}
                required
                autoFocus={!draft.mother}
                preselect={people.people.length === 1}
                value={draft.mother}
                onChange={(mother) => change({ mother })}
                options={people.people.filter((one) => one.gender !== 'male').map(motherFrom)}
                onQuery={setQuery}
                answered={people.asked}
                searching={people.searching}
                keyOf={(one) => one.id}
                textOf={(one) => one.name}
                issues={issues.mother}
                renderOption={(one) => (
                  <>
                    <div className="m-option-main">{one.name}</div>
                    <div className="m-option-sub">{one.detail}</div>
                  </>
                )}
              />
            )}
            <div className="rec-newborn-none">
              <Checkbox checked={draft.alone} onChange={(alone) => change({ alone })}>
                {t('motherNone')}
              </Checkbox>
            </div>
          </div>
        </Section>
        {draft.alone && <HomeFields draft={draft} change={change} issues={issues} />}
        <Section anchor={2} title={t('child')}>
          <div className="rec-fields">
            <Segmented<NonNullable<NewbornDraft['sex']>>
              label={t('sex')}
              required
              value={draft.sex}
              onChange={(sex) => change({ sex })}
              options={[
                { value: 'female', label: t('female') },
                { value: 'male', label: t('male') },
                { value: 'unknown', label: t('unknown') },
              ]}
            />
            <div className="rec-newborn-when">
              <DateField
                label={t('birthDate')}
                required
                value={draft.date}
                onChange={(date) => change({ date })}
                error={fault ? t(fault) : undefined}
                issues={issues.bornAt}
              />
              <TextField
                label={t('birthTime')}
                required
                hint={t('birthTimeHint')}
                inputMode="numeric"
                maxLength={5}
                value={draft.time}
                onChange={(time) => change({ time })}
                error={badTime ? t('timeBad') : undefined}
              />
            </div>
            <NumberField
              label={t('weight')}
              required
              unit="g"
              value={draft.weight}
              onChange={(weight) => change({ weight })}
              range={WEIGHT}
            />
            <div className="rec-newborn-when">
              <Select
                label={t('children')}
                value={String(draft.children)}
                onChange={(to) => change({ children: Number(to), order: Math.min(draft.order, Number(to)) })}
                options={numbers(MOST)}
              />
              {draft.children > 1 && (
                <Select
                  label={t('birthOrder')}
                  value={String(draft.order)}
                  onChange={(order) => change({ order: Number(order) })}
                  options={numbers(draft.children)}
                />
              )}
            </div>
            <TextField
              label={t('name')}
              hint={
                draft.name.trim() === '' && nameOf(draft) !== '' ? t('nameWill', { name: nameOf(draft) }) : undefined
              }
              className="rec-wide"
              value={draft.name}
              onChange={(name) => change({ name })}
              maxLength={200}
              issues={issues['person.name']}
            />
          </div>
        </Section>
        <Section anchor={3} title={t('papers')}>
          <div className="rec-fields">
            <TextField
              label={t('birthPaper')}
              code
              value={draft.birthPaper}
              onChange={(birthPaper) => change({ birthPaper })}
              maxLength={30}
              issues={issues['person.idNumber']}
            />
            <TextField
              label={t('temporaryCard')}
              hint={t('temporaryCardHint')}
              code
              value={draft.card}
              onChange={(card) => change({ card: card.toUpperCase() })}
              maxLength={24}
              error={badCard && draft.card.length > 14 ? t('temporaryCardBad') : undefined}
              issues={issues['card.number']}
            />
          </div>
        </Section>
      </div>
      <FinishBar
        missing={missing}
        finish={{
          label: { vi: texts.vi.register, en: texts.en.register },
          patient: nameOf(draft) || undefined,
          busy: command.running,
          run,
        }}
      />
    </div>
  );
}

/** Where the child lives and who answers for it, when its mother has no record to take them from. */
function HomeFields(props: {
  readonly draft: NewbornDraft;
  readonly change: (part: Partial<NewbornDraft>) => void;
  readonly issues: Parameters<typeof WardField>[0]['issues'];
}): ReactElement {
  const { draft, change, issues } = props;
  const { home } = draft;
  return (
    <>
      <GuardianFields
        draft={home}
        required
        set={(part) => change({ home: { ...home, fields: { ...home.fields, ...part } } })}
        issues={issues}
        onKeyDown={() => undefined}
      />
      <div className="rec-pad">
        <div className="rec-fields">
          <WardField draft={home} onChange={(next) => change({ home: next })} issues={issues} />
        </div>
      </div>
    </>
  );
}
