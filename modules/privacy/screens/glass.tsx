import type { BrokenGlass } from '@mach/engine/policy/break-glass.ts';
import type { Bundle, Composition, Patient } from '@mach/fhir/types.ts';
import {
  Button,
  Empty,
  formatDate,
  formatDateTime,
  Section,
  Select,
  Skeleton,
  type Text,
  TextArea,
  TextField,
  useCommand,
  usePick,
  useRoute,
  useTexts,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { SID } from '@mach/vn/systems.ts';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useAsk } from './ask.ts';
import { Refusals } from './parts.tsx';
import './privacy.css';
import { texts } from './texts.ts';

interface Why {
  readonly decision: 'permit' | 'deny' | 'some' | 'not-visible';
  readonly rules: readonly { readonly id: string; readonly text: Text; readonly grantedBy: readonly string[] }[];
}
interface State {
  readonly limited: boolean;
  readonly breakGlass: { readonly hours: number; readonly maxHours: number };
  readonly broken: readonly { readonly patient: string; readonly until: string }[];
}

const NUMBERS = ['patientCode', 'cccd', 'bhyt'] as const;
type NumberKind = (typeof NUMBERS)[number];
/** Letters of a reason, at least: as the command asks. */
const REASON = 10;

/** A record is refused: which rule, who can grant it; and the way in when somebody's life cannot wait for that. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, query, go, goTo } = useRoute();
  const state = useAsk<State>('/api/access/state');
  const patient = path[0];
  const { visit, from } = query;
  const open = state.data?.broken.find((one) => one.patient === patient);
  const ask =
    patient !== undefined ? `type=Patient&id=${patient}` : visit ? `type=Encounter&id=${visit}` : 'type=Patient';
  // Whoever was sent here from a screen goes on there.
  const [place, ...rest] = from?.split('/').filter((part) => part !== '') ?? [];
  const back = place !== undefined && (
    <div className="prv-row">
      <Button icon="left" onClick={() => goTo(place, rest)}>
        {t('glassBack')}
      </Button>
    </div>
  );
  const why = useAsk<Why>(state.data?.limited ? `/api/access/why?${ask}` : null);
  if (!state.data)
    return <WorkspaceFrame>{state.issues.length > 0 ? <Refusals of={state.issues} /> : <Skeleton />}</WorkspaceFrame>;
  return (
    <WorkspaceFrame>
      <div className="prv-page">
        {!state.data.limited && <Empty icon="check" title={t('glassOpen')} />}
        {state.data.limited && !open && (
          <>
            <Section anchor={1} title={t('glassWhy')}>
              <Reasons rules={why.data?.rules ?? []} />
              <Refusals of={why.issues} />
            </Section>
            <Section anchor={2} title={t('glassForm')}>
              <Break
                patient={patient}
                visit={visit}
                hours={state.data.breakGlass}
                onDone={(broken) => {
                  void state.reload();
                  go([broken.patient], { query: from ? { from } : {}, replace: true });
                }}
              />
            </Section>
          </>
        )}
        {open && patient && (
          <Section anchor={1} title={t('glassShown')}>
            <p className="prv-note">{t('opensUntil', { at: formatDateTime(open.until) })}</p>
            {back}
            <Summary patient={patient} />
          </Section>
        )}
      </div>
    </WorkspaceFrame>
  );
}

const ROLES = ['privacy-officer', 'director', 'administrator'] as const;

function Reasons({ rules }: { readonly rules: Why['rules'] }): ReactElement {
  const t = useTexts(texts);
  const roleName = (role: string): string => {
    const known = ROLES.find((one) => one === role);
    return known ? t(`role.${known}`) : role;
  };
  const pick = usePick();
  return (
    <ul className="prv-list prv-narrow">
      {rules.map((rule) => (
        <li key={rule.id}>
          <span className="prv-strong">{pick(rule.text)}</span>
          <p className="prv-note">{`${t('grantedBy')}: ${rule.grantedBy.map(roleName).join(', ')}`}</p>
        </li>
      ))}
    </ul>
  );
}

function Break(props: {
  readonly patient: string | undefined;
  readonly visit: string | undefined;
  readonly hours: State['breakGlass'];
  readonly onDone: (broken: BrokenGlass) => void;
}): ReactElement {
  const { patient, visit, hours, onDone } = props;
  const t = useTexts(texts);
  const cache = useQueryClient();
  const [kind, setKind] = useState<NumberKind>('patientCode');
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const [time, setTime] = useState(String(hours.hours));
  const send = useCommand<object, BrokenGlass>('access.breakGlass', {
    onDone: (broken) => {
      // The strip over all screens tells it at once, and what was refused is asked for again.
      void cache.invalidateQueries({ queryKey: ['access'] });
      void cache.invalidateQueries({ queryKey: ['record'] });
      onDone(broken);
    },
  });
  // Who the patient is has been said by the one who was refused, or is read from his papers.
  const byNumber = patient === undefined && visit === undefined;
  const whom = byNumber
    ? { identifier: { system: SID[kind], value: number.trim() } }
    : patient === undefined
      ? { visit }
      : { patient };
  const choices = [1, 2, hours.hours, hours.maxHours].filter(
    (n, i, all) => n <= hours.maxHours && all.indexOf(n) === i,
  );
  return (
    <div className="prv-form prv-narrow">
      {byNumber && (
        <div className="prv-row">
          <Select<NumberKind>
            label={t('glassNumberKind')}
            value={kind}
            onChange={setKind}
            options={NUMBERS.map((value) => ({ value, label: t(`number.${value}`) }))}
          />
          <TextField label={t('glassNumber')} required code value={number} onChange={setNumber} />
        </div>
      )}
      <TextArea
        label={t('glassReason')}
        hint={t('glassReasonHint')}
        required
        value={reason}
        onChange={setReason}
        issues={send.issuesByField.reason}
      />
      <div className="prv-row">
        <Select
          label={t('glassHours')}
          value={time}
          onChange={setTime}
          options={choices.map((n) => ({ value: String(n), label: t('hours', { n }) }))}
        />
      </div>
      <p className="prv-note">{t('glassScope')}</p>
      <Refusals of={send.issues.filter((issue) => issue.field !== 'reason')} />
      <div className="prv-row">
        <Button
          look="danger"
          icon="lock"
          disabled={reason.trim().length < REASON || (byNumber && number.trim() === '')}
          busy={send.running}
          onClick={() => void send.run({ ...whom, reason, hours: Number(time) })}
        >
          {t('breakGlass')}
        </Button>
      </div>
    </div>
  );
}

/** What must be known first, from the patient's summary: allergies, problems, medicines, results. */
function Summary({ patient }: { readonly patient: string }): ReactElement {
  const t = useTexts(texts);
  const summary = useAsk<Bundle>(`/fhir/Patient/${patient}/$summary`);
  if (summary.issues.length > 0) return <Refusals of={summary.issues} />;
  const resources = summary.data?.entry?.flatMap((entry) => entry.resource ?? []);
  if (!resources) return <Skeleton />;
  const person = resources.find((one): one is Patient => one.resourceType === 'Patient' && one.id === patient);
  const composition = resources.find((one): one is Composition => one.resourceType === 'Composition');
  return (
    <div className="prv-narrow">
      <p className="prv-strong">
        {[person?.name?.[0]?.text, person?.birthDate && formatDate(person.birthDate)].filter(Boolean).join(' · ')}
      </p>
      <ul className="prv-list">
        {composition?.section?.map((section) => (
          <li key={section.title}>
            <span className="prv-strong">{section.title}</span>
            {linesOf(section.text?.div).map((line) => (
              <p key={line}>{line}</p>
            ))}
            {linesOf(section.text?.div).length === 0 && <p className="prv-note">{t('nothingKnown')}</p>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The text of a narrative, line by line: taken as text, never as markup. */
function linesOf(div: string | undefined): string[] {
  if (div === undefined) return [];
  const page = new DOMParser().parseFromString(div, 'text/html');
  const items = [...page.querySelectorAll('li, p, tr')].map((one) => one.textContent?.trim() ?? '');
  return [...new Set(items.length > 0 ? items : [page.body.textContent?.trim() ?? ''])].filter((line) => line !== '');
}

export default { Home } satisfies Workspace;
