import { formatDateTime } from '@mach/base/time.ts';
import {
  Button,
  Chip,
  Empty,
  ErrorState,
  Modal,
  Section,
  Select,
  span,
  Table,
  toast,
  useCan,
  useCommand,
  useLanguage,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { StuckRow } from '../contract.ts';
import { useOwnerName } from './owner.ts';
import './overview.css';
import { PaperSections } from './paper/sections.tsx';
import { texts } from './texts.ts';

const ACTS = [
  'exchange.retry',
  'jobs.retry',
  'encounter.leave',
  'cashier.issueEInvoice',
  'cashier.approveCancel',
] as const;

/** Workspaces that another right than `….read` opens. */
const RIGHTS: Readonly<Record<string, string>> = { administration: 'administration.staff' };

/** What cannot be taken back by pressing again: asked once more. */
const FINAL: ReadonlySet<string> = new Set(['encounter.leave', 'cashier.approveCancel']);

/** "Việc treo": everything that does not go on by itself, by who minds it, with why, since when, and what mends it. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const ownerName = useOwnerName();
  const now = Date.parse(useNow());
  const [owner, setOwner] = useState('');
  const stuck = useView<StuckRow>('operations.stuck', {}, { live: false, limit: 1000 });
  const owners = [...new Set(stuck.rows.map((row) => row.owner))];
  const shown = owner === '' ? stuck.rows : stuck.rows.filter((row) => row.owner === owner);
  const late = (row: StuckRow): boolean => row.deadline !== null && Date.parse(row.deadline) < now;
  const ageOf = (row: StuckRow): string => (row.since ? span(now - Date.parse(row.since), language) : '—');
  return (
    <WorkspaceFrame>
      <Section
        anchor={1}
        title={t('pending')}
        side={
          <Button look="quiet" icon="sync" onClick={() => stuck.reload()}>
            {t('refresh')}
          </Button>
        }
      >
        {stuck.state === 'error' && <ErrorState error={stuck.error} onRetry={stuck.reload} />}
        {owners.length > 1 && (
          <div className="ops-owner">
            <Select
              label={t('owner')}
              value={owner}
              onChange={setOwner}
              empty={`${t('allOwners')} · ${stuck.rows.length}`}
              options={owners.map((one) => ({
                value: one,
                label: `${ownerName(one)} · ${stuck.rows.filter((row) => row.owner === one).length}`,
              }))}
            />
          </div>
        )}
        <Table<StuckRow>
          label={t('pending')}
          rows={shown}
          keyOf={(row) => row.key}
          state={stuck.state === 'loading' ? 'loading' : 'ready'}
          empty={<Empty icon="check" title={t('nothingPending')} hint={t('nothingPendingHint')} />}
          tone={(row) => (late(row) ? 'critical' : undefined)}
          columns={[
            {
              key: 'what',
              head: t('what'),
              rowHead: true,
              cell: (row) => (
                <span className="ops-what">
                  {row.title || row.note}
                  <small className="ops-small">
                    {[t(`kind.${row.kind}`), row.title ? row.note : ''].filter(Boolean).join(' · ')}
                  </small>
                  <span className="ops-narrow">{[ownerName(row.owner), ageOf(row)].join(' · ')}</span>
                  <span className="ops-narrow">
                    <Act row={row} done={stuck.reload} />
                  </span>
                </span>
              ),
            },
            {
              key: 'owner',
              head: t('owner'),
              width: '150px',
              wide: true,
              cell: (row) => (
                <span className="ops-what">
                  {ownerName(row.owner)}
                  {row.ownerName && <small className="ops-small">{row.ownerName}</small>}
                </span>
              ),
            },
            {
              key: 'since',
              head: t('age'),
              width: '130px',
              wide: true,
              cell: (row) =>
                row.since && (
                  <span className="ops-what" title={formatDateTime(row.since)}>
                    {ageOf(row)}
                    {late(row) && row.deadline && (
                      <Chip tone="critical">{t('dueAt', { time: formatDateTime(row.deadline) })}</Chip>
                    )}
                  </span>
                ),
            },
            {
              key: 'reason',
              head: t('reason'),
              wide: true,
              cell: (row) => (
                <span className="ops-what">
                  {row.reason && pick(row.reason)}
                  <small className="ops-small">{row.remedy ? pick(row.remedy) : t(`remedy.${row.kind}`)}</small>
                </span>
              ),
            },
            {
              key: 'act',
              head: '',
              align: 'right',
              width: '124px',
              wide: true,
              cell: (row) => <Act row={row} done={stuck.reload} />,
            },
          ]}
        />
      </Section>
      {/* After what stands above them has its height: nobody's finger is moved to another line. */}
      {stuck.state !== 'loading' && <PaperSections />}
    </WorkspaceFrame>
  );
}

/** The one thing that mends it: a command for who may, else the way to where it is mended. */
function Act({ row, done }: { readonly row: StuckRow; readonly done: () => void }): ReactElement | null {
  const t = useTexts(texts);
  const can = useCan();
  const { goTo } = useRoute();
  const [asks, setAsks] = useState(false);
  const act = ACTS.find((one) => one === row.command?.name);
  const command = useCommand<object, unknown>(row.command?.name ?? 'exchange.retry', {
    onDone: () => {
      toast({ text: t('acted', { what: act ? t(`act.${act}`) : '' }) });
      done();
    },
    onFailed: (issues) => toast({ text: issues[0]?.text.vi ?? t('job.failed') }),
  });
  if (act && row.command && can(row.command.permission)) {
    const { input } = row.command;
    const run = (): void => {
      setAsks(false);
      void command.run(input);
    };
    const name = t(`act.${act}`);
    return (
      <>
        <Button size="small" busy={command.running} onClick={FINAL.has(act) ? () => setAsks(true) : run}>
          {name}
        </Button>
        <Modal
          kind="destructive"
          open={asks}
          onClose={() => setAsks(false)}
          title={`${name}: ${row.title}`}
          actions={
            <>
              <Button look="quiet" onClick={() => setAsks(false)}>
                {t('notNow')}
              </Button>
              <Button look="danger" onClick={run}>
                {name}
              </Button>
            </>
          }
        >
          {[t(`kind.${row.kind}`), row.note].filter(Boolean).join(' · ')}
        </Modal>
      </>
    );
  }
  const [workspace, ...path] = (row.path ?? '').split('/').filter(Boolean);
  if (!workspace || !can(RIGHTS[workspace] ?? `${workspace}.read`)) return null;
  return (
    <Button size="small" look="quiet" icon="right" onClick={() => goTo(workspace, path)}>
      {t('open')}
    </Button>
  );
}

export default { Home } satisfies Workspace;
