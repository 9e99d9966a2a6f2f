import type { Rule } from '@mach/engine/policy/rules.ts';
import type { Simulation } from '@mach/engine/policy/simulate.ts';
import type { PolicyProposal } from '@mach/engine/policy/switch.ts';
import {
  AlertLine,
  Button,
  Chip,
  Empty,
  formatDateTime,
  Section,
  Select,
  Skeleton,
  Table,
  type Text,
  TextField,
  toast,
  useCan,
  useCommand,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { useAsk } from './ask.ts';
import { Refusals } from './parts.tsx';
import { texts } from './texts.ts';

interface Policies {
  readonly active: string;
  readonly policies: readonly { readonly name: string; readonly title: Text; readonly rules: readonly Rule[] }[];
  readonly proposal: (PolicyProposal & { readonly mine: boolean }) | null;
}

type Changed = Simulation['people'][number];

/** The policy in force, what another one would change on the past days, and the switch that takes two people. */
export function PolicyPage(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const state = useAsk<Policies>('/api/access/policies');
  const [chosen, setChosen] = useState<string | null>(null);
  const [days, setDays] = useState('7');
  const [tried, setTried] = useState<string | null>(null);
  const simulation = useAsk<Simulation>(tried);
  const { data } = state;
  if (state.issues.length > 0) return <Refusals of={state.issues} />;
  if (!data) return <Skeleton shape="lines" count={6} />;
  const { active, policies, proposal } = data;
  const candidate = chosen ?? proposal?.policy ?? policies.find((one) => one.name !== active)?.name ?? active;
  const titleOf = (name: string): string => {
    const title = policies.find((one) => one.name === name)?.title;
    return title ? pick(title) : name;
  };
  return (
    <>
      <Section anchor={1} title={t('policy')}>
        {proposal && <Proposal proposal={proposal} title={titleOf(proposal.policy)} onDone={state.reload} />}
        <ul className="prv-list">
          {policies.map((policy) => (
            <li key={policy.name}>
              <div className="prv-list-head">
                <span className="prv-strong">{pick(policy.title)}</span>
                {policy.name === active && (
                  <Chip tone="ok" icon="check">
                    {t('active')}
                  </Chip>
                )}
              </div>
              {policy.rules.length === 0 && <p className="prv-note">{t('noRules')}</p>}
              {policy.rules.map((rule) => (
                <p key={rule.id} className="prv-note prv-rule">
                  {pick(rule.text)}
                </p>
              ))}
            </li>
          ))}
        </ul>
      </Section>
      <Section anchor={2} title={t('simulate')}>
        <div className="prv-row">
          <Select
            label={t('simulateWith')}
            value={candidate}
            onChange={setChosen}
            options={policies
              .filter((one) => one.name !== active)
              .map((one) => ({ value: one.name, label: pick(one.title) }))}
          />
          <Select
            label={t('days')}
            value={days}
            onChange={setDays}
            options={['1', '7', '30', '92'].map((value) => ({ value, label: value }))}
          />
          <Button
            look="primary"
            icon="history"
            busy={simulation.loading}
            onClick={() => {
              setTried(`/api/access/simulate?policy=${encodeURIComponent(candidate)}&days=${days}`);
              void simulation.reload();
            }}
          >
            {t('simulate')}
          </Button>
        </div>
        <Refusals of={simulation.issues} />
        {simulation.data && <Result of={simulation.data} rules={policies.flatMap((policy) => policy.rules)} />}
      </Section>
      {!proposal && can('access.switch-policy') && simulation.data?.policy === candidate && (
        <Propose policy={candidate} title={titleOf(candidate)} onDone={state.reload} />
      )}
    </>
  );
}

function Result({ of, rules }: { readonly of: Simulation; readonly rules: readonly Rule[] }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const told = (ids: readonly string[]): string =>
    ids
      .map((id) => rules.find((rule) => rule.id === id))
      .map((rule, i) => (rule ? pick(rule.text) : ids[i]))
      .join('; ');
  const changed = of.people.filter((person) => person.lost + person.gained > 0);
  const cell = (n: number, p: number): string => (n === 0 ? '—' : t('ofPatients', { n, p }));
  return (
    <>
      <p className="prv-note">{t('simulated', { n: of.replayed, people: of.people.length, skipped: of.skipped })}</p>
      <Table<Changed>
        label={t('simulate')}
        rows={changed}
        keyOf={(row) => row.actor}
        empty={<Empty icon="check" title={t('nobodyChanges')} />}
        columns={[
          {
            key: 'who',
            head: t('who'),
            rowHead: true,
            cell: (row) => (
              <>
                {row.name}
                <span className="prv-two">{`${row.actor} · ${row.roles.join(', ')}`}</span>
              </>
            ),
          },
          { key: 'deeds', head: t('deeds'), width: '80px', align: 'right', wide: true, cell: (row) => row.deeds },
          { key: 'lost', head: t('loses'), align: 'right', cell: (row) => cell(row.lost, row.patientsLost) },
          { key: 'gained', head: t('gains'), align: 'right', cell: (row) => cell(row.gained, row.patientsGained) },
          {
            key: 'rules',
            head: t('rules'),
            wide: true,
            cell: (row) => <span className="prv-two">{told(row.rules)}</span>,
          },
        ]}
      />
      {of.lost.length > 0 && (
        <details>
          <summary>{t('samples')}</summary>
          <ul className="prv-list">
            {of.lost.slice(0, 10).map((one) => (
              <li key={`${one.at} ${one.actor} ${one.record}`} className="prv-two">
                {`${formatDateTime(one.at)} · ${one.actor} · ${one.action} · ${told(one.rules)}`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** The first of two people. */
function Propose(props: {
  readonly policy: string;
  readonly title: string;
  readonly onDone: () => void;
}): ReactElement {
  const { policy, title, onDone } = props;
  const t = useTexts(texts);
  const [reason, setReason] = useState('');
  const propose = useCommand<object>('access.proposePolicy', { onDone });
  return (
    <Section anchor={3} title={`${t('propose')}: ${title}`}>
      <div className="prv-form prv-narrow">
        <TextField
          label={t('proposeReason')}
          required
          value={reason}
          onChange={setReason}
          issues={propose.issuesByField.reason}
        />
        <Refusals of={propose.issuesByField[''] ?? []} />
        <div className="prv-row">
          <Button icon="send" busy={propose.running} onClick={() => void propose.run({ policy, reason })}>
            {t('propose')}
          </Button>
        </div>
      </div>
    </Section>
  );
}

/** The second confirms or says no; the first may take it back. */
function Proposal(props: {
  readonly proposal: PolicyProposal & { readonly mine: boolean };
  readonly title: string;
  readonly onDone: () => void;
}): ReactElement {
  const { proposal, title, onDone } = props;
  const t = useTexts(texts);
  const can = useCan();
  const [reason, setReason] = useState('');
  const confirm = useCommand<object>('access.switchPolicy', {
    onDone: () => {
      toast({ text: t('switched') });
      onDone();
    },
  });
  const drop = useCommand<object>('access.dropProposal', { onDone });
  const { policy, name, at, until } = proposal;
  const confirms = !proposal.mine && can('access.switch-policy');
  return (
    <div className="prv-form prv-narrow">
      <AlertLine
        level="warn"
        what={t('proposedBy', { name, policy: title, at: formatDateTime(at), reason: proposal.reason })}
        why={t('waitSecond', { at: formatDateTime(until) })}
      />
      {confirms && (
        <TextField
          label={t('confirmReason')}
          required
          value={reason}
          onChange={setReason}
          issues={confirm.issuesByField.reason}
        />
      )}
      <Refusals of={[...(confirm.issuesByField[''] ?? []), ...(drop.issuesByField[''] ?? [])]} />
      <div className="prv-row">
        {confirms && (
          <Button
            look="primary"
            icon="check"
            busy={confirm.running}
            onClick={() => void confirm.run({ policy, reason })}
          >
            {t('confirmSwitch')}
          </Button>
        )}
        {can('access.switch-policy') && (
          <Button look="quiet" busy={drop.running} onClick={() => void drop.run({ proposal: proposal.id })}>
            {t('drop')}
          </Button>
        )}
      </div>
    </div>
  );
}
