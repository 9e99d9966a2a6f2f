import type { ProcessingRegister } from '@mach/engine/policy/processing-register.ts';
import {
  AlertLine,
  Button,
  Chip,
  count,
  Fact,
  Facts,
  formatDateTime,
  Section,
  Skeleton,
  Table,
  usePick,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { download, useAsk } from './ask.ts';
import { Refusals } from './parts.tsx';
import { texts } from './texts.ts';

type Activity = ProcessingRegister['activities'][number];
type Data = ProcessingRegister['data'][number];
type Recipient = ProcessingRegister['recipients'][number];

/** The register of processing, as the house stands now: for the impact assessment, and to see what nobody declared. */
export function RegisterPage(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const { data: register, issues } = useAsk<ProcessingRegister>('/api/privacy/register');
  const missing = <Chip tone="warn">{t('notDeclared')}</Chip>;
  if (issues.length > 0) return <Refusals of={issues} />;
  if (!register) return <Skeleton shape="table" count={8} />;
  const { measures } = register;
  return (
    <>
      <Section anchor={1} title={t('activities')}>
        <p className="prv-note">{t('registerHint')}</p>
        <div className="prv-row prv-tools">
          <Button size="small" icon="shield" onClick={() => void download('/api/privacy/register?format=json')}>
            {t('exportJson')}
          </Button>
          <Button size="small" icon="list" onClick={() => void download('/api/privacy/register?format=csv')}>
            {t('exportCsv')}
          </Button>
        </div>
        {register.gaps.map((gap) => (
          <AlertLine key={gap.vi} level="warn" what={pick(gap)} />
        ))}
        <Table<Activity>
          label={t('activities')}
          rows={register.activities}
          keyOf={(row) => row.module}
          columns={[
            { key: 'title', head: t('activities'), rowHead: true, cell: (row) => pick(row.title) },
            { key: 'purpose', head: t('purpose'), cell: (row) => (row.purpose ? pick(row.purpose) : missing) },
            { key: 'basis', head: t('basis'), wide: true, cell: (row) => (row.basis ? pick(row.basis) : missing) },
            {
              key: 'retention',
              head: t('retention'),
              wide: true,
              cell: (row) => (row.retention ? pick(row.retention) : missing),
            },
            { key: 'people', head: t('people'), width: '80px', align: 'right', cell: (row) => count(row.people) },
          ]}
        />
      </Section>
      <Section anchor={2} title={t('data')}>
        <Table<Data>
          label={t('data')}
          rows={register.data}
          keyOf={(row) => row.type}
          columns={[
            { key: 'type', head: t('data'), rowHead: true, cell: (row) => <span className="m-code">{row.type}</span> },
            {
              key: 'category',
              head: t('category'),
              cell: (row) => (
                <>
                  {row.category ? pick(row.category) : missing}{' '}
                  {row.sensitive && <Chip tone="info">{t('sensitive')}</Chip>}
                </>
              ),
            },
            {
              key: 'readers',
              head: t('readers'),
              wide: true,
              cell: (row) => <span className="prv-two">{row.readers.join(', ')}</span>,
            },
            { key: 'records', head: t('records'), width: '100px', align: 'right', cell: (row) => count(row.records) },
          ]}
        />
      </Section>
      <Section anchor={3} title={t('recipients')}>
        <Table<Recipient>
          label={t('recipients')}
          rows={register.recipients}
          keyOf={(row) => `${row.kind} ${row.name}`}
          columns={[
            {
              key: 'title',
              head: t('recipients'),
              rowHead: true,
              cell: (row) => (
                <>
                  {pick(row.title)} {row.simulated && <Chip>{t('simulator')}</Chip>}
                  <span className="prv-two">{[row.name, ...row.scopes].join(' ')}</span>
                </>
              ),
            },
            {
              key: 'messages',
              head: t('messages'),
              width: '120px',
              align: 'right',
              cell: (row) => count(row.messages),
            },
            {
              key: 'last',
              head: t('when'),
              width: '150px',
              wide: true,
              cell: (row) => (row.lastAt ? formatDateTime(row.lastAt) : '—'),
            },
          ]}
        />
      </Section>
      <Section anchor={4} title={t('measures')}>
        <Facts>
          <Fact label={t('measures.policy')}>{pick(measures.policy.title)}</Fact>
          <Fact label={t('measures.audit')}>
            {t('measures.auditRows', { rows: count(measures.auditRows), seals: count(measures.auditSeals) })}
          </Fact>
          <Fact label={t('measures.factors')}>
            {t('measures.factorsOf', { n: measures.withSecondFactor, of: measures.people })}
          </Fact>
          <Fact label={t('measures.refusals')}>{count(measures.refusals)}</Fact>
        </Facts>
      </Section>
    </>
  );
}
