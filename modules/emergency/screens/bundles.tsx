import { Decimal } from '@mach/base/decimal.ts';
import type { Task } from '@mach/fhir/types.ts';
import {
  AlertLine,
  Button,
  Chip,
  formatTime,
  Icon,
  NumberField,
  Skeleton,
  TextField,
  toast,
  useCan,
  useCommand,
  useLanguage,
  useNow,
  usePick,
  useRecord,
  useRefreshRecords,
  useTexts,
  waited,
} from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import {
  type BoardRow,
  type BoardRun,
  type BundleResult,
  endBundle,
  type MarkStepInput,
  type MarkStepResult,
  markStep,
  type OrderSetInput,
  type OrderSetResult,
  orderSet,
  type StartBundleInput,
  startBundle,
} from '../contract.ts';
import { doorOf, marksOf } from '../records.ts';
import { type BundlesData, bundleOf } from '../rules/bundle-pack.ts';
import { type ClockState, runState, type StepState } from '../rules/bundle-run.ts';
import { computeDose } from '../rules/dose.ts';
import { NotGiven } from './given-mark.tsx';
import { texts } from './texts.ts';

/** The five big buttons, and every bundle that runs or ran on this visit. */
export function Bundles(props: {
  readonly row: BoardRow;
  readonly rules: BundlesData;
  readonly suggested: readonly string[];
  readonly ageYears: number | undefined;
}): ReactElement {
  const { row, rules, suggested, ageYears } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const start = useCommand<StartBundleInput, BundleResult>(startBundle.name, {
    onDone: () => toast({ text: t('bundleStarted') }),
  });
  const running = row.runs.filter((one) => one.status === 'in-progress').map((one) => one.bundle);
  return (
    <div className="em-bundles">
      {can('emergency.bundle') && (
        <div className="em-bundle-buttons">
          {rules.bundles.map((bundle) => (
            <Button
              key={bundle.code}
              className="em-bundle-button"
              look={suggested.includes(bundle.code) && !running.includes(bundle.code) ? 'primary' : 'secondary'}
              disabled={running.includes(bundle.code)}
              busy={start.running}
              icon={running.includes(bundle.code) ? 'clock' : 'plus'}
              saves={false}
              onClick={() => void start.run({ encounter: row.key, bundle: bundle.code })}
            >
              {pick(bundle)}
            </Button>
          ))}
        </div>
      )}
      {start.issues.map((issue) => (
        <AlertLine key={issue.code} level="warn" what={pick(issue.text)} />
      ))}
      {row.runs.toReversed().map((one) => (
        <RunCard key={one.run} run={one} rules={rules} weight={row.weight} ageYears={ageYears} />
      ))}
    </div>
  );
}

function RunCard(props: {
  readonly run: BoardRun;
  readonly rules: BundlesData;
  readonly weight: number | null;
  readonly ageYears: number | undefined;
}): ReactElement {
  const { run, rules, weight, ageYears } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const now = useNow();
  const refresh = useRefreshRecords();
  const task = useRecord<Task>('Task', run.run);
  // Somebody else marked a step: the board says so, the details follow.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp is the signal, the function is new at each render.
  useEffect(() => refresh('Task', run.run), [run.changedAt, run.status, run.run]);
  const order = useCommand<OrderSetInput, OrderSetResult>(orderSet.name, {
    onDone: (done) => toast({ text: t('ordered', { n: done.orders.length }) }),
  });
  const end = useCommand<{ run: string; reason: string }, BundleResult>(endBundle.name);
  const rule = bundleOf(rules, run.bundle);
  if (!rule || !task.record) return <Skeleton shape="lines" />;
  const state = runState(rule, { doorAt: doorOf(task.record), startedAt: run.startedAt, marks: marksOf(task.record) });
  const active = run.status === 'in-progress';
  const toOrder = state.steps.filter((s) => s.rule.kind === 'order' && !s.rule.optional && s.marks.length === 0);
  return (
    <section className="em-run" aria-label={pick(rule)} data-status={run.status}>
      <header className="em-run-head">
        <h3>{pick(rule)}</h3>
        <Chip tone={active ? 'info' : run.status === 'completed' ? 'ok' : 'neutral'}>
          {active
            ? t('stepsDone', { done: state.done, all: state.total })
            : t(run.status === 'completed' ? 'run_completed' : 'run_cancelled')}
        </Chip>
        {state.clocks.map((clock) => (
          <ClockChip key={clock.rule.code} clock={clock} now={now} active={active} />
        ))}
        {active && can('emergency.order') && toOrder.length > 0 && (
          <Button look="primary" icon="send" busy={order.running} onClick={() => void order.run({ run: run.run })}>
            {t('sendOrders', { n: toOrder.flatMap((s) => s.rule.services ?? []).length })}
          </Button>
        )}
        {active && can('emergency.bundle') && (
          <Button
            look="quiet"
            size="small"
            busy={end.running}
            saves={false}
            onClick={() => void end.run({ run: run.run, reason: texts.vi.endedByHand })}
          >
            {t('endBundle')}
          </Button>
        )}
      </header>
      {[...order.issues, ...end.issues].map((issue) => (
        <AlertLine key={issue.code} level="warn" what={pick(issue.text)} />
      ))}
      <ol className="em-steps">
        {state.steps.map((step) => (
          <Step
            key={step.rule.code}
            run={run.run}
            step={step}
            rules={rules}
            now={now}
            active={active}
            weight={weight}
            ageYears={ageYears}
          />
        ))}
      </ol>
    </section>
  );
}

function ClockChip({
  clock,
  now,
  active,
}: {
  readonly clock: ClockState;
  readonly now: string;
  readonly active: boolean;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const spent = Date.parse(clock.stoppedAt ?? now) - Date.parse(clock.startAt);
  const left = Date.parse(clock.dueAt) - Date.parse(clock.stoppedAt ?? now);
  const over = left < 0;
  return (
    <span
      className="em-clock-chip"
      data-late={
        !active && !clock.stoppedAt
          ? 'none'
          : over
            ? 'overdue'
            : left < 0.2 * clock.rule.minutes * 60_000 && !clock.stoppedAt
              ? 'late'
              : 'none'
      }
    >
      <Icon name={over ? 'warn' : clock.stoppedAt ? 'check' : 'clock'} size={16} />
      {pick(clock.rule)} <b>{waited(spent, language)}</b> / {clock.rule.minutes}′
      {clock.stoppedAt && <span className="em-stopped">{t('stopped')}</span>}
    </span>
  );
}

function Step(props: {
  readonly run: string;
  readonly step: StepState;
  readonly rules: BundlesData;
  readonly now: string;
  readonly active: boolean;
  readonly weight: number | null;
  readonly ageYears: number | undefined;
}): ReactElement {
  const { run, step, rules, now, active, weight, ageYears } = props;
  const { rule } = step;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const can = useCan();
  const [text, setText] = useState('');
  const [kg, setKg] = useState('');
  const [years, setYears] = useState('');
  const [skipping, setSkipping] = useState(false);
  const refresh = useRefreshRecords();
  const mark = useCommand<MarkStepInput, MarkStepResult>(markStep.name, {
    onDone: ({ given, used }) => {
      refresh('Task', run);
      if (given && !used) toast({ text: t('usedNotCounted'), tone: 'warn' });
      else if (used && used.missing !== '0')
        toast({ text: t('usedShort', { n: used.missing, unit: used.unit }), tone: 'warn' });
      setText('');
      setSkipping(false);
    },
  });
  const left = Date.parse(step.dueAt) - Date.parse(now);
  const overdue = active && !step.settled && !rule.optional && left < 0;
  const doseRule = rule.dose === undefined ? undefined : rules.doses[rule.dose];
  const asWeight = kg !== '' ? kg : weight === null ? undefined : String(weight);
  const dose =
    doseRule &&
    computeDose(doseRule, {
      weightKg: asWeight === undefined ? undefined : Decimal.of(asWeight),
      ageYears: ageYears ?? (years === '' ? undefined : Number(years)),
    });
  const mayMark = active && can('emergency.bundle') && (!step.settled || rule.kind === 'dose');
  const send = (outcome: 'done' | 'not-done'): void =>
    void mark.run({
      run,
      step: rule.code,
      outcome,
      ...(text.trim() ? { text: text.trim() } : {}),
      ...(rule.kind === 'dose' && kg !== '' ? { weightKg: kg } : {}),
      ...(rule.kind === 'dose' && ageYears === undefined && years !== '' ? { ageYears: Number(years) } : {}),
    });
  return (
    <li
      className="em-step"
      data-form
      data-settled={step.settled || undefined}
      data-late={overdue ? 'overdue' : undefined}
    >
      <Icon name={step.settled ? 'check' : overdue ? 'warn' : 'clock'} size={20} />
      <div className="em-step-body">
        <span className="em-step-name">
          {pick(rule)}
          {rule.optional && <span className="em-step-optional">{t('optional')}</span>}
        </span>
        {step.marks.map((one) => (
          <span key={`${one.at}${one.kind}${one.text}`} className="em-step-mark">
            {t(`mark_${one.kind}`)} {formatTime(one.at)} · {one.by}
            {one.text && ` · ${one.text}`}
            {one.given && one.kind === 'done' && <NotGiven given={one.given} run={run} />}
          </span>
        ))}
        {mayMark && dose && (
          <span className="em-dose" data-refused={!dose.ok || undefined}>
            {dose.ok ? (
              <>
                <b>
                  {pick(dose.value.drug)}: {dose.value.amount.replace('.', ',')} {dose.value.unit}
                  {dose.value.volume && ` (${dose.value.volume.amount.replace('.', ',')} ${dose.value.volume.unit})`}
                </b>{' '}
                {pick(dose.value.route)}. {pick(dose.value.working)}
                {dose.value.repeat && ` · ${pick(dose.value.repeat)}`}
              </>
            ) : (
              `${pick(dose.error.text)}. ${dose.error.remedy ? pick(dose.error.remedy) : ''}`
            )}
          </span>
        )}
        {mayMark &&
          mark.issues.map((issue) => (
            <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
          ))}
      </div>
      {!step.settled && active && !rule.optional && (
        <span className="em-step-due">
          {overdue ? t('lateBy', { n: waited(-left, language) }) : t('dueIn', { n: waited(left, language) })}
        </span>
      )}
      {mayMark && (
        <div className="em-step-do">
          {rule.kind === 'dose' && !(dose?.ok && kg === '' && ageYears !== undefined) && (
            <NumberField label={t('weightKg')} value={kg} unit="kg" width={96} onChange={setKg} />
          )}
          {rule.kind === 'dose' && ageYears === undefined && (
            <NumberField label={t('estimatedAge')} value={years} unit={t('years')} width={96} onChange={setYears} />
          )}
          {(rule.kind === 'ask' || skipping) && (
            <TextField
              label={skipping ? t('whyNot') : rule.ask ? pick(rule.ask) : t('note')}
              value={text}
              onChange={setText}
              maxLength={300}
            />
          )}
          <Button
            size="small"
            look={overdue ? 'primary' : 'secondary'}
            icon="check"
            busy={mark.running}
            saves
            disabled={(rule.kind === 'ask' && text.trim() === '') || (rule.kind === 'dose' && !dose?.ok) || skipping}
            onClick={() => send('done')}
          >
            {rule.kind === 'dose' ? (step.settled ? t('giveAgain') : t('give')) : t('done')}
          </Button>
          {!step.settled && (
            <Button
              size="small"
              look="quiet"
              disabled={skipping && text.trim().length < 1}
              onClick={() => (skipping ? send('not-done') : setSkipping(true))}
            >
              {skipping ? t('saveNotDone') : t('notDone')}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
