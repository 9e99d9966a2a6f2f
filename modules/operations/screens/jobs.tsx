import { formatDateTime } from '@mach/base/time.ts';
import {
  Button,
  Chip,
  Empty,
  JobCard,
  Section,
  Skeleton,
  span,
  Table,
  toast,
  useCan,
  useCommand,
  useLanguage,
  usePick,
  useTexts,
  useView,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef } from 'react';
import { type JobRow, pauseSchedule, retryJob, runNow, type ScheduleRow, stopJob } from '../contract.ts';
import './overview.css';
import { texts } from './texts.ts';

/** Between two looks, ms: while something runs, and else. */
const SOON = 2_000;
const LATER = 15_000;
const TONES = { queued: 'neutral', running: 'info', done: 'ok', failed: 'critical', cancelled: 'warn' } as const;

/** Long works that are no timers. */
type Known = 'simulate-history' | 'fhir.export' | 'fhir.import' | 'fhir.reindex' | 'fhir.async';
const KINDS: ReadonlySet<string> = new Set<Known>([
  'simulate-history',
  'fhir.export',
  'fhir.import',
  'fhir.reindex',
  'fhir.async',
]);

/** The job board: timers with their next run, what runs with its count, what failed, what has run. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const can = useCan();
  const jobs = useView<JobRow>('jobs.list', {}, { live: false, limit: 500 });
  const timers = useView<ScheduleRow>('jobs.schedules', {}, { live: false, limit: 500 });
  const reload = useRef(() => {});
  reload.current = () => {
    jobs.reload();
    timers.reload();
  };
  const open = jobs.rows.filter((job) => job.state === 'running' || job.state === 'queued');
  const busy = open.length > 0;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload.current(), busy ? SOON : LATER);
    return () => clearInterval(timer);
  }, [busy]);
  const told = {
    onDone: () => {
      toast({ text: t('jobTold') });
      reload.current();
    },
    onFailed: (issues: readonly { text: { vi: string; en: string } }[]) =>
      toast({ text: issues[0] ? pick(issues[0].text) : t('job.failed') }),
  };
  const stop = useCommand<{ job: string }, unknown>(stopJob.name, told);
  const retry = useCommand<{ job: string }, unknown>(retryJob.name, told);
  const run = useCommand<{ schedule: string }, unknown>(runNow.name, told);
  const pause = useCommand<{ schedule: string; paused: boolean }, unknown>(pauseSchedule.name, told);
  const manage = can('jobs.manage');
  const titles = new Map(timers.rows.map((timer) => [timer.key, pick(timer.title)]));
  const nameOf = (job: JobRow): string =>
    titles.get(job.kind) ?? (KINDS.has(job.kind) ? t(`work.${job.kind as Known}`) : job.kind);
  const failed = jobs.rows.filter((job) => job.state === 'failed');
  const over = jobs.rows.filter((job) => job.state === 'done' || job.state === 'cancelled');
  const notes = ({ notes: told, stoppedBy, error, state }: JobRow): string =>
    [
      told?.refused ? t('refusedN', { n: told.refused }) : '',
      ...(told?.refusals ?? []).slice(0, 3).map(({ name, text }) => [name, text].filter(Boolean).join(': ')),
      told?.missed ? t('standsFor', { n: told.missed }) : '',
      state === 'cancelled' && stoppedBy ? t('stoppedBy', { name: stoppedBy }) : '',
      error?.split('\n')[0] ?? '',
    ]
      .filter(Boolean)
      .join(' · ');
  // All at once: nothing that has been read is pushed down by what comes later.
  if (jobs.state === 'loading' || timers.state === 'loading')
    return (
      <WorkspaceFrame>
        <Skeleton shape="table" count={8} />
      </WorkspaceFrame>
    );
  const acts = (row: ScheduleRow): ReactElement | null =>
    manage ? (
      <span className="ops-actions">
        <Button size="small" busy={run.running} onClick={() => void run.run({ schedule: row.key })}>
          {t('runNow')}
        </Button>
        <Button
          size="small"
          look="quiet"
          onClick={() => void pause.run({ schedule: row.key, paused: row.pausedAt === null })}
        >
          {row.pausedAt === null ? t('pause') : t('goOn')}
        </Button>
      </span>
    ) : null;
  return (
    <WorkspaceFrame>
      <Section anchor={1} title={t('running')} side={open.length > 0 && open.length}>
        {open.length === 0 && <p className="ops-quiet">{t('noRunning')}</p>}
        <div className="ops-jobs">
          {open.map((job) => (
            <JobCard
              key={job.key}
              title={[nameOf(job), t(`job.${job.state}`), job.stopAsked ? t('stopping') : '']
                .filter(Boolean)
                .join(' · ')}
              done={job.done}
              total={job.total ?? job.done}
              state={job.state === 'running' ? 'running' : 'stopped'}
              onCancel={manage && !job.stopAsked ? () => void stop.run({ job: job.key }) : undefined}
              result={
                <p className="ops-job-note">
                  {[
                    job.startedAt && `${t('started')} ${formatDateTime(job.startedAt)}`,
                    job.attempts > 1 && t('attempt', { n: job.attempts }),
                    notes(job),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                  {manage && job.state === 'queued' && (
                    <Button look="quiet" size="small" onClick={() => void stop.run({ job: job.key })}>
                      {t('stop')}
                    </Button>
                  )}
                </p>
              }
            />
          ))}
        </div>
      </Section>
      {failed.length > 0 && (
        <Section anchor={2} title={t('failedJobs')} side={failed.length}>
          <div className="ops-jobs">
            {failed.map((job) => (
              <JobCard
                key={job.key}
                title={nameOf(job)}
                done={job.done}
                total={job.total ?? job.done}
                state="failed"
                onResume={manage ? () => void retry.run({ job: job.key }) : undefined}
                result={
                  <p className="ops-job-note">
                    {[job.finishedAt && formatDateTime(job.finishedAt), notes(job)].filter(Boolean).join(' · ')}
                  </p>
                }
              />
            ))}
          </div>
        </Section>
      )}
      <Section anchor={failed.length > 0 ? 3 : 2} title={t('timers')}>
        <Table<ScheduleRow>
          label={t('timers')}
          rows={timers.rows}
          keyOf={(row) => row.key}
          columns={[
            {
              key: 'timer',
              head: t('timer'),
              rowHead: true,
              cell: (row) => (
                <span className="ops-what" data-timer={row.key}>
                  {pick(row.title)}
                  <small className="ops-small">
                    {'minutes' in row.every
                      ? t('everyMinutes', { n: row.every.minutes })
                      : t('everyDay', { time: row.every.daily })}
                  </small>
                  <span className="ops-narrow">
                    {row.nextAt
                      ? `${t('next')} ${formatDateTime(row.nextAt)}`
                      : t('paused', { name: row.pausedBy ?? '—' })}
                  </span>
                  <span className="ops-narrow">{acts(row)}</span>
                </span>
              ),
            },
            {
              key: 'next',
              head: t('next'),
              width: '170px',
              wide: true,
              cell: (row) =>
                row.nextAt ? (
                  formatDateTime(row.nextAt)
                ) : (
                  <Chip tone="warn">{t('paused', { name: row.pausedBy ?? '—' })}</Chip>
                ),
            },
            {
              key: 'last',
              head: t('last'),
              width: '200px',
              wide: true,
              cell: (row) =>
                row.lastState && row.lastAt ? (
                  <>
                    {formatDateTime(row.lastAt)} <Chip tone={TONES[row.lastState]}>{t(`job.${row.lastState}`)}</Chip>
                  </>
                ) : (
                  t('never')
                ),
            },
            {
              key: 'act',
              head: '',
              align: 'right',
              width: '210px',
              wide: true,
              cell: acts,
            },
          ]}
        />
      </Section>
      <Section anchor={failed.length > 0 ? 4 : 3} title={t('history')}>
        <Table<JobRow>
          label={t('history')}
          rows={over}
          keyOf={(job) => job.key}
          empty={<Empty title={t('noHistory')} />}
          columns={[
            {
              key: 'job',
              head: t('timer'),
              rowHead: true,
              cell: (job) => (
                <span className="ops-what">
                  {nameOf(job)}
                  <small className="ops-small">{notes(job)}</small>
                  <span className="ops-narrow">{job.startedAt && formatDateTime(job.startedAt)}</span>
                </span>
              ),
            },
            {
              key: 'state',
              head: t('state'),
              width: '110px',
              cell: (job) => <Chip tone={TONES[job.state]}>{t(`job.${job.state}`)}</Chip>,
            },
            {
              key: 'count',
              head: t('result'),
              align: 'right',
              width: '90px',
              wide: true,
              cell: (job) => t('doneOf', { done: job.done, total: job.total ?? job.done }),
            },
            {
              key: 'at',
              head: t('started'),
              width: '160px',
              wide: true,
              cell: (job) => job.startedAt && formatDateTime(job.startedAt),
            },
            {
              key: 'took',
              head: t('took'),
              align: 'right',
              width: '110px',
              wide: true,
              cell: (job) =>
                job.startedAt && job.finishedAt
                  ? span(Date.parse(job.finishedAt) - Date.parse(job.startedAt), language)
                  : '—',
            },
            {
              key: 'act',
              head: '',
              align: 'right',
              width: '110px',
              cell: (job) =>
                manage && job.state === 'cancelled' ? (
                  <Button
                    size="small"
                    look="quiet"
                    busy={retry.running}
                    onClick={() => void retry.run({ job: job.key })}
                  >
                    {t('again')}
                  </Button>
                ) : null,
            },
          ]}
        />
      </Section>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
