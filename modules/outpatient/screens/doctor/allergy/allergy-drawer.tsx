import {
  AlertLine,
  Button,
  Drawer,
  Segmented,
  Select,
  TextField,
  toast,
  useCommand,
  useDrawer,
  usePick,
  useTexts,
} from '@mach/ui';
import { type KeyboardEvent, type ReactElement, useState } from 'react';
import { type AllergiesResult, type RecordAllergiesInput, recordAllergies } from '../../../contract.ts';
import { isActiveAllergy } from '../../../rules/allergies.ts';
import type { Visit } from '../data/use-visit.ts';
import { ALLERGY_DRAWER } from '../drawers.ts';
import { texts } from '../texts.ts';
import { allergyState } from '../visit/banner.tsx';

type Kind = 'medication' | 'food' | 'environment' | 'biologic';
type Severity = 'mild' | 'moderate' | 'severe';

interface Draft {
  readonly substance: string;
  readonly kind: Kind;
  readonly reaction: string;
  readonly severity: Severity | null;
  readonly since: string;
}
const EMPTY: Draft = { substance: '', kind: 'medication', reaction: '', severity: null, since: '' };

/** Asked now: none known with one key, or what and how; a wrong entry is refuted with its reason, never deleted. */
export function AllergyDrawer({ visit, name }: { readonly visit: Visit; readonly name: string }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const drawer = useDrawer(ALLERGY_DRAWER);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [refuting, setRefuting] = useState<string | null>(null);
  const [why, setWhy] = useState('');
  const record = useCommand<RecordAllergiesInput, AllergiesResult>(recordAllergies.name);
  const active = (visit.allergies ?? []).filter(isActiveAllergy);
  const state = allergyState(visit.allergies).state;

  async function send(input: Omit<RecordAllergiesInput, 'patient' | 'encounter'>): Promise<void> {
    const done = await record.run({ patient: visit.patientId, encounter: visit.id, ...input });
    if (!done) return;
    visit.refresh('allergies');
    setDraft(EMPTY);
    setRefuting(null);
    setWhy('');
    toast({ text: t('allergiesSaved') });
    if (input.none) drawer.close();
  }

  function add(): void {
    const substance = draft.substance.trim();
    if (substance === '') return;
    void send({
      items: [
        {
          substance,
          kind: draft.kind,
          ...(draft.reaction.trim() === '' ? {} : { reaction: draft.reaction.trim() }),
          ...(draft.severity
            ? { severity: draft.severity, criticality: draft.severity === 'severe' ? 'high' : 'low' }
            : {}),
          ...(/^\d{4}$/.test(draft.since) ? { since: draft.since } : {}),
        },
      ],
    });
  }

  const onEnter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) add();
  };

  return (
    <Drawer id={ALLERGY_DRAWER} title={t('allergies')} patient={name}>
      <div className="doc-stack">
        {state !== 'known' && (
          <Button
            look={state === 'unasked' ? 'primary' : 'secondary'}
            icon="check"
            busy={record.running}
            onClick={() => void send({ none: true })}
          >
            {state === 'none' ? t('noneConfirmed') : t('noneKnown')}
          </Button>
        )}
        {active.length > 0 && (
          <ul className="doc-placed">
            {active.map((one) => (
              <li key={one.id} className="doc-placed-line">
                <b>{one.code?.text}</b>
                <span className="doc-grow">{one.reaction?.map((r) => r.manifestation[0]?.text).join(', ')}</span>
                {refuting !== one.id ? (
                  <Button look="quiet" size="small" onClick={() => setRefuting(one.id)}>
                    {t('refute')}
                  </Button>
                ) : (
                  <div className="doc-wide doc-inline">
                    <TextField
                      className="doc-grow"
                      label={t('refuteWhy')}
                      labelHidden
                      autoFocus
                      placeholder={t('refuteWhy')}
                      value={why}
                      onChange={setWhy}
                      maxLength={500}
                    />
                    <Button
                      look="danger"
                      disabled={why.trim().length < 2}
                      onClick={() => void send({ refuted: [{ allergy: one.id, reason: why.trim() }] })}
                    >
                      {t('refute')}
                    </Button>
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
        <h3 className="doc-subhead">{t('addAllergy')}</h3>
        <TextField
          label={t('substance')}
          value={draft.substance}
          placeholder={t('substanceHint')}
          onChange={(substance) => setDraft({ ...draft, substance })}
          onKeyDown={onEnter}
          maxLength={200}
        />
        <Select
          label={t('allergyKind')}
          value={draft.kind}
          onChange={(kind) => setDraft({ ...draft, kind })}
          options={[
            { value: 'medication', label: t('kindDrug') },
            { value: 'food', label: t('kindFood') },
            { value: 'environment', label: t('kindEnvironment') },
            { value: 'biologic', label: t('kindBiologic') },
          ]}
        />
        <TextField
          label={t('reaction')}
          value={draft.reaction}
          placeholder={t('reactionHint')}
          onChange={(reaction) => setDraft({ ...draft, reaction })}
          onKeyDown={onEnter}
          maxLength={500}
        />
        <Segmented
          label={t('severity')}
          value={draft.severity}
          onChange={(severity) => setDraft({ ...draft, severity })}
          options={[
            { value: 'mild', label: t('mild') },
            { value: 'moderate', label: t('moderate') },
            { value: 'severe', label: t('severe') },
          ]}
        />
        <TextField
          label={t('since')}
          value={draft.since}
          inputMode="numeric"
          maxLength={4}
          placeholder={t('yearHint')}
          onChange={(since) => setDraft({ ...draft, since: since.replace(/\D/g, '') })}
          onKeyDown={onEnter}
        />
        <Button icon="plus" busy={record.running} disabled={draft.substance.trim() === ''} onClick={add}>
          {t('saveAllergy')}
        </Button>
        {record.issues.map((issue) => (
          <AlertLine
            key={issue.code + issue.field}
            level="warn"
            what={pick(issue.text)}
            why={issue.remedy && pick(issue.remedy)}
          />
        ))}
      </div>
    </Drawer>
  );
}
