import type { Task } from '@mach/fhir/types.ts';
import {
  Button,
  Checkbox,
  Drawer,
  Fact,
  Facts,
  formatDate,
  formatDateTime,
  type Issue,
  issuesOf,
  PrintButton,
  Segmented,
  TextArea,
  toast,
  useCommand,
  usePick,
  useRecord,
  useRefreshRecords,
  useSession,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  answerRequest,
  assignRequest,
  closeRequest,
  deliver,
  extendRequest,
  liftRestriction,
  type RequestRow,
  restrict,
} from '../contract.ts';
import { download } from './ask.ts';
import { Refusals } from './parts.tsx';
import { PatientLog } from './patient-log.tsx';
import type { Rules } from './rules.ts';
import { texts } from './texts.ts';

interface Props {
  readonly row: RequestRow;
  readonly rules: Rules | undefined;
  readonly saved: () => void;
}

/** One request: its clocks, who works on it, what is done for it, and the answer that closes it. */
export function RequestDrawer(props: {
  readonly id: string;
  readonly row: RequestRow;
  readonly rules: Rules | undefined;
  readonly onClosed: () => void;
}): ReactElement {
  const { id, row, rules, onClosed } = props;
  const t = useTexts(texts);
  const refresh = useRefreshRecords();
  const saved = (): void => {
    toast({ text: t('saved') });
    refresh('Task', row.key);
  };
  return (
    <Drawer id={id} title={`${row.code} · ${t(`kind.${row.kind}`)}`} patient={row.patientName ?? undefined}>
      <div className="prv-form">
        <Facts>
          <Fact label={t('asker')}>
            {row.by}
            {row.relation && <span className="prv-two">{t(`relation.${row.relation as 'self'}`)}</span>}
          </Fact>
          <Fact label={t('channel')}>
            {formatDate(row.receivedAt)}
            {row.channel && <span className="prv-two">{t(`channel.${row.channel as 'desk'}`)}</span>}
          </Fact>
          <Fact label={t('firstAnswer')}>
            {row.answeredAt ? formatDateTime(row.answeredAt) : formatDate(row.answerBy)}
          </Fact>
          <Fact label={t('due')}>{formatDate(row.dueBy)}</Fact>
          <Fact label={t('detail')} wide>
            {row.detail}
          </Fact>
          <Fact label={t('assignee')}>{row.accountName ?? t('nobody')}</Fact>
          {row.letter && (
            <Fact label={t('letter')} wide>
              {row.letter}
            </Fact>
          )}
        </Facts>
        {(row.answeredAt !== null || row.letter !== null) && (
          <div className="prv-row">
            <PrintButton form="privacy.answer" id={row.key} label={t('printAnswer')} />
          </div>
        )}
        {row.restricts === 'yes' && <Lift row={row} rules={rules} saved={saved} />}
        {row.closedAt === null && <Steps row={row} rules={rules} saved={saved} onClosed={onClosed} />}
      </div>
    </Drawer>
  );
}

/** What is left to do before it is answered and closed. */
function Steps(props: Props & { readonly onClosed: () => void }): ReactElement {
  const { row, rules, saved, onClosed } = props;
  const t = useTexts(texts);
  const { user } = useSession();
  const take = useCommand<object>(assignRequest.name, { onDone: saved });
  return (
    <>
      {row.accountName === null && (
        <div className="prv-row">
          <Button busy={take.running} onClick={() => void take.run({ request: row.key, account: user.account })}>
            {t('takeOn')}
          </Button>
        </div>
      )}
      <Refusals of={take.issues} />
      {row.answeredAt === null && <FirstAnswer row={row} rules={rules} saved={saved} />}
      {row.extended === null && <Extend row={row} rules={rules} saved={saved} />}
      <Work row={row} rules={rules} saved={saved} />
      <Close row={row} rules={rules} saved={onClosed} />
    </>
  );
}

/** A restriction ends when the person no longer wants it, or its ground is gone: also after the answer. */
function Lift({ row, saved }: Props): ReactElement {
  const t = useTexts(texts);
  const [reason, setReason] = useState('');
  const lift = useCommand<object>(liftRestriction.name, {
    onDone: () => {
      toast({ text: t('lifted') });
      saved();
    },
  });
  return (
    <section className="prv-form" aria-label={t('lift')}>
      <TextArea
        label={t('liftReason')}
        hint={t('liftHint')}
        value={reason}
        onChange={setReason}
        issues={lift.issuesByField.reason}
      />
      <Refusals of={lift.issues.filter((issue) => issue.field !== 'reason')} />
      <div className="prv-row">
        <Button
          icon="undo"
          disabled={reason.trim() === ''}
          busy={lift.running}
          onClick={() => void lift.run({ request: row.key, reason })}
        >
          {t('lift')}
        </Button>
      </div>
    </section>
  );
}

function FirstAnswer({ row, saved }: Props): ReactElement {
  const t = useTexts(texts);
  const [text, setText] = useState('');
  const answer = useCommand<object>(answerRequest.name, { onDone: saved });
  return (
    <>
      <TextArea label={t('answerText')} value={text} onChange={setText} issues={answer.issuesByField.text} />
      <div className="prv-row">
        <Button busy={answer.running} onClick={() => void answer.run({ request: row.key, text })}>
          {t('answer')}
        </Button>
      </div>
      <Refusals of={answer.issuesByField[''] ?? []} />
    </>
  );
}

function Extend({ row, saved }: Props): ReactElement {
  const t = useTexts(texts);
  const [reason, setReason] = useState('');
  const extend = useCommand<object>(extendRequest.name, { onDone: saved });
  return (
    <details>
      <summary>{t('extend')}</summary>
      <div className="prv-form">
        <TextArea label={t('extendReason')} value={reason} onChange={setReason} issues={extend.issuesByField.reason} />
        <div className="prv-row">
          <Button busy={extend.running} onClick={() => void extend.run({ request: row.key, reason })}>
            {t('extend')}
          </Button>
        </div>
        <Refusals of={extend.issuesByField[''] ?? []} />
      </div>
    </details>
  );
}

/** What was done so far, and what this kind of request asks for. */
function Work({ row, rules, saved }: Props): ReactElement {
  const t = useTexts(texts);
  const { record } = useRecord<Task>('Task', row.key);
  const [busy, setBusy] = useState<string | null>(null);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const output = record?.output ?? [];

  async function hand(what: 'bundle' | 'log'): Promise<void> {
    setBusy(what);
    setIssues([]);
    try {
      await download(`/api/privacy/requests/${row.key}/${what}`, 'POST');
      saved();
    } catch (error) {
      setIssues(issuesOf(error));
    } finally {
      setBusy(null);
    }
  }
  const isCopy = row.kind === 'access' || row.kind === 'portability';
  return (
    <>
      <section className="prv-form" aria-label={t('doIt')}>
        {isCopy && (
          <div className="prv-row">
            <Button icon="box" busy={busy === 'bundle'} onClick={() => void hand('bundle')}>
              {t('handBundle')}
            </Button>
            {row.kind === 'access' && (
              <Button icon="eye" busy={busy === 'log'} onClick={() => void hand('log')}>
                {t('handLog')}
              </Button>
            )}
          </div>
        )}
        {row.kind === 'access' && <PatientLog request={row.key} />}
        {row.kind === 'correct' && <Correct row={row} rules={rules} saved={saved} />}
        {row.kind === 'restrict' && <Restrict row={row} rules={rules} saved={saved} />}
        <Refusals of={issues} />
      </section>
      <ul className="prv-list" aria-label={t('done')}>
        {output.length === 0 && <li className="prv-two">{t('nothingDone')}</li>}
        {output.map((one, i) => (
          <li key={String(i)}>{one.valueString}</li>
        ))}
      </ul>
    </>
  );
}

function Correct({ row, saved }: Props): ReactElement {
  const t = useTexts(texts);
  const [note, setNote] = useState('');
  const send = useCommand<object>(deliver.name, { onDone: saved });
  return (
    <>
      <TextArea
        label={t('correction')}
        hint={t('correctionHint')}
        value={note}
        onChange={setNote}
        issues={send.issuesByField.note}
      />
      <div className="prv-row">
        <Button busy={send.running} onClick={() => void send.run({ request: row.key, what: 'correction', note })}>
          {t('recordCorrection')}
        </Button>
      </div>
    </>
  );
}

function Restrict({ row, rules, saved }: Props): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const [purposes, setPurposes] = useState<readonly string[]>([]);
  const [close, setClose] = useState(false);
  const send = useCommand<object>(restrict.name, { onDone: saved });
  const toggle = (purpose: string, on: boolean): void =>
    setPurposes((now) => (on ? [...now, purpose] : now.filter((one) => one !== purpose)));
  return (
    <>
      <fieldset className="prv-checks">
        <legend>{t('restrictPurposes')}</legend>
        {rules?.consents.map((one) => (
          <Checkbox
            key={one.purpose}
            checked={purposes.includes(one.purpose)}
            onChange={(on) => toggle(one.purpose, on)}
            hint={one.enforced ? undefined : t('notEnforced')}
          >
            {pick(one.text)}
          </Checkbox>
        ))}
        <Checkbox checked={close} onChange={setClose} hint={rules?.closes ? undefined : t('notEnforced')}>
          {t('restrictClose')}
        </Checkbox>
      </fieldset>
      <div className="prv-row">
        <Button busy={send.running} onClick={() => void send.run({ request: row.key, purposes, close })}>
          {t('restrict')}
        </Button>
      </div>
      <Refusals of={send.issues} />
    </>
  );
}

type Outcome = 'granted' | 'partly' | 'refused' | 'withdrawn';
const OUTCOMES: readonly Outcome[] = ['granted', 'partly', 'refused', 'withdrawn'];

function Close({ row, rules, saved }: Props): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const kept = rules?.kinds[row.kind].kept;
  const [letter, setLetter] = useState('');
  const close = useCommand<object>(closeRequest.name, { onDone: saved });
  return (
    <>
      <Segmented<Outcome>
        label={t('outcome')}
        value={outcome}
        onChange={(value) => {
          setOutcome(value);
          if (value === 'refused' && kept && letter === '') setLetter(pick(kept));
        }}
        options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
      />
      <TextArea label={t('letter')} rows={5} value={letter} onChange={setLetter} issues={close.issuesByField.letter} />
      <Refusals of={close.issues.filter((issue) => issue.field !== 'letter')} />
      <div className="prv-row">
        <Button
          look="primary"
          icon="send"
          disabled={outcome === null}
          busy={close.running}
          onClick={() => void close.run({ request: row.key, outcome, letter })}
        >
          {t('closeRequest')}
        </Button>
      </div>
    </>
  );
}
