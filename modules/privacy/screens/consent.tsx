import type { Patient } from '@mach/fhir/types.ts';
import {
  Button,
  Chip,
  Empty,
  formatDate,
  formatDateTime,
  PrintButton,
  Section,
  Segmented,
  Select,
  TextArea,
  TextField,
  toast,
  useCommand,
  usePick,
  useRecord,
  useRoute,
  useTexts,
  useView,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type ConsentRow, openRequest, type RequestKind, type RequestResult, recordConsent } from '../contract.ts';
import { type Person, PersonField, Refusals } from './parts.tsx';
import './privacy.css';
import { type Rules, useRules } from './rules.ts';
import { texts } from './texts.ts';

const RELATIONS = ['self', 'parent', 'spouse', 'child', 'guardian', 'representative'] as const;
type Relation = (typeof RELATIONS)[number];
const HOW = ['paper', 'spoken', 'screen'] as const;
type How = (typeof HOW)[number];
const CHANNELS = ['desk', 'letter', 'online'] as const;
type Channel = (typeof CHANNELS)[number];

/** The desk's part: what a patient agrees to, and what is asked for about the patient's data. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const rules = useRules();
  const [person, setPerson] = useState<Person | null>(null);
  const patient = path[0];
  const { record } = useRecord<Patient>('Patient', patient);
  const name = record?.name?.[0]?.text ?? '';
  return (
    <WorkspaceFrame>
      <div className="prv-page">
        <Section anchor={1} title={t('findPatient')}>
          <div className="prv-narrow">
            <PersonField
              label={t('patient')}
              value={person}
              autoFocus
              onChange={(one) => {
                setPerson(one);
                go(one ? [one.id] : []);
              }}
            />
          </div>
        </Section>
        {patient && rules ? (
          <div key={patient}>
            <Section anchor={2} title={`${t('consents')}${name ? ` · ${name}` : ''}`}>
              <Consents patient={patient} name={name} rules={rules} />
            </Section>
            <Section anchor={3} title={t('newRequest')}>
              <NewRequest patient={patient} name={name} rules={rules} />
            </Section>
          </div>
        ) : (
          <Empty icon="sign" title={t('choosePatient')} hint={t('choosePatientHint')} />
        )}
      </div>
    </WorkspaceFrame>
  );
}

function Consents(props: { readonly patient: string; readonly name: string; readonly rules: Rules }): ReactElement {
  const { patient, name, rules } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const { rows } = useView<ConsentRow>('privacy.consents', { patientId: patient }, { sort: '-at' });
  const [asking, setAsking] = useState<string | null>(null);
  return (
    <div className="prv-narrow">
      <p className="prv-note">{t('consentHint')}</p>
      <div className="prv-row">
        <PrintButton form="privacy.consent" id={patient} label={t('printConsent')} />
      </div>
      <ul className="prv-list">
        {rules.consents.map((one) => {
          const mine = rows.filter((row) => row.purpose === one.purpose);
          const now = mine.find((row) => row.status === 'active');
          const was = mine.some((row) => row.decision === 'permit' && row.key !== now?.key);
          return (
            <li key={one.purpose}>
              <div className="prv-list-head">
                <span className="prv-strong">{pick(one.text)}</span>
                <span className="prv-list-head">
                  {now ? (
                    <Chip
                      tone={now.decision === 'permit' ? 'ok' : 'warn'}
                      icon={now.decision === 'permit' ? 'check' : 'stop'}
                    >
                      {t(now.decision === 'permit' ? 'permit' : was ? 'withdrawn' : 'deny')}
                    </Chip>
                  ) : (
                    <Chip>{t(`silent.${one.decides}`)}</Chip>
                  )}
                  <Button size="small" onClick={() => setAsking(asking === one.purpose ? null : one.purpose)}>
                    {t(now ? 'change' : 'ask')}
                  </Button>
                </span>
              </div>
              <p className="prv-note">{pick(one.told)}</p>
              {one.decides === 'refusal' && <p className="prv-note">{`${t('basis')}: ${pick(one.ground)}`}</p>}
              {now && (
                <p className="prv-note">
                  {[formatDateTime(now.at), now.by, now.how && t(`how.${now.how}`), now.recordedBy]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
              )}
              {!one.enforced && <p className="prv-note">{t('notEnforced')}</p>}
              {asking === one.purpose && (
                <Decide patient={patient} name={name} purpose={one.purpose} onDone={() => setAsking(null)} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Nothing is preset: somebody has to say what the person said. */
function Decide(props: {
  readonly patient: string;
  readonly name: string;
  readonly purpose: string;
  readonly onDone: () => void;
}): ReactElement {
  const { patient, name, purpose, onDone } = props;
  const t = useTexts(texts);
  const [decision, setDecision] = useState<'permit' | 'deny' | null>(null);
  const [relation, setRelation] = useState<Relation>('self');
  const [by, setBy] = useState(name);
  const [how, setHow] = useState<How | ''>('');
  const send = useCommand<object>(recordConsent.name, {
    onDone: () => {
      toast({ text: t('saved') });
      onDone();
    },
  });
  return (
    <div className="prv-form">
      <Segmented<'permit' | 'deny'>
        label={t('decision')}
        required
        value={decision}
        onChange={setDecision}
        options={[
          { value: 'permit', label: t('permit') },
          { value: 'deny', label: t('deny') },
        ]}
      />
      <div className="prv-row">
        <Select<Relation>
          label={t('decider')}
          value={relation}
          onChange={(value) => {
            setRelation(value);
            setBy(value === 'self' ? name : '');
          }}
          options={RELATIONS.map((value) => ({ value, label: t(`relation.${value}`) }))}
        />
        <TextField label={t('deciderName')} required value={by} onChange={setBy} issues={send.issuesByField.by} />
        <Select<How>
          label={t('how')}
          required
          value={how}
          empty=""
          onChange={setHow}
          options={HOW.map((value) => ({ value, label: t(`how.${value}`) }))}
          issues={send.issuesByField.how}
        />
      </div>
      <Refusals of={send.issuesByField[''] ?? []} />
      <div className="prv-row">
        <Button
          look="primary"
          icon="check"
          disabled={decision === null || how === ''}
          busy={send.running}
          onClick={() => void send.run({ patient, purpose, decision, by, relation, how })}
        >
          {t('record')}
        </Button>
      </div>
    </div>
  );
}

const KINDS: readonly RequestKind[] = ['access', 'correct', 'portability', 'restrict', 'erase'];

function NewRequest(props: { readonly patient: string; readonly name: string; readonly rules: Rules }): ReactElement {
  const { patient, name, rules } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [kind, setKind] = useState<RequestKind | ''>('');
  const [relation, setRelation] = useState<Relation>('self');
  const [by, setBy] = useState<string | null>(null);
  const [paper, setPaper] = useState('');
  const [channel, setChannel] = useState<Channel>('desk');
  const [detail, setDetail] = useState('');
  const open = useCommand<object, RequestResult>(openRequest.name, { onDone: () => setDetail('') });
  const asker = by ?? (relation === 'self' ? name : '');
  const { result } = open;
  return (
    <div className="prv-form prv-narrow">
      <div className="prv-row">
        <Select<RequestKind>
          label={t('kind')}
          required
          value={kind}
          empty=""
          onChange={setKind}
          options={KINDS.map((value) => ({ value, label: pick(rules.kinds[value].text) }))}
        />
        <Select<Channel>
          label={t('channel')}
          value={channel}
          onChange={setChannel}
          options={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
        />
      </div>
      <div className="prv-row">
        <Select<Relation>
          label={t('asker')}
          value={relation}
          onChange={setRelation}
          options={RELATIONS.map((value) => ({ value, label: t(`relation.${value}`) }))}
        />
        <TextField label={t('askerName')} required value={asker} onChange={setBy} issues={open.issuesByField.by} />
        <TextField label={t('paper')} value={paper} onChange={setPaper} />
      </div>
      <TextArea label={t('detail')} required value={detail} onChange={setDetail} issues={open.issuesByField.detail} />
      <Refusals of={open.issuesByField[''] ?? []} />
      {result && detail === '' && (
        <p className="prv-strong" role="status">
          {t('opened', { code: result.code, answer: formatDate(result.answerBy), due: formatDate(result.dueBy) })}
        </p>
      )}
      <div className="prv-row">
        <Button
          look="primary"
          icon="check"
          disabled={kind === ''}
          busy={open.running}
          onClick={() =>
            void open.run({ patient, kind, by: asker, relation, channel, detail, ...(paper ? { paper } : {}) })
          }
        >
          {t('takeIn')}
        </Button>
      </div>
    </div>
  );
}

export default { Home } satisfies Workspace;
