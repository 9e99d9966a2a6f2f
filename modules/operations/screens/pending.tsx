import { formatDateTime } from '@mach/base/time.ts';
import {
  Button,
  Chip,
  Empty,
  JobCard,
  Section,
  Segmented,
  Table,
  toast,
  useCan,
  useCommand,
  useTexts,
  useView,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type JobRow, type OutboxMessageRow, retryMessage } from '../contract.ts';
import './overview.css';
import { texts } from './texts.ts';

const STATE_OF_JOB = {
  queued: 'stopped',
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'stopped',
} as const;

/** "Việc treo": what has not reached its destination, why, and who minds it; and the work that runs behind the screens. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const [shown, setShown] = useState<'open' | 'all'>('open');
  const filters = shown === 'open' ? { state: ['pending', 'sending', 'refused'] } : {};
  const outbox = useView<OutboxMessageRow>('exchange.outbox', filters, { live: false, limit: 500 });
  const jobs = useView<JobRow>('jobs.list', {}, { live: false });
  const retry = useCommand<{ message: string }, { message: string }>(retryMessage.name, {
    onDone: () => {
      toast({ text: t('retried') });
      outbox.reload();
    },
  });
  const reason = (row: OutboxMessageRow): string =>
    row.lastError?.issues?.map((i) => i.text.vi).join(' · ') ?? row.lastError?.reason ?? '—';
  return (
    <WorkspaceFrame>
      <Section
        anchor={1}
        title={t('pending')}
        side={
          <>
            <Segmented
              label={t('state')}
              value={shown}
              onChange={(value) => setShown(value === 'all' ? 'all' : 'open')}
              options={[
                { value: 'open', label: t('onlyOpen') },
                { value: 'all', label: t('all') },
              ]}
            />
            <Button look="quiet" icon="sync" onClick={() => outbox.reload()}>
              {t('refresh')}
            </Button>
          </>
        }
      >
        <Table<OutboxMessageRow>
          label={t('pending')}
          rows={outbox.rows}
          keyOf={(row) => row.key}
          state={outbox.state === 'loading' ? 'loading' : 'ready'}
          empty={<Empty title={t('nothingPending')} hint={t('nothingPendingHint')} />}
          columns={[
            { key: 'message', head: t('message'), rowHead: true, cell: (r) => `${r.kind} · ${r.subject}` },
            { key: 'destination', head: t('destination'), width: '180px', wide: true, cell: (r) => r.destination },
            {
              key: 'state',
              head: t('state'),
              width: '120px',
              cell: (r) => (
                <Chip tone={r.state === 'refused' ? 'critical' : r.state === 'accepted' ? 'ok' : 'warn'}>
                  {t(`state.${r.state}`)}
                </Chip>
              ),
            },
            {
              key: 'attempts',
              head: t('attempts'),
              align: 'right',
              width: '80px',
              wide: true,
              cell: (r) => r.attempts,
            },
            {
              key: 'deadline',
              head: t('deadline'),
              width: '150px',
              wide: true,
              cell: (r) => formatDateTime(r.deadline),
            },
            { key: 'owner', head: t('owner'), width: '130px', wide: true, cell: (r) => r.owner },
            { key: 'reason', head: t('reason'), cell: (r) => <span className="ops-message">{reason(r)}</span> },
            {
              key: 'retry',
              head: '',
              width: '110px',
              cell: (r) =>
                can('exchange.retry') && (r.state === 'refused' || r.state === 'pending') ? (
                  <Button size="small" busy={retry.running} onClick={() => void retry.run({ message: r.key })}>
                    {t('retry')}
                  </Button>
                ) : null,
            },
          ]}
        />
      </Section>
      <Section anchor={2} title={t('jobs')}>
        {jobs.rows.length === 0 && <Empty title={t('noJobs')} />}
        {jobs.rows.map((job) => (
          <JobCard
            key={job.key}
            title={`${job.kind} · ${t(`job.${job.state}`)}`}
            done={job.done}
            total={job.total ?? job.done}
            state={STATE_OF_JOB[job.state]}
            result={job.error ?? undefined}
          />
        ))}
      </Section>
    </WorkspaceFrame>
  );
}

export default { Home } satisfies Workspace;
